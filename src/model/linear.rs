//! One kind's linear model.

use crate::base::bytes::as_bytes;

/// One kind's model.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    /// b: the log-odds of knowing nothing.
    pub bias: f64,
    /// w: one weight a feature, in the features' order.
    pub weights: Vec<f64>,
    /// The standard errors of the weights, and of the bias as one more; empty where no log fitted them.
    pub errors: Vec<f64>,
    /// Whether its numbers only order and are not chances.
    pub relative: bool,
}

as_bytes!(LinearModel: bias, weights, errors, relative);

/// A weight that no log has fitted may be off by this part of itself.
const OFF_BY: f64 = 0.1;

/// The error of a weight whose feature never differed in the log is that of the least penalty (`learn::fit`), 1000: it
/// says that nothing was learnt.
const NOTHING_LEARNT: f64 = 900.0;

impl LinearModel {
    /// How unsure one is of the n-th weight, as a standard deviation; of the bias, which comes last.
    pub fn error(&self, n: usize) -> f64 {
        let fitted = self.errors.get(n).copied().filter(|error| *error < NOTHING_LEARNT);
        fitted.unwrap_or_else(|| OFF_BY * self.weights.get(n).unwrap_or(&self.bias).abs())
    }

    /// The weights, and the bias as one more.
    pub fn with_bias(&self) -> Vec<f64> {
        self.weights.iter().copied().chain([self.bias]).collect()
    }
}
