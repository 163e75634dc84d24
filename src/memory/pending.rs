//! The interactions after the moment of the last question: they wait aside and are in no sum.
//!
//! A question at `now` must be answered from what happened up to `now`. So the sums hold the interactions up to
//! `as_of`, the moment of the last question, and [`Memory::advance`] brings them to the moment of the next: forward by
//! adding what waits, backward by taking later interactions out again and counting their items anew. An interaction
//! dated years ahead therefore outweighs nothing before that time has come.

use crate::base::order;
use crate::base::time::Time;
use crate::world::World;

use super::event::{CompactInteraction, RecentInteraction};
use super::{Memory, Subject};

/// As many interactions wait at most. Beyond that all of them are kept with the others, and the next question counts
/// everything anew: a log that is told at once is longer than this.
pub const MOST_WAITING: usize = 1 << 16;

/// An interaction that waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// In short.
    pub event: CompactInteraction,
    /// In full, unless a history has it in full already.
    pub told: Option<RecentInteraction>,
}

impl Waiting {
    fn order(&self) -> (Time, u128) {
        (self.event.at, self.told.as_ref().map_or(0, RecentInteraction::fingerprint))
    }
}

/// The interactions that wait for their time.
#[derive(Debug, Clone)]
pub struct Ahead {
    waiting: Vec<Waiting>,
    is_sorted: bool,
    /// The sums hold the interactions up to this moment.
    as_of: Time,
    /// The latest interaction in the sums.
    latest: Time,
}

impl Default for Ahead {
    /// Nothing waits: before the first question all interactions are kept alike.
    fn default() -> Self {
        Self { waiting: Vec::new(), is_sorted: true, as_of: Time::MAX, latest: Time::MIN }
    }
}

impl Ahead {
    /// Whether an interaction at this time has to wait.
    pub(super) fn includes(&self, at: Time) -> bool {
        at > self.as_of
    }
    /// Lets an interaction wait.
    pub(super) fn push(&mut self, waiting: Waiting) {
        self.is_sorted &= self.waiting.last().is_none_or(|last| last.order() <= waiting.order());
        self.waiting.push(waiting);
    }
    /// Takes note that the sums hold an interaction of this time.
    pub(super) fn note(&mut self, at: Time) {
        self.latest = self.latest.max(at);
    }
    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }
    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
    /// All that wait, in no order.
    pub fn iter(&self) -> std::slice::Iter<'_, Waiting> {
        self.waiting.iter()
    }
    /// Keeps those that are `kept`, which may change them.
    pub(super) fn retain(&mut self, kept: impl FnMut(&mut Waiting) -> bool) {
        self.waiting.retain_mut(kept);
    }

    /// Takes out those up to a time, in the order of time.
    fn take_until(&mut self, time: Time) -> Vec<Waiting> {
        if !std::mem::replace(&mut self.is_sorted, true) {
            order::sort_by_key(&mut self.waiting, Waiting::order);
        }
        let count = self.waiting.partition_point(|waiting| waiting.event.at <= time);
        self.waiting.drain(..count).collect()
    }
}

impl Memory {
    /// Lets the sums hold what happened up to `now`, and nothing later. To be called before a question. Returns whether
    /// anything was not so before.
    pub fn advance(&mut self, world: &World, now: Time) -> bool {
        if now < self.ahead.as_of && (self.touched.all || now < self.ahead.latest) {
            self.set_later_aside(now);
        }
        self.ahead.as_of = now;
        let due = self.ahead.take_until(now);
        let is_changed = !due.is_empty();
        for Waiting { event, told } in due {
            self.take_in(world, event, told);
        }
        self.recount(world) || is_changed
    }

    /// Keeps all that wait with the others. Nothing is summed then until the next question.
    pub(super) fn stop_waiting(&mut self, world: &World) {
        let waiting = std::mem::take(&mut self.ahead).waiting;
        self.touched.all = true;
        for Waiting { event, told } in waiting {
            self.take_in(world, event, told);
        }
    }

    /// Takes the interactions later than `now` out of the histories.
    fn set_later_aside(&mut self, now: Time) {
        self.ahead.latest = now;
        for subject in self.subjects() {
            let history = self.history_mut(subject);
            if history.latest() <= Some(now) {
                continue;
            }
            let events = history.take_later(now);
            self.touched.add(subject);
            for event in events {
                self.count_part(&event, -1);
                self.ahead.push(Waiting { event, told: None });
            }
        }
    }

    /// The moment up to which the sums hold interactions; `None` before the first question.
    pub fn as_of(&self) -> Option<Time> {
        (self.ahead.as_of < Time::MAX).then_some(self.ahead.as_of)
    }

    /// The interactions of a subject that wait.
    pub fn waiting_of(&self, subject: Subject) -> impl Iterator<Item = &CompactInteraction> {
        let is_theirs = move |event: &&CompactInteraction| match subject {
            Subject::Group(group) => event.group() == Some(group),
            user => event.actor() == user,
        };
        self.ahead.iter().map(|waiting| &waiting.event).filter(is_theirs)
    }
}
