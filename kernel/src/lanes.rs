//! Approximate utilities of many items for eight subjects at once, in f32: each row of the facet matrix is read once
//! for all of them. Only products, sums, quotients and comparisons in one fixed order, so that every host gets the same
//! bits and a lane's bits do not depend on the other lanes.

use crate::index::{FacetIndex, ItemIndex};
use crate::{BLOCK, Pair, Rows};

/// Number of subjects evaluated at once.
pub const LANES: usize = 8;

/// One number per subject.
pub type Lanes = [f32; LANES];

/// Relative error of rounding to f32: 2⁻²⁴.
pub const ROUNDING: f64 = 1.0 / 16_777_216.0;

/// Bounds of the error of [`ln_1p_all`]: absolute, and per unit of the result.
pub const LN_1P_ERROR: [f64; 2] = [1e-7, 1.5e-7];

/// Bound of the relative error of [`sigmoid_all`] for |z| up to [`MAX_LOG_ODDS`].
pub const SIGMOID_ERROR: f64 = 4e-7;

/// Clamp for z: beyond it σ(z) is within 2e-35 of 0 or 1.
pub const MAX_LOG_ODDS: f32 = 80.0;

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

/// Returns the largest of `most` and the absolute values; infinite or NaN if one is not finite.
#[inline(never)]
pub fn largest(most: f64, values: &[f64]) -> f64 {
    values.iter().fold(most, |most, value| larger(most, value.abs()))
}

/// Returns the larger of two numbers; NaN if one is NaN.
#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    if b <= a || a.is_nan() { a } else { b }
}

/// Writes the pairs of the given items into one lane; to be scaled by [`scale_pairs`].
#[inline(never)]
pub fn gather_pairs(pairs: &[Pair], items: &[ItemIndex], lane: usize, to: [&mut [Lanes]; 2]) {
    let [first, second] = to;
    let lane = lane % LANES;
    for ((&item, first), second) in items.iter().zip(first).zip(second) {
        let pair = pairs[item.as_usize()];
        (first[lane], second[lane]) = (pair[0] as f32, pair[1] as f32);
    }
}

/// Multiplies the first numbers of pairs by `factors[0]`, and the second ones by `factors[1]` and the item's norm; the norm
/// of items without one is 0.
#[inline(never)]
pub fn scale_pairs(factors: Pair, norms: &[f64], items: &[ItemIndex], pairs: [&mut [Lanes]; 2]) {
    let [first, second] = pairs;
    for ((&item, first), second) in items.iter().zip(first).zip(second) {
        let norm = norms.get(item.as_usize()).copied().unwrap_or(0.0);
        let factors = [factors[0] as f32, (factors[1] * norm) as f32];
        for lane in 0..LANES {
            first[lane] *= factors[0];
            second[lane] *= factors[1];
        }
    }
}

/// Makes `values` a list of this many zeros.
#[inline(never)]
pub fn zero(values: &mut Vec<Lanes>, count: usize) {
    values.truncate(count);
    values.as_flattened_mut().fill(0.0);
    values.resize(count, [0.0; LANES]);
}

/// Adds numbers to one lane.
#[inline(never)]
pub fn add_lane(values: &[f64], lane: usize, to: &mut [Lanes]) {
    values.iter().zip(to).for_each(|(&value, to)| to[lane] += value as f32);
}

/// Writes the number of each of the given items into all lanes.
#[inline(never)]
pub fn spread(values: &[f64], items: &[ItemIndex], to: &mut [Lanes]) {
    items.iter().zip(to).for_each(|(item, to)| *to = [values[item.as_usize()] as f32; LANES]);
}

