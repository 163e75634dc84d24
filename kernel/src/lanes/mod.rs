//! Approximate utilities of many items for eight subjects at once, in f32: each row of the facet matrix is read once
//! for all of them. Only products, sums, quotients and comparisons in one fixed order, so that every host gets the same
//! bits and a lane's bits do not depend on the other lanes.

mod functions;
mod leaders;
mod logs;
mod spread;

use crate::index::{FacetIndex, ItemIndex};
use crate::{BLOCK, Pair, Rows};

pub use functions::{LN_1P_ERROR, MAX_LOG_ODDS, SIGMOID_ERROR, add_worth};
pub use leaders::{Leaders, offer};
pub use logs::PairLogs;
pub use spread::{Moments, RUN, STEPS, Steps, add_interpolated, add_moments};

/// Number of subjects evaluated at once.
pub const LANES: usize = 8;

/// One number per subject.
pub type Lanes = [f32; LANES];

/// Relative error of rounding to f32: 2⁻²⁴.
pub const ROUNDING: f64 = 1.0 / 16_777_216.0;

/// Number of classes that [`LaneRows`] may have.
pub const CLASSES: usize = 8;

/// The rows of all classes of facets in one list, in f32.
#[derive(Debug, Default)]
pub struct LaneRows {
    offsets: Vec<u32>,
    entries: Vec<(FacetIndex, f32)>,
    longest: usize,
}

impl LaneRows {
    /// Joins the rows of each class, for items with indices below `items`.
    pub fn of(classes: &[Rows], items: usize) -> Self {
        let entries = Vec::with_capacity(classes.iter().map(|rows| rows.facets.len()).sum());
        let mut joined = Self { offsets: Vec::with_capacity(items + 1), entries, longest: 0 };
        joined.offsets.push(0);
        for item in 0..items {
            let start = joined.entries.len();
            for rows in classes {
                let Some(ends) = rows.offsets.get(item..item + 2) else { continue };
                let row = ends[0] as usize..ends[1] as usize;
                let entries = rows.facets[row.clone()].iter().zip(&rows.weights[row]);
                joined.entries.extend(entries.map(|(&facet, &weight)| (facet, weight as f32)));
            }
            joined.offsets.push(joined.entries.len() as u32);
            joined.longest = joined.longest.max(joined.entries.len() - start);
        }
        joined
    }

    /// Returns the number of facets of the longest row.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Adds to the sum of each item the products of its row with the facet values, lane by lane.
    #[inline(never)]
    pub fn add_products(&self, values: &[Lanes], items: &[ItemIndex], sums: &mut [Lanes]) {
        for (&item, sum) in items.iter().zip(sums) {
            let (start, end) = (self.offsets[item.as_usize()] as usize, self.offsets[item.as_usize() + 1] as usize);
            let mut total = *sum;
            for &(facet, weight) in &self.entries[start..end] {
                let value = &values[facet.as_usize()];
                for lane in 0..LANES {
                    total[lane] += value[lane] * weight;
                }
            }
            *sum = total;
        }
    }
}

/// Adds to one lane of each facet's value Σ weight × number, the weights being those of the facet's class, and to
/// `squares` its square by class. Blocks of facets that are not `written` are zero.
#[inline(never)]
pub fn fold(
    numbers: (&[Pair], &[bool]),
    classes: &[u8],
    weights: &[Pair; CLASSES],
    lane: usize,
    values: &mut [Lanes],
    squares: &mut [f64; CLASSES],
) {
    let blocks = numbers.0.chunks(BLOCK).zip(classes.chunks(BLOCK)).zip(values.chunks_mut(BLOCK)).zip(numbers.1);
    for (((numbers, classes), values), _) in blocks.filter(|(_, written)| **written) {
        for ((number, &class), value) in numbers.iter().zip(classes).zip(values) {
            if *number != [0.0; 2] {
                let class = class as usize % CLASSES;
                let sum = weights[class][0] * number[0] + weights[class][1] * number[1];
                value[lane] += sum as f32;
                squares[class] += sum * sum;
            }
        }
    }
}

/// Returns the largest absolute value of the given items; infinite or NaN if one is not finite.
#[inline(never)]
pub fn largest_of(values: &[f64], items: &[ItemIndex]) -> f64 {
    items.iter().fold(0.0, |most, item| larger(most, values[item.as_usize()].abs()))
}

/// Returns the larger of two numbers; NaN if one is NaN.
#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    if b <= a || a.is_nan() { a } else { b }
}

/// Makes `values` a list of this many zeros.
#[inline(never)]
pub fn zero(values: &mut Vec<Lanes>, count: usize) {
    values.truncate(count);
    values.as_flattened_mut().fill(0.0);
    values.resize(count, [0.0; LANES]);
}

/// Items whose weighted columns are summed at once.
const RUN_OF_COLUMNS: usize = 64;

