//! Greedy: always the best score.

use super::super::contenders::Contenders;
use super::super::mmr::CandidatePool;

pub(super) fn choose(pool: &mut CandidatePool) -> Option<(usize, f64)> {
    pool.best().map(|candidate| (candidate, 1.0))
}

pub(super) fn probabilities(contenders: &Contenders) -> Vec<f64> {
    let best = contenders.best();
    (0..contenders.items.len()).map(|n| if Some(n) == best { 1.0 } else { 0.0 }).collect()
}
