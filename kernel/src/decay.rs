//! Exponential decay: sums, and factors of many ages.

use crate::index::{ItemIndex, KindIndex};

/// Returns 2^x for a finite x, exactly for a whole one. Computed from e^x, because a table would take 3 KB.
#[inline(always)]
pub fn exp2(x: f64) -> f64 {
    let whole = x.round_ties_even();
    libm::scalbn(libm::exp((x - whole) * std::f64::consts::LN_2), whole as i32)
}

/// A time on the grid of a half-life: the cell of its landmark and the growth since.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DecayPoint {
    /// Number of the cell.
    pub cell: i64,
    /// Growth since the start of the cell, in [1, 2).
    pub growth: f64,
}

/// A forward-decayed sum Σ w·2^((t−L)/h) against the landmark L of its newest entry (Cormode et al. 2009).
///
/// It is a whole number of 2^−98, so that addition is exact and independent of order. Growths are rounded to 2^−50, so
/// an entry loses its first bit after 48 halvings; reading drops bits below 2^−50, so such losses change a result with
/// probability about 2^−48. The sum holds 2^29 entries of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DecayedSum {
    /// Higher and lower half of the sum: a `u128` would be aligned to 16 bytes.
    halves: [u64; 2],
    cell: i64,
}

/// A growth of 1, in units of 2^−50.
const ONE: f64 = (1u64 << 50) as f64;
/// Bits between the unit of growths, 2^−50, and that of the sum, 2^−98.
const SPARE_BITS: u32 = 48;
/// Value of the lowest bit of the higher half: 2^(64 − 98).
const HIGHER: f64 = 1.0 / (1u64 << 34) as f64;

impl DecayedSum {
    /// Adds `amount`, from 0 to 1, at a time.
    pub fn add(&mut self, point: DecayPoint, amount: f64) {
        let growth = (amount * point.growth * ONE) as u64;
        self.merge(Self::new(u128::from(growth) << SPARE_BITS, point.cell));
    }

    /// Adds another sum of the same half-life.
    pub fn merge(&mut self, other: Self) {
        if self.halves == [0; 2] {
            *self = other;
        } else if other.halves != [0; 2] {
            let cell = self.cell.max(other.cell);
            *self = Self::new(self.sum_from(cell).saturating_add(other.sum_from(cell)), cell);
        }
    }

    /// Returns the sum decayed to `now`; entries of cells after `now` are not magnified but count as if fresh.
    #[inline]
    pub fn at(&self, now: DecayPoint) -> f64 {
        let [higher, lower] = self.halves;
        let sum = higher as f64 * HIGHER + (lower >> SPARE_BITS) as f64 / ONE;
        if now.cell >= self.cell { halved(sum, now.cell - self.cell) / now.growth } else { sum / 2.0 }
    }

    fn new(sum: u128, cell: i64) -> Self {
        Self { halves: [(sum >> 64) as u64, sum as u64], cell }
    }

    /// Returns the sum against the landmark of `cell`, which is not before its own.
    fn sum_from(&self, cell: i64) -> u128 {
        let [higher, lower] = self.halves.map(u128::from);
        let halvings = u32::try_from(cell - self.cell).unwrap_or(u32::MAX);
        (higher << 64 | lower).checked_shr(halvings).unwrap_or(0)
    }
}

/// Returns x·2^−n, exactly where the result is a normal number.
#[inline(always)]
fn halved(x: f64, n: i64) -> f64 {
    match n {
        0 => x,
        1..=1022 => x * f64::from_bits(((1023 - n) as u64) << 52),
        _ => 0.0,
    }
}

/// Number of half-lives of demand.
pub const DEMAND_HALF_LIVES: usize = 5;

/// Demand of one kind for one item: a decayed count for each half-life, and the plain count.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemDemand {
    /// The kind's index.
    pub kind: KindIndex,
    /// Number of interactions.
    pub count: u64,
    /// The decayed counts.
    pub sums: [DecayedSum; DEMAND_HALF_LIVES],
}

impl ItemDemand {
    /// Returns the decayed counts at `now`.
    pub fn at(&self, now: &[DecayPoint; DEMAND_HALF_LIVES]) -> [f64; DEMAND_HALF_LIVES] {
        std::array::from_fn(|h| self.sums[h].at(now[h]))
    }
}

