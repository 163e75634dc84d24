//! Time: an answer at `now` depends only on interactions up to `now`, not on later ones or other queries.

use nextpick::{Decision, Recommender};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

use crate::order::{WORTH, agree};
use crate::world::*;

/// Distances of very different size, in milliseconds: one, an hour, weeks, and the range of valid times.
const DISTANCES: &[i64] = &[1, HOUR, HOUR + 1, 3 * DAY, 30 * DAY, 400 * DAY, 5_000_000_000_000];
const FIRST: i64 = -8_640_000_000_000_000;
const LAST: i64 = 7_258_118_399_999;

/// Returns a decision without its id, which depends on the whole state, and without its model, which names every kind.
fn decided(recommender: &mut Recommender, to: &Json, now: i64) -> Decision {
    let mut request = whole_order(to);
    request["now"] = json!(now);
    let decision = decide(recommender, &request);
    Decision { id: String::new(), model: String::new(), ..decision }
}

/// Returns the decision as text. Exact only between states with equal item indices, so that sums run in one order.
fn answer(recommender: &mut Recommender, to: &Json, now: i64) -> String {
    nextpick::internals::json(&decided(recommender, to, now))
}

/// Compares all decisions up to the rounding of sums in another item order.
fn assert_alike(ours: &mut Recommender, theirs: &mut Recommender, now: i64) -> Result<(), TestCaseError> {
    for to in everybody() {
        let (ours, theirs) = (decided(ours, &to, now), decided(theirs, &to, now));
        let text = nextpick::internals::json(&ours);
        prop_assert!(!text.contains(":null"), "not finite: {}", text);
        agree(&ours, &theirs)?;
    }
    Ok(())
}

fn answers(recommender: &mut Recommender, now: i64) -> Vec<String> {
    everybody().iter().map(|to| answer(recommender, to, now)).collect()
}

fn later(log: &[Json], by: &[i64]) -> Vec<Json> {
    let moved = log.iter().zip(by.iter().cycle()).map(|(json, by)| {
        let mut json = json.clone();
        (json["at"], json["id"]) = (json!((NOW + by).min(LAST)), Json::Null);
        json.as_object_mut().unwrap().remove("id");
        json
    });
    moved.collect()
}

/// Returns the community with interactions at the given times.
fn anywhere(mut community: Community, times: &[i64]) -> Community {
    for (json, at) in community.log.iter_mut().zip(times.iter().cycle()) {
        json["at"] = json!(at);
    }
    community
}

