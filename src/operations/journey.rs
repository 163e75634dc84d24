//! Journeys: sequences of messages to one subject, timed from a trigger.

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::minute_of_day::MinuteOfDay;
use crate::base::time::{self, Calendar, DAY, Time};
use crate::base::value::{self, Fields, Value, display_number, display_value, quoted};
use crate::world::audience::AudienceRule;

use super::activity_condition::{ActivityCondition, at_least_one, kinds};
use super::item_filter::ItemFilter;
use super::repeats::Repeats;
use super::{each_once, list_of_at_most};

/// A sequence of messages to one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// Unique id. Sends are stored under it.
    pub id: String,
    /// The recipient.
    pub subject: JourneySubject,
    /// The event, date or period that starts it.
    pub trigger: Trigger,
    /// The trigger events after the first that start a new entry.
    pub reentry: Reentry,
    /// True if each reference has a separate entry.
    pub per_reference: bool,
    /// Triggers before this time are ignored.
    pub starts_at: Option<Time>,
    /// From this time on no step is due.
    pub expires_at: Option<Time>,
    /// Recipients of its messages, evaluated when a step is due; everybody if absent.
    pub audience: Option<AudienceRule>,
    /// Conditions of which each ends an entry.
    pub exit_when: Vec<ActivityCondition>,
    /// Priority among due steps, highest first; −1000 to 1000.
    pub priority: f64,
    /// Channel to send through; the group's if absent.
    pub channel: Option<String>,
    /// True if it is part of a service that the user requested; it then also runs for users who opted out of profiling.
    pub transactional: bool,
    /// 1–64 steps, in the order in which they are meant to be sent.
    pub steps: Vec<Step>,
}

/// The recipient of a journey's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JourneySubject {
    /// A user, in private.
    User,
    /// A member of a group, in private, within the group.
    Member,
    /// A group as one.
    Group,
}

/// The event, date or period that starts a journey.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "operations have at most 256 journeys")]
pub enum Trigger {
    /// An interaction.
    Activity {
        /// Names of the kinds that start the journey.
        kinds: Vec<String>,
        /// Only interactions with these items start it; all if absent.
        items: Option<Box<ItemFilter>>,
    },
    /// No active kind for a number of periods of 24 hours.
    Inactivity {
        /// Number of periods, 1–3650.
        days: f64,
    },
    /// A date in an attribute of the user or group.
    Date {
        /// Name of the attribute.
        attribute: String,
    },
    /// A period of the operator's calendar.
    Schedule(SchedulePeriod),
}

/// A period of the operator's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchedulePeriod {
    /// A day.
    Day,
    /// A week, from Monday.
    Week,
    /// A month.
    Month,
}

/// The trigger events after the first that start a new entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reentry {
    /// None.
    Never,
    /// All.
    Always,
    /// Those at least this many periods of 24 hours after the entry before.
    AfterDays(f64),
}

/// One message of a journey.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Unique within the journey. Sends are stored under it.
    pub id: String,
    /// Time from entry to this step.
    pub offset: Offset,
    /// Time of day for which the step waits.
    pub time: Option<MinuteOfDay>,
    /// Allowed weekdays, 1 for Monday to 7 for Sunday; all if empty.
    pub weekdays: Vec<u32>,
    /// Length of the window in which the step is due, in hours, 1–720.
    pub window_hours: f64,
    /// Conditions that must all hold when the step is due.
    pub conditions: Vec<ActivityCondition>,
    /// Recipients, evaluated when the step is due; everybody if absent.
    pub audience: Option<AudienceRule>,
    /// The candidates.
    pub items: ItemFilter,
    /// The candidates as the host wrote them, for the step's request.
    pub given_items: Value,
    /// Number of picks, 1–1000.
    pub count: u32,
    /// Name of an objective, or weights by kind; as for any request if absent.
    pub objective: Option<Value>,
    /// True if items that the subject has seen may be sent again; the configuration's if absent.
    pub repeats: Option<Repeats>,
}

/// Time from entry to a step: the sum of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Offset {
    /// Periods of 24 hours.
    pub days: f64,
    /// Hours; `None` if not given.
    pub hours: Option<f64>,
    /// Replenishment cycles of the item in the trigger event; `None` if not given.
    pub cycles: Option<f64>,
}

