//! ε-greedy: with probability ε any of those left, each alike; else the best.
//!
//! Each has probability ε/n, the best 1 − ε more.

use crate::base::random::Random;

use super::super::mmr::CandidatePool;

pub(super) fn choose(left: &mut CandidatePool, epsilon: f64, random: &mut Random) -> Option<(usize, f64)> {
    let best = left.best()?;
    let n = left.left();
    // Both draws are made whatever comes of them, so that a slate's later slots do not depend on ε's outcome alone.
    let (explores, any) = (random.unit() < epsilon, random.below(n));
    let place = if explores { left.places().nth(any)? } else { best };
    let propensity = epsilon / n as f64 + if place == best { 1.0 - epsilon } else { 0.0 };
    Some((place, propensity))
}
