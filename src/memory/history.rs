//! The interactions of one subject: all in compact form, the latest in full, and sums by item and kind.
//!
//! Stored interactions are facts and part of snapshots; the sums are derived from them.

use crate::base::bytes::{ByteReader, Codec, Output, read_list_with, write_list_with};
use crate::base::index::{GroupIndex, ItemIndex, KindIndex, UserIndex};
use crate::base::order;
use crate::base::time::{DAY, DecayedSum, Time};
use crate::world::World;
use crate::world::kind::Kinds;

use super::HalfLives;
use super::event::{CompactInteraction, Counts, LastCounted};
use super::recent::{KEPT_IN_FULL, RecentInteraction, extend_recent, insert_recent};
use super::values::{ValuedInteraction, Values};

/// The item index of interactions without an item.
const NO_ITEM: ItemIndex = ItemIndex(u32::MAX);

/// Sums over a subject's interactions of one kind with one item.
#[derive(Debug, Clone, PartialEq)]
pub struct InteractionStats {
    item: ItemIndex,
    /// The kind's index.
    pub kind: KindIndex,
    /// Number of interactions, repetitions included.
    pub count: u32,
    last_counted: LastCounted,
    /// The time of the last interaction.
    pub last: Time,
    /// Count decayed at the short half-life. For users all repetitions count; for group members' interactions only
    /// those that are not repetitions within a day, because a group's sums are shared.
    pub short: DecayedSum,
    /// Count decayed at the long half-life.
    pub long: DecayedSum,
    /// Count without repetitions within a day, decayed at the long half-life.
    pub daily: DecayedSum,
}

impl InteractionStats {
    fn new(item: ItemIndex, kind: KindIndex) -> Self {
        let none = DecayedSum::default();
        let last_counted = LastCounted::NEVER;
        Self { item, kind, count: 0, last_counted, last: Time::MIN, short: none, long: none, daily: none }
    }
    /// The item's index; `None` for interactions without an item.
    pub fn item(&self) -> Option<ItemIndex> {
        (self.item != NO_ITEM).then_some(self.item)
    }
    fn key(&self) -> (ItemIndex, KindIndex) {
        (self.item, self.kind)
    }
    /// Adds an interaction; to the sums of all repetitions if `counts`, and to that of days if `daily`.
    fn add(&mut self, at: Time, counts: bool, daily: bool, half_lives: HalfLives) {
        self.count = self.count.saturating_add(1);
        self.last = self.last.max(at);
        let long = half_lives.long.point(at);
        if counts {
            self.short.add(half_lives.short.point(at), 1.0);
            self.long.add(long, 1.0);
        }
        if daily {
            self.daily.add(long, 1.0);
        }
    }
}

/// The effect of adding an interaction to a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Added {
    /// The shared sums in which the interaction counts.
    pub counts: Counts,
    /// True if it is the subject's first like of the item.
    pub newly_liked: bool,
    /// True if it is not later than earlier ones, so that others may now count differently.
    pub out_of_order: bool,
}

/// The interactions of one subject.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// Sorted by item, then kind.
    stats: Vec<InteractionStats>,
    /// The latest with an item, in full, oldest first.
    recent: Vec<RecentInteraction>,
    /// The latest without an item, in full, oldest first.
    milestones: Vec<RecentInteraction>,
    /// The interactions with this subject as actor, in compact form.
    events: Vec<CompactInteraction>,
    /// Those of them that carry a value or a reference, and pending ones.
    values: Values,
    /// The time of the first of `events`.
    first: Option<Time>,
    /// The time of the last of `events`.
    latest: Option<Time>,
    /// The users with interactions in this group, ascending.
    contributors: Vec<UserIndex>,
}

impl History {
    /// Adds an interaction of this subject as actor to the sums.
    pub fn add_own(&mut self, event: &CompactInteraction, half_lives: HalfLives, kinds: &Kinds) -> Added {
        let is_first = self.first.is_none_or(|first| event.at < first);
        let out_of_order = is_first && self.first.is_some();
        let first = if is_first { *self.first.insert(event.at) } else { self.first.unwrap_or(event.at) };
        let position = self.position_of(event);
        let newly_liked = self.is_newly_liked(position, kinds);
        let stats = &mut self.stats[position];
        // The indices decide which of two interactions at one time counts for its group or channel.
        let is_late = event.at < stats.last || (event.at == stats.last && event.has_group_or_channel());
        let counts = Counts { spaced: stats.last_counted.count(event.at), first_day: event.at - first < DAY };
        stats.add(event.at, true, counts.daily(), half_lives);
        Added { counts, newly_liked, out_of_order: out_of_order || is_late }
    }

