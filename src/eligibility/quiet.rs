//! The quiet-hours rule: daily periods in the operator's time zone during which nothing is sent.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::minute_of_day::MinuteOfDay;
use crate::base::time::{Calendar, DAY, Time};
use crate::base::value::{self, Fields, Value};

use crate::world::occasion::Occasions;

use super::cadence::matches_name;
use super::window::{FOREVER, blocked_until};
use super::{RuleContext, Silence, nameable};

/// The kind of recipient that quiet hours apply to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum QuietPer {
    /// Users, in private.
    User,
    /// Groups as one.
    Group,
}

const RECIPIENTS: [(&str, QuietPer); 2] = [("user", QuietPer::User), ("group", QuietPer::Group)];

/// One daily quiet period, from `from` to before `to`, past midnight if `to` is earlier. It applies to recipients that
/// match all other fields.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quiet {
    /// The start, inclusive.
    pub from: MinuteOfDay,
    /// The end, exclusive.
    pub to: MinuteOfDay,
    /// If given, only users or only groups match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per: Option<QuietPer>,
    /// If given, only this channel matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// If given, only this group and users within it match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// If given, only this user matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The occasions that are silenced; pushes by default.
    #[serde(skip_serializing_if = "Occasions::is_push")]
    pub occasions: Occasions,
}

impl Quiet {
    /// Reads `{ from, to, per?, channel?, group?, user?, occasions? }`.
    ///
    /// # Errors
    /// `invalid` if `from` equals `to` or `user` is given for groups; else as any record.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let quiet = Self {
            from: fields.required("from", MinuteOfDay::read)?,
            to: fields.required("to", MinuteOfDay::read)?,
            per: fields.optional("per", |value, path| value::one_of(value, path, &RECIPIENTS))?,
            channel: fields.optional("channel", id::id)?,
            group: fields.optional("group", id::id)?,
            user: fields.optional("user", id::id)?,
            occasions: fields.or("occasions", Occasions::PUSH, Occasions::read)?,
        };
        fields.check()?;
        if quiet.from == quiet.to {
            return Err(Error::invalid(&fields.path("to"), "another time than `from`", quiet.to));
        }
        if quiet.per == Some(QuietPer::Group)
            && let Some(user) = &quiet.user
        {
            return Err(Error::invalid(&fields.path("user"), r#"no user where `per` is "group""#, value::quoted(user)));
        }
        fields.finish()?;
        Ok(quiet)
    }

    fn applies_to(&self, context: &RuleContext) -> bool {
        let (world, recipient) = (context.state.world, context.addressee);
        self.occasions.include(context.occasion)
            && self.per.is_none_or(|per| (per == QuietPer::User) == recipient.is_user)
            && matches_name(self.channel.as_deref(), recipient.channel.map(|channel| world.channels.ids.name(channel)))
            && matches_name(self.group.as_deref(), recipient.group.map(|group| world.groups.ids.name(group)))
            && matches_name(self.user.as_deref(), recipient.user.map(|user| world.users.ids.name(user)))
    }

    /// The end of the period; `None` if it is not quiet at `at`.
    fn quiet_until(&self, calendar: Calendar, at: Time) -> Option<Time> {
        let (from, to, minute) = (self.from.minutes(), self.to.minutes(), calendar.minute_of_day(at));
        let quiet = if from < to { from <= minute && minute < to } else { from <= minute || minute < to };
        let today = calendar.day_start(at) + self.to.since_midnight();
        quiet.then_some(if minute < to { today } else { today + DAY })
    }
}

/// Reads a list of quiet hours.
///
/// # Errors
/// Those of [`Quiet::read`], with the position in the list.
pub fn read(value: Value, path: &str) -> Result<Vec<Quiet>> {
    value::list(value, path, Quiet::read)
}