/// Writes ln(1 + `steepness`·count) for each item to one column per half-life, beginning with the `first`; the count is
/// that of all demands whose kind is among `kinds`. Items without such demand are skipped. Returns whether there was any.
#[inline(never)]
pub fn log_demand(
    demands: &[&[ItemDemand]],
    kinds: &[bool],
    now: &[DecayPoint; DEMAND_HALF_LIVES],
    steepness: f64,
    first: usize,
    columns: &mut [&mut [f64]],
) -> bool {
    let mut any = false;
    for (n, demands) in demands.iter().enumerate() {
        let mut counts = [0.0; DEMAND_HALF_LIVES];
        let mut counted = demands.iter().filter(|demand| kinds.get(demand.kind.as_usize()) == Some(&true)).peekable();
        if counted.peek().is_none() {
            continue;
        }
        any = true;
        for demand in counted {
            for (h, count) in counts.iter_mut().enumerate() {
                *count += demand.sums[h].at(now[h]);
            }
        }
        for (column, count) in columns.iter_mut().zip(&counts[first..]) {
            column[n] = libm::log1p(steepness * count);
        }
    }
    any
}

/// Writes the age of each item, `now` − time, to `ages`; NaN for items whose time is missing or `unknown`.
#[inline(never)]
pub fn ages(times: &[i64], unknown: i64, now: i64, items: &[ItemIndex], ages: &mut Vec<f64>) {
    let age = |time: i64| if time == unknown { f64::NAN } else { (now - time) as f64 };
    ages.clear();
    ages.extend(items.iter().map(|&item| times.get(item.as_usize()).map_or(f64::NAN, |&time| age(time))));
}

/// Writes 2^(−age / `half_life`) of each age to `factors`: 1 for an age below 0, 0 for NaN.
#[inline(never)]
pub fn factors(ages: &[f64], half_life: f64, factors: &mut [f64]) {
    for (factor, &age) in factors.iter_mut().zip(ages) {
        *factor = if age.is_nan() { 0.0 } else { exp2(-age.max(0.0) / half_life) };
    }
}

/// Writes `most` − ln(1 + age / `unit`) of each age to `values`, at least 0; 0 for NaN.
#[inline(never)]
pub fn log_youth(ages: &[f64], unit: f64, most: f64, values: &mut [f64]) {
    for (value, &age) in values.iter_mut().zip(ages) {
        *value = if age.is_nan() { 0.0 } else { (most - libm::log1p(age.max(0.0) / unit)).max(0.0) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_ages_give_zero_and_later_times_count_as_now() {
        let mut ages_found = vec![9.0];
        ages(&[100, 105, 90, -1], -1, 100, &[0, 1, 2, 3, 7].map(ItemIndex), &mut ages_found);
        assert_eq!(ages_found[..3], [0.0, -5.0, 10.0]);
        assert!(ages_found[3..].iter().all(|age| age.is_nan()));
        let mut found = [9.0; 5];
        factors(&ages_found, 10.0, &mut found);
        assert_eq!(found, [1.0, 1.0, 0.5, 0.0, 0.0]);
        log_youth(&ages_found, 5.0, 1.5, &mut found);
        assert_eq!(found, [1.5, 1.5, 1.5 - libm::log1p(2.0), 0.0, 0.0]);
        log_youth(&ages_found, 5.0, 1.0, &mut found);
        assert_eq!(found[2], 0.0);
    }

    #[test]
    fn demand_of_the_counted_kinds_is_summed_by_half_life() {
        let point = |cell, growth| DecayPoint { cell, growth };
        let demand = |kind| {
            let mut sums = [DecayedSum::default(); DEMAND_HALF_LIVES];
            sums[1].add(point(3, 1.0), 1.0);
            sums[2].add(point(3, 1.5), 0.5);
            ItemDemand { kind: KindIndex(kind), count: 1, sums }
        };
        let now = [point(5, 1.0), point(4, 1.0), point(5, 1.25), point(9, 1.0), point(9, 1.0)];
        assert_eq!(demand(0).at(&now), [0.0, 0.5, 0.15, 0.0, 0.0]);
        let (one, both, other) = ([demand(1)], [demand(0), demand(1), demand(7)], [demand(0), demand(7)]);
        let mut columns = [[9.0; 4]; 2];
        let [first, second] = &mut columns;
        let lists: [&[ItemDemand]; 4] = [&one, &both, &other, &[]];
        let kinds = [false, true];
        assert!(log_demand(&lists, &kinds, &now, 3.0, 1, &mut [&mut first[..], &mut second[..]]));
        let expected = [libm::log1p(1.5), libm::log1p(0.15 * 3.0)];
        assert_eq!(columns.map(|column| column[0]), expected);
        assert_eq!(columns.map(|column| column[1..].to_vec()), expected.map(|value| vec![value, 9.0, 9.0]));
        assert!(!log_demand(&lists[2..], &kinds, &now, 3.0, 1, &mut []));
    }
}
