//! Settings of an off-policy evaluation.

use serde::Serialize;

use crate::base::time::Time;

use super::intervals::Confidence;

/// A period, both ends inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EvaluatedPeriod {
    /// First moment.
    pub from: Time,
    /// Last moment.
    pub to: Time,
}

/// Milliseconds in a week.
const WEEK: f64 = 7.0 * 86_400_000.0;

/// Settings of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OffPolicySettings {
    /// The period.
    pub period: EvaluatedPeriod,
    /// Kind of interval.
    pub confidence: Confidence,
    /// Largest part of the target's choices that may be unsupported, 0–1.
    pub max_unsupported: f64,
}

impl OffPolicySettings {
    /// Returns the number of decisions a week at the pace of a log with so many in the period.
    pub fn decisions_per_week(&self, decisions: usize) -> f64 {
        decisions as f64 * WEEK / (self.period.to - self.period.from + 1) as f64
    }
}
