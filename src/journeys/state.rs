//! The state of each step in an entry, and the reason for it.

use serde::Serialize;

use crate::base::index::UserIndex;
use crate::base::time::Time;
use crate::memory::step_sends::StepSend;

use super::activity::Act;
use super::clock::{DueWindow, EntryTime, window_of};
use super::entry::JourneyEntry;
use super::{JourneyContext, JourneyRecipient, ResolvedJourney};

/// The state of a step in one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    /// Not yet due, or due but held back by its conditions or audience.
    Waiting,
    /// To be sent now.
    Due,
    /// Sent in this entry.
    Sent,
    /// Its window has ended.
    Missed,
    /// A later step of this entry was sent, or is due too.
    Superseded,
    /// It has no time in this entry.
    Skipped,
    /// The entry has ended.
    Exited,
}

/// The state of a step with its window, its send and its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepStanding {
    /// The state.
    pub state: StepState,
    /// The window; `None` for a skipped step.
    pub window: Option<DueWindow>,
    /// Time of the send.
    pub sent_at: Option<Time>,
    /// The rule by which it was skipped, or is held back in its window: `no-cycle`, `before-entry`, `step.conditions`,
    /// `step.audience`.
    pub rule: Option<&'static str>,
}

/// The end of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit {
    /// `exit-condition`, `reentered`, `expired`, `left-group` or `opted-out`.
    pub reason: &'static str,
    /// Time of the exit; `None` if it is not known.
    pub at: Option<Time>,
}

/// One entry of one recipient, to be evaluated at different moments.
#[derive(Debug, Clone, Copy)]
pub struct EntryView<'a> {
    /// The journey.
    pub journey: &'a ResolvedJourney<'a>,
    /// The recipient.
    pub to: JourneyRecipient,
    /// The entry.
    pub entry: &'a JourneyEntry<'a>,
    /// The recipient's interactions up to the moment of the query, sorted.
    pub acts: &'a [Act<'a>],
}

