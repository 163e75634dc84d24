//! Confidence intervals by the percentile bootstrap over subjects (Efron 1979): the predictions of one subject are
//! correlated, so subjects are resampled.

use crate::base::order;
use crate::base::random::Random;

/// The lower and upper bound of a 95 % interval.
pub type Interval = [f64; 2];

/// Draws `subjects` subjects with replacement, `resamples` times, and calls `measure` with the number of times each was
/// drawn. Returns the interval of each figure, from the resamples where it is finite; `None` if there are none.
pub fn intervals<const N: usize>(
    subjects: usize,
    resamples: usize,
    seed: u64,
    measure: impl FnMut(&[u32]) -> [Option<f64>; N],
) -> [Option<Interval>; N] {
    intervals_between([0.025, 0.975], subjects, resamples, seed, measure)
}

/// Like [`intervals`], but between these two quantiles.
pub fn intervals_between<const N: usize>(
    [low, high]: Interval,
    subjects: usize,
    resamples: usize,
    seed: u64,
    mut measure: impl FnMut(&[u32]) -> [Option<f64>; N],
) -> [Option<Interval>; N] {
    let mut random = Random::new(seed);
    let mut drawn = vec![0u32; subjects];
    let mut figures: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(resamples));
    for _ in 0..if subjects == 0 { 0 } else { resamples } {
        drawn.fill(0);
        (0..subjects).for_each(|_| drawn[random.below(subjects)] += 1);
        let measured = measure(&drawn);
        figures.iter_mut().zip(measured).for_each(|(figures, figure)| figures.extend(figure.filter(|f| f.is_finite())));
    }
    figures.map(|mut figures| {
        order::sort_by(&mut figures, f64::total_cmp);
        (!figures.is_empty()).then(|| [quantile(&figures, low), quantile(&figures, high)])
    })
}

/// Returns the quantile of sorted numbers at `part` (0 to 1), linearly interpolated.
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let position = part * (sorted.len() - 1) as f64;
    let (low, rest) = (position as usize, position.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + rest * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval_of_mean(values: &[f64], seed: u64) -> Option<Interval> {
        let measure = |drawn: &[u32]| {
            let sum: f64 = values.iter().zip(drawn).map(|(value, &n)| value * f64::from(n)).sum();
            [Some(sum / values.len() as f64)]
        };
        intervals(values.len(), 2000, seed, measure)[0]
    }

    #[test]
    fn the_interval_of_a_mean_has_the_theoretical_width() {
        let mut random = Random::new(5);
        let values: Vec<f64> = (0..400).map(|_| random.unit()).collect();
        let mean = values.iter().sum::<f64>() / 400.0;
        let [low, high] = interval_of_mean(&values, 1).unwrap();
        let half = 1.96 * (1.0f64 / 12.0 / 400.0).sqrt();
        assert!(
            (mean - low - half).abs() < 0.2 * half && (high - mean - half).abs() < 0.2 * half,
            "{low} {mean} {high}"
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let values: Vec<f64> = (0..50u32).map(|n| f64::from(n * n)).collect();
        assert_eq!(interval_of_mean(&values, 7), interval_of_mean(&values, 7));
        assert_ne!(interval_of_mean(&values, 7), interval_of_mean(&values, 8));
    }

    #[test]
    fn no_subjects_and_no_figures_give_no_interval() {
        assert_eq!(interval_of_mean(&[], 1), None);
        assert_eq!(intervals(3, 50, 1, |_| [None::<f64>]), [None]);
    }

    #[test]
    fn quantiles_interpolate_linearly() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 0.5), 2.0);
        assert_eq!(quantile(&[1.0, 2.0], 0.25), 1.25);
        assert_eq!(quantile(&[4.0], 0.975), 4.0);
    }
}
