//! What an evaluation is asked for: the same settings for all three ways.

use crate::base::error::{Code, Error, Result};
use crate::base::random;
use crate::base::time::{self, DAY, FARTHEST, HOUR, MAX_TIME, Time};
use crate::base::value::{self, Fields, Value};
use crate::features::{FAMILIES, FamilySet};
use crate::recommender::config::Config;

/// Resamples of one evaluation at most.
pub const MAX_RESAMPLES: u32 = 100_000;

/// The longest list that is judged.
pub const MAX_K: u32 = 1000;

/// The three ways of judging, in what they take for granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A log walked in time order.
    Replay,
    /// Chances before impressions.
    Impressions,
    /// Candidates after a log.
    Cases,
}

/// The families that tell what comes of a showing.
const OF_SHOWINGS: [&str; 4] = ["affinity", "context", "rates", "terms"];

impl Way {
    /// The length of the list judged, where it is not said.
    fn k(self) -> usize {
        if self == Self::Cases { 5 } else { 10 }
    }

    /// The families that take part unless others are asked for, of those that the configuration lets decide.
    ///
    /// Fatigue is a rule more than a taste: it keeps from showing again what was shown. And a case does not say when it
    /// was: where its answers lie all over the log, what was new or in demand at the log's end ranks worse than chance.
    /// And what is shown was chosen by its demand already: rates tell what comes of a showing, where counts that grow
    /// with the log say less every day than they said when they were fitted.
    fn families(self, usual: FamilySet) -> FamilySet {
        match self {
            Self::Cases => usual.with_those_of_cases().without(&["fatigue", "trend", "freshness", "visit"]),
            Self::Impressions => usual.that(|n| OF_SHOWINGS.contains(&FAMILIES[n].name())),
            Self::Replay => usual.without(&["fatigue"]),
        }
    }
}

/// Checked settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The configuration under which one learns and ranks.
    pub config: Config,
    /// An objective's name or weights by kind; the default objective where not given.
    pub objective: Option<Value>,
    /// The families that take part: those asked for, else those of the way of judging.
    pub families: FamilySet,
    /// Resamples for the intervals; 0 for none.
    pub bootstrap: usize,
    /// For all that draws.
    pub seed: u64,
    /// The length of the list judged.
    pub k: usize,
    /// Predict from this moment on.
    pub from: Time,
    /// Predict up to this moment, itself included.
    pub to: Time,
    /// Fit a model on what is before this moment, in replay and impressions.
    pub fit_until: Option<Time>,
    /// And anew whenever so many milliseconds have passed.
    pub refit_every: Option<Time>,
    /// Fit a model to the log, in cases.
    pub fit: bool,
}

impl Settings {
    /// Reads `{ config, objective, families, bootstrap, seed, k, from, to, fitUntil, refitEvery, fit }`, all of them
    /// optional here; `k` is 10 where not given, and 5 for cases.
    pub fn read(value: Value, path: &str, way: Way) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let config = Config::read(fields.or("config", Value::Null, value::anything)?)?;
        let families = fields.optional("families", FamilySet::read)?;
        let every = |value, path: &str| {
            let rule = "milliseconds from an hour to a thousand years";
            let ms = value::number_that(rule, |ms| (HOUR as f64..=365_000.0 * DAY as f64).contains(&ms))(value, path)?;
            Ok(ms as Time)
        };
        let settings = Self {
            families: families.unwrap_or_else(|| way.families(config.families)),
            config,
            objective: fields.optional("objective", value::anything)?,
            bootstrap: fields.or("bootstrap", 0, value::whole(0, MAX_RESAMPLES))? as usize,
            seed: fields.or("seed", 0, random::seed)?,
            k: fields.optional("k", value::whole(1, MAX_K))?.map_or(way.k(), |k| k as usize),
            from: fields.or("from", -FARTHEST, time::time)?,
            to: fields.or("to", MAX_TIME, time::time)?,
            fit_until: fields.optional("fitUntil", time::time)?,
            refit_every: fields.optional("refitEvery", every)?,
            fit: fields.or("fit", way == Way::Cases, value::boolean)?,
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

    fn read(json: &str) -> Result<Settings> {
        Settings::read(Value::from_json(json, "").unwrap(), "", Way::Replay)
    }

    #[test]
    fn fatigue_takes_part_only_where_it_is_asked_for() {
        assert!(!read("{}").unwrap().families.include_any(&["fatigue"]));
        assert!(read("{}").unwrap().families.include_any(&["trend"]));
        assert_eq!(read(r#"{"families":["fatigue"]}"#).unwrap().families.names(), ["fatigue"]);
        let configured = read(r#"{"config":{"families":["fatigue","terms"]}}"#).unwrap();
        assert_eq!(configured.families.names(), ["terms"]);
    }

    #[test]
    fn a_case_has_no_moment_unless_it_is_asked_for() {
        let read = |json| Settings::read(Value::from_json(json, "").unwrap(), "", Way::Cases).unwrap();
        let usual = ["affinity", "contemporary", "context", "ease", "neighbours", "rates", "repeat", "terms"];
        assert_eq!(read("{}").families.names(), usual);
        assert_eq!(read(r#"{"families":["trend"]}"#).families.names(), ["trend"]);
        assert_eq!(read("{}").k, 5);
    }

    #[test]
    fn every_mistake_names_its_field() {
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
