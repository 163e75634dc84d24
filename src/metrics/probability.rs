//! Figures of predicted chances: whether they order rightly (AUC) and whether they are true (log-loss, calibration).
//!
//! Every row may count several times: that is how resamples of the users are judged.

use serde::Serialize;

use crate::base::order;

/// Calibration is judged over so many bins of equal counts.
pub const BINS: usize = 10;

/// Chances are kept this far from 0 and 1, where the logarithm ends.
const EDGE: f64 = 1e-15;

/// A prediction, what came of it, and whose it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predicted {
    /// The chance given.
    pub chance: f64,
    /// Whether it happened.
    pub happened: bool,
    /// The number of the one it was made for.
    pub of: u32,
}

/// Sorts predictions by chance, as the other functions want them.
pub fn sort(rows: &mut [Predicted]) {
    order::sort_by(rows, |a, b| a.chance.total_cmp(&b.chance));
}

/// The chance that one that happened was given more than one that did not, ties counting half (Mann and Whitney 1947);
/// `None` where one of the two is missing. `count` says how often a row counts.
pub fn auc(sorted: &[Predicted], count: impl Fn(&Predicted) -> f64) -> Option<f64> {
    let (mut won, mut happened_in_all, mut not_before) = (0.0, 0.0, 0.0);
    for tied in sorted.chunk_by(|a, b| a.chance == b.chance) {
        let (mut happened, mut not) = (0.0, 0.0);
        tied.iter().for_each(|row| *if row.happened { &mut happened } else { &mut not } += count(row));
        won += happened * (not_before + not / 2.0);
        happened_in_all += happened;
        not_before += not;
    }
    let pairs = happened_in_all * not_before;
    (pairs > 0.0).then(|| won / pairs)
}

/// The mean of −ln of the chance given to what came.
pub fn log_loss(rows: &[Predicted], count: impl Fn(&Predicted) -> f64) -> f64 {
    let (mut loss, mut all) = (0.0, 0.0);
    for row in rows {
        let of_what_came = if row.happened { row.chance } else { 1.0 - row.chance };
        loss -= count(row) * libm::log(of_what_came.clamp(EDGE, 1.0));
        all += count(row);
    }
    loss / f64::max(all, 1.0)
}

/// Predictions of about the same chance, and what came of them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// How many.
    pub n: usize,
    /// Their mean chance.
    pub chance: f64,
    /// The part of them that happened.
    pub happened: f64,
}

/// Parts sorted predictions into bins of as equal counts as can be. Among equal chances everyone bears their mean
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

/// The expected calibration error: over the bins, the mean distance between the mean chance and the part that happened
/// (Naeini et al. 2015).
pub fn calibration_error(sorted: &[Predicted], bins: usize) -> f64 {
    let apart = reliability(sorted, bins).into_iter().map(|bin| bin.n as f64 * (bin.chance - bin.happened).abs());
    apart.sum::<f64>() / sorted.len().max(1) as f64
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
    fn auc_is_the_part_of_all_pairs_that_stand_the_right_way() {
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
    fn log_loss_of_certainty_is_nothing_or_very_much() {
        let row = |chance, happened| [Predicted { chance, happened, of: 0 }];
        assert_eq!(log_loss(&row(1.0, true), |_| 1.0), 0.0);
        assert!((log_loss(&row(0.5, false), |_| 1.0) - std::f64::consts::LN_2).abs() < 1e-15);
        assert!(log_loss(&row(1.0, false), |_| 1.0) > 34.0);
    }

    #[test]
    fn calibration_is_judged_bin_by_bin_and_ignores_the_order_of_equals() {
        // Two bins of two: (0.1 + 0.3)/2 against 0, and (0.6 + 0.8)/2 against 1: (0.2 + 0.3) / 2.
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
