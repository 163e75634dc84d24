//! Records of the host: items, users, groups with their members, and channels.

use crate::world::PutReport;
use crate::world::item::Item;
use crate::world::membership::{Joining, Leaving};
use crate::world::subject::{Channel, Group, User};

use super::Recommender;

impl Recommender {
    /// Puts items; each replaces the one with the same id.
    pub fn put_items(&mut self, items: Vec<Item>) -> PutReport {
        self.revision += 1;
        self.world.put_items(items)
    }

    /// Removes items from the library; what was learnt from them stays. Returns the number removed.
    pub fn remove_items(&mut self, ids: &[String]) -> usize {
        self.revision += 1;
        self.world.remove_items(ids)
    }

    /// Puts users; each replaces the one with the same id.
    pub fn put_users(&mut self, users: Vec<User>) {
        self.revision += 1;
        let numbers: Vec<u32> = users.iter().map(|user| self.world.users.ids.intern(&user.id)).collect();
        self.world.put_users(users);
        numbers.into_iter().for_each(|user| self.apply_consent(user));
    }

    /// Puts groups; each replaces the one with the same id.
    pub fn put_groups(&mut self, groups: Vec<Group>) {
        self.revision += 1;
        self.world.put_groups(groups);
    }

    /// Adds a user to a group, which is created if unknown; false if they are a member already.
    pub fn join(&mut self, joining: &Joining) -> bool {
        let joined = self.world.join(joining);
        self.revision += u64::from(joined);
        joined
    }

    /// Removes a user from a group; false if they are not a member.
    pub fn leave(&mut self, leaving: &Leaving) -> bool {
        let left = self.world.leave(leaving);
        self.revision += u64::from(left);
        left
    }

    /// Puts channels; each replaces the one with the same id.
    pub fn put_channels(&mut self, channels: Vec<Channel>) {
        self.revision += 1;
        self.world.put_channels(channels);
    }
}
