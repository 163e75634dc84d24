//! Loops over all items, all facets of a history or all bytes of a text, compiled for speed; the rest of the module is
//! compiled for size (`[profile.release.package]` in `Cargo.toml`). Arguments and results are plain slices.

pub mod choice;
pub mod clipped;
pub mod decay;
pub mod dense;
pub mod draw;
pub mod exp;
pub mod index;
pub mod lanes;
pub mod largest;
pub mod ln;
pub mod pairs;
pub mod sparse;
pub mod text;

use index::{FacetIndex, ItemIndex};

/// Two values per facet: preference at the short and at the long half-life.
pub type Pair = [f64; 2];

/// Compressed sparse rows: item `i` has the facets and weights at `offsets[i]..offsets[i + 1]`.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Start of each item's row, then the end of the last.
    pub offsets: &'a [u32],
    /// Facet numbers, row after row.
    pub facets: &'a [FacetIndex],
    /// Weights, parallel to `facets`.
    pub weights: &'a [f64],
}

/// Number of facet values that share one written mark.
pub const BLOCK: usize = 64;

/// Adds `amounts` times a row's weights to facet values and marks the blocks written. Facets beyond `values` are
/// skipped.
#[inline(never)]
pub fn scatter(values: &mut [Pair], written: &mut [bool], facets: &[FacetIndex], weights: &[f64], amounts: Pair) {
    for (&facet, &weight) in facets.iter().zip(weights) {
        if let Some(value) = values.get_mut(facet.as_usize()) {
            value[0] += amounts[0] * weight;
            value[1] += amounts[1] * weight;
            written[facet.as_usize() / BLOCK] = true;
        }
    }
}

/// Zeroes the marked blocks, each of `block` values, and clears the marks.
#[inline(never)]
pub fn clear(values: &mut [f64], block: usize, written: &mut [bool]) {
    for (values, written) in values.chunks_mut(block).zip(written).filter(|(_, written)| **written) {
        values.fill(0.0);
        *written = false;
    }
}

/// Makes `values` a list of this many equal numbers.
#[inline(never)]
pub fn fill(values: &mut Vec<f64>, count: usize, value: f64) {
    values.truncate(count);
    values.fill(value);
    values.resize(count, value);
}

/// Makes `pairs` a list of this many zeros.
#[inline(never)]
pub fn zero(pairs: &mut Vec<Pair>, count: usize) {
    pairs.truncate(count);
    pairs.as_flattened_mut().fill(0.0);
    pairs.resize(count, [0.0; 2]);
}

/// Writes `values` of the given items into `gathered`, in their order.
#[inline(never)]
pub fn gather(values: &[f64], indices: &[ItemIndex], gathered: &mut Vec<f64>) {
    gathered.clear();
    gathered.extend(indices.iter().map(|&index| values[index.as_usize()]));
}

/// Writes each item's dot product with the facet values, times `scale`, into two columns; 0 for items without a row.
#[inline(never)]
pub fn dots(rows: Rows, values: &[Pair], scale: Pair, items: &[ItemIndex], short: &mut [f64], long: &mut [f64]) {
    for ((&item, short), long) in items.iter().zip(short).zip(long) {
        let ends = rows.offsets.get(item.as_usize()..item.as_usize() + 2);
        let row = ends.map_or(0..0, |ends| ends[0] as usize..ends[1] as usize);
        let mut sum = [0.0; 2];
        for (&facet, &weight) in rows.facets[row.clone()].iter().zip(&rows.weights[row]) {
            let value = values[facet.as_usize()];
            sum[0] += value[0] * weight;
            sum[1] += value[1] * weight;
        }
        (*short, *long) = (sum[0] * scale[0], sum[1] * scale[1]);
    }
}

