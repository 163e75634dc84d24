//! What was sent: to whom, when, through which channel. Caps, cadence and fatigue ask here.

use std::rc::Rc;

use crate::bytes::as_bytes;
use crate::digest::{Digest, SetDigest};
use crate::sorted::Keyed;
use crate::time::{DAY, Time};

use super::{Subject, at};

/// Accepted decisions are kept with their propensities for so long behind the latest.
pub const DECISIONS_KEPT: Time = 90 * DAY;

/// One message: a decision that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Message {
    /// When.
    pub at: Time,
    /// Through which channel.
    pub channel: Option<u32>,
}

as_bytes!(Message: at, channel);

/// One item of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sending {
    /// When.
    pub at: Time,
    /// Which item.
    pub item: u32,
}

as_bytes!(Sending: at, item);

/// What one subject received, in time order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Received {
    /// The messages.
    pub messages: Vec<Message>,
    /// Their items.
    pub items: Vec<Sending>,
}

as_bytes!(Received: messages, items);

/// A decision that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// When it was made.
    pub at: Time,
    /// To whom.
    pub to: Subject,
    /// Through which channel.
    pub channel: Option<u32>,
    /// The items with the propensities they were picked with.
    pub picks: Vec<(u32, f64)>,
}

as_bytes!(Accepted: at, to, channel, picks);

/// All that was sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exposure {
    users: Vec<Received>,
    groups: Vec<Received>,
    items: Vec<Vec<Time>>,
    channels: Vec<Vec<Time>>,
    decisions: Keyed<Rc<str>, Accepted>,
    digest: SetDigest,
}

as_bytes!(Exposure: users, groups, items, channels, decisions, digest);

impl Exposure {
    /// Records that a decision was sent. Returns false, and changes nothing, if it already was.
    pub fn accept(&mut self, id: &str, accepted: Accepted) -> bool {
        if self.decisions.0.contains_key(id) {
            return false;
        }
        self.digest.add(Digest::new("accepted").text(id).whole(accepted.at).finish());
        insert(&mut self.received_mut(accepted.to).messages, Message { at: accepted.at, channel: accepted.channel });
        for &(item, _) in &accepted.picks {
            insert(&mut self.received_mut(accepted.to).items, Sending { at: accepted.at, item });
            insert(at(&mut self.items, item), accepted.at);
        }
        if let Some(channel) = accepted.channel {
            insert(at(&mut self.channels, channel), accepted.at);
        }
        self.decisions.0.insert(id.into(), accepted);
        true
    }

    /// Forgets decisions older than [`DECISIONS_KEPT`] at `now`; what was sent stays counted.
    pub fn forget_old_decisions(&mut self, now: Time) {
        self.decisions.0.retain(|_, accepted| accepted.at >= now - DECISIONS_KEPT);
    }

    /// Forgets what a user received. That it was sent stays counted for its items and channels.
    pub(super) fn forget(&mut self, user: u32) {
        if let Some(received) = self.users.get_mut(user as usize) {
            *received = Received::default();
        }
        self.decisions.0.retain(|_, accepted| accepted.to != Subject::User(user));
    }

    /// The decisions for a user that are kept: when each was made, and its id.
    pub fn decisions_for(&self, user: u32) -> impl Iterator<Item = (Time, &str)> {
        let theirs = self.decisions.0.iter().filter(move |(_, accepted)| accepted.to == Subject::User(user));
        theirs.map(|(id, accepted)| (accepted.at, &**id))
    }

    /// What a subject received.
    pub fn received(&self, subject: Subject) -> &Received {
        static NOTHING: Received = Received { messages: Vec::new(), items: Vec::new() };
        match subject {
            Subject::User(user) => self.users.get(user as usize),
            Subject::Group(group) => self.groups.get(group as usize),
        }
        .unwrap_or(&NOTHING)
    }
    /// When an item was sent to anyone, in time order.
    pub fn of_item(&self, item: u32) -> &[Time] {
        self.items.get(item as usize).map_or(&[], Vec::as_slice)
    }
    /// When a message went through a channel, in time order.
    pub fn through(&self, channel: u32) -> &[Time] {
        self.channels.get(channel as usize).map_or(&[], Vec::as_slice)
    }
    /// A decision that was sent, while it is kept.
    pub fn decision(&self, id: &str) -> Option<&Accepted> {
        self.decisions.0.get(id)
    }
    /// The fingerprint of all decisions ever accepted.
    pub(super) fn digest(&self) -> u128 {
        self.digest.get()
    }

