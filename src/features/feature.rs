//! The list of all features.

use std::sync::OnceLock;

use super::context;
use super::family::Family;

/// A feature's name, family and offset.
#[derive(Debug, Clone)]
pub struct Feature {
    /// `trend.6h`, `affinity.tag.long`, …
    pub name: String,
    /// Its family.
    pub family: Family,
    /// Index within its family.
    pub offset: usize,
}

impl Feature {
    /// True if its values are the same for all members of the group of one request.
    pub fn is_shared_by_members(&self) -> bool {
        match self.family {
            Family::GroupTrend => true,
            Family::Context => !context::is_of_user(self.offset),
            _ => false,
        }
    }
}

/// Returns all features: by family in the order of `Family::ALL`, within it by offset.
pub fn features() -> Vec<Feature> {
    let features_of = |family: Family| {
        let names = family.features().into_iter().enumerate();
        names.map(move |(offset, name)| Feature { name, family, offset })
    };
    Family::ALL.into_iter().flat_map(features_of).collect()
}

/// Returns the number of features that all kinds share, and the number per kind. Cached: read at every observation.
pub fn counts() -> (usize, usize) {
    static COUNTS: OnceLock<(usize, usize)> = OnceLock::new();
    *COUNTS.get_or_init(|| {
        let (per_kind, shared): (Vec<_>, Vec<_>) =
            features().into_iter().partition(|feature| feature.family.is_per_kind());
        (shared.len(), per_kind.len())
    })
}

/// Returns the names of all features in order.
pub fn names() -> Vec<String> {
    features().into_iter().map(|feature| feature.name).collect()
}
