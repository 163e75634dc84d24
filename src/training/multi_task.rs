//! Fits a model of all kinds to examples.
//!
//! Kinds share statistical strength: first one direction is fitted to every positive outcome, with the shipped weights
//! as prior mean; then each kind, with that direction as prior mean. Group models are fitted in the same way with the
//! users' direction as prior mean, if the log has examples of groups.

use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;

use crate::base::error::Result;
use crate::base::index::KindIndex;
use crate::features::item_weights::ItemWeights;
use crate::model::Model;
use crate::model::group_weight::GroupWeight;
use crate::model::linear::LinearModel;
use crate::world::kind::Kinds;

use super::dataset::{Example, ExampleStore};
use super::newton::{FittedWeights, NewtonParams};
use super::training_set::TrainingSet;

/// Prior standard deviation of a standardised weight.
const DEVIATION: f64 = 0.5;

/// Outcomes per weight below which the prior is narrowed: with fewer, a regression overfits (Peduzzi et al. 1996).
const OUTCOMES_A_WEIGHT: f64 = 10.0;

/// The inputs shared by all fits of one model.
#[derive(Debug, Clone, Copy)]
pub struct MultiTaskFit<'a> {
    /// The examples.
    pub examples: &'a ExampleStore,
    /// The kinds; the prior has a row for each.
    pub kinds: &'a Kinds,
    /// The model whose weights are the prior means.
    pub prior: &'a Model,
    /// Mean number of items a choice was made from. It gives probabilities the scale that choices alone do not
    /// determine.
    pub eligible: f64,
}

impl MultiTaskFit<'_> {
    /// Fits a model of all kinds with this group weight.
    ///
    /// # Errors
    /// The examples give a singular Hessian.
    pub fn fit_all_kinds(&self, item_weights: ItemWeights, group_weight: Option<GroupWeight>) -> Result<Model> {
        Ok(Model::fitted(self.fit()?, group_weight, item_weights, None))
    }

    /// Returns the models of users and of groups; the latter are empty without examples of groups.
    fn fit(&self) -> Result<[Vec<LinearModel>; 2]> {
        let (users, direction) = self.rows(None, &|example| !example.of_group)?;
        let of_groups = |example: &Example| example.of_group;
        match self.examples.list().iter().any(of_groups) {
            true => Ok([users, self.rows(Some(direction), &of_groups)?.0]),
            false => Ok([users, Vec::new()]),
        }
    }

    /// Fits one linear model per kind and returns them with the shared direction. The prior mean is `direction`, else
    /// the prior's.
    fn rows(
        &self,
        direction: Option<Vec<f64>>,
        takes: &dyn Fn(&Example) -> bool,
    ) -> Result<(Vec<LinearModel>, Vec<f64>)> {
        let (direction, mean) = self.direction(direction, takes)?;
        let mut rows = Vec::new();
        for (index, (_, kind)) in (0..).map(KindIndex).zip(self.kinds.iter()) {
            let prior = self.prior.row(index, true);
            rows.push(match kind.is_exposure {
                true => prior.clone(),
                false if kind.positive => self.row(index, direction.clone(), &mean, takes)?,
                false => self.row(index, prior.weights.clone(), &mean, takes)?,
            });
        }
        Ok((rows, direction))
    }

    /// Fits the weights of any positive outcome, with the features of the most frequent positive kind. Returns them
    /// with the mean features over the items that could have been chosen.
    fn direction(&self, drawn_to: Option<Vec<f64>>, takes: &dyn Fn(&Example) -> bool) -> Result<(Vec<f64>, Vec<f64>)> {
        let taken = || self.examples.list().iter().filter(|example| takes(example));
        let count = |kind: KindIndex| taken().filter(|example| example.outcomes.contains(&kind)).count();
        let positive =
            (0..).map(KindIndex).zip(self.kinds.iter()).filter(|(_, (_, kind))| kind.positive).map(|(index, _)| index);
        let Some(most) = positive.max_by_key(|&kind| (count(kind), std::cmp::Reverse(kind))) else {
            let none = vec![0.0; self.examples.layout().of_one_kind()];
            return Ok((drawn_to.unwrap_or_else(|| none.clone()), none));
        };
        let liked = |example: &Example| example.outcomes.iter().any(|&kind| self.kinds.of(kind).positive);
        let (training_set, labels) = self.examples.training_set_where(most, liked, takes);
        let prior = self.prior.row(most, true);
        let mean = mean_features(&training_set);
        let mut fitted = fit(training_set, labels, drawn_to.unwrap_or_else(|| prior.weights.clone()), prior.bias)?;
        fitted.weights.pop();
        Ok((fitted.weights, mean))
    }

    fn row(
        &self,
        kind: KindIndex,
        prior: Vec<f64>,
        mean: &[f64],
        takes: &dyn Fn(&Example) -> bool,
    ) -> Result<LinearModel> {
        let (training_set, labels) = self.examples.training_set(kind, takes);
        let (shown, chosen, positives) = (training_set.shown, training_set.choices.len(), labels.sum());
        if shown > 0 && positives == 0.0 && chosen == 0 {
            // The kind may be rare: the weights stay, and the bias is that of half an outcome in this many exposures.
            let errors = vec![DEVIATION; prior.len() + 1];
            let bias = log_odds(0.5 / (shown as f64 + 1.0));
            return Ok(LinearModel { bias, weights: prior, errors, relative: false });
        }
        let mut fitted = fit(training_set, labels, prior, log_odds((positives + 0.5) / (shown as f64 + 1.0)))?;
        let bias = fitted.weights.pop().expect("the bias comes last");
        let relative = shown == 0;
        if relative && let Some(bias_error) = fitted.errors.last_mut() {
            *bias_error = DEVIATION;
        }
        let bias = match relative {
            // Without any example the prior's bias stays.
            true if !self.examples.list().iter().any(takes) => self.prior.row(kind, true).bias,
            // Choices do not determine the bias: it is set so that the mean features have the rate of this kind per
            // item.
            true => {
                let choices = self.examples.list().iter().filter(|example| !example.shown && takes(example)).count();
                let rate = (chosen as f64 + 0.5) / (choices as f64 + 1.0) / self.eligible.max(2.0);
                let logit: f64 = fitted.weights.iter().zip(mean).map(|(weight, mean)| weight * mean).sum();
                log_odds(rate) - logit
            }
            false => bias,
        };
        Ok(LinearModel { bias, weights: fitted.weights, errors: fitted.errors, relative })
    }
}

