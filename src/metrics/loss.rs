//! Losses before and after a fit.

use serde::Serialize;

/// Mean losses before and after a fit, in nats.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Loss {
    /// With the prior model.
    pub before: f64,
    /// With the fitted model.
    pub after: f64,
}
