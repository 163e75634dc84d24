//! Metrics of predicted probabilities: discrimination (AUC), log loss and calibration.
//!
//! Rows have a count, so that a resample of the users is evaluated without copying rows.

use serde::Serialize;

use crate::base::order;

/// Number of equal-count bins for calibration.
pub const BINS: usize = 10;

/// Probabilities are clamped this far from 0 and 1, so that the logarithm is finite.
const EDGE: f64 = 1e-15;

/// A predicted probability with its outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predicted {
    /// The predicted probability, 0 to 1.
    pub chance: f64,
    /// True if the outcome occurred.
    pub happened: bool,
    /// Index of the subject it was made for.
    pub of: u32,
}

/// Sorts predictions by probability, as the other functions expect.
pub fn sort(rows: &mut [Predicted]) {
    order::sort_by(rows, |a, b| a.chance.total_cmp(&b.chance));
}

/// Returns the probability that a positive row is predicted higher than a negative one, ties counting half (Mann and
/// Whitney 1947); `None` unless both exist. `count` is the number of times a row counts.
pub fn auc(sorted: &[Predicted], count: impl Fn(&Predicted) -> f64) -> Option<f64> {
    let (mut won, mut positives, mut negatives) = (0.0, 0.0, 0.0);
    for tied in sorted.chunk_by(|a, b| a.chance == b.chance) {
        let (mut happened, mut not) = (0.0, 0.0);
        tied.iter().for_each(|row| *if row.happened { &mut happened } else { &mut not } += count(row));
        won += happened * (negatives + not / 2.0);
        positives += happened;
        negatives += not;
    }
    let pairs = positives * negatives;
    (pairs > 0.0).then(|| won / pairs)
}

/// Returns the mean of −ln of the probability of the outcome, in nats.
pub fn log_loss(rows: &[Predicted], count: impl Fn(&Predicted) -> f64) -> f64 {
    let (mut loss, mut all) = (0.0, 0.0);
    for row in rows {
        let probability = if row.happened { row.chance } else { 1.0 - row.chance };
        loss -= count(row) * libm::log(probability.clamp(EDGE, 1.0));
        all += count(row);
    }
    loss / f64::max(all, 1.0)
}

/// Predictions of similar probability, with their outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// Number of predictions.
    pub n: usize,
    /// Their mean probability.
    pub chance: f64,
    /// The share of positive outcomes, 0 to 1.
    pub happened: f64,
}

/// Divides sorted predictions into bins of equal counts, give or take one. Equal probabilities share their mean
/// outcome, so that the order of the log does not matter.
pub fn reliability(sorted: &[Predicted], bins: usize) -> Vec<Bin> {
    let mut outcomes = Vec::with_capacity(sorted.len());
    for tied in sorted.chunk_by(|a, b| a.chance == b.chance) {
        let happened = tied.iter().filter(|row| row.happened).count() as f64 / tied.len() as f64;
        outcomes.extend(tied.iter().map(|_| happened));
    }
    let of = |bin: usize| {
        let range = bin * sorted.len() / bins..(bin + 1) * sorted.len() / bins;
        let n = range.len();
        let mean = |sum: f64| sum / n.max(1) as f64;
        let chance = mean(sorted[range.clone()].iter().map(|row| row.chance).sum());
        Bin { n, chance, happened: mean(outcomes[range].iter().sum()) }
    };
    (0..bins).map(of).filter(|bin| bin.n > 0).collect()
}

/// Returns the expected calibration error: over the bins, the mean absolute difference between the mean probability and
/// the share of positive outcomes (Naeini et al. 2015).
pub fn calibration_error(sorted: &[Predicted], bins: usize) -> f64 {
    let differences = reliability(sorted, bins).into_iter().map(|bin| bin.n as f64 * (bin.chance - bin.happened).abs());
    differences.sum::<f64>() / sorted.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    fn rows(random: &mut Random, n: usize) -> Vec<Predicted> {
        let row = |_| Predicted { chance: random.below(7) as f64 / 8.0, happened: random.below(3) == 0, of: 0 };
        let mut rows: Vec<Predicted> = (0..n).map(row).collect();
        sort(&mut rows);
        rows
    }

    #[test]
    fn auc_is_the_share_of_pairs_ordered_correctly() {
        let mut random = Random::new(3);
        for n in 0..60 {
            let rows = rows(&mut random, n);
            let (mut won, mut pairs) = (0.0, 0.0);
            for a in rows.iter().filter(|row| row.happened) {
                for b in rows.iter().filter(|row| !row.happened) {
                    pairs += 1.0;
                    won += if a.chance > b.chance { 1.0 } else { f64::from(a.chance == b.chance) / 2.0 };
                }
            }
            match auc(&rows, |_| 1.0) {
                Some(auc) => assert!((auc - won / pairs).abs() < 1e-12),
                None => assert_eq!(pairs, 0.0),
            }
        }
    }

    #[test]
    fn a_row_that_counts_twice_counts_as_two_rows() {
        let rows = rows(&mut Random::new(4), 40);
        let twice = |row: &Predicted| if row.happened { 2.0 } else { 1.0 };
        let mut doubled: Vec<Predicted> = rows.iter().flat_map(|row| vec![*row; twice(row) as usize]).collect();
        sort(&mut doubled);
        assert!((auc(&rows, twice).unwrap() - auc(&doubled, |_| 1.0).unwrap()).abs() < 1e-12);
        assert!((log_loss(&rows, twice) - log_loss(&doubled, |_| 1.0)).abs() < 1e-12);
    }

    #[test]
    fn log_loss_of_certainty_is_0_or_large() {
        let row = |chance, happened| [Predicted { chance, happened, of: 0 }];
        assert_eq!(log_loss(&row(1.0, true), |_| 1.0), 0.0);
        assert!((log_loss(&row(0.5, false), |_| 1.0) - std::f64::consts::LN_2).abs() < 1e-15);
        assert!(log_loss(&row(1.0, false), |_| 1.0) > 34.0);
    }

    #[test]
    fn calibration_averages_over_bins_and_ignores_the_order_of_ties() {
        // Two bins of two: |0.2 − 0| and |0.7 − 1|, mean 0.25.
        let four = [(0.1, false), (0.3, false), (0.6, true), (0.8, true)];
        let rows = four.map(|(chance, happened)| Predicted { chance, happened, of: 0 });
        assert!((calibration_error(&rows, 2) - 0.25).abs() < 1e-15);
        let mut equals = [true, false, false, true].map(|happened| Predicted { chance: 0.5, happened, of: 0 });
        for _ in 0..4 {
            equals.rotate_left(1);
            assert_eq!(calibration_error(&equals, 2), 0.0);
        }
        assert_eq!(calibration_error(&[], 10), 0.0);
    }
}
