//! From examples to a model of all kinds.
//!
//! Kinds share what they can: first one direction is fitted to every sign of liking, drawn towards the weights that
//! ship; then each kind's own, drawn towards that direction. What a kind has little data for, it takes from the others.
//! Groups come after users in the same way, where the log tells of choices of their own.

use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;

use crate::base::error::Result;
use crate::features::item_weights::ItemWeights;
use crate::model::Model;
use crate::model::group_weight::GroupWeight;
use crate::model::linear::LinearModel;
use crate::world::kind::Kinds;

use super::dataset::{Example, ExampleStore};
use super::newton::{Fitted, Params};
use super::training_set::TrainingSet;

/// How far a standardised weight may be expected to lie from where it is drawn to.
const DEVIATION: f64 = 0.5;

/// With fewer outcomes than these for each weight, weights are drawn the more to where they began: from fewer, a
/// regression finds what is not there (Peduzzi et al. 1996).
const OUTCOMES_A_WEIGHT: f64 = 10.0;

/// What all fits of one model have in common.
#[derive(Debug, Clone, Copy)]
pub struct MultiTaskFit<'a> {
    /// What one learns from.
    pub examples: &'a ExampleStore,
    /// The kinds, all of which have rows.
    pub kinds: &'a Kinds,
    /// The model one starts from and is drawn towards.
    pub prior: &'a Model,
    /// How many items a choice was among, on the average: it gives chances the scale that choices cannot know.
    pub eligible: f64,
}

impl MultiTaskFit<'_> {
    /// Fits a model of all kinds, under which groups weigh this much.
    ///
    /// # Errors
    /// Where the examples are such that nothing can be fitted to them.
    pub fn fit_all_kinds(&self, associations: ItemWeights, group_weight: Option<GroupWeight>) -> Result<Model> {
        Ok(Model::fitted(self.fit()?, group_weight, associations, None))
    }

    /// Rows for users and for groups; none for groups without any examples of theirs.
    fn fit(&self) -> Result<[Vec<LinearModel>; 2]> {
        let (users, direction) = self.rows(None, &|example| !example.of_group)?;
        let of_groups = |example: &Example| example.of_group;
        match self.examples.list().iter().any(of_groups) {
            true => Ok([users, self.rows(Some(direction), &of_groups)?.0]),
            false => Ok([users, Vec::new()]),
        }
    }

    /// One row for each kind, and the direction they share: drawn towards `direction`, or else towards the prior's.
    fn rows(
        &self,
        direction: Option<Vec<f64>>,
        takes: &dyn Fn(&Example) -> bool,
    ) -> Result<(Vec<LinearModel>, Vec<f64>)> {
        let (direction, mean) = self.direction(direction, takes)?;
        let mut rows = Vec::new();
        for (number, (_, kind)) in (0..).zip(self.kinds.iter()) {
            let prior = self.prior.row(number, true);
            rows.push(match kind.is_exposure {
                true => prior.clone(),
                false if kind.positive => self.row(number, direction.clone(), &mean, takes)?,
                false => self.row(number, prior.weights.clone(), &mean, takes)?,
            });
        }
        Ok((rows, direction))
    }

    /// The weights of any sign of liking, with the features that the most frequent of them sees; and the mean of these
    /// over what could have been chosen, whatever came of it.
    fn direction(&self, drawn_to: Option<Vec<f64>>, takes: &dyn Fn(&Example) -> bool) -> Result<(Vec<f64>, Vec<f64>)> {
        let taken = || self.examples.list().iter().filter(|example| takes(example));
        let count = |kind: u32| taken().filter(|example| example.outcomes.contains(&kind)).count();
        let positive = (0..).zip(self.kinds.iter()).filter(|(_, (_, kind))| kind.positive).map(|(number, _)| number);
        let Some(most) = positive.max_by_key(|&kind| (count(kind), std::cmp::Reverse(kind))) else {
            let none = vec![0.0; self.examples.layout().of_one_kind()];
            return Ok((drawn_to.unwrap_or_else(|| none.clone()), none));
        };
        let liked = |example: &Example| example.outcomes.iter().any(|&kind| self.kinds.of(kind).positive);
        let (training_set, labels) = self.examples.lesson_of(most, liked, takes);
        let prior = self.prior.row(most, true);
        let mean = mean_features(&training_set);
        let mut fitted = fit(training_set, labels, drawn_to.unwrap_or_else(|| prior.weights.clone()), prior.bias)?;
        fitted.weights.pop();
        Ok((fitted.weights, mean))
    }

    fn row(&self, kind: u32, prior: Vec<f64>, mean: &[f64], takes: &dyn Fn(&Example) -> bool) -> Result<LinearModel> {
        let (training_set, labels) = self.examples.training_set(kind, takes);
        let (shown, chosen, came) = (training_set.shown, training_set.choices.len(), labels.sum());
        if shown > 0 && came == 0.0 && chosen == 0 {
            // It may be rare, and nothing says where: the weights stay, and the bias is what so many showings allow.
            let errors = vec![DEVIATION; prior.len() + 1];
            let bias = log_odds(0.5 / (shown as f64 + 1.0));
            return Ok(LinearModel { bias, weights: prior, errors, relative: false });
        }
        let mut fitted = fit(training_set, labels, prior, log_odds((came + 0.5) / (shown as f64 + 1.0)))?;
        let bias = fitted.weights.pop().expect("the bias comes last");
        let relative = shown == 0;
        if relative && let Some(of_bias) = fitted.errors.last_mut() {
            *of_bias = DEVIATION;
        }
        let bias = match relative {
            // Of nothing at all nothing can be said.
            true if !self.examples.list().iter().any(takes) => self.prior.row(kind, true).bias,
            // What a choice among so many can say of the chance of each: its scale, at the mean of the others.
            true => {
                let choices = self.examples.list().iter().filter(|example| !example.shown && takes(example)).count();
                let rate = (chosen as f64 + 0.5) / (choices as f64 + 1.0) / self.eligible.max(2.0);
                let known: f64 = fitted.weights.iter().zip(mean).map(|(weight, mean)| weight * mean).sum();
                log_odds(rate) - known
            }
            false => bias,
        };
        Ok(LinearModel { bias, weights: fitted.weights, errors: fitted.errors, relative })
    }
}