/// Adds the weighted columns, in their order, to one lane. Returns the largest of `most` and the absolute values added;
/// infinite or NaN if one is not finite.
#[inline(never)]
pub fn add_columns(columns: &[(f64, &[f64])], lane: usize, to: &mut [Lanes], mut most: f64) -> f64 {
    let lane = lane % LANES;
    let mut sums = [0.0; RUN_OF_COLUMNS];
    for (start, to) in (0..).step_by(RUN_OF_COLUMNS).zip(to.chunks_mut(RUN_OF_COLUMNS)) {
        let sums = &mut sums[..to.len()];
        sums.fill(0.0);
        for (weight, column) in columns {
            sums.iter_mut().zip(&column[start..]).for_each(|(sum, value)| *sum += weight * value);
        }
        for (sum, to) in sums.iter().zip(to) {
            most = larger(most, sum.abs());
            to[lane] += *sum as f32;
        }
    }
    most
}

/// Writes the number of each of the given items into all lanes.
#[inline(never)]
pub fn spread(values: &[f64], items: &[ItemIndex], to: &mut [Lanes]) {
    items.iter().zip(to).for_each(|(item, to)| *to = [values[item.as_usize()] as f32; LANES]);
}

/// Raises each lane of `most` to the largest of its numbers; those are not NaN.
#[inline(never)]
pub fn raise(most: &mut Lanes, values: &[Lanes]) {
    for value in values {
        for lane in 0..LANES {
            most[lane] = if value[lane] > most[lane] { value[lane] } else { most[lane] };
        }
    }
}

/// Lowers each lane of `least` to the smallest of its numbers; those are not NaN.
#[inline(never)]
pub fn lower(least: &mut Lanes, values: &[Lanes]) {
    for value in values {
        for lane in 0..LANES {
            least[lane] = if value[lane] < least[lane] { value[lane] } else { least[lane] };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a number from −1 to 1 that depends on all arguments.
    pub(super) fn any(n: usize, lane: usize) -> f32 {
        ((n * 2_654_435_761 + lane * 40_503) % 2001) as f32 / 1000.0 - 1.0
    }

    pub(super) fn all(count: usize) -> Vec<Lanes> {
        (0..count).map(|n| std::array::from_fn(|lane| any(n, lane))).collect()
    }

    #[test]
    fn joined_rows_hold_the_rows_of_all_classes() {
        let one = Rows { offsets: &[0, 2, 2], facets: &[FacetIndex(0), FacetIndex(2)], weights: &[0.5, 1.0] };
        let other = Rows { offsets: &[0, 1, 2, 3], facets: &[1, 1, 2].map(FacetIndex), weights: &[2.0, 3.0, 4.0] };
        let rows = LaneRows::of(&[one, other], 3);
        assert_eq!(rows.longest(), 3);
        let values: Vec<Lanes> = (1..4).map(|n| std::array::from_fn(|lane| (n * (lane + 1)) as f32)).collect();
        let mut sums = [[1.0; LANES]; 3];
        rows.add_products(&values, &[0, 2, 1].map(ItemIndex), &mut sums);
        let expected = |of_one: f32| std::array::from_fn(|lane| 1.0 + of_one * (lane + 1) as f32);
        assert_eq!(sums, [expected(0.5 + 3.0 + 4.0), expected(12.0), expected(6.0)]);
    }

    #[test]
    fn columns_are_added_to_one_lane() {
        let n = RUN_OF_COLUMNS + 3;
        let columns = [0, 1].map(|column| (0..n).map(|item| f64::from(any(item, column))).collect::<Vec<f64>>());
        let weighted = [(2.0, &columns[0][..]), (-0.5, &columns[1][..])];
        let mut sums = vec![[1.0; LANES]; n];
        let most = add_columns(&weighted, 6, &mut sums, 0.25);
        let added = |item: usize| 2.0 * columns[0][item] - 0.5 * columns[1][item];
        assert!((0..n).all(|item| sums[item][6] == 1.0 + added(item) as f32 && sums[item][5] == 1.0));
        assert_eq!(most, (0..n).map(|item| added(item).abs()).fold(0.25, f64::max));
        let endless = [f64::NAN, 1.0];
        assert!(add_columns(&[(1.0, &endless)], 0, &mut sums[..2], 0.0).is_nan());
    }

    #[test]
    fn profiles_are_folded_by_class() {
        let numbers = [[1.0, 2.0], [0.0, 0.0], [3.0, 0.0]];
        let mut weights = [[0.0; 2]; CLASSES];
        (weights[0], weights[5]) = ([1.0, 0.5], [-2.0, 7.0]);
        let (mut values, mut squares) = ([[0.0; LANES]; 3], [0.0; CLASSES]);
        fold((&numbers, &[true]), &[0, 0, 5], &weights, 3, &mut values, &mut squares);
        assert_eq!([values[0][3], values[1][3], values[2][3]], [2.0, 0.0, -6.0]);
        assert_eq!((squares[0], squares[5], values[0][2]), (4.0, 36.0, 0.0));
        fold((&numbers, &[false]), &[0, 0, 5], &weights, 3, &mut values, &mut squares);
        assert_eq!(squares[0], 4.0);
    }
}
