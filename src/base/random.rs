//! A seeded random number generator: seeds are arguments, there is no source of entropy.

use nextpick_kernel::draw;

#[cfg(feature = "study")]
use crate::base::error::Result;
#[cfg(feature = "study")]
use crate::base::value::{self, Value};

/// Reads a seed: a whole number from 0 to 2^53.
///
/// # Errors
/// [`Code::Invalid`](crate::base::error::Code::Invalid) for anything else.
#[cfg(feature = "study")]
pub fn seed(value: Value, path: &str) -> Result<u64> {
    let holds = |seed: f64| seed.trunc() == seed && (0.0..=9_007_199_254_740_992.0).contains(&seed);
    Ok(value::number_that("a whole number from 0 to 2^53", holds)(value, path)? as u64)
}

/// SplitMix64 (Steele, Lea, Flood 2014): one addition and three mixes per draw, full period, any seed.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Returns a generator determined by `seed` alone.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Draws 64 random bits.
    pub fn bits(&mut self) -> u64 {
        draw::bits(&mut self.0)
    }

    /// Draws uniformly from [0, 1), with 53 bits.
    pub fn unit(&mut self) -> f64 {
        draw::unit(&mut self.0)
    }

    /// Draws from the standard normal distribution: CDF within 0.001, values within ±[`Self::NORMAL_REACH`].
    pub fn normal(&mut self) -> f64 {
        draw::normal(&mut self.0)
    }

    /// Returns the index of the largest `means[i] + std_devs[i] · normal`, the first of equal ones. `std_devs` are ≥ 0.
    pub fn largest_normal(&mut self, means: &[f64], std_devs: &[f64]) -> usize {
        draw::largest_normal(&mut self.0, means, std_devs)
    }

    /// Bound of the absolute value of normal draws.
    pub const NORMAL_REACH: f64 = 8.2;

    /// Draws uniformly from 0..n; n must be above 0.
    pub fn below(&mut self, n: usize) -> usize {
        // Multiply-shift (Lemire 2019); the bias, below 2⁻⁴⁰ for any library size, is invisible even to simulations.
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_draws_follow_the_normal_distribution() {
        const DRAWS: usize = 200_000;
        let mut random = Random::new(7);
        let draws: Vec<f64> = (0..DRAWS).map(|_| random.normal()).collect();
        let (mean, deviation) = crate::base::number::mean_and_deviation(&draws);
        assert!(mean.abs() < 0.01 && (deviation - 1.0).abs() < 0.01, "{mean} {deviation}");
        assert!(draws.iter().all(|draw| draw.abs() <= Random::NORMAL_REACH));
        for (below, part) in [(-1.959_964, 0.025), (-0.674_49, 0.25), (0.0, 0.5), (1.281_552, 0.9), (2.326_348, 0.99)] {
            let found = draws.iter().filter(|draw| **draw < below).count() as f64 / DRAWS as f64;
            assert!((found - part).abs() < 0.005, "{below}: {found}, not {part}");
        }
    }
}
