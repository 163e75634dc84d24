//! Memory as bytes: its facts. Interactions that wait stand with the others, so that the bytes do not depend on the
//! moment of the last question.

use std::borrow::Cow;

use crate::base::bytes::{ByteReader, Codec, Output};

use super::history::History;
use super::{BySubject, Memory, Subject};

impl Codec for Memory {
    fn write(&self, to: &mut Output) {
        self.half_lives.write(to);
        let mut waiting = BySubject::<Vec<&super::pending::Waiting>>::default();
        for one in self.ahead.iter() {
            waiting.of(one.event.actor()).push(one);
            let actor = one.event.actor();
            let group = one.event.group().filter(|_| !actor.is_group() && !self.is_left_out(actor));
            group.into_iter().for_each(|group| waiting.of(Subject::Group(group)).push(one));
        }
        let [users, groups] = waiting.counts();
        let mut histories = |count: usize, subject: fn(u32) -> Subject| {
            (count as u64).write(to);
            for subject in (0..count as u32).map(subject) {
                self.whole_history(subject, waiting.of(subject)).write(to);
            }
        };
        histories(users.max(self.users.len()), Subject::User);
        histories(groups.max(self.groups.len()), Subject::Group);
        self.exposure.write(to);
        self.duplicates.write(to);
        self.digest.write(to);
        self.withdrawn.write(to);
    }

    fn read(from: &mut ByteReader) -> Self {
        Self {
            half_lives: Codec::read(from),
            users: Codec::read(from),
            groups: Codec::read(from),
            exposure: Codec::read(from),
            duplicates: Codec::read(from),
            digest: Codec::read(from),
            withdrawn: Codec::read(from),
            ..Self::default()
        }
    }
}

impl Memory {
    /// Prepares what follows from facts that were read, once they were found to fit.
    pub fn derive(&mut self) {
        self.exposure.derive();
        self.users.iter_mut().chain(&mut self.groups).for_each(History::derive);
    }

    /// A history with what waits, its interactions in order.
    fn whole_history(&self, subject: Subject, waiting: &[&super::pending::Waiting]) -> Cow<'_, History> {
        let histories = if subject.is_group() { &self.groups } else { &self.users };
        let number = match subject {
            Subject::User(number) | Subject::Group(number) => number,
        };
        let mut history = histories.get(number as usize).map_or_else(Default::default, Cow::Borrowed);
        if waiting.is_empty() && history.is_in_order() {
            return history;
        }
        let whole = history.to_mut();
        for one in waiting {
            if one.event.actor() == subject {
                whole.keep(one.event);
            }
            if !self.is_left_out(one.event.actor()) || one.event.actor() == subject {
                one.told.iter().for_each(|told| whole.remember(told.clone()));
            }
        }
        whole.put_in_order();
        history
    }
}
