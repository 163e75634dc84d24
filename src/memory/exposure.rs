//! Exposure: sendings by recipient, item and channel with their times. Read by caps, cadence and fatigue.

use std::sync::Arc;

use crate::base::bytes::as_bytes;
use crate::base::digest::{Digest, SetDigest};
use crate::base::index::{ChannelIndex, GroupIndex, ItemIndex, UserIndex};
use crate::base::order;
use crate::base::time::{DAY, Time, is_time};
use crate::operations::step_ref::StepRef;

use super::decisions::Decisions;
use super::reservations::{Reservation, Reservations};
use super::sending::{Accepted, ChannelMessage, Message, SentItem};
use super::step_sends::{StepSend, StepSends};
use super::{Subject, element_at};

/// Retention of accepted decisions with their propensities, in milliseconds.
pub const DECISIONS_KEPT: Time = 90 * DAY;

/// The messages that one subject received, in time order.
#[derive(Debug, Clone, Default)]
pub struct SentMessages {
    /// The messages.
    pub messages: Vec<Message>,
    /// Their items.
    pub items: Vec<SentItem>,
    /// The ids of the decisions, unordered; some may already be dropped.
    decisions: Vec<Arc<str>>,
}

as_bytes!(SentMessages: messages, items; decisions);

/// All sendings, and the decisions reserved to be sent.
#[derive(Debug, Clone, Default)]
pub struct Exposure {
    users: Vec<SentMessages>,
    groups: Vec<SentMessages>,
    items: Vec<Vec<Time>>,
    channels: Vec<Vec<ChannelMessage>>,
    decisions: Decisions,
    reservations: Reservations,
    /// The sends of journeys' steps.
    pub steps: StepSends,
    digest: SetDigest,
}

as_bytes!(Exposure: users, groups, items, channels, decisions, digest => 8: steps, reservations);

