//! Comparison of a variant with the control in one metric: all daily looks, and the conclusion from them.

use std::sync::Arc;

use serde::Serialize;

use crate::operations::experiment::{Direction, Experiment, Guardrail, Metric, Unit};

use super::cluster_sums::{ClusterSums, Estimate, FEWEST_CLUSTERS};
use super::e_value::{critical_size, e_value, normal_size, t_of};
use super::trial::Trial;

/// The outcome of an experiment or of one comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// No conclusion yet.
    Inconclusive,
    /// The variant is better than the control.
    Better,
    /// The variant is worse than the control.
    Worse,
    /// A difference that matters is excluded.
    NoMeaningfulDifference,
    /// A guardrail got worse, possibly by more than its tolerance.
    GuardrailFailed,
    /// The data do not allow a verdict.
    Invalid,
}

/// A variant against the control, in one metric.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Name of the variant.
    pub variant: String,
    /// Kind of the metric.
    pub kind: Arc<str>,
    /// The verdict.
    pub verdict: Verdict,
    /// Mean of the variant less that of the control; absent until its standard error is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<f64>,
    /// Confidence sequence; absent until it is bounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
    /// Relative difference; absent while the mean of the control is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lift: Option<f64>,
    /// Its confidence sequence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lift_interval: Option<[f64; 2]>,
    /// Largest e-value of all looks.
    pub e_value: f64,
    /// Relative gain in precision, 1/SE², from one more week at this pace.
    pub weekly_precision_gain: f64,
}

/// Minimum number of responses in each variant for a conclusion.
const FEWEST_RESPONSES: usize = 10;

/// Days in a week.
const WEEK: i64 = 7;

/// A metric over all looks.
pub struct Tracked {
    /// Mean of each variant; 0 without messages.
    pub means: Vec<f64>,
    comparisons: Vec<Measured>,
}

/// A variant against the control, over all looks.
#[derive(Default)]
pub struct Measured {
    /// At the last look.
    estimate: Option<Estimate>,
    /// Largest of all looks, at least 1.
    e_value: f64,
    /// Difference at that look.
    difference_then: f64,
    /// Days of looks with the precision 1/SE² at their end.
    precisions: Vec<(i64, f64)>,
    /// Fewest clusters, and fewest responses, of the two variants.
    fewest: (usize, usize),
}

impl Tracked {
    /// Walks a metric from day to day, with one look at the end of each.
    pub fn of(trial: &Trial, experiment: &Experiment, metric: &Metric) -> Self {
        let arms = experiment.variants.len();
        let mut sums = ClusterSums::new(trial.clusters, arms);
        let mut responses = vec![0; arms];
        let mut comparisons: Vec<Measured> =
            (1..arms).map(|_| Measured { e_value: 1.0, ..Measured::default() }).collect();
        for of_a_day in trial.steps(metric).chunk_by(|a, b| a.day == b.day) {
            for step in of_a_day {
                let cell = sums.of(step.cluster, step.arm);
                cell.base += step.base;
                cell.outcome += step.outcome;
                responses[step.arm] += usize::from(step.is_response);
            }
            for (arm, measured) in (1..).zip(&mut comparisons) {
                measured.look(of_a_day[0].day, sums.compare(arm, experiment.unit == Unit::SubjectDay));
            }
        }
        for (arm, measured) in (1..).zip(&mut comparisons) {
            measured.fewest = (sums.clusters(0).min(sums.clusters(arm)), responses[0].min(responses[arm]));
        }
        let means = (0..arms).map(|arm| sums.total(arm)).map(|sum| if sum.base > 0.0 { sum.mean() } else { 0.0 });
        Self { means: means.collect(), comparisons }
    }

    /// Returns the comparison of a variant, by its index, with the control.
    pub fn against_control(&self, arm: usize) -> &Measured {
        &self.comparisons[arm - 1]
    }
}

impl Measured {
    fn look(&mut self, day: i64, estimate: Option<Estimate>) {
        self.estimate = estimate;
        let Some(Estimate { difference, std_error, degrees, rate, .. }) = estimate else { return };
        let e = e_value(normal_size(difference / std_error, degrees), std_error, rate);
        if e > self.e_value {
            (self.e_value, self.difference_then) = (e, difference);
        }
        self.precisions.push((day, 1.0 / (std_error * std_error)));
    }

