//! Counts of the stored state.

use crate::base::time::MAX_TIME;

use super::Recommender;

/// Counts of the stored state.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Number of items in the library.
    pub items: usize,
    /// Number of user ids.
    pub users: usize,
    /// Number of group ids.
    pub groups: usize,
    /// Number of channel ids.
    pub channels: usize,
    /// Number of facets.
    pub facets: usize,
    /// Number of interactions set aside: more than `config.maxAheadMs` after the trusted time.
    pub ahead: usize,
    /// The item of which one user did at least half of the last day's interactions; repetitions count once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeated: Option<Repeated>,
    /// Name of the model.
    pub model: String,
    /// Memory in use, bytes; this and the next two are set by hosts that measure it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<usize>,
    /// Memory limit, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<usize>,
    /// Level of use: `ok`, or from 50, 75 and 90 % on `half`, `high` and `critical`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<&'static str>,
}

/// An item's interactions of the last day.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repeated {
    /// The item's id.
    pub item: String,
    /// Number of interactions, without repetitions.
    pub interactions: u32,
    /// Number of distinct users with interactions.
    pub users: u32,
    /// Number of them by the most active user.
    pub of_one_user: u32,
}

impl Recommender {
    /// Returns the counts.
    pub fn stats(&self) -> Stats {
        Stats {
            items: self.engine.world.library.iter().count(),
            users: self.engine.world.users.ids.known().count(),
            groups: self.engine.world.groups.ids.known().count(),
            channels: self.engine.world.channels.ids.len(),
            facets: self.engine.world.facets.ids().known().count(),
            ahead: self.count_ahead(),
            repeated: self.engine.memory.repetition(self.clock.now().unwrap_or(MAX_TIME)).map(|found| Repeated {
                item: self.engine.world.library.ids.name(found.item).to_owned(),
                interactions: found.interactions,
                users: found.users,
                of_one_user: found.of_one,
            }),
            model: self.model().name().to_owned(),
            ..Stats::default()
        }
    }
}
