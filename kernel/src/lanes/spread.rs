//! Sums of numbers and of their squares by lane, for the spread of utilities.

use super::functions::WHOLE;
use super::{LANES, Lanes};

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
    /// Sum of the squares of the sizes that scale their errors.
    pub sizes: f64,
    /// Sum of squares of all numbers added, including numbers removed again.
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

#[cfg(test)]
mod tests {
    use super::super::tests::{all, any};
    use super::*;

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
