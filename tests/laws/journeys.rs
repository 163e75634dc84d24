//! Journeys over time: random communities are simulated in steps of three hours; a quarter of the interactions arrives
//! 30 hours late, and nearly a third of the due steps is not sent.

use std::collections::{BTreeMap, BTreeSet};

use nextpick::Acceptance;
use nextpick::Decision;
use nextpick::DueStepsRequest;
use nextpick::Group;
use nextpick::Interaction;
use nextpick::Item;
use nextpick::JourneyStatusRequest;
use nextpick::Options;
use nextpick::Recommender;
use nextpick::Request;
use nextpick::Sent;
use nextpick::User;
use nextpick::internals::json as text;
use serde_json::{Value as Json, json};

use crate::world::{read, tree};

#[path = "../../src/journeys/oracle/mod.rs"]
mod oracle;
#[path = "../../src/journeys/random.rs"]
mod random;

use oracle::{Community, Due};
use random::{Draw, NOW};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Number of communities: 12, or `WORLDS`.
fn worlds() -> u64 {
    std::env::var("WORLDS").ok().and_then(|worlds| worlds.parse().ok()).unwrap_or(12)
}

/// Returns a recommender with all records and operations, and without interactions.
fn silent(community: &Community) -> Recommender {
    let config = json!({ "utcOffsetMinutes": community.offset_minutes, "repeats": "always" });
    let mut recommender = Recommender::new(tree(&config)).unwrap();
    recommender.put_items(community.items.iter().map(|item| read(item, Item::read)).collect());
    recommender.put_users(community.users.iter().map(|user| read(user, User::read)).collect());
    recommender.put_groups(community.groups.iter().map(|group| read(group, Group::read)).collect());
    let operations = json!({ "journeys": community.journeys, "tiers": { "activeKinds": community.active_kinds } });
    recommender.set_operations(tree(&operations)).unwrap();
    recommender
}

fn observe(recommender: &mut Recommender, log: &[Json]) {
    recommender.observe_all(log.iter().map(|act| read(act, Interaction::read)));
}

fn due(recommender: &mut Recommender, request: Json) -> Vec<Json> {
    let steps = recommender.due_steps(&read(&request, DueStepsRequest::read)).unwrap();
    serde_json::from_str(&text(&steps)).unwrap()
}

fn status(recommender: &mut Recommender, request: &Json) -> Vec<Json> {
    let entries = recommender.journey_status(&read(request, JourneyStatusRequest::read)).unwrap();
    serde_json::from_str(&text(&entries)).unwrap()
}

fn decide(recommender: &mut Recommender, request: &Json) -> Decision {
    recommender.recommend(&read(request, Request::read), Options { explain: false, reasons: false }).unwrap()
}

fn accept(recommender: &mut Recommender, decision: &Decision) -> Acceptance {
    recommender.accept(&Sent::read(tree(&serde_json::from_str(&text(decision)).unwrap()), "decision").unwrap()).unwrap()
}

/// Converts a due step to the form of the oracle.
fn named(step: &Json) -> Due {
    let name = |field: &str| step.get(field).and_then(Json::as_str).map(str::to_owned);
    let time = |field: &str| step[field].as_i64().unwrap();
    let (journey, id) = (name("journey").unwrap(), name("step").unwrap());
    (
        (name("user"), name("group")),
        journey,
        id,
        time("enteredAt"),
        name("reference"),
        time("dueAt"),
        time("windowEndsAt"),
    )
}

/// Builds a sending in the form that the oracle reads.
fn send_of(step: &Json, at: i64) -> Json {
    let mut send = step["request"]["step"].clone();
    for field in ["user", "group"] {
        if let Some(id) = step.get(field) {
            send[field] = id.clone();
        }
    }
    send["at"] = json!(at);
    send
}

