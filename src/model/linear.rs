//! Linear model of one kind of interaction.

use crate::base::bytes::as_bytes;

/// Logistic model of one kind: P = σ(b + w·φ).
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    /// b: log-odds if all features are 0.
    pub bias: f64,
    /// w: one weight per feature, in the features' order.
    pub weights: Vec<f64>,
    /// Standard errors of the weights, the bias last; empty if not fitted.
    pub errors: Vec<f64>,
    /// True if its outputs only rank and are not calibrated probabilities.
    pub relative: bool,
}

as_bytes!(LinearModel: bias, weights, errors, relative);

/// Relative standard error assumed for weights that were not fitted.
const DEFAULT_RELATIVE_ERROR: f64 = 0.1;

/// Standard errors from here on mean that nothing was learnt: a feature that never varied in the log has that of the
/// minimum penalty (`training::newton`), 1000.
const MIN_UNFITTED_ERROR: f64 = 900.0;

impl LinearModel {
    /// Returns the standard error of the n-th weight, or of the bias, which comes last.
    pub fn error(&self, n: usize) -> f64 {
        let fitted = self.errors.get(n).copied().filter(|error| *error < MIN_UNFITTED_ERROR);
        fitted.unwrap_or_else(|| DEFAULT_RELATIVE_ERROR * self.weights.get(n).unwrap_or(&self.bias).abs())
    }

    /// Returns the weights, the bias last.
    pub fn with_bias(&self) -> Vec<f64> {
        self.weights.iter().copied().chain([self.bias]).collect()
    }
}
