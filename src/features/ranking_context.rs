//! Moment of a ranking, and the state it reads.

use crate::base::index::{FacetIndex, ItemIndex};
use crate::base::time::Time;
use crate::memory::StateView;
use crate::memory::tier::Tiers;
use crate::world::facet_matrix::FacetMatrix;
use crate::world::recipient::Recipient;

use super::item_effects::ItemEffects;
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
    /// Fitted effects of items.
    pub item_effects: &'a ItemEffects,
    /// Tiers of users, if operations are set.
    pub tiers: Option<TierFacets<'a>>,
    /// Version of this state; caches compare it.
    pub version: StateVersion,
}

/// Tiers of users as facets `tier:NAME`, which join their profiles.
#[derive(Debug, Clone, Copy)]
pub struct TierFacets<'a> {
    /// The tiers.
    pub tiers: &'a Tiers,
    /// The facet of an unknown user, who has no index; `None` after an opt-out.
    pub of_stranger: Option<FacetIndex>,
}

impl TierFacets<'_> {
    /// Returns the facet of a recipient's tier, if the recipient is a user and an item or an audience names the tier.
    pub(super) fn of(&self, state: StateView, to: &Recipient) -> Option<FacetIndex> {
        let StateView { world, memory, now } = state;
        match to.user {
            Some(user) => {
                let tier = self.tiers.of_user(world, memory, Some(user), now)?;
                world.facets.get(&["tier:", self.tiers.name(tier)].concat())
            }
            None => self.of_stranger.filter(|_| to.is_user),
        }
    }
}

/// Versions of the parts of a state: any change gives others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StateVersion {
    /// Version of the world.
    pub world: u64,
    /// Version of the memory without its sendings.
    pub memory: u64,
    /// Version of the sendings: they change with each acceptance, and few features read them.
    pub exposure: u64,
    /// Index of the model, and its version.
    pub model: (usize, u64),
}

impl StateVersion {
    /// Returns the version of the state apart from its sendings.
    pub(super) fn without_exposure(self) -> Self {
        Self { exposure: 0, ..self }
    }
}

impl RankingContext<'_> {
    /// Returns the time at which an item was published, if it is known.
    pub(super) fn published_at(&self, item: ItemIndex) -> Option<Time> {
        self.state.world.library.known_entry(item).and_then(|entry| entry.item.published_at)
    }
}
