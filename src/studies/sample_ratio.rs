//! A test of the observed assignment against the weights, valid at every look: a Dirichlet–multinomial mixture against
//! the expected shares (Lindon, Malek 2022).

/// Concentration of the mixture: broken assignments deviate by some per cent.
const CONCENTRATION: f64 = 1000.0;

/// e-value above which the assignment differs from the configured one: in at most one of this many valid experiments.
pub const LARGEST_SOUND: f64 = 1000.0;

/// Returns the e-value of the observed numbers of units; `shares` are the expected ones, above 0, and sum to 1. The
/// largest number stands for all larger ones.
pub fn e_value(observed: &[u64], shares: &[f64]) -> f64 {
    let total: u64 = observed.iter().sum();
    let mut log = libm::lgamma(CONCENTRATION) - libm::lgamma(CONCENTRATION + total as f64);
    for (&units, &share) in observed.iter().zip(shares) {
        let (units, prior) = (units as f64, CONCENTRATION * share);
        log += libm::lgamma(prior + units) - libm::lgamma(prior) - units * libm::log(share);
    }
    libm::exp(log).min(f64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_units_are_no_evidence_and_a_lost_half_is_overwhelming() {
        assert_eq!(e_value(&[0, 0], &[0.5, 0.5]), 1.0);
        assert!(e_value(&[500, 500], &[0.5, 0.5]) < 1.0);
        assert!(e_value(&[1000, 500], &[0.5, 0.5]) > LARGEST_SOUND);
        assert_eq!(e_value(&[10_000_000, 0], &[0.5, 0.5]), f64::MAX);
    }

    #[test]
    fn the_e_values_of_all_outcomes_have_mean_one() {
        // Expected value under the shares, over all splits of 12 units: the definition of an e-value.
        let shares = [0.3, 0.7];
        let mut mean = 0.0;
        let mut ways = 1.0;
        for first in 0..=12u32 {
            let chance = (0..12).fold(ways, |chance, n| chance * if n < first { shares[0] } else { shares[1] });
            mean += chance * e_value(&[first.into(), (12 - first).into()], &shares);
            ways = ways * f64::from(12 - first) / f64::from(first + 1);
        }
        assert!((mean - 1.0).abs() < 1e-9, "{mean}");
    }
}
