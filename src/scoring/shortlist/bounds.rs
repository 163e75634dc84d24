//! Bounds of the errors of sums and utilities in f32.
//!
//! With u = 2⁻²⁴, a sum of n terms, each the product of two rounded numbers, errs by at most (n + 3)·u·Σ|terms| to first
//! order. Rows have unit length within a class, so that Σ|terms| of a row is at most the length of the profile.

use nextpick_kernel::lanes::{LN_1P_ERROR, Moments, ROUNDING, RUN, SIGMOID_ERROR};

use super::directions::KindTerm;

/// Terms of a sum that are in no row (item-only score, two logarithms, columns), roundings of a product, and room for the
/// terms of second order.
const MORE_TERMS: f64 = 10.0;

/// Sum of the rounding errors of the exact arithmetic and of the deviation of proportional weights, per unit of weight:
/// features are logarithms, cosines and rates below 64.
const SLACK: f64 = 1e-10;

/// Numbers whose f32 sums might overflow are not bounded.
const LARGEST: f64 = 1e30;

/// Absolute sizes of the terms of one lane's sums in one direction.
#[derive(Debug, Clone, Copy, Default)]
pub struct Terms {
    /// Largest absolute item-only score.
    pub item_only: f64,
    /// Sum over the classes of the lengths of the profile.
    pub profile: f64,
    /// Largest logarithms of co-occurrence.
    pub logs: [f32; 2],
    /// Absolute weights of these logarithms.
    pub log_weights: [f64; 2],
    /// Largest absolute sum of columns.
    pub columns: f64,
    /// Number of facets of the longest row.
    pub longest_row: f64,
    /// Sum of the absolute weights.
    pub weights: f64,
}

impl Terms {
    /// Returns a bound of the absolute value of a sum.
    pub fn size(&self) -> f64 {
        self.item_only + self.profile + self.columns + self.of_logs(|log| log)
    }

    /// Returns a bound of the error of a sum; infinite if sums may overflow.
    pub fn error(&self) -> f64 {
        let size = self.size();
        // The argument of a logarithm is rounded, too: a relative error of 1 + x, an absolute one of its logarithm.
        let log_error = self.of_logs(|log| 4.0 * ROUNDING + LN_1P_ERROR[0] + LN_1P_ERROR[1] * log);
        let error = (self.longest_row + MORE_TERMS) * ROUNDING * size + log_error + SLACK * self.weights;
        if size < LARGEST { error } else { f64::INFINITY }
    }

    /// Returns a bound of the error of log-odds, `bias` + `scale` × a sum.
    pub fn log_odds_error(&self, kind: &KindTerm) -> f64 {
        let size = kind.bias.abs() + kind.scale.abs() * self.size();
        kind.scale.abs() * self.error() + 3.0 * ROUNDING * size
    }

    fn of_logs(&self, of: impl Fn(f64) -> f64) -> f64 {
        (0..2).map(|n| self.log_weights[n] * of(f64::from(self.logs[n]))).sum()
    }
}

/// Returns a bound of the relative error of Σ |worth·σ|, given that of the log-odds and the number of kinds.
pub fn utility_error(log_odds_error: f64, kinds: usize) -> f64 {
    // σ′ ≤ σ, so that log-odds off by ε change σ by a factor of at most e^ε.
    1.01 * log_odds_error + SIGMOID_ERROR + (kinds as f64 + 5.0) * ROUNDING
}

/// Returns the range of the standard deviation of numbers whose approximations have these moments and err by at most
/// `error` in the root of the mean square: the deviation of a sum is at most the sum of deviations.
pub fn deviation_range(moments: &Moments, error: f64) -> [f64; 2] {
    let mean = moments.sum / moments.count;
    let variance = moments.squares / moments.count - mean * mean;
    // Of the sum of squares, and twice of the mean times the sum.
    let rounding = 3.0 * (RUN as f64 + 4.0) * ROUNDING * moments.gross / moments.count;
    let root = |x: f64| x.max(0.0).sqrt();
    // The exact deviation is a sum of f64 numbers.
    let error = error + moments.count * f64::EPSILON * root(variance + rounding);
    [root(variance - rounding) - error, root(variance + rounding) + error]
}
