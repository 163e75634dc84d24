//! Greedy: always the best score.

use super::super::mmr::CandidatePool;

pub(super) fn choose(pool: &mut CandidatePool) -> Option<(usize, f64)> {
    pool.best().map(|candidate| (candidate, 1.0))
}
