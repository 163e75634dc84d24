//! Trend: demand for each item and kind, decayed at five half-lives from an hour to 30 days.

use rustc_hash::FxHashMap;

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::time::{DAY, DecayPoint, DecayedSum, HOUR, HalfLife, Time};

use super::event::{Counts, SPACING};

/// The half-lives of demand, with their names.
pub const HALF_LIVES: [(&str, HalfLife); 5] = [
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

/// Demand of one kind for one item: a decayed count for each of [`HALF_LIVES`], and the plain count. Repetitions of one
/// actor count once per half-life and at most once a day.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemDemand {
    /// The kind's index.
    pub kind: KindIndex,
    /// Number of interactions, without repetitions within a day.
    pub count: u64,
    sums: [DecayedSum; HALF_LIVES.len()],
}

impl ItemDemand {
    /// The decayed counts at `now`, one for each of [`HALF_LIVES`].
    pub fn at(&self, now: &DecayPoints) -> [f64; HALF_LIVES.len()] {
        std::array::from_fn(|h| self.sums[h].at(now[h]))
    }
}

/// A time on the decay grid of each of [`HALF_LIVES`].
pub type DecayPoints = [DecayPoint; HALF_LIVES.len()];

/// Converts a time to the decay grid of each half-life.
pub fn decay_points(at: Time) -> DecayPoints {
    HALF_LIVES.map(|(_, half_life)| half_life.point(at))
}

/// Demand for all items in one scope: all users, or one group. Derived, not in snapshots.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trends {
    items: FxHashMap<ItemIndex, Vec<ItemDemand>>,
}

impl Trends {
    /// Adds one interaction to the sums that `counts` allows.
    pub fn add(&mut self, item: ItemIndex, kind: KindIndex, at: Time, counts: Counts) {
        if counts.spaced == [false; SPACING.len()] {
            return;
        }
        let demand = of_kind(self.items.entry(item).or_default(), kind);
        demand.count += u64::from(counts.daily());
        let amount = if counts.first_day { FIRST_DAY } else { 1.0 };
        for ((sum, (_, half_life)), spacing) in demand.sums.iter_mut().zip(HALF_LIVES).zip(SPACED_BY) {
            if counts.spaced[spacing] {
                sum.add(half_life.point(at), amount);
            }
        }
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