impl Exposure {
    /// The rule that refuses a decision: `already-accepted`, or `too-old` if it may have been counted and dropped. No
    /// clock is read, so a decision counts at most once at any time.
    pub fn refusal(&self, id: &str, at: Time) -> Option<&'static str> {
        match self.decisions.get(id) {
            Some(_) => Some("already-accepted"),
            None => self.decisions.may_have_forgotten(at).then_some("too-old"),
        }
    }

    /// Records the sending of a decision, instead of its reservation if it has one. Returns false, and changes nothing,
    /// if it is refused.
    pub fn accept(&mut self, id: &str, accepted: Accepted) -> bool {
        if self.refusal(id, accepted.at).is_some() {
            return false;
        }
        self.reservations.remove(id);
        self.digest.add(Digest::new("accepted").text(id).whole(accepted.at).finish());
        let received = self.received_mut(accepted.to);
        insert(&mut received.messages, accepted.message());
        for &(item, _) in &accepted.picks {
            insert(&mut received.items, SentItem { at: accepted.at, item });
        }
        for &(item, _) in &accepted.picks {
            insert(element_at(&mut self.items, item), accepted.at);
        }
        if let Some(channel) = accepted.channel {
            insert(
                element_at(&mut self.channels, channel),
                ChannelMessage { at: accepted.at, occasion: accepted.occasion },
            );
        }
        self.keep(id.into(), accepted);
        true
    }

    /// Records that a decision of a step was sent. Returns false, and changes nothing, if it is refused.
    pub fn accept_step(&mut self, id: &str, accepted: Accepted, step: &StepRef, group: Option<GroupIndex>) -> bool {
        if self.refusal(id, accepted.at).is_some() {
            return false;
        }
        self.digest.add(step.digest(Digest::new("accepted step").text(id)).finish());
        let send = self.steps.insert(accepted.to, step, group, accepted.at);
        self.accept(id, Accepted { step: Some(send.into()), ..accepted })
    }

    /// Removes the sending of a decision from all counts, so that it may be accepted again. Returns `None`, and changes
    /// nothing, if the decision is not stored.
    pub fn release(&mut self, id: &str) -> Option<Accepted> {
        let accepted = self.decisions.remove(id)?;
        let received = self.received_mut(accepted.to);
        received.decisions.retain(|other| &**other != id);
        remove(&mut received.messages, &accepted.message());
        for &(item, _) in &accepted.picks {
            remove(&mut received.items, &SentItem { at: accepted.at, item });
        }
        for &(item, _) in &accepted.picks {
            remove(element_at(&mut self.items, item), &accepted.at);
        }
        if let Some(channel) = accepted.channel {
            remove(
                element_at(&mut self.channels, channel),
                &ChannelMessage { at: accepted.at, occasion: accepted.occasion },
            );
        }
        if let Some(send) = &accepted.step {
            self.steps.remove(accepted.to, send);
        }
        // Decision ids depend on the digest: they must differ from those made before.
        self.digest.add(Digest::new("released").text(id).whole(accepted.at).finish());
        Some(accepted)
    }

    /// Reserves a decision until it is accepted, released or lapses. The caller has checked [`Self::refusal`] and that it
    /// has no reservation.
    pub fn reserve(&mut self, id: &str, reservation: Reservation) {
        let digest = Digest::new("reserved").text(id).whole(reservation.planned.at).whole(reservation.until);
        self.digest.add(digest.finish());
        self.reservations.insert(id.into(), reservation);
    }

    /// Reserves a decision of a step, which counts as sent until the reservation lapses or is released.
    pub fn reserve_step(&mut self, id: &str, reservation: Reservation, step: &StepRef, group: Option<GroupIndex>) {
        let Reservation { planned, until } = reservation;
        let send = self.steps.index(planned.to, step, group, planned.at);
        self.reserve(id, Reservation { planned: Accepted { step: Some(send.into()), ..planned }, until });
    }

    /// Removes the reservation of a decision. Returns false, and changes nothing, if it has none.
    pub fn release_reserved(&mut self, id: &str) -> bool {
        let Some(reservation) = self.reservations.remove(id) else { return false };
        self.digest.add(Digest::new("released").text(id).whole(reservation.planned.at).finish());
        true
    }

    /// Iterates over the steps that count as sent to a subject at `now`: sent and reserved ones.
    pub fn sent_steps(&self, subject: Subject, now: Time) -> impl Iterator<Item = &StepSend> {
        let reserved = self.reservations.to(subject, now).filter_map(|planned| planned.step.as_deref());
        self.steps.of(subject).iter().chain(reserved)
    }

    /// Removes a reservation for a while, so that its decision can be checked as if it were not there. The digest keeps it:
    /// follow with [`Self::restore_reservation`].
    pub fn lift_reservation(&mut self, id: &str) -> Option<Reservation> {
        self.reservations.remove(id)
    }

    /// Restores a lifted reservation.
    pub fn restore_reservation(&mut self, id: &str, reservation: Reservation) {
        self.reservations.insert(id.into(), reservation);
    }

    /// The reservations.
    pub fn reservations(&self) -> &Reservations {
        &self.reservations
    }

    /// Moves the sendings of one group to another.
    pub(super) fn move_group(&mut self, from: GroupIndex, to: GroupIndex) {
        self.reservations.move_group(from, to);
        let received = std::mem::take(element_at(&mut self.groups, from));
        for id in &received.decisions {
            self.decisions.get_mut(id).into_iter().for_each(|accepted| accepted.to = Subject::Group(to));
        }
        self.steps.move_group(from, to);
        self.decisions.move_group(from, to);
        let target = element_at(&mut self.groups, to);
        insert_all(&mut target.messages, received.messages.into_iter());
        insert_all(&mut target.items, received.items.into_iter());
        target.decisions.extend(received.decisions);
    }

    /// Stores a decision by its id and by its subject.
    fn keep(&mut self, id: Arc<str>, accepted: Accepted) {
        let Self { users, groups, decisions, .. } = self;
        let ids = &mut received_of(users, groups, accepted.to).decisions;
        // Dropped decisions are removed before the list would grow: amortised constant cost, bounded length.
        if ids.len() == ids.capacity() {
            ids.retain(|id| decisions.get(id).is_some());
        }
        ids.push(id.clone());
        decisions.insert(id, accepted);
    }

    /// Drops decisions older than [`DECISIONS_KEPT`] at `now`; their sendings stay counted. Drops old reservations too.
    pub fn forget_old_decisions(&mut self, now: Time) {
        self.reservations.forget_lapsed(now);
        self.decisions.forget_before(now - DECISIONS_KEPT);
    }

    /// Removes the sendings of a user. They stay counted for items and channels.
    pub(super) fn forget(&mut self, user: UserIndex) {
        self.reservations.remove_all(Subject::User(user));
        let Some(received) = self.users.get_mut(user.as_usize()) else { return };
        let received = std::mem::take(received);
        received.decisions.iter().for_each(|id| _ = self.decisions.remove(id));
        self.steps.forget(user);
    }

    /// The stored decisions for a user: time and id.
    pub fn decisions_for(&self, user: UserIndex) -> impl Iterator<Item = (Time, &str)> {
        let ids = &self.received(Subject::User(user)).decisions;
        ids.iter().filter_map(|id| Some((self.decision(id)?.at, &**id)))
    }

    /// The messages a subject received.
    pub fn received(&self, subject: Subject) -> &SentMessages {
        const NOTHING: &SentMessages = &SentMessages { messages: Vec::new(), items: Vec::new(), decisions: Vec::new() };
        match subject {
            Subject::User(user) => self.users.get(user.as_usize()),
            Subject::Group(group) => self.groups.get(group.as_usize()),
        }
        .unwrap_or(NOTHING)
    }
    /// The times an item was sent to anyone, ascending.
    pub fn of_item(&self, item: ItemIndex) -> &[Time] {
        self.items.get(item.as_usize()).map_or(&[], Vec::as_slice)
    }
    /// The messages through a channel, in time order.
    pub fn through(&self, channel: ChannelIndex) -> &[ChannelMessage] {
        self.channels.get(channel.as_usize()).map_or(&[], Vec::as_slice)
    }
    /// Returns an accepted decision while it is stored.
    pub fn decision(&self, id: &str) -> Option<&Accepted> {
        self.decisions.get(id)
    }
    /// The fingerprint of all decisions ever accepted.
    pub(super) fn digest(&self) -> u128 {
        self.digest.get()
    }

    /// Adds the sendings of another instance, with mapped indices. The decisions of both must be disjoint.
    pub(super) fn merge(&mut self, other: &Self, map: &super::merge::IndexRemap) {
        let channel = |other: Option<ChannelIndex>| other.map(|channel| map.channels[channel.as_usize()]);
        let users = other.users.iter().zip(&map.users).map(|(received, &user)| (Subject::User(user), received));
        let groups = other.groups.iter().zip(&map.groups).map(|(received, &group)| (Subject::Group(group), received));
        for (to, received) in users.chain(groups) {
            let target = self.received_mut(to);
            let messages =
                received.messages.iter().map(|message| Message { channel: channel(message.channel), ..*message });
            insert_all(&mut target.messages, messages);
            let items = received.items.iter();
            let items =
                items.map(|sent_item| SentItem { at: sent_item.at, item: map.items[sent_item.item.as_usize()] });
            insert_all(&mut target.items, items);
        }
        for (times, &item) in other.items.iter().zip(&map.items) {
            insert_all(element_at(&mut self.items, item), times.iter().copied());
        }
        for (times, &channel) in other.channels.iter().zip(&map.channels) {
            insert_all(element_at(&mut self.channels, channel), times.iter().copied());
        }
        let ids = self.steps.merge(&other.steps, map);
        let mapped = |accepted: &Accepted| Accepted {
            to: map.subject(accepted.to),
            channel: channel(accepted.channel),
            picks: accepted.picks.iter().map(|&(item, p)| (map.items[item.as_usize()], p)).collect(),
            step: accepted.step.as_ref().map(|send| send.renumbered(&ids, map).into()),
            ..*accepted
        };
        for (id, accepted) in other.decisions.iter() {
            self.keep(id.clone(), mapped(accepted));
        }
        for (id, Reservation { planned, until }) in other.reservations.iter() {
            self.reservations.insert(id.clone(), Reservation { planned: mapped(planned), until: *until });
        }
        self.decisions.merge_forgotten(&other.decisions);
        self.digest.merge(other.digest);
    }

    fn received_mut(&mut self, subject: Subject) -> &mut SentMessages {
        received_of(&mut self.users, &mut self.groups, subject)
    }

    /// Rebuilds derived state after a snapshot was read.
    pub(super) fn derive(&mut self) {
        self.decisions.derive();
        self.reservations.derive();
        // Reserved steps were once among the recorded ones.
        for (_, Reservation { planned, .. }) in self.reservations.iter() {
            planned.step.iter().for_each(|send| self.steps.remove(planned.to, send));
        }
        let Self { users, groups, decisions, .. } = self;
        for (id, accepted) in decisions.iter() {
            received_of(users, groups, accepted.to).decisions.push(id.clone());
        }
    }

    /// True if every index is below these counts, every list is sorted and every time is valid.
    pub(super) fn is_valid(&self, users: u32, groups: u32, items: u32, channels: u32) -> bool {
        let received = |received: &SentMessages| {
            received.items.is_sorted()
                && received.messages.is_sorted()
                && received.items.iter().all(|sent_item| is_time(sent_item.at))
                && received.messages.iter().all(|message| is_time(message.at))
                && received.items.iter().all(|sent_item| sent_item.item.0 < items)
                && received.messages.iter().all(|message| message.channel.is_none_or(|channel| channel.0 < channels))
        };
        let is_known = |subject: Subject| match subject {
            Subject::User(user) => user.0 < users,
            Subject::Group(group) => group.0 < groups,
        };
        let accepted = |accepted: &Accepted| {
            is_known(accepted.to)
                && is_time(accepted.at)
                && accepted.picks.iter().all(|(_, propensity)| (0.0..=1.0).contains(propensity))
                && accepted.channel.is_none_or(|channel| channel.0 < channels)
                && accepted.picks.iter().all(|(item, _)| item.0 < items)
                && accepted.step.as_ref().is_none_or(|send| self.steps.is_valid_send(send, groups))
        };
        self.users.len() <= users as usize
            && self.groups.len() <= groups as usize
            && self.items.len() <= items as usize
            && self.channels.len() <= channels as usize
            && self.users.iter().chain(&self.groups).all(received)
            && self.items.iter().all(|times| times.is_sorted() && times.iter().copied().all(is_time))
            && self.channels.iter().all(|sent| sent.is_sorted() && sent.iter().all(|message| is_time(message.at)))
            && self.steps.is_valid(users, groups)
            && self.decisions.is_sound()
            && self.decisions.iter().all(|(_, decision)| accepted(decision))
            && self.reservations.is_sound()
            && self.reservations.iter().all(|(id, held)| accepted(&held.planned) && self.decision(id).is_none())
    }
}

fn received_of<'a>(
    users: &'a mut Vec<SentMessages>,
    groups: &'a mut Vec<SentMessages>,
    subject: Subject,
) -> &'a mut SentMessages {
    match subject {
        Subject::User(user) => element_at(users, user),
        Subject::Group(group) => element_at(groups, group),
    }
}

fn insert<T: Ord>(sorted: &mut Vec<T>, element: T) {
    let position = sorted.partition_point(|other| *other <= element);
    sorted.insert(position, element);
}

fn remove<T: Ord>(sorted: &mut Vec<T>, element: &T) {
    if let Ok(position) = sorted.binary_search(element) {
        sorted.remove(position);
    }
}

fn insert_all<T: Ord>(sorted: &mut Vec<T>, elements: impl Iterator<Item = T>) {
    sorted.extend(elements);
    order::sort(sorted);
}

#[cfg(test)]
mod tests;
