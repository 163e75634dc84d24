//! Softmax: each of those left with probability ∝ exp(score / scale). Slot after slot this is the Plackett–Luce model.

use crate::base::random::Random;

use super::super::mmr::CandidatePool;

pub(super) fn choose(left: &mut CandidatePool, scale: f64, random: &mut Random) -> Option<(usize, f64)> {
    let places: Vec<usize> = left.places().collect();
    let scores: Vec<f64> = places.iter().map(|&place| left.score(place)).collect();
    let highest = scores.iter().copied().reduce(f64::max)?;
    // Where all are worth the same there is no spread, and all are alike.
    let weight = |score: f64| if scale > 0.0 { libm::exp((score - highest) / scale) } else { 1.0 };
    let weights: Vec<f64> = scores.into_iter().map(weight).collect();
    let whole: f64 = weights.iter().sum();
    let mut rest = random.unit() * whole;
    let drawn = weights.iter().position(|weight| {
        rest -= weight;
        rest < 0.0
    });
    // Rounding may leave a sliver at the end; it belongs to the last that has any weight.
    let n = drawn.or_else(|| weights.iter().rposition(|weight| *weight > 0.0))?;
    Some((places[n], weights[n] / whole))
}