fn fit(training_set: TrainingSet, labels: Array1<f64>, mut prior: Vec<f64>, bias: f64) -> Result<Fitted> {
    prior.push(bias);
    let came = labels.sum();
    // Of what nearly always comes, the few times that it did not tell.
    let outcomes = came.min(labels.len() as f64 - came) + training_set.choices.len() as f64;
    let narrowed = narrowed(outcomes, prior.len());
    Params::new(prior, DEVIATION).narrowed(narrowed).fit(&DatasetBase::new(training_set, labels))
}

/// By how much the prior is narrowed for so many weights of which so many outcomes tell.
fn narrowed(outcomes: f64, weights: usize) -> f64 {
    (outcomes / (OUTCOMES_A_WEIGHT * weights as f64)).clamp(1e-3, 1.0).sqrt()
}

fn log_odds(chance: f64) -> f64 {
    libm::log(chance / (1.0 - chance))
}

/// The mean of each feature over what could have been chosen, every row counting for as many as it stands for.
fn mean_features(training_set: &TrainingSet) -> Vec<f64> {
    let mut sums = vec![0.0; training_set.features];
    let mut all = 0.0;
    for row in training_set.shown..training_set.rows.len() {
        let stands_for = libm::exp(training_set.offsets[row]);
        let (places, values) = training_set.rows.row(row);
        nextpick_kernel::sparse::add(&mut sums, places, values, stands_for);
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
    fn weights_go_the_less_far_the_fewer_outcomes_tell_of_them() {
        assert_eq!((narrowed(600.0, 60), narrowed(6000.0, 60)), (1.0, 1.0));
        assert!((narrowed(150.0, 60) - 0.5).abs() < 1e-12);
        assert!(narrowed(0.0, 60) > 0.0, "a prior of no width is none");
    }
}
