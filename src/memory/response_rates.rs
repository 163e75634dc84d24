//! Response rates: decayed counts of impressions and responses by item, facet, channel, and user within a channel.
//!
//! Counts impressions, and interactions of the same user and item before or after one. Pairs without an impression are
//! ignored, because they contain no information about responses; channel totals count all. All counts decay at the long
//! half-life.

use crate::base::index::{ChannelIndex, FacetIndex, ItemIndex, KindIndex, UserIndex};
use crate::base::sorted::SortedMap;
use crate::base::time::{DecayPoint, DecayedSum, HalfLife, Time};
use crate::world::facet::Facets;
use crate::world::kind::Kinds;
use crate::world::library::Library;

use super::element_at;
use super::facet_rates::FacetRates;
use super::history::{History, InteractionStats};
use super::response_stats::{ResponseStats, ResponseStatsAt};

/// One interaction to be counted.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// The item's index.
    pub item: ItemIndex,
    /// The kind's index.
    pub kind: KindIndex,
    /// The subject's sums for the item, this interaction included.
    pub stats: &'a [InteractionStats],
    /// The time of the interaction.
    pub at: Time,
    /// The channel's index, if known.
    pub channel: Option<ChannelIndex>,
}

/// All response rates. Derived, not in snapshots. A user's repetitions within a day count once.
#[derive(Debug, Clone, Default)]
pub struct ResponseRates {
    items: Vec<ResponseStats>,
    /// Sums of `items`, overall and by facet.
    facets: FacetRates,
    channels: Vec<ResponseStats>,
    /// By user, then by channel.
    of_users: Vec<SortedMap<ChannelIndex, ResponseStats>>,
}

impl ResponseRates {
    /// Adds an interaction that is not a repetition, decaying at `half_life`.
    pub fn count(&mut self, counted: Counted, half_life: HalfLife, kinds: &Kinds, library: &Library, facets: &Facets) {
        let is_exposure = kinds.of(counted.kind).is_exposure;
        let has_impression = counted.stats.iter().any(|one_stat| kinds.of(one_stat.kind).is_exposure);
        let mut one = DecayedSum::default();
        one.add(half_life.point(counted.at), 1.0);
        if let Some(channel) = counted.channel {
            element_at(&mut self.channels, channel).count(counted.kind, is_exposure, one);
        }
        if !has_impression {
            return;
        }
        let is_first_impression = is_exposure && impression_count(counted.stats, kinds) == 1;
        let add = |stats: &mut ResponseStats| {
            stats.count(counted.kind, is_exposure, one);
            // Interactions before the first impression count from now on.
            let others =
                counted.stats.iter().filter(|one_stat| is_first_impression && !kinds.of(one_stat.kind).is_exposure);
            others.for_each(|one_stat| stats.add_response(one_stat.kind, one_stat.daily));
        };
        add(element_at(&mut self.items, counted.item));
        self.facets.count(counted.item, library, facets, add);
    }

    /// Adds an interaction to its user's counts within its channel.
    pub(super) fn count_own(
        &mut self,
        user: UserIndex,
        channel: ChannelIndex,
        kind: KindIndex,
        is_exposure: bool,
        point: DecayPoint,
    ) {
        let mut one = DecayedSum::default();
        one.add(point, 1.0);
        element_at(&mut self.of_users, user).or_default(channel).count(kind, is_exposure, one);
    }

    /// Resets the rates of some items.
    pub(super) fn clear_items(&mut self, is_cleared: impl Fn(ItemIndex) -> bool) {
        for (stats, item) in self.items.iter_mut().zip((0..).map(ItemIndex)) {
            if is_cleared(item) {
                *stats = ResponseStats::default();
            }
        }
        self.facets.invalidate();
    }

    /// Adds a user's impressions of and responses to some items.
    pub(super) fn add_items(&mut self, history: &History, kinds: &Kinds, is_counted: impl Fn(ItemIndex) -> bool) {
        for (item, item_stats) in history.by_item().filter(|(item, _)| is_counted(*item)) {
            if impression_count(item_stats, kinds) > 0 {
                let stats = element_at(&mut self.items, item);
                item_stats.iter().for_each(|one_stat| {
                    stats.count(one_stat.kind, kinds.of(one_stat.kind).is_exposure, one_stat.daily)
                });
            }
        }
        self.facets.invalidate();
    }

    /// Sums the users' counts by channel, without excluded users.
    pub(super) fn sum_channels(&mut self, is_excluded: impl Fn(UserIndex) -> bool) {
        self.channels.clear();
        for (channels, _) in self.of_users.iter().zip((0..).map(UserIndex)).filter(|(_, user)| !is_excluded(*user)) {
            channels.iter().for_each(|(channel, stats)| element_at(&mut self.channels, *channel).merge(stats));
        }
    }

    /// Removes a user's counts in all channels.
    pub(super) fn clear_own(&mut self, user: UserIndex) {
        self.of_users.get_mut(user.as_usize()).into_iter().for_each(|channels| *channels = SortedMap::default());
    }

    /// Updates the sums over items to the library. Call before reading them.
    pub fn flush(&mut self, library: &Library, facets: &Facets) {
        self.facets.refresh(&self.items, library, facets);
    }

