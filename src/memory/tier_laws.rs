//! Laws of the tiers, and their naive oracle: all interactions, with a set of days.

use std::collections::BTreeSet;

use crate::base::time::{Calendar, DAY, HOUR, MAX_TIME, Time};
use crate::base::value::Value;
use crate::operations::tiers::TierSettings;
use crate::world::World;
use crate::world::interaction::Interaction;
use crate::world::subject::{Group, User};
use proptest::prelude::*;

use super::tier::{Standing, Tiers};
use super::{Arrival, HalfLives, Memory};

const CALENDAR: Calendar = Calendar { utc_offset_minutes: 480 };
const START: Time = 1_700_000_000_000;

fn value(json: &str) -> Value {
    Value::from_json(json, "").unwrap()
}

/// An interaction of one of three users.
#[derive(Debug, Clone)]
struct Event {
    user: usize,
    kind: &'static str,
    at: Time,
    value: Option<f64>,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let kind = prop::sample::select(vec!["click", "impression", "dismiss", "convert", "raffle"]);
    let event = (0usize..3, kind, 0i64..200 * 24, prop::option::of(-50i32..200));
    let event = event.prop_map(|(user, kind, hour, value)| Event {
        user,
        kind,
        at: START + hour * HOUR,
        value: value.map(|value| f64::from(value) / 7.0),
    });
    prop::collection::vec(event, 0..60)
}

fn settings() -> impl Strategy<Value = TierSettings> {
    let own = r#"{"halfLifeDays":7.5,"newcomerDays":3,"activeKinds":["raffle","dismiss"],
        "levels":[{"name":"gold","minActivity":3,"minValue":20},{"name":"silver","minActivity":1},{"name":"iron"}]}"#;
    let valued = r#"{"newcomerDays":0,"levels":[{"name":"gold","minValue":30},{"name":"silver","minValue":0.5},{"name":"iron"}]}"#;
    prop::sample::select(vec!["{}", own, valued]).prop_map(|json| TierSettings::read(value(json), "").unwrap())
}

/// World and memory that observed some events.
struct Community {
    world: World,
    memory: Memory,
}

