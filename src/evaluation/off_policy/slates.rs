//! Weights along the slots of a decision, for recipients who read downwards: cascade-DR (Kiyohara et al. 2022) with
//! weights that are clipped at every slot. The mass that a clip removes falls back on the model in all later slots.
//!
//! A decision with one slot is the ordinary doubly robust estimator.

use nextpick_kernel::clipped::{Clip, SlotSums};

use super::calibration::Line;
use super::rows::SlotRow;

/// Running quantities over the slots of a decision passed so far.
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
        Clip { above: self.weight, largest: clip }.cover(logged, target)
    }

    /// Returns the sums over the items of the next slot that need no outcome.
    pub fn sums(self, slot: &SlotRow, line: &Line, clip: f64) -> SlotSums {
        let clip = Clip { above: self.weight, largest: clip };
        SlotSums::of(&slot.logged, &slot.target, &slot.utilities, line.prediction(), clip)
    }

    /// Returns the model's value of the next slot under the target, with the mass lost before it.
    pub fn model(self, sums: &SlotSums) -> f64 {
        (self.weight + self.lost) * sums.target
    }

    /// Returns the predicted value of the target's mass that the log does not support in the next slot.
    pub fn bound(self, sums: &SlotSums) -> f64 {
        sums.lost_value + self.lost * sums.target
    }
}
