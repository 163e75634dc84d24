//! Steps of journeys in requests, decisions and acceptances.

use crate::base::time::{DAY, Time};
use crate::eligibility::Silence;
use crate::engine::Engine;
use crate::journeys::entry::Span;
use crate::journeys::state::{EntryView, StepState};
use crate::journeys::{JourneyRecipient, ResolvedJourney, Scene};
use crate::memory::Subject;
use crate::memory::step_sends::StepSend;
use crate::operations::journey::{Journey, JourneySubject, StepRef};
use crate::world::recipient::Recipient;

use super::Recommender;
use super::operations::PreparedOperations;

impl Recommender {
    /// Returns the state on which journeys are evaluated; `None` before the first operations.
    pub(super) fn journey_scene(&self, now: Time) -> Option<Scene<'_>> {
        self.operations.as_ref().map(|operations| scene(operations, &self.engine, self.config.rules.calendar, now))
    }

    /// Returns the rule that refuses another send of a step in its entry: `step.sent` if it was sent, `step.superseded`
    /// if a later step was. The entry is that of the decision: what happened since does not matter.
    pub(super) fn step_refusal(&self, step: &StepRef, to: Subject, group: Option<u32>) -> Option<&'static str> {
        let sends = &self.engine.memory.exposure.steps;
        let journey = self.operations().and_then(|operations| operations.journey(&step.journey));
        let lead = journey.map_or(0, |journey| (journey.lead_days() * DAY as f64).round() as Time);
        let start = step.entered_at - lead;
        let is_within_group = journey.map_or(group.is_some(), |journey| journey.subject == JourneySubject::Member);
        let is_per_reference = journey.is_none_or(|journey| journey.per_reference);
        let is_of_entry = |send: &&StepSend| {
            (send.at >= start || send.entered_at == step.entered_at)
                && (!is_per_reference || send.reference == step.reference)
                && (to.is_group() || !is_within_group || send.group == group)
        };
        let number = sends.number(&step.journey)?;
        let was_sent = |id: &str| {
            let id = sends.number(id);
            sends.of(to).iter().filter(is_of_entry).any(|send| id.is_some_and(|id| send.is_of(number, id)))
        };
        if was_sent(&step.step) {
            return Some("step.sent");
        }
        let journey = journey?;
        let later = &journey.steps[journey.position(&step.step)? + 1..];
        later.iter().any(|later| was_sent(&later.id)).then_some("step.superseded")
    }
}

/// Returns the state on which journeys are evaluated. Memory must be at `now`.
pub(super) fn scene<'a>(
    operations: &'a PreparedOperations,
    engine: &'a Engine,
    calendar: crate::base::time::Calendar,
    now: Time,
) -> Scene<'a> {
    Scene { world: &engine.world, memory: &engine.memory, tiers: &operations.tiers, calendar, now }
}

/// Returns why a step is not due for a recipient now; `None` if it is.
pub(super) fn step_silence(
    scene: Option<&Scene>,
    journeys: &[Journey],
    step: &StepRef,
    to: Recipient,
) -> Option<Silence> {
    let silence = |rule| Some(Silence { rule, until: None });
    let known = journeys.iter().find(|journey| journey.id == step.journey);
    let place = known.and_then(|journey| journey.position(&step.step).map(|position| (journey, position)));
    let (Some(scene), Some((journey, position))) = (scene, place) else { return silence("step.unknown") };
    let user = if to.is_user { to.user } else { None };
    // For somebody unknown there is no entry. A group's journey is not for its members.
    let is_addressee = to.is_user != (journey.subject == JourneySubject::Group);
    let Some(recipient) = JourneyRecipient::of(journey, user, to.group).filter(|_| is_addressee) else {
        return silence("step.exited");
    };
    let resolved = ResolvedJourney::new(journey, scene);
    let (mut acts, mut entries) = (Vec::new(), Vec::new());
    resolved.acts(scene, recipient, &mut acts);
    resolved.add_entries(scene, recipient, &acts, Span { from: scene.now, until: scene.now }, &mut entries);
    let is_meant = |entry: &&crate::journeys::entry::Entry| {
        entry.entered_at == step.entered_at
            && (!journey.per_reference || entry.reference == step.reference.as_deref())
    };
    let Some(entry) = entries.iter().find(is_meant) else { return silence("step.exited") };
    let view = EntryView { journey: &resolved, to: recipient, entry, acts: &acts };
    let standing = view.standings(scene, scene.now)[position];
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
