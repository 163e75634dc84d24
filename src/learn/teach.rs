//! From examples to a model of all kinds, with a report of what was learnt and how far it may be trusted.
//!
//! Kinds share what they can: first one direction is fitted to every sign of liking, drawn towards the weights that
//! ship; then each kind's own, drawn towards that direction. What a kind has little data for, it takes from the others.

use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;
use serde::Serialize;

use crate::error::Result;
use crate::number::sigmoid;
use crate::rank::chance::Model;
use crate::rank::feature::names;
use crate::rank::row::Row;
use crate::world::kind::Kinds;

use super::examples::{Example, Examples};
use super::fit::{Fitted, Params};
use super::lesson::Lesson;
use super::probability::{BINS, Bin, Predicted, calibration_error, reliability, sort};

/// How far a standardised weight may be expected to lie from where it is drawn to.
pub const DEVIATION: f64 = 0.5;

/// The part of the examples, the latest, on which a fit to the others is judged.
const TAIL: f64 = 0.2;

/// With fewer than these outcomes a kind's weights are mostly those they were drawn to.
const FEW: usize = 30;

/// What a fit reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The name of the model.
    pub model: String,
    /// How many examples it was fitted to.
    pub examples: usize,
    /// How many examples each of them stands for, where there were too many to be held.
    pub one_of: usize,
    /// Kind by kind.
    pub kinds: Vec<OfKind>,
}

/// What was learnt of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OfKind {
    /// Which kind.
    pub kind: String,
    /// How many showings it was learnt from.
    pub shown: usize,
    /// How often it came of one.
    pub came: usize,
    /// How many choices among others it was learnt from.
    pub chosen: usize,
    /// Whether its numbers only order and are not chances.
    pub relative: bool,
    /// The mean loss of an example of the tail, before and after a fit to the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<Loss>,
    /// The expected calibration error over the showings of the tail, after that fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ece: Option<f64>,
    /// Chances and what came, over the showings of the tail, in bins of equal counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reliability: Vec<Bin>,
    /// Log-odds of knowing nothing.
    pub bias: f64,
    /// The weights.
    pub weights: Vec<Weight>,
    /// What is to be thought of before relying on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// A weight and how sure it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Weight {
    /// Of which feature.
    pub feature: String,
    /// The weight.
    pub weight: f64,
    /// Its standard error.
    pub error: f64,
}

/// Mean losses.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Loss {
    /// With the model that was there.
    pub before: f64,
    /// With the one fitted.
    pub after: f64,
}

/// Fits a model of all kinds to examples, drawn towards `prior`.
///
/// `eligible` is how many items a choice was among, on the average: it makes the scale of chances that choices cannot
/// know.
///
/// # Errors
/// Where the examples are such that nothing can be fitted to them.
pub fn teach(examples: &Examples, kinds: &Kinds, prior: &Model, eligible: f64) -> Result<(Model, Report)> {
    let class = Class { examples, kinds, prior, eligible };
    let held_out = class.tail_from();
    let early = class.rows(|example| example.id() < held_out)?;
    let all = class.rows(|_| true)?;
    let mut reports = Vec::new();
    for (number, (name, kind)) in kinds.iter().enumerate().filter(|(_, (_, kind))| !kind.is_exposure) {
        let _ = kind;
        reports.push(class.report(number as u32, name, held_out, &early[number].0, &all[number]));
    }
    let rows = all.into_iter().map(|(row, _)| row).collect();
    let model = Model::fitted(rows, prior.associations.clone(), None);
    let report = Report {
        model: model.name().to_owned(),
        examples: examples.list().len(),
        one_of: examples.stride(),
        kinds: reports,
    };
    Ok((model, report))
}

/// What all fits of one model have in common.
struct Class<'a> {
    examples: &'a Examples,
    kinds: &'a Kinds,
    prior: &'a Model,
    eligible: f64,
}

