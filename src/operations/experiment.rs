//! Experiments: A/B tests, with their variants, goal and guardrails.

use std::sync::Arc;

use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::time::{self, DAY, Time};
use crate::base::value::{self, Fields, Value, quoted};
use crate::world::audience::{Audience, AudienceRule};

use super::item_filter::ItemFilter;
use super::quota::Quota;
use super::{each_once, list_of_at_most};

/// An A/B test.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// Unique id; part of the assignment.
    pub id: String,
    /// The unit of randomisation.
    pub unit: Unit,
    /// Two to eight variants, the control first.
    pub variants: Vec<Variant>,
    /// Share of the units that take part, above 0 to 1.
    pub coverage: f64,
    /// Recipients in the experiment; all if absent.
    pub audience: Option<AudienceRule>,
    /// Start; as soon as the operations are set if absent.
    pub starts_at: Option<Time>,
    /// First moment at which it no longer runs; never if absent.
    pub expires_at: Option<Time>,
    /// The metric that should improve.
    pub goal: Metric,
    /// Smallest relative difference of the goal that matters, above 0.
    pub minimum_effect: f64,
    /// Metrics that must not get worse, at most eight.
    pub guardrails: Vec<Guardrail>,
}

/// The unit of randomisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Each user, in private messages.
    User,
    /// Each group.
    Group,
    /// Each recipient anew every day of the operator's: a switchback.
    SubjectDay,
}

/// One variant. A field that is absent is as without the experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Unique name.
    pub name: String,
    /// Relative share of the units that take part, above 0.
    pub weight: f64,
    /// Name of an objective, or weights by kind, as given.
    pub objective: Option<Value>,
    /// Policy, as given.
    pub policy: Option<Value>,
    /// Penalty for similarity, 0 to 1.
    pub diversity: Option<f64>,
    /// Quotas that replace the quotas of the operations.
    pub quotas: Option<Vec<Quota>>,
    /// Further restriction of the candidates.
    pub only: Option<ItemFilter>,
    /// True if it decides with the default weights instead of the fitted ones.
    pub has_default_model: bool,
    /// Journeys that run for this variant.
    pub journeys: Option<Vec<String>>,
}

/// A metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// The kind of interaction that counts as a response.
    pub kind: Arc<str>,
    /// Length of the attribution window in ms.
    pub within: Time,
    /// The denominator.
    pub per: Denominator,
    /// The numerator.
    pub measure: Measure,
    /// The direction of an improvement.
    pub direction: Direction,
}

/// The denominator of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denominator {
    /// Messages sent.
    Message,
    /// Impressions.
    Impression,
}

/// The numerator of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Distinct responding users per message.
    Responses,
    /// The sum of the interactions' values.
    Value,
}

/// The direction of an improvement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Increase,
    /// Less is better.
    Decrease,
}

/// A metric that must not get worse.
#[derive(Debug, Clone, PartialEq)]
pub struct Guardrail {
    /// The metric.
    pub metric: Metric,
    /// Largest acceptable relative harm, above 0.
    pub tolerance: f64,
}

/// Maximum number of variants of an experiment.
const MAX_VARIANTS: usize = 8;

/// Maximum number of guardrails of an experiment.
const MAX_GUARDRAILS: usize = 8;

/// Smallest effect that matters, and largest acceptable harm, if not given.
const RELATIVE_EFFECT: f64 = 0.1;

/// Default length of the attribution window in days.
const WITHIN_DAYS: Time = 7;

/// Maximum of relative sizes, so that sums of them are finite.
const LARGEST: f64 = 1e6;

