//! The operator's rules as configured: calendar, repeats, cadence and quiet hours.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::base::error::Result;
use crate::base::time::Calendar;
use crate::base::value::{self, Fields, Value};
use crate::world::World;

use super::quiet::Quiet;
use super::{cadence, quiet};
use crate::operations::repeats::Repeats;

/// The eligibility part of the configuration. Serialises to the fields it is read from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rules {
    /// The operator's calendar; default 480 minutes east of UTC (Beijing).
    #[serde(rename = "utcOffsetMinutes", serialize_with = "minutes")]
    pub calendar: Calendar,
    /// The repeat rule for seen items; default never.
    pub repeats: Repeats,
    /// The limits on messages; default none.
    pub cadence: Vec<cadence::CadenceRule>,
    /// The quiet hours; default none.
    #[serde(rename = "quietHours")]
    pub quiet: Vec<Quiet>,
}

impl Default for Rules {
    fn default() -> Self {
        let calendar = Calendar { utc_offset_minutes: 480 };
        Self { calendar, repeats: Repeats::Never, cadence: Vec::new(), quiet: Vec::new() }
    }
}

impl Rules {
    /// Takes `utcOffsetMinutes`, `repeats`, `cadence` and `quietHours` out of the configuration.
    ///
    /// # Errors
    /// `invalid` or `missing`, with the path of the first field that breaks a rule.
    pub fn read(config: &mut Fields) -> Result<Self> {
        let default = Self::default();
        Ok(Self {
            calendar: config.or("utcOffsetMinutes", default.calendar, calendar)?,
            repeats: config.or("repeats", default.repeats, Repeats::read)?,
            cadence: config.or("cadence", default.cadence, cadence::read)?,
            quiet: config.or("quietHours", default.quiet, quiet::read)?,
        })
    }

    /// Returns the rules with another repeat rule, if one is given.
    pub fn with_repeats(&self, repeats: Option<Repeats>) -> Cow<'_, Self> {
        match repeats {
            Some(repeats) if repeats != self.repeats => Cow::Owned(Self { repeats, ..self.clone() }),
            _ => Cow::Borrowed(self),
        }
    }

    /// Interns every name in the rules, so that they also apply to ids that no record has named yet.
    pub fn intern_names(&self, world: &mut World) {
        for rule in &self.cadence {
            rule.channel.iter().for_each(|id| _ = world.channels.ids.intern(id));
        }
        for quiet in &self.quiet {
            quiet.channel.iter().for_each(|id| _ = world.channels.ids.intern(id));
            quiet.group.iter().for_each(|id| _ = world.groups.ids.intern(id));
            quiet.user.iter().for_each(|id| _ = world.users.ids.intern(id));
        }
    }
}

fn calendar(value: Value, path: &str) -> Result<Calendar> {
    let rule = "whole minutes east of UTC from -840 to 840";
    let minutes =
        value::number_that(rule, |minutes| minutes.trunc() == minutes && minutes.abs() <= 840.0)(value, path)?;
    Ok(Calendar { utc_offset_minutes: minutes as i32 })
}

fn minutes<S: Serializer>(calendar: &Calendar, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_i32(calendar.utc_offset_minutes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::index::{GroupIndex, UserIndex};

    fn read(json: &str) -> Result<Rules> {
        let mut fields = Fields::of(Value::from_json(json, "").unwrap(), "config")?;
        let rules = Rules::read(&mut fields)?;
        fields.finish().map(|()| rules)
    }

    #[test]
    fn rules_round_trip() {
        let json = r#"{"utcOffsetMinutes":-210,"repeats":{"afterDays":30},"cadence":"wecom",
            "quietHours":[{"from":"22:00","to":"08:00","group":"g"}]}"#;
        let rules = read(json).unwrap();
        assert_eq!(read(&crate::base::value::json(&rules)).unwrap(), rules);
        assert_eq!(rules.cadence, cadence::WECOM);
    }

    #[test]
    fn an_empty_configuration_limits_only_repeats() {
        assert_eq!(read("{}").unwrap(), Rules::default());
        let default = r#"{"utcOffsetMinutes":480,"repeats":"never","cadence":[],"quietHours":[]}"#;
        assert_eq!(crate::base::value::json(&Rules::default()), default);
    }

    #[test]
    fn an_offset_is_whole_minutes_within_14_hours() {
        for json in [r#"{"utcOffsetMinutes":841}"#, r#"{"utcOffsetMinutes":0.5}"#, r#"{"utcOffsetMinutes":"8"}"#] {
            assert_eq!(read(json).unwrap_err().path, "config.utcOffsetMinutes");
        }
    }

    #[test]
    fn intern_names_makes_every_name_known() {
        let mut world = World::default();
        let rules = read(
            r#"{"cadence":[{"per":"user","count":1,"every":"day","channel":"c"}],
            "quietHours":[{"from":"00:00","to":"01:00","user":"u","group":"g","channel":"d"}]}"#,
        );
        rules.unwrap().intern_names(&mut world);
        let channels = ["c", "d"].map(|id| world.channels.ids.get(id).is_some());
        assert_eq!(
            (channels, world.users.ids.get("u"), world.groups.ids.get("g")),
            ([true; 2], Some(UserIndex(0)), Some(GroupIndex(0)))
        );
    }
}