/// Maximum distance of a step from its entry, without replenishment cycles, in days.
const MAX_OFFSET_DAYS: f64 = 400.0;

impl Journey {
    /// Reads a journey.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let journey = Self {
            id: fields.required("id", id::id)?,
            subject: fields.or("subject", JourneySubject::User, JourneySubject::read)?,
            trigger: fields.required("trigger", Trigger::read)?,
            reentry: fields.or("reentry", Reentry::Never, Reentry::read)?,
            per_reference: fields.or("perReference", false, value::boolean)?,
            starts_at: fields.optional("startsAt", time::time)?,
            expires_at: fields.optional("expiresAt", time::time)?,
            audience: fields.optional("audience", AudienceRule::read_allowing_nobody)?,
            exit_when: fields.or("exitWhen", Vec::new(), ActivityCondition::read_exits)?,
            priority: fields.or(
                "priority",
                0.0,
                value::number_that("a number from -1000 to 1000", |priority| priority.abs() <= 1000.0),
            )?,
            channel: fields.optional("channel", id::id)?,
            transactional: fields.or("transactional", false, value::boolean)?,
            steps: fields.required("steps", |value, path| {
                let steps = at_least_one(list_of_at_most(64, value, path, Step::read)?, path, "step")?;
                each_once(steps.iter().map(|step| step.id.as_str()), "id", path)?;
                Ok(steps)
            })?,
        };
        fields.check()?;
        if let (Some(start), Some(end)) = (journey.starts_at, journey.expires_at)
            && end <= start
        {
            return Err(Error::invalid(&fields.path("expiresAt"), format!("a time after startsAt ({start})"), end));
        }
        journey.check_trigger(&fields)?;
        fields.finish()?;
        Ok(journey)
    }

    /// Checks the fields that only some triggers allow.
    fn check_trigger(&self, fields: &Fields) -> Result<()> {
        let is_activity = matches!(self.trigger, Trigger::Activity { .. });
        let rule = "no such field unless the trigger is an activity";
        if !is_activity && self.reentry != Reentry::Never {
            return Err(Error::invalid(&fields.path("reentry"), rule, "a re-entry"));
        }
        if !is_activity && self.per_reference {
            return Err(Error::invalid(&fields.path("perReference"), rule, "true"));
        }
        for (n, step) in self.steps.iter().enumerate() {
            let path = |field: &str| fields.path(&format!("steps[{n}].offset.{field}"));
            let Offset { days, hours, cycles } = step.offset;
            if let Some(cycles) = cycles.filter(|_| !is_activity) {
                return Err(Error::invalid(&path("cycles"), rule, display_number(cycles)));
            }
            if days < 0.0 && cycles.is_none() && !matches!(self.trigger, Trigger::Date { .. }) {
                let rule = "0 or more, unless the trigger is a date or with cycles";
                return Err(Error::invalid(&path("days"), rule, display_number(days)));
            }
            if let Some(hours) = hours.filter(|&hours| hours < 0.0 && cycles.is_none()) {
                return Err(Error::invalid(&path("hours"), "0 or more, unless with cycles", display_number(hours)));
            }
        }
        Ok(())
    }

    /// Returns the position of a step.
    pub fn position(&self, step: &str) -> Option<usize> {
        self.steps.iter().position(|one| one.id == step)
    }

    /// Returns the lead: the largest negative offset of a step of a `date` journey, as a positive number of days.
    pub fn lead_days(&self) -> f64 {
        match self.trigger {
            Trigger::Date { .. } => self.steps.iter().map(|step| -step.offset.days).fold(0.0, f64::max),
            _ => 0.0,
        }
    }

    /// Returns the moment from which an entry is active: the time of entry, or with a lead the begin of the operator's
    /// day by which the first step precedes it, because that step may have a time of day.
    pub fn start_of(&self, entered_at: Time, calendar: Calendar) -> Time {
        match (self.lead_days() * DAY as f64).round() as Time {
            0 => entered_at,
            lead => calendar.day_start(entered_at.saturating_sub(lead)),
        }
    }
}