    /// Adds all that another instance sent, under other numbers. Their decisions must be others than ours.
    pub(super) fn merge(&mut self, other: &Self, map: &super::merge::Renumbering) {
        let channel = |there: Option<u32>| there.map(|channel| map.channels[channel as usize]);
        let theirs = other.users.iter().zip(&map.users).map(|(received, &user)| (Subject::User(user), received));
        let groups = other.groups.iter().zip(&map.groups).map(|(received, &group)| (Subject::Group(group), received));
        for (to, received) in theirs.chain(groups) {
            let ours = self.received_mut(to);
            for message in &received.messages {
                insert(&mut ours.messages, Message { at: message.at, channel: channel(message.channel) });
            }
            for sending in &received.items {
                insert(&mut ours.items, Sending { at: sending.at, item: map.items[sending.item as usize] });
            }
        }
        for (times, &item) in other.items.iter().zip(&map.items) {
            times.iter().for_each(|&time| insert(at(&mut self.items, item), time));
        }
        for (times, &channel) in other.channels.iter().zip(&map.channels) {
            times.iter().for_each(|&time| insert(at(&mut self.channels, channel), time));
        }
        for (id, accepted) in &other.decisions.0 {
            let picks = accepted.picks.iter().map(|&(item, p)| (map.items[item as usize], p)).collect();
            let to = map.subject(accepted.to);
            self.decisions
                .0
                .insert(id.clone(), Accepted { at: accepted.at, to, channel: channel(accepted.channel), picks });
        }
        self.digest.merge(other.digest);
    }

    fn received_mut(&mut self, subject: Subject) -> &mut Received {
        match subject {
            Subject::User(user) => at(&mut self.users, user),
            Subject::Group(group) => at(&mut self.groups, group),
        }
    }

    /// Whether every number is below these counts.
    pub(super) fn fits(&self, users: u32, groups: u32, items: u32, channels: u32) -> bool {
        let received = |received: &Received| {
            received.items.iter().all(|sending| sending.item < items)
                && received.messages.iter().all(|message| message.channel.is_none_or(|channel| channel < channels))
        };
        let known = |subject: Subject| match subject {
            Subject::User(user) => user < users,
            Subject::Group(group) => group < groups,
        };
        let accepted = |accepted: &Accepted| {
            known(accepted.to)
                && accepted.channel.is_none_or(|channel| channel < channels)
                && accepted.picks.iter().all(|(item, _)| *item < items)
        };
        self.users.len() <= users as usize
            && self.groups.len() <= groups as usize
            && self.items.len() <= items as usize
            && self.channels.len() <= channels as usize
            && self.users.iter().chain(&self.groups).all(received)
            && self.decisions.0.values().all(accepted)
    }
}

fn insert<T: Ord>(sorted: &mut Vec<T>, element: T) {
    let place = sorted.partition_point(|other| *other <= element);
    sorted.insert(place, element);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(at: Time) -> Accepted {
        Accepted { at, to: Subject::User(0), channel: Some(1), picks: vec![(2, 1.0), (3, 0.5)] }
    }

    #[test]
    fn a_decision_counts_once_however_often_it_is_accepted() {
        let mut exposure = Exposure::default();
        assert!(exposure.accept("d", sent(5)));
        assert!(!exposure.accept("d", sent(5)));
        assert_eq!(exposure.received(Subject::User(0)).messages.len(), 1);
        assert_eq!(exposure.received(Subject::User(0)).items.len(), 2);
        assert_eq!(exposure.of_item(3), [5]);
        assert_eq!(exposure.through(1), [5]);
    }

    #[test]
    fn what_was_sent_stays_counted_when_its_decision_is_forgotten() {
        let mut exposure = Exposure::default();
        exposure.accept("d", sent(0));
        exposure.forget_old_decisions(DECISIONS_KEPT + 1);
        assert!(exposure.decision("d").is_none());
        assert_eq!(exposure.of_item(2), [0]);
    }
}
