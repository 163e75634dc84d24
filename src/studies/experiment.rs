//! Analysis of an experiment by independent clusters, with tests that stay valid however often one looks.

use serde::Serialize;

use crate::base::error::Result;
use crate::base::time::{self, Time};
use crate::base::value::{Fields, Value};
use crate::operations::experiment::{Experiment, Guardrail, Metric};

use super::attribution::AttributionCounts;
use super::comparison::{Comparison, Tracked, Verdict, VerdictRule};
use super::e_value::threshold;
use super::sample_ratio::LARGEST_SOUND;
use super::study_log::StudyLog;
use super::trial::Trial;

/// A request for an analysis.
#[derive(Debug, Clone)]
pub struct AnalysisRequest {
    experiment: Experiment,
    from: Time,
    to: Time,
}

impl AnalysisRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let request = Self {
            experiment: fields.required("experiment", Experiment::read)?,
            from: fields.or("from", Time::MIN, time::time)?,
            to: fields.or("to", Time::MAX, time::time)?,
        };
        fields.finish()?;
        Ok(request)
    }
}

/// The analysis of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExperimentReport {
    /// The verdict.
    pub verdict: Verdict,
    /// Codes that explain it.
    pub reasons: Vec<String>,
    /// Variants, the control first.
    pub variants: Vec<VariantReport>,
    /// Each variant against the control.
    pub goal: Vec<Comparison>,
    /// Each guardrail and variant against the control.
    pub guardrails: Vec<Comparison>,
    /// Test of the observed assignment against the weights.
    pub sample_ratio: SampleRatio,
    /// Conditions of a valid experiment.
    pub health: Health,
}

/// One variant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariantReport {
    /// Name.
    pub name: String,
    /// Number of units.
    pub units: u64,
    /// Number of messages.
    pub messages: usize,
    /// Mean of the goal; 0 without messages.
    pub mean: f64,
}

/// Numbers of units by variant.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SampleRatio {
    /// Expected by the weights.
    pub expected: Vec<f64>,
    /// Observed.
    pub observed: Vec<u64>,
    /// Largest e-value of all looks.
    pub e_value: f64,
    /// True if the assignment is as expected.
    pub ok: bool,
}

/// Conditions of a valid experiment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Number of independent clusters.
    pub clusters: usize,
    /// Share of units seen with more than one variant.
    pub reassigned: f64,
    /// Share of members in groups of several variants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_overlap: Option<f64>,
    /// Completeness of the data.
    pub attribution: AttributionCounts,
}

/// Maximum share of units that were seen with more than one variant.
const REASSIGNED: f64 = 0.005;

/// Maximum share of responses that name an unknown decision.
const UNKNOWN: f64 = 0.05;

/// Analyses an experiment.
///
/// # Errors
/// If the log has a variant that the experiment does not have.
pub fn analyze(log: &StudyLog, request: &AnalysisRequest) -> Result<ExperimentReport> {
    let experiment = &request.experiment;
    let trial = Trial::of(log, experiment, request.from, request.to)?;
    let sample_ratio = sample_ratio(experiment, &trial);
    let health = health(experiment, &trial);
    let faults = faults(&sample_ratio, &health);
    let rule = VerdictRule { threshold: threshold(experiment.variants.len() - 1), is_invalid: !faults.is_empty() };

    let goal = Tracked::of(&trial, experiment, &experiment.goal);
    let of_guardrails: Vec<(&Guardrail, Tracked)> = experiment
        .guardrails
        .iter()
        .map(|guardrail| (guardrail, Tracked::of(&trial, experiment, &guardrail.metric)))
        .collect();
    let mut reasons = faults;
    let mut compare = |arm: usize| {
        let failed =
            of_guardrails.iter().filter(|(guardrail, tracked)| rule.is_harmed(tracked.against_control(arm), guardrail));
        let failed: Vec<String> =
            failed.map(|(guardrail, _)| ["guardrail:", &guardrail.metric.kind].concat()).collect();
        let measured = goal.against_control(arm);
        let (verdict, reason) =
            rule.verdict(measured, experiment.goal.direction, experiment.minimum_effect, !failed.is_empty());
        let because = if verdict == Verdict::GuardrailFailed { failed } else { Vec::new() };
        for reason in because.into_iter().chain(reason.map(str::to_owned)) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        rule.comparison(measured, &experiment.variants[arm].name, &experiment.goal, verdict)
    };
    let arms = 1..experiment.variants.len();
    let goal_comparisons: Vec<Comparison> = arms.clone().map(&mut compare).collect();
    let guardrails = of_guardrails.iter().flat_map(|(guardrail, tracked)| {
        arms.clone().map(|arm| rule.guardrail(tracked.against_control(arm), &experiment.variants[arm].name, guardrail))
    });
    let guardrails = guardrails.collect();
    let counts = trial.unit_counts().into_iter().zip(trial.message_counts());
    let variant = |(arm, (units, messages)): (usize, (u64, usize))| VariantReport {
        name: experiment.variants[arm].name.clone(),
        units,
        messages,
        mean: goal.means[arm],
    };
    Ok(ExperimentReport {
        verdict: overall(&goal_comparisons),
        reasons,
        variants: counts.enumerate().map(variant).collect(),
        goal: goal_comparisons,
        guardrails,
        sample_ratio,
        health,
    })
}

fn sample_ratio(experiment: &Experiment, trial: &Trial) -> SampleRatio {
    let observed = trial.unit_counts();
    let total: u64 = observed.iter().sum();
    let e_value = trial.sample_ratio();
    SampleRatio {
        expected: experiment.shares().iter().map(|share| share * total as f64).collect(),
        observed,
        e_value,
        ok: e_value <= LARGEST_SOUND,
    }
}

fn health(experiment: &Experiment, trial: &Trial) -> Health {
    let of_guardrails = experiment.guardrails.iter().map(|guardrail| &guardrail.metric);
    let metrics: Vec<&Metric> = std::iter::once(&experiment.goal).chain(of_guardrails).collect();
    Health {
        clusters: trial.clusters,
        reassigned: trial.reassigned(),
        member_overlap: trial.member_overlap(),
        attribution: trial.attribution(&metrics),
    }
}

/// Returns the codes of the conditions that make an experiment invalid.
fn faults(sample_ratio: &SampleRatio, health: &Health) -> Vec<String> {
    let AttributionCounts { responses, unknown_decision, .. } = health.attribution;
    let faults = [
        ("sample-ratio", !sample_ratio.ok),
        ("reassigned", health.reassigned > REASSIGNED),
        ("attribution", unknown_decision as f64 > UNKNOWN * responses as f64),
    ];
    faults.into_iter().filter(|(_, is_there)| *is_there).map(|(code, _)| code.to_owned()).collect()
}

/// Returns the verdict of the only comparison, or the one that decides among several.
fn overall(comparisons: &[Comparison]) -> Verdict {
    let any = |verdict: Verdict| comparisons.iter().any(|comparison| comparison.verdict == verdict);
    let decides_alone =
        [Verdict::Invalid, Verdict::Better, Verdict::GuardrailFailed].into_iter().find(|verdict| any(*verdict));
    let first = comparisons[0].verdict;
    let all_agree = comparisons.iter().all(|comparison| comparison.verdict == first);
    decides_alone.unwrap_or(if all_agree { first } else { Verdict::Inconclusive })
}
