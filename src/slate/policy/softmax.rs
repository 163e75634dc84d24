//! Softmax: remaining candidates with probability ∝ exp(score / scale); over the slots a Plackett–Luce model.

use crate::base::random::Random;

use super::super::mmr::CandidatePool;

pub(super) fn choose(pool: &mut CandidatePool, scale: f64, random: &mut Random) -> Option<(usize, f64)> {
    let candidates: Vec<usize> = pool.remaining_indices().collect();
    let scores: Vec<f64> = candidates.iter().map(|&candidate| pool.score(candidate)).collect();
    let weights = weights(&scores, scale);
    let sum: f64 = weights.iter().sum();
    let mut rest = random.unit() * sum;
    let drawn = weights.iter().position(|weight| {
        rest -= weight;
        rest < 0.0
    });
    // Rounding may leave a remainder; it goes to the last candidate with weight.
    let n = drawn.or_else(|| weights.iter().rposition(|weight| *weight > 0.0))?;
    Some((candidates[n], weights[n] / sum))
}

pub(super) fn probabilities(scores: &[f64], scale: f64) -> Vec<f64> {
    let mut weights = weights(scores, scale);
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    weights
}

fn weights(scores: &[f64], scale: f64) -> Vec<f64> {
    let highest =
        scores.iter().fold(f64::NEG_INFINITY, |highest, &score| if score > highest { score } else { highest });
    // If all scores are equal, the scale is 0 and the draw is uniform.
    let weight = |score: &f64| if scale > 0.0 { libm::exp((score - highest) / scale) } else { 1.0 };
    scores.iter().map(weight).collect()
}
