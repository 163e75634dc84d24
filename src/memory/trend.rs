//! Trend: demand for each item and kind, decayed at five half-lives from an hour to 30 days.

use rustc_hash::FxHashMap;

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::time::{DAY, HOUR, HalfLife, Time};
use crate::world::kind::Kinds;

use super::element_at;
use super::event::{Counts, SPACING};

use nextpick_kernel::decay::NO_DEMAND;
pub use nextpick_kernel::decay::{DEMAND_HALF_LIVES, DemandPoints, ItemDemand};

/// The half-lives of demand, with their names.
pub const HALF_LIVES: [(&str, HalfLife); DEMAND_HALF_LIVES] = [
    ("1h", HalfLife::of(HOUR)),
    ("6h", HalfLife::of(6 * HOUR)),
    ("1d", HalfLife::of(DAY)),
    ("7d", HalfLife::of(7 * DAY)),
    ("30d", HalfLife::of(30 * DAY)),
];

/// The index in [`SPACING`](super::event::SPACING) that applies to each half-life.
const SPACED_BY: [usize; HALF_LIVES.len()] = [0, 0, 0, 1, 2];

/// Weight of an interaction on an actor's first day: accounts created for one purpose count less than returning ones.
const FIRST_DAY: f64 = 0.5;

/// Converts a time to the decay grid of each half-life.
pub fn decay_points(at: Time) -> DemandPoints {
    HALF_LIVES.map(|(_, half_life)| half_life.point(at))
}

/// Demand for all items over all users, by item and kind. Repetitions of one actor count once per half-life and at most
/// once a day. Derived, not in snapshots.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trends {
    items: Vec<Vec<ItemDemand>>,
    /// The demand of the positive kinds, by item: one read an item and moment, however many kinds there are.
    positive: Vec<DemandPoints>,
}

impl Trends {
    /// Adds one interaction to the sums that `counts` allows.
    pub fn add(&mut self, item: ItemIndex, kind: KindIndex, kinds: &Kinds, at: Time, counts: Counts) {
        let demands = element_at(&mut self.items, item);
        if add(demands, kind, at, counts) && kinds.of(kind).positive {
            self.positive.resize(self.items.len(), NO_DEMAND);
            self.positive[item.as_usize()] = positive(&self.items[item.as_usize()], kinds);
        }
    }

    /// Removes the demand for some items.
    pub(super) fn clear(&mut self, is_cleared: impl Fn(ItemIndex) -> bool) {
        let all = ItemIndex::first(self.items.len());
        all.clone()
            .zip(&mut self.items)
            .filter(|(item, _)| is_cleared(*item))
            .for_each(|(_, demands)| *demands = Vec::new());
        all.zip(&mut self.positive).filter(|(item, _)| is_cleared(*item)).for_each(|(_, points)| *points = NO_DEMAND);
    }

    /// The demand for an item, sorted by kind.
    pub fn of(&self, item: ItemIndex) -> &[ItemDemand] {
        self.items.get(item.as_usize()).map_or(&[], Vec::as_slice)
    }

    /// The demand of the positive kinds, by item.
    pub fn positive(&self) -> &[DemandPoints] {
        &self.positive
    }
}

/// Demand within one group, as [`Trends`]; by item in a map, because a group knows few of the items.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupTrends {
    items: FxHashMap<ItemIndex, (Vec<ItemDemand>, DemandPoints)>,
}

impl GroupTrends {
    /// Adds one interaction to the sums that `counts` allows.
    pub fn add(&mut self, item: ItemIndex, kind: KindIndex, kinds: &Kinds, at: Time, counts: Counts) {
        let (demands, points) = self.items.entry(item).or_insert_with(|| (Vec::new(), NO_DEMAND));
        if add(demands, kind, at, counts) && kinds.of(kind).positive {
            *points = positive(demands, kinds);
        }
    }

    /// Removes the demand for some items.
    pub(super) fn clear(&mut self, is_cleared: impl Fn(ItemIndex) -> bool) {
        self.items.retain(|item, _| !is_cleared(*item));
    }

    /// The demand for an item, sorted by kind.
    #[cfg(test)]
    pub fn of(&self, item: ItemIndex) -> &[ItemDemand] {
        self.items.get(&item).map_or(&[], |(demands, _)| demands)
    }

    /// The demand of the positive kinds for an item; `None` if there was never any.
    pub fn positive(&self, item: ItemIndex) -> Option<&DemandPoints> {
        self.items.get(&item).map(|(_, points)| points)
    }
}

/// Returns the sums of the positive kinds together.
fn positive(demands: &[ItemDemand], kinds: &Kinds) -> DemandPoints {
    let mut points = NO_DEMAND;
    for demand in demands.iter().filter(|demand| kinds.of(demand.kind).positive) {
        points.iter_mut().zip(&demand.sums).for_each(|(point, sum)| point.add(sum.point()));
    }
    points
}

