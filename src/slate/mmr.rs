//! Diversity: maximal marginal relevance (Carbonell, Goldstein 1998). score = utility − penalty, the penalty growing
//! with the likeness to the most alike item chosen before.

use nextpick_kernel as kernel;

use crate::base::order;

use super::Candidates;

/// The candidates not yet chosen, with what likeness to the chosen costs them.
///
/// Utilities are looked at best first and penalties never are below 0, so the search for the best ends as soon as no
/// utility left can beat what was found: exact, without scoring all candidates for every slot.
pub struct CandidatePool<'a> {
    candidates: &'a Candidates<'a>,
    scale: f64,
    chosen: Vec<usize>,
    taken: Vec<bool>,
    /// The most alike among the first so many chosen, by place: every pair is compared once at most.
    most_alike: Vec<MostAlike>,
    /// Places by utility, best first, as far as they have been sorted.
    best_first: Vec<u32>,
    sorted: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct MostAlike {
    likeness: f64,
    item: u32,
    compared: usize,
}

/// How many of the best are sorted at a time.
const CHUNK: usize = 64;

impl<'a> CandidatePool<'a> {
    /// Nothing chosen yet; `scale` is the penalty of full likeness.
    pub fn new(candidates: &'a Candidates<'a>, scale: f64) -> Self {
        let n = candidates.items.len();
        Self {
            candidates,
            scale,
            chosen: Vec::new(),
            taken: vec![false; n],
            most_alike: Vec::new(),
            best_first: Vec::new(),
            sorted: 0,
        }
    }

    /// Chooses a candidate.
    pub fn take(&mut self, place: usize) {
        self.taken[place] = true;
        self.chosen.push(place);
    }

    /// How many candidates are left.
    pub fn left(&self) -> usize {
        self.taken.len() - self.chosen.len()
    }

    /// The places left, ascending.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.taken.iter().enumerate().filter(|(_, taken)| !**taken).map(|(place, _)| place)
    }

    /// What a candidate's likeness to the chosen costs, and the item it is most like; `None` where it costs nothing.
    pub fn penalty(&mut self, place: usize) -> Option<(f64, u32)> {
        if self.scale == 0.0 || self.chosen.is_empty() {
            return None;
        }
        self.most_alike.resize(self.taken.len(), MostAlike::default());
        let items = self.candidates.items;
        let most = &mut self.most_alike[place];
        for &chosen in &self.chosen[most.compared..] {
            let likeness = self.candidates.index.similarity(items[place], items[chosen]);
            if likeness > most.likeness {
                (most.likeness, most.item) = (likeness, items[chosen]);
            }
        }
        most.compared = self.chosen.len();
        (most.likeness > 0.0).then_some((self.scale * most.likeness, most.item))
    }

    /// Utility less penalty.
    pub fn score(&mut self, place: usize) -> f64 {
        self.candidates.utilities[place] - self.penalty(place).map_or(0.0, |(penalty, _)| penalty)
    }

    /// How unsure one is of a candidate's utility.
    pub fn deviation(&self, place: usize) -> f64 {
        self.candidates.std_devs[place]
    }

    /// Which of two places with scores comes first.
    pub fn order(&self, a: (usize, f64), b: (usize, f64)) -> std::cmp::Ordering {
        self.candidates.order(a.0, a.1, b.0, b.1)
    }

    /// The candidate of the best score, ties by id.
    pub fn best(&mut self) -> Option<usize> {
        if self.chosen.is_empty() {
            let utilities = self.candidates.utilities;
            let best = kernel::choice::largest(utilities);
            let next = |start: usize| kernel::choice::at_least(utilities, start, best);
            let tied = std::iter::successors(next(0), |place| next(place + 1));
            let better = |a: usize, b: usize| self.candidates.order(a, utilities[a], b, utilities[b]).is_lt();
            return tied.reduce(|best, place| if better(place, best) { place } else { best });
        }
        if self.best_first.is_empty() {
            self.best_first = (0..self.taken.len() as u32).collect();
        }
        let mut best: Option<(usize, f64)> = None;
        for rank in 0..self.best_first.len() {
            self.sort_past(rank);
            let place = self.best_first[rank] as usize;
            if best.is_some_and(|(_, score)| self.candidates.utilities[place] < score) {
                break;
            }
            if self.taken[place] {
                continue;
            }
            let score = self.score(place);
            if best.is_none_or(|(known, known_score)| self.candidates.order(place, score, known, known_score).is_lt()) {
                best = Some((place, score));
            }
        }
        best.map(|(place, _)| place)
    }

    /// Sorts on until the given rank is among the sorted.
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
                order::select_places(rest, chunk, &compare);
            }
            order::sort_places(&mut rest[..chunk], &compare);
            self.sorted += chunk;
        }
    }
}
