//! Adds one memory to another with disjoint users and interaction ids: shards of one log become one state.

use crate::base::index::{ChannelIndex, GroupIndex, ItemIndex, KindIndex, UserIndex};
use crate::world::World;

use super::{Memory, Subject};

/// Maps the indices of another instance to this one's.
#[derive(Debug, Default)]
pub struct IndexRemap {
    /// Users.
    pub users: Vec<UserIndex>,
    /// Groups.
    pub groups: Vec<GroupIndex>,
    /// Channels.
    pub channels: Vec<ChannelIndex>,
    /// Items.
    pub items: Vec<ItemIndex>,
    /// Kinds.
    pub kinds: Vec<KindIndex>,
}

impl IndexRemap {
    /// Interns here all names of `other`.
    pub fn of(other: &World, target: &mut World) -> Self {
        Self {
            users: other.users.ids.names().map(|id| target.users.ids.intern(id)).collect(),
            groups: other.groups.ids.names().map(|id| target.groups.ids.intern(id)).collect(),
            channels: other.channels.ids.names().map(|id| target.channels.ids.intern(id)).collect(),
            items: other.library.ids.names().map(|id| target.library.ids.intern(id)).collect(),
            kinds: other.kinds.iter().map(|(name, _)| target.kinds.intern(name)).collect(),
        }
    }

    /// Maps a subject.
    pub fn subject(&self, subject: Subject) -> Subject {
        match subject {
            Subject::User(user) => Subject::User(self.users[user.as_usize()]),
            Subject::Group(group) => Subject::Group(self.groups[group.as_usize()]),
        }
    }
}

impl Memory {
    /// Adds the contents of `other`, whose half-lives must be the same. All sums are recomputed before the next query.
    pub fn merge(&mut self, mut other: Self, other_world: &World, map: &IndexRemap, world: &World) {
        self.merge_pending(world);
        other.merge_pending(other_world);
        for subject in other.subjects() {
            let (source, target) = (std::mem::take(other.history_mut(subject)), self.history_mut(map.subject(subject)));
            source.events().iter().for_each(|event| target.log_compact(event.renumbered(map)));
            target.add_values(&source, |event| event.renumbered(map));
            source.all_recent().for_each(|recent| target.keep_recent(recent.renumbered(map)));
        }
        self.exposure.merge(&other.exposure, map);
        self.duplicates.merge(&other.duplicates);
        self.digest.merge(other.digest);
    }
}