/// Adds one interaction to the demand for its item. Returns false if no sum counts it.
fn add(demands: &mut Vec<ItemDemand>, kind: KindIndex, at: Time, counts: Counts) -> bool {
    if counts.spaced == [false; SPACING.len()] {
        return false;
    }
    let demand = of_kind(demands, kind);
    demand.count += u64::from(counts.daily());
    let amount = if counts.first_day { FIRST_DAY } else { 1.0 };
    for ((sum, (_, half_life)), spacing) in demand.sums.iter_mut().zip(HALF_LIVES).zip(SPACED_BY) {
        if counts.spaced[spacing] {
            sum.add(half_life.point(at), amount);
        }
    }
    true
}

/// Finds or inserts the demand of a kind in a list sorted by kind.
fn of_kind(demands: &mut Vec<ItemDemand>, kind: KindIndex) -> &mut ItemDemand {
    let position = demands.partition_point(|demand| demand.kind < kind);
    if demands.get(position).is_none_or(|demand| demand.kind != kind) {
        demands.insert(position, ItemDemand { kind, count: 0, sums: Default::default() });
    }
    &mut demands[position]
}

#[cfg(test)]
mod tests {
    use nextpick_kernel::decay::log_demand;

    use super::*;
    use crate::base::random::Random;

    #[test]
    fn demand_halves_with_each_half_life() {
        let mut trends = Trends::default();
        trends.add(
            ItemIndex(3),
            KindIndex(1),
            &Kinds::default(),
            100 * DAY,
            Counts { spaced: [true; 3], first_day: false },
        );
        let counts = trends.of(ItemIndex(3))[0].at(&decay_points(101 * DAY));
        for ((name, _), (value, expected)) in
            HALF_LIVES.iter().zip(counts.iter().zip([24.0, 4.0, 1.0, 1.0 / 7.0, 1.0 / 30.0]))
        {
            assert!((value - libm::exp2(-expected)).abs() < 1e-12, "{name}");
        }
    }

    #[test]
    fn one_actor_adds_at_most_two_to_any_decayed_count() {
        let (mut trends, mut last) = (Trends::default(), crate::memory::event::LastCounted::NEVER);
        let end = 400 * DAY;
        for at in (0..=end).step_by(HOUR as usize) {
            trends.add(
                ItemIndex(3),
                KindIndex(1),
                &Kinds::default(),
                at,
                Counts { spaced: last.count(at), first_day: false },
            );
        }
        assert!(
            trends.of(ItemIndex(3))[0].at(&decay_points(end)).iter().all(|sum| *sum <= 2.0),
            "{:?}",
            trends.of(ItemIndex(3))
        );
    }
    #[test]
    fn the_demand_of_positive_kinds_is_the_sum_of_theirs_in_any_order() {
        let (mut random, kinds) = (Random::new(11), Kinds::default());
        for _ in 0..60 {
            let one = |random: &mut Random| {
                let counts = Counts { spaced: [0; 3].map(|_| random.below(3) > 0), first_day: random.below(2) == 0 };
                let at = (20_000 + random.below(90) as Time) * DAY + random.below(24) as Time * HOUR;
                (ItemIndex(random.below(4) as u32), KindIndex(random.below(8) as u32), at, counts)
            };
            let log: Vec<_> = (0..random.below(60)).map(|_| one(&mut random)).collect();
            let (mut there, mut back, mut group) = (Trends::default(), Trends::default(), GroupTrends::default());
            log.iter().for_each(|&(item, kind, at, counts)| there.add(item, kind, &kinds, at, counts));
            log.iter().rev().for_each(|&(item, kind, at, counts)| back.add(item, kind, &kinds, at, counts));
            log.iter().for_each(|&(item, kind, at, counts)| group.add(item, kind, &kinds, at, counts));
            let now = decay_points(20_091 * DAY + random.below(40_000_000) as Time);
            for item in ItemIndex::first(5) {
                let points = there.positive().get(item.as_usize()).copied().unwrap_or(NO_DEMAND);
                assert_eq!(points, back.positive().get(item.as_usize()).copied().unwrap_or(NO_DEMAND));
                assert_eq!(points, group.positive(item).copied().unwrap_or(NO_DEMAND));
                let mut columns = [[0.0]; DEMAND_HALF_LIVES];
                log_demand(&[points], &[ItemIndex(0)], &now, 1.0, 0, &mut columns.each_mut().map(|c| &mut c[..]));
                let counted = there.of(item).iter().filter(|demand| kinds.of(demand.kind).positive);
                let sums = counted.fold([0.0; DEMAND_HALF_LIVES], |sums, demand| {
                    let more = demand.at(&now);
                    std::array::from_fn(|h| sums[h] + more[h])
                });
                for ([found], sum) in columns.into_iter().zip(sums) {
                    assert!((found - libm::log1p(sum)).abs() <= 1e-15 * (1.0 + found), "{found} {sum}");
                }
            }
        }
    }
}
