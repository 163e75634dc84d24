//! Records of the host: items, users, groups with their members, and channels.

use crate::world::PutReport;
use crate::world::item::Item;
use crate::world::membership::{Joining, Leaving};
use crate::world::subject::{Channel, Group, User};

use super::Recommender;

impl Recommender {
    /// Puts items; each replaces the one with the same id.
    pub fn put_items(&mut self, items: Vec<Item>) -> PutReport {
        self.engine.world.change().put_items(items)
    }

    /// Removes items from the library; what was learnt from them stays. Returns the number removed.
    pub fn remove_items(&mut self, ids: &[String]) -> usize {
        self.engine.world.change().remove_items(ids)
    }

    /// Puts users; each replaces the one with the same id.
    pub fn put_users(&mut self, users: Vec<User>) {
        let world = self.engine.world.change();
        let numbers: Vec<u32> = users.iter().map(|user| world.users.ids.intern(&user.id)).collect();
        world.put_users(users);
        numbers.into_iter().for_each(|user| self.apply_consent(user));
    }

    /// Puts groups; each replaces the one with the same id.
    pub fn put_groups(&mut self, groups: Vec<Group>) {
        self.engine.world.change().put_groups(groups);
    }

    /// Adds a user to a group, which is created if unknown; false if they are a member already.
    pub fn join(&mut self, joining: &Joining) -> bool {
        self.engine.world.change_if(|world| world.join(joining))
    }

    /// Removes a user from a group; false if they are not a member.
    pub fn leave(&mut self, leaving: &Leaving) -> bool {
        self.engine.world.change_if(|world| world.leave(leaving))
    }

    /// Puts channels; each replaces the one with the same id.
    pub fn put_channels(&mut self, channels: Vec<Channel>) {
        self.engine.world.change().put_channels(channels);
    }
}
