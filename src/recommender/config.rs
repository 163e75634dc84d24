//! The configuration: each stage reads its own part, and what nobody reads is refused.

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

/// A checked configuration. `given` is what the host wrote: it goes into snapshots and is given back.
#[derive(Debug, Clone)]
pub struct Config {
    /// What interactions mean.
    pub kinds: Kinds,
    /// What purposes aim at.
    pub objectives: Objectives,
    /// How fast liking is forgotten.
    pub half_lives: HalfLives,
    /// What may be shown when.
    pub rules: Rules,
    /// How members become a group, where the group does not say.
    pub aggregation: Aggregation,
    /// How much a group itself weighs, whatever a fit says.
    pub group_weight: Option<GroupWeight>,
    /// How one chooses.
    pub policy: Policy,
    /// What likeness to what was chosen before costs, 0–1, in units of the utilities' spread.
    pub diversity: f64,
    /// Which features take part.
    pub families: FamilySet,
    /// How far after the trusted time an interaction may lie, in ms; what lies further is set aside until its time.
    pub max_ahead: Time,
    /// Whether a fitted model learns on from what comes of accepted decisions.
    pub online: bool,
    given: Value,
    digest: u128,
}

/// A slate of nothing but likes of the best is dull: full likeness costs three tenths of a standard deviation.
const DIVERSITY: f64 = 0.3;

/// An hour in ms: clocks of phones and platforms differ by minutes.
const MAX_AHEAD: u32 = 3_600_000;

impl Config {
    /// Reads a configuration; `null` is all defaults.
    pub fn read(given: Value) -> Result<Self> {
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
            diversity: fields.or(
                "diversity",
                DIVERSITY,
                value::number_that("a number from 0 to 1", |d| (0.0..=1.0).contains(&d)),
            )?,
            families: fields.or("families", FamilySet::usual(), FamilySet::read)?,
            online: fields.or("online", true, value::boolean)?,
            max_ahead: fields.or("maxAheadMs", MAX_AHEAD, value::whole(0, u32::MAX))?.into(),
            digest: Digest::new("config").text(&crate::base::value::json(&given)).finish(),
            given,
        };
        fields.finish()?;
        Ok(config)
    }

    /// The same without the quiet hours of one user; `None` if it names none.
    pub fn without_user(&self, user: &str) -> Option<Self> {
        let mut given = self.given.clone();
        let hours = quiet_hours(&mut given)?;
        let before = hours.len();
        let named = ("user".to_owned(), Value::Text(user.to_owned()));
        hours.retain(|hours| !matches!(hours, Value::Record(fields) if fields.contains(&named)));
        if hours.len() == before { None } else { Self::read(given).ok() }
    }

    /// The same with the quiet hours of one group given to another; `None` if it names none.
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

    /// Its fingerprint.
    pub fn digest(&self) -> u128 {
        self.digest
    }

    /// Whether another configuration gives interactions another meaning.
    pub fn kinds_differ(&self, other: &Self) -> bool {
        let meanings =
            |config: &Self| config.kinds.iter().map(|(name, kind)| (name.to_owned(), kind)).collect::<Vec<_>>();
        meanings(self) != meanings(other)
    }
}

/// The quiet hours in a configuration as it was given.
fn quiet_hours(given: &mut Value) -> Option<&mut Vec<Value>> {
    let Value::Record(fields) = given else { return None };
    match &mut fields.iter_mut().find(|(name, _)| name == "quietHours")?.1 {
        Value::List(hours) => Some(hours),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Config> {
        Config::read(Value::from_json(json, "").unwrap())
    }

    #[test]
    fn nothing_given_is_all_defaults() {
        let config = Config::read(Value::Null).unwrap();
        assert_eq!(config.diversity, DIVERSITY);
        assert_eq!(config.families, FamilySet::usual());
    }

    #[test]
    fn every_mistake_names_its_field() {
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
