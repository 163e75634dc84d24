//! Merges the states of recommenders that observed shards of one log.

use crate::base::error::{Error, Result};
use crate::base::index::UserIndex;
use crate::engine::Engine;
use crate::memory::merge::IndexRemap;

use super::Recommender;

impl Recommender {
    /// Adds the records and interactions of another recommender. Their users and interactions must be disjoint; records
    /// known to both are taken from the other. Its online corrections are discarded.
    ///
    /// ```
    /// use nextpick::{Interaction, Recommender, Value};
    ///
    /// let shard = |user: &str| -> Result<Recommender, Box<nextpick::Error>> {
    ///     let mut recommender = Recommender::new(Value::Null)?;
    ///     recommender.observe(Interaction::builder("click", 1000).user(user).item("a").build()?);
    ///     Ok(recommender)
    /// };
    /// let mut all = shard("u1")?;
    /// all.merge(shard("u2")?)?;
    /// assert_eq!(all.user_ids().collect::<Vec<_>>(), ["u1", "u2"]);
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::Invalid`](crate::base::error::Code::Invalid) if half-lives or kinds differ.
    pub fn merge(&mut self, other: Self) -> Result<()> {
        if self.memory().half_lives() != other.memory().half_lives() {
            return Err(Error::invalid("snapshot.config.halfLives", "the half-lives of this recommender", "others"));
        }
        if self.config.kinds_differ(&other.config) {
            return Err(Error::invalid("snapshot.config.kinds", "the kinds of this recommender", "others"));
        }
        let Engine { world: theirs, memory: their_memory, .. } = other.engine;
        let mut their_memory = their_memory.into_inner();
        let world = self.engine.world.change();
        let map = IndexRemap::of(&theirs, world);
        world.put_closed_of(&theirs, &map.users);
        world.put_items(theirs.library.iter().map(|(_, entry)| entry.item.clone()).collect());
        world.put_users(theirs.users.iter().cloned().collect());
        world.put_groups(theirs.groups.iter().cloned().collect());
        world.put_channels(theirs.channels.iter().cloned().collect());
        self.engine.extend_models();
        // The contributions of users who opted out are restored on both sides, and removed after the merge, when both
        // records are known.
        let Engine { world, memory, .. } = &mut self.engine;
        let memory = memory.change();
        UserIndex::first(map.users.len()).for_each(|user| their_memory.restore(user));
        map.users.iter().for_each(|&user| memory.restore(user));
        memory.merge(their_memory, &theirs, &map, world);
        map.users.iter().for_each(|&user| self.apply_consent(user));
        Ok(())
    }
}
