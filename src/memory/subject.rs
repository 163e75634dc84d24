//! Whose history something is part of, and whom it is offered to.

use super::at;
use crate::base::bytes::{ByteReader, Codec, Output};
use crate::world::recipient::Recipient;
use crate::world::{IndexedInteraction, World};

/// Who is remembered: a user or a group, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A user.
    User(u32),
    /// A group.
    Group(u32),
}

impl Subject {
    /// Whether it is a group.
    pub fn is_group(self) -> bool {
        matches!(self, Self::Group(_))
    }

    /// The one addressed when something is offered to this subject.
    pub fn addressee(self, world: &World) -> Recipient {
        match self {
            Self::User(user) => Recipient { is_user: true, user: Some(user), ..Recipient::default() },
            Self::Group(group) => {
                let channel = world.groups.record(group).and_then(|record| record.channel_number);
                Recipient { group: Some(group), channel, ..Recipient::default() }
            }
        }
    }

    /// The subject of a decision: the user if one is addressed, else the group; `None` if nobody ever named them.
    pub fn of(addressee: &Recipient) -> Option<Self> {
        match addressee.is_user {
            true => addressee.user.map(Self::User),
            false => addressee.group.map(Self::Group),
        }
    }
}

impl Codec for Subject {
    fn write(&self, to: &mut Output) {
        let (is_group, number) = match *self {
            Self::User(user) => (false, user),
            Self::Group(group) => (true, group),
        };
        (is_group, number).write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        match <(bool, u32)>::read(from) {
            (false, user) => Self::User(user),
            (true, group) => Self::Group(group),
        }
    }
}

/// Something for each subject.
#[derive(Debug, Clone)]
pub struct BySubject<T>([Vec<T>; 2]);

impl<T> Default for BySubject<T> {
    fn default() -> Self {
        Self([Vec::new(), Vec::new()])
    }
}

impl<T> BySubject<Vec<T>> {
    /// What is a subject's, to read.
    pub fn get(&self, subject: Subject) -> &[T] {
        let [users, groups] = &self.0;
        let found = match subject {
            Subject::User(user) => users.get(user as usize),
            Subject::Group(group) => groups.get(group as usize),
        };
        found.map_or(&[], Vec::as_slice)
    }
}

impl<T: Default> BySubject<T> {
    /// For how many users and for how many groups there may be something.
    pub fn counts(&self) -> [usize; 2] {
        [self.0[0].len(), self.0[1].len()]
    }
    /// What is a subject's.
    pub fn of(&mut self, subject: Subject) -> &mut T {
        let [users, groups] = &mut self.0;
        match subject {
            Subject::User(user) => at(users, user),
            Subject::Group(group) => at(groups, group),
        }
    }
}

/// Whose histories an interaction is part of: its user's and its group's.
pub fn subjects_of(numbered: IndexedInteraction) -> impl Iterator<Item = Subject> {
    numbered.user.map(Subject::User).into_iter().chain(numbered.group.map(Subject::Group))
}
