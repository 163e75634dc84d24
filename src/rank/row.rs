//! One kind's linear model.

use serde::{Deserialize, Serialize};

/// One kind's model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// b: the log-odds of knowing nothing.
    pub bias: f64,
    /// w: one weight a feature, in the features' order.
    pub weights: Vec<f64>,
    /// Whether its numbers only order and are not chances.
    pub relative: bool,
}

impl Row {
    /// The weights, and the bias as one more.
    pub fn with_bias(&self) -> Vec<f64> {
        self.weights.iter().copied().chain([self.bias]).collect()
    }
}
