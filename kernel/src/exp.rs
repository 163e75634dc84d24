//! e^x from operations that are exact by IEEE 754, without branches or tables: several are computed at once, and every
//! host gets the same bits.

use crate::index::ItemIndex;

/// Adding it to a number of up to 2^51 rounds to a whole number, which is then in the lowest bits.
const ROUNDING: f64 = 6_755_399_441_055_744.0;

/// ln 2 in two parts: the first times a whole number up to 2^11 is exact.
pub(crate) const LN_2: [f64; 2] = [f64::from_bits(0x3fe6_2e42_fee0_0000), f64::from_bits(0x3dea_39ef_3579_3c76)];

/// Clamp for x: beyond it e^x is close enough to 0 or infinity that 1 + e^x no longer changes.
const MAX_ARGUMENT: f64 = 708.0;

/// 1/n! from n = 13 down to 2.
const TERMS: [f64; 12] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    1.0 / 2.0,
];

/// Returns e^x within 1.5 ULP (units of the last digit) for |x| up to 708; clamped beyond.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let x = if x > MAX_ARGUMENT { MAX_ARGUMENT } else { x };
    let x = if x < -MAX_ARGUMENT { -MAX_ARGUMENT } else { x };
    // x = n·ln 2 + r with |r| ≤ ln 2 / 2, and e^x = 2^n·e^r.
    let rounded = x * std::f64::consts::LOG2_E + ROUNDING;
    let n = rounded - ROUNDING;
    let r = (x - n * LN_2[0]) - n * LN_2[1];
    // The series to r¹³; the next term is below 5e-18.
    let sum = TERMS.iter().fold(0.0, |sum, term| sum * r + term);
    let power = 1.0 + (r + r * r * sum);
    f64::from_bits(power.to_bits().wrapping_add(rounded.to_bits() << 52))
}

/// Replaces each z by σ(z).
#[inline(never)]
pub fn sigmoid_all(z: &mut [f64]) {
    z.iter_mut().for_each(|z| *z = 1.0 / (1.0 + exp(-*z)));
}

/// One sigmoid of several with the same scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sigmoid {
    /// e^−b, the odds against it where the sum is 0; the bias b is from −600 to 600.
    pub odds: f64,
    /// Amount that a probability of 1 adds.
    pub worth: f64,
}

/// Numbers whose powers are computed at once: they stay in the cache while each sigmoid reads them.
const BLOCK: usize = 256;

/// Adds Σ worth·σ(b + `scale`·z) over some sigmoids to `to`, for each sum z, times the value of its item if `values` are
/// given (1 if missing); e^(−scale·z) is computed once for all of them.
#[inline(never)]
pub fn add_sigmoids(
    z: &[f64],
    scale: f64,
    sigmoids: &[Sigmoid],
    items: &[ItemIndex],
    values: Option<&[f64]>,
    to: &mut [f64],
) {
    let (mut powers, mut sums) = ([0.0; BLOCK], [0.0; BLOCK]);
    for ((z, items), to) in z.chunks(BLOCK).zip(items.chunks(BLOCK)).zip(to.chunks_mut(BLOCK)) {
        let (powers, sums) = (&mut powers[..z.len()], &mut sums[..z.len()]);
        powers.iter_mut().zip(z).for_each(|(power, z)| *power = exp(-scale * z));
        sums.fill(0.0);
        for &Sigmoid { odds, worth } in sigmoids {
            sums.iter_mut().zip(&*powers).for_each(|(sum, power)| *sum += worth / (1.0 + odds * power));
        }
        match values {
            Some(values) => crate::add_valued(to, sums, 1.0, values, items),
            None => to.iter_mut().zip(sums).for_each(|(to, sum)| *to += *sum),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns numbers from −708 to 708, of all magnitudes.
    fn numbers() -> impl Iterator<Item = f64> {
        let even = (0..400_000).map(|n| -708.0 + f64::from(n) * 0.003_54);
        let small = (-1060..9).flat_map(|power| [1.0, 1.37, -1.0, -1.61].map(|m| m * libm::exp2(f64::from(power))));
        even.chain(small)
    }

    #[test]
    fn exp_agrees_with_libm_to_one_and_a_half_units() {
        let mut most = 0.0;
        for x in numbers() {
            let (ours, theirs) = (exp(x), libm::exp(x));
            let unit = f64::from_bits(theirs.to_bits() + 1) - theirs;
            most = f64::max(most, (ours - theirs).abs() / unit);
        }
        // The reference in libm itself errs by up to 1 unit.
        assert!(most <= 1.5, "{most}");
        assert_eq!(exp(0.0), 1.0);
    }

    #[test]
    fn exp_never_decreases() {
        for start in numbers().step_by(97) {
            let (mut x, mut before) = (start, exp(start));
            for _ in 0..40 {
                x = if x < 0.0 { f64::from_bits(x.to_bits() - 1) } else { f64::from_bits(x.to_bits() + 1) };
                let now = exp(x);
                assert!(now >= before, "{x}");
                before = now;
            }
        }
        // The borders between two values of n.
        for n in -1000..1000 {
            let edge = (f64::from(n) + 0.5) * std::f64::consts::LN_2;
            let around = (0..200).map(|step| edge + (f64::from(step) - 100.0) * edge.abs() * 2e-16);
            assert!(around.map(exp).is_sorted(), "{n}");
        }
    }

    #[test]
    fn sigmoids_of_one_scale_are_added() {
        let z: Vec<f64> = (-300..300).map(|n| 0.7 * f64::from(n)).chain([1e300, -1e300, 0.0]).collect();
        for scale in [0.3, -0.15, 0.0] {
            let sigmoids = [(-2.5, 1.0), (4.0, -5.0), (-600.0, 2.0)];
            let given = sigmoids.map(|(bias, worth): (f64, f64)| Sigmoid { odds: libm::exp(-bias), worth });
            let items: Vec<ItemIndex> = ItemIndex::first(z.len()).collect();
            for values in [None, Some(&[2.0, 3.0][..])] {
                let mut found = vec![0.5; z.len()];
                add_sigmoids(&z, scale, &given, &items, values, &mut found);
                for (n, (z, found)) in z.iter().zip(found).enumerate() {
                    let one = |(bias, worth): (f64, f64)| worth / (1.0 + libm::exp(-(bias + scale * z)));
                    let value = values.map_or(1.0, |values| values.get(n).copied().unwrap_or(1.0));
                    let expected = 0.5 + value * sigmoids.into_iter().map(one).sum::<f64>();
                    assert!((found - expected).abs() <= 3e-14, "{z}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn probabilities_beyond_the_bounds_are_certain() {
        let mut z = [0.0, 1e300, -1e300];
        sigmoid_all(&mut z);
        assert_eq!(z[..2], [0.5, 1.0]);
        assert!(z[2] >= 0.0 && z[2] < 1e-300);
    }
}