    /// Adds a user's interaction in this group to the sums; returns true if it is the group's first like of the item.
    pub fn add_member_event(&mut self, event: &CompactInteraction, half_lives: HalfLives, kinds: &Kinds) -> bool {
        event.indexed().user.into_iter().for_each(|user| self.add_contributor(user));
        let position = self.position_of(event);
        let newly_liked = self.is_newly_liked(position, kinds);
        self.stats[position].add(event.at, event.counts.daily(), event.counts.daily(), half_lives);
        newly_liked
    }

    /// True if the next interaction of these stats is the first like of their item.
    fn is_newly_liked(&self, position: usize, kinds: &Kinds) -> bool {
        let InteractionStats { item, kind, .. } = self.stats[position];
        let before = self.stats[..position].iter().rev().take_while(|stats| stats.item == item);
        let others = self.stats[position..].iter().take_while(|stats| stats.item == item);
        let is_like = |stats: &InteractionStats| stats.count > 0 && kinds.of(stats.kind).positive;
        kinds.of(kind).positive && !before.chain(others).any(is_like)
    }

    /// Returns the position of the stats of an interaction's item and kind; new ones are empty.
    fn position_of(&mut self, event: &CompactInteraction) -> usize {
        let key = (event.item().unwrap_or(NO_ITEM), event.kind);
        self.stats.binary_search_by_key(&key, InteractionStats::key).unwrap_or_else(|position| {
            self.stats.insert(position, InteractionStats::new(key.0, key.1));
            position
        })
    }

    /// The interactions with this subject as actor.
    pub fn events(&self) -> &[CompactInteraction] {
        &self.events
    }

    /// The interactions with this subject as actor that carry a value or a reference, sorted as [`Self::events`] are
    /// after a query. Those later than the query are among them.
    pub fn values(&self) -> &[ValuedInteraction] {
        self.values.as_slice()
    }

    /// Stores the value and reference of an interaction of this subject as actor, if it carries either.
    pub(super) fn keep_value(&mut self, recent: &RecentInteraction) {
        ValuedInteraction::of(recent).into_iter().for_each(|valued| self.values.insert(valued));
    }

    /// Adds the values of another history after `change`.
    pub(super) fn add_values(&mut self, other: &Self, change: impl Fn(&CompactInteraction) -> CompactInteraction) {
        self.values.extend(&other.values, change);
    }

    /// Removes the values and references of interactions before a time.
    pub(super) fn remove_values_before(&mut self, before: Time) {
        self.values.remove_before(before);
    }

    /// Stores an interaction of this subject as actor in compact form.
    pub(super) fn log_compact(&mut self, event: CompactInteraction) {
        self.latest = self.latest.max(Some(event.at));
        self.events.push(event);
    }

    /// Stores interactions of this subject as actor, in compact form and, if they are among the latest, in full.
    pub(super) fn store_all(&mut self, interactions: &mut [RecentInteraction]) {
        if !interactions.is_sorted_by_key(RecentInteraction::order) {
            order::sort_by_key(interactions, RecentInteraction::order);
        }
        // Room for these rows alone, because most logs are read once; an eighth more where logs are read in many parts.
        self.events.reserve_exact(interactions.len().max(self.events.len() / 8));
        interactions.iter().for_each(|recent| self.log_compact(*recent.event()));
        self.values.extend_with(interactions.iter().filter_map(ValuedInteraction::of));
        for (list, with_item) in [(&mut self.recent, true), (&mut self.milestones, false)] {
            let is_of_list = |recent: &&RecentInteraction| recent.event().item().is_some() == with_item;
            let count = interactions.iter().filter(is_of_list).count();
            let latest = interactions.iter().filter(is_of_list).skip(count.saturating_sub(KEPT_IN_FULL));
            extend_recent(list, latest, count.min(KEPT_IN_FULL));
        }
    }

