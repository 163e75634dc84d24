//! Reservations: decisions that were handed over to be sent and are not yet known to be sent. They count for caps,
//! cadence and repeats until they lapse, and for nothing else.

use std::hash::Hash;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::bytes::as_bytes;
use crate::base::index::{ChannelIndex, GroupIndex, ItemIndex};
use crate::base::sorted::HashedMap;
use crate::base::time::{DAY, Time, is_time};

use super::Subject;
use super::sending::Accepted;

/// Retention of a lapsed reservation, in milliseconds: a late confirmation is still recognised.
pub const LAPSED_KEPT: Time = 90 * DAY;

/// A decision that is to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Reservation {
    /// The planned sending.
    pub planned: Accepted,
    /// The time from which it no longer counts.
    pub until: Time,
}

as_bytes!(Reservation: planned, until);

/// The reservations by decision id, and the ids by recipient, item and channel.
#[derive(Debug, Clone, Default)]
pub struct Reservations {
    by_id: HashedMap<Arc<str>, Reservation>,
    subjects: IdIndex<Subject>,
    items: IdIndex<ItemIndex>,
    channels: IdIndex<ChannelIndex>,
    /// A time at or before the first lapse; `None` without reservations. Saves looking for lapsed ones at each change.
    first_lapse: Option<Time>,
}

as_bytes!(Reservations: by_id; subjects, items, channels, first_lapse);

/// Decision ids by key; keys without ids have no entry.
#[derive(Debug, Clone)]
struct IdIndex<K>(FxHashMap<K, FxHashSet<Arc<str>>>);

impl<K> Default for IdIndex<K> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<K: Hash + Eq> IdIndex<K> {
    fn add(&mut self, key: K, id: &Arc<str>) {
        self.0.entry(key).or_default().insert(id.clone());
    }
    fn remove(&mut self, key: K, id: &str) {
        if let Some(ids) = self.0.get_mut(&key) {
            ids.remove(id);
            if ids.is_empty() {
                self.0.remove(&key);
            }
        }
    }
    fn get(&self, key: K) -> impl Iterator<Item = &Arc<str>> + use<'_, K> {
        self.0.get(&key).into_iter().flatten()
    }
}

impl Reservations {
    /// Returns the reservation of a decision, lapsed or not.
    pub fn get(&self, id: &str) -> Option<&Reservation> {
        self.by_id.0.get(id)
    }

    /// The planned sendings to a subject that have not lapsed at `now`.
    pub fn to(&self, subject: Subject, now: Time) -> impl Iterator<Item = &Accepted> {
        self.active(self.subjects.get(subject), now)
    }
    /// The planned sendings of an item that have not lapsed at `now`.
    pub fn of_item(&self, item: ItemIndex, now: Time) -> impl Iterator<Item = &Accepted> {
        self.active(self.items.get(item), now)
    }
    /// The planned sendings through a channel that have not lapsed at `now`.
    pub fn through(&self, channel: ChannelIndex, now: Time) -> impl Iterator<Item = &Accepted> {
        self.active(self.channels.get(channel), now)
    }

    fn active<'a>(&'a self, ids: impl Iterator<Item = &'a Arc<str>>, now: Time) -> impl Iterator<Item = &'a Accepted> {
        ids.filter_map(move |id| self.get(id).filter(|held| held.until > now).map(|held| &held.planned))
    }

    /// Adds a reservation under an id that has none.
    pub(super) fn insert(&mut self, id: Arc<str>, reservation: Reservation) {
        let Accepted { to, channel, picks, .. } = &reservation.planned;
        self.subjects.add(*to, &id);
        picks.iter().for_each(|(item, _)| self.items.add(*item, &id));
        channel.iter().for_each(|channel| self.channels.add(*channel, &id));
        self.first_lapse = Some(self.first_lapse.map_or(reservation.until, |first| first.min(reservation.until)));
        self.by_id.0.insert(id, reservation);
    }

    /// Removes the reservation of a decision, lapsed or not.
    pub(super) fn remove(&mut self, id: &str) -> Option<Reservation> {
        let reservation = self.by_id.0.remove(id)?;
        let Accepted { to, channel, picks, .. } = &reservation.planned;
        self.subjects.remove(*to, id);
        picks.iter().for_each(|(item, _)| self.items.remove(*item, id));
        channel.iter().for_each(|channel| self.channels.remove(*channel, id));
        Some(reservation)
    }

    /// Removes all reservations for a subject.
    pub(super) fn remove_all(&mut self, subject: Subject) {
        for id in self.subjects.get(subject).cloned().collect::<Vec<_>>() {
            self.remove(&id);
        }
    }

    /// Moves the reservations for one group, and within it, to another.
    pub(super) fn move_group(&mut self, from: GroupIndex, to: GroupIndex) {
        for id in self.subjects.get(Subject::Group(from)).cloned().collect::<Vec<_>>() {
            if let Some(mut reservation) = self.remove(&id) {
                reservation.planned.to = Subject::Group(to);
                self.insert(id, reservation);
            }
        }
        let steps = self.by_id.0.values_mut().filter_map(|held| held.planned.step.as_mut());
        steps.filter(|send| send.group == Some(from)).for_each(|send| send.group = Some(to));
    }

    /// Drops the reservations that lapsed more than [`LAPSED_KEPT`] before `now`.
    pub(super) fn forget_lapsed(&mut self, now: Time) {
        if self.first_lapse.is_none_or(|first| first >= now - LAPSED_KEPT) {
            return;
        }
        let lapsed = self.by_id.0.iter().filter(|(_, held)| held.until < now - LAPSED_KEPT);
        for id in lapsed.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            self.remove(&id);
        }
        self.first_lapse = self.by_id.0.values().map(|held| held.until).min();
    }

    /// Iterates over all reservations, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Reservation)> {
        self.by_id.0.iter()
    }

    /// Rebuilds the indexes after a snapshot was read.
    pub(super) fn derive(&mut self) {
        for (id, reservation) in std::mem::take(&mut self.by_id).0 {
            self.insert(id, reservation);
        }
    }

    /// True if its times are within the range that a host can express.
    pub(super) fn is_sound(&self) -> bool {
        self.iter().all(|(_, held)| is_time(held.until))
    }
}
