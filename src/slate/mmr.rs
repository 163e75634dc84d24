//! Diversity by maximal marginal relevance (MMR; Carbonell, Goldstein 1998): score = utility − penalty, the penalty
//! proportional to the similarity to the most similar item chosen before.

use nextpick_kernel as kernel;

use crate::base::index::ItemIndex;
use crate::base::order;

use super::Candidates;
use super::contenders::Contenders;
use super::quota::SlateLimits;

/// Remaining candidates, with the penalties of their similarity to those chosen.
///
/// Candidates are searched by descending utility, ties by id, and penalties are never negative, so the search ends as
/// soon as no remaining candidate could come before the best one: exact, without scoring all candidates for every slot.
pub struct CandidatePool<'a> {
    candidates: &'a Candidates<'a>,
    scale: f64,
    chosen: Vec<usize>,
    taken: Vec<bool>,
    /// True if the limits keep a candidate from the next slot; empty if there are none.
    shut: Vec<bool>,
    /// Number of candidates that may fill the next slot.
    open: usize,
    /// Most similar chosen item per candidate; every pair is compared at most once.
    most_similar: Vec<MostSimilar>,
    /// Candidate indices by descending utility; the first `sorted` are in order.
    best_first: Vec<u32>,
    sorted: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct MostSimilar {
    similarity: f64,
    item: ItemIndex,
    compared: usize,
}

/// Minimum number of candidates sorted at a time.
const CHUNK: usize = 64;

impl<'a> CandidatePool<'a> {
    /// Creates a pool with nothing chosen; `scale` is the penalty at similarity 1, at least 0.
    pub fn new(candidates: &'a Candidates<'a>, scale: f64) -> Self {
        let n = candidates.items.len();
        Self {
            candidates,
            scale,
            chosen: Vec::new(),
            taken: vec![false; n],
            shut: Vec::new(),
            open: n,
            most_similar: Vec::new(),
            best_first: Vec::new(),
            sorted: 0,
        }
    }

    /// Marks a candidate as chosen.
    pub fn take(&mut self, candidate: usize) {
        self.taken[candidate] = true;
        self.open -= usize::from(self.shut.get(candidate) != Some(&true));
        self.chosen.push(candidate);
    }

    /// Leaves the candidates that the limits admit to the next of `slots` slots.
    pub fn narrow(&mut self, limits: &mut SlateLimits, slots: usize) {
        let items = self.candidates.items;
        let has_room = |candidate: &usize| !self.taken[*candidate] && limits.has_room(items[*candidate]);
        let remaining: Vec<usize> = (0..items.len()).filter(has_room).collect();
        let admitted = limits.admitted(&remaining.iter().map(|&candidate| items[candidate]).collect::<Vec<_>>(), slots);
        self.shut = vec![true; items.len()];
        for (n, &candidate) in remaining.iter().enumerate() {
            self.shut[candidate] = admitted.as_ref().is_some_and(|admitted| !admitted[n]);
        }
        self.open = remaining.iter().filter(|candidate| !self.shut[**candidate]).count();
    }

    fn is_open(&self, candidate: usize) -> bool {
        !self.taken[candidate] && self.shut.get(candidate) != Some(&true)
    }

    /// Returns the number of candidates that may fill the next slot.
    pub fn remaining(&self) -> usize {
        self.open
    }

    /// Iterates over the indices of these candidates, ascending.
    pub fn remaining_indices(&self) -> impl Iterator<Item = usize> {
        (0..self.taken.len()).filter(|&candidate| self.is_open(candidate))
    }

    /// Returns a candidate's penalty and the most similar chosen item; `None` without a penalty.
    pub fn penalty(&mut self, candidate: usize) -> Option<(f64, ItemIndex)> {
        if self.scale == 0.0 {
            return None;
        }
        let (similarity, item) = self.most_similar(candidate)?;
        Some((self.scale * similarity, item))
    }

