//! Fits a model of all kinds to examples.
//!
//! Kinds share statistical strength: first one direction is fitted to every positive outcome, with the shipped weights
//! as prior mean; then each kind, with that direction as prior mean. Each kind's model of groups has the users' weights
//! of the kind as prior mean, if the log has examples of groups.

use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;

use crate::base::error::Result;
use crate::base::index::KindIndex;
use crate::base::number::sigmoid;
use crate::model::Model;
use crate::model::linear::LinearModel;
use crate::world::kind::{Kind, Kinds};

use super::dataset::{Example, ExampleStore};
use super::newton::{FittedWeights, NewtonParams};
use super::training_set::TrainingSet;

/// Prior standard deviation of a standardised weight.
const DEVIATION: f64 = 0.5;

/// The same for the weights of groups whose members were shown items in them: the users' weights, which are the prior
/// means, were learnt from the same responses.
const GROUP_DEVIATION: f64 = 0.1;

/// Outcomes per weight below which the prior is narrowed: with fewer, a regression overfits (Peduzzi et al. 1996).
const OUTCOMES_A_WEIGHT: f64 = 10.0;

/// Bound on a bias fitted to exposures, and limit on the steps.
const MAX_BIAS: f64 = 1000.0;
const BIAS_STEPS: usize = 60;

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
    /// Returns one linear model per kind for users, and for groups; the latter are empty without examples of groups.
    ///
    /// # Errors
    /// The examples give a singular Hessian.
    pub fn fit_all_kinds(&self) -> Result<[Vec<LinearModel>; 2]> {
        let users = self.user_rows()?;
        let groups = if self.has_groups() { self.group_rows(&users)? } else { Vec::new() };
        Ok([users, groups])
    }

    fn has_groups(&self) -> bool {
        self.examples.list().iter().any(Example::is_of_group)
    }

    /// Returns the prior's models in the same form, with biases fitted to the examples.
    pub fn prior_with_biases(&self) -> [Vec<LinearModel>; 2] {
        let of_type = |takes: &dyn Fn(&Example) -> bool| -> Vec<LinearModel> {
            let mean = self.mean_features(takes);
            let kinds = (0..).map(KindIndex).zip(self.kinds.iter());
            let row = |(index, (_, kind)): (KindIndex, (&str, Kind))| match self.prior.row(index, true) {
                prior if kind.is_exposure => prior.clone(),
                prior => self.with_bias(index, prior, &mean, takes),
            };
            kinds.map(row).collect()
        };
        let users = of_type(&|example| !example.is_of_group());
        [users, if self.has_groups() { of_type(&Example::is_of_group) } else { Vec::new() }]
    }

    /// Fits one linear model per kind to the examples of users. The prior mean is the direction of all positive kinds,
    /// or for other kinds the prior's weights.
    fn user_rows(&self) -> Result<Vec<LinearModel>> {
        let takes = |example: &Example| !example.is_of_group();
        let direction = self.direction(&takes)?;
        self.rows(&takes, DEVIATION, &|index| match self.kinds.of(index).positive {
            true => direction.clone(),
            false => self.prior.row(index, true).weights.clone(),
        })
    }

    /// Fits one linear model per kind to the examples of groups, with the users' weights as prior means.
    fn group_rows(&self, users: &[LinearModel]) -> Result<Vec<LinearModel>> {
        let deviation = if self.examples.has_pushes() { GROUP_DEVIATION } else { DEVIATION };
        self.rows(&Example::is_of_group, deviation, &|index| users[index.as_usize()].weights.clone())
    }

    fn rows(
        &self,
        takes: &dyn Fn(&Example) -> bool,
        deviation: f64,
        prior_mean: &dyn Fn(KindIndex) -> Vec<f64>,
    ) -> Result<Vec<LinearModel>> {
        let mean = self.mean_features(takes);
        let kinds = (0..).map(KindIndex).zip(self.kinds.iter());
        kinds
            .map(|(index, (_, kind))| match kind.is_exposure {
                true => Ok(self.prior.row(index, true).clone()),
                false => self.row(index, (prior_mean(index), deviation), &mean, takes),
            })
            .collect()
    }

    /// Fits the weights of any positive outcome, with the features of the most frequent positive kind.
    fn direction(&self, takes: &dyn Fn(&Example) -> bool) -> Result<Vec<f64>> {
        let Some((training_set, labels, most)) = self.liked(takes) else {
            return Ok(vec![0.0; self.examples.layout().of_one_kind()]);
        };
        let prior = self.prior.row(most, true);
        let mut fitted = fit(training_set, labels, (prior.weights.clone(), DEVIATION), prior.bias)?;
        fitted.weights.pop();
        Ok(fitted.weights)
    }

    /// Returns the mean features over the items that could have been chosen.
    fn mean_features(&self, takes: &dyn Fn(&Example) -> bool) -> Vec<f64> {
        match self.liked(takes) {
            Some((training_set, ..)) => mean_features(&training_set),
            None => vec![0.0; self.examples.layout().of_one_kind()],
        }
    }

    /// Returns the training set of any positive outcome, with the features of the most frequent positive kind; `None`
    /// without a positive kind.
    fn liked(&self, takes: &dyn Fn(&Example) -> bool) -> Option<(TrainingSet, Array1<f64>, KindIndex)> {
        let taken = || self.examples.list().iter().filter(|example| takes(example));
        let count = |kind: KindIndex| taken().filter(|example| example.outcomes.contains(&kind)).count();
        let positive =
            (0..).map(KindIndex).zip(self.kinds.iter()).filter(|(_, (_, kind))| kind.positive).map(|(index, _)| index);
        let most = positive.max_by_key(|&kind| (count(kind), std::cmp::Reverse(kind)))?;
        let liked = |example: &Example| example.outcomes.iter().any(|&kind| self.kinds.of(kind).positive);
        let (training_set, labels) = self.examples.training_set_where(most, liked, takes);
        Some((training_set, labels, most))
    }

    /// Returns a linear model with its weights kept and its bias fitted to the examples.
    fn with_bias(
        &self,
        kind: KindIndex,
        prior: &LinearModel,
        mean: &[f64],
        takes: &dyn Fn(&Example) -> bool,
    ) -> LinearModel {
        let (training_set, labels) = self.examples.training_set(kind, takes);
        let bias = match (training_set.shown, self.examples.list().iter().any(takes)) {
            (0, false) => prior.bias,
            (0, true) => self.bias_of_choices(&prior.weights, training_set.choices.len(), mean, takes),
            _ => {
                let mut weights = prior.with_bias();
                weights[prior.weights.len()] = 0.0;
                bias_of_exposures(&training_set.scores(&weights)[..training_set.shown], labels.sum())
            }
        };
        LinearModel { bias, ..prior.clone() }
    }

    /// Returns the bias with which the mean features have the rate of the kind per item: choices alone do not determine
    /// it.
    fn bias_of_choices(&self, weights: &[f64], chosen: usize, mean: &[f64], takes: &dyn Fn(&Example) -> bool) -> f64 {
        let choices = self.examples.list().iter().filter(|example| !example.shown && takes(example)).count();
        let rate = (chosen as f64 + 0.5) / (choices as f64 + 1.0) / self.eligible.max(2.0);
        let logit: f64 = weights.iter().zip(mean).map(|(weight, mean)| weight * mean).sum();
        log_odds(rate) - logit
    }

    fn row(
        &self,
        kind: KindIndex,
        (prior, deviation): (Vec<f64>, f64),
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
        let mut fitted = {
            let bias = log_odds((positives + 0.5) / (shown as f64 + 1.0));
            fit(training_set, labels, (prior, deviation), bias)?
        };
        let bias = fitted.weights.pop().expect("the bias comes last");
        let relative = shown == 0;
        if relative && let Some(bias_error) = fitted.errors.last_mut() {
            *bias_error = DEVIATION;
        }
        let bias = match relative {
            // Without any example the prior's bias stays.
            true if !self.examples.list().iter().any(takes) => self.prior.row(kind, true).bias,
            true => self.bias_of_choices(&fitted.weights, chosen, mean, takes),
            false => bias,
        };
        Ok(LinearModel { bias, weights: fitted.weights, errors: fitted.errors, relative })
    }
}

