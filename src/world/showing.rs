//! Impressions: the rows of an impression log, each one exposure with its outcomes.

use crate::base::index::KindIndex;
use crate::base::time::Time;

use super::{IndexedInteraction, World};

/// Name of the kind under which impressions are learnt.
pub const IMPRESSION: &str = "impression";

/// One impression with its outcomes.
#[derive(Debug, Clone, Copy)]
pub struct Impression<'a> {
    /// Time.
    pub at: Time,
    /// User, if known.
    pub user: Option<&'a str>,
    /// Item.
    pub item: &'a str,
    /// Channel, if known.
    pub channel: Option<&'a str>,
    /// For each of the log's kinds, true if it followed.
    pub outcomes: &'a [bool],
}

/// The kinds of an impression log, as indices.
#[derive(Debug)]
pub struct Outcomes {
    impression: KindIndex,
    kinds: Vec<KindIndex>,
}

impl Outcomes {
    /// Interns the kinds of these names.
    pub fn new(world: &mut World, names: &[String]) -> Self {
        let kinds = names.iter().map(|name| world.kinds.intern(name)).collect();
        Self { impression: world.kinds.intern(IMPRESSION), kinds }
    }

    /// Returns the kinds in the order of their names.
    pub fn kinds(&self) -> &[KindIndex] {
        &self.kinds
    }

    /// Converts an impression to an interaction.
    pub fn exposure(&self, world: &mut World, impression: &Impression) -> IndexedInteraction {
        IndexedInteraction {
            user: impression.user.map(|id| world.users.ids.intern(id)),
            group: None,
            channel: impression.channel.map(|id| world.channels.ids.intern(id)),
            item: Some(world.library.ids.intern(impression.item)),
            kind: self.impression,
            at: impression.at,
        }
    }

    /// Returns the interactions of an impression: the exposure, then its outcomes, at the same time.
    pub fn interactions(
        &self,
        exposure: IndexedInteraction,
        outcomes: &[bool],
    ) -> impl Iterator<Item = IndexedInteraction> {
        let followed = self.kinds.iter().zip(outcomes).filter(|(_, outcome)| **outcome);
        [exposure].into_iter().chain(followed.map(move |(&kind, _)| IndexedInteraction { kind, ..exposure }))
    }
}
