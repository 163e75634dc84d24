//! The steps of journeys that are due.

use std::sync::Arc;

use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::order;
use crate::base::time::{self, Time};
use crate::base::value::{self, Fields, Value, quoted};
use crate::journeys::due::{self, DueQuery, due_steps};
use crate::operations::journey::Journey;
use crate::operations::repeats::Repeats;
use crate::world::World;

use super::Recommender;

/// Largest number of steps returned at once.
const MAX_STEPS: usize = 1_000_000;

/// A request for due steps.
#[derive(Debug, Clone, PartialEq)]
pub struct DueStepsRequest {
    now: Time,
    until: Time,
    user: Option<String>,
    group: Option<String>,
    journeys: Option<Vec<String>>,
}

impl DueStepsRequest {
    /// Reads `{ now, until?, user?, group?, journeys? }`.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let now = fields.required("now", time::time)?;
        let request = Self {
            now,
            until: fields.or("until", now, time::time)?,
            user: fields.optional("user", id::id)?,
            group: fields.optional("group", id::id)?,
            journeys: fields.optional("journeys", |value, path| value::list(value, path, id::id))?,
        };
        fields.check()?;
        if request.until < now {
            return Err(Error::invalid(&fields.path("until"), format!("a time from now ({now}) on"), request.until));
        }
        fields.finish()?;
        Ok(request)
    }
}

/// A step that is due.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DueStep<'a> {
    #[serde(flatten)]
    step: NamedStep<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    due_at: Time,
    /// End of the window, exclusive.
    window_ends_at: Time,
    /// Complete request for `recommend`.
    request: StepRequest<'a>,
}

/// A step of an entry, with borrowed names.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct NamedStep<'a> {
    journey: &'a str,
    step: &'a str,
    entered_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<Arc<str>>,
}

/// The request of a due step.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct StepRequest<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    now: Time,
    count: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objective: Option<&'a Value>,
    only: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeats: Option<Repeats>,
    step: NamedStep<'a>,
}

impl<'a> DueStep<'a> {
    fn of(due: &due::EntryStep<'a>, world: &'a World, now: Time) -> Self {
        let step = &due.journey.steps[due.step];
        let user = due.to.user().map(|user| world.users.ids.name(user));
        let group = due.to.group().map(|group| world.groups.ids.name(group));
        let (entered_at, reference) = (due.entered_at, due.reference.clone());
        let named = NamedStep { journey: &due.journey.id, step: &step.id, entered_at, reference };
        Self {
            user,
            group,
            due_at: due.window.due_at,
            window_ends_at: due.window.ends_at,
            request: StepRequest {
                user,
                group,
                now: now.max(due.window.due_at),
                count: step.count,
                channel: due.journey.channel.as_deref(),
                objective: step.objective.as_ref(),
                only: &step.given_items,
                repeats: step.repeats,
                step: named.clone(),
            },
            step: named,
        }
    }

    /// The order among steps of one priority.
    fn order(&self) -> (Time, Option<&str>, Option<&str>, &str, &str, Option<&str>) {
        let NamedStep { journey, step, reference, .. } = &self.step;
        (self.due_at, self.user, self.group, journey, step, reference.as_deref())
    }
}

impl Recommender {
    /// Returns the steps that are due: highest priority first, then earliest, then by user, group, journey, step and
    /// reference. Only caches change.
    ///
    /// # Errors
    /// [`Code::Unknown`] for a journey that the operations do not have.
    pub fn due_steps(&mut self, request: &DueStepsRequest) -> Result<Vec<DueStep<'_>>> {
        self.clock.advance(request.now);
        self.engine.advance(request.now);
        self.refresh_operations();
        let journeys = self.wanted_journeys(request.journeys.as_deref())?;
        let world = &*self.engine.world;
        let user = request.user.as_ref().map(|id| world.users.ids.get(id));
        let group = request.group.as_ref().map(|id| world.groups.ids.get(id));
        // No step is due for an unknown user.
        let Some(journey_context) =
            self.journey_context(request.now).filter(|_| user != Some(None) && group != Some(None))
        else {
            return Ok(Vec::new());
        };
        let wanted = DueQuery { user: user.flatten(), group: group.flatten(), until: request.until };
        let mut due = due_steps(&journey_context, &journeys, wanted);
        if let Some(operations) = &self.operations {
            due.retain(|due| operations.lets_run(&journey_context, &due.journey.id, due.to.user(), due.to.group()));
        }
        if due.len() > MAX_STEPS {
            let rule =
                format!("a range with at most {MAX_STEPS} steps: ask for fewer recipients, journeys or days at once");
            return Err(Error::limit("request.until", rule, due.len()));
        }
        let mut steps: Vec<(f64, DueStep)> =
            due.iter().map(|due| (due.journey.priority, DueStep::of(due, world, request.now))).collect();
        order::sort_by(&mut steps, |a, b| b.0.total_cmp(&a.0).then_with(|| a.1.order().cmp(&b.1.order())));
        Ok(steps.into_iter().map(|(_, step)| step).collect())
    }

    /// Returns the journeys of these ids; all if none are given.
    fn wanted_journeys(&self, ids: Option<&[String]>) -> Result<Vec<&Journey>> {
        let all = self.operations().map_or(&[][..], |operations| &operations.journeys);
        let Some(ids) = ids else { return Ok(all.iter().collect()) };
        let known = |id: &String| all.iter().any(|journey| journey.id == *id);
        match ids.iter().position(|id| !known(id)) {
            Some(n) => Err(unknown_journey(&format!("request.journeys[{n}]"), &ids[n])),
            None => Ok(all.iter().filter(|journey| ids.contains(&journey.id)).collect()),
        }
    }
}

pub(super) fn unknown_journey(path: &str, id: &str) -> Box<Error> {
    Error::new(Code::Unknown, path, "a journey of the operations", quoted(id))
}
