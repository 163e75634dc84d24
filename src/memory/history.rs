//! What one subject did: for every item and kind a count, the last time, and decayed sums; and the latest in full.

use std::rc::Rc;

use crate::bytes::{Bytes, Reader, as_bytes};
use crate::time::{Decayed, MAX_TIME, Time};
use crate::world::Numbered;
use crate::world::interaction::Interaction;
use crate::world::kind::Kinds;

use super::HalfLives;

/// Interactions with items, and without, kept in full: the latest of each.
pub const KEPT_IN_FULL: usize = 50;

/// The item number of interactions without an item.
const NO_ITEM: u32 = u32::MAX;

/// All interactions of one kind that a subject had with one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Touch {
    item: u32,
    /// Which kind.
    pub kind: u32,
    /// How many.
    pub count: u32,
    /// When last.
    pub last: Time,
    /// How many, decayed at the short half-life.
    pub short: Decayed,
    /// How many, decayed at the long half-life.
    pub long: Decayed,
}

as_bytes!(Touch: item, kind, count, last, short, long);

impl Touch {
    /// With which item; `None` for interactions without one.
    pub fn item(&self) -> Option<u32> {
        (self.item != NO_ITEM).then_some(self.item)
    }
    fn key(&self) -> (u32, u32) {
        (self.item, self.kind)
    }
}

/// An interaction in full.
#[derive(Debug, Clone)]
pub struct Told {
    /// Among those of the same time the fingerprint decides, whatever came first.
    order: (Time, u128),
    /// All of it; shared by its user and its group.
    pub interaction: Rc<Interaction>,
}

impl Told {
    /// An interaction with its fingerprint.
    pub fn of(interaction: Rc<Interaction>, fingerprint: u128) -> Self {
        Self { order: (interaction.at, fingerprint), interaction }
    }
    /// The interaction's fingerprint.
    pub fn fingerprint(&self) -> u128 {
        self.order.1
    }
}

impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Bytes for Told {
    fn write(&self, to: &mut Vec<u8>) {
        self.interaction.write(to);
    }
    fn read(from: &mut Reader) -> Self {
        let interaction = <Interaction as Bytes>::read(from);
        if !interaction.is_sound() {
            from.refuse();
        }
        let fingerprint = interaction.digest();
        Self::of(interaction.into(), fingerprint)
    }
}

/// One interaction in short: what it takes to take it out of a sum again, or to count it anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Event {
    names: [u32; 4],
    /// What was done.
    pub kind: u32,
    /// When.
    pub at: Time,
}

as_bytes!(Event: names, kind, at);

/// What stands for a name that is not there.
const NOBODY: u32 = u32::MAX;

impl Event {
    /// An interaction in short.
    pub fn of(numbered: Numbered) -> Self {
        let Numbered { user, group, channel, item, kind, at } = numbered;
        Self { names: [user, group, channel, item].map(|name| name.unwrap_or(NOBODY)), kind, at }
    }
    /// The interaction.
    pub fn numbered(&self) -> Numbered {
        let [user, group, channel, item] = self.names.map(|name| (name != NOBODY).then_some(name));
        Numbered { user, group, channel, item, kind: self.kind, at: self.at }
    }
}

/// What one subject did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// Sorted by item, then kind.
    touches: Vec<Touch>,
    recent: Vec<Told>,
    milestones: Vec<Told>,
    /// All of it in short, in the order of arrival.
    events: Vec<Event>,
}

as_bytes!(History: touches, recent, milestones, events);

impl History {
    /// Adds an interaction to the sums; returns whether it is the first sign of liking its item.
    pub fn touch(&mut self, interaction: Numbered, half_lives: HalfLives, kinds: &Kinds) -> bool {
        let touch = {
            let (mut short, mut long) = (Decayed::default(), Decayed::default());
            short.add(half_lives.short.place(interaction.at), 1.0);
            long.add(half_lives.long.place(interaction.at), 1.0);
            let item = interaction.item.unwrap_or(NO_ITEM);
            Touch { item, kind: interaction.kind, count: 1, last: interaction.at, short, long }
        };
        let newly_liked = kinds.of(interaction.kind).positive && !self.likes(touch.item, kinds);
        self.add(touch);
        newly_liked
    }

    /// Adds a touch, to the one of the same item and kind if there is one.
    pub fn add(&mut self, touch: Touch) {
        match self.touches.binary_search_by_key(&touch.key(), Touch::key) {
            Ok(found) => {
                let there = &mut self.touches[found];
                there.count = there.count.saturating_add(touch.count);
                there.last = there.last.max(touch.last);
                there.short.merge(touch.short);
                there.long.merge(touch.long);
            }
            Err(place) => self.touches.insert(place, touch),
        }
    }

