//! A measure before and after a fit.

use serde::Serialize;

/// Values of one measure before and after a fit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BeforeAfter {
    /// With the shipped weights.
    pub before: f64,
    /// With the fitted model.
    pub after: f64,
}
