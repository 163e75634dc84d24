//! Pending interactions: those after the moment of the last query, which are in no sum yet.
//!
//! A query at `now` must be answered from interactions up to `now`. The sums therefore hold those up to `as_of`, the
//! moment of the last query, and [`Memory::advance`] moves them to the next: forward by adding pending interactions,
//! backward by removing later ones and recounting their items. An interaction dated years ahead has no effect before
//! that time.

use crate::base::order;
use crate::base::time::Time;
use crate::world::World;

use super::event::CompactInteraction;
use super::recent::RecentInteraction;
use super::{Memory, Subject};

/// Most pending interactions. Beyond it all are stored with the others and the next query recounts everything, which is
/// cheaper for bulk imports.
pub const MOST_WAITING: usize = 1 << 16;

/// A pending interaction.
#[derive(Debug, Clone)]
pub struct PendingInteraction {
    /// The compact form.
    pub event: CompactInteraction,
    /// The full record; `None` if a history already has it.
    pub recent: Option<RecentInteraction>,
}

impl PendingInteraction {
    fn order(&self) -> (Time, u64) {
        (self.event.at, self.recent.as_ref().map_or(0, |recent| recent.order().1))
    }
}

/// The pending interactions.
#[derive(Debug, Clone)]
pub struct PendingQueue {
    pending: Vec<PendingInteraction>,
    is_sorted: bool,
    /// The sums hold the interactions up to this moment.
    as_of: Time,
    /// The time of the latest interaction in the sums.
    latest: Time,
}

impl Default for PendingQueue {
    /// Nothing is pending: before the first query all interactions are stored alike.
    fn default() -> Self {
        Self { pending: Vec::new(), is_sorted: true, as_of: Time::MAX, latest: Time::MIN }
    }
}

impl PendingQueue {
    /// True if an interaction at this time is pending.
    pub(super) fn is_pending(&self, at: Time) -> bool {
        at > self.as_of
    }
    /// Adds a pending interaction.
    pub(super) fn push(&mut self, pending: PendingInteraction) {
        self.is_sorted &= self.pending.last().is_none_or(|last| last.order() <= pending.order());
        self.pending.push(pending);
    }
    /// Records the time of an interaction added to the sums.
    pub(super) fn record_latest(&mut self, at: Time) {
        self.latest = self.latest.max(at);
    }
    /// Number of pending interactions.
    pub fn len(&self) -> usize {
        self.pending.len()
    }
    /// Iterates over all pending interactions, unordered.
    pub fn iter(&self) -> std::slice::Iter<'_, PendingInteraction> {
        self.pending.iter()
    }
    /// Retains those for which `kept` returns true; it may change them.
    pub(super) fn retain(&mut self, kept: impl FnMut(&mut PendingInteraction) -> bool) {
        self.pending.retain_mut(kept);
    }

    /// Removes and returns those up to `time`, in time order.
    fn take_until(&mut self, time: Time) -> Vec<PendingInteraction> {
        if !std::mem::replace(&mut self.is_sorted, true) {
            order::sort_by_key(&mut self.pending, PendingInteraction::order);
        }
        let count = self.pending.partition_point(|pending| pending.event.at <= time);
        self.pending.drain(..count).collect()
    }
}

impl Memory {
    /// Moves the sums to `now`, so that they hold nothing later. Call before a query. Returns true if any sum changed.
    pub fn advance(&mut self, world: &World, now: Time) -> bool {
        if now < self.ahead.as_of && (self.dirty.all || now < self.ahead.latest) {
            self.defer_later(now);
        }
        self.ahead.as_of = now;
        let due = self.ahead.take_until(now);
        let is_changed = !due.is_empty();
        for PendingInteraction { event, recent } in due {
            self.add_interaction(world, event, recent);
        }
        self.recount(world) || is_changed
    }

    /// Stores all pending interactions with the others and marks all sums for a recount at the next query.
    pub(super) fn merge_pending(&mut self, world: &World) {
        let pending = std::mem::take(&mut self.ahead).pending;
        self.dirty.all = true;
        for PendingInteraction { event, recent } in pending {
            self.add_interaction(world, event, recent);
        }
    }

    /// Moves the interactions later than `now` from the histories to the pending ones.
    fn defer_later(&mut self, now: Time) {
        self.ahead.latest = now;
        for subject in self.subjects() {
            let history = self.history_mut(subject);
            if history.latest() <= Some(now) {
                continue;
            }
            let events = history.take_later(now);
            self.dirty.add(subject);
            for event in events {
                self.adjust_shared(&event, -1);
                self.ahead.push(PendingInteraction { event, recent: None });
            }
        }
    }

    /// The moment up to which the sums hold interactions; `None` before the first query.
    pub fn as_of(&self) -> Option<Time> {
        (self.ahead.as_of < Time::MAX).then_some(self.ahead.as_of)
    }

    /// The pending interactions of a subject.
    pub fn pending_of(&self, subject: Subject) -> impl Iterator<Item = &CompactInteraction> {
        let is_of_subject = move |event: &&CompactInteraction| match subject {
            Subject::Group(group) => event.group() == Some(group),
            user => event.actor() == user,
        };
        self.ahead.iter().map(|pending| &pending.event).filter(is_of_subject)
    }
}