/// Adds `weight` times numbers to others.
#[inline(never)]
pub fn add_scaled(to: &mut [Lanes], values: &[Lanes], weight: f32) {
    to.as_flattened_mut().iter_mut().zip(values.as_flattened()).for_each(|(to, value)| *to += weight * value);
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

/// √½ as bits: mantissas are taken from [√½, √2).
const HALF_ROOT: u32 = 0x3f35_04f3;

/// Replaces each x, at least 0, by ln(1 + x), within [`LN_1P_ERROR`].
#[inline(never)]
pub fn ln_1p_all(values: &mut [Lanes]) {
    values.as_flattened_mut().iter_mut().for_each(|x| *x = ln_1p(*x));
}

#[inline(always)]
fn ln_1p(x: f32) -> f32 {
    // 1 + x = 2^n·m, and ln m = 2·artanh(s) with s = (m − 1) / (m + 1), |s| up to 0.172.
    let bits = (1.0 + x).to_bits().wrapping_sub(HALF_ROOT);
    let n = (bits as i32 >> 23) as f32;
    let m = f32::from_bits((bits & 0x7f_ffff) + HALF_ROOT);
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    // The series to s⁹; the next term is below 1e-9.
    let series = ((square * (1.0 / 9.0) + 1.0 / 7.0) * square + 1.0 / 5.0) * square + 1.0 / 3.0;
    n * std::f32::consts::LN_2 + (2.0 * s + 2.0 * s * square * series)
}

/// Adding it to a number of up to 2^21 rounds to a whole number, which is then in the lowest bits.
const WHOLE: f32 = 12_582_912.0;

/// ln 2 in two parts: the first times a whole number up to 2^7 is exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];

/// Adds to `utilities` the worth times σ(z), and to `sizes` its absolute value; the worth of an item is `worth` times
/// its number in `values`.
#[inline(never)]
pub fn add_worth(z: &[Lanes], worth: f32, values: &[f32], utilities: &mut [Lanes], sizes: &mut [Lanes]) {
    for (((z, utility), size), &value) in z.iter().zip(utilities).zip(sizes).zip(values) {
        let worth = worth * value;
        for lane in 0..LANES {
            let product = worth * sigmoid(z[lane]);
            utility[lane] += product;
            size[lane] += product.abs();
        }
    }
}

/// Returns σ(z) within [`SIGMOID_ERROR`].
#[inline(always)]
fn sigmoid(z: f32) -> f32 {
    let z = if z > MAX_LOG_ODDS { MAX_LOG_ODDS } else { z };
    let z = if z < -MAX_LOG_ODDS { -MAX_LOG_ODDS } else { z };
    // −z = n·ln 2 + r with |r| ≤ ln 2 / 2, and e^−z = 2^n·e^r.
    let x = -z;
    let rounded = x * std::f32::consts::LOG2_E + WHOLE;
    let n = rounded - WHOLE;
    let r = (x - n * LN_2[0]) - n * LN_2[1];
    // The series to r⁷; the next term is below 5e-9.
    let sum = (((((1.0 / 5040.0 * r + 1.0 / 720.0) * r + 1.0 / 120.0) * r + 1.0 / 24.0) * r + 1.0 / 6.0) * r) + 0.5;
    let power = 1.0 + (r + r * r * sum);
    let exp = f32::from_bits(power.to_bits().wrapping_add(rounded.to_bits() << 23));
    1.0 / (1.0 + exp)
}

/// Values of a function at equal steps, with its tangents.
#[derive(Debug, Clone, Copy)]
pub struct Steps<'a> {
    /// Argument of the first step.
    pub low: f32,
    /// Steps per unit.
    pub per_unit: f32,
    /// Value at each step, and the rise of the tangent to the next.
    pub values: &'a [[f32; 2]; STEPS],
}

/// Number of [`Steps`], a power of two.
pub const STEPS: usize = 8192;

impl Steps<'_> {
    /// Returns the value of each lane on the tangent of the nearest step, and the rise of that tangent. Arguments outside
    /// are clamped to the first and the last step.
    #[inline(always)]
    pub fn at(&self, x: &Lanes) -> [Lanes; 2] {
        let (mut beyond, mut step) = ([0.0; LANES], [0; LANES]);
        for lane in 0..LANES {
            let place = (x[lane] - self.low) * self.per_unit;
            let place = if place > 0.0 { place } else { 0.0 };
            let place = if place < (STEPS - 1) as f32 { place } else { (STEPS - 1) as f32 };
            let rounded = place + WHOLE;
            beyond[lane] = place - (rounded - WHOLE);
            step[lane] = rounded.to_bits() as usize % STEPS;
        }
        let (mut values, mut rises) = ([0.0; LANES], [0.0; LANES]);
        for lane in 0..LANES {
            [values[lane], rises[lane]] = self.values[step[lane]];
        }
        for lane in 0..LANES {
            values[lane] += rises[lane] * beyond[lane];
        }
        [values, rises]
    }
}

/// Sums of the numbers of one lane, each less the pivot.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Moments {
    /// Number of numbers.
    pub count: f64,
    /// Sum of the numbers less the pivot.
    pub sum: f64,
    /// Sum of the squares of the numbers less the pivot.
    pub squares: f64,
    /// Sum of the squares of what scales their errors.
    pub sizes: f64,
    /// Sum of squares of all numbers that were added, those taken out included.
    pub gross: f64,
}

impl Moments {
    /// Takes one number, less the pivot, out.
    pub fn remove(&mut self, value: f32, size: f32) {
        let (value, size) = (f64::from(value), f64::from(size));
        self.count -= 1.0;
        self.sum -= value;
        self.squares -= value * value;
        self.sizes -= size * size;
    }
}

