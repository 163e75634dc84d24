//! The utility as a function of one sum: exact, and interpolated between equal steps.

use nextpick_kernel::lanes::{ROUNDING, STEPS, Steps};

use crate::base::number::sigmoid;

use super::directions::KindTerm;

/// Largest |σ″|, rounded up: 1 / (6·√3).
const MAX_CURVATURE: f64 = 0.096_225_05;

/// Ends of the range are multiples of it.
const GRID: f64 = 8.0;

/// U(d) = Σ worth·σ(bias + scale·d) over a range of d, interpolated.
#[derive(Debug)]
pub struct UtilityCurve {
    kinds: Vec<KindTerm>,
    low: f64,
    high: f64,
    values: Box<[[f32; 2]; STEPS]>,
}

/// Returns U(d).
pub fn utility(kinds: &[KindTerm], d: f64) -> f64 {
    value_and_slope(kinds, d)[0]
}

/// Returns U(d) and U′(d).
fn value_and_slope(kinds: &[KindTerm], d: f64) -> [f64; 2] {
    kinds.iter().fold([0.0; 2], |[value, slope], kind| {
        let p = sigmoid(kind.bias + kind.scale * d);
        [value + kind.worth * p, slope + kind.worth * kind.scale * p * (1.0 - p)]
    })
}

impl UtilityCurve {
    /// Updates a curve to other kinds, or to a range that contains `low` and `high` and is at most twice as long and two
    /// units of the grid.
    pub fn update(curve: &mut Option<Self>, kinds: &[KindTerm], low: f64, high: f64) {
        let suits = |curve: &Self| {
            let is_short = curve.high - curve.low <= 2.0 * (high - low) + 2.0 * GRID;
            curve.kinds == kinds && curve.low <= low && high <= curve.high && is_short
        };
        if curve.as_ref().is_some_and(suits) {
            return;
        }
        let (low, high) = ((low / GRID).floor() * GRID, (high / GRID).ceil() * GRID);
        let usual = utility(kinds, 0.0);
        let step = (high - low) / STEPS as f64;
        let at = |n: usize| low + step * n as f64;
        let mut values = vec![[0.0; 2]; STEPS].into_boxed_slice();
        for (n, entry) in values.iter_mut().enumerate() {
            let [value, slope] = value_and_slope(kinds, at(n));
            *entry = [(value - usual) as f32, (slope * step) as f32];
        }
        let values = values.try_into().expect("as many steps as allocated");
        *curve = Some(Self { kinds: kinds.to_vec(), low, high, values });
    }

    /// Returns the interpolation, of U less that without features.
    pub fn steps(&self) -> Steps<'_> {
        Steps { low: self.low as f32, per_unit: (1.0 / self.step()) as f32, values: &self.values }
    }

    /// Returns the length of a step.
    pub fn step(&self) -> f64 {
        (self.high - self.low) / STEPS as f64
    }

    /// Returns a bound of the root of the mean squared error of interpolated values: `slope` is that of the mean squared
    /// slopes, `size` that of the values, and arguments err by at most `error`.
    pub fn deviation_error(&self, slope: f64, size: f64, error: f64) -> f64 {
        // The position of an argument on the curve is rounded three times.
        let error = error + 4.0 * ROUNDING * (self.high - self.low);
        let (step, curvature) = (self.step(), self.curvature());
        error * (slope + (step + error) * curvature) + step * step / 8.0 * curvature + 4.0 * ROUNDING * size
    }

    /// True if a sum is within the range.
    pub fn covers(&self, d: f64) -> bool {
        self.low < d && d < self.high - self.step()
    }

    /// Returns a bound of |U″|.
    fn curvature(&self) -> f64 {
        MAX_CURVATURE * self.kinds.iter().map(|kind| kind.worth.abs() * kind.scale * kind.scale).sum::<f64>()
    }
}
