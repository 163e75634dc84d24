//! A slate while its slots are filled in order: the candidates for the next slot, and their probabilities.

use crate::base::number::{mean_and_deviation, round_spread};
use crate::base::order;
use crate::base::random::Random;

use super::mmr::CandidatePool;
use super::policy::Policy;
use super::quota::SlateLimits;
use super::{Candidates, SlateItem, SlateOptions};

/// The next slot of a slate.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenSlot {
    /// The candidates for it, by index, ascending; only the pinned one if one is due.
    pub candidates: Vec<usize>,
    /// Similarity of each to the most similar item placed before, 0 to 1; empty without a diversity penalty.
    pub similarities: Vec<f64>,
    /// Probability of each; they sum to 1 within 1e-12.
    pub probabilities: Vec<f64>,
    /// Position in the list of the candidate with the best score.
    pub best: usize,
    /// True if it takes a pinned item.
    pub is_pinned: bool,
}

/// A slate of which the first slots are filled.
pub struct SlateFilling<'a, 'b> {
    candidates: &'a Candidates<'a>,
    options: &'a SlateOptions,
    limits: &'a mut SlateLimits<'b>,
    pool: CandidatePool<'a>,
    /// Standard deviation of the utilities; 0 if nothing needs it.
    spread: f64,
    /// Pinned candidates that are not placed, best first.
    pinned: Vec<usize>,
    filled: usize,
}

impl<'a, 'b> SlateFilling<'a, 'b> {
    /// Starts an empty slate.
    pub fn new(candidates: &'a Candidates<'a>, options: &'a SlateOptions, limits: &'a mut SlateLimits<'b>) -> Self {
        // A single greedy pick needs no standard deviation.
        let needs_spread = options.policy != Policy::Greedy || options.needs_penalty();
        let spread = if needs_spread { mean_and_deviation(candidates.utilities).1 } else { 0.0 };
        Self::with_spread(candidates, options, limits, spread)
    }

    /// Starts an empty slate; `spread` is the standard deviation of the utilities of all candidates, also of omitted
    /// ones.
    pub fn with_spread(
        candidates: &'a Candidates<'a>,
        options: &'a SlateOptions,
        limits: &'a mut SlateLimits<'b>,
        spread: f64,
    ) -> Self {
        let mut pinned = candidates.pinned.to_vec();
        order::sort_by(&mut pinned, |&a, &b| candidates.order(a, candidates.utilities[a], b, candidates.utilities[b]));
        let pool = CandidatePool::new(candidates, options.diversity * round_spread(spread));
        Self { candidates, options, limits, pool, spread, pinned, filled: 0 }
    }

    /// Chooses an item for the next slot; `None` if the slate is full or has no candidate for it.
    pub fn choose(&mut self, random: &mut Random) -> Option<SlateItem> {
        if self.is_full() {
            return None;
        }
        if let Some(candidate) = self.next_pinned() {
            return Some(SlateItem { candidate, propensity: 1.0, penalty: None, pinned: true });
        }
        self.apply_limits();
        let (candidate, propensity) = self.options.policy.choose(&mut self.pool, self.spread, random)?;
        Some(SlateItem { candidate, propensity, penalty: self.pool.penalty(candidate), pinned: false })
    }

    /// Returns a candidate's utility less its penalty.
    pub(super) fn score(&mut self, candidate: usize) -> f64 {
        self.pool.score(candidate)
    }

    /// Returns the candidates for the next slot; `None` if the slate is full or has no candidate for it.
    pub fn open_slot(&mut self) -> Option<OpenSlot> {
        if self.is_full() {
            return None;
        }
        if let Some(candidate) = self.next_pinned() {
            let (candidates, similarities, probabilities) = (vec![candidate], Vec::new(), vec![1.0]);
            return Some(OpenSlot { candidates, similarities, probabilities, best: 0, is_pinned: true });
        }
        self.apply_limits();
        let candidates: Vec<usize> = self.pool.remaining_indices().collect();
        let similarity =
            |&candidate: &usize| self.pool.most_similar(candidate).map_or(0.0, |(similarity, _)| similarity);
        let similarities = match self.options.diversity > 0.0 {
            true => candidates.iter().map(similarity).collect(),
            false => Vec::new(),
        };
        let contenders = self.pool.contenders(&candidates);
        let best = contenders.best()?;
        let probabilities = self.options.policy.probabilities(&contenders, self.spread);
        Some(OpenSlot { candidates, similarities, probabilities, best, is_pinned: false })
    }

    /// Places an item in the next slot.
    pub fn place(&mut self, candidate: usize) {
        self.pinned.retain(|pinned| *pinned != candidate);
        self.pool.take(candidate);
        self.limits.count(self.candidates.items[candidate]);
        self.filled += 1;
    }

    fn is_full(&self) -> bool {
        self.filled == self.options.count
    }

    /// Returns the pinned item that is due: all pinned items with room come first.
    fn next_pinned(&self) -> Option<usize> {
        self.pinned.iter().copied().find(|pinned| self.limits.has_room(self.candidates.items[*pinned]))
    }

    /// Leaves the candidates that the limits admit to the next slot.
    fn apply_limits(&mut self) {
        if !self.limits.is_empty() {
            self.pool.narrow(self.limits, self.options.count - self.filled);
        }
    }
}
