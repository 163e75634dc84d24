//! Online learning: responses to accepted picks correct the fitted weights, within bounds.
//!
//! FTRL-proximal (McMahan et al. 2013) on the logistic loss, one learner per kind. Weights are expressed in units of
//! their uncertainty: w_i = w⁰_i + r_i·u_i, |u_i| ≤ 1, with r_i = [`MAX_STD_ERRORS`]·s_i, s_i being the fit's standard
//! errors. So the minimised Σ loss + ½·[`ANCHOR`]·u² contains ½·(w − w⁰)²/s², the posterior of the fit to second order.
//! The proximal problem separates by coordinate, and its minimum within the bounds is the unbounded one, clamped:
//! u_i = −z_i / ((1 + √n_i)/[`RATE`] + [`ANCHOR`]) within [−1, 1].
//!
//! Gradients are clipped to [−1, 1]: one pick moves no weight by more than 1/(1/[`RATE`] + [`ANCHOR`]) of its bound,
//! and no number of picks moves it beyond the bound.
//!
//! Picks are learnt in the order of their decisions' time and id once the response window has passed, regardless of the
//! order of responses. Two exceptions: a response reported after a later event closed its window is ignored, and a kind
//! is learnt from its first response on.

use std::sync::Arc;

use crate::base::bytes::as_bytes;
use crate::base::index::{ItemIndex, KindIndex};
use crate::base::number::sigmoid;
use crate::base::sorted::SortedMap;
use crate::base::time::{DAY, Time};
use crate::model::Model;
use crate::model::linear::LinearModel;

use super::layout::Layout;

/// Response window, 24 hours: later interactions do not count as responses to a decision.
pub const WINDOW: Time = DAY;

/// Maximum number of pending picks. Further decisions are not learnt from: dropping older picks instead would leave
/// none pending long enough.
pub const MAX_PENDING: usize = 4096;

/// Maximum distance of a weight from the fit, in standard errors.
const MAX_STD_ERRORS: f64 = 2.0;

/// Maximum distance of the bias from the fit, in log-odds: choice sets do not identify it, so its error is arbitrary.
const MAX_BIAS_SHIFT: f64 = 1.0;

/// Learning rate α in units of a weight's bound; β is 1, as usual.
const RATE: f64 = 1.0;

/// λ₂: (w − w⁰)²/s² = r²·u²/s² = MAX_STD_ERRORS²·u².
const ANCHOR: f64 = MAX_STD_ERRORS * MAX_STD_ERRORS;

/// Maximum inverse propensity weight: each pick counts 1/propensity (Horvitz and Thompson 1952), capped since a few
/// tiny propensities would otherwise dominate the rest (Strehl et al. 2010).
const MAX_IPS_WEIGHT: f64 = 10.0;

/// Upper bound of feature values and gradient sums: a snapshot with more is invalid.
const MAX_MAGNITUDE: f64 = 1e9;

/// An accepted pick with its features at decision time, pending responses.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingPick {
    /// Item index.
    pub item: ItemIndex,
    /// Probability with which it was picked, 0 to 1.
    pub propensity: f64,
    /// True if the group models predict its responses.
    pub of_groups: bool,
    /// Columns of its non-zero features, in [`Layout`].
    pub columns: Vec<u16>,
    /// Values of these columns.
    pub values: Vec<f32>,
    /// Kinds of the responses, each once.
    responses: Vec<KindIndex>,
}

as_bytes!(PendingPick: item, propensity, of_groups, columns, values, responses);

impl PendingPick {
    /// Creates a pick without responses from (column, value) features.
    pub fn new(item: ItemIndex, propensity: f64, of_groups: bool, features: &[(usize, f64)]) -> Self {
        let nonzero = || features.iter().filter(|(_, value)| *value != 0.0);
        Self {
            item,
            propensity,
            of_groups,
            columns: nonzero().map(|(column, _)| *column as u16).collect(),
            values: nonzero().map(|(_, value)| *value as f32).collect(),
            responses: Vec::new(),
        }
    }
}

/// FTRL state of one kind's weights, the bias last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FtrlState {
    /// z: sum of gradients, less the proximal terms of the moved weights.
    z: Vec<f64>,
    /// n: sum of squared gradients.
    n: Vec<f64>,
}

as_bytes!(FtrlState: z, n);

impl FtrlState {
    /// Returns u: a weight's distance from the fit in units of its bound, −1 to 1.
    fn shift(&self, n: usize) -> f64 {
        (-self.z[n] / (inverse_rate(self.n[n]) + ANCHOR)).clamp(-1.0, 1.0)
    }

    /// Returns the model with the corrections.
    fn correct(&self, base: &LinearModel) -> LinearModel {
        let weights = (0..).zip(&base.weights).map(|(n, weight)| weight + bound(base, n) * self.shift(n)).collect();
        let bias = base.weights.len();
        LinearModel { weights, bias: base.bias + bound(base, bias) * self.shift(bias), ..base.clone() }
    }

    /// Learns from one pick: its features, the response of the kind, and the weight of the pick.
    fn learn(&mut self, base: &LinearModel, features: &[(usize, f64)], responded: bool, weight: f64) {
        let bias = base.weights.len();
        self.z.resize(bias + 1, 0.0);
        self.n.resize(bias + 1, 0.0);
        let with_bias = || features.iter().copied().chain([(bias, 1.0)]);
        let current = |n: usize| base.weights.get(n).unwrap_or(&base.bias) + bound(base, n) * self.shift(n);
        let score: f64 = with_bias().map(|(n, value)| current(n) * value).sum();
        let residual = weight * (sigmoid(score) - f64::from(u8::from(responded)));
        for (n, value) in with_bias() {
            let gradient = (residual * value * bound(base, n)).clamp(-1.0, 1.0);
            let before = inverse_rate(self.n[n]);
            let shift = self.shift(n);
            self.n[n] += gradient * gradient;
            self.z[n] += gradient - (inverse_rate(self.n[n]) - before) * shift;
        }
    }
}

