//! The report of a fit: per kind the weights, their standard errors, and the measures on the holdout.

use serde::Serialize;

use crate::base::index::KindIndex;
use crate::base::number::sigmoid;
use crate::features::names;
use crate::model::Model;
use crate::model::group_weight::GroupWeight;
use crate::model::linear::LinearModel;
use crate::world::kind::Kinds;

use super::dataset::{Example, ExampleStore};
use super::group_weight::GroupWeightFit;
use super::interpolation::{HoldoutComparison, HoldoutComparisons, Measures};
use crate::metrics::before_after::BeforeAfter;
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
    /// Reasons to distrust the fit of a kind.
    pub warnings: Vec<FitWarning>,
    /// The group weight; absent if no group with members made a choice in the holdout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<GroupReport>,
}

/// A reason to distrust the fit of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FitWarning {
    /// Name of the kind.
    pub kind: String,
    /// `users` or `groups`.
    pub of: &'static str,
    /// `few`: few outcomes; `shipped`: the holdout contradicts the fit, so that shipped weights are used in part or alone.
    pub code: &'static str,
    /// The reason in English.
    pub message: String,
}

/// The fitted group weight `most` · m / (m + `half_at`), m being the group's activity (decayed sum of kind weights).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupReport {
    /// The weight's limit at high activity, above 0 and below 1.
    pub most: f64,
    /// The activity at which the weight is half of `most`.
    pub half_at: f64,
    /// Number of choices, and of pushes with responses, in the holdout it was fitted to.
    pub heard: usize,
    /// Mean loss of a choice with the shipped weight, and by two-fold cross-validation.
    pub loss: BeforeAfter,
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
    /// Share of the fitted weights that is used, 0 to 1; the rest is the shipped weights'.
    pub share: f64,
    /// Mean loss of an example of the holdout, with the shipped weights (their bias fitted) and with the holdout fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<BeforeAfter>,
    /// Mean over the holdout's responses of the probability that the item scores above one that the same subject was
    /// shown and ignored, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auc: Option<BeforeAfter>,
    /// Mean NDCG of the holdout's organic choices among the items available, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ndcg: Option<BeforeAfter>,
    /// Expected calibration error of the holdout fit over the exposures of the holdout, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ece: Option<f64>,
    /// Predicted and observed rates over the exposures of the holdout, in bins of equal counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reliability: Vec<Bin>,
    /// Log-odds with all features at 0.
    pub bias: f64,
    /// The weights other than 0. That of `rates.item.effect` is fixed at 1, with the error 0.
    pub weights: Vec<Weight>,
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

/// A fit and its comparison with the shipped weights.
pub struct ComparedFit<'a> {
    /// The holdout fit.
    pub early: &'a Model,
    /// The model fitted to all examples, mixed with the shipped weights.
    pub fitted: &'a Model,
    /// Comparisons of the holdout fit with the shipped weights.
    pub comparisons: &'a HoldoutComparisons,
}

/// Reports on a fit; the examples from id `held_out` on are the holdout.
pub fn fit_report(
    examples: &ExampleStore,
    kinds: &Kinds,
    fit: &ComparedFit,
    held_out: usize,
    groups: Option<GroupWeightFit>,
) -> FitReport {
    let (mut reports, mut warnings) = (Vec::new(), Vec::new());
    let (_, of_groups) = fit.fitted.rows();
    for is_user in if of_groups.is_empty() { &[true][..] } else { &[true, false] } {
        for (index, (name, _)) in (0..).map(KindIndex).zip(kinds.iter()).filter(|(_, (_, kind))| !kind.is_exposure) {
            let [early, row] = [fit.early, fit.fitted].map(|model| model.row(index, *is_user));
            let compared = ComparedRow { early, row, comparison: fit.comparisons.of(index, *is_user) };
            let report = kind_report(examples, (index, name), !is_user, held_out, &compared);
            warnings.extend(warnings_of(&report, &compared.comparison));
            reports.push(report);
        }
    }
    let groups = groups.map(|GroupWeightFit { weight: GroupWeight { most, half_at }, choices, loss }| GroupReport {
        most,
        half_at,
        heard: choices,
        loss,
    });
    FitReport {
        model: fit.fitted.name().to_owned(),
        examples: examples.list().len(),
        one_of: examples.stride(),
        warnings,
        kinds: reports,
        groups,
    }
}

/// One kind's linear models, and the comparison of the first.
struct ComparedRow<'a> {
    early: &'a LinearModel,
    row: &'a LinearModel,
    comparison: HoldoutComparison,
}

/// Reports on one kind, for users or for groups.
fn kind_report(
    examples: &ExampleStore,
    (kind, name): (KindIndex, &str),
    of_groups: bool,
    held_out: usize,
    fit: &ComparedRow,
) -> KindReport {
    let is_of_type = |example: &Example| example.is_of_group() == of_groups;
    let (tail, labels) = examples.training_set(kind, |example| is_of_type(example) && example.id() >= held_out);
    let (whole, outcomes) = examples.training_set(kind, is_of_type);
    let z = tail.scores(&fit.early.with_bias());
    let predict = |row: usize| Predicted { chance: sigmoid(z[row]), happened: labels[row] > 0.5, of: 0 };
    let mut predicted: Vec<Predicted> = (0..tail.shown).map(predict).collect();
    sort(&mut predicted);
    let before_after = |measure: fn(&Measures) -> Option<f64>| {
        let [before, after] = fit.comparison.measures?;
        measure(&before).zip(measure(&after)).map(|(before, after)| BeforeAfter { before, after })
    };
    let error = |n: usize| fit.row.errors.get(n).copied().unwrap_or_else(|| fit.row.error(n));
    let weights = names().into_iter().zip(&fit.row.weights).zip(0..).filter(|((_, weight), _)| **weight != 0.0);
    KindReport {
        kind: name.to_owned(),
        of: if of_groups { "groups" } else { "users" },
        shown: whole.shown,
        came: outcomes.sum() as usize,
        chosen: whole.choices.len(),
        relative: fit.row.relative,
        share: fit.comparison.share,
        loss: before_after(|measures| Some(measures.loss)),
        auc: before_after(|measures| measures.auc),
        ndcg: before_after(|measures| measures.ndcg),
        ece: (!predicted.is_empty()).then(|| calibration_error(&predicted, BINS)),
        reliability: reliability(&predicted, BINS),
        bias: fit.row.bias,
        weights: weights.map(|((feature, &weight), n)| Weight { feature, weight, error: error(n) }).collect(),
    }
}

/// Returns the reasons to distrust the fit of a kind.
fn warnings_of(report: &KindReport, comparison: &HoldoutComparison) -> impl Iterator<Item = FitWarning> + use<> {
    let KindReport { of, share, .. } = *report;
    let (kind, outcomes) = (report.kind.clone(), report.came + report.chosen);
    let few = (outcomes < FEW).then(|| {
        ("few", format!("it came {outcomes} times, fewer than {FEW}: its weights are mostly those they were drawn to"))
    });
    let shipped = comparison.contradicts().then(|| {
        let used = match share {
            0.0 => "the shipped weights are kept".to_owned(),
            _ => format!("{share} of the fitted weights are used, the rest are the shipped ones"),
        };
        ("shipped", format!("the holdout contradicts its fit: {used}"))
    });
    let warning = move |(code, message)| FitWarning { kind: kind.clone(), of, code, message };
    few.into_iter().chain(shipped).map(warning)
}