impl EntryView<'_> {
    /// Returns the window of a step.
    ///
    /// # Errors
    /// The rule that skips the step.
    pub fn window(&self, context: &JourneyContext, step: usize) -> Result<DueWindow, &'static str> {
        let journey = self.journey.journey;
        let item = self.entry.item.and_then(|item| context.state.world.library.entry(item));
        let cycle_days = item.and_then(|entry| entry.item.cycle_days);
        let entry = EntryTime { entered_at: self.entry.entered_at, cycle_days };
        window_of(&journey.steps[step], &journey.trigger, entry, context.calendar)
    }

    /// Returns the end of the entry, if it has ended by `moment`: the earliest end whose time is known, else the reason
    /// without a time.
    pub fn exit(&self, context: &JourneyContext, moment: Time) -> Option<Exit> {
        let journey = self.journey.journey;
        let condition = self.exit_condition(context, moment).map(|at| ("exit-condition", at));
        let timed = [
            condition,
            self.entry.replaced_at.map(|at| ("reentered", at)),
            journey.expires_at.map(|at| ("expired", at.max(self.entry.start))),
        ];
        // If several ends have the same time, the first is named.
        let timed = timed.into_iter().flatten().filter(|(_, at)| *at <= moment).min_by_key(|(_, at)| *at);
        let has_left = || self.has_left_group(context).then_some("left-group");
        let has_opted_out = || self.has_opted_out(context).then_some("opted-out");
        match timed {
            Some((reason, at)) => Some(Exit { reason, at: Some(at) }),
            None => has_left().or_else(has_opted_out).map(|reason| Exit { reason, at: None }),
        }
    }

    fn exit_condition(&self, context: &JourneyContext, moment: Time) -> Option<Time> {
        let per_reference = self.journey.journey.per_reference;
        let is_own = |act: &&Act| !per_reference || act.reference == self.entry.reference;
        let first = |condition: &super::activity::ResolvedCondition| {
            let acts = self.counted(context, moment).filter(is_own);
            condition.first_holds(acts, self.entry.start, context.calendar, context.state.world)
        };
        self.journey.exits.iter().filter_map(first).min().filter(|at| *at <= moment)
    }

    fn has_left_group(&self, context: &JourneyContext) -> bool {
        let JourneyRecipient::Member { user, group } = self.to else { return false };
        let record = context.state.world.groups.record(group).filter(|record| record.members.is_some());
        record.is_some_and(|record| !record.member_indices.contains(&user))
    }

    fn has_opted_out(&self, context: &JourneyContext) -> bool {
        let is_profiled = |user: UserIndex| context.state.world.is_personalised(user);
        !self.journey.journey.transactional && self.to.user().is_some_and(|user| !is_profiled(user))
    }

    /// Returns the interactions up to a moment that count for exits and conditions: all but the trigger.
    fn counted(&self, context: &JourneyContext, moment: Time) -> impl Iterator<Item = &Act<'_>> {
        let end = self.acts.partition_point(|act| act.at <= moment);
        self.acts[..end].iter().filter(move |act| self.to.counts(act) && !self.is_trigger(context, act))
    }

    /// Whether an interaction is the one that started this entry, or one of several at the same time.
    fn is_trigger(&self, context: &JourneyContext, act: &Act) -> bool {
        let is_own = !self.journey.journey.per_reference || act.reference == self.entry.reference;
        act.at == self.entry.entered_at && is_own && self.journey.is_trigger(context, self.to, act)
    }

    /// Returns the rule that holds a step back in its window, apart from other steps: `step.conditions`,
    /// `step.audience`.
    pub fn held_back(&self, context: &JourneyContext, step: usize, moment: Time) -> Option<&'static str> {
        let conditions = &self.journey.conditions[step];
        let holds = |condition: &super::activity::ResolvedCondition| {
            condition.holds(
                self.counted(context, moment),
                self.entry.start,
                moment,
                context.calendar,
                context.state.world,
            )
        };
        if !conditions.iter().all(holds) {
            return Some("step.conditions");
        }
        let journey = self.journey.journey;
        let audiences = [journey.audience.as_ref(), journey.steps[step].audience.as_ref()];
        let is_admitted = audiences.into_iter().all(|audience| self.journey.admits(context, audience, self.to, moment));
        (!is_admitted).then_some("step.audience")
    }

    /// Returns the time of each step's send in this entry, as it counts at `moment`.
    fn sends(&self, context: &JourneyContext, moment: Time) -> Vec<Option<Time>> {
        let mut sent = vec![None; self.journey.journey.steps.len()];
        let Some((journey, steps)) = &self.journey.sent_ids else { return sent };
        let sends = context.state.memory.exposure.sent_steps(self.to.subject(), moment);
        for send in sends.filter(|send| self.is_own_send(send)) {
            let step = steps.iter().position(|step| step.is_some_and(|step| send.is_of(*journey, step)));
            step.into_iter().for_each(|step| _ = sent[step].get_or_insert(send.at));
        }
        sent
    }

    /// True if a send belongs to this entry, if its step does. The time of the send decides, because a trigger that
    /// arrives late moves the entry back.
    fn is_own_send(&self, send: &StepSend) -> bool {
        let entry = self.entry;
        let is_within = send.at >= entry.start && entry.replaced_at.is_none_or(|end| send.at < end);
        let is_own = !self.journey.journey.per_reference || send.reference.as_deref() == entry.reference;
        let is_in_group = match self.to {
            JourneyRecipient::Member { group, .. } => send.group == Some(group),
            _ => true,
        };
        (is_within || send.entered_at == entry.entered_at) && is_own && is_in_group
    }

    /// Returns the one step that is due at `moment`: the last of those in their window that nothing holds back. The
    /// earlier ones are superseded.
    pub fn due(&self, context: &JourneyContext, moment: Time) -> Option<(usize, DueWindow)> {
        let in_window = |step: &usize| {
            let window = self.window(context, *step).ok()?;
            (window.due_at <= moment && moment < window.ends_at).then_some((*step, window))
        };
        let steps = 0..self.journey.journey.steps.len();
        let open: Vec<(usize, DueWindow)> = steps.rev().filter_map(|step| in_window(&step)).collect();
        if open.is_empty() || moment < self.entry.start || self.exit(context, moment).is_some() {
            return None;
        }
        let last_sent = self.sends(context, moment).iter().rposition(Option::is_some);
        let is_due = |(step, _): &(usize, DueWindow)| {
            last_sent.is_none_or(|sent| *step > sent) && self.held_back(context, *step, moment).is_none()
        };
        open.into_iter().find(is_due)
    }

    /// Returns the state of every step at `moment`.
    pub fn standings(&self, context: &JourneyContext, moment: Time) -> Vec<StepStanding> {
        let sends = self.sends(context, moment);
        let last_sent = sends.iter().rposition(Option::is_some);
        let has_exited = self.exit(context, moment).is_some();
        let due = self.due(context, moment).map(|(step, _)| step);
        let standing = |step: usize| {
            let window = self.window(context, step);
            let (state, rule) = match window {
                _ if sends[step].is_some() => (StepState::Sent, None),
                _ if last_sent.is_some_and(|sent| sent > step) => (StepState::Superseded, None),
                Err(rule) => (StepState::Skipped, Some(rule)),
                _ if has_exited => (StepState::Exited, None),
                Ok(window) if moment < window.due_at => (StepState::Waiting, None),
                Ok(window) if moment >= window.ends_at => (StepState::Missed, None),
                _ => match self.held_back(context, step, moment) {
                    Some(rule) => (StepState::Waiting, Some(rule)),
                    None if due == Some(step) => (StepState::Due, None),
                    None => (StepState::Superseded, None),
                },
            };
            StepStanding { state, window: window.ok(), sent_at: sends[step], rule }
        };
        (0..sends.len()).map(standing).collect()
    }
}
