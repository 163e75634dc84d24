//! Eligibility: every refusal is reported and ends at its stated time.

use nextpick::{Decision, Options, Sent};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::world::*;

fn explained(recommender: &mut nextpick::Recommender, request: &Json) -> Decision {
    decide_with(recommender, request, Options { explain: true, reasons: false })
}

fn items(decision: &Decision) -> Vec<&str> {
    decision.picks.iter().map(|pick| pick.item.as_str()).collect()
}

/// Converts a decision to the argument of `accept`.
fn sent(decision: &Decision) -> Sent {
    read(&serde_json::from_str(&nextpick::internals::json(decision)).unwrap(), Sent::read)
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn every_item_is_either_picked_or_refused_and_none_both(community in community(ANY, 30, 40), request in request()) {
        let mut request = request;
        request["count"] = json!(1000);
        let mut recommender = community.recommender();
        let decision = explained(&mut recommender, &request);
        if decision.silent.is_some() {
            prop_assert!(decision.picks.is_empty() && decision.refused.is_none());
            return Ok(());
        }
        let refused = decision.refused.as_deref().unwrap();
        let mut all: Vec<&str> = items(&decision).into_iter().chain(refused.iter().map(|refused| refused.item.as_str())).collect();
        all.sort_unstable();
        let mut library: Vec<&str> = community.items.iter().map(|item| item["id"].as_str().unwrap()).collect();
        library.sort_unstable();
        prop_assert_eq!(all, library);
        let names = |field: &str| request[field].as_array().map(|ids| ids.iter().map(|id| id.as_str().unwrap()).collect::<Vec<_>>());
        let picked = items(&decision);
        prop_assert!(names("only").is_none_or(|only| picked.iter().all(|item| only.contains(item))));
        prop_assert!(names("exclude").is_none_or(|exclude| !picked.iter().any(|item| exclude.contains(item))));
        for pick in &decision.picks {
            let item = community.items.iter().find(|item| item["id"] == pick.item.as_str()).unwrap();
            let now = request["now"].as_i64();
            prop_assert!(item["hidden"] != true && item["publishedAt"].as_i64() <= now && item["startsAt"].as_i64() <= now);
            prop_assert!(item["expiresAt"].is_null() || item["expiresAt"].as_i64() > now);
        }
    }

    #[test]
    fn a_refusal_ends_exactly_at_its_until_time(community in community(ANY, 30, 40), request in request()) {
        let mut recommender = community.recommender();
        let decision = explained(&mut recommender, &request);
        let mut at = |time: i64| { let mut request = request.clone(); request["now"] = json!(time); explained(&mut recommender, &request) };
        let now = request["now"].as_i64().unwrap();
        if let Some(silent) = &decision.silent {
            let until = silent.until.expect("the community's silences end");
            prop_assert!(until > now);
            prop_assert_ne!(at(until).silent.map(|silent| silent.rule), Some(silent.rule));
            prop_assert!(at(until - 1).silent.is_some());
        }
        for refused in decision.refused.iter().flatten() {
            let Some(until) = refused.until else { continue };
            prop_assert!(until > now, "{:?}", refused);
            let rule_at = |decision: Decision| decision.refused.iter().flatten().find(|again| again.item == refused.item).map(|again| again.rule.clone());
            let (then, just_before) = (at(until), at(until - 1));
            prop_assert!(then.silent.is_some() || rule_at(then) != Some(refused.rule.clone()), "{:?}", refused);
            prop_assert!(just_before.silent.is_some() || rule_at(just_before).is_some(), "{:?}", refused);
        }
    }

    #[test]
    fn a_clock_that_steps_back_makes_nothing_eligible_but_by_schedule_and_quiet_hours(
        community in community(ANY, 30, 40), request in request(), back in prop::sample::select(vec![1, HOUR, DAY, 40 * DAY]),
    ) {
        let (mut request, mut community) = (request, community);
        request["count"] = json!(1000);
        let earlier = request["now"].as_i64().unwrap() - back;
        // Sendings count however far ahead they are, interactions only up to `maxAheadMs`.
        community.log.retain(|json| json["at"].as_i64().unwrap() <= earlier + HOUR);
        let mut recommender = community.recommender();
        let decision = explained(&mut recommender, &request);
        request["now"] = json!(earlier);
        let earlier = explained(&mut recommender, &request);
        if decision.silent.is_some_and(|silent| silent.rule.starts_with("cadence.")) {
            prop_assert!(earlier.silent.is_some());
        }
        let picked = items(&earlier);
        for refused in decision.refused.iter().flatten().filter(|refused| !refused.rule.starts_with("schedule.")) {
            prop_assert!(!picked.contains(&refused.item.as_str()), "{:?}", refused);
        }
    }

    #[test]
    fn a_decision_counts_at_most_once_at_any_times(
        tries in prop::collection::vec((0..12i64, 0..4i64, prop::bool::weighted(0.1)), 1..60),
    ) {
        let mut recommender = library(json!([{ "id": "a" }]), json!({}));
        let mut counted = std::collections::BTreeSet::new();
        // Twelve decisions over three years, accepted in any order, some of them across a snapshot.
        for (n, age, reopened) in tries {
            // Others at distant times are accepted between them, which drops stored decisions.
            let far = json!({ "id": format!("far {n} {age}"), "subject": { "user": "v" }, "at": NOW + (age - 1) * 15_000 * DAY, "picks": [{ "item": "a" }] });
            let one = json!({ "id": format!("d{n}"), "subject": { "user": "u" }, "at": NOW + n * 91 * DAY, "picks": [{ "item": "a" }] });
            for decision in [one, far] {
                let accepted = recommender.accept(&read(&decision, Sent::read)).unwrap().accepted;
                prop_assert!(!accepted || counted.insert(decision["id"].to_string()), "{} is counted again", decision);
            }
            if reopened {
                recommender = nextpick::Recommender::from_snapshot(&recommender.to_snapshot()).unwrap();
            }
        }
    }

    #[test]
    fn a_sent_item_is_not_picked_again_without_repeats(community in community(ANY, 30, 30), request in request()) {
        let mut community = community;
        (community.config["repeats"], community.config["cadence"]) = (json!("never"), json!(null));
        let mut recommender = community.recommender();
        let first = explained(&mut recommender, &request);
        if first.picks.is_empty() {
            return Ok(());
        }
        let accepted = recommender.accept(&sent(&first)).unwrap();
        prop_assert!(accepted.accepted || accepted.rule.as_deref() == Some("cap.total"));
        if accepted.accepted {
            let second = explained(&mut recommender, &request);
            prop_assert!(second.id != first.id, "another state, another id");
            prop_assert!(items(&second).iter().all(|item| !items(&first).contains(item)));
            let again = recommender.accept(&sent(&first)).unwrap();
            prop_assert_eq!(again.rule.as_deref(), Some("already-accepted"));
        }
    }

    #[test]
    fn pinned_items_come_first(community in community(ANY, 30, 20), request in request()) {
        let decision = explained(&mut community.recommender(), &request);
        let pinned = |item: &&str| community.items.iter().any(|known| known["id"] == **item && known["pinned"] == true);
        let picked = items(&decision);
        let first = picked.iter().take_while(|item| pinned(item)).count();
        prop_assert!(!picked[first..].iter().any(pinned));
    }
}

