//! Weights along the slots of a decision, for recipients who read downwards: cascade-DR (Kiyohara et al. 2022) with
//! weights that are clipped at every slot. The mass that a clip removes falls back on the model in all later slots.
//!
//! A decision with one slot is the ordinary doubly robust estimator.

use super::calibration::Line;
use super::rows::SlotRow;

/// The slots of a decision that were passed so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prefix {
    /// W: clipped importance weight of the logged items.
    pub weight: f64,
    /// L: part of the target's probability that the clip removed.
    pub lost: f64,
    /// R: product of the corrections of the logged items.
    pub correction: f64,
}

impl Prefix {
    /// Before the first slot.
    pub const START: Self = Self { weight: 1.0, lost: 0.0, correction: 1.0 };

    /// Returns the prefix with one more slot.
    pub fn then(self, slot: &SlotRow, sums: &SlotSums, clip: f64) -> Self {
        let (logged, target) = (slot.logged[slot.picked], slot.target[slot.picked]);
        Self {
            weight: self.cover(logged, target, clip).1,
            lost: self.lost + sums.lost,
            correction: self.correction * slot.correction,
        }
    }

    /// Returns the part of an item's target probability, times the weight, within `clip` times its logged probability,
    /// and the ratio of the two.
    pub fn cover(self, logged: f64, target: f64, clip: f64) -> (f64, f64) {
        // Without this branch an infinite clip times 0 would be undefined.
        if logged <= 0.0 {
            return (0.0, 0.0);
        }
        let covered = (self.weight * target).min(clip * logged);
        (covered, covered / logged)
    }
}

/// Sums over the items of a slot that need no outcome. π are the probabilities, w̄ the clipped weights, v the variances.
#[derive(Debug, Clone, Copy, Default)]
pub struct SlotSums {
    /// Σ π_b (w̄ − 1)² v.
    pub excess: f64,
    /// Σ π_b (w̄ − 1) v.
    pub cross: f64,
    /// Σ π_b v.
    pub base: f64,
    /// Σ u, the target's mass beyond the clip.
    pub lost: f64,
    /// Σ u q.
    pub lost_value: f64,
    /// Σ π_b w̄².
    pub moment: f64,
    /// Σ π_e q.
    pub target: f64,
    /// Σ π_b q.
    pub logged: f64,
    /// Largest w̄.
    pub largest: f64,
}

impl SlotSums {
    /// Sums over all items of a slot.
    pub fn of(slot: &SlotRow, line: &Line, prefix: Prefix, clip: f64) -> Self {
        let mut sums = Self::default();
        for ((&logged, &target), &utility) in slot.logged.iter().zip(&slot.target).zip(&slot.utilities) {
            let q = line.predict(utility);
            let v = line.variance(q);
            let (covered, weight) = prefix.cover(logged, target, clip);
            let difference = logged * (weight - 1.0) * v;
            sums.excess += difference * (weight - 1.0);
            sums.cross += difference;
            sums.base += logged * v;
            // Not π_e − w̄·π_b: what is within the clip must give exactly 0.
            let lost = prefix.weight * target - covered;
            sums.lost += lost;
            sums.lost_value += lost * q;
            sums.moment += covered * weight;
            sums.target += target * q;
            sums.logged += logged * q;
            sums.largest = sums.largest.max(weight);
        }
        sums
    }

    /// Returns the model's value of the slot under the target, with the mass lost before it.
    pub fn model(&self, prefix: Prefix) -> f64 {
        (prefix.weight + prefix.lost) * self.target
    }

    /// Returns the predicted value of everything that the log does not support in this slot.
    pub fn bound(&self, prefix: Prefix) -> f64 {
        self.lost_value + prefix.lost * self.target
    }
}