    /// All interactions in short.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Lets go of what one user did in this group.
    pub(super) fn drop_events_of(&mut self, user: u32) {
        self.events.retain(|event| event.numbered().user != Some(user));
    }

    /// Takes a name out of the interactions that concerned its bearer. They keep their places.
    pub(super) fn forget_target(&mut self, name: &str) {
        for told in self.recent.iter_mut().chain(&mut self.milestones) {
            if told.interaction.target.as_deref() == Some(name) {
                Rc::make_mut(&mut told.interaction).target = None;
            }
        }
    }

    /// Keeps an interaction in short.
    pub fn note(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Counts anew, leaving out the interactions that `counts` says do not count, and lets go of those told in full.
    pub(super) fn recount(
        &mut self,
        half_lives: HalfLives,
        kinds: &Kinds,
        counts: impl Fn(Option<u32>) -> bool,
        told: impl Fn(&Interaction) -> bool,
    ) {
        self.touches.clear();
        for event in std::mem::take(&mut self.events) {
            if counts(event.numbered().user) {
                self.touch(event.numbered(), half_lives, kinds);
            }
            self.events.push(event);
        }
        [&mut self.recent, &mut self.milestones].into_iter().for_each(|list| list.retain(|one| told(&one.interaction)));
    }

    /// Keeps an interaction in full, as long as it is among the latest.
    pub fn remember(&mut self, told: Told) {
        let list = if told.interaction.item.is_some() { &mut self.recent } else { &mut self.milestones };
        let place = list.partition_point(|other| other.order <= told.order);
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
    pub fn touches(&self) -> &[Touch] {
        &self.touches
    }
    /// The touches of one item.
    pub fn of_item(&self, item: u32) -> &[Touch] {
        let start = self.touches.partition_point(|touch| touch.item < item);
        let end = start + self.touches[start..].partition_point(|touch| touch.item == item);
        &self.touches[start..end]
    }
    /// Whether anything was done with an item that is more than a showing of it.
    pub fn is_touched(&self, item: u32, kinds: &Kinds) -> bool {
        self.of_item(item).iter().any(|touch| !kinds.of(touch.kind).is_exposure)
    }
    /// The touches of items, item by item.
    pub fn by_item(&self) -> impl Iterator<Item = (u32, &[Touch])> {
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
    /// The latest interactions with items, oldest first.
    pub fn recent(&self) -> &[Told] {
        &self.recent
    }
    /// The latest interactions without an item (joined, ordered, checked in, invited), oldest first.
    pub fn milestones(&self) -> &[Told] {
        &self.milestones
    }
    /// The latest interactions of both sorts.
    pub(super) fn told(&self) -> impl Iterator<Item = &Told> {
        self.recent.iter().chain(&self.milestones)
    }
    /// The interactions in short under other numbers.
    pub(super) fn events_renumbered(&self, names: [&[u32]; 4], kinds: &[u32]) -> impl Iterator<Item = Event> {
        self.events.iter().map(move |event| Event {
            names: std::array::from_fn(|n| match event.names[n] {
                NOBODY => NOBODY,
                name => names[n][name as usize],
            }),
            kind: kinds[event.kind as usize],
            at: event.at,
        })
    }
    /// A copy under other numbers.
    pub(super) fn renumbered(&self, items: &[u32], kinds: &[u32]) -> impl Iterator<Item = Touch> {
        self.touches.iter().map(|touch| Touch {
            item: touch.item().map_or(NO_ITEM, |item| items[item as usize]),
            kind: kinds[touch.kind as usize],
            ..touch.clone()
        })
    }
    /// Whether it is sorted, its sums are sound, and every number is below these counts: users, groups, channels, items.
    pub(super) fn fits(&self, counts: [u32; 4], kinds: u32) -> bool {
        let items = counts[3];
        let named = |at: Time| (-MAX_TIME..=MAX_TIME).contains(&at);
        let sound = |touch: &Touch| touch.short.is_sound() && touch.long.is_sound() && named(touch.last);
        self.touches.iter().all(sound)
            && self.touches.iter().all(|touch| (touch.item < items || touch.item == NO_ITEM) && touch.kind < kinds)
            && self.touches.windows(2).all(|pair| pair[0].key() < pair[1].key())
            && self.events.iter().all(|event| {
                let names = event.names.iter().zip(counts).all(|(name, count)| *name < count || *name == NOBODY);
                names && event.kind < kinds && named(event.at)
            })
    }
}

fn is_liking(touches: &[Touch], kinds: &Kinds) -> bool {
    touches.iter().any(|touch| kinds.of(touch.kind).positive)
}
