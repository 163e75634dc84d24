//! How much is known.

use super::Recommender;

/// How much is known.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    items: usize,
    users: usize,
    groups: usize,
    channels: usize,
    facets: usize,
    /// Interactions that are set aside: they lie more than `config.maxAheadMs` after the trusted time.
    ahead: usize,
    model: String,
}

impl Recommender {
    /// How much is known.
    pub fn stats(&self) -> Stats {
        Stats {
            items: self.world.library.iter().count(),
            users: self.world.users.ids.known().count(),
            groups: self.world.groups.ids.known().count(),
            channels: self.world.channels.ids.len(),
            facets: self.world.facets.ids().known().count(),
            ahead: self.count_ahead(),
            model: self.model.name().to_owned(),
        }
    }
}
