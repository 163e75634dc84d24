//! Weight of a group's own utilities against its members'.

use crate::base::bytes::as_bytes;

/// Group weight `most` · m / (m + `half_at`), m being the group's decayed activity in units of the kinds' weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupWeight {
    /// Limit for unbounded activity, above 0 and below 1.
    pub most: f64,
    /// Activity at which the weight is half of `most`, above 0.
    pub half_at: f64,
}

as_bytes!(GroupWeight: most, half_at);

/// At a decayed activity of two clicks a group's own history weighs about as much as its members; below 1, so that
/// members always count.
impl Default for GroupWeight {
    fn default() -> Self {
        Self { most: 0.95, half_at: 2.0 }
    }
}

impl GroupWeight {
    /// Returns the shipped weight with another `half_at`.
    pub fn with_half_at(half_at: f64) -> Self {
        Self { half_at, ..Self::default() }
    }

    /// Returns the weight at an activity, 0 to `most`.
    pub fn of(self, activity: f64) -> f64 {
        self.most * activity / (activity + self.half_at)
    }
}
