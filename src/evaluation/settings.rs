//! Settings of an evaluation, common to its three kinds.

use crate::base::error::{Code, Error, Result};
use crate::base::random;
use crate::base::time::{self, DAY, FARTHEST, HOUR, MAX_TIME, Time};
use crate::base::value::{self, Fields, Value};
use crate::engine::config::Config;
use crate::features::{FamilySet, Task};

/// Largest number of bootstrap resamples.
pub const MAX_RESAMPLES: u32 = 100_000;

/// Largest `k`, the length of the list that is evaluated.
pub const MAX_K: u32 = 1000;

/// The three kinds of evaluation, which differ in their defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvaluationKind {
    /// Predicts each interaction of a log in time order.
    Replay,
    /// Predicts probabilities of outcomes of impressions.
    Impressions,
    /// Ranks candidates after learning a log.
    Cases,
}

impl EvaluationKind {
    /// The default of `k`.
    fn k(self) -> usize {
        if self == Self::Cases { 5 } else { 10 }
    }

    /// The task whose families are the default.
    fn task(self) -> Task {
        match self {
            Self::Replay => Task::Replay,
            Self::Impressions => Task::Impressions,
            Self::Cases => Task::Cases,
        }
    }
}

/// Checked settings.
#[derive(Debug, Clone)]
pub struct EvaluationSettings {
    /// The configuration to learn and rank with.
    pub config: Config,
    /// Name of an objective, or weights by kind; the default objective if absent.
    pub objective: Option<Value>,
    /// The families that take part.
    pub families: FamilySet,
    /// Number of bootstrap resamples; 0 for no intervals.
    pub bootstrap: usize,
    /// Seed of all sampling.
    pub seed: u64,
    /// Length of the list evaluated, 1 to 1,000.
    pub k: usize,
    /// First time to predict, ms.
    pub from: Time,
    /// Last time to predict, inclusive, ms.
    pub to: Time,
    /// In replay and impressions: fit a model to everything before this time, ms.
    pub fit_until: Option<Time>,
    /// Time between further fits, ms; none if absent.
    pub refit_every: Option<Time>,
    /// In cases: fit a model to the log.
    pub fit: bool,
}

impl EvaluationSettings {
    /// Reads `{ config, objective, families, bootstrap, seed, k, from, to, fitUntil, refitEvery, fit }`, all optional;
    /// the default of `k` is 10, for cases 5.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str, kind: EvaluationKind) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let config = Config::read(fields.or("config", Value::Null, value::anything)?)?;
        let families = fields.optional("families", FamilySet::read)?;
        let every = |value, path: &str| {
            let rule = "milliseconds from an hour to a thousand years";
            let ms = value::number_that(rule, |ms| (HOUR as f64..=365_000.0 * DAY as f64).contains(&ms))(value, path)?;
            Ok(ms as Time)
        };
        let settings = Self {
            families: families.unwrap_or_else(|| config.families.for_task(kind.task())),
            config,
            objective: fields.optional("objective", value::anything)?,
            bootstrap: fields.or("bootstrap", 0, value::whole(0, MAX_RESAMPLES))? as usize,
            seed: fields.or("seed", 0, random::seed)?,
            k: fields.optional("k", value::whole(1, MAX_K))?.map_or(kind.k(), |k| k as usize),
            from: fields.or("from", -FARTHEST, time::time)?,
            to: fields.or("to", MAX_TIME, time::time)?,
            fit_until: fields.optional("fitUntil", time::time)?,
            refit_every: fields.optional("refitEvery", every)?,
            fit: fields.or("fit", kind == EvaluationKind::Cases, value::boolean)?,
        };
        fields.finish()?;
        if settings.refit_every.is_some() && settings.fit_until.is_none() {
            return Err(Error::new(Code::Missing, "fitUntil", "the moment of the first fit", ""));
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::Family;

    fn read(json: &str) -> Result<EvaluationSettings> {
        EvaluationSettings::read(Value::from_json(json, "").unwrap(), "", EvaluationKind::Replay)
    }

    #[test]
    fn fatigue_takes_part_only_if_named() {
        assert!(!read("{}").unwrap().families.includes(Family::Fatigue));
        assert!(read("{}").unwrap().families.includes(Family::Trend));
        assert_eq!(read(r#"{"families":["fatigue"]}"#).unwrap().families.names(), ["fatigue"]);
        let configured = read(r#"{"config":{"families":["fatigue","terms"]}}"#).unwrap();
        assert_eq!(configured.families.names(), ["terms"]);
    }

    #[test]
    fn cases_leave_out_time_dependent_families_by_default() {
        let read =
            |json| EvaluationSettings::read(Value::from_json(json, "").unwrap(), "", EvaluationKind::Cases).unwrap();
        let usual =
            ["affinity", "contemporary", "context", "ease", "neighbours", "portrait", "rates", "repeat", "terms"];
        assert_eq!(read("{}").families.names(), usual);
        assert_eq!(read(r#"{"families":["trend"]}"#).families.names(), ["trend"]);
        assert_eq!(read("{}").k, 5);
    }

    #[test]
    fn every_error_names_its_field() {
        for (json, path) in [
            (r#"{"k":0}"#, "k"),
            (r#"{"seed":-1}"#, "seed"),
            (r#"{"bootstrap":1.5}"#, "bootstrap"),
            (r#"{"families":["trends"]}"#, "families[0]"),
            (r#"{"config":{"colour":"red"}}"#, "config.colour"),
            (r#"{"from":0.5}"#, "from"),
        ] {
            assert_eq!(read(json).unwrap_err().path, path, "{json}");
        }
    }
}
