//! Elementary functions from `libm`, so that native code and wasm return the same bits.

/// Scales `weights`, at least one of them not 0, to unit length.
#[inline(never)]
pub fn scale_to_unit(weights: &mut [f64]) {
    nextpick_kernel::scale_to_unit(weights);
}

/// Returns σ(z) = 1 / (1 + e^−z), without overflow at either end.
pub fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-z))
}

/// Returns σ′(z) = σ(z)·(1 − σ(z)).
pub fn sigmoid_slope(z: f64) -> f64 {
    let p = sigmoid(z);
    p * (1.0 - p)
}

/// Returns the mean slope of σ between b and z: (σ(z) − σ(b)) / (z − b), or its limit σ′(b) if z = b.
///
/// Aumann–Shapley attributes this much to each unit of z − b (ARCHITECTURE.md, "The mathematics").
pub fn mean_slope(z: f64, b: f64) -> f64 {
    let step = z - b;
    // Below this the difference quotient loses digits; |σ″| ≤ 0.1, so the midpoint slope errs by under 1e-9 relative.
    if step.abs() < 1e-5 { sigmoid_slope(b + 0.5 * step) } else { (sigmoid(z) - sigmoid(b)) / step }
}

/// Returns 2^x for a finite x, exactly for a whole one.
#[inline(never)]
pub fn exp2(x: f64) -> f64 {
    nextpick_kernel::decay::exp2(x)
}

/// Returns ln(1 + x).
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// Returns the mean and the population standard deviation of finite numbers; (0, 0) if there are none.
pub fn mean_and_deviation(numbers: &[f64]) -> (f64, f64) {
    if numbers.is_empty() {
        return (0.0, 0.0);
    }
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let variance = numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
    (mean, variance.sqrt())
}

/// Rounds a spread, at least 0, to eight significant bits: one that is known to 1e-4 is then mostly known exactly.
pub fn round_spread(spread: f64) -> f64 {
    const DROPPED: u32 = f64::MANTISSA_DIGITS - 8;
    if spread > 0.0 { f64::from_bits((spread.to_bits() + (1 << (DROPPED - 1))) >> DROPPED << DROPPED) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_rounded_to_eight_bits() {
        assert_eq!([0.0, 1.0, 255.0, 256.0, 257.0, 259.1].map(round_spread), [0.0, 1.0, 255.0, 256.0, 258.0, 260.0]);
        for n in 1..4000 {
            let spread = 1e-9 * f64::from(n * n);
            let rounded = round_spread(spread);
            assert!((rounded - spread).abs() <= spread / 256.0 && round_spread(rounded) == rounded);
            assert!(rounded >= round_spread(1e-9 * f64::from((n - 1) * (n - 1))));
        }
    }

    #[test]
    fn sigmoid_stays_within_bounds_at_any_size() {
        assert_eq!(sigmoid(1e300), 1.0);
        assert_eq!(sigmoid(-1e300), 0.0);
        assert_eq!(sigmoid(0.0), 0.5);
    }

    #[test]
    fn weights_of_any_size_are_scaled_to_unit_length() {
        for size in [1.0, 1e-139, 1e-141, 1e-200, 1e-320] {
            let mut weights = [3.0 * size, 4.0 * size];
            scale_to_unit(&mut weights);
            assert!((weights[0] - 0.6).abs() < 1e-3 && (weights[0].hypot(weights[1]) - 1.0).abs() < 1e-12, "{size}");
        }
        scale_to_unit(&mut []);
    }

    #[test]
    fn powers_of_two_agree_with_libm_and_are_exact_for_whole_exponents() {
        for n in -1100..1100 {
            assert_eq!(exp2(n.into()), libm::exp2(n.into()), "{n}");
            let (x, least) = (f64::from(n) / 37.0, f64::EPSILON);
            assert!((exp2(x) / libm::exp2(x) - 1.0).abs() <= 2.0 * least, "{x}");
        }
        assert_eq!([-1e300, 1e300].map(exp2), [0.0, f64::INFINITY]);
    }

    #[test]
    fn the_mean_slope_times_the_step_is_the_difference() {
        for (z, b) in [(3.0, -2.0), (-4.0, -4.000_001), (0.5, 0.500_000_2), (-700.0, 3.0)] {
            let difference: f64 = sigmoid(z) - sigmoid(b);
            assert!((mean_slope(z, b) * (z - b) - difference).abs() <= 1e-12, "{z} {b}");
        }
    }
}