impl Community {
    fn of(events: &[Event]) -> Self {
        let mut here = Self { world: World::default(), memory: Memory::new(HalfLives::default()) };
        here.world.put_users((0..3).map(|user| User::of(&format!("u{user}"))).collect());
        for event in events {
            let amount = event.value.map_or(String::new(), |value| format!(r#","value":{value}"#));
            let json = format!(r#"{{"user":"u{}","kind":"{}","at":{}{amount}}}"#, event.user, event.kind, event.at);
            let interaction = Interaction::read(value(&json), "").unwrap();
            let indexed = here.world.index(&interaction);
            assert!(here.memory.observe(&here.world, &interaction, indexed, Arrival::default()));
        }
        here.memory.advance(&here.world, MAX_TIME);
        here
    }

    fn tiers(&self, settings: &TierSettings) -> Tiers {
        Tiers::new(settings, CALENDAR, &self.world.kinds, crate::world::kind::SHIPPED.len())
    }

    fn standing(&self, settings: &TierSettings, user: usize, now: Time) -> Option<Standing> {
        let number = self.world.users.ids.get(&format!("u{user}"));
        self.tiers(settings).standing(&self.world, &self.memory, number, now)
    }

    fn ends_at(&self, settings: &TierSettings, user: usize, now: Time) -> Option<Time> {
        let number = self.world.users.ids.get(&format!("u{user}"));
        self.tiers(settings).ends_at(&self.world, &self.memory, number, now)
    }

    fn name(&self, settings: &TierSettings, user: usize, now: Time) -> Option<String> {
        let standing = self.standing(settings, user, now)?;
        Some(self.tiers(settings).name(standing.tier).to_owned())
    }
}

/// The oracle: tier, activity score and value score.
fn naive(settings: &TierSettings, events: &[Event], user: usize, now: Time) -> (String, f64, f64) {
    let day = |at: Time| (at + 8 * HOUR).div_euclid(DAY);
    let own: Vec<&Event> = events.iter().filter(|event| event.user == user && event.at <= now).collect();
    let is_active = |event: &&&Event| match &settings.active_kinds {
        Some(kinds) => kinds.iter().any(|kind| kind == event.kind),
        None => ["click", "convert"].contains(&event.kind),
    };
    let decay = |at: i64| libm::exp2(-((day(now) - at) as f64) / settings.half_life_days);
    let days: BTreeSet<i64> = own.iter().filter(is_active).map(|event| day(event.at)).collect();
    let activity: f64 = days.into_iter().map(decay).sum();
    let paid = own.iter().filter(|event| event.kind == "convert");
    let worth: f64 = paid.filter_map(|event| Some(event.value? * decay(day(event.at)))).sum();
    let first = own.iter().map(|event| day(event.at)).min();
    let is_new = first.is_none_or(|first| day(now) - first < i64::from(settings.newcomer_days));
    let is_met = |level: &&crate::operations::tiers::TierLevel| {
        activity >= level.min_activity && level.min_value.is_none_or(|least| worth >= least)
    };
    let level = settings.levels.iter().find(is_met).unwrap_or(settings.levels.last().unwrap());
    let name = if is_new && settings.newcomer_days > 0 { "newcomer" } else { &level.name };
    (name.to_owned(), activity, worth)
}

proptest! {
    #[test]
    fn tiers_and_scores_agree_with_the_oracle(events in events(), settings in settings(), hour in 0i64..260 * 24) {
        let (here, now) = (Community::of(&events), START + hour * HOUR);
        for user in 0..3 {
            let found = here.standing(&settings, user, now).unwrap();
            let (name, activity, worth) = naive(&settings, &events, user, now);
            prop_assert!((found.activity_score - activity).abs() < 1e-9 && (found.value_score - worth).abs() < 1e-9);
            prop_assert_eq!(here.name(&settings, user, now).unwrap(), name);
        }
    }

    #[test]
    fn the_order_of_arrival_and_other_users_change_no_bit(events in events(), settings in settings(), hour in 0i64..260 * 24) {
        let now = START + hour * HOUR;
        let here = Community::of(&events);
        let reversed: Vec<Event> = events.iter().rev().cloned().collect();
        for user in 0..3 {
            let alone: Vec<Event> = events.iter().filter(|event| event.user == user).cloned().collect();
            let expected = here.standing(&settings, user, now);
            prop_assert_eq!(Community::of(&reversed).standing(&settings, user, now), expected);
            prop_assert_eq!(Community::of(&alone).standing(&settings, user, now), expected);
        }
    }

    #[test]
    fn the_tier_changes_exactly_at_its_end(events in events(), settings in settings(), user in 0usize..3) {
        let here = Community::of(&events);
        let mut now = START + 200 * DAY;
        for _ in 0..8 {
            let name = here.name(&settings, user, now);
            let Some(end) = here.ends_at(&settings, user, now) else {
                prop_assert_eq!(here.name(&settings, user, MAX_TIME), name, "without an end it stays");
                return Ok(());
            };
            prop_assert!(end > now);
            prop_assert_eq!(&here.name(&settings, user, end - 1), &name);
            prop_assert_ne!(&here.name(&settings, user, end), &name);
            now = end;
        }
        prop_assert!(false, "the last level has no end");
    }

    #[test]
    fn the_activity_score_never_rises_between_activities(events in events(), settings in settings(), user in 0usize..3) {
        let here = Community::of(&events);
        let scores: Vec<f64> = (200..420).map(|day| {
            here.standing(&settings, user, START + day * DAY).unwrap().activity_score
        }).collect();
        prop_assert!(scores.windows(2).all(|pair| pair[1] <= pair[0]));
    }

    #[test]
    fn a_group_has_the_tier_of_most_members(events in events(), hour in 0i64..260 * 24) {
        let (mut here, now, settings) = (Community::of(&events), START + hour * HOUR, TierSettings::default());
        here.world.put_groups(vec![Group::read(value(r#"{"id":"g","members":["u0","u1","u2","quiet"]}"#), "").unwrap()]);
        let quiet = here.world.users.ids.get("quiet").unwrap();
        here.world.set_personalised(quiet, false);
        let order: Vec<String> = settings.names().map(str::to_owned).collect();
        let rank = |user| order.iter().position(|name| Some(name) == here.name(&settings, user, now).as_ref()).unwrap();
        let mut ranks = [0, 1, 2].map(rank);
        ranks.sort_unstable();
        // The median of three; three different tiers give the lowest.
        let expected = if ranks[0] == ranks[1] || ranks[1] == ranks[2] { ranks[1] } else { ranks[2] };
        let group = here.world.groups.ids.get("g").unwrap();
        let tiers = here.tiers(&settings);
        prop_assert_eq!(tiers.of_group(&here.world, &here.memory, group, now), Some(expected));
    }
}

#[test]
fn a_user_who_opted_out_has_no_tier_and_an_unknown_one_is_a_newcomer() {
    let mut here = Community::of(&[]);
    let settings = TierSettings::default();
    assert_eq!(here.name(&settings, 9, START).unwrap(), "newcomer");
    assert_eq!(here.ends_at(&settings, 9, START), None);
    let without = TierSettings { newcomer_days: 0, ..settings.clone() };
    assert_eq!(here.name(&without, 9, START).unwrap(), "lapsed");
    let user = here.world.users.ids.get("u0").unwrap();
    here.world.set_personalised(user, false);
    assert_eq!(here.standing(&settings, 0, START), None);
}

#[test]
fn a_newcomer_counts_from_joining_or_the_first_interaction_whichever_is_earlier() {
    let click = Event { user: 0, kind: "impression", at: START, value: None };
    let mut here = Community::of(&[click]);
    let settings = TierSettings::default();
    let join = |here: &mut Community, at: Time| {
        here.world.put_users(vec![User { joined_at: Some(at), ..User::of("u0") }]);
    };
    let end = |here: &Community| here.ends_at(&settings, 0, START);
    let midnight = CALENDAR.day_start(START);
    assert_eq!(end(&here), Some(midnight + 14 * DAY));
    join(&mut here, START - 2 * DAY);
    assert_eq!(end(&here), Some(midnight + 12 * DAY));
    join(&mut here, START + 2 * DAY);
    assert_eq!(end(&here), Some(midnight + 14 * DAY));
    assert_eq!(here.name(&settings, 0, midnight + 14 * DAY).unwrap(), "lapsed");
}
