//! Sums over the items of one slot under a logging and a target policy, with clipped importance weights. Off-policy
//! evaluation takes them for every decision and for several clips.

/// A predicted outcome of an item: a line from its utility, between two bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Outcome at utility 0.
    pub intercept: f64,
    /// Outcome per unit of utility.
    pub slope: f64,
    /// Lowest and highest prediction.
    pub bounds: [f64; 2],
    /// True if outcomes are rates, 0 to 1.
    pub is_rate: bool,
}

impl Prediction {
    /// Returns q, the predicted outcome of an item.
    #[inline(always)]
    pub fn of(&self, utility: f64) -> f64 {
        let q = self.intercept + self.slope * utility;
        let q = if q < self.bounds[0] { self.bounds[0] } else { q };
        if q > self.bounds[1] { self.bounds[1] } else { q }
    }

    /// Returns v(q), the variance of an outcome: that of a Bernoulli variable for rates, else of a Poisson variable.
    #[inline(always)]
    pub fn variance(&self, q: f64) -> f64 {
        if self.is_rate { q * (1.0 - q) } else { q }
    }
}

/// Clip of the importance weights of a slot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clip {
    /// Weight of the logged items above the slot, by which the target's probabilities are multiplied.
    pub above: f64,
    /// Largest weight; may be infinite.
    pub largest: f64,
}

impl Clip {
    /// Returns the part of an item's target probability, times the weight above, within the clip times its logged
    /// probability, and the ratio of the two.
    #[inline(always)]
    pub fn cover(self, logged: f64, target: f64) -> (f64, f64) {
        // Without this branch an infinite clip times 0 would be undefined.
        if logged <= 0.0 {
            return (0.0, 0.0);
        }
        let (wanted, most) = (self.above * target, self.largest * logged);
        let covered = if wanted < most { wanted } else { most };
        (covered, covered / logged)
    }
}

/// Sums over the items of a slot. π_b and π_e are the logged and the target probabilities, w̄ the clipped weights, u the
/// target's mass beyond the clip, q the predictions and v their variances.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SlotSums {
    /// Σ π_b (w̄ − 1)² v.
    pub excess: f64,
    /// Σ π_b (w̄ − 1) v.
    pub cross: f64,
    /// Σ π_b v.
    pub base: f64,
    /// Σ u.
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
    /// Sums over all items, one entry in each list, in their order.
    #[inline(never)]
    pub fn of(logged: &[f64], target: &[f64], utilities: &[f64], prediction: Prediction, clip: Clip) -> Self {
        let mut sums = Self::default();
        for ((&logged, &target), &utility) in logged.iter().zip(target).zip(utilities) {
            let q = prediction.of(utility);
            let v = prediction.variance(q);
            let (covered, weight) = clip.cover(logged, target);
            let difference = logged * (weight - 1.0) * v;
            sums.excess += difference * (weight - 1.0);
            sums.cross += difference;
            sums.base += logged * v;
            // Not π_e − w̄·π_b: a weight within the clip must give exactly 0.
            let lost = clip.above * target - covered;
            sums.lost += lost;
            sums.lost_value += lost * q;
            sums.moment += covered * weight;
            sums.target += target * q;
            sums.logged += logged * q;
            sums.largest = if weight > sums.largest { weight } else { sums.largest };
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREDICTION: Prediction = Prediction { intercept: 0.2, slope: 0.1, bounds: [0.01, 0.99], is_rate: true };

    #[test]
    fn sums_of_two_items_are_those_of_the_formulas() {
        let clip = Clip { above: 1.0, largest: 2.0 };
        let sums = SlotSums::of(&[0.75, 0.25], &[0.25, 0.75], &[0.0, 3.0], PREDICTION, clip);
        // Weights 1/3 and 3, of which the second is clipped to 2; q is 0.2 and 0.5, v 0.16 and 0.25.
        let expected = SlotSums {
            excess: 0.75 * 4.0 / 9.0 * 0.16 + 0.25 * 0.25,
            cross: -0.75 * 2.0 / 3.0 * 0.16 + 0.25 * 0.25,
            base: 0.75 * 0.16 + 0.25 * 0.25,
            lost: 0.25,
            lost_value: 0.125,
            moment: 0.25 / 3.0 + 1.0,
            target: 0.25 * 0.2 + 0.75 * 0.5,
            logged: 0.75 * 0.2 + 0.25 * 0.5,
            largest: 2.0,
        };
        let figures = |sums: SlotSums| {
            let SlotSums { excess, cross, base, lost, lost_value, moment, target, logged, largest } = sums;
            [excess, cross, base, lost, lost_value, moment, target, logged, largest]
        };
        for (found, expected) in figures(sums).into_iter().zip(figures(expected)) {
            assert!((found - expected).abs() < 1e-15, "{sums:?}");
        }
    }

    #[test]
    fn an_infinite_clip_loses_only_items_never_logged() {
        let clip = Clip { above: 0.5, largest: f64::INFINITY };
        let sums = SlotSums::of(&[1e-300, 0.0], &[0.5, 0.5], &[0.0, 0.0], PREDICTION, clip);
        assert_eq!((sums.lost, sums.largest, clip.cover(0.0, 1.0)), (0.25, 0.25 / 1e-300, (0.0, 0.0)));
    }

    #[test]
    fn predictions_stay_within_their_bounds() {
        assert_eq!([-10.0, 0.0, 100.0].map(|utility| PREDICTION.of(utility)), [0.01, 0.2, 0.99]);
        let counts = Prediction { is_rate: false, bounds: [0.01, f64::MAX], ..PREDICTION };
        assert_eq!((counts.variance(3.0), PREDICTION.variance(0.5)), (3.0, 0.25));
    }
}
