//! Settings of an off-policy evaluation: decisions, outcome and target policy.

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::random;
use crate::base::time::{DAY, FARTHEST, Time, time};
use crate::base::value::{self, Fields, Value, display_value};
use crate::engine::config::Config;
use crate::features::FamilySet;
use crate::operations::repeats::Repeats;
use crate::recommender::eligible_request::Overrides;
use crate::slate::policy::Policy;

use super::intervals::Confidence;
use super::sequence::SequentialPlan;

/// Longest attribution window, days.
const MAX_WINDOW: Time = 90 * DAY;

/// Settings of an off-policy evaluation, except for its target.
#[derive(Debug, Clone)]
pub struct OffPolicyQuestion {
    /// Decisions for users alone, or for groups alone.
    pub recipients: Option<Recipients>,
    /// The outcome that counts.
    pub outcome: CountedOutcome,
    /// First moment of the period, ms.
    pub from: Time,
    /// Last moment of the period, ms; the end of the log by default.
    pub to: Option<Time>,
    /// Time after a decision within which an outcome counts, ms.
    pub attribution_window: Time,
    /// Kind of interval.
    pub confidence: Confidence,
    /// Largest part of the target's choices that may be unsupported, 0–1.
    pub max_unsupported: f64,
}

/// The recipients of the decisions that are evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipients {
    /// Users.
    Users,
    /// Groups as a whole.
    Groups,
}

/// The outcome that counts.
#[derive(Debug, Clone, PartialEq)]
pub enum CountedOutcome {
    /// The number of interactions of a kind.
    Kind(String),
    /// The sum of weights by kind, times the item's value where the kind uses it.
    Weights(Vec<(String, f64)>),
}

impl OffPolicyQuestion {
    /// Reads `{ recipients, outcome, from, to, attributionWindow, level, sequential, maxUnsupported, seed }`.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let share = value::number_that("a number from 0 to 1", |part| (0.0..=1.0).contains(&part));
        let level = value::number_that("a level from 0.5 to 0.999", |level| (0.5..=0.999).contains(&level));
        let question = Self {
            recipients: fields.optional("recipients", Recipients::read)?,
            outcome: fields.or("outcome", CountedOutcome::Kind("click".to_owned()), CountedOutcome::read)?,
            from: fields.required("from", time)?,
            to: fields.optional("to", time)?,
            attribution_window: fields.or("attributionWindow", DAY, window)?,
            confidence: Confidence {
                level: fields.or("level", 0.95, level)?,
                sequential: fields.optional("sequential", SequentialPlan::read)?,
                seed: fields.or("seed", 0, random::seed)?,
            },
            max_unsupported: fields.or("maxUnsupported", 0.1, share)?,
        };
        fields.finish()?;
        if question.to.is_some_and(|to| to < question.from) {
            return Err(Error::invalid("to", "a moment after `from`", question.to.unwrap_or(-FARTHEST).to_string()));
        }
        Ok(question)
    }
}

fn window(value: Value, path: &str) -> Result<Time> {
    let holds = |ms: f64| ms.trunc() == ms && (1.0..=MAX_WINDOW as f64).contains(&ms);
    Ok(value::number_that("whole milliseconds from 1 to 7776000000 (90 days)", holds)(value, path)? as Time)
}

impl Recipients {
    fn read(value: Value, path: &str) -> Result<Self> {
        match &value {
            Value::Text(name) if name == "users" => Ok(Self::Users),
            Value::Text(name) if name == "groups" => Ok(Self::Groups),
            other => Err(Error::invalid(path, "\"users\" or \"groups\"", display_value(other))),
        }
    }
}

impl CountedOutcome {
    fn read(value: Value, path: &str) -> Result<Self> {
        match value {
            kind @ Value::Text(_) => id::id(kind, path).map(Self::Kind),
            weights => {
                let weight = value::number_that("a weight from 0 to 1000", |weight| (0.0..=1000.0).contains(&weight));
                let weights = value::weights(weights, path, weight)?;
                let counted: Vec<(String, f64)> = weights.into_iter().filter(|(_, weight)| *weight > 0.0).collect();
                match counted.is_empty() {
                    true => Err(Error::invalid(path, "a kind, or weights of which one is above 0", "none")),
                    false => Ok(Self::Weights(counted)),
                }
            }
        }
    }

    /// Returns the kinds that count.
    pub fn kinds(&self) -> Vec<&str> {
        match self {
            Self::Kind(kind) => vec![kind],
            Self::Weights(weights) => weights.iter().map(|(kind, _)| kind.as_str()).collect(),
        }
    }
}

/// The policy to be evaluated. Fields that are not given are as logged, decision by decision.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// Another configuration, as the host gives it.
    pub config: Option<Value>,
    /// Only these feature families.
    pub families: Option<Value>,
    /// Another objective and policy.
    pub overrides: Overrides,
}

impl Target {
    /// Reads `{ config, objective, policy, families }`.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let config = fields.optional("config", |value, _| Config::read(value.clone()).map(|_| value))?;
        let target = Self {
            config,
            families: fields.optional("families", |value, path| FamilySet::read(value.clone(), path).map(|_| value))?,
            overrides: Overrides {
                objective: fields.optional("objective", value::anything)?,
                policy: fields.optional("policy", Policy::read)?,
            },
        };
        fields.finish()?;
        Ok(target)
    }

    /// Returns the target's configuration if that of the log is `logged`; `None` if they are the same.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn config_for(&self, logged: &Value) -> Result<Option<Value>> {
        if self.config.is_none() && self.families.is_none() {
            return Ok(None);
        }
        let mut fields = match self.config.as_ref().unwrap_or(logged) {
            Value::Record(fields) => fields.clone(),
            _ => Vec::new(),
        };
        if let Some(families) = &self.families {
            value::builder::set(&mut fields, "families", families.clone());
        }
        Ok(Some(Value::Record(fields)))
    }
}

/// Returns the path of the first field by which a configuration admits moments or items that the log's does not.
pub fn opened(logged: &Config, target: &Config) -> Option<&'static str> {
    let (log, new) = (&logged.rules, &target.rules);
    match () {
        () if new.cadence != log.cadence => Some("config.cadence"),
        () if new.quiet != log.quiet => Some("config.quietHours"),
        () if new.calendar != log.calendar => Some("config.utcOffsetMinutes"),
        () if days(new.repeats) < days(log.repeats) => Some("config.repeats"),
        () => None,
    }
}

/// Days until an item may be shown again.
fn days(repeats: Repeats) -> f64 {
    match repeats {
        Repeats::Never => f64::INFINITY,
        Repeats::AfterDays(days) => days,
        Repeats::Always => 0.0,
    }
}
