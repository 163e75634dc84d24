//! The cadence rule: a limit on messages to one user, to one group or through one channel within a period.

use serde::{Serialize, Serializer};

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::time::{HOUR, Time};
use crate::base::value::{self, Fields, Value, display_value};
use crate::memory::Subject;
use crate::memory::sending::{Accepted, Message};
use crate::world::occasion::Occasions;
use crate::world::recipient::Recipient;

use super::window::{Window, blocked_until, newest};
use super::{RuleContext, Silence, nameable};

/// The scope over which messages are counted.
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

const SCOPES: [(&str, CadencePer); 3] =
    [("user", CadencePer::User), ("group", CadencePer::Group), ("channel", CadencePer::Channel)];

/// The limit of a cadence rule, in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CadenceCount {
    /// A fixed number, 1 to 1,000,000,000.
    Fixed(u32),
    /// The number of days in the current month of the operator's calendar.
    DaysInMonth,
}

/// The period of a cadence rule.
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
    /// A sliding window in hours, above 0, at most 1,000,000.
    Hours(f64),
}

/// At most `count` messages per `per` within every `every`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CadenceRule {
    /// The scope of the count.
    pub per: CadencePer,
    /// The most messages within a period.
    pub count: CadenceCount,
    /// The period.
    pub every: Every,
    /// If given, only messages through this channel are counted and silenced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The occasions that are counted and silenced; pushes by default.
    #[serde(skip_serializing_if = "Occasions::is_push")]
    pub occasions: Occasions,
}

/// WeCom's own limits: one message per customer and day; per group and month as many as the month has days.
pub const WECOM: [CadenceRule; 2] = [
    CadenceRule {
        per: CadencePer::User,
        count: CadenceCount::Fixed(1),
        every: Every::Day,
        channel: None,
        occasions: Occasions::PUSH,
    },
    CadenceRule {
        per: CadencePer::Group,
        count: CadenceCount::DaysInMonth,
        every: Every::Month,
        channel: None,
        occasions: Occasions::PUSH,
    },
];

