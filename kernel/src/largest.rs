//! Probability that each of several draws is the largest: Thompson sampling's propensities.
//!
//! P(a largest) = ∫ f_a(x) Π_{j≠a} F_j(x) dx (Jeunen 2025), where f and F are density and distribution function of
//! mean + deviation · [`crate::draw::normal`]. F is piecewise linear between 66 knots and needs no elementary function.

use crate::draw::{DEVIATION, spread};

/// Most intervals of the integration.
const INTERVALS: usize = 2048;

/// Distribution function at the knots (k − 32.5)/[`DEVIATION`], k from 0 to 65: the chance of fewer than k heads.
const AT_KNOTS: [f64; 66] = {
    let mut at = [0.0; 66];
    // 64 over heads, and its sum.
    let (mut ways, mut sum, mut heads) = (1u128, 0u128, 0u128);
    while heads <= 64 {
        sum += ways;
        at[heads as usize + 1] = sum as f64 / 18_446_744_073_709_551_616.0;
        ways = ways * (64 - heads) / (heads + 1);
        heads += 1;
    }
    at
};

/// Returns the distribution function of a draw at `x`; the deviation is above 0.
#[inline(always)]
fn distribution(x: f64, mean: f64, deviation: f64) -> f64 {
    let knot = (x - mean) / deviation * DEVIATION + 32.5;
    if knot <= 0.0 {
        return 0.0;
    }
    if knot >= 65.0 {
        return 1.0;
    }
    let below = knot as usize;
    AT_KNOTS[below] + (AT_KNOTS[below + 1] - AT_KNOTS[below]) * (knot - below as f64)
}

/// Returns the probability that each of `means[i] + deviations[i] · normal` is the largest; they sum to 1 within 1e-12.
/// Means are finite, deviations at least 0. Without deviation only the first of the largest means may be chosen.
#[inline(never)]
pub fn probabilities_of_largest(means: &[f64], deviations: &[f64]) -> Vec<f64> {
    let mut wins = wins(means, deviations, INTERVALS);
    let sum: f64 = wins.iter().sum();
    wins.iter_mut().for_each(|wins| *wins /= sum);
    wins
}

/// The probabilities before they are divided by their sum, by at most `intervals` intervals.
fn wins(means: &[f64], deviations: &[f64], intervals: usize) -> Vec<f64> {
    let mut wins = vec![0.0; means.len()];
    let at = |index: usize, unit: f64, heads: u32| means[index] + deviations[index] * spread(heads, unit);
    let lowest = |index: usize| at(index, 0.0, 0);
    let highest = |index: usize| at(index, 1.0, 64);
    let largest = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);
    let floor = largest(&mut (0..means.len()).map(lowest));
    let drawn: Vec<usize> = (0..means.len()).filter(|&i| lowest(i) < highest(i) && highest(i) > floor).collect();
    // The best of the certain ones wins if all draws are below it.
    let certain = (0..means.len()).find(|&i| lowest(i) == floor && highest(i) == floor);
    if let Some(certain) = certain {
        wins[certain] = drawn.iter().map(|&i| distribution(floor, means[i], deviations[i])).product();
    }
    let ceiling = largest(&mut drawn.iter().map(|&i| highest(i)));
    let knots = drawn.iter().flat_map(|&i| (0..66).map(move |k| (i, k)));
    let knots = knots.map(|(i, k)| means[i] + deviations[i] * (k as f64 - 32.5) / DEVIATION);
    let mut axis: Vec<f64> = knots.filter(|knot| *knot > floor && *knot < ceiling).chain([floor, ceiling]).collect();
    axis.sort_unstable_by(f64::total_cmp);
    axis.dedup();
    let steps = (axis.len() - 1).min(intervals);
    let mut left = Others::at(axis[0], &drawn, means, deviations);
    for step in 0..steps {
        let [from, to] =
            [step, step + 1].map(|step| axis[(step as u64 * (axis.len() - 1) as u64 / steps as u64) as usize]);
        let middle = Others::at(from + (to - from) / 2.0, &drawn, means, deviations);
        let right = Others::at(to, &drawn, means, deviations);
        for (n, &index) in drawn.iter().enumerate() {
            let mass = right.each[n] - left.each[n];
            if mass > 0.0 {
                // Simpson's rule.
                wins[index] += mass * (left.without(n) + 4.0 * middle.without(n) + right.without(n)) / 6.0;
            }
        }
        left = right;
    }
    wins
}