impl JourneySubject {
    fn read(value: Value, path: &str) -> Result<Self> {
        value::one_of(value, path, &[("user", Self::User), ("member", Self::Member), ("group", Self::Group)])
    }
}

impl Trigger {
    fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let trigger = match fields.required("type", value::text)?.as_str() {
            "activity" => Self::Activity {
                kinds: fields.required("kind", kinds)?,
                items: fields.optional("items", ItemFilter::read)?.map(Box::new),
            },
            "inactivity" => {
                let days = value::number_that("days from 1 to 3650", |days| (1.0..=3650.0).contains(&days));
                Self::Inactivity { days: fields.required("days", days)? }
            }
            "date" => Self::Date { attribute: fields.required("attribute", id::id)? },
            "schedule" => Self::Schedule(fields.required("every", SchedulePeriod::read)?),
            other => {
                let rule = "one of activity, inactivity, date, schedule";
                return Err(Error::invalid(&fields.path("type"), rule, quoted(other)));
            }
        };
        fields.finish()?;
        Ok(trigger)
    }
}

impl SchedulePeriod {
    fn read(value: Value, path: &str) -> Result<Self> {
        value::one_of(value, path, &[("day", Self::Day), ("week", Self::Week), ("month", Self::Month)])
    }
}

impl Reentry {
    fn read(value: Value, path: &str) -> Result<Self> {
        match &value {
            Value::Text(name) if name == "never" => Ok(Self::Never),
            Value::Text(name) if name == "always" => Ok(Self::Always),
            Value::Record(_) => {
                let mut fields = Fields::of(value, path)?;
                let days = value::number_that("days above 0, at most 3650", |days| days > 0.0 && days <= 3650.0);
                let reentry = Self::AfterDays(fields.required("afterDays", days)?);
                fields.finish()?;
                Ok(reentry)
            }
            other => Err(Error::invalid(path, r#""never", "always" or { afterDays: n }"#, display_value(other))),
        }
    }
}

impl Step {
    fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let (items, given_items) = fields.required("items", |value, path| {
            let items = ItemFilter::read(value.clone(), path)?;
            Ok((items, value))
        })?;
        let step = Self {
            id: fields.required("id", id::id)?,
            offset: fields.or("offset", Offset::default(), Offset::read)?,
            time: fields.optional("time", MinuteOfDay::read)?,
            weekdays: fields.or("weekdays", Vec::new(), weekdays)?,
            window_hours: fields.or(
                "windowHours",
                24.0,
                value::number_that("hours from 1 to 720", |hours| (1.0..=720.0).contains(&hours)),
            )?,
            conditions: fields.or("conditions", Vec::new(), ActivityCondition::read_all)?,
            audience: fields.optional("audience", AudienceRule::read_allowing_nobody)?,
            items,
            given_items,
            count: fields.or("count", 1, value::whole(1, 1000))?,
            objective: fields.optional("objective", value::anything)?,
            repeats: fields.optional("repeats", Repeats::read)?,
        };
        fields.finish()?;
        Ok(step)
    }
}

/// Reads at least one weekday, each once.
fn weekdays(value: Value, path: &str) -> Result<Vec<u32>> {
    let days = at_least_one(value::list(value, path, value::whole(1, 7))?, path, "weekday")?;
    let repeated = (1..days.len()).find(|&n| days[..n].contains(&days[n]));
    match repeated {
        Some(n) => Err(Error::invalid(&format!("{path}[{n}]"), "each weekday once", days[n])),
        None => Ok(days),
    }
}

impl Offset {
    fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let cycles = value::number_that("cycles from 0 to 100", |cycles| (0.0..=100.0).contains(&cycles));
        let offset = Self {
            days: fields.or("days", 0.0, value::number)?,
            hours: fields.optional("hours", value::number)?,
            cycles: fields.optional("cycles", cycles)?,
        };
        fields.check()?;
        let sum = offset.days + offset.hours.unwrap_or(0.0) / 24.0;
        if sum.is_nan() || sum.abs() > MAX_OFFSET_DAYS {
            return Err(Error::invalid(path, "days and hours whose sum is within 400 days", format!("{sum} days")));
        }
        fields.finish()?;
        Ok(offset)
    }
}

#[cfg(test)]
mod tests;