fn library(items: Json, config: Json) -> nextpick::Recommender {
    let Json::Array(items) = items else { panic!("a list") };
    Community {
        config,
        items,
        users: Vec::new(),
        groups: vec![json!({ "id": "g", "members": ["u", "v"] })],
        channels: Vec::new(),
        log: Vec::new(),
        sent: Vec::new(),
    }
    .recommender()
}

#[test]
fn an_accepted_item_capped_once_a_day_is_never_picked_again_that_day() {
    let mut recommender = library(
        json!([{ "id": "a", "caps": [{ "count": 1, "per": "user", "hours": 24 }] }, { "id": "b" }]),
        json!({ "repeats": "always" }),
    );
    let ask = |user: &str, at: i64| json!({ "user": user, "now": at, "only": ["a"] });
    let first = explained(&mut recommender, &ask("u", NOW));
    assert_eq!(items(&first), ["a"]);
    assert!(recommender.accept(&sent(&first)).unwrap().accepted);
    for minutes in 0..24 * 60 {
        assert!(explained(&mut recommender, &ask("u", NOW + minutes * 60_000)).picks.is_empty(), "{minutes}");
    }
    assert_eq!(items(&explained(&mut recommender, &ask("u", NOW + DAY))), ["a"]);
    assert_eq!(items(&explained(&mut recommender, &ask("v", NOW))), ["a"]);
}

#[test]
fn a_total_cap_limits_the_accepted_decisions_of_a_batch() {
    let mut recommender = library(json!([{ "id": "coupon", "caps": [{ "count": 3, "per": "total" }] }]), json!({}));
    let decisions: Vec<Decision> =
        (0..10).map(|n| explained(&mut recommender, &json!({ "user": format!("u{n}"), "now": NOW }))).collect();
    assert!(decisions.iter().all(|decision| items(decision) == ["coupon"]));
    let accepted: Vec<_> = decisions.iter().map(|decision| recommender.accept(&sent(decision)).unwrap()).collect();
    assert_eq!(accepted.iter().filter(|acceptance| acceptance.accepted).count(), 3);
    assert!(
        accepted[3..]
            .iter()
            .all(|acceptance| acceptance.rule.as_deref() == Some("cap.total") && acceptance.items == ["coupon"])
    );
}

#[test]
fn a_group_may_be_addressed_while_its_members_are_silenced() {
    let mut recommender = library(
        json!([{ "id": "a" }, { "id": "b" }]),
        json!({ "cadence": [{ "per": "user", "count": 1, "every": "day" }], "repeats": "always" }),
    );
    let first = explained(&mut recommender, &json!({ "user": "u", "now": NOW }));
    recommender.accept(&sent(&first)).unwrap();
    assert_eq!(
        explained(&mut recommender, &json!({ "user": "u", "now": NOW })).silent.map(|silent| silent.rule),
        Some("cadence.user")
    );
    assert!(explained(&mut recommender, &json!({ "group": "g", "now": NOW })).silent.is_none());
}
