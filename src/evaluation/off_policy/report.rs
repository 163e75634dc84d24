//! The report of an off-policy evaluation: an answer with its intervals, or a refusal with its reason.

use serde::Serialize;

use super::planner::ExplorationAdvice;
use super::rows::Excluded;
use super::sequence::SequentialPlan;
use super::settings::EvaluatedPeriod;
use super::textbook::TextbookEstimates;
use super::verdict::{OffPolicyVerdict, RefusalCode};

/// The result of an evaluation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OffPolicyReport {
    /// The answer.
    pub verdict: OffPolicyVerdict,
    /// Reason of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<OffPolicyRefusal>,
    /// The period.
    pub period: EvaluatedPeriod,
    /// Relative difference of the target to the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lift: Option<Lift>,
    /// Outcomes per decision and recipient under the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logged: Option<LoggedValue>,
    /// Outcomes per decision and recipient under the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetValue>,
    /// Numbers of decisions.
    pub decisions: DecisionCounts,
    /// Coverage of the target by the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlap: Option<OverlapReport>,
    /// Items with most unsupported mass.
    pub unsupported_items: Vec<UnsupportedItem>,
    /// The exploration that would answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<ExplorationAdvice>,
    /// The sequential plan, as it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequential: Option<SequentialPlan>,
    /// Textbook estimates of the target's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_estimates: Option<TextbookEstimates>,
}

/// Reason of a refusal.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OffPolicyRefusal {
    /// The check that refused.
    pub code: RefusalCode,
    /// The field of the target's configuration that admits further moments or items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Half-width of the lift's interval that is too wide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub half_width: Option<f64>,
}

/// Relative difference: 0.1 is 10 % more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lift {
    /// The estimate.
    pub estimate: f64,
    /// Its interval.
    pub interval: [f64; 2],
    /// Part of the half-width due to chance.
    pub sampling_half_width: f64,
    /// Part of the half-width due to choices that the log does not support.
    pub unsupported_half_width: f64,
}

/// Value of the logging policy, in outcomes per decision and recipient.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LoggedValue {
    /// The estimate.
    pub value: f64,
    /// Its interval.
    pub interval: [f64; 2],
    /// Number of outcomes.
    pub outcomes: u64,
}

/// Value of the target policy, in outcomes per decision and recipient.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TargetValue {
    /// The estimate.
    pub value: f64,
    /// Its interval.
    pub interval: [f64; 2],
}

/// Numbers of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DecisionCounts {
    /// Evaluated.
    pub used: usize,
    /// Left out, by reason.
    pub excluded: Excluded,
    /// Counts of the decisions used.
    pub reproduced: Reproduced,
    /// Share of the used ones whose best item differs, 0–1.
    pub changed: f64,
}

/// Numbers of reconstructed decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reproduced {
    /// With the same id.
    pub exact: usize,
    /// With another id and close propensities.
    pub close: usize,
}

/// Coverage of the target by the log.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OverlapReport {
    /// Part of the target's choices beyond the clip, 0–1.
    pub unsupported: f64,
    /// Effective sample size of the design.
    pub effective_sample_size: f64,
    /// Largest importance weight of a sent item, before clipping.
    pub largest_weight: f64,
    /// The clip; absent if it is infinite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clip: Option<f64>,
    /// Mean clipped weight of the sent items.
    pub mean_weight: f64,
}

/// An item with unsupported mass.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnsupportedItem {
    /// Its id.
    pub item: String,
    /// Part of all choices, 0–1.
    pub share: f64,
}