impl Experiment {
    /// Reads an experiment. An objective by weights, and a policy, are checked where they are applied.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let (goal, minimum_effect) = fields.required("goal", |value, path| metric(value, path, "minimumEffect"))?;
        let experiment = Self {
            id: fields.required("id", id::id)?,
            unit: fields.required("unit", |value, path| choice(value, path, &UNITS))?,
            variants: fields.required("variants", variants)?,
            coverage: fields.or(
                "coverage",
                1.0,
                value::number_that("a share above 0, at most 1", |share| share > 0.0 && share <= 1.0),
            )?,
            audience: fields.optional("audience", AudienceRule::read_allowing_nobody)?,
            starts_at: fields.optional("startsAt", time::time)?,
            expires_at: fields.optional("expiresAt", time::time)?,
            goal,
            minimum_effect,
            guardrails: fields.or("guardrails", Vec::new(), |value, path| {
                list_of_at_most(MAX_GUARDRAILS, value, path, |value, path| {
                    metric(value, path, "tolerance").map(|(metric, tolerance)| Guardrail { metric, tolerance })
                })
            })?,
        };
        fields.check()?;
        if let (Some(start), Some(end)) = (experiment.starts_at, experiment.expires_at)
            && end <= start
        {
            return Err(Error::invalid(&fields.path("expiresAt"), format!("a time after startsAt ({start})"), end));
        }
        let names_journeys = experiment.variants.iter().position(|variant| variant.journeys.is_some());
        if let (Unit::SubjectDay, Some(n)) = (experiment.unit, names_journeys) {
            let at = fields.path(&format!("variants[{n}].journeys"));
            let rule = "no journeys with the unit subject-day: a journey cannot change every day";
            return Err(Error::invalid(&at, rule, "a list"));
        }
        fields.finish()?;
        Ok(experiment)
    }

    /// True if it runs at a moment.
    pub fn runs_at(&self, now: Time) -> bool {
        self.starts_at.is_none_or(|start| start <= now) && self.expires_at.is_none_or(|end| now < end)
    }

    /// Returns the shares of the variants among the units that take part; they sum to 1.
    pub fn shares(&self) -> Vec<f64> {
        let total: f64 = self.variants.iter().map(|variant| variant.weight).sum();
        self.variants.iter().map(|variant| variant.weight / total).collect()
    }

    /// True if both may run at the same moment for the same recipient.
    fn may_meet(&self, other: &Self) -> bool {
        let begins_before_end = |a: &Self, b: &Self| match (a.starts_at, b.expires_at) {
            (Some(start), Some(end)) => start < end,
            _ => true,
        };
        let are_disjoint = match (&self.audience, &other.audience) {
            (Some(a), Some(b)) => excludes(&a.only, &b.only),
            _ => false,
        };
        begins_before_end(self, other) && begins_before_end(other, self) && !are_disjoint
    }
}

/// True if no recipient can be in both audiences: each has one tier, one group and one purpose.
fn excludes(a: &Audience, b: &Audience) -> bool {
    let lists = [(&a.tiers, &b.tiers), (&a.purposes, &b.purposes), (&a.groups, &b.groups)];
    lists.into_iter().any(|(a, b)| match (a, b) {
        (Some(a), Some(b)) => !a.iter().any(|name| b.contains(name)),
        _ => false,
    })
}

/// Checks experiments against each other and against the ids of the journeys.
///
/// # Errors
/// [`Code::Unknown`] for a journey that does not exist, and [`Code::Invalid`] for a field that two experiments set
/// although both may apply to one decision; the path is that of the later one.
pub fn check_all(experiments: &[Experiment], journeys: &[&str], path: &str) -> Result<()> {
    for (n, experiment) in experiments.iter().enumerate() {
        for (index, variant) in experiment.variants.iter().enumerate() {
            let at = |field: &str| format!("{path}[{n}].variants[{index}].{field}");
            for (j, journey) in variant.journeys.iter().flatten().enumerate() {
                if !journeys.contains(&journey.as_str()) {
                    let rule = format!("one of the journeys {}", journeys.join(", "));
                    return Err(Error::new(Code::Unknown, &at(&format!("journeys[{j}]")), rule, quoted(journey)));
                }
            }
            for earlier in experiments[..n].iter().filter(|earlier| earlier.may_meet(experiment)) {
                let is_set = |field: &&str| earlier.variants.iter().any(|variant| variant.sets(field));
                if let Some(field) = FIELDS.into_iter().filter(|field| variant.sets(field)).find(is_set) {
                    let rule = format!(
                        "a field that the experiment {} does not set: both may apply to one decision, unless their times, or their tiers, purposes or groups, are disjoint",
                        quoted(&earlier.id)
                    );
                    return Err(Error::invalid(&at(field), rule, quoted(&experiment.id)));
                }
            }
        }
    }
    Ok(())
}

/// Fields of a variant that change a decision.
const FIELDS: [&str; 7] = ["objective", "policy", "diversity", "quotas", "only", "model", "journeys"];

