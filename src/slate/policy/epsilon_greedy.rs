//! ε-greedy: with probability ε a uniform draw from the remaining candidates, else the best.
//! Each of n candidates has propensity ε/n, the best one 1 − ε more.

use crate::base::random::Random;

use super::super::contenders::Contenders;
use super::super::mmr::CandidatePool;

pub(super) fn choose(pool: &mut CandidatePool, epsilon: f64, random: &mut Random) -> Option<(usize, f64)> {
    let best = pool.best()?;
    let n = pool.remaining();
    // Both draws are always made, so that the random numbers of later slots do not depend on the outcome of this one.
    let (explores, any) = (random.unit() < epsilon, random.below(n));
    let candidate = if explores { pool.remaining_indices().nth(any)? } else { best };
    Some((candidate, propensity(epsilon, n, candidate == best)))
}

pub(super) fn probabilities(contenders: &Contenders, epsilon: f64) -> Vec<f64> {
    let best = contenders.best();
    let n = contenders.items.len();
    (0..n).map(|one| propensity(epsilon, n, Some(one) == best)).collect()
}

fn propensity(epsilon: f64, n: usize, is_best: bool) -> f64 {
    epsilon / n as f64 + if is_best { 1.0 - epsilon } else { 0.0 }
}