/// Numbers whose sums are added up in f32 before they enter a sum in f64.
pub const RUN: usize = 16;

/// Adds the interpolated values of arguments, less the pivots, to the moments of each lane; their sizes are the rises of
/// their intervals.
#[inline(never)]
pub fn add_interpolated(arguments: &[Lanes], steps: Steps, pivots: &Lanes, moments: &mut [Moments; LANES]) {
    for run in arguments.chunks(RUN) {
        let mut sums = [[0.0; LANES]; 3];
        for arguments in run {
            let [values, rises] = steps.at(arguments);
            add_to(&mut sums, &values, &rises, pivots);
        }
        add_sums(sums, run.len(), moments);
    }
}

/// Adds values, less the pivots, to the moments of each lane.
#[inline(never)]
pub fn add_moments(values: &[Lanes], sizes: &[Lanes], pivots: &Lanes, moments: &mut [Moments; LANES]) {
    for (values, sizes) in values.chunks(RUN).zip(sizes.chunks(RUN)) {
        let mut sums = [[0.0; LANES]; 3];
        values.iter().zip(sizes).for_each(|(values, sizes)| add_to(&mut sums, values, sizes, pivots));
        add_sums(sums, values.len(), moments);
    }
}

#[inline(always)]
fn add_to(sums: &mut [Lanes; 3], values: &Lanes, sizes: &Lanes, pivots: &Lanes) {
    for lane in 0..LANES {
        let value = values[lane] - pivots[lane];
        sums[0][lane] += value;
        sums[1][lane] += value * value;
        sums[2][lane] += sizes[lane] * sizes[lane];
    }
}

#[inline(never)]
fn add_sums(sums: [Lanes; 3], count: usize, moments: &mut [Moments; LANES]) {
    for (lane, moments) in moments.iter_mut().enumerate() {
        moments.count += count as f64;
        moments.sum += f64::from(sums[0][lane]);
        moments.squares += f64::from(sums[1][lane]);
        moments.gross += f64::from(sums[1][lane]);
        moments.sizes += f64::from(sums[2][lane]);
    }
}

/// The largest numbers of one lane with their positions.
#[derive(Debug, Clone, Default)]
pub struct Leaders {
    /// Numbers and positions, unordered; after [`Leaders::rank`] the largest first.
    pub found: Vec<(f32, u32)>,
}

impl Leaders {
    /// Keeps the `keep` largest; equal numbers by position.
    fn cut(&mut self, keep: usize) {
        if self.found.len() > keep {
            self.found.select_nth_unstable_by(keep - 1, larger_first);
            self.found.truncate(keep);
        }
    }

    /// Sorts the `keep` largest, largest first, and drops the rest.
    pub fn rank(&mut self, keep: usize) {
        self.cut(keep);
        self.found.sort_unstable_by(larger_first);
    }
}

fn larger_first(a: &(f32, u32), b: &(f32, u32)) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}

/// Offers the numbers at positions from `first` to the leaders of each lane: those above its threshold enter. A
/// threshold rises once four times `keep` numbers have entered.
#[inline(never)]
pub fn offer(values: &[Lanes], first: usize, keep: usize, thresholds: &mut Lanes, leaders: &mut [Leaders; LANES]) {
    for (position, values) in (first..).zip(values) {
        let mut any = false;
        for lane in 0..LANES {
            any |= values[lane] > thresholds[lane];
        }
        if any {
            enter(values, position as u32, keep, thresholds, leaders);
        }
    }
}