impl Class<'_> {
    /// The id from which on examples are held out.
    fn tail_from(&self) -> usize {
        let list = self.examples.list();
        let place = (list.len() as f64 * (1.0 - TAIL)) as usize;
        list.get(place).map_or(usize::MAX, Example::id)
    }

    /// One row for each kind, with its standard errors, from the examples that `takes` takes.
    fn rows(&self, takes: impl Fn(&Example) -> bool) -> Result<Vec<(Row, Vec<f64>)>> {
        let shared = self.shared_direction(&takes)?;
        let numbered = (0..).zip(self.kinds.iter());
        numbered
            .map(|(number, (_, kind))| {
                let shipped = self.prior.row(number);
                if kind.is_exposure {
                    return Ok((shipped.clone(), Vec::new()));
                }
                let mut prior = shipped.weights.clone();
                if kind.positive {
                    prior.clone_from(&shared);
                }
                self.row(number, prior, &takes)
            })
            .collect()
    }

    /// The weights of any sign of liking.
    fn shared_direction(&self, takes: &impl Fn(&Example) -> bool) -> Result<Vec<f64>> {
        let count = |kind: u32| self.examples.list().iter().filter(|example| example.outcomes.contains(&kind)).count();
        let positive = (0..).zip(self.kinds.iter()).filter(|(_, (_, kind))| kind.positive).map(|(number, _)| number);
        let Some(most) = positive.max_by_key(|&kind| (count(kind), std::cmp::Reverse(kind))) else {
            return Ok(vec![0.0; self.examples.layout().of_one_kind()]);
        };
        let liked = |example: &Example| example.outcomes.iter().any(|&kind| self.kinds.of(kind).positive);
        let (lesson, labels) = self.examples.lesson_of(most, liked, takes);
        let shipped = self.prior.row(most);
        let mut fitted = fit(lesson, labels, shipped.weights.clone(), shipped.bias)?;
        fitted.weights.pop();
        Ok(fitted.weights)
    }

    fn row(&self, kind: u32, prior: Vec<f64>, takes: &impl Fn(&Example) -> bool) -> Result<(Row, Vec<f64>)> {
        let (lesson, labels) = self.examples.lesson(kind, takes);
        let (shown, chosen, came) = (lesson.shown as f64, lesson.choices.len() as f64, labels.sum());
        let start = match lesson.shown {
            0 => 0.0,
            _ => log_odds((came + 0.5) / (shown + 1.0)),
        };
        let mean = mean_features(&lesson);
        let mut fitted = fit(lesson, labels, prior, start)?;
        let bias = fitted.weights.pop().expect("the bias comes last");
        let choices = self.examples.list().iter().filter(|example| !example.shown && takes(example)).count() as f64;
        let relative = shown == 0.0;
        let bias = match relative {
            // What a choice among so many can say of the chance of each: its scale, at the mean of the others.
            true => {
                let rate = (chosen + 0.5) / (choices + 1.0) / self.eligible.max(2.0);
                let known: f64 = fitted.weights.iter().zip(&mean).map(|(weight, mean)| weight * mean).sum();
                log_odds(rate) - known
            }
            false => bias,
        };
        Ok((Row { bias, weights: fitted.weights, relative }, fitted.errors))
    }

    fn report(&self, kind: u32, name: &str, held_out: usize, early: &Row, all: &(Row, Vec<f64>)) -> OfKind {
        let (tail, labels) = self.examples.lesson(kind, |example| example.id() >= held_out);
        let (whole, outcomes) = self.examples.lesson(kind, |_| true);
        let (came, chosen) = (outcomes.sum() as usize, whole.choices.len());
        let loss = |row: &Row| tail.mean_loss(&with_bias(row), labels.as_slice().expect("labels lie in a row"));
        let mut predicted: Vec<Predicted> = (0..tail.shown)
            .map(|row| {
                let (places, values) = tail.rows.row(row);
                let z = nextpick_kernel::sparse::dot(&with_bias(early), places, values);
                Predicted { chance: sigmoid(z), happened: labels[row] > 0.5, of: 0 }
            })
            .collect();
        sort(&mut predicted);
        let (row, errors) = all;
        let weights = names().into_iter().zip(&row.weights).zip(errors).filter(|((_, weight), _)| **weight != 0.0);
        OfKind {
            kind: name.to_owned(),
            shown: whole.shown,
            came,
            chosen,
            relative: row.relative,
            loss: loss(self.prior.row(kind)).zip(loss(early)).map(|(before, after)| Loss { before, after }),
            ece: (!predicted.is_empty()).then(|| calibration_error(&predicted, BINS)),
            reliability: reliability(&predicted, BINS),
            bias: row.bias,
            weights: weights.map(|((feature, &weight), &error)| Weight { feature, weight, error }).collect(),
            warning: (came + chosen < FEW).then(|| {
                format!("came {} times, fewer than {FEW}: its weights are mostly those of the other kinds", came + chosen)
            }),
        }
    }
}

fn fit(lesson: Lesson, labels: Array1<f64>, mut prior: Vec<f64>, bias: f64) -> Result<Fitted> {
    prior.push(bias);
    Params::new(prior, DEVIATION).fit(&DatasetBase::new(lesson, labels))
}

fn with_bias(row: &Row) -> Vec<f64> {
    row.weights.iter().copied().chain([row.bias]).collect()
}

fn log_odds(chance: f64) -> f64 {
    libm::log(chance / (1.0 - chance))
}

/// The mean of each feature over the rows that stand for what could have been chosen, each as often as it stands for.
fn mean_features(lesson: &Lesson) -> Vec<f64> {
    let mut sums = vec![0.0; lesson.features];
    let mut all = 0.0;
    for row in lesson.shown..lesson.rows.len() {
        let stands_for = libm::exp(lesson.offsets[row]);
        let (places, values) = lesson.rows.row(row);
        nextpick_kernel::sparse::add(&mut sums, places, values, stands_for);
        all += stands_for;
    }
    sums.pop();
    sums.iter_mut().for_each(|sum| *sum /= f64::max(all, 1.0));
    sums
}
