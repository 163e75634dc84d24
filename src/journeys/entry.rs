//! Entries: the runs of a journey, each started by a trigger and ended by the next entry.

use crate::base::index::ItemIndex;
use crate::base::order;
use crate::base::time::{Calendar, DAY, Date, Time, is_time};
use crate::memory::Subject;
use crate::operations::journey::{Journey, JourneySubject, Reentry, SchedulePeriod, Trigger};
use crate::world::attributes::{Attribute, Attributes};
use crate::world::subject::Group;

use super::activity::Act;
use super::{JourneyContext, JourneyRecipient, ResolvedJourney};

/// One run of a journey.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JourneyEntry<'a> {
    /// The trigger event, the date, the start of the period.
    pub entered_at: Time,
    /// The moment from which the entry is active and everything is counted: earlier than the date where steps lead up
    /// to one ([`Journey::start_of`]), else `entered_at`.
    pub start: Time,
    /// Reference of the trigger event, for journeys with an entry per reference.
    pub reference: Option<&'a str>,
    /// Index of the item in the trigger event.
    pub item: Option<ItemIndex>,
    /// Start of the entry that replaced it.
    pub replaced_at: Option<Time>,
}

/// The part of time for which entries are wanted: those that start at or before `until` and are not replaced by `from`.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Entries replaced at or before this time are left out.
    pub from: Time,
    /// Latest start.
    pub until: Time,
}

impl Span {
    fn contains(self, entry: &JourneyEntry) -> bool {
        entry.start <= self.until && entry.replaced_at.is_none_or(|end| end > self.from)
    }
}

/// Name of the kind that stands for `joinedAt`.
const JOINED: &str = "joined";

/// Name of the kind that stands for `createdAt`.
const CREATED: &str = "created";

impl ResolvedJourney<'_> {
    /// Appends the entries of a recipient in `span`, those of one reference in the order of their start. `acts` are the
    /// recipient's interactions up to the moment of the query.
    pub fn add_entries<'a>(
        &self,
        context: &JourneyContext,
        to: JourneyRecipient,
        acts: &[Act<'a>],
        span: Span,
        entries: &mut Vec<JourneyEntry<'a>>,
    ) {
        match &self.journey.trigger {
            Trigger::Activity { kinds, .. } => {
                let stand_in = stand_in(context, to, kinds, acts);
                self.add_activity_entries(context, to, acts, stand_in, span, entries);
            }
            Trigger::Inactivity { days } => {
                let is_active = |act: &&Act| is_in_scope(to, act) && context.tiers.scorer().is_active(act.kind);
                let last = acts.iter().rev().find(is_active);
                let start = last.map(|act| act.at + (days * DAY as f64).round() as Time);
                self.add_chain(start.into_iter().map(|start| (start, start)), span, entries);
            }
            Trigger::Date { attribute } => {
                let lead = (self.journey.lead_days() * DAY as f64).round() as Time;
                let value = attributes_of(context, to).and_then(|attributes| find(attributes, attribute));
                let dates = value.into_iter().flat_map(|value| occurrences(context, value, lead, span));
                let start_of = |date: Time| self.journey.start_of(date, context.calendar);
                let starts = dates.map(|date| (date, start_of(date))).filter(|(_, start)| *start <= span.until);
                self.add_chain(starts, span, entries);
            }
            Trigger::Schedule(period) => {
                let starts = period_starts(context.calendar, *period, span);
                self.add_chain(starts.map(|start| (start, start)), span, entries);
            }
        }
    }

    /// Appends entries without interactions, given as (`entered_at`, `start`) in ascending order.
    fn add_chain(&self, times: impl Iterator<Item = (Time, Time)>, span: Span, entries: &mut Vec<JourneyEntry>) {
        let first = entries.len();
        let is_wanted = |entered_at: Time| self.journey.starts_at.is_none_or(|starts_at| entered_at >= starts_at);
        for (entered_at, start) in times.filter(|(entered_at, _)| is_wanted(*entered_at)) {
            entries.push(JourneyEntry { entered_at, start, reference: None, item: None, replaced_at: None });
        }
        finish_chain(entries, first, span);
    }

    fn add_activity_entries<'a>(
        &self,
        context: &JourneyContext,
        to: JourneyRecipient,
        acts: &[Act<'a>],
        stand_in: Option<Time>,
        span: Span,
        entries: &mut Vec<JourneyEntry<'a>>,
    ) {
        let first = entries.len();
        let earliest = self.journey.starts_at.unwrap_or(Time::MIN);
        let new = |at: Time, reference: Option<&'a str>, item: Option<ItemIndex>| {
            let reference = reference.filter(|_| self.journey.per_reference);
            JourneyEntry { entered_at: at, start: at, reference, item, replaced_at: None }
        };
        entries.extend(stand_in.filter(|&at| at >= earliest && at <= context.state.now).map(|at| new(at, None, None)));
        let is_trigger = |act: &&Act| act.at >= earliest && self.is_trigger(context, to, act);
        let triggers = acts.iter().filter(is_trigger);
        if !self.journey.per_reference && stand_in.is_none() {
            match self.journey.reentry {
                // Entries before one that starts by the begin of the span are not wanted.
                Reentry::Always => {
                    for act in triggers.rev() {
                        let later = entries[first..].last().map(|entry| entry.entered_at);
                        if later.is_some_and(|later| later != act.at && later <= span.from) {
                            break;
                        }
                        entries.push(new(act.at, act.reference, act.item));
                    }
                    entries[first..].reverse();
                }
                _ => entries.extend(triggers.map(|act| new(act.at, act.reference, act.item))),
            }
            keep_entries(entries, first, self.journey.reentry);
            return finish_chain(entries, first, span);
        }
        entries.extend(triggers.map(|act| new(act.at, act.reference, act.item)));
        // A stable sort: at one time the order of the interactions stays.
        order::sort_by(&mut entries[first..], |a, b| {
            a.reference.cmp(&b.reference).then(a.entered_at.cmp(&b.entered_at))
        });
        let all = entries.split_off(first);
        for chain in all.chunk_by(|a, b| a.reference == b.reference) {
            let first = entries.len();
            entries.extend_from_slice(chain);
            keep_entries(entries, first, self.journey.reentry);
            finish_chain(entries, first, span);
        }
    }

    /// Whether an interaction starts the journey for a recipient.
    pub fn is_trigger(&self, context: &JourneyContext, to: JourneyRecipient, act: &Act) -> bool {
        is_in_scope(to, act) && self.trigger.as_ref().is_some_and(|trigger| trigger.selects(act, context.state.world))
    }
}

