//! ln(1 + x) from operations that are exact by IEEE 754, without branches or tables: several are computed at once, and
//! every host gets the same bits.

use crate::exp::LN_2;

/// Bits of √½: a number is split into a power of two and a factor from √½ to √2.
const ROOT_OF_HALF: u64 = 0x3fe6_a09e_667f_3bcd;

/// 2^52: its bits, plus a whole number below 2^52, are those of their sum.
const WHOLE: f64 = 4_503_599_627_370_496.0;

/// 2/(2n + 1) from n = 10 down to 1: the series of ln((1 + s) / (1 − s)) / s − 2 in s².
const TERMS: [f64; 10] = [
    2.0 / 21.0,
    2.0 / 19.0,
    2.0 / 17.0,
    2.0 / 15.0,
    2.0 / 13.0,
    2.0 / 11.0,
    2.0 / 9.0,
    2.0 / 7.0,
    2.0 / 5.0,
    2.0 / 3.0,
];

/// Returns ln(1 + x) within 1.5 ULP (units of the last digit) for x from 0 to 1e300.
#[inline(always)]
pub fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    // The rounding error of the sum, exactly.
    let error = x - (sum - 1.0);
    // sum = 2^n·(1 + f) with 1 + f from √½ to √2.
    let n = sum.to_bits().wrapping_sub(ROOT_OF_HALF) >> 52;
    let f = f64::from_bits(sum.to_bits().wrapping_sub(n << 52)) - 1.0;
    let n = f64::from_bits(n | WHOLE.to_bits()) - WHOLE;
    // ln(1 + f) = f − s·(f − r), with s = f / (2 + f) and r = 2s²/3 + 2s⁴/5 + …; the next term is below 2e-18.
    let s = f / (2.0 + f);
    let square = s * s;
    let r = square * TERMS.iter().fold(0.0, |sum, term| sum * square + term);
    n * LN_2[0] + (f - (s * (f - r) - (n * LN_2[1] + error / sum)))
}

/// Replaces each x, from 0 to 1e300, by ln(1 + `factor`·x).
#[inline(never)]
pub fn ln_1p_all(x: &mut [f64], factor: f64) {
    x.iter_mut().for_each(|x| *x = ln_1p(factor * *x));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns numbers from 0 to 1e300, of all magnitudes.
    fn numbers() -> impl Iterator<Item = f64> {
        let small = (0..400_000).map(|n| f64::from(n) * 0.000_012_3);
        let of_all_sizes = (-1070..996).flat_map(|power| {
            [1.0, 1.37, std::f64::consts::SQRT_2, 1.9, 1.999_999_9].map(|m| m * libm::exp2(f64::from(power)))
        });
        small.chain(of_all_sizes)
    }

    #[test]
    fn logarithms_agree_with_libm_to_one_and_a_half_units() {
        let mut most = 0.0;
        for x in numbers() {
            let (ours, theirs) = (ln_1p(x), libm::log1p(x));
            let unit = f64::from_bits(theirs.to_bits() + 1) - theirs;
            most = f64::max(most, (ours - theirs).abs() / unit);
        }
        // The reference in libm itself errs by up to 1 unit.
        assert!(most <= 1.5, "{most}");
        assert_eq!([ln_1p(0.0), ln_1p(5e-324)], [0.0, 5e-324]);
    }

    #[test]
    fn logarithms_never_decrease() {
        for start in numbers().step_by(97) {
            let (mut x, mut before) = (start, ln_1p(start));
            for _ in 0..40 {
                x = f64::from_bits(x.to_bits() + 1);
                let now = ln_1p(x);
                assert!(now >= before, "{x}");
                before = now;
            }
        }
        // The borders between two powers of two.
        for n in 0..990 {
            let edge = std::f64::consts::SQRT_2 * libm::exp2(f64::from(n)) - 1.0;
            let around = (0..200).map(|step| edge + (f64::from(step) - 100.0) * (edge + 1.0) * 2e-16);
            assert!(around.map(ln_1p).is_sorted(), "{n}");
        }
    }

    #[test]
    fn a_list_is_scaled_and_replaced() {
        let mut x = [0.0, 1.0, 2.5];
        ln_1p_all(&mut x, 2.0);
        assert_eq!(x, [0.0, ln_1p(2.0), ln_1p(5.0)]);
    }
}
