//! Journeys on random communities: equal to the oracle, and independent of arrival.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::due::{DueQuery, EntryStep, due_steps};
use super::oracle::{Community, Due, EntryFacts, StepFacts, To};
use super::random::{Draw, NOW};
use super::state::StepState;
use super::status::{EntryStatus, entries_of};
use super::{JourneyContext, JourneyRecipient, ResolvedJourney};
use crate::base::index::UserIndex;
use crate::base::time::{Calendar, DAY, Time};
use crate::base::value::Value;
use crate::memory::seen_ids::Mark;
use crate::memory::sending::Accepted;
use crate::memory::tier::Tiers;
use crate::memory::{Arrival, Memory, StateView};
use crate::operations::Operations;
use crate::operations::journey::Journey;
use crate::operations::step_ref::StepRef;
use crate::world::World;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::subject::{Group, User};

fn read<T>(json: &Json, read: impl Fn(Value, &str) -> crate::base::error::Result<T>) -> T {
    read(Value::from_json(&json.to_string(), "").unwrap(), "it").unwrap_or_else(|error| panic!("{error} in {json}"))
}

/// World, memory and operations of a community, at [`NOW`].
struct State {
    world: World,
    memory: Memory,
    operations: Operations,
    tiers: Tiers,
    calendar: Calendar,
}

impl State {
    fn of(community: &Community) -> Self {
        let (mut world, mut memory) = (World::default(), Memory::default());
        world.put_items(community.items.iter().map(|item| read(item, Item::read)).collect());
        world.put_users(community.users.iter().map(|user| read(user, User::read)).collect());
        world.put_groups(community.groups.iter().map(|group| read(group, Group::read)).collect());
        for json in &community.log {
            let interaction: Interaction = read(json, Interaction::read);
            let id = interaction.id.as_deref().map(|id| (Mark::of(id), interaction.at));
            if memory.knows(id.map(|(mark, _)| mark)) {
                continue;
            }
            let indexed = world.index(&interaction);
            memory.observe(&world, &interaction, indexed, Arrival { id, is_ahead: false });
        }
        for user in UserIndex::first(world.users.ids.len()) {
            if !world.is_personalised(user) {
                memory.withdraw(user);
            }
        }
        for (n, json) in community.sends.iter().enumerate() {
            let name = |field: &str| json.get(field).and_then(Json::as_str);
            let user = name("user").map(|id| world.users.ids.intern(id));
            let group = name("group").map(|id| world.groups.ids.intern(id));
            let to = user.map(crate::memory::Subject::User).or(group.map(crate::memory::Subject::Group)).unwrap();
            let step = StepRef {
                journey: name("journey").unwrap().to_owned(),
                step: name("step").unwrap().to_owned(),
                entered_at: json["enteredAt"].as_i64().unwrap(),
                reference: name("reference").map(Into::into),
            };
            let accepted = Accepted {
                at: json["at"].as_i64().unwrap(),
                to,
                channel: None,
                picks: Vec::new(),
                occasion: Default::default(),
                step: None,
            };
            assert!(memory.exposure.accept_step(&n.to_string(), accepted, &step, group));
        }
        memory.advance(&world, NOW);
        let operations = json!({ "journeys": community.journeys, "tiers": { "activeKinds": community.active_kinds } });
        let operations = Operations::read(Value::from_json(&operations.to_string(), "").unwrap(), &[]).unwrap();
        let calendar = Calendar { utc_offset_minutes: community.offset_minutes as i32 };
        let tiers = Tiers::new(&operations.tiers, calendar, &world.kinds, 8);
        Self { world, memory, operations, tiers, calendar }
    }

    fn context(&self) -> JourneyContext<'_> {
        let Self { world, memory, tiers, calendar, .. } = self;
        JourneyContext { state: StateView { world, memory, now: NOW }, tiers, calendar: *calendar }
    }

    fn due(&self, until: Time) -> BTreeSet<Due> {
        let journeys: Vec<&Journey> = self.operations.journeys.iter().collect();
        let wanted = DueQuery { user: None, group: None, until };
        let due = due_steps(&self.context(), &journeys, wanted);
        let found: BTreeSet<Due> = due.iter().map(|due| self.named(due)).collect();
        assert_eq!(found.len(), due.len(), "each step once");
        found
    }

    fn named(&self, due: &EntryStep) -> Due {
        let (journey, window) = (due.journey, due.window);
        let reference = due.reference.as_deref().map(str::to_owned);
        let step = journey.steps[due.step].id.clone();
        (self.to(due.to), journey.id.clone(), step, due.entered_at, reference, window.due_at, window.ends_at)
    }

    fn to(&self, to: JourneyRecipient) -> To {
        let user = to.user().map(|user| self.world.users.ids.name(user).to_owned());
        (user, to.group().map(|group| self.world.groups.ids.name(group).to_owned()))
    }

    fn status(&self, journey: &Journey, to: &To) -> Vec<EntryFacts> {
        let user = to.0.as_ref().map(|id| self.world.users.ids.get(id).unwrap());
        let group = to.1.as_ref().map(|id| self.world.groups.ids.get(id).unwrap());
        let to = JourneyRecipient::of(journey, user, group).unwrap();
        let context = self.context();
        entries_of(&context, &ResolvedJourney::new(journey, &context), to).iter().map(facts).collect()
    }
}