    /// The time of this subject's last own interaction.
    pub(super) fn latest(&self) -> Option<Time> {
        self.latest
    }

    /// Restores `latest` after a snapshot was read.
    pub(super) fn derive(&mut self) {
        self.latest = self.events.iter().map(|event| event.at).max();
    }

    /// Removes and returns the compact interactions later than `now`. The full ones stay: readers pass a time.
    pub(super) fn take_later(&mut self, now: Time) -> Vec<CompactInteraction> {
        self.take(|event| event.at > now)
    }

    /// Removes and returns the compact interactions before a time.
    pub(super) fn take_before(&mut self, before: Time) -> Vec<CompactInteraction> {
        self.take(|event| event.at < before)
    }

    fn take(&mut self, is_removed: impl Fn(&CompactInteraction) -> bool) -> Vec<CompactInteraction> {
        if !self.events.iter().any(&is_removed) {
            return Vec::new();
        }
        let (removed, kept) = std::mem::take(&mut self.events).into_iter().partition(is_removed);
        self.events = kept;
        self.events.shrink_to_fit();
        self.derive();
        removed
    }

    /// Recomputes the sums of the own interactions in time order. Calls `changed` with the previous counts for each
    /// interaction whose counts changed.
    pub(super) fn recount_own(
        &mut self,
        half_lives: HalfLives,
        kinds: &Kinds,
        mut changed: impl FnMut(Counts, &CompactInteraction),
    ) {
        self.stats.clear();
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
        self.stats.shrink_to_fit();
    }

    /// True if the stored interactions are sorted.
    pub(super) fn is_in_order(&self) -> bool {
        self.events.is_sorted_by(|a, b| a.order() <= b.order())
    }

    /// True if a stored interaction equals `event`. The stored ones must be in order.
    pub(super) fn has(&self, event: &CompactInteraction) -> bool {
        let position = self.events.partition_point(|stored| stored.order() < event.order());
        self.events.get(position).is_some_and(|stored| stored.order() == event.order())
    }

    /// Sorts the stored interactions.
    pub(super) fn put_in_order(&mut self) {
        order::sort_by(&mut self.events, |a, b| a.order().cmp(&b.order()));
    }

    /// The users with interactions in this group, ascending, without users who opted out of profiling. Requires a query
    /// after the last change.
    pub fn contributors(&self) -> &[UserIndex] {
        &self.contributors
    }

    /// Adds a user to the contributors of this group.
    pub(super) fn add_contributor(&mut self, user: UserIndex) {
        if let Err(position) = self.contributors.binary_search(&user) {
            self.contributors.insert(position, user);
        }
    }

    /// Removes and returns the contributors of this group.
    pub(super) fn take_contributors(&mut self) -> Vec<UserIndex> {
        std::mem::take(&mut self.contributors)
    }

    /// Removes `name` as the target of full interactions.
    pub(super) fn forget_target(&mut self, world: &World, name: &str) {
        self.change_recent(|recent| recent.forget_target(world, name));
    }

    /// Replaces one group by another in all interactions.
    pub(super) fn move_group(&mut self, world: &World, from: GroupIndex, to: GroupIndex) {
        self.events.iter_mut().for_each(|event| *event = event.moved(from, to));
        self.values.move_group(from, to);
        self.change_recent(|recent| recent.move_group(world, from, to));
    }

    /// Applies a change, which returns whether it changed an interaction, to all full interactions.
    fn change_recent(&mut self, change: impl Fn(&mut RecentInteraction) -> bool) {
        for list in [&mut self.recent, &mut self.milestones] {
            let mut changed = false;
            list.iter_mut().for_each(|recent| changed |= change(recent));
            // Changed interactions have new fingerprints, which break ties in the order.
            if changed {
                order::sort_by_key(list, RecentInteraction::order);
            }
        }
    }

    /// Removes the full interactions for which `kept` is false.
    pub(super) fn retain_recent(&mut self, kept: impl Fn(&CompactInteraction) -> bool) {
        [&mut self.recent, &mut self.milestones].into_iter().for_each(|list| list.retain(|one| kept(one.event())));
    }

