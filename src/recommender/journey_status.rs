//! The state of one subject in one journey.

use std::sync::Arc;

use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::index::{GroupIndex, UserIndex};
use crate::base::time::{self, Time};
use crate::base::value::{Fields, Value};
use crate::eligibility::{AvailabilityIndex, RuleContext, eligible, silence};
use crate::engine::config::Config;
use crate::features::FamilySet;
use crate::journeys::activity::acts_of_user;
use crate::journeys::due::groups_of_member;
use crate::journeys::state::{Exit, StepStanding, StepState};
use crate::journeys::status::{EntryStatus, entries_of};
use crate::journeys::{JourneyContext, JourneyRecipient, ResolvedJourney};
use crate::memory::StateView;
use crate::operations::journey::{Journey, JourneySubject, Step};
use crate::world::occasion::Occasion;
use crate::world::recipient::{NamedRecipient, Recipient};

use super::Recommender;
use super::due_steps::unknown_journey;
use super::operations::PreparedOperations;
use super::request::Selection;

/// A request for the state of a journey.
#[derive(Debug, Clone, PartialEq)]
pub struct JourneyStatusRequest {
    journey: String,
    user: Option<String>,
    group: Option<String>,
    now: Time,
}

impl JourneyStatusRequest {
    /// Reads `{ journey, user?, group?, now }`.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let request = Self {
            journey: fields.required("journey", id::id)?,
            user: fields.optional("user", id::id)?,
            group: fields.optional("group", id::id)?,
            now: fields.required("now", time::time)?,
        };
        fields.finish()?;
        Ok(request)
    }
}

/// The state of one entry.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JourneyStatus<'a> {
    entered_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<Arc<str>>,
    /// The group, for journeys of members.
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exited: Option<Exited>,
    /// All steps, in the order of the journey.
    steps: Vec<StepStatus<'a>>,
}

#[derive(Debug, PartialEq, Serialize)]
struct Exited {
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Time>,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct StepStatus<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    window_ends_at: Option<Time>,
    state: StepState,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'static str>,
}

impl Recommender {
    /// Returns the entries of one subject in one journey, the latest first, with the state of every step and its
    /// reason. Only caches change.
    ///
    /// # Errors
    /// [`Code::Unknown`] for a journey that the operations do not have; [`Code::Missing`] without the user or group
    /// that it is for.
    pub fn journey_status(&mut self, request: &JourneyStatusRequest) -> Result<Vec<JourneyStatus<'_>>> {
        self.clock.advance(request.now);
        self.engine.advance(request.now);
        self.refresh_operations();
        let unknown = || unknown_journey("request.journey", &request.journey);
        let operations = self.operations.as_ref().ok_or_else(unknown)?;
        let journey = operations.operations().journey(&request.journey).ok_or_else(unknown)?;
        let view = self.engine.at(request.now, FamilySet::default());
        let journey_context = operations.journey_context(view.state, &self.config);
        let inspector =
            Inspector { config: &self.config, operations, availability: view.availability, journey_context, journey };
        let resolved = ResolvedJourney::new(journey, &journey_context);
        let mut entries: Vec<EntryStatus> = Vec::new();
        for to in recipients(&journey_context, journey, request)? {
            entries.extend(entries_of(&journey_context, &resolved, to));
        }
        crate::base::order::sort_by(&mut entries, |a, b| b.entered_at.cmp(&a.entered_at));
        Ok(entries.iter().map(|entry| inspector.status(entry)).collect())
    }
}

/// Returns the recipients of a request; for journeys of members one for each group of the user, unless one is named.
fn recipients(
    journey_context: &JourneyContext,
    journey: &Journey,
    request: &JourneyStatusRequest,
) -> Result<Vec<JourneyRecipient>> {
    let world = journey_context.state.world;
    let missing =
        |field: &str| Error::new(Code::Missing, &format!("request.{field}"), "a value: the journey's subject", "");
    let user = || request.user.as_deref().ok_or_else(|| missing("user")).map(|id| world.users.ids.get(id));
    let group = || request.group.as_deref().ok_or_else(|| missing("group")).map(|id| world.groups.ids.get(id));
    Ok(match journey.subject {
        JourneySubject::User => user()?.map(JourneyRecipient::User).into_iter().collect(),
        JourneySubject::Group => group()?.map(JourneyRecipient::Group).into_iter().collect(),
        JourneySubject::Member => {
            let Some(user) = user()? else { return Ok(Vec::new()) };
            let groups = match &request.group {
                Some(_) => group()?.into_iter().collect(),
                None => groups_of(journey_context, user),
            };
            groups.into_iter().map(|group| JourneyRecipient::Member { user, group }).collect()
        }
    })
}

