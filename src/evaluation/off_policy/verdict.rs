//! Checks that refuse an answer, in their order, and the answer if all pass.

use serde::Serialize;

use super::estimate::{LiftEstimate, Overlap};
use super::rows::{DecisionRow, Reconstruction, SlotRow};

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OffPolicyVerdict {
    /// The interval of the lift is above 0.
    More,
    /// The interval of the lift is below 0.
    Less,
    /// The interval of the lift contains 0.
    NoDifferenceDetected,
    /// A check refused.
    CannotTell,
}

/// Reason of a refusal, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalCode {
    /// The target's configuration admits moments or items that the log's does not.
    Configuration,
    /// More than [`MOST_NOT_REPRODUCED`] of the decisions could not be reconstructed.
    NotReproduced,
    /// The log always sent the best item, and the target sends others.
    NoExploration,
    /// Logged propensities contradict the decisions.
    InvalidPropensities,
    /// The log has no outcomes, so that the lift is undefined.
    NoOutcomes,
    /// Too much of the target is unsupported.
    InsufficientOverlap,
    /// Too few decisions or outcomes, or too small an effective sample size.
    InsufficientData,
    /// The interval is too wide for an answer.
    IntervalTooWide,
}

/// Largest part of the decisions that may not be reproduced.
const MOST_NOT_REPRODUCED: f64 = 0.1;
/// Σ π² above which a distribution counts as certain.
const CERTAIN: f64 = 0.999;
/// Part of certain decisions above which a log has no exploration.
const MOST_CERTAIN: f64 = 0.99;
/// Lowest estimated propensity that is used.
const LOWEST_ESTIMATE: f64 = 1e-4;
/// Largest difference of a logged propensity from the recomputed one of the same decision.
const LARGEST_DIFFERENCE: f64 = 1e-9;
/// Part of the exactly reproduced decisions in which the difference may be larger.
const MOST_DIFFERENT: f64 = 0.01;
/// Standard deviations of the mean weight from its expectation. With 4, 0.04–0.42 % of honest logs were refused.
const MOST_DEVIATIONS: f64 = 6.0;
/// Fewest decisions.
pub const FEWEST_DECISIONS: usize = 200;
/// Lowest effective sample size.
pub const LEAST_EFFECTIVE: f64 = 100.0;
/// Fewest outcomes.
pub const FEWEST_OUTCOMES: f64 = 30.0;
/// Largest half-width of the lift.
pub const WIDEST: f64 = 0.5;

/// Returns the first refusal that the reconstruction alone gives.
pub fn refusal_of_log(log: &Reconstruction) -> Option<RefusalCode> {
    let (found, lost) = (log.rows.len() as f64, f64::from(log.excluded.not_reproduced));
    if lost > MOST_NOT_REPRODUCED * (found + lost) {
        return Some(RefusalCode::NotReproduced);
    }
    (has_no_exploration(&log.rows) && log.rows.iter().any(differs)).then_some(RefusalCode::NoExploration)
}

/// Returns the first refusal that an estimate gives; `half_width` is that of the lift, all parts together.
pub fn refusal_of_estimate(
    rows: &[DecisionRow],
    estimate: &LiftEstimate,
    max_unsupported: f64,
    half_width: f64,
) -> Option<RefusalCode> {
    let outcomes: f64 = rows.iter().map(|row| f64::from(row.outcomes)).sum();
    let Overlap { unsupported, effective_sample_size, .. } = estimate.overlap;
    let is_little =
        rows.len() < FEWEST_DECISIONS || effective_sample_size < LEAST_EFFECTIVE || outcomes < FEWEST_OUTCOMES;
    match () {
        () if has_invalid_propensities(rows, &estimate.overlap) => Some(RefusalCode::InvalidPropensities),
        () if outcomes == 0.0 || estimate.logged.mean <= 0.0 => Some(RefusalCode::NoOutcomes),
        () if unsupported > max_unsupported => Some(RefusalCode::InsufficientOverlap),
        () if is_little => Some(RefusalCode::InsufficientData),
        () if half_width > WIDEST => Some(RefusalCode::IntervalTooWide),
        () => None,
    }
}

/// Returns the answer that an interval of the lift gives.
pub fn verdict([low, high]: [f64; 2]) -> OffPolicyVerdict {
    match () {
        () if low > 0.0 => OffPolicyVerdict::More,
        () if high < 0.0 => OffPolicyVerdict::Less,
        () => OffPolicyVerdict::NoDifferenceDetected,
    }
}

/// True if nearly every decision was certain.
pub fn has_no_exploration(rows: &[DecisionRow]) -> bool {
    let is_certain = |row: &&DecisionRow| {
        let slot = &row.slots[row.first_choice()];
        slot.logged.iter().map(|propensity| propensity * propensity).sum::<f64>() > CERTAIN
    };
    rows.iter().filter(is_certain).count() as f64 > MOST_CERTAIN * rows.len() as f64
}

fn differs(row: &DecisionRow) -> bool {
    row.slots.iter().any(|slot| slot.logged != slot.target)
}

fn has_invalid_propensities(rows: &[DecisionRow], overlap: &Overlap) -> bool {
    let is_rough = |slot: &SlotRow| slot.is_estimated && slot.logged[slot.picked] < LOWEST_ESTIMATE;
    let is_different = |slot: &SlotRow| {
        let difference = slot.logged_propensity.map(|logged| (logged - slot.logged[slot.picked]).abs());
        difference.is_some_and(|difference| difference > LARGEST_DIFFERENCE)
    };
    let (mut exact, mut different) = (0.0, 0.0);
    for row in rows.iter().filter(|row| row.is_exact) {
        exact += 1.0;
        different += if row.slots.iter().any(is_different) { 1.0 } else { 0.0 };
    }
    let distance = (overlap.mean_weight - overlap.expected_weight).abs();
    rows.iter().flat_map(|row| &row.slots).any(is_rough)
        || different > MOST_DIFFERENT * exact
        // Rounding alone must not refuse a log whose weights cannot vary.
        || distance > MOST_DEVIATIONS * overlap.weight_std_dev + LARGEST_DIFFERENCE
}