fn facts(entry: &EntryStatus) -> EntryFacts {
    let step = |step: &super::state::StepStanding| StepFacts {
        due_at: step.window.map(|window| window.due_at),
        ends_at: step.window.map(|window| window.ends_at),
        state: match step.state {
            StepState::Waiting => "waiting",
            StepState::Due => "due",
            StepState::Sent => "sent",
            StepState::Missed => "missed",
            StepState::Superseded => "superseded",
            StepState::Skipped => "skipped",
            StepState::Exited => "exited",
        },
        sent_at: step.sent_at,
        rule: step.rule,
    };
    EntryFacts {
        entered_at: entry.entered_at,
        reference: entry.reference.as_deref().map(str::to_owned),
        exit: entry.exit.map(|exit| (exit.reason, exit.at)),
        steps: entry.steps.iter().map(step).collect(),
    }
}

/// Number of random communities: 100, or `WORLDS`.
fn worlds() -> u64 {
    std::env::var("WORLDS").ok().and_then(|worlds| worlds.parse().ok()).unwrap_or(100)
}

#[test]
fn due_steps_and_entries_equal_those_of_the_oracle() {
    let mut seen: std::collections::BTreeMap<(&str, Option<&str>), usize> = Default::default();
    // In the last one a window ends before its entry begins.
    for seed in (0..worlds()).chain([4615]) {
        let community = Draw::new(seed).community();
        let state = State::of(&community);
        for until in [NOW, NOW + 3 * DAY] {
            assert_eq!(state.due(until), community.due_steps(NOW, until), "seed {seed}: {community:#?}");
        }
        for (journey, json) in state.operations.journeys.iter().zip(&community.journeys) {
            for to in community.recipients(json, NOW) {
                let expected = community.status(json, &to, NOW);
                for entry in &expected {
                    entry.steps.iter().for_each(|step| *seen.entry((step.state, step.rule)).or_default() += 1);
                    entry.exit.iter().for_each(|(reason, _)| *seen.entry((reason, None)).or_default() += 1);
                }
                assert_eq!(state.status(journey, &to), expected, "seed {seed}: {to:?} {json:#} {community:#?}");
            }
        }
    }
    // The communities reach every state and every reason.
    for state in ["waiting", "due", "sent", "missed", "superseded", "skipped", "exited"] {
        assert!(seen.keys().any(|(one, _)| *one == state), "{state}: {seen:?}");
    }
    for rule in ["no-cycle", "before-entry", "step.conditions", "step.audience", "step.superseded"] {
        assert!(seen.keys().any(|(_, one)| *one == Some(rule)), "{rule}: {seen:?}");
    }
    for reason in ["exit-condition", "reentered", "expired", "left-group", "opted-out"] {
        assert!(seen.contains_key(&(reason, None)), "{reason}: {seen:?}");
    }
}

#[test]
fn arrival_and_later_interactions_change_nothing() {
    for seed in 0..worlds() / 2 {
        let mut draw = Draw::new(seed);
        let mut community = draw.community();
        // An id names one interaction.
        community.log.iter_mut().enumerate().for_each(|(n, act)| act["id"] = json!(format!("e{n}")));
        let expected = State::of(&community).due(NOW + DAY);
        let mut shuffled = community.clone();
        shuffled.log.extend_from_slice(&community.log);
        shuffled.log.retain(|act| draw.chance(90) || community.log.iter().filter(|one| *one == act).count() == 1);
        for n in (1..shuffled.log.len()).rev() {
            shuffled.log.swap(n, draw.below(n as i64 + 1) as usize);
        }
        assert_eq!(State::of(&shuffled).due(NOW + DAY), expected, "seed {seed}: {community:#?}");
        let is_known = |act: &Json| act["at"].as_i64().unwrap() <= NOW;
        community.log.retain(is_known);
        let recipients = |community: &Community| {
            community.journeys.iter().flat_map(|journey| community.recipients(journey, NOW)).collect::<BTreeSet<To>>()
        };
        // Those whom only later interactions name are known too: periods and dates may be due for them.
        let known = recipients(&community);
        let earlier: BTreeSet<Due> = expected.into_iter().filter(|due| known.contains(&due.0)).collect();
        assert_eq!(State::of(&community).due(NOW + DAY), earlier, "seed {seed}: {community:#?}");
    }
}
