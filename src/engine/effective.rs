//! The effective configuration: the host's values, with defaults for the rest.

use serde::ser::{Serialize, Serializer};

use crate::base::index::KindIndex;
use crate::base::value::Value;
use crate::eligibility::cadence;
use crate::eligibility::quiet::Quiet;
use crate::memory::HalfLivesInDays;
use crate::operations::repeats::Repeats;
use crate::slate::policy::Policy;
use crate::world::kind::Kind;
use crate::world::subject::Aggregation;

use super::config::Config;

/// Every field of the configuration under its public name. Reading it gives an equal configuration.
#[derive(Debug, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effective<'a> {
    kinds: NamedEntries<'a, Kind>,
    objectives: NamedEntries<'a, NamedEntries<'a, f64>>,
    half_lives: HalfLivesInDays,
    utc_offset_minutes: i32,
    aggregation: Aggregation,
    /// Absent if the fitted or the shipped group weight applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_history: Option<f64>,
    policy: Policy,
    diversity: f64,
    repeats: Repeats,
    cadence: &'a [cadence::CadenceRule],
    quiet_hours: &'a [Quiet],
    families: Vec<&'static str>,
    online: bool,
    max_ahead_ms: i64,
}

/// Values by name, in the order of their indices.
#[derive(Debug)]
struct NamedEntries<'a, T>(Vec<(&'a str, T)>);

impl<T: Serialize> Serialize for NamedEntries<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Config {
    /// Returns the effective configuration.
    pub fn effective(&self) -> Effective<'_> {
        let weights = |weights: &[(KindIndex, f64)]| {
            NamedEntries(weights.iter().map(|&(kind, weight)| (self.kinds.name(kind), weight)).collect())
        };
        // The default objective is empty if no kind has a weight, and an empty objective cannot be read back.
        let objectives = self.objectives.iter().filter(|(_, objective)| !objective.0.is_empty());
        Effective {
            kinds: NamedEntries(self.kinds.iter().collect()),
            objectives: NamedEntries(
                objectives.map(|(name, objective)| (name.as_str(), weights(&objective.0))).collect(),
            ),
            half_lives: self.half_lives_in_days(),
            utc_offset_minutes: self.rules.calendar.utc_offset_minutes,
            aggregation: self.aggregation,
            group_history: self.group_weight.map(|weight| weight.half_at),
            policy: self.policy,
            diversity: self.diversity,
            repeats: self.rules.repeats,
            cadence: &self.rules.cadence,
            quiet_hours: &self.rules.quiet,
            families: self.families.names(),
            online: self.online,
            max_ahead_ms: self.max_ahead,
        }
    }

    /// Returns the host's numbers: conversion from milliseconds would not always give the same last bit.
    fn half_lives_in_days(&self) -> HalfLivesInDays {
        let given = field(self.given(), "halfLives");
        let days = |name| match given.and_then(|given| field(given, name)) {
            Some(Value::Number(days)) => Some(*days),
            _ => None,
        };
        let shipped = HalfLivesInDays::default();
        HalfLivesInDays {
            short_days: days("shortDays").unwrap_or(shipped.short_days),
            long_days: days("longDays").unwrap_or(shipped.long_days),
        }
    }
}

fn field<'a>(record: &'a Value, name: &str) -> Option<&'a Value> {
    let Value::Record(fields) = record else { return None };
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::value::json;

    fn read(json: &str) -> Config {
        Config::read(Value::from_json(json, "").unwrap()).unwrap()
    }

    #[test]
    fn the_effective_configuration_reads_back_equal() {
        for given in [
            "null",
            "{}",
            r#"{"halfLives":{"shortDays":0.07,"longDays":null},"utcOffsetMinutes":-210,"groupHistory":7}"#,
            r#"{"kinds":{"raffle":{"weight":2.5,"positive":true},"click":{"weight":0.1}},"objectives":{"fun":{"raffle":1}}}"#,
            r#"{"kinds":{"click":{"weight":0},"like":{"weight":0},"save":{"weight":0},"comment":{"weight":0},"share":{"weight":0},
                "convert":{"weight":0},"dismiss":{"weight":0}}}"#,
            r#"{"policy":{"type":"thompson"},"aggregation":"least-misery","diversity":0,"repeats":{"afterDays":30}}"#,
            r#"{"cadence":"wecom","quietHours":[{"from":"22:00","to":"08:00","per":"group"}],"families":["trend"]}"#,
            r#"{"online":false,"maxAheadMs":0,"repeats":"always"}"#,
        ] {
            let config = read(given);
            let text = json(&config.effective());
            let again = read(&text);
            assert_eq!(json(&again.effective()), text);
            assert_eq!((again.half_lives, &again.rules), (config.half_lives, &config.rules));
            assert!(!again.kinds_differ(&config) && again.objectives == config.objectives, "{given}");
            assert_eq!((again.policy, again.families), (config.policy, config.families));
        }
    }

    #[test]
    fn missing_fields_have_their_defaults() {
        let text = json(&read("null").effective());
        for part in [
            r#""halfLives":{"shortDays":3.0,"longDays":60.0}"#,
            r#""utcOffsetMinutes":480,"aggregation":"average","policy":{"type":"greedy"},"diversity":0.3"#,
            r#""repeats":"never","cadence":[],"quietHours":[]"#,
            r#""online":true,"maxAheadMs":3600000}"#,
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
