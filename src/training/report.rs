//! The report of a fit: per kind the weights, their standard errors, and the loss on the holdout.

use serde::Serialize;

use crate::base::index::KindIndex;
use crate::base::number::sigmoid;
use crate::features::names;
use crate::model::Model;
use crate::model::group_weight::GroupWeight;
use crate::model::linear::LinearModel;
use crate::world::kind::Kinds;

use super::dataset::ExampleStore;
use super::group_weight::GroupWeightFit;
use crate::metrics::loss::Loss;
use crate::metrics::probability::{BINS, Bin, Predicted, calibration_error, reliability, sort};

/// With fewer outcomes a kind's weights are mostly their prior means, which the report warns of.
const FEW: usize = 30;

/// The report of a fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FitReport {
    /// Name of the model.
    pub model: String,
    /// Number of examples it was fitted to.
    pub examples: usize,
    /// Number of examples each stored one represents: 1 up to the memory limit.
    pub one_of: usize,
    /// One report per kind, except exposures; users first, then groups.
    pub kinds: Vec<KindReport>,
    /// The group weight; absent if no group with members made a choice in the holdout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<GroupReport>,
}

/// The fitted group weight `most` · m / (m + `half_at`), m being the group's activity (decayed sum of kind weights).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupReport {
    /// The weight's limit at high activity, above 0 and below 1.
    pub most: f64,
    /// The activity at which the weight is half of `most`.
    pub half_at: f64,
    /// Number of choices in the holdout it was fitted to.
    pub heard: usize,
    /// Mean loss of a choice with the shipped weight, and by two-fold cross-validation.
    pub loss: Loss,
}

/// The report of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KindReport {
    /// Name of the kind.
    pub kind: String,
    /// `users` or `groups`.
    pub of: &'static str,
    /// Number of exposures fitted to.
    pub shown: usize,
    /// Number of exposures with this outcome.
    pub came: usize,
    /// Number of choices fitted to.
    pub chosen: usize,
    /// True if its probabilities only order items and are not calibrated.
    pub relative: bool,
    /// Mean loss of an example of the holdout, with the prior and with the holdout fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<Loss>,
    /// Expected calibration error of the holdout fit over the exposures of the holdout, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ece: Option<f64>,
    /// Predicted and observed rates over the exposures of the holdout, in bins of equal counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reliability: Vec<Bin>,
    /// Log-odds with all features at 0.
    pub bias: f64,
    /// The weights other than 0.
    pub weights: Vec<Weight>,
    /// A caveat, if there were few outcomes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warning: Option<String>,
}

/// A weight with its standard error.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Weight {
    /// Name of the feature.
    pub feature: String,
    /// The weight, in log-odds per unit of the feature.
    pub weight: f64,
    /// Its standard error.
    pub error: f64,
}

/// The models a report compares.
pub struct ComparedModels<'a> {
    /// The model whose weights were the prior means.
    pub before: &'a Model,
    /// The holdout fit.
    pub early: &'a Model,
    /// The model fitted to all examples.
    pub fitted: &'a Model,
}

/// Reports on a fit; the examples from id `held_out` on are the holdout.
pub fn fit_report(
    examples: &ExampleStore,
    kinds: &Kinds,
    fits: &ComparedModels,
    held_out: usize,
    groups: Option<GroupWeightFit>,
) -> FitReport {
    let mut reports = Vec::new();
    let (_, of_groups) = fits.fitted.rows();
    for is_user in if of_groups.is_empty() { &[true][..] } else { &[true, false] } {
        for (index, (name, _)) in (0..).map(KindIndex).zip(kinds.iter()).filter(|(_, (_, kind))| !kind.is_exposure) {
            let [before, early, row] = [fits.before, fits.early, fits.fitted].map(|model| model.row(index, *is_user));
            reports.push(kind_report(examples, (index, name), !is_user, held_out, &ReportRows { before, early, row }));
        }
    }
    let groups = groups.map(|GroupWeightFit { weight: GroupWeight { most, half_at }, choices, loss }| GroupReport {
        most,
        half_at,
        heard: choices,
        loss,
    });
    let (model, one_of) = (fits.fitted.name().to_owned(), examples.stride());
    FitReport { model, examples: examples.list().len(), one_of, kinds: reports, groups }
}

/// One kind's linear models in the three.
struct ReportRows<'a> {
    before: &'a LinearModel,
    early: &'a LinearModel,
    row: &'a LinearModel,
}

/// Reports on one kind, for users or for groups.
fn kind_report(
    examples: &ExampleStore,
    (kind, name): (KindIndex, &str),
    of_groups: bool,
    held_out: usize,
    fits: &ReportRows,
) -> KindReport {
    let (tail, labels) =
        examples.training_set(kind, |example| example.of_group == of_groups && example.id() >= held_out);
    let labels = labels.to_vec();
    let (whole, outcomes) = examples.training_set(kind, |example| example.of_group == of_groups);
    let (came, chosen) = (outcomes.sum() as usize, whole.choices.len());
    let loss = |row: &LinearModel| tail.mean_loss(&row.with_bias(), &labels);
    let weights = fits.early.with_bias();
    let predict = |row: usize| {
        let (columns, values) = tail.rows.row(row);
        let z = nextpick_kernel::sparse::dot(&weights, columns, values);
        Predicted { chance: sigmoid(z), happened: labels[row] > 0.5, of: 0 }
    };
    let mut predicted: Vec<Predicted> = (0..tail.shown).map(predict).collect();
    sort(&mut predicted);
    let known =
        names().into_iter().zip(&fits.row.weights).zip(&fits.row.errors).filter(|((_, weight), _)| **weight != 0.0);
    KindReport {
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
