//! Rates: how often something came of what was shown, for items, facets, channels and users within channels.
//!
//! Counted are the showings, and what the same subject did with the same item whenever it was: an interaction with an
//! item that the subject was never shown says nothing of what comes of showing it. All decay at the long half-life.

use crate::bytes::as_bytes;
use crate::sorted::Sorted;
use crate::time::{Decayed, HalfLife, Place, Time};
use crate::world::World;
use crate::world::facet::{Class, Facets};
use crate::world::kind::Kinds;
use crate::world::library::Library;

use super::at;
use super::history::{History, Touch};
use super::merge::Renumbering;

/// The classes of facets whose rates are counted.
pub const CLASSES: [Class; 5] = [Class::Tag, Class::Category, Class::Format, Class::Source, Class::Duration];

/// Showings, and what came of them by kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    shown: Decayed,
    came: Vec<(u32, Decayed)>,
}

as_bytes!(Tally: shown, came);

/// A tally as seen from one moment.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    tally: Option<&'a Tally>,
    now: Place,
}

impl Tally {
    /// Counts a showing.
    fn show(&mut self, sum: Decayed) {
        self.shown.merge(sum);
    }

    fn count(&mut self, kind: u32, is_exposure: bool, sum: Decayed) {
        match is_exposure {
            true => self.show(sum),
            false => self.come(kind, sum),
        }
    }

    /// Counts what came of one.
    fn come(&mut self, kind: u32, sum: Decayed) {
        match self.came.binary_search_by_key(&kind, |(kind, _)| *kind) {
            Ok(place) => self.came[place].1.merge(sum),
            Err(place) => self.came.insert(place, (kind, sum)),
        }
    }

    fn merge(&mut self, other: &Self, kinds: &[u32]) {
        self.show(other.shown);
        other.came.iter().for_each(|&(kind, sum)| self.come(kinds[kind as usize], sum));
    }

    fn fits(&self, kinds: u32) -> bool {
        self.shown.is_sound() && self.came.iter().all(|(kind, sum)| *kind < kinds && sum.is_sound())
    }
}

impl Seen<'_> {
    /// How often it was shown.
    pub fn shown(&self) -> f64 {
        self.tally.map_or(0.0, |tally| tally.shown.at(self.now))
    }
    /// How often a kind came of it.
    pub fn came(&self, kind: u32) -> f64 {
        let Some(tally) = self.tally else { return 0.0 };
        let place = tally.came.binary_search_by_key(&kind, |(kind, _)| *kind);
        place.map_or(0.0, |place| tally.came[place].1.at(self.now))
    }
    /// How often anything came of it that `counts` says counts.
    pub fn came_of_any(&self, counts: impl Fn(u32) -> bool) -> f64 {
        let came = self.tally.map_or(&[][..], |tally| &tally.came);
        came.iter().filter(|(kind, _)| counts(*kind)).map(|(_, sum)| sum.at(self.now)).sum()
    }
}

/// One interaction as rates see it.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// With which item.
    pub item: u32,
    /// What.
    pub kind: u32,
    /// All that its subject did with the item, this one included.
    pub touches: &'a [Touch],
    /// When.
    pub at: Time,
    /// By whom.
    pub user: u32,
    /// Through which channel.
    pub channel: Option<u32>,
}

/// All rates that are not one subject's own.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    overall: Tally,
    items: Vec<Tally>,
    channels: Vec<Tally>,
    /// By user, then by channel.
    of_users: Vec<Sorted<u32, Tally>>,
    /// Sums over the items that have the facet.
    facets: Vec<Tally>,
    /// Of which library; a snapshot holds those of its own.
    summed: Option<u64>,
}

as_bytes!(Rates: overall, items, channels, of_users, facets; summed);

impl Rates {
    /// Counts an interaction, decaying at `half_life`.
    pub fn count(&mut self, counted: Counted, half_life: HalfLife, kinds: &Kinds, library: &Library, facets: &Facets) {
        let is_exposure = kinds.of(counted.kind).is_exposure;
        let shown: u32 =
            counted.touches.iter().filter(|touch| kinds.of(touch.kind).is_exposure).map(|touch| touch.count).sum();
        if shown == 0 && counted.channel.is_none() {
            return;
        }
        let mut one = Decayed::default();
        one.add(half_life.place(counted.at), 1.0);
        if let Some(channel) = counted.channel {
            at(&mut self.channels, channel).count(counted.kind, is_exposure, one);
        }
        let tallies = Scope { rates: self, item: counted.item, library, facets };
        match (is_exposure, shown) {
            // What they did before they were shown it comes to count.
            (true, 1) => tallies.each(|tally| {
                tally.show(one);
                let others = counted.touches.iter().filter(|touch| !kinds.of(touch.kind).is_exposure);
                others.for_each(|touch| tally.come(touch.kind, touch.long));
            }),
            (true, _) => tallies.each(|tally| tally.show(one)),
            (false, 0) => {}
            (false, _) => tallies.each(|tally| tally.come(counted.kind, one)),
        }
    }

