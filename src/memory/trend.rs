//! Trend: demand for each item and kind, decayed at five half-lives from an hour to 30 days.

use rustc_hash::FxHashMap;

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::time::{DAY, DecayPoint, HOUR, HalfLife, Time};

use super::element_at;
use super::event::{Counts, SPACING};

pub use nextpick_kernel::decay::{DEMAND_HALF_LIVES, ItemDemand};

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

/// A time on the decay grid of each of [`HALF_LIVES`].
pub type DecayPoints = [DecayPoint; HALF_LIVES.len()];

/// Converts a time to the decay grid of each half-life.
pub fn decay_points(at: Time) -> DecayPoints {
    HALF_LIVES.map(|(_, half_life)| half_life.point(at))
}

/// Demand for all items over all users, by item and kind. Repetitions of one actor count once per half-life and at most
/// once a day. Derived, not in snapshots.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trends {
    items: Vec<Vec<ItemDemand>>,
}

impl Trends {
    /// Adds one interaction to the sums that `counts` allows.
    pub fn add(&mut self, item: ItemIndex, kind: KindIndex, at: Time, counts: Counts) {
        add(element_at(&mut self.items, item), kind, at, counts);
    }

    /// Removes the demand for some items.
    pub(super) fn clear(&mut self, is_cleared: impl Fn(ItemIndex) -> bool) {
        let all = ItemIndex::first(self.items.len()).zip(&mut self.items);
        all.filter(|(item, _)| is_cleared(*item)).for_each(|(_, demands)| *demands = Vec::new());
    }

    /// The demand for an item, sorted by kind.
    pub fn of(&self, item: ItemIndex) -> &[ItemDemand] {
        self.items.get(item.as_usize()).map_or(&[], Vec::as_slice)
    }
}

/// Demand within one group, as [`Trends`]; by item in a map, because a group knows few of the items.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GroupTrends {
    items: FxHashMap<ItemIndex, Vec<ItemDemand>>,
}

impl GroupTrends {
    /// Adds one interaction to the sums that `counts` allows.
    pub fn add(&mut self, item: ItemIndex, kind: KindIndex, at: Time, counts: Counts) {
        add(self.items.entry(item).or_default(), kind, at, counts);
    }

    /// Removes the demand for some items.
    pub(super) fn clear(&mut self, is_cleared: impl Fn(ItemIndex) -> bool) {
        self.items.retain(|item, _| !is_cleared(*item));
    }

    /// The demand for an item, sorted by kind.
    pub fn of(&self, item: ItemIndex) -> &[ItemDemand] {
        self.items.get(&item).map_or(&[], Vec::as_slice)
    }
}

/// Adds one interaction to the demand for its item.
fn add(demands: &mut Vec<ItemDemand>, kind: KindIndex, at: Time, counts: Counts) {
    if counts.spaced == [false; SPACING.len()] {
        return;
    }
    let demand = of_kind(demands, kind);
    demand.count += u64::from(counts.daily());
    let amount = if counts.first_day { FIRST_DAY } else { 1.0 };
    for ((sum, (_, half_life)), spacing) in demand.sums.iter_mut().zip(HALF_LIVES).zip(SPACED_BY) {
        if counts.spaced[spacing] {
            sum.add(half_life.point(at), amount);
        }
    }
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
    use super::*;

    #[test]
    fn demand_halves_with_each_half_life() {
        let mut trends = Trends::default();
        trends.add(ItemIndex(3), KindIndex(1), 100 * DAY, Counts { spaced: [true; 3], first_day: false });
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
            trends.add(ItemIndex(3), KindIndex(1), at, Counts { spaced: last.count(at), first_day: false });
        }
        assert!(
            trends.of(ItemIndex(3))[0].at(&decay_points(end)).iter().all(|sum| *sum <= 2.0),
            "{:?}",
            trends.of(ItemIndex(3))
        );
    }
}