/// Reads `"wecom"` or a list of rules.
///
/// # Errors
/// `invalid` or `missing`, with the path of the first field that breaks a rule.
pub fn read(value: Value, path: &str) -> Result<Vec<CadenceRule>> {
    match value {
        Value::Text(name) if name == "wecom" => Ok(WECOM.to_vec()),
        Value::List(_) => value::list(value, path, CadenceRule::read),
        other => Err(value::refused(other, path, r#""wecom" or a list of rules"#)),
    }
}

impl CadenceRule {
    fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let rule = Self {
            per: fields.required("per", |value, path| value::one_of(value, path, &SCOPES))?,
            count: fields.required("count", |value, path| match &value {
                Value::Text(name) if name == "daysInMonth" => Ok(CadenceCount::DaysInMonth),
                Value::Number(_) => value::whole(1, 1_000_000_000)(value, path).map(CadenceCount::Fixed),
                other => {
                    Err(Error::invalid(path, r#"a whole number of at least 1, or "daysInMonth""#, display_value(other)))
                }
            })?,
            every: fields.required("every", every)?,
            channel: fields.optional("channel", id::id)?,
            occasions: fields.or("occasions", Occasions::PUSH, Occasions::read)?,
        };
        fields.check()?;
        if rule.count == CadenceCount::DaysInMonth && rule.every != Every::Month {
            let rule = r#"a whole number, unless `every` is "month""#;
            return Err(Error::invalid(&fields.path("count"), rule, r#""daysInMonth""#));
        }
        fields.finish()?;
        Ok(rule)
    }

    /// The time at which this rule stops blocking; `None` if it does not block at `at`. Messages after `at` count too.
    fn full_until(&self, context: &RuleContext, at: Time) -> Option<Time> {
        let (recipient, calendar) = (context.addressee, context.rules.calendar);
        let channel = recipient.channel.map(|channel| context.state.world.channels.ids.name(channel));
        if !matches_name(self.channel.as_deref(), channel) || !self.occasions.include(context.occasion) {
            return None;
        }
        let count = match self.count {
            CadenceCount::Fixed(count) => count,
            CadenceCount::DaysInMonth => {
                let month = calendar.month(at);
                // After a clock stepped back from a shorter month, the month's limit is that of the shortest.
                if self.newest(context, 1, at)? < month.end { month.days } else { SHORTEST_MONTH }
            }
        };
        let filled_by = self.newest(context, count, at)?;
        Some(self.every.window().counts_until(calendar, filled_by)).filter(|&until| until > at)
    }

    /// The time of the `count`-th newest message that this rule counts. A reserved one after `at` counts only if it
    /// falls into the period that begins at `at`: next week's plan must not silence today.
    fn newest(&self, context: &RuleContext, count: u32, at: Time) -> Option<Time> {
        let (recipient, exposure) = (context.addressee, &context.state.memory.exposure);
        let reservations = exposure.reservations();
        let end = self.every.window().counts_until(context.rules.calendar, at);
        let reserved_times = |planned: &Accepted| {
            (self.counts(&planned.message(), &recipient) && planned.at < end && planned.at <= context.contacts_until)
                .then_some(planned.at)
        };
        match self.per {
            CadencePer::Channel => {
                let channel = recipient.channel?;
                let sent = exposure.through(channel).iter().rev();
                let sent = sent
                    .filter(|message| self.occasions.include(message.occasion))
                    .map(|message| message.at)
                    .filter(|at| *at <= context.contacts_until);
                let reserved = reservations.through(channel, context.state.now).filter_map(reserved_times).collect();
                newest(sent, reserved, count)
            }
            CadencePer::User if !recipient.is_user => None,
            CadencePer::Group if recipient.is_user => None,
            _ => {
                let subject = Subject::of(&recipient)?;
                let messages = exposure.received(subject).messages.iter().rev();
                let sent = messages
                    .filter(|message| self.counts(message, &recipient))
                    .map(|message| message.at)
                    .filter(|at| *at <= context.contacts_until);
                let reserved = reservations.to(subject, context.state.now).filter_map(reserved_times).collect();
                newest(sent, reserved, count)
            }
        }
    }

    /// True if the rule counts a message to its recipient.
    fn counts(&self, message: &Message, recipient: &Recipient) -> bool {
        (self.channel.is_none() || message.channel == recipient.channel) && self.occasions.include(message.occasion)
    }
}

/// Days of February in a common year: the least a monthly limit can be.
const SHORTEST_MONTH: u32 = 28;

/// True if a rule's optional id is absent or equals `this`.
pub(super) fn matches_name(name: Option<&str>, this: Option<&str>) -> bool {
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
        other => Err(Error::invalid(path, r#""hour", "day", "week", "month" or { hours: n }"#, display_value(other))),
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

/// The current silences by user, group and channel rules; each ends when no rule of its scope blocks.
pub fn silences(context: &RuleContext) -> [Option<Silence>; 3] {
    [(CadencePer::User, "cadence.user"), (CadencePer::Group, "cadence.group"), (CadencePer::Channel, "cadence.channel")]
        .map(|(per, rule)| {
            let same_scope = || context.rules.cadence.iter().filter(|rule| rule.per == per);
            let until =
                blocked_until(context.state.now, |at| same_scope().find_map(|rule| rule.full_until(context, at)))?;
            Some(Silence { rule, until: nameable(until) })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{Calendar, DAY};
    use crate::eligibility::fixture::Fixture;
    use crate::world::occasion::Occasion;

    fn rules(json: &str) -> Result<Vec<CadenceRule>> {
        read(Value::from_json(json, "").unwrap(), "config.cadence")
    }

    fn fixture(json: &str) -> Fixture {
        let mut fixture = Fixture::default();
        fixture.rules.cadence = rules(json).unwrap();
        fixture.item(r#"{"id":"a"}"#).group(r#"{"id":"g","channel":"wecom"}"#).group(r#"{"id":"h"}"#);
        fixture
    }

    const MIDNIGHT: Time = 16 * HOUR; // in Beijing

    #[test]
    fn wecom_allows_one_message_a_customer_a_day() {
        let mut fixture = fixture(r#""wecom""#);
        fixture.sent("u", "a", MIDNIGHT);
        assert_eq!(fixture.to("u").silence(MIDNIGHT), Some(("cadence.user", Some(MIDNIGHT + DAY))));
        assert_eq!(fixture.to("u@g").silence(MIDNIGHT + DAY - 1), Some(("cadence.user", Some(MIDNIGHT + DAY))));
        assert_eq!(fixture.to("u").silence(MIDNIGHT + DAY), None);
        assert_eq!(fixture.to("v").silence(MIDNIGHT), None);
        assert_eq!(fixture.to("@g").silence(MIDNIGHT), None);
    }

    #[test]
    fn wecom_allows_a_group_as_many_messages_a_month_as_it_has_days() {
        let mut fixture = fixture(r#""wecom""#);
        let month = Calendar { utc_offset_minutes: 480 }.month(45 * DAY); // February 1970
        (0..28).for_each(|n| {
            assert_eq!(fixture.to("@g").silence(month.start + n), None);
            fixture.sent("@g", "a", month.start + n);
        });
        assert_eq!(fixture.to("@g").silence(month.start + 27), Some(("cadence.group", Some(month.end))));
        assert_eq!(fixture.to("@g").silence(month.end), None);
        assert_eq!(fixture.to("@h").silence(month.end - 1), None);
    }

    #[test]
    fn a_sliding_rule_ends_when_its_oldest_message_leaves() {
        let mut fixture =
            fixture(r#"[{"per":"user","count":2,"every":{"hours":5}},{"per":"user","count":1,"every":"hour"}]"#);
        fixture.sent("u", "a", 0).sent("u", "a", 2 * HOUR);
        assert_eq!(fixture.to("u").silence(2 * HOUR), Some(("cadence.user", Some(5 * HOUR))));
        assert_eq!(fixture.to("u").silence(5 * HOUR), None);
        assert_eq!(fixture.to("u").silence(HOUR - 1), Some(("cadence.user", Some(5 * HOUR))));
    }

    #[test]
    fn a_clock_that_steps_back_allows_nothing_more() {
        for every in [r#""hour""#, r#""day""#, r#""week""#, r#""month""#, r#"{"hours":2.5}"#] {
            for per in ["user", "channel"] {
                let mut fixture = fixture(&format!(r#"[{{"per":"{per}","count":2,"every":{every}}}]"#));
                fixture.sent("u@g", "a", 40 * DAY).sent("u@g", "a", 40 * DAY + 1);
                let expected = fixture.to("u@g").silence(40 * DAY + 1);
                assert!(expected.is_some());
                for back in [1, 2, HOUR, DAY, 40 * DAY, 400 * DAY] {
                    assert_eq!(fixture.to("u@g").silence(40 * DAY + 1 - back), expected, "{per} {every} {back}");
                }
            }
        }
        // February's 28 messages also fill the preceding January, although its own limit is 31.
        let mut fixture = fixture(r#""wecom""#);
        let february = Calendar { utc_offset_minutes: 480 }.month(45 * DAY);
        (0..28).for_each(|n| _ = fixture.sent("@g", "a", february.start + n));
        assert_eq!(fixture.to("@g").silence(february.start - 1), Some(("cadence.group", Some(february.end))));
        let mut fixture = self::fixture(r#""wecom""#);
        (0..28).for_each(|n| _ = fixture.sent("@g", "a", february.start - DAY + n));
        assert_eq!(fixture.to("@g").silence(february.start - DAY), None);
    }

    #[test]
    fn a_rule_with_a_channel_counts_and_silences_that_channel_alone() {
        let mut fixture = fixture(r#"[{"per":"user","count":1,"every":"week","channel":"wecom"}]"#);
        fixture.sent("u@h", "a", 0);
        assert_eq!(fixture.to("u@g").silence(5), None);
        fixture.sent("u@g", "a", 0);
        assert_eq!(fixture.to("u@h").silence(5), None);
        assert_eq!(fixture.to("u@g").silence(5), Some(("cadence.user", Some(4 * DAY - 8 * HOUR))));
    }

    #[test]
    fn a_channel_rule_counts_messages_to_all_recipients() {
        let mut fixture = fixture(r#"[{"per":"channel","count":2,"every":"day"}]"#);
        fixture.sent("u@g", "a", MIDNIGHT).sent("@g", "a", MIDNIGHT + 1);
        assert_eq!(fixture.to("v@g").silence(MIDNIGHT + 1), Some(("cadence.channel", Some(MIDNIGHT + DAY))));
        assert_eq!(fixture.to("v").silence(MIDNIGHT + 1), None);
    }

    #[test]
    fn only_the_named_occasions_are_counted_and_silenced() {
        let mut fixture = fixture(r#""wecom""#);
        fixture.occasion = Occasion::Reply;
        fixture.sent("u", "a", MIDNIGHT);
        assert_eq!(fixture.to("u").silence(MIDNIGHT + 1), None);
        fixture.occasion = Occasion::Push;
        assert_eq!(fixture.to("u").silence(MIDNIGHT + 1), None);
        fixture.sent("u", "a", MIDNIGHT + 2);
        assert_eq!(fixture.to("u").silence(MIDNIGHT + 3), Some(("cadence.user", Some(MIDNIGHT + DAY))));
        fixture.occasion = Occasion::Welcome;
        assert_eq!(fixture.to("u").silence(MIDNIGHT + 3), None);
        let mut all = self::fixture(r#"[{"per":"channel","count":1,"every":"day","occasions":["push","reply"]}]"#);
        all.occasion = Occasion::Reply;
        all.sent("u@g", "a", MIDNIGHT);
        assert_eq!(all.to("v@g").silence(MIDNIGHT), Some(("cadence.channel", Some(MIDNIGHT + DAY))));
        all.occasion = Occasion::Welcome;
        assert_eq!(all.to("v@g").silence(MIDNIGHT), None);
    }

    #[test]
    fn a_reserved_message_counts_in_its_own_period_until_it_lapses() {
        let mut fixture = fixture(r#""wecom""#);
        fixture.reserved("u", "a", MIDNIGHT + DAY + HOUR, MIDNIGHT + 3 * DAY);
        assert_eq!(fixture.to("u").silence(MIDNIGHT), None);
        assert_eq!(fixture.to("u").silence(MIDNIGHT + DAY), Some(("cadence.user", Some(MIDNIGHT + 2 * DAY))));
        assert_eq!(fixture.to("u").silence(MIDNIGHT + 2 * DAY), None);
        let mut lapsed = self::fixture(r#"[{"per":"user","count":1,"every":"week"}]"#);
        lapsed.reserved("u", "a", MIDNIGHT, MIDNIGHT + HOUR);
        assert!(lapsed.to("u").silence(MIDNIGHT + HOUR - 1).is_some());
        assert_eq!(lapsed.to("u").silence(MIDNIGHT + HOUR), None);
    }

    #[test]
    fn rules_round_trip_and_errors_name_the_field() {
        let written =
            r#"[{"per":"user","count":1,"every":"day"},{"per":"group","count":"daysInMonth","every":"month"}]"#;
        assert_eq!(crate::base::value::json(&rules(r#""wecom""#).unwrap()), written);
        let all = r#"[{"per":"channel","count":3,"every":{"hours":1.5},"channel":"c"},{"per":"user","count":2,"every":"hour","occasions":["push","welcome"]}]"#;
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