    /// Returns the gain of the last week in the present precision; in proportion where there was less than a week.
    fn weekly_precision_gain(&self) -> f64 {
        let Some(((first, _), (last, now))) = self.precisions.first().zip(self.precisions.last()) else { return 0.0 };
        let before = self.precisions.iter().rev().find(|(day, _)| *day <= last - WEEK);
        let (days, then) = before.map_or((last - first + 1, 0.0), |(day, then)| (last - day, *then));
        ((now - then) / now * WEEK as f64 / days as f64).max(0.0)
    }

    /// True if the difference at the look with the most evidence was an improvement.
    fn improved(&self, direction: Direction) -> bool {
        match direction {
            Direction::Increase => self.difference_then > 0.0,
            Direction::Decrease => self.difference_then < 0.0,
        }
    }

    fn has_enough(&self) -> bool {
        self.fewest.0 >= FEWEST_CLUSTERS && self.fewest.1 >= FEWEST_RESPONSES
    }
}

/// Rule of the verdicts of comparisons.
pub struct VerdictRule {
    /// e-value above which there is a difference.
    pub threshold: f64,
    /// True if the data allow no verdict.
    pub is_invalid: bool,
}

impl VerdictRule {
    /// Returns the verdict of a comparison, and the code of a reason. Differences of relative size up to `effect` do not
    /// matter; `has_failed` states that the variant or the guardrail failed.
    pub fn verdict(
        &self,
        measured: &Measured,
        direction: Direction,
        effect: f64,
        has_failed: bool,
    ) -> (Verdict, Option<&'static str>) {
        let is_small = self.intervals(measured).1.is_some_and(|[low, high]| -effect <= low && high <= effect);
        let small = is_small.then_some("small-effect");
        match () {
            () if self.is_invalid => (Verdict::Invalid, None),
            () if has_failed => (Verdict::GuardrailFailed, None),
            () if !measured.has_enough() => (Verdict::Inconclusive, Some("too-few")),
            () if measured.e_value > self.threshold && measured.improved(direction) => (Verdict::Better, small),
            () if measured.e_value > self.threshold => (Verdict::Worse, small),
            () if is_small => (Verdict::NoMeaningfulDifference, None),
            () => (Verdict::Inconclusive, None),
        }
    }

    /// True if a guardrail got worse, possibly by more than its tolerance.
    pub fn is_harmed(&self, measured: &Measured, guardrail: &Guardrail) -> bool {
        let beyond = |[low, high]: [f64; 2]| match guardrail.metric.direction {
            Direction::Increase => low < -guardrail.tolerance,
            Direction::Decrease => high > guardrail.tolerance,
        };
        let got_worse = measured.e_value > self.threshold && !measured.improved(guardrail.metric.direction);
        got_worse && measured.has_enough() && self.intervals(measured).1.is_none_or(beyond)
    }

    /// Returns the comparison of a guardrail.
    pub fn guardrail(&self, measured: &Measured, variant: &str, guardrail: &Guardrail) -> Comparison {
        let has_failed = self.is_harmed(measured, guardrail);
        let (verdict, _) = self.verdict(measured, guardrail.metric.direction, guardrail.tolerance, has_failed);
        self.comparison(measured, variant, &guardrail.metric, verdict)
    }

    /// Returns a comparison with its figures.
    pub fn comparison(&self, measured: &Measured, variant: &str, metric: &Metric, verdict: Verdict) -> Comparison {
        let (interval, lift_interval) = self.intervals(measured);
        Comparison {
            variant: variant.to_owned(),
            kind: metric.kind.clone(),
            verdict,
            difference: measured.estimate.map(|estimate| estimate.difference),
            interval,
            lift: measured.estimate.and_then(|estimate| estimate.lift).map(|(lift, _)| lift),
            lift_interval,
            e_value: measured.e_value,
            weekly_precision_gain: measured.weekly_precision_gain(),
        }
    }

    /// Returns the confidence sequences of the difference and of the lift at the last look: all values that its e-value
    /// does not exclude.
    fn intervals(&self, measured: &Measured) -> (Option<[f64; 2]>, Option<[f64; 2]>) {
        let bounds = |center: f64, half: f64| Some([center - half, center + half]).filter(|_| half.is_finite());
        let Some(Estimate { difference, std_error, degrees, rate, lift }) = measured.estimate else {
            return (None, None);
        };
        let Some(size) = critical_size(self.threshold, std_error, rate) else { return (None, None) };
        let t = t_of(size, degrees);
        (bounds(difference, t * std_error), lift.and_then(|(lift, error)| bounds(lift, t * error)))
    }
}