    /// Returns the similarity to the most similar chosen item, above 0 to 1, and that item; `None` if none is similar.
    pub fn most_similar(&mut self, candidate: usize) -> Option<(f64, ItemIndex)> {
        if self.chosen.is_empty() {
            return None;
        }
        self.most_similar.resize(self.taken.len(), MostSimilar::default());
        let items = self.candidates.items;
        let most = &mut self.most_similar[candidate];
        for &chosen in &self.chosen[most.compared..] {
            let similarity = self.candidates.facet_matrix.similarity(items[candidate], items[chosen]);
            if similarity > most.similarity {
                (most.similarity, most.item) = (similarity, items[chosen]);
            }
        }
        most.compared = self.chosen.len();
        (most.similarity > 0.0).then_some((most.similarity, most.item))
    }

    /// Returns utility less penalty.
    pub fn score(&mut self, candidate: usize) -> f64 {
        self.candidates.utilities[candidate] - self.penalty(candidate).map_or(0.0, |(penalty, _)| penalty)
    }

    /// Returns these candidates with their scores.
    pub fn contenders(&mut self, candidates: &[usize]) -> Contenders<'a> {
        let Candidates { items, std_devs, ids, .. } = *self.candidates;
        Contenders {
            items: candidates.iter().map(|&candidate| items[candidate]).collect(),
            scores: candidates.iter().map(|&candidate| self.score(candidate)).collect(),
            std_devs: candidates.iter().filter_map(|&candidate| std_devs.get(candidate).copied()).collect(),
            ids,
        }
    }

    /// Returns the remaining candidate of the best score, ties by id.
    pub fn best(&mut self) -> Option<usize> {
        if self.open == self.taken.len() {
            let utilities = self.candidates.utilities;
            let best = kernel::choice::largest(utilities);
            let next = |start: usize| kernel::choice::at_least(utilities, start, best);
            let tied = std::iter::successors(next(0), |candidate| next(candidate + 1));
            let better = |a: usize, b: usize| self.candidates.order(a, utilities[a], b, utilities[b]).is_lt();
            return tied.reduce(|best, candidate| if better(candidate, best) { candidate } else { best });
        }
        if self.best_first.is_empty() {
            self.best_first = (0..self.taken.len() as u32).collect();
        }
        let mut best: Option<(usize, f64)> = None;
        for rank in 0..self.best_first.len() {
            self.sort_past(rank);
            let candidate = self.best_first[rank] as usize;
            let candidates = self.candidates;
            let is_better = |score: f64| {
                best.is_none_or(|(known, known_score)| candidates.order(candidate, score, known, known_score).is_lt())
            };
            // Even without a penalty this candidate has a lower score, and so have all after it.
            if !is_better(candidates.utilities[candidate]) {
                break;
            }
            if !self.is_open(candidate) {
                continue;
            }
            let score = self.score(candidate);
            if is_better(score) {
                best = Some((candidate, score));
            }
        }
        best.map(|(candidate, _)| candidate)
    }

    /// Sorts further chunks until the given rank is in order.
    fn sort_past(&mut self, rank: usize) {
        while self.sorted <= rank {
            let candidates = self.candidates;
            let compare = |a: u32, b: u32| {
                let (a, b) = (a as usize, b as usize);
                candidates.order(a, candidates.utilities[a], b, candidates.utilities[b])
            };
            let rest = &mut self.best_first[self.sorted..];
            let chunk = CHUNK.max(self.sorted).min(rest.len());
            if chunk < rest.len() {
                order::select_indices(rest, chunk, &compare);
            }
            order::sort_indices(&mut rest[..chunk], &compare);
            self.sorted += chunk;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::slate::oracle::library;

    #[test]
    fn the_search_among_equal_candidates_ends_at_the_first_of_them() {
        let (world, facet_matrix) = library(2000, &mut Random::new(7));
        let items: Vec<ItemIndex> = ItemIndex::first(2000).collect();
        let utilities = vec![0.25; 2000];
        let candidates = Candidates {
            items: &items,
            utilities: &utilities,
            std_devs: &[],
            pinned: &[],
            ids: &world.library.ids,
            facet_matrix: &facet_matrix,
        };
        let mut pool = CandidatePool::new(&candidates, 0.0);
        let mut chosen = Vec::new();
        while chosen.len() < 5 {
            let best = pool.best().unwrap();
            pool.take(best);
            chosen.push(world.library.ids.name(items[best]).to_owned());
        }
        assert_eq!(chosen, ["i0", "i1", "i10", "i100", "i1000"]);
        assert_eq!(pool.sorted, CHUNK);
    }
}
