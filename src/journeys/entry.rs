//! Entries: the runs of a journey, each started by a trigger and ended by the next entry.

use crate::base::index::ItemIndex;
use crate::base::order;
use crate::base::time::{DAY, Time};
use crate::operations::journey::{JourneySubject, Reentry, Trigger};

use super::activity::Act;
use super::dates::{attribute_of, occurrences, period_starts};
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

/// The part of time for which entries are wanted: those that start after `since`, at or before `until`, and are not
/// replaced by `from`.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Entries that start at or before this time are left out.
    pub since: Time,
    /// Entries replaced at or before this time are left out.
    pub from: Time,
    /// Latest start.
    pub until: Time,
}

impl Span {
    fn contains(self, entry: &JourneyEntry) -> bool {
        entry.start > self.since && entry.start <= self.until && entry.replaced_at.is_none_or(|end| end > self.from)
    }
}

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
            Trigger::Activity { .. } => self.add_activity_entries(context, to, acts, span, entries),
            Trigger::Inactivity { days } => {
                let is_active = |act: &&Act| is_in_scope(to, act) && context.tiers.scorer().is_active(act.kind);
                let last = acts.iter().rev().find(is_active);
                let start = last.map(|act| act.at + (days * DAY as f64).round() as Time);
                self.add_chain(start.into_iter().map(|start| (start, start)), span, entries);
            }
            Trigger::Date { attribute } => {
                let lead = (self.journey.lead_days() * DAY as f64).round() as Time;
                let (from, until) = (span.from.saturating_add(lead), span.until.saturating_add(lead));
                let dates = attribute_of(context, to, attribute)
                    .into_iter()
                    .flat_map(|value| occurrences(context.calendar, value, from, until));
                let start_of = |date: Time| self.journey.start_of(date, context.calendar);
                let starts = dates.map(|date| (date, start_of(date))).filter(|(_, start)| *start <= span.until);
                self.add_chain(starts, span, entries);
            }
            Trigger::Schedule(period) => {
                let starts = period_starts(context.calendar, *period, span.from, span.until);
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
        span: Span,
        entries: &mut Vec<JourneyEntry<'a>>,
    ) {
        let first = entries.len();
        let stand_in = self.stand_in(context, to, acts);
        let earliest = self.journey.starts_at.unwrap_or(Time::MIN);
        // Where each trigger event starts an entry, the earlier ones change nothing.
        let acts = match self.journey.reentry {
            Reentry::Always => &acts[acts.partition_point(|act| act.at <= span.since)..],
            _ => acts,
        };
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
                    let mut latest = Time::MAX;
                    for act in acts.iter().rev() {
                        if latest <= span.from && latest != act.at {
                            break;
                        }
                        if is_trigger(&act) {
                            latest = act.at;
                            entries.push(new(act.at, act.reference, act.item));
                        }
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

    /// Returns the time in a recipient's record that stands for a trigger event, unless the log has one.
    fn stand_in(&self, context: &JourneyContext, to: JourneyRecipient, acts: &[Act]) -> Option<Time> {
        let at = self.recorded_start(context, to)?;
        let kind = context.state.world.kinds.index(stand_in_kind(self.journey.subject));
        let is_logged = acts.iter().any(|act| Some(act.kind) == kind && is_in_scope(to, act));
        (!is_logged).then_some(at)
    }

    /// Returns the time in a recipient's record that may stand for a trigger event.
    pub(super) fn recorded_start(&self, context: &JourneyContext, to: JourneyRecipient) -> Option<Time> {
        let world = context.state.world;
        match to {
            _ if !self.starts_at_record => None,
            JourneyRecipient::User(user) => world.users.record(user)?.joined_at,
            JourneyRecipient::Member { user, group } => {
                let group = world.groups.record(group)?;
                let position = group.member_indices.iter().position(|&member| member == user)?;
                group.members.as_ref()?.get(position)?.joined_at
            }
            JourneyRecipient::Group(group) => world.groups.record(group)?.created_at,
        }
    }

    /// True if an interaction starts the journey for a recipient.
    pub fn is_trigger(&self, context: &JourneyContext, to: JourneyRecipient, act: &Act) -> bool {
        is_in_scope(to, act) && self.trigger.as_ref().is_some_and(|trigger| trigger.selects(act, context.state.world))
    }
}

/// Returns the name of the kind for which the record of a recipient may stand.
pub(super) fn stand_in_kind(subject: JourneySubject) -> &'static str {
    match subject {
        JourneySubject::Group => "created",
        JourneySubject::User | JourneySubject::Member => "joined",
    }
}

/// True if an interaction counts for the trigger: for a member only those in the group.
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