fn fit(
    training_set: TrainingSet,
    labels: Array1<f64>,
    (mut prior, deviation): (Vec<f64>, f64),
    bias: f64,
) -> Result<FittedWeights> {
    prior.push(bias);
    let positives = labels.sum();
    // The rarer label limits the information: exposures that nearly all, or hardly any, had the outcome.
    let outcomes = positives.min(labels.len() as f64 - positives) + training_set.choices.len() as f64;
    let narrowed = narrowed(outcomes, prior.len());
    NewtonParams::new(prior, deviation).narrowed(narrowed).fit(&DatasetBase::new(training_set, labels))
}

/// Returns the factor on the prior's standard deviation, √(outcomes / (10 · weights)), from √0.001 to 1.
fn narrowed(outcomes: f64, weights: usize) -> f64 {
    (outcomes / (OUTCOMES_A_WEIGHT * weights as f64)).clamp(1e-3, 1.0).sqrt()
}

/// Returns the bias with which the probabilities at these logits sum to the number of responses, by Newton's method
/// within a bracket.
fn bias_of_exposures(z: &[f64], responses: f64) -> f64 {
    let expected = z.len() as f64 * (responses + 0.5) / (z.len() as f64 + 1.0);
    let (mut low, mut high, mut bias) = (-MAX_BIAS, MAX_BIAS, 0.0);
    for _ in 0..BIAS_STEPS {
        let (mut sum, mut slope) = (0.0, 0.0);
        for z in z {
            let chance = sigmoid(z + bias);
            sum += chance;
            slope += chance * (1.0 - chance);
        }
        if sum > expected {
            high = bias
        } else {
            low = bias
        }
        let newton = bias - (sum - expected) / slope;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        let step = next - bias;
        bias = next;
        if step.abs() < 1e-9 {
            break;
        }
    }
    bias
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
    fn with_the_bias_found_probabilities_sum_to_the_responses() {
        let z: Vec<f64> = (0..200).map(|n| f64::from(n % 40) / 4.0 - 5.0).collect();
        for responses in [0.0, 1.0, 77.0, 200.0] {
            let bias = bias_of_exposures(&z, responses);
            let sum: f64 = z.iter().map(|z| sigmoid(z + bias)).sum();
            assert!((sum - 200.0 * (responses + 0.5) / 201.0).abs() < 1e-6, "{responses}: {bias} {sum}");
        }
        let far = bias_of_exposures(&[700.0, -700.0], 1.0);
        assert!(far.is_finite() && far.abs() <= MAX_BIAS, "{far}");
    }

    #[test]
    fn fewer_outcomes_narrow_the_prior() {
        assert_eq!((narrowed(600.0, 60), narrowed(6000.0, 60)), (1.0, 1.0));
        assert!((narrowed(150.0, 60) - 0.5).abs() < 1e-12);
        assert!(narrowed(0.0, 60) > 0.0, "a prior of no width is none");
    }
}
