//! Greedy: the best score, always.

use super::super::mmr::CandidatePool;

pub(super) fn choose(left: &mut CandidatePool) -> Option<(usize, f64)> {
    left.best().map(|place| (place, 1.0))
}
