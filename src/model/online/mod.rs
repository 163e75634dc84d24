//! Learning on after a fit: what came of picks that were sent corrects the fitted weights, within bounds.
//!
//! FTRL-proximal (McMahan et al. 2013) on the logistic loss, one learner a kind. Everything is measured in how far the
//! fit leaves a weight open: w_i = w⁰_i + r_i·u_i, |u_i| ≤ 1, with r_i = [`TRUSTED`] of its standard errors s_i. So the
//! minimised Σ loss + ½·[`ANCHOR`]·u² has the log's own say in it: ½·(w − w⁰)²/s², the posterior of the fit to second
//! order. The proximal problem is one of a coordinate each, and its minimum within the bounds is the free one, cut:
//! u_i = −z_i / ((1 + √n_i)/[`RATE`] + [`ANCHOR`]) within [−1, 1].
//!
//! A slope counts for at most 1: a single pick moves no weight by more than 1/(1/[`RATE`] + [`ANCHOR`]) of its bound, and
//! a thousand move none beyond it.
//!
//! Picks are learnt in the order of their decisions' time and id once the window for answers has passed, whatever the
//! order in which answers came. What matters of the order: an answer told after something so much later that its window
//! has closed says nothing; and what a kind says counts from the first answer of it on.

use std::rc::Rc;

use crate::base::bytes::as_bytes;
use crate::base::number::sigmoid;
use crate::base::sorted::SortedMap;
use crate::base::time::{DAY, Time};
use crate::model::Model;
use crate::model::linear::LinearModel;

use super::layout::Layout;

/// So long after a decision an interaction may answer it; then what did not come will not.
pub const WINDOW: Time = DAY;

/// Picks that wait for answers at most. Those of further decisions are not learnt from: letting older ones go instead
/// would leave none that waits long enough.
pub const MOST_WAITING: usize = 4096;

/// How many standard errors a weight may go from where the fit left it.
const TRUSTED: f64 = 2.0;

/// The bias is one log-odds away at most: choices cannot know it, and its error may be anything.
const FARTHEST_BIAS: f64 = 1.0;

/// The learning rate α of a weight, in parts of its bound; β is 1, as usual.
const RATE: f64 = 1.0;

/// λ₂: (w − w⁰)²/s² = r²·u²/s² = TRUSTED²·u².
const ANCHOR: f64 = TRUSTED * TRUSTED;

/// What was chosen rarely stands for what was not chosen: each pick counts 1/propensity (Horvitz and Thompson 1952), but
/// no more than so often, since a few of tiny propensity would otherwise drown all the rest (Strehl et al. 2010).
const MAX_IPS_WEIGHT: f64 = 10.0;

/// More than any feature and any sum of slopes is: a snapshot with more was not written here.
const LARGEST: f64 = 1e9;

/// A pick that was sent, with the features it was made with, waiting for what comes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pick {
    /// Which item.
    pub item: u32,
    /// The probability with which it was picked.
    pub propensity: f64,
    /// Whether groups' rows foretell what comes of it.
    pub of_groups: bool,
    /// Its features, laid out as those of examples.
    pub places: Vec<u16>,
    /// Their values.
    pub values: Vec<f32>,
    /// The kinds that came of it, each once.
    came: Vec<u32>,
}

as_bytes!(Pick: item, propensity, of_groups, places, values, came);

impl Pick {
    /// One of which nothing has come yet.
    pub fn new(item: u32, propensity: f64, of_groups: bool, features: &[(usize, f64)]) -> Self {
        let known = || features.iter().filter(|(_, value)| *value != 0.0);
        Self {
            item,
            propensity,
            of_groups,
            places: known().map(|(place, _)| *place as u16).collect(),
            values: known().map(|(_, value)| *value as f32).collect(),
            came: Vec::new(),
        }
    }
}

/// What one kind has learnt of each of its weights, the bias last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FtrlState {
    /// z: the sum of slopes, less what the weights that moved along account for.
    z: Vec<f64>,
    /// n: the sum of their squares.
    n: Vec<f64>,
}

as_bytes!(FtrlState: z, n);

impl FtrlState {
    /// u: how far a weight is from where the fit left it, in parts of its bound.
    fn moved(&self, n: usize) -> f64 {
        (-self.z[n] / (rate(self.n[n]) + ANCHOR)).clamp(-1.0, 1.0)
    }

    /// The row with what was learnt.
    fn correct(&self, base: &LinearModel) -> LinearModel {
        let weights = (0..).zip(&base.weights).map(|(n, weight)| weight + bound(base, n) * self.moved(n)).collect();
        let last = base.weights.len();
        LinearModel { weights, bias: base.bias + bound(base, last) * self.moved(last), ..base.clone() }
    }

    /// Learns whether the kind came of a pick that had these features and counts for so many.
    fn learn(&mut self, base: &LinearModel, features: &[(usize, f64)], came: bool, counts: f64) {
        let last = base.weights.len();
        self.z.resize(last + 1, 0.0);
        self.n.resize(last + 1, 0.0);
        let known = || features.iter().copied().chain([(last, 1.0)]);
        let weight = |n: usize| base.weights.get(n).unwrap_or(&base.bias) + bound(base, n) * self.moved(n);
        let score: f64 = known().map(|(n, value)| weight(n) * value).sum();
        let miss = counts * (sigmoid(score) - f64::from(u8::from(came)));
        for (n, value) in known() {
            let slope = (miss * value * bound(base, n)).clamp(-1.0, 1.0);
            let before = rate(self.n[n]);
            let moved = self.moved(n);
            self.n[n] += slope * slope;
            self.z[n] += slope - (rate(self.n[n]) - before) * moved;
        }
    }
}

