//! Merges the states of recommenders that observed shards of one log.

use crate::base::error::{Error, Result};
use crate::memory::merge::IndexRemap;

use super::Recommender;

impl Recommender {
    /// Adds the records and interactions of another recommender. Their users and interactions must be disjoint; records
    /// known to both are taken from the other. Its online corrections are discarded.
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::base::error::Code::Invalid) if half-lives or kinds differ.
    pub fn merge(&mut self, mut other: Self) -> Result<()> {
        if self.memory.half_lives() != other.memory.half_lives() {
            return Err(Error::invalid("snapshot.config.halfLives", "the half-lives of this recommender", "others"));
        }
        if self.config.kinds_differ(&other.config) {
            return Err(Error::invalid("snapshot.config.kinds", "the kinds of this recommender", "others"));
        }
        self.revision += 1;
        let map = IndexRemap::of(&other.world, &mut self.world);
        self.world.put_closed_of(&other.world, &map.users);
        self.world.put_items(other.world.library.iter().map(|(_, entry)| entry.item.clone()).collect());
        self.world.put_users(other.world.users.iter().cloned().collect());
        self.world.put_groups(other.world.groups.iter().cloned().collect());
        self.world.put_channels(other.world.channels.iter().cloned().collect());
        self.model.extend_to(&self.world.kinds);
        // Contributions of users who opted out are restored on both sides and removed after the merge, once both
        // records are known.
        (0..map.users.len() as u32).for_each(|user| other.memory.restore(&other.world, user));
        map.users.iter().for_each(|&user| self.memory.restore(&self.world, user));
        self.memory.merge(other.memory, &other.world, &map, &self.world);
        map.users.iter().for_each(|&user| self.apply_consent(user));
        Ok(())
    }
}
