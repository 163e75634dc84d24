//! A cheap test that rules out most recipients of a journey before their entries are computed.

use crate::base::time::{DAY, Time};
use crate::operations::journey::Trigger;
use crate::world::attributes::Attribute;

use super::activity::Act;
use super::clock::{EntryTime, window_of};
use super::dates::{YearDays, attribute_of, parse_date, period_starts};
use super::entry::Span;
use super::{JourneyContext, JourneyRecipient, ResolvedJourney};

/// Rules out recipients for whom no step of a journey can be due, by the kind of its trigger.
#[derive(Debug)]
pub enum Prefilter<'a> {
    /// Entries start at interactions.
    Activity,
    /// Entries start some days after an interaction.
    Inactivity,
    /// Entries start at dates, or some days before.
    Date {
        /// Name of the attribute.
        attribute: &'a str,
        /// Days of the year whose entries may be in the span.
        days: YearDays,
    },
    /// Entries start at the same time for everybody.
    Schedule {
        /// True if a step of theirs may be due.
        is_open: bool,
    },
}

impl<'a> Prefilter<'a> {
    /// Prepares the test for entries in a span.
    pub fn new(resolved: &ResolvedJourney<'a>, context: &JourneyContext, span: Span) -> Self {
        match &resolved.journey.trigger {
            Trigger::Activity { .. } => Self::Activity,
            Trigger::Inactivity { .. } => Self::Inactivity,
            Trigger::Date { attribute } => {
                // An entry starts before its date by the lead, and by what is missing to the begin of a day.
                let lead = (resolved.journey.lead_days() * DAY as f64).round() as Time + DAY;
                let days = YearDays::between(context.calendar, span.since, span.until.saturating_add(lead));
                Self::Date { attribute, days }
            }
            Trigger::Schedule(period) => {
                let mut starts = period_starts(context.calendar, *period, span.from, span.until);
                let is_open = starts.any(|start| has_open_step(resolved, context, start, span));
                Self::Schedule { is_open }
            }
        }
    }

    /// False only if no step is due for the recipient in the span. `acts` are the recipient's interactions, and `is_open`
    /// is false only for times of entry with which no step is due.
    pub fn admits(
        &self,
        resolved: &ResolvedJourney,
        context: &JourneyContext,
        to: JourneyRecipient,
        acts: &[Act],
        span: Span,
        is_open: &impl Fn(Time) -> bool,
    ) -> bool {
        match self {
            Self::Activity => {
                let recent = acts.iter().rev().take_while(|act| act.at > span.since);
                recent.into_iter().any(|act| resolved.is_trigger(context, to, act) && is_open(act.at))
                    || resolved.recorded_start(context, to).is_some_and(is_open)
            }
            Self::Inactivity => true,
            Self::Date { attribute, days } => match attribute_of(context, to, attribute) {
                Some(Attribute::Text(text)) => {
                    parse_date(text).is_some_and(|(_, month, day)| days.contains(month, day))
                }
                Some(Attribute::Number(_)) => true,
                None => false,
            },
            Self::Schedule { is_open } => *is_open,
        }
    }
}

/// True if a step of an entry that starts at `start` is in its window at some time of the span.
fn has_open_step(resolved: &ResolvedJourney, context: &JourneyContext, start: Time, span: Span) -> bool {
    let entry = EntryTime { entered_at: start, cycle_days: None };
    resolved.journey.steps.iter().any(|step| {
        let window = window_of(step, &resolved.journey.trigger, entry, context.calendar);
        window.is_ok_and(|window| window.due_at <= span.until && window.ends_at > span.from)
    })
}