fn times() -> impl Strategy<Value = Vec<i64>> {
    let some = prop_oneof![
        select(&[FIRST, -1, 0, NOW - DAY, NOW, NOW + 1, NOW + HOUR, LAST][..]),
        (NOW - 400 * DAY)..NOW,
        NOW - DAY..NOW + DAY,
        FIRST..LAST
    ];
    prop::collection::vec(some, 1..40)
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn interactions_after_now_change_no_answer(
        community in community(WORTH, 100, 50), ahead in community(WORTH, 100, 20),
        by in prop::collection::vec(select(DISTANCES), 1..20), queries_between in any::<bool>(), ahead_is_first in any::<bool>(),
    ) {
        let (mut plain, mut both) = (community.recommender(), community.silent());
        let ahead = interactions(&later(&ahead.log, &by));
        if ahead_is_first {
            both.observe_all(ahead.clone());
        }
        both.observe_all(interactions(&community.log));
        accept_all(&mut both, &community.sent);
        if queries_between {
            answers(&mut both, NOW);
        }
        if !ahead_is_first {
            both.observe_all(ahead);
        }
        assert_alike(&mut plain, &mut both, NOW)?;
        let mut loaded = Recommender::from_snapshot(&both.to_snapshot()).unwrap();
        prop_assert_eq!(answers(&mut both, NOW), answers(&mut loaded, NOW));
    }

    #[test]
    fn an_answer_does_not_depend_on_earlier_queries_at_other_moments(
        community in community(WORTH, 30, 50), moments in prop::collection::vec((select(DISTANCES), any::<bool>()), 1..6), cut in 0..50usize,
    ) {
        let mut queried = community.silent();
        let log = interactions(&community.log);
        let (first, second) = log.split_at(cut.min(log.len()));
        queried.observe_all(first.to_vec());
        for (distance, back) in moments {
            answers(&mut queried, if back { (NOW - distance).max(FIRST) } else { (NOW + distance).min(LAST) });
        }
        answers(&mut queried, NOW);
        queried.observe_all(second.to_vec());
        accept_all(&mut queried, &community.sent);
        prop_assert_eq!(answers(&mut queried, NOW), answers(&mut community.recommender(), NOW));
        // The snapshots are equal too if the clocks are.
        let mut observed_at_once = community.silent();
        observed_at_once.advance_clock(queried.clock().now().unwrap());
        observed_at_once.observe_all(log);
        accept_all(&mut observed_at_once, &community.sent);
        queried.observe_all(interactions(&[click("last", "i0", NOW)]));
        observed_at_once.observe_all(interactions(&[click("last", "i0", NOW)]));
        prop_assert!(queried.to_snapshot() == observed_at_once.to_snapshot());
    }

    #[test]
    fn a_deleted_user_leaves_no_trace_at_any_time_and_all_numbers_are_finite(
        community in community(WORTH, 100, 60), times in times(), moments in prop::collection::vec(select(&[NOW, NOW + HOUR, NOW + 40 * DAY, LAST, NOW - DAY][..]), 1..4),
        withdrawn in prop::collection::vec((0..USERS, any::<bool>()), 0..6),
    ) {
        let community = anywhere(community, &times);
        let mut never = community.clone();
        never.log.retain(|json| json["user"] != "u0");
        never.users.retain(|json| json["id"] != "u0");
        never.sent.clear();
        for group in &mut never.groups {
            if let Some(members) = group["members"].as_array_mut() {
                members.retain(|member| member != "u0" && member["user"] != "u0");
            }
        }
        let mut forgotten = Community { sent: Vec::new(), ..community }.recommender();
        let mut never = never.recommender();
        for &moment in &moments {
            let _ = answers(&mut forgotten, moment);
        }
        for (user, on) in withdrawn {
            let user = format!("u{}", user.max(1));
            forgotten.set_personalised(&user, on).unwrap();
            never.set_personalised(&user, on).unwrap();
        }
        forgotten.forget("u0");
        for &moment in &moments {
            assert_alike(&mut forgotten, &mut never, moment)?;
        }
    }

    #[test]
    fn repetitions_within_a_day_count_once(community in community(WORTH, 100, 40), times in prop::collection::vec(0..DAY - 60_000, 1..30)) {
        let repeated = |count: usize| {
            let mut recommender = community.recommender();
            let one = |after: &i64| json!({ "user": "spammer", "group": "g0", "item": "i0", "kind": "click", "at": NOW - DAY + after });
            let mut all: Vec<Json> = times.iter().map(one).collect();
            all.sort_by_key(|json| json["at"].as_i64());
            recommender.observe_all(interactions(&all[..count]));
            let others = everybody().into_iter().filter(|to| to["user"] != "spammer");
            others.map(|to| answer(&mut recommender, &to, NOW)).collect::<Vec<_>>()
        };
        prop_assert_eq!(repeated(1), repeated(times.len()));
    }
}

fn small(items: &[&str]) -> Recommender {
    let mut recommender = Recommender::new(tree(&json!({}))).unwrap();
    let items = items.iter().map(|id| read(&json!({ "id": id, "publishedAt": NOW - 30 * DAY }), nextpick::Item::read));
    recommender.put_items(items.collect());
    recommender
}

fn click(user: &str, item: &str, at: i64) -> Json {
    json!({ "user": user, "item": item, "kind": "click", "at": at })
}

#[test]
fn a_future_click_and_withdrawals_leave_demand_unchanged() {
    let mut recommender = small(&["a", "b"]);
    recommender.observe_all(interactions(&["h1", "h2", "h3"].map(|user| click(user, "a", NOW))));
    let mut others = small(&["a", "b"]);
    others.observe_all(interactions(&["h2", "h3"].map(|user| click(user, "a", NOW))));
    recommender.observe_all(interactions(&[click("x", "a", NOW + 30 * DAY)]));
    recommender.forget("x");
    recommender.set_personalised("h1", false).unwrap();
    let to = json!({ "user": "s" });
    assert_eq!(answer(&mut recommender, &to, NOW + 60_000), answer(&mut others, &to, NOW + 60_000));
}

