//! Moment of a ranking, and the state it reads.

use crate::base::time::Time;
use crate::memory::StateView;
use crate::world::facet_matrix::FacetMatrix;

use super::item_weights::ItemWeights;

/// Moment of a ranking, and the state it reads.
#[derive(Debug, Clone, Copy)]
pub struct RankingContext<'a> {
    /// Records and interactions at the moment of the ranking.
    pub state: StateView<'a>,
    /// Facet matrix of the library.
    pub facet_matrix: &'a FacetMatrix,
    /// Fitted item-to-item weights.
    pub item_weights: &'a ItemWeights,
    /// Version of this state; caches compare it.
    pub version: StateVersion,
}

/// Versions of the parts of a state: any change gives others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateVersion {
    /// Version of the world.
    pub world: u64,
    /// Version of the memory.
    pub memory: u64,
    /// Index of the model, and its version.
    pub model: (usize, u64),
}

impl RankingContext<'_> {
    /// Returns the time at which an item was published, if it is known.
    pub(super) fn published_at(&self, item: u32) -> Option<Time> {
        self.state.world.library.known_entry(item).and_then(|entry| entry.item.published_at)
    }
}