/// Simulates a community; returns it with its sendings, and the recommender at the end.
fn simulate(seed: u64) -> (Community, Recommender) {
    let mut draw = Draw::new(seed);
    let mut community = draw.community();
    (community.sends, community.items) =
        (Vec::new(), vec![json!({ "id": "i0", "cycleDays": 2.0, "category": "tea" }), json!({ "id": "i1" })]);
    community.log.iter_mut().enumerate().for_each(|(n, act)| act["id"] = json!(format!("e{n}")));
    let mut recommender = silent(&community);
    let arrivals: Vec<i64> = community
        .log
        .iter()
        .map(|act| act["at"].as_i64().unwrap() + if draw.chance(25) { 30 * HOUR } else { 0 })
        .collect();
    let all = std::mem::take(&mut community.log);
    let mut open: Vec<(i64, Json)> = arrivals.into_iter().zip(all).collect();
    open.sort_by_key(|(arrival, _)| *arrival);
    let mut now = NOW - 20 * DAY;
    while now <= NOW + 4 * DAY {
        let arrived: Vec<Json> =
            open.iter().filter(|(arrival, _)| *arrival <= now).map(|(_, act)| act.clone()).collect();
        open.retain(|(arrival, _)| *arrival > now);
        observe(&mut recommender, &arrived);
        community.log.extend(arrived);
        let steps = due(&mut recommender, json!({ "now": now }));
        if draw.chance(10) {
            let expected = community.due_steps(now, now);
            assert_eq!(steps.iter().map(named).collect::<BTreeSet<_>>(), expected, "seed {seed} at {now}");
        }
        for step in steps {
            if draw.chance(30) {
                continue;
            }
            let mut other = step["request"].clone();
            other["seed"] = json!(1);
            let [first, second] = [&step["request"], &other].map(|request| decide(&mut recommender, request));
            assert_eq!((&first.silent, first.picks.len()), (&None, 1), "a due step is decided: seed {seed}, {step:#}");
            assert!(accept(&mut recommender, &first).accepted);
            let refused = accept(&mut recommender, &second);
            assert_eq!(refused.rule.as_deref(), Some("step.sent"), "the second of two senders is refused");
            let again = decide(&mut recommender, &step["request"]);
            assert_eq!(again.silent.map(|silent| silent.rule), Some("step.sent"));
            community.sends.push(send_of(&step, now));
            if draw.chance(10) {
                recommender = Recommender::from_snapshot(&recommender.to_snapshot()).unwrap();
            }
        }
        now += 3 * HOUR;
    }
    (community, recommender)
}

/// End of the simulations.
const END: i64 = NOW + 4 * DAY;

#[test]
fn a_step_is_sent_at_most_once_per_entry_and_in_order() {
    let mut sent = 0;
    for seed in 0..worlds() {
        let (community, mut recommender) = simulate(seed);
        let mut counts = BTreeMap::new();
        sent += community.sends.len();
        for journey in &community.journeys {
            // With a minimum distance between entries, a late trigger may change the division into entries.
            if journey["reentry"].get("afterDays").is_some() {
                continue;
            }
            for to in community.recipients(journey, END) {
                let entries = community.status(journey, &to, END);
                let mut request = json!({ "journey": journey["id"], "now": END });
                to.0.iter().for_each(|user| request["user"] = json!(user));
                to.1.iter().for_each(|group| request["group"] = json!(group));
                let found = status(&mut recommender, &request);
                assert_eq!(found.len(), entries.len(), "seed {seed}");
                for entry in &found {
                    let steps = entry["steps"].as_array().unwrap();
                    let times: Vec<i64> = steps.iter().filter_map(|step| step["sentAt"].as_i64()).collect();
                    assert!(times.is_sorted(), "sends follow the order of the steps: seed {seed}, {entry:#}");
                    for step in steps {
                        // Every step is accounted for.
                        assert_eq!(step["state"] == "missed", step["state"] == "missed" && step.get("rule").is_some());
                    }
                }
                for send in &community.sends {
                    let is_own = send["journey"] == journey["id"]
                        && send.get("user").and_then(Json::as_str) == to.0.as_deref()
                        && send.get("group").and_then(Json::as_str) == to.1.as_deref();
                    let at = send["at"].as_i64().unwrap();
                    let reference = send.get("reference").and_then(Json::as_str);
                    // A step is sent in the last entry that has started. An entry by inactivity is listed only until its
                    // user is active again, so the send names it.
                    let of_reference = entries.iter().filter(|entry| entry.reference.as_deref() == reference);
                    let started = match journey["trigger"]["type"].as_str() {
                        Some("inactivity") => send["enteredAt"].as_i64(),
                        _ => of_reference
                            .map(|entry| community.start_of(journey, entry.entered_at))
                            .filter(|start| *start <= at)
                            .max(),
                    };
                    if is_own {
                        let key = (to.clone(), journey["id"].to_string(), send["step"].to_string(), reference, started);
                        *counts.entry(key).or_default() += 1;
                    }
                }
            }
        }
        assert!(counts.values().all(|count: &usize| *count == 1), "seed {seed}: {counts:?}");
    }
    assert!(sent > worlds() as usize, "{sent} steps were sent");
}

