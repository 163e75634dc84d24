//! Steps of journeys in requests, decisions and acceptances.

use crate::base::time::Time;
use crate::eligibility::Silence;
use crate::engine::Engine;
use crate::engine::config::Config;
use crate::journeys::entry::{JourneyEntry, Span};
use crate::journeys::state::{EntryView, StepState};
use crate::journeys::{JourneyContext, JourneyRecipient, ResolvedJourney};
use crate::memory::step_sends::StepSend;
use crate::memory::{StateView, Subject};
use crate::operations::journey::JourneySubject;
use crate::operations::step_ref::StepRef;
use crate::world::recipient::Recipient;

use super::Recommender;
use super::decision::Sent;
use super::operations::PreparedOperations;

impl Recommender {
    /// Returns the state on which journeys are evaluated; `None` before the first operations.
    pub(super) fn journey_context(&self, now: Time) -> Option<JourneyContext<'_>> {
        let Engine { world, memory, .. } = &self.engine;
        self.operations
            .as_ref()
            .map(|operations| operations.journey_context(StateView { world, memory, now }, &self.config))
    }

    /// Returns the rule that refuses another send of a step in its entry: `step.sent` if it was sent, `step.superseded`
    /// if a later step was. The entry is that of the decision, independent of later interactions.
    pub(super) fn step_refusal(&self, sent: &Sent) -> Option<&'static str> {
        let step = sent.step.as_ref()?;
        let world = &self.engine.world;
        let group = sent.group.as_ref().and_then(|id| world.groups.ids.get(id));
        let to = match &sent.user {
            Some(user) => Subject::User(world.users.ids.get(user)?),
            None => Subject::Group(group?),
        };
        let exposure = &self.engine.memory.exposure;
        let journey = self.operations().and_then(|operations| operations.journey(&step.journey));
        let calendar = self.config.rules.calendar;
        let start = journey.map_or(step.entered_at, |journey| journey.start_of(step.entered_at, calendar));
        let is_within_group = journey.map_or(group.is_some(), |journey| journey.subject == JourneySubject::Member);
        let is_per_reference = journey.is_none_or(|journey| journey.per_reference);
        let is_of_entry = |send: &&StepSend| {
            (send.at >= start || send.entered_at == step.entered_at)
                && (!is_per_reference || send.reference == step.reference)
                && (to.is_group() || !is_within_group || send.group == group)
        };
        let number = exposure.steps.number(&step.journey)?;
        let was_sent = |id: &str| {
            let id = exposure.steps.number(id);
            exposure.sent_steps(to, sent.at).filter(is_of_entry).any(|send| id.is_some_and(|id| send.is_of(number, id)))
        };
        if was_sent(&step.step) {
            return Some("step.sent");
        }
        let journey = journey?;
        let later = &journey.steps[journey.position(&step.step)? + 1..];
        later.iter().any(|later| was_sent(&later.id)).then_some("step.superseded")
    }
}

impl PreparedOperations {
    /// Returns the state on which journeys are evaluated. Memory must be at `now`.
    pub(super) fn journey_context<'a>(&'a self, state: StateView<'a>, config: &Config) -> JourneyContext<'a> {
        JourneyContext { state, tiers: &self.tiers, calendar: config.rules.calendar }
    }
}

/// Returns why a step is not due for a recipient now; `None` if it is.
pub(super) fn step_silence(
    journey_context: Option<&JourneyContext>,
    operations: Option<&PreparedOperations>,
    step: &StepRef,
    to: Recipient,
) -> Option<Silence> {
    let silence = |rule| Some(Silence { rule, until: None });
    let known = operations.and_then(|operations| operations.operations().journey(&step.journey));
    let found = known.and_then(|journey| journey.position(&step.step).map(|position| (journey, position)));
    let (Some(journey_context), Some((journey, position))) = (journey_context, found) else {
        return silence("step.unknown");
    };
    let user = if to.is_user { to.user } else { None };
    // An unknown user has no entry. A journey of a group does not apply to its members.
    let is_addressee = to.is_user != (journey.subject == JourneySubject::Group);
    let Some(recipient) = JourneyRecipient::of(journey, user, to.group).filter(|_| is_addressee) else {
        return silence("step.exited");
    };
    if operations.is_some_and(|operations| !operations.lets_run(journey_context, &journey.id, user, to.group)) {
        return silence("step.audience");
    }
    let resolved = ResolvedJourney::new(journey, journey_context);
    let (mut acts, mut entries) = (Vec::new(), Vec::new());
    resolved.acts(journey_context, recipient, &mut acts);
    resolved.add_entries(
        journey_context,
        recipient,
        &acts,
        Span { since: Time::MIN, from: journey_context.state.now, until: journey_context.state.now },
        &mut entries,
    );
    let is_meant = |entry: &&JourneyEntry| {
        entry.entered_at == step.entered_at && (!journey.per_reference || entry.reference == step.reference.as_deref())
    };
    let Some(entry) = entries.iter().find(is_meant) else { return silence("step.exited") };
    let view = EntryView { journey: &resolved, to: recipient, entry, acts: &acts };
    let standing = view.standings(journey_context, journey_context.state.now)[position];
    match standing.state {
        StepState::Due => None,
        StepState::Sent => silence("step.sent"),
        StepState::Superseded => silence("step.superseded"),
        StepState::Skipped => silence("step.skipped"),
        StepState::Exited => silence("step.exited"),
        StepState::Missed => silence("step.missed"),
        StepState::Waiting => match standing.rule {
            Some(rule) => silence(rule),
            None => Some(Silence { rule: "step.waiting", until: standing.window.map(|window| window.due_at) }),
        },
    }
}