/// Whether an interaction counts for the trigger: for a member only those in the group.
fn is_in_scope(to: JourneyRecipient, act: &Act) -> bool {
    match to {
        JourneyRecipient::Member { group, .. } => act.group == Some(group),
        _ => true,
    }
}

/// Reduces candidates from `first` on, in time order, to the entries that the journey's re-entry allows. Interactions
/// at the same time are one entry; its item is that of the last.
fn keep_entries(entries: &mut Vec<JourneyEntry>, first: usize, reentry: Reentry) {
    let mut kept = first;
    for n in first..entries.len() {
        let candidate = entries[n];
        let before = entries[first..kept].last();
        let is_same = before.is_some_and(|before| before.entered_at == candidate.entered_at);
        let is_new = before.is_none_or(|before| match reentry {
            Reentry::Never => false,
            Reentry::Always => true,
            Reentry::AfterDays(days) => {
                candidate.entered_at - before.entered_at >= ((days * DAY as f64).round() as Time).max(1)
            }
        });
        if is_same {
            entries[kept - 1] = candidate;
        } else if is_new {
            entries[kept] = candidate;
            kept += 1;
        }
    }
    entries.truncate(kept);
}

/// Sets the ends of the entries from `first` on, which are in order, and drops those outside of the span.
fn finish_chain(entries: &mut Vec<JourneyEntry>, first: usize, span: Span) {
    for n in first + 1..entries.len() {
        entries[n - 1].replaced_at = Some(entries[n].start);
    }
    let mut kept = first;
    for n in first..entries.len() {
        if span.contains(&entries[n]) {
            entries[kept] = entries[n];
            kept += 1;
        }
    }
    entries.truncate(kept);
}

/// Whether a record of a recipient may stand for an interaction.
pub fn has_stand_in(context: &JourneyContext, to: JourneyRecipient) -> bool {
    recorded_start(context, to).1.is_some()
}