    /// Counts an interaction for its user within its channel, which is theirs alone.
    pub(super) fn count_own(&mut self, user: u32, channel: u32, kind: u32, is_exposure: bool, place: Place) {
        let mut one = Decayed::default();
        one.add(place, 1.0);
        at(&mut self.of_users, user).or_default(channel).count(kind, is_exposure, one);
    }

    /// Counts an interaction `by` times for its channel.
    pub(super) fn shift_channel(&mut self, channel: u32, kind: u32, is_exposure: bool, place: Place, by: i32) {
        let mut sum = Decayed::default();
        sum.add(place, by.into());
        at(&mut self.channels, channel).count(kind, is_exposure, sum);
    }

    /// Counts `by` times all that a user was shown and what came of it.
    pub(super) fn shift_items(&mut self, history: &History, world: &World, by: i32) {
        let is_exposure = |touch: &Touch| world.kinds.of(touch.kind).is_exposure;
        for (item, touches) in history.by_item().filter(|(_, touches)| touches.iter().any(is_exposure)) {
            let tallies = Scope { rates: self, item, library: &world.library, facets: &world.facets };
            tallies.each(|tally| {
                touches.iter().for_each(|touch| tally.count(touch.kind, is_exposure(touch), touch.long.times(by)));
            });
        }
    }

    /// Forgets what a user did within each channel.
    pub(super) fn forget(&mut self, user: u32) {
        self.of_users.get_mut(user as usize).into_iter().for_each(|channels| *channels = Sorted::default());
    }

    /// Brings the sums over facets up to date with the library. To be done before they are asked.
    pub fn settle(&mut self, library: &Library, facets: &Facets) {
        if self.is_summed(library) {
            return;
        }
        self.facets.clear();
        for item in 0..self.items.len() as u32 {
            let whole = self.items[item as usize].clone();
            for facet in counted_facets(library, facets, item) {
                let tally = at(&mut self.facets, facet);
                tally.show(whole.shown);
                whole.came.iter().for_each(|&(kind, sum)| tally.come(kind, sum));
            }
        }
        self.summed = Some(library.revision());
    }

    /// Takes the sums over facets as they are, which a snapshot brought with this library.
    pub fn trust(&mut self, library: &Library) {
        self.summed = Some(library.revision());
    }

    fn is_summed(&self, library: &Library) -> bool {
        self.summed == Some(library.revision())
    }

    /// Everything that was shown.
    pub fn overall(&self, now: Place) -> Seen<'_> {
        Seen { tally: Some(&self.overall), now }
    }
    /// An item.
    pub fn item(&self, item: u32, now: Place) -> Seen<'_> {
        Seen { tally: self.items.get(item as usize), now }
    }
    /// The items of a facet.
    pub fn facet(&self, facet: u32, now: Place) -> Seen<'_> {
        Seen { tally: self.facets.get(facet as usize), now }
    }
    /// What went through a channel.
    pub fn channel(&self, channel: u32, now: Place) -> Seen<'_> {
        Seen { tally: self.channels.get(channel as usize), now }
    }
    /// What went to a user through a channel.
    pub fn user_in_channel(&self, user: u32, channel: u32, now: Place) -> Seen<'_> {
        Seen { tally: self.of_users.get(user as usize).and_then(|channels| channels.get(&channel)), now }
    }

    /// Adds another instance's counts under other numbers.
    pub(super) fn merge(&mut self, other: &Self, map: &Renumbering) {
        self.overall.merge(&other.overall, &map.kinds);
        for (tally, &item) in other.items.iter().zip(&map.items) {
            at(&mut self.items, item).merge(tally, &map.kinds);
        }
        for (tally, &channel) in other.channels.iter().zip(&map.channels) {
            at(&mut self.channels, channel).merge(tally, &map.kinds);
        }
        for (channels, &user) in other.of_users.iter().zip(&map.users) {
            for (channel, tally) in channels.iter() {
                let ours = at(&mut self.of_users, user).or_default(map.channels[*channel as usize]);
                ours.merge(tally, &map.kinds);
            }
        }
        self.summed = None;
    }

    /// Whether its sums are sound and every number is below these counts.
    pub(super) fn fits(&self, users: u32, channels: u32, items: u32, facets: u32, kinds: u32) -> bool {
        let tallies = [&self.items, &self.channels, &self.facets].into_iter().flatten();
        let of_users = || self.of_users.iter().flat_map(Sorted::iter);
        self.items.len() <= items as usize
            && self.channels.len() <= channels as usize
            && self.facets.len() <= facets as usize
            && self.of_users.len() <= users as usize
            && self.of_users.iter().all(Sorted::is_sound)
            && of_users().all(|(channel, _)| *channel < channels)
            && tallies.chain(of_users().map(|(_, tally)| tally)).chain([&self.overall]).all(|tally| tally.fits(kinds))
    }
}

/// Where an interaction with one item counts.
struct Scope<'a> {
    rates: &'a mut Rates,
    item: u32,
    library: &'a Library,
    facets: &'a Facets,
}