#[test]
fn one_future_click_changes_no_rank() {
    let names: Vec<String> = (0..20).map(|n| format!("i{n}")).collect();
    let rank = |ahead: Option<i64>| {
        let mut recommender = small(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let mut log = Vec::new();
        for (i, name) in names.iter().enumerate() {
            log.extend((0..40 - 2 * i).map(|k| click(&format!("u{i}.{k}"), name, NOW - k as i64 * HOUR)));
        }
        log.extend(ahead.map(|at| click("x", "i0", at)));
        for day in 1..=60 {
            for (i, name) in names.iter().enumerate() {
                log.extend(
                    (0..if i == 0 { 20 } else { 5 }).map(|k| click(&format!("d{day}.{i}.{k}"), name, NOW + day * DAY)),
                );
            }
        }
        recommender.observe_all(interactions(&log));
        let decision = decide(&mut recommender, &json!({ "user": "s", "now": NOW + 60 * DAY, "count": 20 }));
        1 + decision.picks.iter().position(|pick| pick.item == "i0").unwrap()
    };
    assert_eq!((rank(None), rank(Some(NOW + 800 * DAY)), rank(Some(LAST))), (1, 1, 1));
}

#[test]
fn interactions_ahead_of_the_trusted_time_are_reported_and_count_from_their_time_on() {
    let mut recommender = small(&["a", "b"]);
    recommender.advance_clock(NOW);
    let report = recommender.observe_all(interactions(&[click("u", "a", NOW + HOUR), click("v", "b", NOW + HOUR + 1)]));
    assert_eq!((report.observed, report.ahead), (2, 1));
    let stats = |recommender: &Recommender| nextpick::internals::json(&recommender.stats());
    assert!(stats(&recommender).contains("\"ahead\":1"), "{}", stats(&recommender));
    let has_history = |recommender: &mut Recommender, user: &str, now: i64| {
        !decide(recommender, &json!({ "user": user, "now": now })).cold_start
    };
    assert!(!has_history(&mut recommender, "u", NOW) && !has_history(&mut recommender, "v", NOW));
    assert!(has_history(&mut recommender, "u", NOW + HOUR) && !has_history(&mut recommender, "v", NOW + HOUR));
    assert!(has_history(&mut recommender, "v", NOW + HOUR + 1));
    assert!(stats(&recommender).contains("\"ahead\":0"));
    // The answer at the earlier moment is the same again.
    assert!(!has_history(&mut recommender, "u", NOW));
}

#[test]
fn an_item_repeated_by_one_user_is_reported() {
    let mut recommender = small(&["a", "b"]);
    let repeated_item = |recommender: &Recommender| {
        let stats: Json = serde_json::from_str(&nextpick::internals::json(&recommender.stats())).unwrap();
        stats["repeated"].clone()
    };
    let others: Vec<Json> = (0..19).map(|n| click(&format!("u{n}"), "b", NOW - n * 1000)).collect();
    recommender.observe_all(interactions(&others));
    assert_eq!(repeated_item(&recommender), Json::Null);
    let repeated: Vec<Json> = (0..30).map(|n| click("x", "b", NOW - n * 1000)).collect();
    recommender.observe_all(interactions(&repeated));
    recommender.advance_clock(NOW);
    let expected = json!({ "item": "b", "interactions": 49, "users": 20, "ofOneUser": 30 });
    assert_eq!(repeated_item(&recommender), expected);
    recommender.advance_clock(NOW + 2 * DAY);
    assert_eq!(repeated_item(&recommender), Json::Null);
}

#[test]
fn times_that_look_like_seconds_are_counted_in_reports() {
    let mut recommender = small(&["a"]);
    let report = recommender.observe_all(interactions(&[click("u", "a", NOW / 1000), click("u", "a", NOW)]));
    assert_eq!((report.observed, report.early), (2, 1));
    let item = |times: Json| read(&times, nextpick::Item::read);
    let items = vec![item(json!({ "id": "b", "expiresAt": NOW / 1000 })), item(json!({ "id": "c", "startsAt": NOW }))];
    assert_eq!(recommender.put_items(items).early, 1);
}

#[test]
fn too_many_interactions_from_the_future_are_refused_before_any_counts() {
    let mut recommender = small(&["a"]);
    recommender.advance_clock(NOW);
    let ahead: Vec<_> = interactions(&[click("u", "a", NOW + DAY)]).into_iter().cycle().take(40_000).collect();
    let error = recommender.admit(ahead.iter(), "interactions").unwrap_err();
    assert_eq!((error.code, error.path.as_str()), (nextpick::Code::Limit, "interactions"));
    assert!(recommender.admit(ahead[..30_000].iter(), "interactions").is_ok());
}

#[test]
fn more_interactions_than_the_pending_limit_give_the_same_answer() {
    let log: Vec<Json> =
        (0..70_000).map(|n| click(&format!("u{}", n % 700), ["a", "b", "c"][n % 3], NOW - n as i64 * 60_000)).collect();
    let mut at_once = small(&["a", "b", "c"]);
    at_once.observe_all(interactions(&log));
    let mut queried_early = small(&["a", "b", "c"]);
    answers(&mut queried_early, NOW - 400 * DAY);
    queried_early.observe_all(interactions(&log));
    assert_eq!(answers(&mut at_once, NOW), answers(&mut queried_early, NOW));
}
