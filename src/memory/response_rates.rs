//! Rates: how often something came of what was shown, for items, facets, channels and users within channels.
//!
//! Counted are the showings, and what the same subject did with the same item whenever it was: an interaction with an
//! item that the subject was never shown says nothing of what comes of showing it. All decay at the long half-life.

use crate::base::sorted::SortedMap;
use crate::base::time::{DecayPoint, DecayedSum, HalfLife, Time};
use crate::world::facet::{FacetClass, Facets};
use crate::world::kind::Kinds;
use crate::world::library::Library;

use super::at;
use super::history::{History, InteractionStats};

/// The classes of facets whose rates are counted.
pub const CLASSES: [FacetClass; 5] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source, FacetClass::Duration];

/// Showings, and what came of them by kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResponseStats {
    shown: DecayedSum,
    came: Vec<(u32, DecayedSum)>,
}

/// A tally as seen from one moment.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    tally: Option<&'a ResponseStats>,
    now: DecayPoint,
}

impl ResponseStats {
    fn count(&mut self, kind: u32, is_exposure: bool, sum: DecayedSum) {
        match is_exposure {
            true => self.shown.merge(sum),
            false => self.add_outcome(kind, sum),
        }
    }

    /// Counts an outcome of a showing.
    fn add_outcome(&mut self, kind: u32, sum: DecayedSum) {
        match self.came.binary_search_by_key(&kind, |(kind, _)| *kind) {
            Ok(place) => self.came[place].1.merge(sum),
            Err(place) => self.came.insert(place, (kind, sum)),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.shown.merge(other.shown);
        other.came.iter().for_each(|&(kind, sum)| self.add_outcome(kind, sum));
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
    pub touches: &'a [InteractionStats],
    /// When.
    pub at: Time,
    /// Through which channel.
    pub channel: Option<u32>,
}

/// All rates. Derived, and not in snapshots. A user's repetitions within a day count once.
#[derive(Debug, Clone, Default)]
pub struct ResponseRates {
    overall: ResponseStats,
    items: Vec<ResponseStats>,
    channels: Vec<ResponseStats>,
    /// By user, then by channel.
    of_users: Vec<SortedMap<u32, ResponseStats>>,
    /// Sums over the items that have the facet.
    facets: Vec<ResponseStats>,
    /// The revision of the library whose items `overall` and `facets` sum; `None` while they are to be summed anew.
    summed: Option<u64>,
}

impl ResponseRates {
    /// Counts an interaction that is no repetition, decaying at `half_life`.
    pub fn count(&mut self, counted: Counted, half_life: HalfLife, kinds: &Kinds, library: &Library, facets: &Facets) {
        let is_exposure = kinds.of(counted.kind).is_exposure;
        let shown = counted.touches.iter().any(|touch| kinds.of(touch.kind).is_exposure);
        let mut one = DecayedSum::default();
        one.add(half_life.place(counted.at), 1.0);
        if let Some(channel) = counted.channel {
            at(&mut self.channels, channel).count(counted.kind, is_exposure, one);
        }
        if !shown {
            return;
        }
        let first_showing = is_exposure && showings(counted.touches, kinds) == 1;
        RateTargets { rates: self, item: counted.item, library, facets }.each(|tally| {
            tally.count(counted.kind, is_exposure, one);
            // Interactions from before the first showing come to count with it.
            let others = counted.touches.iter().filter(|touch| first_showing && !kinds.of(touch.kind).is_exposure);
            others.for_each(|touch| tally.add_outcome(touch.kind, touch.daily));
        });
    }

    /// Counts an interaction for its user within its channel.
    pub(super) fn count_own(&mut self, user: u32, channel: u32, kind: u32, is_exposure: bool, place: DecayPoint) {
        let mut one = DecayedSum::default();
        one.add(place, 1.0);
        at(&mut self.of_users, user).or_default(channel).count(kind, is_exposure, one);
    }

    /// Lets go of the rates of some items.
    pub(super) fn clear_items(&mut self, is_cleared: impl Fn(u32) -> bool) {
        for (tally, item) in self.items.iter_mut().zip(0..) {
            if is_cleared(item) {
                *tally = ResponseStats::default();
            }
        }
        self.summed = None;
    }

    /// Counts all that a user was shown of some items, and its outcomes.
    pub(super) fn add_items(&mut self, history: &History, kinds: &Kinds, is_counted: impl Fn(u32) -> bool) {
        for (item, touches) in history.by_item().filter(|(item, _)| is_counted(*item)) {
            if showings(touches, kinds) > 0 {
                let tally = at(&mut self.items, item);
                touches.iter().for_each(|touch| tally.count(touch.kind, kinds.of(touch.kind).is_exposure, touch.daily));
            }
        }
        self.summed = None;
    }

    /// Sums the users' own rates over each channel, but for the users who are left out.
    pub(super) fn sum_channels(&mut self, is_left_out: impl Fn(u32) -> bool) {
        self.channels.clear();
        for (channels, _) in self.of_users.iter().zip(0..).filter(|(_, user)| !is_left_out(*user)) {
            channels.iter().for_each(|(channel, tally)| at(&mut self.channels, *channel).merge(tally));
        }
    }

    /// Lets go of a user's own rates within each channel.
    pub(super) fn clear_own(&mut self, user: u32) {
        self.of_users.get_mut(user as usize).into_iter().for_each(|channels| *channels = SortedMap::default());
    }

    /// Brings the sums over items up to date with the library. To be done before they are asked.
    pub fn settle(&mut self, library: &Library, facets: &Facets) {
        if self.is_summed(library) {
            return;
        }
        self.facets.clear();
        self.overall = ResponseStats::default();
        for (tally, item) in self.items.iter().zip(0..) {
            self.overall.merge(tally);
            counted_facets(library, facets, item).for_each(|facet| at(&mut self.facets, facet).merge(tally));
        }
        self.summed = Some(library.revision());
    }

    fn is_summed(&self, library: &Library) -> bool {
        self.summed == Some(library.revision())
    }

    /// Everything that was shown.
    pub fn overall(&self, now: DecayPoint) -> Seen<'_> {
        Seen { tally: Some(&self.overall), now }
    }
    /// An item.
    pub fn item(&self, item: u32, now: DecayPoint) -> Seen<'_> {
        Seen { tally: self.items.get(item as usize), now }
    }
    /// The items of a facet.
    pub fn facet(&self, facet: u32, now: DecayPoint) -> Seen<'_> {
        Seen { tally: self.facets.get(facet as usize), now }
    }
    /// What went through a channel.
    pub fn channel(&self, channel: u32, now: DecayPoint) -> Seen<'_> {
        Seen { tally: self.channels.get(channel as usize), now }
    }
    /// What went to a user through a channel.
    pub fn user_in_channel(&self, user: u32, channel: u32, now: DecayPoint) -> Seen<'_> {
        Seen { tally: self.of_users.get(user as usize).and_then(|channels| channels.get(&channel)), now }
    }
}