/// Scales `weights`, at least one of them not 0, to unit length.
///
/// Squares of the smallest floats underflow, and dividing by their root would give infinity; such weights are scaled up
/// first.
#[inline(always)]
pub fn scale_to_unit(weights: &mut [f64]) {
    let mut length = sum_of_squares(weights);
    if length < SMALL {
        let larger = |largest: f64, weight: &f64| if weight.abs() > largest { weight.abs() } else { largest };
        let largest = weights.iter().fold(0.0, larger);
        if largest < SMALLEST {
            weights.iter_mut().for_each(|weight| *weight /= largest);
            length = sum_of_squares(weights);
        }
    }
    length = length.sqrt();
    weights.iter_mut().for_each(|weight| *weight /= length);
}

/// Returns the sum of squares, as four sums of every fourth: they need not wait for each other.
#[inline(always)]
fn sum_of_squares(weights: &[f64]) -> f64 {
    let (fours, rest) = weights.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        sums.iter_mut().zip(four).for_each(|(sum, weight)| *sum += weight * weight);
    }
    let [a, b, c, d] = sums;
    rest.iter().fold((a + b) + (c + d), |sum, weight| sum + weight * weight)
}

/// Below this squared length some weight may be so small that its square loses digits.
const SMALL: f64 = 1e-200;

/// Weights below this begin to lose digits when squared.
const SMALLEST: f64 = 1e-140;

/// Weights the facets of each row by `idf`, times the host's weights in `given` unless that is empty, and scales the
/// row to unit length. Row `i` is at `offsets[i]..offsets[i + 1]`.
#[inline(never)]
pub fn weigh(offsets: &[u32], facets: &[FacetIndex], given: &[f64], idf: &[f64], weights: &mut [f64]) {
    weights.iter_mut().zip(facets).for_each(|(weight, facet)| *weight = idf[facet.as_usize()]);
    weights.iter_mut().zip(given).for_each(|(weight, given)| *weight *= given);
    for ends in offsets.windows(2) {
        match &mut weights[ends[0] as usize..ends[1] as usize] {
            [] => {}
            // √x² is |x|.
            [only] => *only = 1f64.copysign(*only),
            row => scale_to_unit(row),
        }
    }
}

/// Adds `weight` times a column to another.
#[inline(never)]
pub fn add_scaled(to: &mut [f64], column: &[f64], weight: f64) {
    to.iter_mut().zip(column).for_each(|(to, value)| *to += weight * value);
}

/// Adds `weight` times a column of single precision to another.
#[inline(never)]
pub fn add_scaled_single(to: &mut [f64], column: &[f32], weight: f64) {
    to.iter_mut().zip(column).for_each(|(to, value)| *to += weight * f64::from(*value));
}

/// Items whose weighted sum is computed at once: as many columns of them as there are stay in the cache.
const BLOCK_OF_ITEMS: usize = 256;

/// Writes `bias` plus the weighted columns, in their order, to `sums`.
#[inline(never)]
pub fn weighted_sums(bias: f64, columns: &[(f64, &[f64])], sums: &mut [f64]) {
    for (start, block) in (0..).step_by(BLOCK_OF_ITEMS).zip(sums.chunks_mut(BLOCK_OF_ITEMS)) {
        block.fill(bias);
        for (weight, column) in columns {
            block.iter_mut().zip(&column[start..]).for_each(|(sum, value)| *sum += weight * value);
        }
    }
}

/// Writes `values` to the given indices.
#[inline(never)]
pub fn put(values: &[f64], indices: &[ItemIndex], to: &mut [f64]) {
    indices.iter().zip(values).for_each(|(&index, &value)| to[index.as_usize()] = value);
}

