//! Memory as bytes: its facts. Pending interactions are written with the others, so that the bytes do not depend on the
//! moment of the last query.

use std::borrow::Cow;

use crate::base::bytes::{ByteReader, Codec, Output, read_list_with};
use crate::base::index::{GroupIndex, UserIndex};
use crate::base::shared::Shared;
use crate::world::World;

use super::event::CompactInteraction;
use super::history::History;
use super::{BySubject, Memory, Subject};

impl Memory {
    /// Writes the facts; `world` has the names of their indices.
    pub fn write(&self, world: &World, to: &mut Output) {
        self.half_lives.write(to);
        let mut by_subject = BySubject::<Vec<&super::pending::PendingInteraction>>::default();
        for one in self.ahead.iter() {
            by_subject.of(one.event.actor()).push(one);
            let actor = one.event.actor();
            let group = one.event.group().filter(|_| !actor.is_group() && !self.is_excluded(actor));
            group.into_iter().for_each(|group| by_subject.of(Subject::Group(group)).push(one));
        }
        let [users, groups] = by_subject.counts();
        let mut histories = |subjects: &mut dyn ExactSizeIterator<Item = Subject>| {
            (subjects.len() as u64).write(to);
            for subject in subjects {
                self.whole_history(subject, by_subject.of(subject)).write(world, to);
            }
        };
        histories(&mut UserIndex::first(users.max(self.users.len())).map(Subject::User));
        histories(&mut GroupIndex::first(groups.max(self.groups.len())).map(Subject::Group));
        self.exposure.write(to);
        self.duplicates.write(to);
        self.digest.write(to);
        self.withdrawn.write(to);
    }

    /// Reads the facts in a world that has their names.
    pub fn read(from: &mut ByteReader, world: &World) -> Self {
        let read_histories = |from: &mut ByteReader| read_list_with(from, |from| History::read(from, world));
        Self {
            half_lives: Codec::read(from),
            users: Shared::new(read_histories(from)),
            groups: Shared::new(read_histories(from)),
            exposure: Codec::read(from),
            duplicates: Shared::new(Codec::read(from)),
            digest: Codec::read(from),
            withdrawn: Codec::read(from),
            ..Self::default()
        }
    }

    /// Rebuilds derived state after the facts were read and validated.
    pub fn derive(&mut self) {
        self.drop_unknown_recent();
        self.exposure.derive();
        self.users.iter_mut().chain(self.groups.iter_mut()).for_each(History::derive);
    }

    /// Removes the latest interactions of groups that a deletion of their user would not find: interactions of users
    /// who opted out, which earlier versions could leave, and interactions that the user's history does not have.
    fn drop_unknown_recent(&mut self) {
        let Self { users, groups, withdrawn, .. } = self;
        let is_known = |event: &CompactInteraction| match event.actor() {
            Subject::User(user) => {
                withdrawn.get(&user).is_none() && users.get(user.as_usize()).is_some_and(|history| history.has(event))
            }
            Subject::Group(_) => true,
        };
        groups.iter_mut().for_each(|group| group.retain_recent(is_known));
    }

    /// Returns a history that includes pending interactions, in order.
    fn whole_history(&self, subject: Subject, pending: &[&super::pending::PendingInteraction]) -> Cow<'_, History> {
        let known = match subject {
            Subject::User(user) => self.users.get(user.as_usize()),
            Subject::Group(group) => self.groups.get(group.as_usize()),
        };
        let mut history = known.map_or_else(Default::default, Cow::Borrowed);
        if pending.is_empty() && history.is_in_order() {
            return history;
        }
        let whole = history.to_mut();
        for one in pending {
            if one.event.actor() == subject {
                whole.log_compact(one.event);
                one.recent.iter().for_each(|recent| whole.keep_value(recent));
            }
            if !self.is_excluded(one.event.actor()) || one.event.actor() == subject {
                one.recent.iter().for_each(|recent| whole.keep_recent(recent.clone()));
            }
        }
        whole.put_in_order();
        history
    }
}
