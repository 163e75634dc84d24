//! The interactions of one subject: each in short, the latest in full, and sums for every item and kind.
//!
//! The kept interactions are facts and go into snapshots; the sums are derived from them.

use std::rc::Rc;

use crate::base::bytes::as_bytes;
use crate::base::order;
use crate::base::time::{DAY, DecayedSum, Time};
use crate::world::interaction::Interaction;
use crate::world::kind::Kinds;

use super::HalfLives;
use super::event::{CompactInteraction, Counts, LastCounted, RecentInteraction};

/// Interactions with items, and without, kept in full: the latest of each.
pub const KEPT_IN_FULL: usize = 50;

/// The item number of interactions without an item.
const NO_ITEM: u32 = u32::MAX;

/// All interactions of one kind that a subject had with one item.
#[derive(Debug, Clone, PartialEq)]
pub struct InteractionStats {
    item: u32,
    /// Which kind.
    pub kind: u32,
    /// How many, repetitions included.
    pub count: u32,
    last_counted: LastCounted,
    /// When last.
    pub last: Time,
    /// How many, decayed at the short half-life. A user's own repetitions count, those of a group's members within a
    /// day do not: a group's sums are shared.
    pub short: DecayedSum,
    /// How many, decayed at the long half-life.
    pub long: DecayedSum,
    /// How many without repetitions within a day, decayed at the long half-life.
    pub daily: DecayedSum,
}

impl InteractionStats {
    fn new(item: u32, kind: u32) -> Self {
        let none = DecayedSum::default();
        let last_counted = LastCounted::NEVER;
        Self { item, kind, count: 0, last_counted, last: Time::MIN, short: none, long: none, daily: none }
    }
    /// With which item; `None` for interactions without one.
    pub fn item(&self) -> Option<u32> {
        (self.item != NO_ITEM).then_some(self.item)
    }
    fn key(&self) -> (u32, u32) {
        (self.item, self.kind)
    }
}

/// How adding an interaction changed a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// In which shared sums the interaction counts.
    pub counts: Counts,
    /// It is the first sign of liking its item.
    pub newly_liked: bool,
    /// It was not later than those before it, so that others may count differently now.
    pub out_of_order: bool,
}

/// The interactions of one subject.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// Sorted by item, then kind.
    touches: Vec<InteractionStats>,
    /// The latest with items in full, oldest first.
    recent: Vec<RecentInteraction>,
    /// The latest without an item in full, oldest first.
    milestones: Vec<RecentInteraction>,
    /// Those of which this subject is the actor, in short.
    events: Vec<CompactInteraction>,
    /// The time of the first of them.
    first: Option<Time>,
    /// The time of the last of them.
    latest: Option<Time>,
    /// The users who acted in this group, ascending.
    contributors: Vec<u32>,
}

as_bytes!(History: recent, milestones, events; touches, first, latest, contributors);

impl History {
    /// Adds an interaction of this subject's own to the sums.
    pub fn add_own(&mut self, event: &CompactInteraction, half_lives: HalfLives, kinds: &Kinds) -> Added {
        let earliest = self.first.is_none_or(|first| event.at < first);
        let out_of_order = earliest && self.first.is_some();
        let first = if earliest { *self.first.insert(event.at) } else { self.first.unwrap_or(event.at) };
        let newly_liked = self.is_newly_liked(event, kinds);
        let touch = self.touch_mut(event);
        // Of two at one time, the names decide which counts: for its group, or for its channel.
        let late = event.at < touch.last || (event.at == touch.last && event.is_somewhere());
        let counts = Counts { spaced: touch.last_counted.count(event.at), first_day: event.at - first < DAY };
        self.add(event, true, counts.daily(), half_lives);
        Added { counts, newly_liked, out_of_order: out_of_order || late }
    }

    /// Adds what a user did in this group to the sums; returns whether it is the first sign of liking its item.
    pub fn add_of_member(&mut self, event: &CompactInteraction, half_lives: HalfLives, kinds: &Kinds) -> bool {
        event.numbered().user.into_iter().for_each(|user| self.add_contributor(user));
        let newly_liked = self.is_newly_liked(event, kinds);
        self.add(event, event.counts.daily(), event.counts.daily(), half_lives);
        newly_liked
    }

