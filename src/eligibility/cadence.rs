//! Cadence: how many messages may go to one user, to one group, or through one channel within a stretch of time.

use serde::{Serialize, Serializer};

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::time::{HOUR, Time};
use crate::base::value::{self, Fields, Value, shown};
use crate::memory::Subject;

use super::window::{Window, blocked_until, newest};
use super::{RuleContext, Silence, nameable};

/// Over what messages are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CadencePer {
    /// Messages to the same user.
    User,
    /// Messages to the same group as one.
    Group,
    /// All messages through the same channel.
    Channel,
}

/// How many messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CadenceCount {
    /// So many, at least 1.
    Fixed(u32),
    /// As many as the operator's month has days.
    DaysInMonth,
}

/// Within what stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// The last sixty minutes.
    Hour,
    /// The operator's calendar day.
    Day,
    /// The operator's week, from Monday.
    Week,
    /// The operator's calendar month.
    Month,
    /// So many last hours, above 0.
    Hours(f64),
}

/// At most `count` messages per `per` within every `every`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rule {
    /// Over what one counts.
    pub per: CadencePer,
    /// How many.
    pub count: CadenceCount,
    /// Within what.
    pub every: Every,
    /// Only for messages through this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

/// WeCom's own limits: one message a customer a day; as many a month to a group as the month has days.
pub const WECOM: [Rule; 2] = [
    Rule { per: CadencePer::User, count: CadenceCount::Fixed(1), every: Every::Day, channel: None },
    Rule { per: CadencePer::Group, count: CadenceCount::DaysInMonth, every: Every::Month, channel: None },
];

