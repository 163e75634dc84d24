//! How much a group itself weighs against its members.

use crate::base::bytes::as_bytes;

/// A group weighs `most` · m / (m + `half_at`) against its members, m being what it did, decayed, in units of the kinds'
/// weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupWeight {
    /// What a group that did very much weighs, above 0 and below 1.
    pub most: f64,
    /// After so much it weighs half of that, above 0.
    pub half_at: f64,
}

as_bytes!(GroupWeight: most, half_at);

/// Two clicks, decayed, and a group's own history weighs as much as its members; however much it has done, its members
/// keep a say.
impl Default for GroupWeight {
    fn default() -> Self {
        Self { most: 0.95, half_at: 2.0 }
    }
}

impl GroupWeight {
    /// The one that ships, with another half-weight.
    pub fn with_half_at(half_at: f64) -> Self {
        Self { half_at, ..Self::default() }
    }

    /// The share of a group that did so much.
    pub fn of(self, activity: f64) -> f64 {
        self.most * activity / (activity + self.half_at)
    }
}