/// Returns the silence of `quiet-hours`, until no matching period blocks.
pub fn silence(context: &RuleContext) -> Option<Silence> {
    let until = blocked_until(context.state.now, |at| {
        let mut applicable = context.rules.quiet.iter().filter(|quiet| quiet.applies_to(context));
        let end = applicable.find_map(|quiet| quiet.quiet_until(context.rules.calendar, at))?;
        // A silence longer than a day covers every minute of the day: it never ends.
        Some(if end - context.state.now > DAY { FOREVER } else { end })
    })?;
    Some(Silence { rule: "quiet-hours", until: nameable(until) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{HOUR, MINUTE};
    use crate::eligibility::fixture::Fixture;

    fn hours(json: &str) -> Result<Vec<Quiet>> {
        read(Value::from_json(json, "").unwrap(), "config.quietHours")
    }

    fn fixture(json: &str) -> Fixture {
        let mut fixture = Fixture::default();
        fixture.rules.quiet = hours(json).unwrap();
        fixture.item(r#"{"id":"a"}"#).group(r#"{"id":"g","channel":"wecom"}"#);
        fixture.rules.intern_names(&mut fixture.world);
        fixture
    }

    const MIDNIGHT: Time = 16 * HOUR; // in Beijing

    #[test]
    fn a_period_past_midnight_ends_in_the_morning() {
        let mut fixture = fixture(r#"[{"from":"22:00","to":"08:00"}]"#);
        let night = Some(("quiet-hours", Some(MIDNIGHT + 8 * HOUR)));
        assert_eq!(fixture.to("u").silence(MIDNIGHT - 2 * HOUR - 1), None);
        assert_eq!(fixture.silence(MIDNIGHT - 2 * HOUR), night);
        assert_eq!(fixture.silence(MIDNIGHT), night);
        assert_eq!(fixture.silence(MIDNIGHT + 8 * HOUR - 1), night);
        assert_eq!(fixture.silence(MIDNIGHT + 8 * HOUR), None);
    }

    #[test]
    fn a_period_at_noon_ends_on_the_same_day() {
        let mut fixture = fixture(r#"[{"from":"12:30","to":"14:00"}]"#);
        assert_eq!(fixture.to("u").silence(MIDNIGHT + 12 * HOUR), None);
        assert_eq!(fixture.silence(MIDNIGHT + 13 * HOUR), Some(("quiet-hours", Some(MIDNIGHT + 14 * HOUR))));
        assert_eq!(fixture.silence(MIDNIGHT + 14 * HOUR), None);
    }

    #[test]
    fn quiet_hours_apply_only_to_matching_recipients() {
        for (rest, matching) in [
            (r#""per":"user""#, vec!["u", "v", "u@g"]),
            (r#""per":"group""#, vec!["@g", "@h"]),
            (r#""channel":"wecom""#, vec!["u@g", "@g"]),
            (r#""group":"g""#, vec!["u@g", "@g"]),
            (r#""group":"g","per":"group""#, vec!["@g"]),
            (r#""user":"u""#, vec!["u", "u@g"]),
            (r#""user":"v","channel":"wecom""#, vec![]),
        ] {
            let mut fixture = fixture(&format!(r#"[{{"from":"00:00","to":"01:00",{rest}}}]"#));
            let quiet =
                ["u", "v", "u@g", "@g", "@h"].into_iter().filter(|to| fixture.to(to).silence(MIDNIGHT).is_some());
            assert_eq!(quiet.collect::<Vec<_>>(), matching, "{rest}");
        }
    }

    #[test]
    fn overlapping_periods_are_one_silence_and_a_whole_day_never_ends() {
        let mut night = fixture(r#"[{"from":"23:00","to":"02:00"},{"from":"01:00","to":"07:00"}]"#);
        assert_eq!(night.to("u").silence(MIDNIGHT), Some(("quiet-hours", Some(MIDNIGHT + 7 * HOUR))));
        let mut always = fixture(r#"[{"from":"20:00","to":"10:00"},{"from":"09:00","to":"21:00"}]"#);
        for hour in 0..24 {
            assert_eq!(always.to("u").silence(MIDNIGHT + hour * HOUR), Some(("quiet-hours", None)));
        }
        let mut halves = fixture(r#"[{"from":"00:00","to":"12:00"},{"from":"12:00","to":"00:00"}]"#);
        assert_eq!(halves.to("u").silence(MIDNIGHT), Some(("quiet-hours", None)));
    }

    #[test]
    fn a_silence_of_just_under_a_day_ends() {
        let mut fixture = fixture(r#"[{"from":"00:01","to":"00:00"}]"#);
        assert_eq!(fixture.to("u").silence(MIDNIGHT + MINUTE), Some(("quiet-hours", Some(MIDNIGHT + DAY))));
        assert_eq!(fixture.silence(MIDNIGHT), None);
    }

    #[test]
    fn quiet_hours_round_trip_and_errors_name_the_field() {
        let json = r#"[{"from":"22:00","to":"08:05","per":"user","channel":"c","group":"g","user":"u"}]"#;
        assert_eq!(crate::base::value::json(&hours(json).unwrap()), json);
        for (json, path) in [
            (r#"[{"to":"08:00"}]"#, "config.quietHours[0].from"),
            (r#"[{"from":"24:00","to":"08:00"}]"#, "config.quietHours[0].from"),
            (r#"[{"from":"8:00","to":"09:00"}]"#, "config.quietHours[0].from"),
            (r#"[{"from":"08:+1","to":"09:00"}]"#, "config.quietHours[0].from"),
            (r#"[{"from":"08:00","to":"08:00"}]"#, "config.quietHours[0].to"),
            (r#"[{"from":"08:00","to":"09:00","per":"channel"}]"#, "config.quietHours[0].per"),
            (r#"[{"from":"08:00","to":"09:00","per":"group","user":"u"}]"#, "config.quietHours[0].user"),
            (r#"[{"from":"08:00","to":"09:00","weekday":1}]"#, "config.quietHours[0].weekday"),
        ] {
            assert_eq!(hours(json).unwrap_err().path, path, "{json}");
        }
    }
}
