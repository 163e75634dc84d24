//! Subjects: the users and groups that have histories and receive decisions.

use super::element_at;
use crate::base::bytes::{ByteReader, Codec, Output};
use crate::base::index::{GroupIndex, UserIndex};
#[cfg(feature = "study")]
use crate::world::IndexedInteraction;
#[cfg(feature = "study")]
use crate::world::World;
use crate::world::recipient::Recipient;

/// A user or a group, by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A user's index.
    User(UserIndex),
    /// A group's index.
    Group(GroupIndex),
}

impl Subject {
    /// True if it is a group.
    pub fn is_group(self) -> bool {
        matches!(self, Self::Group(_))
    }

    /// Returns the recipient of decisions for this subject.
    #[cfg(feature = "study")]
    pub fn addressee(self, world: &World) -> Recipient {
        match self {
            Self::User(user) => Recipient { is_user: true, user: Some(user), ..Recipient::default() },
            Self::Group(group) => {
                let channel = world.groups.record(group).and_then(|record| record.channel_index);
                Recipient { group: Some(group), channel, ..Recipient::default() }
            }
        }
    }

    /// Returns the subject of a decision: the user if one is addressed, else the group; `None` if unknown.
    pub fn of(recipient: &Recipient) -> Option<Self> {
        match recipient.is_user {
            true => recipient.user.map(Self::User),
            false => recipient.group.map(Self::Group),
        }
    }
}

impl Codec for Subject {
    fn write(&self, to: &mut Output) {
        let (is_group, index) = match *self {
            Self::User(user) => (false, user.0),
            Self::Group(group) => (true, group.0),
        };
        (is_group, index).write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        match <(bool, u32)>::read(from) {
            (false, user) => Self::User(UserIndex(user)),
            (true, group) => Self::Group(GroupIndex(group)),
        }
    }
}

/// A value for each subject.
#[derive(Debug, Clone)]
pub struct BySubject<T>([Vec<T>; 2]);

impl<T> Default for BySubject<T> {
    fn default() -> Self {
        Self([Vec::new(), Vec::new()])
    }
}

impl<T: Codec> Codec for BySubject<T> {
    fn write(&self, to: &mut Output) {
        self.0.write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        Self(Codec::read(from))
    }
}

impl<T> BySubject<T> {
    /// Returns all values with their subjects, users first.
    pub fn iter(&self) -> impl Iterator<Item = (Subject, &T)> {
        let [users, groups] = &self.0;
        let users = users.iter().zip((0..).map(UserIndex)).map(|(value, user)| (Subject::User(user), value));
        users.chain(groups.iter().zip((0..).map(GroupIndex)).map(|(value, group)| (Subject::Group(group), value)))
    }
    /// Returns the values of the users.
    pub fn users_mut(&mut self) -> &mut [T] {
        &mut self.0[0]
    }
}

impl<T> BySubject<Vec<T>> {
    /// Returns a subject's values; empty if there are none.
    pub fn get(&self, subject: Subject) -> &[T] {
        let [users, groups] = &self.0;
        let found = match subject {
            Subject::User(user) => users.get(user.as_usize()),
            Subject::Group(group) => groups.get(group.as_usize()),
        };
        found.map_or(&[], Vec::as_slice)
    }
}

impl<T: Default> BySubject<T> {
    /// Lengths of the user and the group column.
    pub fn counts(&self) -> [usize; 2] {
        [self.0[0].len(), self.0[1].len()]
    }
    /// Returns a subject's value, creating it if needed.
    pub fn of(&mut self, subject: Subject) -> &mut T {
        let [users, groups] = &mut self.0;
        match subject {
            Subject::User(user) => element_at(users, user),
            Subject::Group(group) => element_at(groups, group),
        }
    }
}

/// Returns the subjects whose histories include an interaction: its user and its group.
#[cfg(feature = "study")]
pub fn subjects_of(indexed: IndexedInteraction) -> impl Iterator<Item = Subject> {
    indexed.user.map(Subject::User).into_iter().chain(indexed.group.map(Subject::Group))
}
