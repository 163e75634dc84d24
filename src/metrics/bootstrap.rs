//! Intervals by the percentile bootstrap over subjects (Efron 1979): what one subject did hangs together, so subjects
//! are drawn and not predictions.

use crate::base::order;
use crate::base::random::Random;

/// An interval that holds 95 % of the resampled figures.
pub type Interval = [f64; 2];

/// Draws `subjects` out of as many with replacement, `resamples` times over, and tells `judge` how often each was
/// drawn. Gives the interval of each figure; a resample that has no such figure is left out.
pub fn intervals<const N: usize>(
    subjects: usize,
    resamples: usize,
    seed: u64,
    mut judge: impl FnMut(&[u32]) -> [Option<f64>; N],
) -> [Option<Interval>; N] {
    let mut random = Random::new(seed);
    let mut drawn = vec![0u32; subjects];
    let mut figures: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(resamples));
    for _ in 0..if subjects == 0 { 0 } else { resamples } {
        drawn.fill(0);
        (0..subjects).for_each(|_| drawn[random.below(subjects)] += 1);
        let judged = judge(&drawn);
        figures.iter_mut().zip(judged).for_each(|(figures, figure)| figures.extend(figure.filter(|f| f.is_finite())));
    }
    figures.map(|mut figures| {
        order::sort_by(&mut figures, f64::total_cmp);
        (!figures.is_empty()).then(|| [quantile(&figures, 0.025), quantile(&figures, 0.975)])
    })
}

/// The quantile of sorted numbers, between two of them in proportion.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len() - 1) as f64;
    let (low, rest) = (place as usize, place.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + rest * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_mean(values: &[f64], seed: u64) -> Option<Interval> {
        let judge = |drawn: &[u32]| {
            let sum: f64 = values.iter().zip(drawn).map(|(value, &n)| value * f64::from(n)).sum();
            [Some(sum / values.len() as f64)]
        };
        intervals(values.len(), 2000, seed, judge)[0]
    }

    #[test]
    fn the_interval_of_a_mean_is_as_wide_as_theory_says() {
        let mut random = Random::new(5);
        let values: Vec<f64> = (0..400).map(|_| random.unit()).collect();
        let mean = values.iter().sum::<f64>() / 400.0;
        let [low, high] = of_mean(&values, 1).unwrap();
        let half = 1.96 * (1.0f64 / 12.0 / 400.0).sqrt();
        assert!(
            (mean - low - half).abs() < 0.2 * half && (high - mean - half).abs() < 0.2 * half,
            "{low} {mean} {high}"
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let values: Vec<f64> = (0..50u32).map(|n| f64::from(n * n)).collect();
        assert_eq!(of_mean(&values, 7), of_mean(&values, 7));
        assert_ne!(of_mean(&values, 7), of_mean(&values, 8));
    }

    #[test]
    fn nobody_has_no_interval() {
        assert_eq!(of_mean(&[], 1), None);
        assert_eq!(intervals(3, 50, 1, |_| [None::<f64>]), [None]);
    }

    #[test]
    fn quantiles_lie_between_neighbours() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 0.5), 2.0);
        assert_eq!(quantile(&[1.0, 2.0], 0.25), 1.25);
        assert_eq!(quantile(&[4.0], 0.975), 4.0);
    }
}