#[test]
fn due_steps_are_those_that_the_status_calls_due() {
    for seed in 0..worlds() {
        let mut draw = Draw::new(seed);
        let mut community = draw.community();
        community.sends.clear();
        let mut recommender = silent(&community);
        observe(&mut recommender, &community.log);
        let steps = due(&mut recommender, json!({ "now": NOW }));
        let mut of_status = BTreeSet::new();
        for journey in &community.journeys {
            for to in community.recipients(journey, NOW) {
                let mut request = json!({ "journey": journey["id"], "now": NOW });
                to.0.iter().for_each(|user| request["user"] = json!(user));
                to.1.iter().for_each(|group| request["group"] = json!(group));
                for entry in status(&mut recommender, &request) {
                    for step in entry["steps"].as_array().unwrap().iter().filter(|step| step["state"] == "due") {
                        let step = json!({
                            "user": to.0, "group": to.1, "journey": journey["id"], "step": step["id"], "enteredAt": entry["enteredAt"],
                            "reference": entry.get("reference"), "dueAt": step["dueAt"], "windowEndsAt": step["windowEndsAt"],
                        });
                        of_status.insert(named(&step));
                    }
                }
            }
        }
        assert_eq!(steps.iter().map(named).collect::<BTreeSet<_>>(), of_status, "seed {seed}");
        // Steps that become due later are due at their time, if no event happens in between.
        let later = |act: &Json| act["at"].as_i64().unwrap() <= NOW;
        if community.log.iter().all(later) {
            for step in due(&mut recommender, json!({ "now": NOW, "until": NOW + 3 * DAY })) {
                let silent = decide(&mut recommender, &step["request"]).silent;
                assert!(silent.is_none_or(|silent| !silent.rule.starts_with("step.")), "seed {seed}: {step:#}");
            }
        }
    }
}

#[test]
fn forgetting_leaves_nothing_due_and_shards_add_up() {
    for seed in 0..worlds() {
        let mut draw = Draw::new(seed);
        let mut community = draw.community();
        community.sends.clear();
        community.log.iter_mut().enumerate().for_each(|(n, act)| act["id"] = json!(format!("e{n}")));
        let is_first = |act: &&Json| act.get("user").and_then(Json::as_str).is_none_or(|user| user < "u2");
        let [mut whole, mut first, mut second] = [silent(&community), silent(&community), silent(&community)];
        observe(&mut whole, &community.log);
        let (of_first, of_second): (Vec<Json>, Vec<Json>) =
            community.log.iter().cloned().partition(|act| is_first(&act));
        observe(&mut first, &of_first);
        observe(&mut second, &of_second);
        first.merge(second).unwrap();
        let all = |recommender: &mut Recommender| due(recommender, json!({ "now": NOW, "until": NOW + DAY }));
        assert_eq!(all(&mut first), all(&mut whole), "seed {seed}");
        for user in ["u0", "u1", "u2", "u3"] {
            whole.forget(user);
            assert_eq!(due(&mut whole, json!({ "now": NOW, "user": user })), Vec::<Json>::new());
        }
        assert!(all(&mut whole).iter().all(|step| step.get("user").is_none()), "seed {seed}");
    }
}

#[test]
fn a_step_before_a_moment_is_due_at_its_time_of_day_even_before_that_hour() {
    // The points expire at 15:00 in Beijing; three days before, the step is sent at 10:00, five hours earlier.
    let expiry = NOW.div_euclid(DAY) * DAY + 20 * DAY + 7 * HOUR;
    let due_at = expiry - 3 * DAY - 5 * HOUR;
    let mut recommender = Recommender::new(tree(&json!({ "utcOffsetMinutes": 480 }))).unwrap();
    recommender.put_items(vec![read(&json!({ "id": "reminder" }), Item::read)]);
    recommender.put_users(vec![read(&json!({ "id": "u", "attributes": { "expiry": expiry } }), User::read)]);
    let step = json!({ "id": "s", "items": {}, "offset": { "days": -3 }, "time": "10:00", "windowHours": 2 });
    let trigger = json!({ "type": "date", "attribute": "expiry" });
    let journeys = json!([{ "id": "points", "trigger": trigger, "steps": [step] }]);
    recommender.set_operations(tree(&json!({ "journeys": journeys }))).unwrap();
    for (at, count) in [(due_at - 1, 0), (due_at, 1), (due_at + 2 * HOUR - 1, 1), (due_at + 2 * HOUR, 0)] {
        assert_eq!(due(&mut recommender, json!({ "now": at })).len(), count, "{}", at - due_at);
    }
    let steps = due(&mut recommender, json!({ "now": due_at }));
    let decision = decide(&mut recommender, &steps[0]["request"]);
    assert_eq!(decision.picks.len(), 1);
    accept(&mut recommender, &decision);
    assert_eq!(due(&mut recommender, json!({ "now": due_at + HOUR })).len(), 0, "it was sent in this entry");
}
