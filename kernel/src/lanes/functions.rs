//! ln(1 + x) and σ(z) in f32, without branches, so that several are computed at once.

use super::{LANES, Lanes};

/// Bounds of the error of [`ln_1p_all`]: absolute, and per unit of the result.
pub const LN_1P_ERROR: [f64; 2] = [1e-7, 1.5e-7];

/// Bound of the relative error of [`sigmoid_all`] for |z| up to [`MAX_LOG_ODDS`].
pub const SIGMOID_ERROR: f64 = 4e-7;

/// Clamp for z: beyond it σ(z) is within 2e-35 of 0 or 1.
pub const MAX_LOG_ODDS: f32 = 80.0;

/// √½ as bits: mantissas are taken from [√½, √2).
const HALF_ROOT: u32 = 0x3f35_04f3;

/// Replaces each x, at least 0, by ln(1 + x), within [`LN_1P_ERROR`].
#[inline(never)]
pub(super) fn ln_1p_all(values: &mut [f32]) {
    values.iter_mut().for_each(|x| *x = ln_1p(*x));
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
pub(super) const WHOLE: f32 = 12_582_912.0;

/// ln 2 in two parts: the first times a whole number up to 2^7 is exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];

/// Adds to `utilities` the worth times σ(bias + scale × sum), and to `sizes` its absolute value; the worth of an item is
/// `worth` times its number in `values`.
#[inline(never)]
pub fn add_worth(
    sums: &[Lanes],
    [bias, scale]: [f32; 2],
    worth: f32,
    values: &[f32],
    utilities: &mut [Lanes],
    sizes: &mut [Lanes],
) {
    for (((sum, utility), size), &value) in sums.iter().zip(utilities).zip(sizes).zip(values) {
        let worth = worth * value;
        for lane in 0..LANES {
            let product = worth * sigmoid(bias + scale * sum[lane]);
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
}
