//! Random draws from an explicit state, and the loop for the largest of many.

/// State increment per draw of 64 bits.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Draws 64 random bits: SplitMix64 (Steele, Lea, Flood 2014).
#[inline(always)]
pub fn bits(state: &mut u64) -> u64 {
    *state = state.wrapping_add(STEP);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Draws uniformly from [0, 1), with 53 bits.
#[inline(always)]
pub fn unit(state: &mut u64) -> f64 {
    (bits(state) >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// √(64/4 + 1/12): the standard deviation of a sum of 64 coins and a uniform number of width 1.
pub(crate) const DEVIATION: f64 = 4.010403138505321;

/// Draws from the standard normal distribution, CDF within 0.001: the number of heads of 64 coins (de Moivre and
/// Laplace) plus a uniform number, scaled. Needs no elementary function.
#[inline(always)]
pub fn normal(state: &mut u64) -> f64 {
    let heads = bits(state).count_ones();
    spread(heads, unit(state))
}

#[inline(always)]
pub(crate) const fn spread(heads: u32, unit: f64) -> f64 {
    (heads as f64 - 32.5 + unit) / DEVIATION
}

/// Upper bound of a draw for each number of heads.
const MAX_DRAW: [f64; 65] = {
    let mut most = [0.0; 65];
    let mut heads = 0;
    while heads < most.len() {
        most[heads] = spread(heads as u32, 1.0);
        heads += 1;
    }
    most
};

/// Returns the index of the largest `means[i] + deviations[i] · normal`, the first of equal ones. `deviations` are ≥ 0.
///
/// Uses the same draws as successive calls of [`normal`]; if the coins show that a draw cannot win, its uniform part is
/// skipped.
#[inline(never)]
pub fn largest_normal(state: &mut u64, means: &[f64], deviations: &[f64]) -> usize {
    let mut largest = (0, f64::NEG_INFINITY);
    for (index, (&mean, &deviation)) in means.iter().zip(deviations).enumerate() {
        let heads = bits(state).count_ones();
        if mean + deviation * MAX_DRAW[heads as usize] <= largest.1 {
            *state = state.wrapping_add(STEP);
            continue;
        }
        let drawn = mean + deviation * spread(heads, unit(state));
        if drawn > largest.1 {
            largest = (index, drawn);
        }
    }
    largest.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_equals_its_formula() {
        assert_eq!(DEVIATION, (16.0 + 1.0 / 12.0f64).sqrt());
    }

    #[test]
    fn the_largest_equals_that_of_single_draws() {
        let mut state = 3;
        for n in 1..200 {
            let means: Vec<f64> = (0..n).map(|_| (unit(&mut state) * 8.0).floor() / 8.0).collect();
            let scale = [0.0, 0.01, 0.3, 5.0][n % 4];
            let deviations: Vec<f64> = (0..n).map(|_| scale * unit(&mut state)).collect();
            let (mut one, mut other) = (state, state);
            let drawn: Vec<f64> = means.iter().zip(&deviations).map(|(m, d)| m + d * normal(&mut one)).collect();
            let first = (0..n).reduce(|best, index| if drawn[index] > drawn[best] { index } else { best });
            assert_eq!(Some(largest_normal(&mut other, &means, &deviations)), first);
            assert_eq!(one, other, "the same draws were used");
        }
    }
}
