//! The configuration: each stage reads its own part; unknown fields are refused.

use crate::base::digest::Digest;
use crate::base::error::Result;
use crate::base::time::Time;
use crate::base::value::{self, Fields, Value};
use crate::eligibility::Rules;
use crate::features::FamilySet;
use crate::memory::HalfLives;
use crate::model::group_weight::GroupWeight;
use crate::scoring::objective::Objectives;
use crate::slate::policy::Policy;
use crate::world::kind::Kinds;
use crate::world::subject::Aggregation;

/// A checked configuration. `given` is the host's JSON, kept for snapshots and for `config()`.
#[derive(Debug, Clone)]
pub struct Config {
    /// Kinds of interaction with their weights.
    pub kinds: Kinds,
    /// Objectives by purpose: weights per kind.
    pub objectives: Objectives,
    /// Half-lives of affinities.
    pub half_lives: HalfLives,
    /// Rules of eligibility and silence.
    pub rules: Rules,
    /// Aggregation of groups that do not name one.
    pub aggregation: Aggregation,
    /// Weight of a group's own history; replaces the fitted one.
    pub group_weight: Option<GroupWeight>,
    /// Policy of requests that do not name one.
    pub policy: Policy,
    /// MMR penalty for full similarity to an item chosen earlier, 0 to 1, in standard deviations of the utilities.
    pub diversity: f64,
    /// Feature families that take part.
    pub families: FamilySet,
    /// Largest distance of an interaction after the trusted time, ms; later ones are set aside.
    pub max_ahead: Time,
    /// True if a fitted model is corrected by responses to accepted decisions.
    pub online: bool,
    given: Value,
    digest: u128,
}

/// Full similarity costs 0.3 standard deviations of the utilities: enough to break up near-duplicates.
const DIVERSITY: f64 = 0.3;

/// One hour in ms: clocks of phones and platforms differ by minutes.
const MAX_AHEAD: u32 = 3_600_000;

impl Config {
    /// Reads a configuration; `null` is all defaults.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(given: Value) -> Result<Self> {
        // The configuration is kept as given, and a snapshot reads it again.
        value::each_key_once(&given).map_err(|error| error.within("config"))?;
        let record = if given == Value::Null { Value::Record(Vec::new()) } else { given.clone() };
        let mut fields = Fields::of(record, "config")?;
        let kinds = fields.optional("kinds", Kinds::read)?.unwrap_or_default();
        let objectives = fields.optional("objectives", |value, path| Objectives::read(value, path, &kinds))?;
        let config = Self {
            objectives: objectives.unwrap_or_else(|| Objectives::shipped(&kinds)),
            kinds,
            half_lives: fields.or("halfLives", HalfLives::default(), HalfLives::read)?,
            rules: Rules::read(&mut fields)?,
            aggregation: fields.or("aggregation", Aggregation::default(), Aggregation::read)?,
            group_weight: fields
                .optional(
                    "groupHistory",
                    value::number_that("a number above 0, at most 1000000", |m| m > 0.0 && m <= 1e6),
                )?
                .map(GroupWeight::with_half_at),
            policy: fields.or("policy", Policy::default(), Policy::read)?,
            diversity: fields.or("diversity", DIVERSITY, diversity)?,
            families: fields.or("families", FamilySet::usual(), FamilySet::read)?,
            online: fields.or("online", true, value::boolean)?,
            max_ahead: fields.or("maxAheadMs", MAX_AHEAD, value::whole(0, u32::MAX))?.into(),
            digest: Digest::new("config").text(&crate::base::value::json(&given)).finish(),
            given,
        };
        fields.finish()?;
        Ok(config)
    }

    /// Returns the configuration without the quiet hours of one user; `None` if there are none.
    pub fn without_user(&self, user: &str) -> Option<Self> {
        let mut given = self.given.clone();
        let hours = quiet_hours(&mut given)?;
        let before = hours.len();
        let named = ("user".to_owned(), Value::Text(user.to_owned()));
        hours.retain(|hours| !matches!(hours, Value::Record(fields) if fields.contains(&named)));
        if hours.len() == before { None } else { Self::read(given).ok() }
    }

    /// Returns the configuration with a group's quiet hours moved to another id; `None` if there are none.
    pub fn with_group_moved(&self, from: &str, to: &str) -> Option<Self> {
        let mut given = self.given.clone();
        let named = ("group".to_owned(), Value::Text(from.to_owned()));
        let mut moved = false;
        for hours in quiet_hours(&mut given)? {
            let Value::Record(fields) = hours else { continue };
            for field in fields.iter_mut().filter(|field| **field == named) {
                field.1 = Value::Text(to.to_owned());
                moved = true;
            }
        }
        if moved { Self::read(given).ok() } else { None }
    }

    /// The configuration as the host wrote it.
    pub fn given(&self) -> &Value {
        &self.given
    }

    /// The digest of the host's JSON.
    pub fn digest(&self) -> u128 {
        self.digest
    }

    /// True if the other configuration has different kinds.
    pub fn kinds_differ(&self, other: &Self) -> bool {
        let meanings =
            |config: &Self| config.kinds.iter().map(|(name, kind)| (name.to_owned(), kind)).collect::<Vec<_>>();
        meanings(self) != meanings(other)
    }
}

/// Returns the quiet hours in the host's JSON.
fn quiet_hours(given: &mut Value) -> Option<&mut Vec<Value>> {
    let Value::Record(fields) = given else { return None };
    match &mut fields.iter_mut().find(|(name, _)| name == "quietHours")?.1 {
        Value::List(hours) => Some(hours),
        _ => None,
    }
}

/// Reads a penalty for similarity, 0 to 1.
///
/// # Errors
/// [`Code::Invalid`](crate::base::error::Code::Invalid) for anything else.
pub fn diversity(value: Value, path: &str) -> Result<f64> {
    value::number_that("a number from 0 to 1", |d| (0.0..=1.0).contains(&d))(value, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Config> {
        Config::read(Value::from_json(json, "").unwrap())
    }

    #[test]
    fn a_null_configuration_has_all_defaults() {
        let config = Config::read(Value::Null).unwrap();
        assert_eq!(config.diversity, DIVERSITY);
        assert_eq!(config.families, FamilySet::usual());
    }

    #[test]
    fn every_error_names_its_field() {
        for (json, path) in [
            (r#"{"halfLives":{"shortDays":-3}}"#, "config.halfLives.shortDays"),
            (r#"{"utcOffsetMinutes":9000}"#, "config.utcOffsetMinutes"),
            (r#"{"policy":{"type":"best"}}"#, "config.policy.type"),
            (r#"{"policy":{"type":"softmax","temperature":0}}"#, "config.policy.temperature"),
            (r#"{"diversity":2}"#, "config.diversity"),
            (r#"{"families":["trends"]}"#, "config.families[0]"),
            (r#"{"objectives":{"talk":{"coment":1}}}"#, "config.objectives.talk.coment"),
            (r#"{"aggregation":"mean"}"#, "config.aggregation"),
            (r#"{"colour":"red"}"#, "config.colour"),
            (r#"[]"#, "config"),
        ] {
            assert_eq!(read(json).unwrap_err().path, path, "{json}");
        }
    }
}