    /// Stores an interaction in full if it is among the latest.
    pub(super) fn keep_recent(&mut self, recent: RecentInteraction) {
        insert_recent(if recent.event().item().is_some() { &mut self.recent } else { &mut self.milestones }, recent);
    }

    /// True if there are no sums.
    pub fn is_empty(&self) -> bool {
        self.stats.is_empty()
    }
    /// The sums, sorted by item and kind.
    pub fn stats(&self) -> &[InteractionStats] {
        &self.stats
    }
    /// The sums of one item.
    pub fn of_item(&self, item: ItemIndex) -> &[InteractionStats] {
        let start = self.stats.partition_point(|stats| stats.item < item);
        let end = start + self.stats[start..].partition_point(|stats| stats.item == item);
        &self.stats[start..end]
    }
    /// True if the subject had an interaction with the item other than an exposure.
    pub fn has_interacted(&self, item: ItemIndex, kinds: &Kinds) -> bool {
        self.of_item(item).iter().any(|stats| !kinds.of(stats.kind).is_exposure)
    }
    /// The sums grouped by item, without those without an item.
    pub fn by_item(&self) -> impl Iterator<Item = (ItemIndex, &[InteractionStats])> {
        self.stats
            .chunk_by(|a, b| a.item == b.item)
            .filter(|item_stats| item_stats[0].item != NO_ITEM)
            .map(|item_stats| (item_stats[0].item, item_stats))
    }
    /// The liked items, ascending.
    pub fn liked(&self, kinds: &Kinds) -> impl Iterator<Item = ItemIndex> {
        self.by_item().filter(|(_, item_stats)| has_like(item_stats, kinds)).map(|(item, _)| item)
    }
    /// True if the item was liked.
    pub fn likes(&self, item: ItemIndex, kinds: &Kinds) -> bool {
        has_like(self.of_item(item), kinds)
    }
    /// The latest interactions with items up to `now`, oldest first.
    pub fn recent(&self, now: Time) -> &[RecentInteraction] {
        until(&self.recent, now)
    }
    /// The latest interactions without an item (joined, ordered, checked in, invited) up to `now`, oldest first.
    pub fn milestones(&self, now: Time) -> &[RecentInteraction] {
        until(&self.milestones, now)
    }
    /// The latest interactions with and without items.
    pub(super) fn all_recent(&self) -> impl Iterator<Item = &RecentInteraction> {
        self.recent.iter().chain(&self.milestones)
    }
    /// True if every index is below these counts (users, groups, channels, items; kinds) and every time is valid.
    pub(super) fn is_valid(&self, counts: [u32; 4], kinds: u32) -> bool {
        let kept = |list: &[RecentInteraction], with_item: bool| {
            list.len() <= KEPT_IN_FULL && list.iter().all(|recent| recent.event().item().is_some() == with_item)
        };
        self.is_in_order()
            && self.events.iter().all(|event| event.is_valid(counts, kinds))
            && self.values.is_valid(|event| event.is_valid(counts, kinds))
            && kept(&self.recent, true)
            && kept(&self.milestones, false)
    }
}

impl History {
    /// Writes the facts of the history: sums are derived.
    pub(super) fn write(&self, world: &World, to: &mut Output) {
        write_list_with(&self.recent, to, |recent, to| recent.write(world, to));
        write_list_with(&self.milestones, to, |recent, to| recent.write(world, to));
        self.events.write(to);
        self.values.write(to);
    }

    /// Reads the facts of a history in a world that has its names.
    pub(super) fn read(from: &mut ByteReader, world: &World) -> Self {
        let read_recent = |from: &mut ByteReader| {
            let mut list = read_list_with(from, |from| RecentInteraction::read(from, world));
            // Fingerprints, which break ties, may have changed between versions.
            order::sort_by_key(&mut list, RecentInteraction::order);
            list
        };
        let (recent, milestones) = (read_recent(from), read_recent(from));
        Self { recent, milestones, events: Codec::read(from), values: from.since(8), ..Self::default() }
    }
}

fn until(list: &[RecentInteraction], now: Time) -> &[RecentInteraction] {
    &list[..list.partition_point(|recent| recent.order().0 <= now)]
}

fn has_like(item_stats: &[InteractionStats], kinds: &Kinds) -> bool {
    item_stats.iter().any(|stats| kinds.of(stats.kind).positive)
}