/// Returns the kind that the record of a recipient may stand for, and its time if it is known.
fn recorded_start(context: &JourneyContext, to: JourneyRecipient) -> (&'static str, Option<Time>) {
    let world = context.state.world;
    match to {
        JourneyRecipient::User(user) => (JOINED, world.users.record(user).and_then(|user| user.joined_at)),
        JourneyRecipient::Member { user, group } => {
            let joined_at = |group: &Group| {
                let index = group.member_indices.iter().position(|&member| member == user)?;
                group.members.as_ref()?.get(index)?.joined_at
            };
            (JOINED, world.groups.record(group).and_then(joined_at))
        }
        JourneyRecipient::Group(group) => (CREATED, world.groups.record(group).and_then(|group| group.created_at)),
    }
}

/// Returns the time that stands for an interaction of kind `joined` or `created`, unless the log has one.
fn stand_in(context: &JourneyContext, to: JourneyRecipient, kinds: &[String], acts: &[Act]) -> Option<Time> {
    let world = context.state.world;
    let (name, at) = recorded_start(context, to);
    let at = at.filter(|_| kinds.iter().any(|kind| kind == name))?;
    let number = world.kinds.index(name);
    let is_logged = acts.iter().any(|act| Some(act.kind) == number && is_in_scope(to, act));
    (!is_logged).then_some(at)
}

fn attributes_of<'a>(context: &JourneyContext<'a>, to: JourneyRecipient) -> Option<&'a Attributes> {
    match to.subject() {
        Subject::User(user) => context.state.world.users.record(user)?.attributes.as_ref(),
        Subject::Group(group) => context.state.world.groups.record(group)?.attributes.as_ref(),
    }
}

fn find<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a Attribute> {
    attributes.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The occurrences of a date whose steps may lie in the span, ascending.
fn occurrences(
    context: &JourneyContext,
    value: &Attribute,
    lead: Time,
    span: Span,
) -> impl Iterator<Item = Time> + use<> {
    let calendar = context.calendar;
    let (once, date) = match value {
        Attribute::Number(at) => (Some(*at as Time).filter(|at| is_time(*at)), None),
        Attribute::Text(text) => (None, parse_date(text)),
    };
    let yearly = date.into_iter().flat_map(move |(first_year, month, day)| {
        let midnight = move |year: i64| {
            let date = Date { year, month, day };
            let is_leap_day = (month, day) == (2, 29) && !date.exists();
            calendar.midnight(if is_leap_day { Date { day: 28, ..date } } else { date })
        };
        let year_of = |at: Time| calendar.date(at).year;
        // The occurrence before the span is still active at its begin.
        let years = year_of(span.from.saturating_add(lead)) - 1..=year_of(span.until.saturating_add(lead)) + 1;
        years.filter(move |year| first_year.is_none_or(|first| *year >= first)).map(midnight)
    });
    once.into_iter().chain(yearly)
}

/// Reads `YYYY-MM-DD` or `MM-DD`; `None` for anything else and for dates that do not exist.
fn parse_date(text: &str) -> Option<(Option<i64>, i64, i64)> {
    let number = |part: &str, digits: usize| {
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { part.parse::<i64>().ok() } else { None }
    };
    let (year, rest) = match text.split_once('-')? {
        (year, rest) if year.len() == 4 => (Some(number(year, 4)?), rest),
        _ => (None, text),
    };
    let (month, day) = rest.split_once('-')?;
    let (month, day) = (number(month, 2)?, number(day, 2)?);
    // 2000 had a 29 February.
    let date = Date { year: year.unwrap_or(2000), month, day };
    date.exists().then_some((year, month, day))
}

/// The starts of the periods in the span, ascending.
fn period_starts(calendar: Calendar, period: SchedulePeriod, span: Span) -> impl Iterator<Item = Time> {
    let start_of = |at: Time| match period {
        SchedulePeriod::Day => calendar.day_start(at),
        SchedulePeriod::Week => calendar.day_start(at) - Time::from(calendar.weekday(at)) * DAY,
        SchedulePeriod::Month => calendar.month(at).start,
    };
    let next = move |start: Time| match period {
        SchedulePeriod::Day => start + DAY,
        SchedulePeriod::Week => start + 7 * DAY,
        SchedulePeriod::Month => calendar.month(start).end,
    };
    let starts = std::iter::successors(Some(start_of(span.from)), move |start| Some(next(*start)));
    starts.take_while(move |start| *start <= span.until)
}

impl Journey {
    /// Whether its recipients are groups as one.
    pub fn is_for_groups(&self) -> bool {
        self.subject == JourneySubject::Group
    }
}
