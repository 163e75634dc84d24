//! Adding one memory to another whose users and interaction ids are others: shards of one log become one state.

use crate::world::World;

use super::{Memory, Subject, at};

/// The numbers here of what the other instance numbered.
#[derive(Debug, Default)]
pub struct Renumbering {
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

impl Renumbering {
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
    /// Adds all that `other` remembers. Its half-lives must be the same, and nobody's part may be taken out of it.
    pub fn merge(&mut self, other: &Self, map: &Renumbering, world: &World) {
        let users = (0..other.users.len() as u32).map(Subject::User);
        for there in users.chain((0..other.groups.len() as u32).map(Subject::Group)) {
            self.merge_history(other, there, map, world);
        }
        self.trends.merge(&other.trends, &map.items, &map.kinds);
        for (group, trends) in other.group_trends.iter().enumerate() {
            at(&mut self.group_trends, map.groups[group]).merge(trends, &map.items, &map.kinds);
        }
        self.pace.merge(&other.pace, &map.kinds);
        self.rates.merge(&other.rates, map);
        self.exposure.merge(&other.exposure, map);
        self.duplicates.merge(&other.duplicates);
        self.digest.merge(other.digest);
    }

    fn merge_history(&mut self, other: &Self, there: Subject, map: &Renumbering, world: &World) {
        let Some(theirs) = other.history(there) else { return };
        let here = map.subject(there);
        for touch in theirs.renumbered(&map.items, &map.kinds) {
            let newly_liked = touch.item().filter(|&item| {
                world.kinds.of(touch.kind).positive && !self.history_mut(here).likes(item, &world.kinds)
            });
            self.history_mut(here).add(touch);
            self.unpaired.extend(newly_liked.map(|item| (here, item)));
        }
        let names = [&map.users, &map.groups, &map.channels, &map.items].map(Vec::as_slice);
        for event in theirs.events_renumbered(names, &map.kinds) {
            self.history_mut(here).note(event);
        }
        for told in theirs.told() {
            self.history_mut(here).remember(told.clone());
        }
    }
}