    fn is_newly_liked(&self, event: &CompactInteraction, kinds: &Kinds) -> bool {
        kinds.of(event.kind).positive && !self.likes(event.item().unwrap_or(NO_ITEM), kinds)
    }

    /// Adds an interaction to its touch.
    fn add(&mut self, event: &CompactInteraction, counts: bool, daily: bool, half_lives: HalfLives) {
        let touch = self.touch_mut(event);
        touch.count = touch.count.saturating_add(1);
        touch.last = touch.last.max(event.at);
        let long = half_lives.long.place(event.at);
        if counts {
            touch.short.add(half_lives.short.place(event.at), 1.0);
            touch.long.add(long, 1.0);
        }
        if daily {
            touch.daily.add(long, 1.0);
        }
    }

    fn touch_mut(&mut self, event: &CompactInteraction) -> &mut InteractionStats {
        let key = (event.item().unwrap_or(NO_ITEM), event.kind);
        let place = self.touches.binary_search_by_key(&key, InteractionStats::key).unwrap_or_else(|place| {
            self.touches.insert(place, InteractionStats::new(key.0, key.1));
            place
        });
        &mut self.touches[place]
    }

    /// The interactions of which this subject is the actor.
    pub fn events(&self) -> &[CompactInteraction] {
        &self.events
    }

    /// Keeps an interaction of this subject's own in short.
    pub(super) fn keep(&mut self, event: CompactInteraction) {
        self.latest = self.latest.max(Some(event.at));
        self.events.push(event);
    }

    /// The time of the last of this subject's own interactions.
    pub(super) fn latest(&self) -> Option<Time> {
        self.latest
    }

    /// Finds the last of the interactions that a snapshot brought.
    pub(super) fn derive(&mut self) {
        self.latest = self.events.iter().map(|event| event.at).max();
    }

    /// Takes out the interactions in short that are later than `now`. In full they stay: who asks for them names a moment.
    pub(super) fn take_later(&mut self, now: Time) -> Vec<CompactInteraction> {
        self.take(|event| event.at > now)
    }

    /// Takes out the interactions in short before a time.
    pub(super) fn take_before(&mut self, before: Time) -> Vec<CompactInteraction> {
        self.take(|event| event.at < before)
    }

    fn take(&mut self, is_taken: impl Fn(&CompactInteraction) -> bool) -> Vec<CompactInteraction> {
        if !self.events.iter().any(&is_taken) {
            return Vec::new();
        }
        let (taken, kept) = std::mem::take(&mut self.events).into_iter().partition(is_taken);
        self.events = kept;
        self.events.shrink_to_fit();
        self.derive();
        taken
    }

    /// Counts the own interactions anew, whatever the order of their arrival. `changed` is told each that counts in
    /// other sums than before, with the sums of before.
    pub(super) fn recount_own(
        &mut self,
        half_lives: HalfLives,
        kinds: &Kinds,
        mut changed: impl FnMut(Counts, &CompactInteraction),
    ) {
        self.touches.clear();
        self.first = None;
        self.put_in_order();
        for n in 0..self.events.len() {
            let mut event = self.events[n];
            let before =
                std::mem::replace(&mut event.counts, self.add_own(&self.events[n].clone(), half_lives, kinds).counts);
            if before != event.counts {
                changed(before, &event);
            }
            self.events[n] = event;
        }
        self.touches.shrink_to_fit();
    }

    /// Whether the kept interactions are sorted.
    pub(super) fn is_in_order(&self) -> bool {
        self.events.is_sorted_by(|a, b| a.order() <= b.order())
    }

    /// Sorts the kept interactions.
    pub(super) fn put_in_order(&mut self) {
        order::sort_by(&mut self.events, |a, b| a.order().cmp(&b.order()));
    }

    /// Takes note that a user acted in this group.
    pub(super) fn add_contributor(&mut self, user: u32) {
        if let Err(place) = self.contributors.binary_search(&user) {
            self.contributors.insert(place, user);
        }
    }

