//! Demand for each item and kind, decayed at half-lives from an hour to a month.

use rustc_hash::FxHashMap;

use crate::base::time::{DAY, DecayPoint, DecayedSum, HOUR, HalfLife, Time};

use super::event::{Counts, SPACING};

/// The half-lives at which demand is remembered, with their names.
pub const HALF_LIVES: [(&str, HalfLife); 5] = [
    ("1h", HalfLife::of(HOUR)),
    ("6h", HalfLife::of(6 * HOUR)),
    ("1d", HalfLife::of(DAY)),
    ("7d", HalfLife::of(7 * DAY)),
    ("30d", HalfLife::of(30 * DAY)),
];

/// Which of [`SPACING`](super::event::SPACING) each half-life asks for.
const SPACED_BY: [usize; HALF_LIVES.len()] = [0, 0, 0, 1, 2];

/// How much an interaction of an actor's first day counts: an account made for one purpose weighs less than one that
/// came back.
const FIRST_DAY: f64 = 0.5;

/// Demand of one kind for one item: a decayed count for each of [`HALF_LIVES`], and the plain count. Repetitions of one
/// actor count once within each half-life, and once a day at least.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemDemand {
    /// Which kind.
    pub kind: u32,
    /// How many, without repetitions within a day.
    pub count: u64,
    sums: [DecayedSum; HALF_LIVES.len()],
}

impl ItemDemand {
    /// The decayed counts as seen from `now`, one for each of [`HALF_LIVES`].
    pub fn at(&self, now: &DecayPoints) -> [f64; HALF_LIVES.len()] {
        std::array::from_fn(|h| self.sums[h].at(now[h]))
    }
}

/// A time on the grid of each of [`HALF_LIVES`].
pub type DecayPoints = [DecayPoint; HALF_LIVES.len()];

/// Where a time falls on the grid of each half-life.
pub fn places(at: Time) -> DecayPoints {
    HALF_LIVES.map(|(_, half_life)| half_life.place(at))
}

/// Demand for all items of one scope: everybody, or one group. Derived, and not in snapshots.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trends {
    items: FxHashMap<u32, Vec<ItemDemand>>,
}

impl Trends {
    /// Counts one interaction where it `counts`.
    pub fn add(&mut self, item: u32, kind: u32, at: Time, counts: Counts) {
        if counts.spaced == [false; SPACING.len()] {
            return;
        }
        let demand = of_kind(self.items.entry(item).or_default(), kind);
        demand.count += u64::from(counts.daily());
        let amount = if counts.first_day { FIRST_DAY } else { 1.0 };
        for ((sum, (_, half_life)), spacing) in demand.sums.iter_mut().zip(HALF_LIVES).zip(SPACED_BY) {
            if counts.spaced[spacing] {
                sum.add(half_life.place(at), amount);
            }
        }
    }

    /// Lets go of the demand for some items.
    pub(super) fn clear(&mut self, is_cleared: impl Fn(u32) -> bool) {
        self.items.retain(|item, _| !is_cleared(*item));
    }

    /// The demand for an item, by kind.
    pub fn of(&self, item: u32) -> &[ItemDemand] {
        self.items.get(&item).map_or(&[], Vec::as_slice)
    }
    /// The demand for every item that had any, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[ItemDemand])> {
        self.items.iter().map(|(&item, demands)| (item, demands.as_slice()))
    }
}

/// The demand of a kind among those of all kinds, which are ascending.
fn of_kind(demands: &mut Vec<ItemDemand>, kind: u32) -> &mut ItemDemand {
    let place = demands.partition_point(|demand| demand.kind < kind);
    if demands.get(place).is_none_or(|demand| demand.kind != kind) {
        demands.insert(place, ItemDemand { kind, count: 0, sums: Default::default() });
    }
    &mut demands[place]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demand_halves_with_each_half_life() {
        let mut trends = Trends::default();
        trends.add(3, 1, 100 * DAY, Counts { spaced: [true; 3], first_day: false });
        let seen = trends.of(3)[0].at(&places(101 * DAY));
        for ((name, _), (value, expected)) in
            HALF_LIVES.iter().zip(seen.iter().zip([24.0, 4.0, 1.0, 1.0 / 7.0, 1.0 / 30.0]))
        {
            assert!((value - libm::exp2(-expected)).abs() < 1e-12, "{name}");
        }
    }

    #[test]
    fn one_actor_adds_two_at_most_to_any_decayed_count() {
        let (mut trends, mut last) = (Trends::default(), crate::memory::event::LastCounted::NEVER);
        let end = 400 * DAY;
        for at in (0..=end).step_by(HOUR as usize) {
            trends.add(3, 1, at, Counts { spaced: last.count(at), first_day: false });
        }
        assert!(trends.of(3)[0].at(&places(end)).iter().all(|sum| *sum <= 2.0), "{:?}", trends.of(3));
    }
}
