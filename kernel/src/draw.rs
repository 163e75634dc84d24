//! Random draws from a state that is handed in, and the loop that looks for the largest of many.

/// What the state grows by with each draw of bits.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// 64 random bits: SplitMix64 (Steele, Lea, Flood 2014).
#[inline(always)]
pub fn bits(state: &mut u64) -> u64 {
    *state = state.wrapping_add(STEP);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Uniform in [0, 1), with 53 bits.
#[inline(always)]
pub fn unit(state: &mut u64) -> f64 {
    (bits(state) >> 11) as f64 * (1.0 / 9_007_199_254_740_992.0)
}

/// √(64/4 + 1/12): the variance of 64 coins and of what is spread evenly between whole numbers.
const DEVIATION: f64 = 4.010403138505321;

/// Standard normal to within 0.001 of its distribution function: how many of 64 coins fall on one side (de Moivre and
/// Laplace), spread evenly between whole numbers. No elementary function.
#[inline(always)]
pub fn normal(state: &mut u64) -> f64 {
    let heads = bits(state).count_ones();
    spread(heads, unit(state))
}

#[inline(always)]
const fn spread(heads: u32, unit: f64) -> f64 {
    (heads as f64 - 32.5 + unit) / DEVIATION
}

/// No draw of so many heads is larger than this.
const MOST: [f64; 65] = {
    let mut most = [0.0; 65];
    let mut heads = 0;
    while heads < most.len() {
        most[heads] = spread(heads as u32, 1.0);
        heads += 1;
    }
    most
};

/// The place of the largest of `means[i] + deviations[i] · normal`, of equal ones the first. Deviations are not below 0.
///
/// The same draws as of [`normal`] one after the other; where the coins show that a draw cannot be the largest, its second
/// half is left out.
#[inline(never)]
pub fn largest_normal(state: &mut u64, means: &[f64], deviations: &[f64]) -> usize {
    let mut largest = (0, f64::NEG_INFINITY);
    for (place, (&mean, &deviation)) in means.iter().zip(deviations).enumerate() {
        let heads = bits(state).count_ones();
        if mean + deviation * MOST[heads as usize] <= largest.1 {
            *state = state.wrapping_add(STEP);
            continue;
        }
        let drawn = mean + deviation * spread(heads, unit(state));
        if drawn > largest.1 {
            largest = (place, drawn);
        }
    }
    largest.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_the_root_that_it_stands_for() {
        assert_eq!(DEVIATION, (16.0 + 1.0 / 12.0f64).sqrt());
    }

    #[test]
    fn the_largest_is_that_of_all_draws_made_one_by_one() {
        let mut state = 3;
        for n in 1..200 {
            let means: Vec<f64> = (0..n).map(|_| (unit(&mut state) * 8.0).floor() / 8.0).collect();
            let scale = [0.0, 0.01, 0.3, 5.0][n % 4];
            let deviations: Vec<f64> = (0..n).map(|_| scale * unit(&mut state)).collect();
            let (mut one, mut other) = (state, state);
            let drawn: Vec<f64> = means.iter().zip(&deviations).map(|(m, d)| m + d * normal(&mut one)).collect();
            let first = (0..n).reduce(|best, place| if drawn[place] > drawn[best] { place } else { best });
            assert_eq!(Some(largest_normal(&mut other, &means, &deviations)), first);
            assert_eq!(one, other, "the same draws were used");
        }
    }
}