    /// Lets go of the names of the users who acted in this group, and tells them.
    pub(super) fn take_contributors(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.contributors)
    }

    /// Takes a name out of the interactions that concerned its bearer. They keep their places.
    pub(super) fn forget_target(&mut self, name: &str) {
        self.recent.iter_mut().chain(&mut self.milestones).for_each(|told| told.forget_target(name));
    }

    /// Gives the interactions of one group another, by its number and by its name.
    pub(super) fn move_group(&mut self, numbers: [u32; 2], [from, to]: [&Rc<str>; 2]) {
        self.events.iter_mut().for_each(|event| *event = event.moved(numbers[0], numbers[1]));
        for list in [&mut self.recent, &mut self.milestones] {
            let mut moved = false;
            list.iter_mut().for_each(|told| moved |= told.move_group(from, to));
            // Their fingerprints are others now, which decide among those of one time.
            if moved {
                order::sort_by_key(list, RecentInteraction::order);
            }
        }
    }

    /// Lets go of the interactions in full that are not `kept`.
    pub(super) fn retain_told(&mut self, kept: impl Fn(&Interaction) -> bool) {
        [&mut self.recent, &mut self.milestones].into_iter().for_each(|list| list.retain(|one| kept(&one.interaction)));
    }

    /// Keeps an interaction in full, as long as it is among the latest.
    pub fn remember(&mut self, told: RecentInteraction) {
        let list = if told.interaction.item.is_some() { &mut self.recent } else { &mut self.milestones };
        let place = list.partition_point(|other| other.order() <= told.order());
        list.insert(place, told);
        if list.len() > KEPT_IN_FULL {
            list.remove(0);
        }
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.touches.is_empty()
    }
    /// All touches, by item and kind.
    pub fn touches(&self) -> &[InteractionStats] {
        &self.touches
    }
    /// The touches of one item.
    pub fn of_item(&self, item: u32) -> &[InteractionStats] {
        let start = self.touches.partition_point(|touch| touch.item < item);
        let end = start + self.touches[start..].partition_point(|touch| touch.item == item);
        &self.touches[start..end]
    }
    /// Whether anything was done with an item that is more than a showing of it.
    pub fn has_interacted(&self, item: u32, kinds: &Kinds) -> bool {
        self.of_item(item).iter().any(|touch| !kinds.of(touch.kind).is_exposure)
    }
    /// The touches of items, item by item.
    pub fn by_item(&self) -> impl Iterator<Item = (u32, &[InteractionStats])> {
        self.touches
            .chunk_by(|a, b| a.item == b.item)
            .filter(|touches| touches[0].item != NO_ITEM)
            .map(|touches| (touches[0].item, touches))
    }
    /// The items liked, in ascending order.
    pub fn liked(&self, kinds: &Kinds) -> impl Iterator<Item = u32> {
        self.by_item().filter(|(_, touches)| is_liking(touches, kinds)).map(|(item, _)| item)
    }
    /// Whether an item was liked.
    pub fn likes(&self, item: u32, kinds: &Kinds) -> bool {
        is_liking(self.of_item(item), kinds)
    }
    /// The latest interactions with items up to `now`, oldest first.
    pub fn recent(&self, now: Time) -> &[RecentInteraction] {
        until(&self.recent, now)
    }
    /// The latest interactions without an item (joined, ordered, checked in, invited) up to `now`, oldest first.
    pub fn milestones(&self, now: Time) -> &[RecentInteraction] {
        until(&self.milestones, now)
    }
    /// The latest interactions of both sorts.
    pub(super) fn told(&self) -> impl Iterator<Item = &RecentInteraction> {
        self.recent.iter().chain(&self.milestones)
    }
    /// Whether every number is below these counts (users, groups, channels, items; kinds), and a host could name each time.
    pub(super) fn fits(&self, counts: [u32; 4], kinds: u32) -> bool {
        let kept = |list: &[RecentInteraction], with_item: bool| {
            list.len() <= KEPT_IN_FULL
                && list.iter().all(|told| told.interaction.item.is_some() == with_item)
                && list.is_sorted_by(|a, b| a.order() <= b.order())
        };
        self.is_in_order()
            && self.events.iter().all(|event| event.fits(counts, kinds))
            && kept(&self.recent, true)
            && kept(&self.milestones, false)
    }
}

fn until(list: &[RecentInteraction], now: Time) -> &[RecentInteraction] {
    &list[..list.partition_point(|told| told.order().0 <= now)]
}

fn is_liking(touches: &[InteractionStats], kinds: &Kinds) -> bool {
    touches.iter().any(|touch| kinds.of(touch.kind).positive)
}
