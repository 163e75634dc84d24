//! From utilities to a slate, slot by slot: pinned items first, then the policy's choice among what remains, less a
//! penalty for being like what was chosen before.

pub mod mmr;
pub mod policy;
pub mod reason;

use crate::base::id::Interner;
use crate::base::number::mean_and_deviation;
use crate::base::order;
use crate::base::random::Random;
use crate::world::facet_matrix::FacetMatrix;

use mmr::CandidatePool;
use policy::Policy;

/// What may be chosen, item by item.
#[derive(Debug, Clone, Copy)]
pub struct Candidates<'a> {
    /// Item numbers, ascending.
    pub items: &'a [u32],
    /// Their utilities.
    pub utilities: &'a [f64],
    /// How unsure one is of each, as standard deviations; empty for policies that do not draw by them.
    pub std_devs: &'a [f64],
    /// Which of them come first, by place.
    pub pinned: &'a [usize],
    /// Their ids, which break ties.
    pub ids: &'a Interner,
    /// Their facets, by which they are alike.
    pub index: &'a FacetMatrix,
}

/// How to choose.
#[derive(Debug, Clone, Copy)]
pub struct SlateOptions {
    /// How many.
    pub count: usize,
    /// By which policy.
    pub policy: Policy,
    /// How much being like what was chosen costs, in units of the utilities' spread; 0 to 1.
    pub diversity: f64,
}

/// One slot of the slate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlateItem {
    /// The candidate's place.
    pub place: usize,
    /// The probability that it was chosen here, given the slots before.
    pub propensity: f64,
    /// What was subtracted from its utility, and the item number it is most like.
    pub penalty: Option<(f64, u32)>,
    /// Whether it was pinned.
    pub pinned: bool,
}

/// Fills up to `choice.count` slots. The same candidates and seed give the same slate.
pub fn choose(candidates: &Candidates, choice: &SlateOptions, random: &mut Random) -> Vec<SlateItem> {
    let mut slate = Vec::new();
    let mut pinned = candidates.pinned.to_vec();
    order::sort_by(&mut pinned, |&a, &b| candidates.order(a, candidates.utilities[a], b, candidates.utilities[b]));
    for place in pinned.into_iter().take(choice.count) {
        slate.push(SlateItem { place, propensity: 1.0, penalty: None, pinned: true });
    }
    // One pick by the best score alone needs no spread.
    let needs_spread = choice.policy != Policy::Greedy || (choice.count > 1 && choice.diversity > 0.0);
    let spread = if needs_spread { mean_and_deviation(candidates.utilities).1 } else { 0.0 };
    let mut likeness = CandidatePool::new(candidates, choice.diversity * spread);
    slate.iter().for_each(|chosen| likeness.take(chosen.place));
    while slate.len() < choice.count {
        let Some((place, propensity)) = choice.policy.choose(&mut likeness, spread, random) else { break };
        let penalty = likeness.penalty(place);
        slate.push(SlateItem { place, propensity, penalty, pinned: false });
        likeness.take(place);
    }
    slate
}

impl Candidates<'_> {
    /// Best first: by score, then by id.
    pub fn order(&self, a: usize, score_a: f64, b: usize, score_b: f64) -> std::cmp::Ordering {
        let by_id = || self.ids.name(self.items[a]).cmp(self.ids.name(self.items[b]));
        score_b.total_cmp(&score_a).then_with(by_id)
    }
}

#[cfg(test)]
mod oracle;
