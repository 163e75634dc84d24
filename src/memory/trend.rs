//! Demand for each item and kind, decayed at half-lives from an hour to a month.

use crate::bytes::as_bytes;
use crate::sorted::Keyed;
use crate::time::{DAY, Decayed, HOUR, HalfLife, Place, Time};

/// The half-lives at which demand is remembered, with their names.
pub const HALF_LIVES: [(&str, HalfLife); 5] = [
    ("1h", HalfLife::of(HOUR)),
    ("6h", HalfLife::of(6 * HOUR)),
    ("1d", HalfLife::of(DAY)),
    ("7d", HalfLife::of(7 * DAY)),
    ("30d", HalfLife::of(30 * DAY)),
];

/// Demand of one kind for one item: a decayed count for each of [`HALF_LIVES`], and the plain count.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Which kind.
    pub kind: u32,
    /// How many, ever.
    pub count: u64,
    sums: [Decayed; HALF_LIVES.len()],
}

as_bytes!(Demand: kind, count, sums);

impl Demand {
    /// The decayed counts as seen from `now`, one for each of [`HALF_LIVES`].
    pub fn at(&self, now: &Places) -> [f64; HALF_LIVES.len()] {
        std::array::from_fn(|h| self.sums[h].at(now[h]))
    }
}

/// A time on the grid of each of [`HALF_LIVES`].
pub type Places = [Place; HALF_LIVES.len()];

/// Where a time falls on the grid of each half-life.
pub fn places(at: Time) -> Places {
    HALF_LIVES.map(|(_, half_life)| half_life.place(at))
}

/// Demand for all items of one scope: everybody, or one group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Trends {
    items: Keyed<u32, Vec<Demand>>,
}

as_bytes!(Trends: items);

impl Trends {
    /// Counts one interaction.
    pub fn add(&mut self, item: u32, kind: u32, at: Time) {
        self.shift(item, kind, at, 1);
    }

    /// Counts one interaction `by` times, or takes one out that was counted. Where none is left, none was.
    pub(super) fn shift(&mut self, item: u32, kind: u32, at: Time, by: i32) {
        let places = places(at);
        let demands = self.items.0.entry(item).or_default();
        let demand = of_kind(demands, kind);
        demand.count = demand.count.saturating_add_signed(by.into());
        demand.sums.iter_mut().zip(places).for_each(|(sum, place)| sum.add(place, by.into()));
        if demand.count == 0 {
            demands.retain(|demand| demand.kind != kind);
        }
        if demands.is_empty() {
            self.items.0.remove(&item);
        }
    }

    /// Adds another scope's demand under other numbers.
    pub fn merge(&mut self, other: &Self, items: &[u32], kinds: &[u32]) {
        for (&item, demands) in &other.items.0 {
            let of_item = self.items.0.entry(items[item as usize]).or_default();
            for theirs in demands {
                let ours = of_kind(of_item, kinds[theirs.kind as usize]);
                ours.count += theirs.count;
                ours.sums.iter_mut().zip(theirs.sums).for_each(|(sum, more)| sum.merge(more));
            }
        }
    }

    /// The demand for an item, by kind.
    pub fn of(&self, item: u32) -> &[Demand] {
        self.items.0.get(&item).map_or(&[], Vec::as_slice)
    }
    /// The demand for every item that had any, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[Demand])> {
        self.items.0.iter().map(|(&item, demands)| (item, demands.as_slice()))
    }
    /// Whether its sums are sound and every number is below these counts.
    pub(super) fn fits(&self, items: u32, kinds: u32) -> bool {
        let sound = |demand: &Demand| demand.kind < kinds && demand.sums.iter().all(Decayed::is_sound);
        self.items.0.iter().all(|(&item, demands)| item < items && demands.iter().all(sound))
    }
}

/// The demand of a kind among those of all kinds, which are ascending.
fn of_kind(demands: &mut Vec<Demand>, kind: u32) -> &mut Demand {
    let place = demands.partition_point(|demand| demand.kind < kind);
    if demands.get(place).is_none_or(|demand| demand.kind != kind) {
        demands.insert(place, Demand { kind, count: 0, sums: Default::default() });
    }
    &mut demands[place]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demand_halves_with_each_half_life() {
        let mut trends = Trends::default();
        trends.add(3, 1, 100 * DAY);
        let seen = trends.of(3)[0].at(&places(101 * DAY));
        for ((name, _), (value, expected)) in
            HALF_LIVES.iter().zip(seen.iter().zip([24.0, 4.0, 1.0, 1.0 / 7.0, 1.0 / 30.0]))
        {
            assert!((value - libm::exp2(-expected)).abs() < 1e-12, "{name}");
        }
    }
}