    /// The rates over all items.
    pub fn overall(&self, now: DecayPoint) -> ResponseStatsAt<'_> {
        ResponseStatsAt::of(Some(self.facets.overall()), now)
    }
    /// The rates of an item.
    pub fn item(&self, item: ItemIndex, now: DecayPoint) -> ResponseStatsAt<'_> {
        ResponseStatsAt::of(self.items.get(item.as_usize()), now)
    }
    /// The rates of all items with a facet.
    pub fn facet(&self, facet: FacetIndex, now: DecayPoint) -> ResponseStatsAt<'_> {
        ResponseStatsAt::of(self.facets.facet(facet), now)
    }
    /// The rates in a channel.
    pub fn channel(&self, channel: ChannelIndex, now: DecayPoint) -> ResponseStatsAt<'_> {
        ResponseStatsAt::of(self.channels.get(channel.as_usize()), now)
    }
    /// The rates of a user in a channel.
    pub fn user_in_channel(&self, user: UserIndex, channel: ChannelIndex, now: DecayPoint) -> ResponseStatsAt<'_> {
        ResponseStatsAt::of(self.of_users.get(user.as_usize()).and_then(|channels| channels.get(&channel)), now)
    }
}

/// Number of impressions of the item to the subject of these sums.
fn impression_count(item_stats: &[InteractionStats], kinds: &Kinds) -> u32 {
    item_stats.iter().filter(|one_stat| kinds.of(one_stat.kind).is_exposure).map(|one_stat| one_stat.count).sum()
}

#[cfg(test)]
mod tests {
    use crate::base::index::{ChannelIndex, FacetIndex, ItemIndex, UserIndex};
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
            let indexed = world.index(interaction);
            assert!(memory.observe(world, interaction, indexed, Arrival::default()));
        }
        memory.advance(world, NOW);
        memory.flush(world);
    }

    fn memory_of<'a>(world: &mut World, log: impl Iterator<Item = &'a Interaction>) -> Memory {
        let mut memory = Memory::new(HalfLives::default());
        observe(&mut memory, world, log);
        memory
    }

    /// Returns the impressions and clicks of all counted targets.
    fn all_counts(memory: &Memory, world: &World) -> Vec<f64> {
        let (rates, now) = (memory.rates(), memory.half_lives().long.point(NOW));
        let click = world.kinds.index("click").unwrap();
        let facets = (0..world.facets.len() as u32).map(|facet| rates.facet(FacetIndex(facet), now));
        let items = (0..6).map(|item| rates.item(ItemIndex(item), now));
        let channels = (0..2).map(|channel| rates.channel(ChannelIndex(channel), now));
        let pairs = (0..9).flat_map(|user| {
            (0..2).map(move |channel| rates.user_in_channel(UserIndex(user), ChannelIndex(channel), now))
        });
        let all = facets.chain(items).chain(channels).chain(pairs).chain([rates.overall(now)]);
        all.flat_map(|stats| [stats.impressions(), stats.responses(click)]).collect()
    }

    #[test]
    fn rates_depend_neither_on_order_nor_on_when_the_library_is_put() {
        for seed in 0..5 {
            let (mut world, log) = (world(), log(seed));
            log.iter().for_each(|interaction| _ = world.index(interaction));
            let forward = all_counts(&memory_of(&mut world, log.iter()), &world);
            assert_eq!(forward, all_counts(&memory_of(&mut world, log.iter().rev()), &world));
            let mut late = memory_of(&mut world, log.iter().take(100));
            let again = world.library.all().map(|(_, entry)| entry.item.clone()).collect();
            world.put_items(again);
            observe(&mut late, &mut world, log.iter().skip(100));
            assert_eq!(forward, all_counts(&late, &world));
        }
    }

    #[test]
    fn sums_updated_by_changes_of_items_equal_recomputed_ones() {
        for seed in 0..20 {
            let (mut world, log, mut random) = (world(), log(seed), Random::new(seed));
            let mut memory = Memory::new(HalfLives::default());
            for interaction in &log {
                let id = format!("i{}", random.below(8));
                match random.below(6) {
                    0 => _ = world.remove_items(&[id]),
                    1 => {
                        let json = format!(r#"{{"id":"{id}","tags":["t{}"]}}"#, random.below(4));
                        world.put_items(vec![Item::read(Value::from_json(&json, "").unwrap(), "").unwrap()]);
                    }
                    2 => memory.flush(&world),
                    _ => {}
                }
                let indexed = world.index(interaction);
                memory.observe(&world, interaction, indexed, Arrival::default());
                memory.advance(&world, NOW);
            }
            memory.flush(&world);
            let mut recomputed = memory.clone();
            recomputed.rates.facets.invalidate();
            recomputed.flush(&world);
            assert_eq!(all_counts(&memory, &world), all_counts(&recomputed, &world), "{seed}");
        }
    }

    #[test]
    fn a_response_counts_from_the_first_impression_on_and_repetitions_within_a_day_do_not() {
        let mut world = world();
        let one = |kind: &str, at: Time| {
            let json = format!(r#"{{"user":"u","item":"i0","kind":"{kind}","at":{at}}}"#);
            Interaction::read(Value::from_json(&json, "").unwrap(), "").unwrap()
        };
        let (click, impression) = (one("click", NOW - HOUR), one("impression", NOW));
        let (again, second_impression) = (one("click", NOW - HOUR + 1), one("impression", NOW - 1));
        let mut rate = |log: &[&Interaction]| {
            let memory = memory_of(&mut world, log.iter().copied());
            let (item, click) = (world.library.ids.get("i0").unwrap(), world.kinds.index("click").unwrap());
            let stats = memory.rates().item(item, memory.half_lives().long.point(NOW));
            ((stats.impressions() * 100.0).round(), (stats.responses(click) * 100.0).round())
        };
        assert_eq!(rate(&[&click]), (0.0, 0.0));
        assert_eq!(rate(&[&click, &impression]), (100.0, 100.0));
        assert_eq!(rate(&[&click, &again, &again, &second_impression, &impression]), (100.0, 100.0));
    }
}