impl Variant {
    fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let share = value::number_that("a number from 0 to 1", |share| (0.0..=1.0).contains(&share));
        let variant = Self {
            name: fields.required("name", id::id)?,
            weight: fields.or("weight", 1.0, relative)?,
            objective: fields.optional("objective", value::anything)?,
            policy: fields.optional("policy", value::anything)?,
            diversity: fields.optional("diversity", share)?,
            quotas: fields.optional("quotas", Quota::read_all)?,
            only: fields.optional("only", ItemFilter::read)?,
            has_default_model: fields
                .optional("model", |value, path| choice(value, path, &[("default", ())]))?
                .is_some(),
            journeys: fields.optional("journeys", journeys)?,
        };
        fields.finish()?;
        Ok(variant)
    }

    fn sets(&self, field: &str) -> bool {
        match field {
            "objective" => self.objective.is_some(),
            "policy" => self.policy.is_some(),
            "diversity" => self.diversity.is_some(),
            "quotas" => self.quotas.is_some(),
            "only" => self.only.is_some(),
            "model" => self.has_default_model,
            _ => self.journeys.is_some(),
        }
    }
}

fn variants(value: Value, path: &str) -> Result<Vec<Variant>> {
    let variants = list_of_at_most(MAX_VARIANTS, value, path, Variant::read)?;
    each_once(variants.iter().map(|variant| variant.name.as_str()), "name", path)?;
    match variants.len() {
        0 | 1 => Err(Error::invalid(path, "at least two variants, the control first", variants.len())),
        _ => Ok(variants),
    }
}

fn journeys(value: Value, path: &str) -> Result<Vec<String>> {
    let journeys = value::list(value, path, id::id)?;
    match journeys.is_empty() {
        true => Err(Error::invalid(path, "at least one journey", "an empty list")),
        false => Ok(journeys),
    }
}

/// Reads a metric and the relative size under the name `effect`.
fn metric(value: Value, path: &str, effect: &'static str) -> Result<(Metric, f64)> {
    let mut fields = Fields::of(value, path)?;
    let metric = Metric {
        kind: fields.required("kind", id::shared)?,
        within: fields.or("withinDays", WITHIN_DAYS * DAY, window)?,
        per: fields.or("per", Denominator::Message, |value, path| choice(value, path, &DENOMINATORS))?,
        measure: fields.or("measure", Measure::Responses, |value, path| choice(value, path, &MEASURES))?,
        direction: fields.or("direction", Direction::Increase, |value, path| choice(value, path, &DIRECTIONS))?,
    };
    let effect = fields.or(effect, RELATIVE_EFFECT, relative)?;
    fields.finish()?;
    Ok((metric, effect))
}

/// Reads the length of an attribution window in periods of 24 hours, above 0 to 365, as ms.
///
/// # Errors
/// [`Code::Invalid`] for anything else.
pub fn window(value: Value, path: &str) -> Result<Time> {
    let holds = |days: f64| days > 0.0 && days <= 365.0;
    let days = value::number_that("a number of days above 0, at most 365", holds)(value, path)?;
    Ok((days * DAY as f64).round() as Time)
}

fn relative(value: Value, path: &str) -> Result<f64> {
    let holds = |size: f64| size > 0.0 && size <= LARGEST;
    value::number_that("a number above 0, at most 1000000", holds)(value, path)
}

const UNITS: [(&str, Unit); 3] = [("user", Unit::User), ("group", Unit::Group), ("subject-day", Unit::SubjectDay)];
const DENOMINATORS: [(&str, Denominator); 2] =
    [("message", Denominator::Message), ("impression", Denominator::Impression)];
const MEASURES: [(&str, Measure); 2] = [("responses", Measure::Responses), ("value", Measure::Value)];
const DIRECTIONS: [(&str, Direction); 2] = [("increase", Direction::Increase), ("decrease", Direction::Decrease)];

impl Unit {
    /// Returns its name in the contract.
    pub fn name(self) -> &'static str {
        UNITS.iter().find(|(_, unit)| *unit == self).map_or("", |(name, _)| name)
    }
}

/// Reads one of some names.
fn choice<T: Copy>(value: Value, path: &str, among: &[(&'static str, T)]) -> Result<T> {
    let name = value::text(value, path)?;
    among.iter().find(|(known, _)| *known == name).map(|(_, chosen)| *chosen).ok_or_else(|| {
        let names: Vec<&str> = among.iter().map(|(known, _)| *known).collect();
        Error::invalid(path, format!("one of {}", names.join(", ")), quoted(&name))
    })
}

#[cfg(test)]
mod tests;
