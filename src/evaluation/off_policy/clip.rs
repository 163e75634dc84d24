//! Choice of the clip from the design alone: from both policies' distributions and from outcomes of the logging policy,
//! never from the estimate. So the clip cannot be tuned towards a desired estimate.

use super::calibration::Calibration;
use super::rows::DecisionRow;
use super::slates::Prefix;

/// Clips to choose from. An importance weight above the clip is replaced by it (Bottou et al. 2013).
pub const CLIPS: [f64; 12] = [2.0, 3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 50.0, 100.0, 200.0, 500.0, f64::INFINITY];

/// Sums over all decisions for one clip.
#[derive(Debug, Clone, Copy, Default)]
pub struct Design {
    /// Σ φ π_b (w̄ − 1)² v.
    pub excess: f64,
    /// Σ φ π_b (w̄ − 1) v.
    pub cross: f64,
    /// Σ φ π_b v.
    pub base: f64,
    /// Sum of the predicted values of the target's mass that the log does not support.
    pub bound: f64,
    /// Sum of the target's mass beyond the clip.
    pub lost: f64,
    /// Σ π_b w̄² of the last slots.
    pub moment: f64,
    /// Sum of the target's values as the model predicts them.
    pub target: f64,
    /// Sum of the logging policy's values as the model predicts them.
    pub logged: f64,
    /// Sum of the target's mass beyond the clip at the first slots with a choice.
    pub first_lost: f64,
    /// Sum of the variances of the clipped weights at the first slots with a choice.
    pub first_variance: f64,
    /// Σ (w̄ − 1)² (r − q)² of the items that were sent.
    pub squares: f64,
    /// Σ φ (w̄ − 1)² v of the items that were sent.
    pub expected_squares: f64,
}

impl Design {
    /// Returns Σ φ π_b (w̄ − 1 − lift)² v.
    pub fn variance(&self, lift: f64) -> f64 {
        (self.excess - 2.0 * lift * self.cross + lift * lift * self.base).max(0.0)
    }

    /// Returns the ratio, at least 1, of the squared residuals to those expected by φ, where weights are far from 1.
    /// The model often errs more for items that only the target prefers.
    pub fn excess_dispersion(&self) -> f64 {
        if self.expected_squares > 0.0 { (self.squares / self.expected_squares).max(1.0) } else { 1.0 }
    }

    /// Returns the effective sample size (Kish) of so many decisions like these.
    pub fn effective_sample_size(&self, decisions: f64, rows: f64) -> f64 {
        let supported = 1.0 - self.lost / rows;
        if self.moment > 0.0 { decisions * supported * supported * rows / self.moment } else { 0.0 }
    }
}

/// Sums of all clips over the same decisions.
#[derive(Debug, Clone)]
pub struct Designs {
    /// Number of decisions.
    pub rows: usize,
    by_clip: [Design; CLIPS.len()],
}

impl Designs {
    /// Sums over all decisions.
    pub fn of(rows: &[DecisionRow], calibration: &Calibration) -> Self {
        let mut by_clip = [Design::default(); CLIPS.len()];
        rows.iter().for_each(|row| add(&mut by_clip, row, calibration));
        Self { rows: rows.len(), by_clip }
    }

    /// Returns the sum of the logging policy's values as the model predicts them.
    pub fn logged(&self) -> f64 {
        self.by_clip[0].logged
    }

    /// Returns the sums for one of [`CLIPS`].
    #[cfg(test)]
    pub fn of_clip(&self, clip: f64) -> &Design {
        &self.by_clip[CLIPS.iter().position(|one| *one == clip).unwrap()]
    }

    /// Returns the clip and its sums for which so many decisions would give the shortest interval, at lift 0.
    pub fn choose(&self, decisions: f64, z: f64) -> (f64, &Design) {
        let rows = self.rows as f64;
        let half = |design: &Design| z * (design.excess / (rows * decisions)).sqrt() + design.bound / rows;
        let mut best = 0;
        for clip in 1..CLIPS.len() {
            if half(&self.by_clip[clip]) < half(&self.by_clip[best]) {
                best = clip;
            }
        }
        (CLIPS[best], &self.by_clip[best])
    }
}

fn add(by_clip: &mut [Design; CLIPS.len()], row: &DecisionRow, calibration: &Calibration) {
    const UNCLIPPED: usize = CLIPS.len() - 1;
    let (first, last) = (row.first_choice(), row.slots.len() - 1);
    let mut prefixes = [Prefix::START; CLIPS.len()];
    for (index, (slot, line)) in calibration.slots(row).enumerate() {
        let before = prefixes[UNCLIPPED];
        let unclipped = before.sums(slot, line, f64::INFINITY);
        let q = line.predict(slot.utilities[slot.picked]);
        let residual = slot.outcome - q;
        for ((design, prefix), clip) in by_clip.iter_mut().zip(&mut prefixes).zip(CLIPS) {
            // Most clips bind nowhere.
            let is_unclipped = *prefix == before && unclipped.largest <= clip;
            let sums = if is_unclipped { unclipped } else { prefix.sums(slot, line, clip) };
            design.excess += line.dispersion * sums.excess;
            design.cross += line.dispersion * sums.cross;
            design.base += line.dispersion * sums.base;
            design.bound += prefix.bound(&sums);
            design.target += prefix.model(&sums);
            design.logged += sums.logged;
            if index == first {
                let supported = 1.0 - sums.lost;
                design.first_lost += sums.lost;
                design.first_variance += (sums.moment - supported * supported).max(0.0);
            }
            *prefix = prefix.then(slot, &sums, clip);
            let square = (prefix.weight - 1.0) * (prefix.weight - 1.0);
            design.squares += square * residual * residual;
            design.expected_squares += square * line.dispersion * line.variance(q);
            if index == last {
                design.lost += prefix.lost;
                design.moment += sums.moment;
            }
        }
    }
}
