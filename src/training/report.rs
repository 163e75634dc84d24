//! What a fit reports: kind by kind the weights, how sure they are, and how they did on what was held out.

use serde::Serialize;

use crate::base::number::sigmoid;
use crate::features::names;
use crate::model::Model;
use crate::model::group_weight::GroupWeight;
use crate::model::linear::LinearModel;
use crate::world::kind::Kinds;

use super::dataset::ExampleStore;
use super::group_weight::GroupWeightFit;
use crate::metrics::probability::{BINS, Bin, Predicted, calibration_error, reliability, sort};

/// With fewer than these outcomes a kind's weights are mostly those they were drawn to.
const FEW: usize = 30;

/// What a fit reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FitReport {
    /// The name of the model.
    pub model: String,
    /// How many examples it was fitted to.
    pub examples: usize,
    /// How many examples each of them stands for, where there were too many to be held.
    pub one_of: usize,
    /// Kind by kind.
    pub kinds: Vec<OfKind>,
    /// How much groups weigh against their members; absent where no group with members chose anything in the tail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<OfGroups>,
}

/// What was learnt of groups: one weighs `most` · m / (m + `half_at`), m being what it did, decayed, in weights of kinds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OfGroups {
    /// What a group that did very much weighs.
    pub most: f64,
    /// After so much it weighs half of that.
    pub half_at: f64,
    /// From how many choices in the tail.
    pub heard: usize,
    /// The mean loss of a choice with the share that ships, and with one learnt from the other half of the choices.
    pub loss: Loss,
}

/// What was learnt of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OfKind {
    /// Which kind.
    pub kind: String,
    /// Whose: `users` or `groups`.
    pub of: &'static str,
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

/// The model that was there, one fitted to all but the tail, and one fitted to all.
pub struct ComparedModels<'a> {
    /// What it was drawn towards.
    pub before: &'a Model,
    /// Fitted without the tail.
    pub early: &'a Model,
    /// Fitted to all.
    pub fitted: &'a Model,
}

/// Reports on a fit to examples, of which the tail begins with that of id `held_out`.
pub fn of(
    examples: &ExampleStore,
    kinds: &Kinds,
    fits: &ComparedModels,
    held_out: usize,
    groups: Option<GroupWeightFit>,
) -> FitReport {
    let mut told = Vec::new();
    let (_, of_groups) = fits.fitted.rows();
    for is_user in if of_groups.is_empty() { &[true][..] } else { &[true, false] } {
        for (number, (name, _)) in (0..).zip(kinds.iter()).filter(|(_, (_, kind))| !kind.is_exposure) {
            let [before, early, row] = [fits.before, fits.early, fits.fitted].map(|model| model.row(number, *is_user));
            told.push(of_kind(examples, (number, name), !is_user, held_out, &ReportRows { before, early, row }));
        }
    }
    let groups = groups.map(|GroupWeightFit { share: GroupWeight { most, half_at }, heard, loss }| OfGroups {
        most,
        half_at,
        heard,
        loss,
    });
    let (model, one_of) = (fits.fitted.name().to_owned(), examples.stride());
    FitReport { model, examples: examples.list().len(), one_of, kinds: told, groups }
}

/// One kind's rows of each.
struct ReportRows<'a> {
    before: &'a LinearModel,
    early: &'a LinearModel,
    row: &'a LinearModel,
}

/// Reports on one kind of users or of groups.
fn of_kind(
    examples: &ExampleStore,
    (kind, name): (u32, &str),
    of_groups: bool,
    held_out: usize,
    fits: &ReportRows,
) -> OfKind {
    let (tail, labels) =
        examples.training_set(kind, |example| example.of_group == of_groups && example.id() >= held_out);
    let labels = labels.to_vec();
    let (whole, outcomes) = examples.training_set(kind, |example| example.of_group == of_groups);
    let (came, chosen) = (outcomes.sum() as usize, whole.choices.len());
    let loss = |row: &LinearModel| tail.mean_loss(&row.with_bias(), &labels);
    let weights = fits.early.with_bias();
    let predict = |row: usize| {
        let (places, values) = tail.rows.row(row);
        let z = nextpick_kernel::sparse::dot(&weights, places, values);
        Predicted { chance: sigmoid(z), happened: labels[row] > 0.5, of: 0 }
    };
    let mut predicted: Vec<Predicted> = (0..tail.shown).map(predict).collect();
    sort(&mut predicted);
    let known =
        names().into_iter().zip(&fits.row.weights).zip(&fits.row.errors).filter(|((_, weight), _)| **weight != 0.0);
    OfKind {
        kind: name.to_owned(),
        of: if of_groups { "groups" } else { "users" },
        shown: whole.shown,
        came,
        chosen,
        relative: fits.row.relative,
        loss: loss(fits.before).zip(loss(fits.early)).map(|(before, after)| Loss { before, after }),
        ece: (!predicted.is_empty()).then(|| calibration_error(&predicted, BINS)),
        reliability: reliability(&predicted, BINS),
        bias: fits.row.bias,
        weights: known.map(|((feature, &weight), &error)| Weight { feature, weight, error }).collect(),
        warning: (came + chosen < FEW).then(|| {
            format!(
                "it came {} times, fewer than {FEW}: its weights are mostly those they were drawn to",
                came + chosen
            )
        }),
    }
}
