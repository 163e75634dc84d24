//! Exponential decay: sums, and factors of many ages.

use crate::index::{ItemIndex, KindIndex};
use crate::ln::{ln_1p, ln_1p_all};

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

impl DecayPoint {
    /// An unknown time: a sum at this point is 0.
    pub const UNKNOWN: Self = Self { cell: 0, growth: 0.0 };

    /// Adds another point of the same half-life: the growths against the landmark of the later cell.
    pub fn add(&mut self, other: Self) {
        if self.growth == 0.0 {
            *self = other;
        } else if other.growth != 0.0 {
            let cell = self.cell.max(other.cell);
            let growth = halved(self.growth, cell - self.cell) + halved(other.growth, cell - other.cell);
            *self = Self { cell, growth };
        }
    }

    /// Returns the growth decayed to `now`: that of a later cell times `later`, 0 beyond 1,022 cells.
    #[inline(always)]
    fn decayed(self, now: Self, shrinkage: f64, later: f64) -> f64 {
        let cells = now.cell - self.cell;
        let power = f64::from_bits(((1023 - cells.clamp(0, 1023)) as u64) << 52);
        self.growth * if cells < 0 { later } else { power * shrinkage }
    }
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
        let sum = self.sum();
        if now.cell >= self.cell { halved(sum, now.cell - self.cell) / now.growth } else { sum / 2.0 }
    }

    /// Returns the sum as a growth since its landmark.
    pub fn point(&self) -> DecayPoint {
        DecayPoint { cell: self.cell, growth: self.sum() }
    }

    #[inline(always)]
    fn sum(&self) -> f64 {
        let [higher, lower] = self.halves;
        higher as f64 * HIGHER + (lower >> SPARE_BITS) as f64 / ONE
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

/// Items whose logarithms are computed at once.
const BLOCK: usize = 64;

/// Decayed counts of one item at each half-life, summed over kinds.
pub type DemandPoints = [DecayPoint; DEMAND_HALF_LIVES];

/// Demand for an item without interactions.
pub const NO_DEMAND: DemandPoints = [DecayPoint::UNKNOWN; DEMAND_HALF_LIVES];

/// Writes ln(1 + `steepness`·count) of each row of `demands` to one column per half-life, beginning with the `first`. Rows
/// without demand are skipped. Returns true if there was any.
#[inline(never)]
pub fn log_demand(
    demands: &[DemandPoints],
    rows: &[ItemIndex],
    now: &DemandPoints,
    steepness: f64,
    first: usize,
    columns: &mut [&mut [f64]],
) -> bool {
    let mut any = false;
    let shrinkage = now.map(|now| 1.0 / now.growth);
    // The counts of the block's rows with demand, and the places of these rows.
    let (mut counts, mut counted) = ([0.0; BLOCK * DEMAND_HALF_LIVES], [0; BLOCK]);
    for (start, block) in (0..).step_by(BLOCK).zip(rows.chunks(BLOCK)) {
        let mut length = 0;
        for (n, row) in (start..).zip(block) {
            let demand = demands.get(row.as_usize()).unwrap_or(&NO_DEMAND);
            let counts = &mut counts[length * DEMAND_HALF_LIVES..(length + 1) * DEMAND_HALF_LIVES];
            let mut grown = 0.0;
            for (((count, point), now), shrinkage) in counts.iter_mut().zip(demand).zip(now).zip(shrinkage) {
                // Later entries count as if fresh at the end of this cell.
                *count = point.decayed(*now, shrinkage, 0.5);
                grown += point.growth;
            }
            counted[length] = n;
            length += usize::from(grown > 0.0);
        }
        any |= length > 0;
        let counts = &mut counts[..length * DEMAND_HALF_LIVES];
        ln_1p_all(counts, steepness);
        for (counts, &n) in counts.chunks_exact(DEMAND_HALF_LIVES).zip(&counted) {
            columns.iter_mut().zip(&counts[first..]).for_each(|(column, count)| column[n] = *count);
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

/// Writes the decay of each item from its time to `now` to one column per half-life: 1 for a time after `now`, 0 beyond
/// 1,022 cells and for a growth of 0, which marks an unknown time. `points` holds the times by item.
#[inline(never)]
pub fn factors<const N: usize>(
    points: &[[DecayPoint; N]],
    now: &[DecayPoint; N],
    items: &[ItemIndex],
    columns: [&mut [f64]; N],
) {
    for (h, column) in columns.into_iter().enumerate() {
        let shrinkage = 1.0 / now[h].growth;
        for (factor, &item) in column.iter_mut().zip(items) {
            let since = points.get(item.as_usize()).map_or(DecayPoint::UNKNOWN, |points| points[h]);
            let decayed = since.decayed(now[h], shrinkage, 1.0);
            *factor = if decayed < 1.0 { decayed } else { 1.0 };
        }
    }
}

/// Writes `most` − ln(1 + age / `unit`) of each age to `values`, at least 0; 0 for NaN.
#[inline(never)]
pub fn log_youth(ages: &[f64], unit: f64, most: f64, values: &mut [f64]) {
    for (value, &age) in values.iter_mut().zip(ages) {
        let since = if age > 0.0 { age } else { 0.0 };
        let youth = most - ln_1p(since / unit);
        *value = if youth > 0.0 && !age.is_nan() { youth } else { 0.0 };
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
        log_youth(&ages_found, 5.0, 1.5, &mut found);
        assert_eq!(found, [1.5, 1.5, 1.5 - ln_1p(2.0), 0.0, 0.0]);
        log_youth(&ages_found, 5.0, 1.0, &mut found);
        assert_eq!(found[2], 0.0);
    }

    #[test]
    fn factors_halve_with_each_cell_and_are_one_for_later_times_and_zero_for_unknown_ones() {
        let point = |cell, growth| DecayPoint { cell, growth };
        for start in [0, -2000] {
            let of_item = |cell, growth| [point(start + cell, growth); 2];
            let points = [
                of_item(10, 1.5),
                of_item(9, 1.0),
                of_item(7, 1.5),
                of_item(10, 1.75),
                of_item(11, 1.0),
                [DecayPoint::UNKNOWN; 2],
                of_item(10 - 1100, 1.0),
            ];
            let now = [point(start + 10, 1.5), point(start + 10, 1.0)];
            let items: Vec<ItemIndex> = ItemIndex::first(8).collect();
            let (mut first, mut second) = ([9.0; 8], [9.0; 8]);
            factors(&points, &now, &items, [&mut first, &mut second]);
            assert_eq!(first, [1.0, 0.5 / 1.5, 0.125, 1.0, 1.0, 0.0, 0.0, 0.0], "{start}");
            assert_eq!(second, [1.0, 0.5, 0.1875, 1.0, 1.0, 0.0, 0.0, 0.0], "{start}");
        }
    }

    #[test]
    fn demand_is_read_by_half_life_and_rows_without_any_are_skipped() {
        let point = |cell, growth| DecayPoint { cell, growth };
        let demand = |h: usize, of_h: DecayPoint| {
            let mut points = [point(9, 0.25); DEMAND_HALF_LIVES];
            points[h] = of_h;
            points
        };
        let now = [point(5, 1.0), point(4, 1.0), point(5, 1.25), point(9, 1.0), point(9, 1.0)];
        let demands = [demand(1, point(3, 1.5)), NO_DEMAND, demand(1, point(6, 3.0)), demand(2, point(3, 5.0))];
        let rows = [3, 2, 1, 0, 7].map(ItemIndex);
        let mut columns = [[9.0; 5]; 2];
        let [first, second] = &mut columns;
        assert!(log_demand(&demands, &rows, &now, 3.0, 1, &mut [&mut first[..], &mut second[..]]));
        let counts = [[0.125, 1.0], [1.5, 0.125], [0.0, 0.0], [0.75, 0.125], [0.0, 0.0]];
        for (n, counts) in counts.into_iter().enumerate() {
            let expected = counts.map(|count: f64| if count == 0.0 { 9.0 } else { ln_1p(3.0 * count) });
            assert_eq!([columns[0][n], columns[1][n]], expected, "{n}");
        }
        assert!(!log_demand(&demands, &rows[4..], &now, 3.0, 1, &mut []));
    }

    #[test]
    fn points_are_added_against_the_later_landmark_and_decay_as_their_sums_do() {
        let point = |cell, growth| DecayPoint { cell, growth };
        let (mut early, mut late) = (DecayedSum::default(), DecayedSum::default());
        early.add(point(-3, 1.25), 1.0);
        late.add(point(4, 1.5), 0.5);
        for (first, second) in
            [(early, late), (late, early), (early, DecayedSum::default()), (DecayedSum::default(), late)]
        {
            let mut sum = first.point();
            sum.add(second.point());
            for now in [point(4, 1.0), point(4, 1.75), point(9, 1.25), point(1100, 1.0)] {
                let (found, expected) = (sum.decayed(now, 1.0 / now.growth, 0.5), first.at(now) + second.at(now));
                assert!((found - expected).abs() <= 1e-15 * expected, "{found} {expected}");
            }
        }
    }
}