/// Returns the groups that list a user, and those in which the user has interactions.
fn groups_of(journey_context: &JourneyContext, user: UserIndex) -> Vec<GroupIndex> {
    let groups = &journey_context.state.world.groups;
    let lists = |group: &GroupIndex| groups.record(*group).is_some_and(|record| record.member_indices.contains(&user));
    let listed: Vec<GroupIndex> = GroupIndex::first(groups.ids.len()).filter(lists).collect();
    let mut acts = Vec::new();
    acts_of_user(journey_context.state.world, journey_context.state.memory, user, &mut acts);
    groups_of_member(&listed, &acts)
}

/// Finds the reasons for which steps were not sent.
struct Inspector<'a> {
    config: &'a Config,
    operations: &'a PreparedOperations,
    availability: &'a AvailabilityIndex,
    journey_context: JourneyContext<'a>,
    journey: &'a Journey,
}

impl<'a> Inspector<'a> {
    fn status(&self, entry: &EntryStatus) -> JourneyStatus<'a> {
        let world = self.journey_context.state.world;
        let is_member = self.journey.subject == JourneySubject::Member;
        let steps = self.journey.steps.iter().zip(&entry.steps);
        JourneyStatus {
            entered_at: entry.entered_at,
            reference: entry.reference.clone(),
            group: entry.to.group().filter(|_| is_member).map(|group| world.groups.ids.name(group)),
            exited: entry.exit.map(|Exit { reason, at }| Exited { reason, at }),
            steps: steps.map(|(step, standing)| self.step_status(step, standing, entry.to)).collect(),
        }
    }

    fn step_status(&self, step: &'a Step, standing: &StepStanding, to: JourneyRecipient) -> StepStatus<'a> {
        let StepStanding { state, window, sent_at, rule } = *standing;
        let rule = match (state, window) {
            (StepState::Due, _) => self.hindrance(step, to, self.journey_context.state.now),
            (StepState::Missed, Some(window)) => {
                let hindrance = || self.hindrance(step, to, window.ends_at - 1).unwrap_or("not-attempted");
                Some(rule.unwrap_or_else(hindrance))
            }
            _ => rule,
        };
        let (due_at, window_ends_at) = (window.map(|window| window.due_at), window.map(|window| window.ends_at));
        StepStatus { id: &step.id, due_at, window_ends_at, state, sent_at, rule }
    }

    /// Returns the rule under which nothing could be sent at a moment, with today's operations and library: a silence,
    /// or `no-candidates`. Sendings after the moment do not count.
    fn hindrance(&self, step: &Step, to: JourneyRecipient, moment: Time) -> Option<&'static str> {
        let StateView { world, memory, .. } = self.journey_context.state;
        let user = to.user().map(|user| world.users.ids.name(user));
        let group = to.group().map(|group| world.groups.ids.name(group));
        let channel = self.journey.channel.as_deref();
        let recipient = Recipient::of(world, user, group, channel);
        let tier = self.operations.tier(world, memory, recipient, moment);
        let named = NamedRecipient::of(world, user, group, channel, tier);
        let restrictions = self.operations.restrictions(world, memory, &recipient, &named, moment);
        let rules = self.config.rules.with_repeats(step.repeats);
        let only = Selection::Filter(Box::new(step.items.clone())).indices(&world.library);
        let context = RuleContext {
            state: StateView { now: moment, ..self.journey_context.state },
            rules: &rules,
            availability: self.availability,
            addressee: recipient,
            tier: tier.and_then(|tier| world.facets.get(&["tier:", tier].concat())),
            restrictions: &restrictions,
            occasion: Occasion::Push,
            horizon: moment,
            contacts_until: moment,
            only: Some(&only),
            exclude: &[],
        };
        if let Some(silence) = silence(&context) {
            return Some(silence.rule);
        }
        let mut items = Vec::new();
        eligible(&context, &mut items, None);
        items.is_empty().then_some("no-candidates")
    }
}