fn fit(training_set: TrainingSet, labels: Array1<f64>, mut prior: Vec<f64>, bias: f64) -> Result<FittedWeights> {
    prior.push(bias);
    let positives = labels.sum();
    // The rarer label limits the information: exposures that nearly all, or hardly any, had the outcome.
    let outcomes = positives.min(labels.len() as f64 - positives) + training_set.choices.len() as f64;
    let narrowed = narrowed(outcomes, prior.len());
    NewtonParams::new(prior, DEVIATION).narrowed(narrowed).fit(&DatasetBase::new(training_set, labels))
}

/// Returns the factor on the prior's standard deviation, √(outcomes / (10 · weights)), from √0.001 to 1.
fn narrowed(outcomes: f64, weights: usize) -> f64 {
    (outcomes / (OUTCOMES_A_WEIGHT * weights as f64)).clamp(1e-3, 1.0).sqrt()
}

fn log_odds(chance: f64) -> f64 {
    libm::log(chance / (1.0 - chance))
}

/// Returns the mean features over the sampled items, each row weighted by 1 / expected draws.
fn mean_features(training_set: &TrainingSet) -> Vec<f64> {
    let mut sums = vec![0.0; training_set.features];
    let mut all = 0.0;
    for row in training_set.shown..training_set.rows.len() {
        let stands_for = libm::exp(training_set.offsets[row]);
        let (columns, values) = training_set.rows.row(row);
        nextpick_kernel::sparse::add(&mut sums, columns, values, stands_for);
        all += stands_for;
    }
    sums.pop();
    sums.iter_mut().for_each(|sum| *sum /= f64::max(all, 1.0));
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_outcomes_narrow_the_prior() {
        assert_eq!((narrowed(600.0, 60), narrowed(6000.0, 60)), (1.0, 1.0));
        assert!((narrowed(150.0, 60) - 0.5).abs() < 1e-12);
        assert!(narrowed(0.0, 60) > 0.0, "a prior of no width is none");
    }
}
