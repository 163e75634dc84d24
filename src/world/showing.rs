//! Showings: the rows of a log of impressions. Each is one exposure, followed by what came of it.

use crate::base::time::Time;

use super::{IndexedInteraction, World};

/// The kind as which a showing is learnt.
pub const IMPRESSION: &str = "impression";

/// One showing and what came of it.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// When.
    pub at: Time,
    /// To whom, if that is known.
    pub user: Option<&'a str>,
    /// What.
    pub item: &'a str,
    /// Through which channel.
    pub channel: Option<&'a str>,
    /// For each of the log's kinds whether it followed.
    pub outcomes: &'a [bool],
}

/// The kinds that a log of showings tells of, in numbers.
#[derive(Debug)]
pub struct Outcomes {
    impression: u32,
    kinds: Vec<u32>,
}

impl Outcomes {
    /// The kinds of these names.
    pub fn new(world: &mut World, names: &[String]) -> Self {
        let kinds = names.iter().map(|name| world.kinds.intern(name)).collect();
        Self { impression: world.kinds.intern(IMPRESSION), kinds }
    }

    /// The kinds in the order of their names.
    pub fn kinds(&self) -> &[u32] {
        &self.kinds
    }

    /// The exposure of a showing, in numbers.
    pub fn exposure(&self, world: &mut World, shown: &Shown) -> IndexedInteraction {
        IndexedInteraction {
            user: shown.user.map(|id| world.users.ids.intern(id)),
            group: None,
            channel: shown.channel.map(|id| world.channels.ids.intern(id)),
            item: Some(world.library.ids.intern(shown.item)),
            kind: self.impression,
            at: shown.at,
        }
    }

    /// The interactions of a showing: its exposure, then what came of it, at the same time.
    pub fn interactions(
        &self,
        exposure: IndexedInteraction,
        outcomes: &[bool],
    ) -> impl Iterator<Item = IndexedInteraction> {
        let came = self.kinds.iter().zip(outcomes).filter(|(_, came)| **came);
        [exposure].into_iter().chain(came.map(move |(&kind, _)| IndexedInteraction { kind, ..exposure }))
    }
}