/// How often an item was shown to the subject of these touches.
fn showings(touches: &[InteractionStats], kinds: &Kinds) -> u32 {
    touches.iter().filter(|touch| kinds.of(touch.kind).is_exposure).map(|touch| touch.count).sum()
}

/// Where an interaction with one item counts.
struct RateTargets<'a> {
    rates: &'a mut ResponseRates,
    item: u32,
    library: &'a Library,
    facets: &'a Facets,
}

impl RateTargets<'_> {
    fn each(self, mut count: impl FnMut(&mut ResponseStats)) {
        count(at(&mut self.rates.items, self.item));
        // Otherwise they are summed anew before they are asked.
        if self.rates.is_summed(self.library) {
            count(&mut self.rates.overall);
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
    use crate::base::random::Random;
    use crate::base::time::{HOUR, Time};
    use crate::base::value::Value;
    use crate::memory::{Arrival, HalfLives, Memory};
    use crate::world::World;
    use crate::world::interaction::Interaction;
    use crate::world::item::Item;

    const NOW: Time = 20_000 * 24 * HOUR;

    fn world() -> World {
        let mut world = World::default();
        let item = |n: u32| format!(r#"{{"id":"i{n}","tags":["t{}"],"source":"s{}"}}"#, n % 2, n % 3);
        let items = (0..6).map(|n| Item::read(Value::from_json(&item(n), "").unwrap(), "").unwrap());
        world.put_items(items.collect());
        world
    }

    fn log(seed: u64) -> Vec<Interaction> {
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
        interactions.collect()
    }

    fn observe<'a>(memory: &mut Memory, world: &mut World, log: impl Iterator<Item = &'a Interaction>) {
        for interaction in log {
            let numbered = world.number(interaction);
            assert!(memory.observe(world, &interaction.clone().into(), numbered, Arrival::default()));
        }
        memory.advance(world, NOW);
        memory.settle(world);
    }

    fn remembered<'a>(world: &mut World, log: impl Iterator<Item = &'a Interaction>) -> Memory {
        let mut memory = Memory::new(HalfLives::default());
        observe(&mut memory, world, log);
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

    #[test]
    fn order_does_not_matter_nor_when_the_library_is_told() {
        for seed in 0..5 {
            let (mut world, log) = (world(), log(seed));
            log.iter().for_each(|interaction| _ = world.number(interaction));
            let there = told(&remembered(&mut world, log.iter()), &world);
            assert_eq!(there, told(&remembered(&mut world, log.iter().rev()), &world));
            let mut late = remembered(&mut world, log.iter().take(100));
            let again = world.library.all().map(|(_, entry)| entry.item.clone()).collect();
            world.put_items(again);
            observe(&mut late, &mut world, log.iter().skip(100));
            assert_eq!(there, told(&late, &world));
        }
    }

    #[test]
    fn an_outcome_without_a_showing_counts_once_there_is_one_and_repetitions_within_a_day_do_not() {
        let mut world = world();
        let one = |kind: &str, at: Time| {
            let json = format!(r#"{{"user":"u","item":"i0","kind":"{kind}","at":{at}}}"#);
            Interaction::read(Value::from_json(&json, "").unwrap(), "").unwrap()
        };
        let (click, shown) = (one("click", NOW - HOUR), one("impression", NOW));
        let (again, shown_again) = (one("click", NOW - HOUR + 1), one("impression", NOW - 1));
        let mut rate = |log: &[&Interaction]| {
            let memory = remembered(&mut world, log.iter().copied());
            let (item, number) = (world.library.ids.get("i0").unwrap(), world.kinds.number("click").unwrap());
            let seen = memory.rates().item(item, memory.half_lives().long.place(NOW));
            ((seen.shown() * 100.0).round(), (seen.came(number) * 100.0).round())
        };
        assert_eq!(rate(&[&click]), (0.0, 0.0));
        assert_eq!(rate(&[&click, &shown]), (100.0, 100.0));
        assert_eq!(rate(&[&click, &again, &again, &shown_again, &shown]), (100.0, 100.0));
    }
}