/// Returns the maximum distance of the n-th weight, or of the bias (last), from the fit.
fn bound(base: &LinearModel, n: usize) -> f64 {
    let limit = if n == base.weights.len() { MAX_BIAS_SHIFT } else { f64::INFINITY };
    (MAX_STD_ERRORS * base.error(n)).min(limit)
}

/// Returns 1/η, the inverse learning rate after a sum of squared gradients.
fn inverse_rate(squares: f64) -> f64 {
    (1.0 + squares.sqrt()) / RATE
}

/// Online learning state since the fit: pending picks and learners.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OnlineLearner {
    /// Pending picks by time and id of the decision.
    pending: SortedMap<(Time, Arc<str>), Vec<PendingPick>>,
    /// Learners by kind and (`true`) for groups. A learner starts at the first response of its kind: if the host never
    /// passes decision ids, missing responses are not learnt as negatives.
    learners: SortedMap<(KindIndex, bool), FtrlState>,
}

as_bytes!(OnlineLearner: pending, learners);

impl OnlineLearner {
    /// True if `picks` more picks may be pending.
    pub fn has_room(&self, picks: usize) -> bool {
        picks + self.pending.iter().map(|(_, picks)| picks.len()).sum::<usize>() <= MAX_PENDING
    }

    /// Adds the picks of a decision as pending.
    pub fn add_pending(&mut self, at: Time, decision: &str, picks: Vec<PendingPick>) {
        *self.pending.or_default((at, decision.into())) = picks;
    }

    /// Records a response of a kind at `at` to an item of the decision made at `made`.
    pub fn record_response(&mut self, (made, decision): (Time, &str), item: ItemIndex, kind: KindIndex, at: Time) {
        let Some(picks) = self.pending.get_mut(&(made, decision.into())).filter(|_| at - made <= WINDOW) else {
            return;
        };
        for pick in picks.iter_mut().filter(|pick| pick.item == item && !pick.responses.contains(&kind)) {
            pick.responses.push(kind);
            self.learners.or_default((kind, pick.of_groups));
        }
    }

    /// True if no pick is pending.
    pub fn is_idle(&self) -> bool {
        self.pending.is_empty()
    }

    /// Removes the pending picks of a decision, so that they are not learnt from.
    pub fn cancel(&mut self, (made, decision): (Time, &str)) {
        self.pending.remove(&(made, decision.into()));
    }

    /// Learns from the picks whose window has closed at `now`; returns true if anything was learnt.
    pub fn learn(&mut self, model: &Model, layout: Layout, now: Time) -> bool {
        let mut learnt = false;
        for pick in self.pending.take_while(|(made, _)| now - made > WINDOW).flatten() {
            let weight = (1.0 / pick.propensity).min(MAX_IPS_WEIGHT);
            for ((kind, of_groups), learner) in self.learners.iter_mut() {
                let Some(base) = base(model, *kind, *of_groups).filter(|_| *of_groups == pick.of_groups) else {
                    continue;
                };
                let columns = pick.columns.iter().zip(&pick.values);
                let features =
                    columns.filter_map(|(&column, &value)| Some((layout.seen(column.into(), *kind)?, value.into())));
                learner.learn(base, &features.collect::<Vec<_>>(), pick.responses.contains(kind), weight);
                learnt = true;
            }
        }
        learnt
    }

    /// Applies all corrections to a model.
    pub fn correct(&self, model: &mut Model) {
        let corrections = self.learners.iter().filter(|(_, learner)| !learner.z.is_empty());
        let corrected = corrections
            .filter_map(|&((kind, of_groups), ref learner)| {
                Some((kind, of_groups, learner.correct(base(model, kind, of_groups)?)))
            })
            .collect();
        model.correct(corrected);
    }

    /// True if all indices are below these counts and all values are possible; checked on reading a snapshot.
    pub fn is_valid(&self, items: u32, kinds: u32, layout: Layout) -> bool {
        let is_valid_pick = |pick: &PendingPick| {
            pick.item.0 < items
                && (0.0..=1.0).contains(&pick.propensity)
                && pick.columns.len() == pick.values.len()
                && pick.columns.iter().all(|&column| usize::from(column) < layout.shared + layout.own * kinds as usize)
                && pick.values.iter().all(|value| value.abs() <= MAX_MAGNITUDE as f32)
        };
        let n = layout.of_one_kind() + 1;
        let is_valid_learner = |((kind, _), learner): &((KindIndex, bool), FtrlState)| {
            let sums = || learner.z.iter().chain(&learner.n);
            kind.0 < kinds
                && [0, n].contains(&learner.z.len())
                && learner.n.len() == learner.z.len()
                && sums().all(|sum| sum.abs() <= MAX_MAGNITUDE)
                && learner.n.iter().all(|squares| *squares >= 0.0)
        };
        self.has_room(0)
            && self.pending.is_sound()
            && self.pending.iter().flat_map(|(_, picks)| picks).all(is_valid_pick)
            && self.learners.is_sound()
            && self.learners.iter().all(is_valid_learner)
    }
}

/// Returns the fitted model that a kind's corrections refer to; `None` if it was not fitted: shipped weights are not
/// corrected.
fn base(model: &Model, kind: KindIndex, of_groups: bool) -> Option<&LinearModel> {
    let (users, groups) = model.rows();
    let row = if of_groups { groups } else { users }.get(kind.as_usize())?;
    (!row.errors.is_empty()).then_some(row)
}

#[cfg(test)]
mod tests;
