//! The records that a host puts: items, users, groups and channels, and who is in which group.

use crate::world::PutReport;
use crate::world::item::Item;
use crate::world::membership::{Joining, Leaving};
use crate::world::subject::{Channel, Group, User};

use super::Recommender;

impl Recommender {
    /// Puts items, each replacing the one of the same id.
    pub fn put_items(&mut self, items: Vec<Item>) -> PutReport {
        self.revision += 1;
        self.world.put_items(items)
    }

    /// Takes items out of the library; what was learnt from them stays. Returns how many were there.
    pub fn remove_items(&mut self, ids: &[String]) -> usize {
        self.revision += 1;
        self.world.remove_items(ids)
    }

    /// Puts users, each replacing the one of the same id.
    pub fn put_users(&mut self, users: Vec<User>) {
        self.revision += 1;
        let numbers: Vec<u32> = users.iter().map(|user| self.world.users.ids.intern(&user.id)).collect();
        self.world.put_users(users);
        numbers.into_iter().for_each(|user| self.apply_consent(user));
    }

    /// Puts groups, each replacing the one of the same id.
    pub fn put_groups(&mut self, groups: Vec<Group>) {
        self.revision += 1;
        self.world.put_groups(groups);
    }

    /// Adds a user to a group, which is made if it is not known; false if they are a member already.
    pub fn join(&mut self, joining: &Joining) -> bool {
        let joined = self.world.join(joining);
        self.revision += u64::from(joined);
        joined
    }

    /// Takes a user out of a group; false if they are no member.
    pub fn leave(&mut self, leaving: &Leaving) -> bool {
        let left = self.world.leave(leaving);
        self.revision += u64::from(left);
        left
    }

    /// Puts channels, each replacing the one of the same id.
    pub fn put_channels(&mut self, channels: Vec<Channel>) {
        self.revision += 1;
        self.world.put_channels(channels);
    }
}