/// Distribution functions at one place, and their product.
struct Others {
    each: Vec<f64>,
    /// Product of the values above 0.
    product: f64,
    zeros: usize,
}

impl Others {
    fn at(x: f64, drawn: &[usize], means: &[f64], deviations: &[f64]) -> Self {
        let mut others = Self { each: Vec::with_capacity(drawn.len()), product: 1.0, zeros: 0 };
        for &index in drawn {
            let below = distribution(x, means[index], deviations[index]);
            others.each.push(below);
            match below > 0.0 {
                true => others.product *= below,
                false => others.zeros += 1,
            }
        }
        others
    }

    /// Returns the product without one of them.
    #[inline(always)]
    fn without(&self, n: usize) -> f64 {
        match (self.zeros, self.each[n] > 0.0) {
            (0, _) => self.product / self.each[n],
            (1, false) => self.product,
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::largest_normal;

    /// Sets of means and deviations: similar deviations, very different ones, certain ones, and ties.
    fn sets() -> Vec<(Vec<f64>, Vec<f64>)> {
        let spaced = |n: usize, step: f64| (0..n).map(|i| i as f64 * step).collect::<Vec<f64>>();
        vec![
            (spaced(40, 0.02), vec![0.3; 40]),
            (spaced(30, 0.01), (0..30).map(|i| 0.01 * 100f64.powf(f64::from(i) / 29.0)).collect()),
            (vec![0.9, 0.1, 0.4, 0.4, 0.7], vec![0.01, 0.8, 0.01, 0.01, 0.01]),
            (vec![0.9, 0.1, 0.4, 0.4, 0.7], vec![0.2, 0.5, 0.1, 0.3, 0.0]),
            (vec![0.5, 0.1, 0.52, 0.5, 0.3], vec![0.0, 0.01, 0.01, 0.8, 0.8]),
            (vec![1.0, 1.0], vec![0.5, 0.5]),
            (vec![1.0], vec![0.5]),
        ]
    }

    #[test]
    fn probabilities_sum_to_one_before_they_are_normalised() {
        for (means, deviations) in sets() {
            let sum: f64 = wins(&means, &deviations, INTERVALS).iter().sum();
            assert!((sum - 1.0).abs() <= 1e-5, "{sum} for {means:?} {deviations:?}");
        }
    }

    #[test]
    fn they_equal_the_frequencies_of_the_engines_own_draws() {
        const DRAWS: u32 = 400_000;
        for (means, deviations) in sets() {
            let mut state = 11;
            let mut won = vec![0u32; means.len()];
            (0..DRAWS).for_each(|_| won[largest_normal(&mut state, &means, &deviations)] += 1);
            for (won, p) in won.iter().zip(probabilities_of_largest(&means, &deviations)) {
                let error = (p * (1.0 - p) / f64::from(DRAWS)).sqrt();
                assert!((f64::from(*won) / f64::from(DRAWS) - p).abs() <= 4.0 * error + 1e-6, "{won} {p}");
            }
        }
    }

    #[test]
    fn thinned_intervals_agree_with_all() {
        let mut state = 3;
        for n in [200, 1000] {
            let mut draw = |scale: f64| (0..n).map(|_| scale * crate::draw::unit(&mut state)).collect::<Vec<f64>>();
            let (means, deviations) = (draw(1.0), draw(0.5));
            let [all, thinned] = [usize::MAX, INTERVALS].map(|intervals| wins(&means, &deviations, intervals));
            let largest = all.iter().zip(thinned).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(largest <= 1e-5, "{largest}");
        }
    }

    #[test]
    fn certain_ones_leave_no_chance_to_lower_ones_and_the_first_wins_a_tie() {
        assert_eq!(probabilities_of_largest(&[0.5, 0.7, 0.7, 0.1], &[0.0; 4]), [0.0, 1.0, 0.0, 0.0]);
        assert_eq!(probabilities_of_largest(&[5.0, 0.0], &[0.0, 0.1]), [1.0, 0.0]);
        assert_eq!(probabilities_of_largest(&[1.0, 1.0], &[0.5, 0.5]), [0.5, 0.5]);
    }
}
