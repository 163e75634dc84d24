//! Fills a slate slot by slot: pinned items first, then the policy's choice among the remaining candidates, scored by
//! utility less a penalty for similarity to earlier picks.

pub mod contenders;
pub mod filling;
pub mod mmr;
pub mod policy;
pub mod quota;
pub mod reason;

use crate::base::id::Interner;
use crate::base::index::ItemIndex;
use crate::base::random::Random;
use crate::world::facet_matrix::FacetMatrix;

use filling::SlateFilling;
use policy::Policy;
use quota::SlateLimits;

/// Candidates of a slate, one entry per item in each list.
#[derive(Debug, Clone, Copy)]
pub struct Candidates<'a> {
    /// Item indices, ascending.
    pub items: &'a [ItemIndex],
    /// Utility of each.
    pub utilities: &'a [f64],
    /// Standard deviation of each utility; empty if the policy does not need them.
    pub std_devs: &'a [f64],
    /// Candidate indices of pinned items.
    pub pinned: &'a [usize],
    /// Item ids, which break ties.
    pub ids: &'a Interner<ItemIndex>,
    /// Facet matrix, for similarity.
    pub facet_matrix: &'a FacetMatrix,
}

/// Options of a slate.
#[derive(Debug, Clone, Copy)]
pub struct SlateOptions {
    /// Number of slots.
    pub count: usize,
    /// Policy of all slots that are not pinned.
    pub policy: Policy,
    /// Penalty of full similarity to an earlier pick, in standard deviations of the utilities; 0 to 1.
    pub diversity: f64,
}

impl SlateOptions {
    /// True if a slate with these options may have a diversity penalty.
    pub fn needs_penalty(&self) -> bool {
        self.count > 1 && self.diversity > 0.0
    }
}

/// Candidates that are left out of a list.
#[derive(Debug, Clone, Copy)]
pub struct Omitted {
    /// Standard deviation of the utilities of all candidates, rounded or not.
    pub spread: f64,
    /// Upper bound of the utilities of the candidates left out.
    pub most: f64,
}

/// One filled slot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlateItem {
    /// Candidate index.
    pub candidate: usize,
    /// Probability of the pick, given the slots before; above 0, at most 1.
    pub propensity: f64,
    /// Penalty subtracted from its utility, and the index of the most similar item picked before.
    pub penalty: Option<(f64, ItemIndex)>,
    /// True if it was pinned.
    pub pinned: bool,
}

impl SlateItem {
    /// Returns the utility less the penalty.
    pub fn score(&self, utilities: &[f64]) -> f64 {
        utilities[self.candidate] - self.penalty.map_or(0.0, |(penalty, _)| penalty)
    }
}

/// Fills up to `options.count` slots within the limits, which count the picks. The same candidates and seed give the
/// same slate.
pub fn fill_slate(
    candidates: &Candidates,
    options: &SlateOptions,
    limits: &mut SlateLimits,
    random: &mut Random,
) -> Vec<SlateItem> {
    let mut filling = SlateFilling::new(candidates, options, limits);
    let mut slate = Vec::new();
    while let Some(item) = filling.choose(random) {
        filling.place(item.candidate);
        slate.push(item);
    }
    slate
}

/// Fills a slate by the greedy policy, without limits, from some of the candidates. `None` if an omitted candidate
/// might fill a slot. Penalties only lower scores, so a pick with a score above all omitted utilities is also the pick
/// among all candidates.
pub fn fill_from_some(candidates: &Candidates, options: &SlateOptions, omitted: Omitted) -> Option<Vec<SlateItem>> {
    let mut limits = SlateLimits::default();
    let mut filling = SlateFilling::with_spread(candidates, options, &mut limits, omitted.spread);
    let mut slate = Vec::new();
    // The greedy policy draws nothing.
    let mut random = Random::new(0);
    while let Some(item) = filling.choose(&mut random) {
        if !item.pinned && filling.score(item.candidate) <= omitted.most {
            return None;
        }
        filling.place(item.candidate);
        slate.push(item);
    }
    (slate.len() == options.count || omitted.most == f64::NEG_INFINITY).then_some(slate)
}

impl Candidates<'_> {
    /// Orders candidates best first: by score, then by id.
    pub fn order(&self, a: usize, score_a: f64, b: usize, score_b: f64) -> std::cmp::Ordering {
        let by_id = || self.ids.name(self.items[a]).cmp(self.ids.name(self.items[b]));
        score_b.total_cmp(&score_a).then_with(by_id)
    }
}

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod quota_laws;