#[cold]
#[inline(never)]
fn enter(values: &Lanes, position: u32, keep: usize, thresholds: &mut Lanes, leaders: &mut [Leaders; LANES]) {
    for (lane, leaders) in leaders.iter_mut().enumerate() {
        if values[lane] > thresholds[lane] {
            leaders.found.push((values[lane], position));
            if leaders.found.len() == 4 * keep {
                leaders.cut(keep);
                let least = leaders.found.iter().map(|(value, _)| *value);
                thresholds[lane] = least.fold(f32::INFINITY, f32::min);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns f32 numbers of all magnitudes from `low` to `high`, both above 0.
    fn numbers(low: f32, high: f32, step: usize) -> impl Iterator<Item = f32> {
        (low.to_bits()..=high.to_bits()).step_by(step).map(f32::from_bits)
    }

    fn check_ln_1p(x: f32) {
        let exact = libm::log1p(f64::from(x));
        let error = (f64::from(ln_1p(x)) - exact).abs();
        assert!(error <= LN_1P_ERROR[0] + LN_1P_ERROR[1] * exact, "{x}: {error}");
    }

    fn check_sigmoid(z: f32) {
        let exact = 1.0 / (1.0 + libm::exp(-f64::from(z)));
        let error = (f64::from(sigmoid(z)) - exact).abs();
        assert!(error <= SIGMOID_ERROR * exact, "{z}: {error} of {exact}");
    }

    #[test]
    fn logarithms_and_sigmoids_err_by_less_than_their_bounds() {
        numbers(1e-30, 1e30, 4099).for_each(check_ln_1p);
        numbers(1e-20, MAX_LOG_ODDS, 2053).for_each(|z| [z, -z].into_iter().for_each(check_sigmoid));
        assert_eq!((ln_1p(0.0), sigmoid(0.0)), (0.0, 0.5));
        assert!(sigmoid(-1e30) < 2e-35 && sigmoid(1e30) == 1.0);
    }

    #[test]
    #[ignore = "all f32 arguments: a minute in a release build"]
    fn logarithms_and_sigmoids_err_by_less_than_their_bounds_for_all_arguments() {
        numbers(f32::from_bits(1), f32::MAX, 1).for_each(check_ln_1p);
        numbers(f32::from_bits(1), MAX_LOG_ODDS, 1).for_each(|z| [z, -z].into_iter().for_each(check_sigmoid));
    }

    /// Returns a number from −1 to 1 that depends on all arguments.
    fn any(n: usize, lane: usize) -> f32 {
        ((n * 2_654_435_761 + lane * 40_503) % 2001) as f32 / 1000.0 - 1.0
    }

    fn all(count: usize) -> Vec<Lanes> {
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

    #[test]
    fn the_leaders_are_the_largest_of_each_lane() {
        let values = all(3000);
        let (mut thresholds, mut leaders) = ([f32::NEG_INFINITY; LANES], <[Leaders; LANES]>::default());
        thresholds[6] = f32::INFINITY;
        for (start, chunk) in (0..).step_by(512).zip(values.chunks(512)) {
            offer(chunk, start, 9, &mut thresholds, &mut leaders);
        }
        for (lane, leaders) in leaders.iter_mut().enumerate() {
            leaders.rank(9);
            let mut sorted: Vec<(f32, u32)> = values.iter().map(|value| value[lane]).zip(0..).collect();
            sorted.sort_by(larger_first);
            let expected = if lane == 6 { &[] } else { &sorted[..9] };
            assert_eq!(
                leaders.found.iter().map(|(value, _)| *value).collect::<Vec<_>>(),
                expected.iter().map(|(value, _)| *value).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn moments_are_those_of_the_numbers_left() {
        let (values, pivots) = (all(100), [0.25; LANES]);
        let mut moments = <[Moments; LANES]>::default();
        add_moments(&values, &values, &pivots, &mut moments);
        moments[2].remove(values[7][2] - 0.25, values[7][2]);
        let left: Vec<f64> = (0..100).filter(|n| *n != 7).map(|n| f64::from(values[n][2])).collect();
        let sum: f64 = left.iter().map(|value| value - 0.25).sum();
        let sizes: f64 = left.iter().map(|value| value * value).sum();
        assert_eq!(moments[2].count, 99.0);
        assert!((moments[2].sum - sum).abs() < 1e-4 && (moments[2].sizes - sizes).abs() < 1e-4);
        assert!(moments[2].gross > moments[2].squares);
    }

    #[test]
    fn steps_follow_their_tangents() {
        let of = |x: f64| 0.3 * x * x;
        let (low, step) = (-8.0, 16.0 / STEPS as f64);
        let at = |n: usize| low + step * n as f64;
        let values: Vec<[f32; 2]> = (0..STEPS).map(|n| [of(at(n)) as f32, (0.6 * at(n) * step) as f32]).collect();
        let steps = Steps { low: low as f32, per_unit: (1.0 / step) as f32, values: values[..].try_into().unwrap() };
        for n in 0..500 {
            let x: Lanes = std::array::from_fn(|lane| 7.9 * any(n, lane));
            let [found, rises] = steps.at(&x);
            for lane in 0..LANES {
                assert!((f64::from(found[lane]) - of(f64::from(x[lane]))).abs() < 2e-5, "{}", x[lane]);
                assert!((f64::from(rises[lane]) - 0.6 * step * f64::from(x[lane])).abs() < 2e-6);
            }
        }
        let ends = steps.at(&[-1e30, 1e30, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])[0];
        assert_eq!([ends[0], ends[1]], [values[0][0], values[STEPS - 1][0]]);
    }
}
