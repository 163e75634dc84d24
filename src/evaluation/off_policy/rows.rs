//! Reconstructed decisions: both policies' distributions at each slot, the item sent, and its outcomes.

use serde::Serialize;

/// A decision of the log. All recipients of a group share one row: its randomisation is one draw.
#[derive(Debug, Clone, PartialEq)]
pub struct DecisionRow {
    /// Slots in order, at least one. Each is conditional on the logged items of the earlier slots.
    pub slots: Vec<SlotRow>,
    /// Number of outcomes, of all recipients and slots.
    pub outcomes: u32,
    /// True if the two policies' best items for the first slot differ.
    pub is_changed: bool,
    /// True if the recomputed id equals the logged one; else recomputed and logged propensities are close.
    pub is_exact: bool,
}

impl DecisionRow {
    /// Returns the index of the first slot at which there was a choice; 0 if there was none.
    pub fn first_choice(&self) -> usize {
        self.slots.iter().position(|slot| slot.items.len() > 1).unwrap_or(0)
    }
}

/// A slot of a decision. The lists have one entry per item that either configuration allows here, in the same order.
/// A pinned slot has one item, with probability 1 under both policies.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotRow {
    /// Indices of the items in the library.
    pub items: Vec<u32>,
    /// Probability of each item under the logging policy, 0–1; sums to 1.
    pub logged: Vec<f64>,
    /// Probability of each item under the target policy, 0–1; sums to 1.
    pub target: Vec<f64>,
    /// Utility of each item under the logging model and objective, without diversity penalty, in weights of kinds.
    pub utilities: Vec<f64>,
    /// Position of the item that was sent in the lists.
    pub picked: usize,
    /// Outcomes per recipient, ≥ 0.
    pub outcome: f64,
    /// Logged propensity of the item that was sent; `None` if that was an estimate and `logged` is exact.
    pub logged_propensity: Option<f64>,
    /// True if `logged` holds estimates in place of exact probabilities.
    pub is_estimated: bool,
    /// Reconstructed propensity of the item that was sent, divided by the logged one; 1 if the decision was reproduced
    /// exactly.
    pub correction: f64,
}

/// The decisions of a log that can be evaluated, and the number of decisions that cannot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reconstruction {
    /// Decisions in the order of the log.
    pub rows: Vec<DecisionRow>,
    /// Decisions and outcomes left out.
    pub excluded: Excluded,
}

/// Numbers of decisions left out, by reason, and of outcomes that belong to no decision or slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Excluded {
    /// Decisions before or after the period.
    #[serde(skip_serializing_if = "is_zero")]
    pub outside_period: u32,
    /// Decisions younger than the attribution window at the end of the log.
    #[serde(skip_serializing_if = "is_zero")]
    pub too_recent: u32,
    /// Decisions of the period for users if groups are evaluated, or for groups if users are.
    #[serde(skip_serializing_if = "is_zero")]
    pub other_recipients: u32,
    /// Decisions for recipients who are not profiled.
    #[serde(skip_serializing_if = "is_zero")]
    pub not_profiled: u32,
    /// Decisions that were reproduced neither exactly nor closely.
    #[serde(skip_serializing_if = "is_zero")]
    pub not_reproduced: u32,
    /// Outcomes without the id of a decision.
    #[serde(skip_serializing_if = "is_zero")]
    pub without_decision: u32,
    /// Outcomes of a slate without an item, or with an item of no slot.
    #[serde(skip_serializing_if = "is_zero")]
    pub without_slot: u32,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}