/// How far the n-th weight may go from where the fit left it.
fn bound(base: &LinearModel, n: usize) -> f64 {
    let farthest = if n == base.weights.len() { FARTHEST_BIAS } else { f64::INFINITY };
    (TRUSTED * base.error(n)).min(farthest)
}

/// 1/η: the inverse of the learning rate after slopes of such a sum of squares.
fn rate(squares: f64) -> f64 {
    (1.0 + squares.sqrt()) / RATE
}

/// All that was learnt since the fit, and what waits to be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Online {
    /// By the time of the decision and its id.
    waiting: SortedMap<(Time, Rc<str>), Vec<Pick>>,
    /// By kind, for users' rows and for groups'. A kind begins with the first answer of it: of a host that does not name
    /// decisions, not even nothing is learnt.
    learners: SortedMap<(u32, bool), FtrlState>,
}

as_bytes!(Online: waiting, learners);

impl Online {
    /// Whether picks of another decision may wait.
    pub fn has_room(&self, picks: usize) -> bool {
        picks + self.waiting.iter().map(|(_, picks)| picks.len()).sum::<usize>() <= MOST_WAITING
    }

    /// Lets the picks of a decision wait for answers.
    pub fn wait(&mut self, at: Time, decision: &str, picks: Vec<Pick>) {
        *self.waiting.or_default((at, decision.into())) = picks;
    }

    /// Takes note that a kind came of an item of the decision made at `made`.
    pub fn answer(&mut self, (made, decision): (Time, &str), item: u32, kind: u32, at: Time) {
        let Some(picks) = self.waiting.get_mut(&(made, decision.into())).filter(|_| at - made <= WINDOW) else {
            return;
        };
        for pick in picks.iter_mut().filter(|pick| pick.item == item && !pick.came.contains(&kind)) {
            pick.came.push(kind);
            self.learners.or_default((kind, pick.of_groups));
        }
    }

    /// Whether nothing waits for answers.
    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Lets go of a decision's picks: nothing that comes of them is to be learnt.
    pub fn cancel(&mut self, (made, decision): (Time, &str)) {
        self.waiting.remove(&(made, decision.into()));
    }

    /// Learns the picks whose window has closed at `now`; returns whether anything was learnt.
    pub fn learn(&mut self, model: &Model, layout: Layout, now: Time) -> bool {
        let mut learnt = false;
        for pick in self.waiting.take_while(|(made, _)| now - made > WINDOW).flatten() {
            let counts = (1.0 / pick.propensity).min(MAX_IPS_WEIGHT);
            for ((kind, of_groups), learner) in self.learners.iter_mut() {
                let Some(base) = base(model, *kind, *of_groups).filter(|_| *of_groups == pick.of_groups) else {
                    continue;
                };
                let all = pick.places.iter().zip(&pick.values);
                let seen = all.filter_map(|(&place, &value)| Some((layout.seen(place.into(), *kind)?, value.into())));
                learner.learn(base, &seen.collect::<Vec<_>>(), pick.came.contains(kind), counts);
                learnt = true;
            }
        }
        learnt
    }

    /// Corrects a model by all that was learnt.
    pub fn correct(&self, model: &mut Model) {
        let corrections = self.learners.iter().filter(|(_, learner)| !learner.z.is_empty());
        let corrected = corrections
            .filter_map(|&((kind, of_groups), ref learner)| {
                Some((kind, of_groups, learner.correct(base(model, kind, of_groups)?)))
            })
            .collect();
        model.correct(corrected);
    }

    /// Whether every number is below these counts, and its sums could have come of slopes.
    pub fn fits(&self, items: u32, kinds: u32, layout: Layout) -> bool {
        let known = |pick: &Pick| {
            pick.item < items
                && (0.0..=1.0).contains(&pick.propensity)
                && pick.places.len() == pick.values.len()
                && pick.places.iter().all(|&place| usize::from(place) < layout.shared + layout.own * kinds as usize)
                && pick.values.iter().all(|value| value.abs() <= LARGEST as f32)
        };
        let n = layout.of_one_kind() + 1;
        let sound = |((kind, _), learner): &((u32, bool), FtrlState)| {
            let sums = || learner.z.iter().chain(&learner.n);
            *kind < kinds
                && [0, n].contains(&learner.z.len())
                && learner.n.len() == learner.z.len()
                && sums().all(|sum| sum.abs() <= LARGEST)
                && learner.n.iter().all(|squares| *squares >= 0.0)
        };
        self.has_room(0)
            && self.waiting.is_sound()
            && self.waiting.iter().flat_map(|(_, picks)| picks).all(known)
            && self.learners.is_sound()
            && self.learners.iter().all(sound)
    }
}

/// The row that a kind's corrections are of; `None` where no log fitted it: guesses are not refined, they are replaced.
fn base(model: &Model, kind: u32, of_groups: bool) -> Option<&LinearModel> {
    let (users, groups) = model.rows();
    let row = if of_groups { groups } else { users }.get(kind as usize)?;
    (!row.errors.is_empty()).then_some(row)
}

#[cfg(test)]
mod tests;