/// Adds `weight` times a column, times each item's value (1 if missing), to another.
#[inline(never)]
pub fn add_valued(to: &mut [f64], column: &[f64], weight: f64, values: &[f64], items: &[ItemIndex]) {
    for ((to, column), &item) in to.iter_mut().zip(column).zip(items) {
        *to += weight * values.get(item.as_usize()).unwrap_or(&1.0) * column;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scattering_and_gathering_compute_the_defined_sums() {
        let rows = Rows {
            offsets: &[0, 2, 2, 3],
            facets: &[FacetIndex(0), FacetIndex(2), FacetIndex(1)],
            weights: &[0.5, 1.0, 2.0],
        };
        let mut values = [[0.0; 2]; 3];
        let mut written = [false];
        scatter(&mut values, &mut written, &rows.facets[0..2], &rows.weights[0..2], [1.0, 10.0]);
        assert!(written[0]);
        assert_eq!(values, [[0.5, 5.0], [0.0, 0.0], [1.0, 10.0]]);
        let (mut short, mut long) = ([9.0; 4], [9.0; 4]);
        dots(rows, &values, [1.0, 0.1], &[0, 1, 2, 7].map(ItemIndex), &mut short, &mut long);
        assert_eq!((short, long), ([1.25, 0.0, 0.0, 0.0], [1.25, 0.0, 0.0, 0.0]));
    }

    #[test]
    fn rows_are_weighted_to_unit_length() {
        let mut weights = [9.0; 3];
        weigh(
            &[0, 2, 2, 3],
            &[FacetIndex(0), FacetIndex(2), FacetIndex(1)],
            &[1.0, 0.5, 0.1],
            &[3.0, 7.0, 8.0],
            &mut weights,
        );
        assert_eq!(weights, [0.6, 0.8, 1.0]);
        weigh(&[0, 2, 2, 3], &[FacetIndex(0), FacetIndex(2), FacetIndex(1)], &[], &[3.0, 7.0, 4.0], &mut weights);
        assert_eq!(weights, [0.6, 0.8, 1.0]);
    }

    #[test]
    fn only_marked_blocks_are_cleared() {
        let (mut values, mut written) = ([1.0; 5], [true, false, true]);
        clear(&mut values, 2, &mut written);
        assert_eq!((values, written), ([0.0, 0.0, 1.0, 1.0, 0.0], [false; 3]));
    }

    #[test]
    fn facets_beyond_the_values_are_skipped() {
        let mut values = [[0.0; 2]; 1];
        scatter(&mut values, &mut [false], &[FacetIndex(0), FacetIndex(5)], &[1.0, 1.0], [2.0, 3.0]);
        assert_eq!(values, [[2.0, 3.0]]);
    }

    #[test]
    fn weighted_sums_add_columns_in_their_order() {
        let n = BLOCK_OF_ITEMS + 3;
        let columns: Vec<Vec<f64>> = (1..4).map(|k| (0..n).map(|i| 0.1 * (i * k) as f64).collect()).collect();
        let weighted: Vec<(f64, &[f64])> =
            [0.3, -0.7, 1e9].into_iter().zip(columns.iter().map(Vec::as_slice)).collect();
        let mut sums = vec![7.0; n];
        weighted_sums(0.5, &weighted, &mut sums);
        let as_defined = |i: usize| weighted.iter().fold(0.5, |sum, (weight, column)| sum + weight * column[i]);
        assert!((0..n).all(|i| sums[i].to_bits() == as_defined(i).to_bits()));
    }

    #[test]
    fn values_are_gathered_and_added() {
        let mut gathered = vec![9.0];
        let mut values = [1.0, 2.0, 3.0];
        gather(&values, &[2, 0].map(ItemIndex), &mut gathered);
        assert_eq!(gathered, [3.0, 1.0]);
        add_scaled(&mut gathered, &[1.0, 2.0], -0.5);
        assert_eq!(gathered, [2.5, 0.0]);
        add_scaled_single(&mut gathered, &[0.5, 0.1], 2.0);
        assert_eq!(gathered, [3.5, 2.0 * f64::from(0.1f32)]);
        gathered = vec![2.5, 0.0];
        add_valued(&mut gathered, &[1.0, 3.0], 2.0, &[10.0], &[0, 7].map(ItemIndex));
        assert_eq!(gathered, [22.5, 6.0]);
        put(&gathered, &[2, 0].map(ItemIndex), &mut values);
        assert_eq!(values, [6.0, 2.0, 22.5]);
    }
}