impl Scope<'_> {
    fn each(self, mut count: impl FnMut(&mut Tally)) {
        count(&mut self.rates.overall);
        count(at(&mut self.rates.items, self.item));
        // Otherwise they are summed anew before they are asked.
        if self.rates.is_summed(self.library) {
            for facet in counted_facets(self.library, self.facets, self.item) {
                count(at(&mut self.rates.facets, facet));
            }
        }
    }
}

fn counted_facets<'a>(library: &'a Library, facets: &'a Facets, item: u32) -> impl Iterator<Item = u32> + 'a {
    let of_item = library.remembered(item).map_or(&[][..], |entry| &entry.facets);
    of_item.iter().map(|(facet, _)| *facet).filter(|facet| CLASSES.contains(&facets.class(*facet)))
}

#[cfg(test)]
mod tests {
    use crate::memory::{HalfLives, Memory};
    use crate::random::Random;
    use crate::time::{HOUR, Time};
    use crate::value::Value;
    use crate::world::interaction::Interaction;
    use crate::world::item::Item;
    use crate::world::{Numbered, World};

    const NOW: Time = 20_000 * 24 * HOUR;

    fn world() -> World {
        let mut world = World::default();
        let item = |n: u32| format!(r#"{{"id":"i{n}","tags":["t{}"],"source":"s{}"}}"#, n % 2, n % 3);
        let items = (0..6).map(|n| Item::read(Value::from_json(&item(n), "").unwrap(), "").unwrap());
        world.put_items(items.collect());
        world
    }

    fn log(world: &mut World, seed: u64) -> Vec<Numbered> {
        let mut random = Random::new(seed);
        let interactions = (0..300).map(|n| {
            let kind = ["impression", "impression", "click", "like"][random.below(4)];
            let json = format!(
                r#"{{"user":"u{}","item":"i{}","channel":"c{}","kind":"{kind}","at":{}}}"#,
                random.below(9),
                random.below(6),
                random.below(2),
                NOW - n * HOUR
            );
            Interaction::read(Value::from_json(&json, "").unwrap(), "").unwrap()
        });
        let interactions: Vec<Interaction> = interactions.collect();
        interactions.iter().map(|interaction| world.number(interaction)).collect()
    }

    fn remembered(world: &World, log: impl Iterator<Item = Numbered>) -> Memory {
        let mut memory = Memory::new(HalfLives::default());
        log.for_each(|interaction| memory.touch(world, interaction));
        memory.settle(world);
        memory
    }

    /// Showings and clicks of all that is counted.
    fn told(memory: &Memory, world: &World) -> Vec<f64> {
        let (rates, now) = (memory.rates(), memory.half_lives().long.place(NOW));
        let click = world.kinds.number("click").unwrap();
        let facets = (0..world.facets.len() as u32).map(|facet| rates.facet(facet, now));
        let items = (0..6).map(|item| rates.item(item, now));
        let channels = (0..2).map(|channel| rates.channel(channel, now));
        let pairs = (0..9).flat_map(|user| (0..2).map(move |channel| rates.user_in_channel(user, channel, now)));
        let all = facets.chain(items).chain(channels).chain(pairs).chain([rates.overall(now)]);
        all.flat_map(|seen| [seen.shown(), seen.came(click)]).collect()
    }

    fn agree(a: &[f64], b: &[f64]) {
        assert_eq!(a.len(), b.len());
        a.iter().zip(b).for_each(|(a, b)| assert!((a - b).abs() < 1e-9 * (1.0 + a.abs()), "{a} {b}"));
    }

    #[test]
    fn order_does_not_matter_nor_when_the_library_is_told() {
        for seed in 0..5 {
            let mut world = world();
            let log = log(&mut world, seed);
            let there = told(&remembered(&world, log.iter().copied()), &world);
            agree(&there, &told(&remembered(&world, log.iter().rev().copied()), &world));
            let mut late = remembered(&world, log.iter().take(100).copied());
            let again = world.library.all().map(|(_, entry)| entry.item.clone()).collect();
            world.put_items(again);
            log.iter().skip(100).for_each(|interaction| late.touch(&world, *interaction));
            late.settle(&world);
            agree(&there, &told(&late, &world));
        }
    }

    #[test]
    fn what_was_done_without_a_showing_says_nothing_until_there_is_one() {
        let mut world = world();
        let mut one = |kind: &str, at: Time| {
            let json = format!(r#"{{"user":"u","item":"i0","kind":"{kind}","at":{at}}}"#);
            world.number(&Interaction::read(Value::from_json(&json, "").unwrap(), "").unwrap())
        };
        let (click, shown) = (one("click", NOW - HOUR), one("impression", NOW));
        let number = world.kinds.number("click").unwrap();
        let item = world.library.ids.get("i0").unwrap();
        let rate = |log: &[Numbered]| {
            let memory = remembered(&world, log.iter().copied());
            let seen = memory.rates().item(item, memory.half_lives().long.place(NOW));
            (seen.shown(), (seen.came(number) * 100.0).round())
        };
        assert_eq!(rate(&[click]), (0.0, 0.0));
        assert_eq!(rate(&[click, shown]), (1.0, 100.0));
    }
}
