//! Adding one memory to another whose users and interaction ids are others: shards of one log become one state.

use crate::world::World;

use super::{Memory, Subject};

/// The numbers here of what the other instance numbered.
#[derive(Debug, Default)]
pub struct IndexRemap {
    /// Users.
    pub users: Vec<u32>,
    /// Groups.
    pub groups: Vec<u32>,
    /// Channels.
    pub channels: Vec<u32>,
    /// Items.
    pub items: Vec<u32>,
    /// Kinds.
    pub kinds: Vec<u32>,
}

impl IndexRemap {
    /// Numbers here all that `other` has numbered.
    pub fn of(other: &World, here: &mut World) -> Self {
        Self {
            users: other.users.ids.names().map(|id| here.users.ids.intern(id)).collect(),
            groups: other.groups.ids.names().map(|id| here.groups.ids.intern(id)).collect(),
            channels: other.channels.ids.names().map(|id| here.channels.ids.intern(id)).collect(),
            items: other.library.ids.names().map(|id| here.library.ids.intern(id)).collect(),
            kinds: other.kinds.iter().map(|(name, _)| here.kinds.intern(name)).collect(),
        }
    }

    /// The number here of a subject.
    pub fn subject(&self, there: Subject) -> Subject {
        match there {
            Subject::User(user) => Subject::User(self.users[user as usize]),
            Subject::Group(group) => Subject::Group(self.groups[group as usize]),
        }
    }
}

impl Memory {
    /// Adds all that `other` keeps. Its half-lives must be the same. Everything is counted anew at the next question.
    pub fn merge(&mut self, mut other: Self, other_world: &World, map: &IndexRemap, world: &World) {
        self.stop_waiting(world);
        other.stop_waiting(other_world);
        let names = [&map.users, &map.groups, &map.channels, &map.items].map(Vec::as_slice);
        for there in other.subjects() {
            let (theirs, here) = (std::mem::take(other.history_mut(there)), self.history_mut(map.subject(there)));
            theirs.events().iter().for_each(|event| here.keep(event.renumbered(names, &map.kinds)));
            theirs.told().for_each(|told| here.remember(told.clone()));
        }
        self.exposure.merge(&other.exposure, map);
        self.duplicates.merge(&other.duplicates);
        self.digest.merge(other.digest);
    }
}