/// Reads `"wecom"` or a list of rules.
pub fn read(value: Value, path: &str) -> Result<Vec<Rule>> {
    match value {
        Value::Text(name) if name == "wecom" => Ok(WECOM.to_vec()),
        Value::List(_) => value::list(value, path, Rule::read),
        other => Err(Error::invalid(path, r#""wecom" or a list of rules"#, shown(&other))),
    }
}

impl Rule {
    fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let rule = Self {
            per: fields.required("per", |value, path| match &value {
                Value::Text(per) if per == "user" => Ok(CadencePer::User),
                Value::Text(per) if per == "group" => Ok(CadencePer::Group),
                Value::Text(per) if per == "channel" => Ok(CadencePer::Channel),
                other => Err(Error::invalid(path, "one of user, group, channel", shown(other))),
            })?,
            count: fields.required("count", |value, path| match &value {
                Value::Text(name) if name == "daysInMonth" => Ok(CadenceCount::DaysInMonth),
                Value::Number(_) => value::whole(1, 1_000_000_000)(value, path).map(CadenceCount::Fixed),
                other => Err(Error::invalid(path, r#"a whole number of at least 1, or "daysInMonth""#, shown(other))),
            })?,
            every: fields.required("every", every)?,
            channel: fields.optional("channel", id::id)?,
        };
        if rule.count == CadenceCount::DaysInMonth && rule.every != Every::Month {
            let rule = r#"a whole number, unless `every` is "month""#;
            return Err(Error::invalid(&fields.path("count"), rule, r#""daysInMonth""#));
        }
        fields.finish()?;
        Ok(rule)
    }

    /// If this rule is silent at `at`: when the message that fills it leaves. Messages after `at` count as well.
    fn full_until(&self, moment: &RuleContext, at: Time) -> Option<Time> {
        let (addressee, calendar) = (moment.addressee, moment.rules.calendar);
        if !named(self.channel.as_deref(), addressee.channel.map(|channel| moment.world.channels.ids.name(channel))) {
            return None;
        }
        let count = match self.count {
            CadenceCount::Fixed(count) => count,
            CadenceCount::DaysInMonth => {
                let month = calendar.month(at);
                // A clock may have stepped back from a month with fewer days: then the month counts as the shortest.
                if self.newest(moment, 1)? < month.end { month.days } else { SHORTEST_MONTH }
            }
        };
        let filling = self.newest(moment, count)?;
        Some(self.every.window().leaves(calendar, filling)).filter(|&leaves| leaves > at)
    }

    /// When the `count`-th newest of the messages that this rule counts was sent.
    fn newest(&self, moment: &RuleContext, count: u32) -> Option<Time> {
        let (addressee, exposure) = (moment.addressee, &moment.memory.exposure);
        match self.per {
            CadencePer::Channel => newest(exposure.through(addressee.channel?), count),
            CadencePer::User if !addressee.is_user => None,
            CadencePer::Group if addressee.is_user => None,
            _ => {
                let messages = exposure.received(Subject::of(&addressee)?).messages.iter().rev();
                let counted = messages.filter(|message| self.channel.is_none() || message.channel == addressee.channel);
                counted.map(|message| message.at).nth(count as usize - 1)
            }
        }
    }
}

/// Days of the shortest month.
const SHORTEST_MONTH: u32 = 28;

/// Whether a rule that may name an id speaks of this one.
pub(super) fn named(name: Option<&str>, this: Option<&str>) -> bool {
    name.is_none() || name == this
}

impl Every {
    fn window(self) -> Window {
        match self {
            Self::Hour => Window::Sliding(HOUR),
            Self::Day => Window::Day,
            Self::Week => Window::Week,
            Self::Month => Window::Month,
            Self::Hours(hours) => Window::of_hours(hours),
        }
    }
}

fn every(value: Value, path: &str) -> Result<Every> {
    match &value {
        Value::Text(name) if name == "hour" => Ok(Every::Hour),
        Value::Text(name) if name == "day" => Ok(Every::Day),
        Value::Text(name) if name == "week" => Ok(Every::Week),
        Value::Text(name) if name == "month" => Ok(Every::Month),
        Value::Record(_) => {
            let mut fields = Fields::of(value, path)?;
            let hours = value::number_that("hours above 0, at most 1000000", |hours| hours > 0.0 && hours <= 1e6);
            let every = Every::Hours(fields.required("hours", hours)?);
            fields.finish()?;
            Ok(every)
        }
        other => Err(Error::invalid(path, r#""hour", "day", "week", "month" or { hours: n }"#, shown(other))),
    }
}

impl Serialize for CadenceCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Fixed(count) => serializer.serialize_u32(*count),
            Self::DaysInMonth => serializer.serialize_str("daysInMonth"),
        }
    }
}

/// The silences that rules per user, per group and per channel keep now, each until none of its rules does.
pub fn silences(moment: &RuleContext) -> [Option<Silence>; 3] {
    [(CadencePer::User, "cadence.user"), (CadencePer::Group, "cadence.group"), (CadencePer::Channel, "cadence.channel")]
        .map(|(per, rule)| {
            let alike = || moment.rules.cadence.iter().filter(|rule| rule.per == per);
            let until = blocked_until(moment.now, |at| alike().find_map(|rule| rule.full_until(moment, at)))?;
            Some(Silence { rule, until: nameable(until) })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{Calendar, DAY};
    use crate::eligibility::scene::Fixture;

    fn rules(json: &str) -> Result<Vec<Rule>> {
        read(Value::from_json(json, "").unwrap(), "config.cadence")
    }

    fn scene(json: &str) -> Fixture {
        let mut scene = Fixture::default();
        scene.rules.cadence = rules(json).unwrap();
        scene.item(r#"{"id":"a"}"#).group(r#"{"id":"g","channel":"wecom"}"#).group(r#"{"id":"h"}"#);
        scene
    }

    const MIDNIGHT: Time = 16 * HOUR; // in Beijing

    #[test]
    fn wecom_allows_one_message_a_customer_a_day() {
        let mut scene = scene(r#""wecom""#);
        scene.sent("u", "a", MIDNIGHT);
        assert_eq!(scene.to("u").silence(MIDNIGHT), Some(("cadence.user", Some(MIDNIGHT + DAY))));
        assert_eq!(scene.to("u@g").silence(MIDNIGHT + DAY - 1), Some(("cadence.user", Some(MIDNIGHT + DAY))));
        assert_eq!(scene.to("u").silence(MIDNIGHT + DAY), None);
        assert_eq!(scene.to("v").silence(MIDNIGHT), None);
        assert_eq!(scene.to("@g").silence(MIDNIGHT), None);
    }

    #[test]
    fn wecom_allows_a_group_as_many_messages_a_month_as_it_has_days() {
        let mut scene = scene(r#""wecom""#);
        let month = Calendar { utc_offset_minutes: 480 }.month(45 * DAY); // February 1970
        (0..28).for_each(|n| {
            assert_eq!(scene.to("@g").silence(month.start + n), None);
            scene.sent("@g", "a", month.start + n);
        });
        assert_eq!(scene.to("@g").silence(month.start + 27), Some(("cadence.group", Some(month.end))));
        assert_eq!(scene.to("@g").silence(month.end), None);
        assert_eq!(scene.to("@h").silence(month.end - 1), None);
    }

    #[test]
    fn a_sliding_rule_ends_when_its_oldest_message_leaves() {
        let mut scene =
            scene(r#"[{"per":"user","count":2,"every":{"hours":5}},{"per":"user","count":1,"every":"hour"}]"#);
        scene.sent("u", "a", 0).sent("u", "a", 2 * HOUR);
        assert_eq!(scene.to("u").silence(2 * HOUR), Some(("cadence.user", Some(5 * HOUR))));
        assert_eq!(scene.to("u").silence(5 * HOUR), None);
        assert_eq!(scene.to("u").silence(HOUR - 1), Some(("cadence.user", Some(5 * HOUR))));
    }

    #[test]
    fn a_clock_that_steps_back_allows_nothing_more() {
        for every in [r#""hour""#, r#""day""#, r#""week""#, r#""month""#, r#"{"hours":2.5}"#] {
            for per in ["user", "channel"] {
                let mut scene = scene(&format!(r#"[{{"per":"{per}","count":2,"every":{every}}}]"#));
                scene.sent("u@g", "a", 40 * DAY).sent("u@g", "a", 40 * DAY + 1);
                let told = scene.to("u@g").silence(40 * DAY + 1);
                assert!(told.is_some());
                for back in [1, 2, HOUR, DAY, 40 * DAY, 400 * DAY] {
                    assert_eq!(scene.to("u@g").silence(40 * DAY + 1 - back), told, "{per} {every} {back}");
                }
            }
        }
        // February's 28 messages fill a January as well, whose own count is 31.
        let mut scene = scene(r#""wecom""#);
        let february = Calendar { utc_offset_minutes: 480 }.month(45 * DAY);
        (0..28).for_each(|n| _ = scene.sent("@g", "a", february.start + n));
        assert_eq!(scene.to("@g").silence(february.start - 1), Some(("cadence.group", Some(february.end))));
        let mut scene = self::scene(r#""wecom""#);
        (0..28).for_each(|n| _ = scene.sent("@g", "a", february.start - DAY + n));
        assert_eq!(scene.to("@g").silence(february.start - DAY), None);
    }

    #[test]
    fn a_rule_with_a_channel_counts_and_silences_that_channel_alone() {
        let mut scene = scene(r#"[{"per":"user","count":1,"every":"week","channel":"wecom"}]"#);
        scene.sent("u@h", "a", 0);
        assert_eq!(scene.to("u@g").silence(5), None);
        scene.sent("u@g", "a", 0);
        assert_eq!(scene.to("u@h").silence(5), None);
        assert_eq!(scene.to("u@g").silence(5), Some(("cadence.user", Some(4 * DAY - 8 * HOUR))));
    }

    #[test]
    fn a_channel_counts_what_it_sent_to_anyone() {
        let mut scene = scene(r#"[{"per":"channel","count":2,"every":"day"}]"#);
        scene.sent("u@g", "a", MIDNIGHT).sent("@g", "a", MIDNIGHT + 1);
        assert_eq!(scene.to("v@g").silence(MIDNIGHT + 1), Some(("cadence.channel", Some(MIDNIGHT + DAY))));
        assert_eq!(scene.to("v").silence(MIDNIGHT + 1), None);
    }

    #[test]
    fn rules_read_as_they_are_written_and_mistakes_are_named() {
        let written =
            r#"[{"per":"user","count":1,"every":"day"},{"per":"group","count":"daysInMonth","every":"month"}]"#;
        assert_eq!(crate::base::value::json(&rules(r#""wecom""#).unwrap()), written);
        let all = r#"[{"per":"channel","count":3,"every":{"hours":1.5},"channel":"c"},{"per":"user","count":2,"every":"hour"}]"#;
        assert_eq!(crate::base::value::json(&rules(all).unwrap()), all);
        for (json, path) in [
            (r#""wechat""#, "config.cadence"),
            (r#"[{"count":1,"every":"day"}]"#, "config.cadence[0].per"),
            (r#"[{"per":"user","count":0,"every":"day"}]"#, "config.cadence[0].count"),
            (r#"[{"per":"user","count":"daysInMonth","every":"day"}]"#, "config.cadence[0].count"),
            (r#"[{"per":"user","count":1,"every":"year"}]"#, "config.cadence[0].every"),
            (r#"[{"per":"user","count":1,"every":{"hours":0}}]"#, "config.cadence[0].every.hours"),
            (r#"[{"per":"user","count":1,"every":"day","user":"u"}]"#, "config.cadence[0].user"),
        ] {
            assert_eq!(rules(json).unwrap_err().path, path, "{json}");
        }
    }
}
