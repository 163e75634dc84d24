//! Reservations: until it expires, a reserved decision prevents repeats like one that was sent.

use nextpick::{Recommender, Sent};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::released::answers;
use crate::world::*;

fn reserve(recommender: &mut Recommender, sent: &Json, until: i64) -> bool {
    recommender.reserve(&read(sent, Sent::read), until).unwrap().accepted
}

/// Refused items with their rules, and the rule that silences the decision.
type Refusals = (Vec<(String, String)>, Option<&'static str>);

/// Returns the ids of all items refused in the decisions for all recipients, and the silences.
fn refusals(recommender: &mut Recommender, now: i64) -> Vec<Refusals> {
    let mut refused = |to: Json| {
        let mut request = whole_order(&to);
        request["now"] = json!(now);
        let options = nextpick::Options { explain: true, reasons: false };
        let decision = decide_with(recommender, &request, options);
        let items = decision.refused.unwrap_or_default().into_iter().map(|refused| (refused.item, refused.rule));
        (items.collect(), decision.silent.map(|silent| silent.rule))
    };
    everybody().into_iter().map(&mut refused).collect()
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn a_reserved_and_released_decision_is_as_if_never_reserved(
        community in community(ANY, 30, 30), queries_between in any::<bool>(),
    ) {
        let mut never = community.silent();
        never.observe_all(interactions(&community.log));
        let mut released = community.silent();
        released.observe_all(interactions(&community.log));
        for sent in &community.sent {
            let is_reserved = reserve(&mut released, sent, NOW + DAY);
            if queries_between {
                answers(&mut released);
            }
            prop_assert_eq!(released.release(sent["id"].as_str().unwrap()), is_reserved);
        }
        prop_assert_eq!(answers(&mut released), answers(&mut never));
    }

    #[test]
    fn a_confirmed_decision_is_as_if_accepted_at_the_time_of_its_sending(
        community in community(ANY, 30, 30), late in 0..10 * HOUR, reloads in any::<bool>(), lapses in any::<bool>(),
    ) {
        let mut accepted = community.silent();
        accepted.observe_all(interactions(&community.log));
        let mut confirmed = community.silent();
        confirmed.observe_all(interactions(&community.log));
        for sent in &community.sent {
            let at = sent["at"].as_i64().unwrap();
            let mut delivered = sent.clone();
            delivered["at"] = json!(at + late);
            // A total cap is checked when the decision is reserved, without the delay.
            if !reserve(&mut confirmed, sent, if lapses { at + 1 } else { at + 11 * HOUR }) {
                continue;
            }
            if reloads {
                confirmed = Recommender::from_snapshot(&confirmed.to_snapshot()).unwrap();
            }
            let id = sent["id"].as_str().unwrap();
            prop_assert!(confirmed.confirm(id, at + late).unwrap().accepted);
            prop_assert_eq!(confirmed.confirm(id, at + late).unwrap().rule, Some("already-accepted".to_owned()));
            accept_all(&mut accepted, std::slice::from_ref(&delivered));
            prop_assume!(accepted.decision(id).is_some());
        }
        prop_assert_eq!(answers(&mut confirmed), answers(&mut accepted));
    }

    #[test]
    fn a_reserved_decision_is_checked_again_as_if_it_were_not_reserved(
        community in community(ANY, 30, 30), until in 1..10 * DAY,
    ) {
        let mut reserved = community.silent();
        reserved.observe_all(interactions(&community.log));
        let mut never = community.silent();
        never.observe_all(interactions(&community.log));
        for sent in &community.sent {
            let decision = read(sent, Sent::read);
            let is_reserved = reserve(&mut reserved, sent, decision.at + until);
            let checked = never.accept_rechecked(&decision).unwrap();
            prop_assert_eq!(&reserved.accept_rechecked(&decision).unwrap(), &checked);
            if is_reserved && !checked.accepted {
                // The refusal did not change the reservation.
                prop_assert!(reserved.release(&decision.id));
            }
        }
        prop_assert_eq!(answers(&mut reserved), answers(&mut never));
    }

    #[test]
    fn a_reserved_decision_refuses_like_a_sent_one_until_it_lapses(
        community in community(ANY, 30, 30), until in 1..10 * DAY, reloads in any::<bool>(),
    ) {
        let mut sent = community.recommender();
        let mut reserved = community.silent();
        reserved.observe_all(interactions(&community.log));
        let mut never = community.silent();
        never.observe_all(interactions(&community.log));
        for planned in &community.sent {
            reserve(&mut reserved, planned, planned["at"].as_i64().unwrap() + 21 * DAY + until);
        }
        if reloads {
            reserved = Recommender::from_snapshot(&reserved.to_snapshot()).unwrap();
        }
        prop_assert_eq!(refusals(&mut reserved, NOW), refusals(&mut sent, NOW));
        let later = NOW + 42 * DAY;
        prop_assert_eq!(refusals(&mut reserved, later), refusals(&mut never, later));
    }
}

#[test]
fn reserving_twice_or_beyond_a_month_is_refused_and_unknown_decisions_are_not_confirmed() {
    let mut recommender = Recommender::new(tree(&json!({}))).unwrap();
    let planned = json!({ "id": "d", "subject": { "user": "u" }, "at": NOW, "picks": [{ "item": "a" }] });
    let error = recommender.reserve(&read(&planned, Sent::read), NOW + 32 * DAY).unwrap_err();
    assert_eq!(error.path, "until");
    assert!(recommender.reserve(&read(&planned, Sent::read), NOW).is_err());
    assert_eq!(recommender.confirm("d", NOW).unwrap().rule, Some("not-reserved".to_owned()));
    assert!(reserve(&mut recommender, &planned, NOW + HOUR));
    let again = recommender.reserve(&read(&planned, Sent::read), NOW + HOUR).unwrap();
    assert_eq!(again.rule, Some("already-reserved".to_owned()));
    accept_all(&mut recommender, std::slice::from_ref(&planned));
    assert_eq!(recommender.confirm("d", NOW).unwrap().rule, Some("already-accepted".to_owned()));
    assert_eq!(
        recommender.reserve(&read(&planned, Sent::read), NOW + HOUR).unwrap().rule,
        Some("already-accepted".to_owned())
    );
}

#[test]
fn a_reserved_step_keeps_its_bytes_in_a_snapshot() {
    let mut recommender = Recommender::new(tree(&json!({}))).unwrap();
    let step = json!({ "journey": "j", "step": "s", "enteredAt": NOW - DAY });
    let planned =
        json!({ "id": "d", "subject": { "group": "g" }, "at": NOW, "picks": [{ "item": "a" }], "step": step });
    assert!(reserve(&mut recommender, &planned, NOW + HOUR));
    let bytes = recommender.to_snapshot();
    assert!(Recommender::from_snapshot(&bytes).unwrap().to_snapshot() == bytes);
}

#[test]
fn forgetting_a_user_removes_their_reservations_and_moving_a_group_keeps_its_own() {
    let mut recommender = Recommender::new(tree(&json!({ "cadence": "wecom" }))).unwrap();
    recommender.put_items(vec![read(&json!({ "id": "a" }), nextpick::Item::read)]);
    recommender.put_groups(vec![read(&json!({ "id": "g" }), nextpick::Group::read)]);
    for (id, to) in [("d", json!({ "user": "u" })), ("e", json!({ "group": "g" }))] {
        let planned = json!({ "id": id, "subject": to, "at": NOW, "picks": [{ "item": "a" }] });
        assert!(reserve(&mut recommender, &planned, NOW + DAY));
    }
    assert_eq!(decide(&mut recommender, &json!({ "user": "u", "now": NOW })).silent.unwrap().rule, "cadence.user");
    recommender.forget("u");
    assert!(decide(&mut recommender, &json!({ "user": "u", "now": NOW })).silent.is_none());
    let moving = json!({ "from": "g", "to": "h" });
    assert!(recommender.move_group(&read(&moving, nextpick::Moving::read)).unwrap());
    assert!(decide(&mut recommender, &json!({ "group": "h", "now": NOW })).picks.is_empty());
    assert!(recommender.confirm("e", NOW).unwrap().accepted);
}

#[test]
fn a_reserved_step_counts_as_sent_until_its_reservation_lapses_or_is_released_also_after_the_group_moved() {
    let journey = json!({
        "id": "welcome", "subject": "member", "trigger": { "type": "activity", "kind": "joined" },
        "steps": [{ "id": "hello", "windowHours": 72, "items": {} }],
    });
    let mut recommender = Recommender::new(tree(&json!({ "repeats": "always" }))).unwrap();
    recommender.put_items(vec![read(&json!({ "id": "a" }), nextpick::Item::read)]);
    recommender.set_operations(tree(&json!({ "journeys": [journey] }))).unwrap();
    recommender
        .observe(read(&json!({ "user": "u", "group": "g", "kind": "joined", "at": NOW }), nextpick::Interaction::read));
    let due = |recommender: &mut Recommender, now: i64| {
        let request = read(&json!({ "now": now }), nextpick::DueStepsRequest::read);
        let steps = serde_json::to_value(recommender.due_steps(&request).unwrap()).unwrap();
        steps.as_array().unwrap().iter().map(|step| step["request"].clone()).collect::<Vec<_>>()
    };
    let planned = |recommender: &mut Recommender, request: &Json, id: &str| {
        let mut planned: Json = serde_json::from_str(&text(recommender, request)).unwrap();
        planned["id"] = json!(id);
        planned
    };
    let first = due(&mut recommender, NOW).remove(0);
    let held = planned(&mut recommender, &first, "d");
    assert!(reserve(&mut recommender, &held, NOW + DAY));
    recommender = Recommender::from_snapshot(&recommender.to_snapshot()).unwrap();
    assert_eq!(due(&mut recommender, NOW + HOUR), Vec::<Json>::new());
    assert_eq!(decide(&mut recommender, &first).silent.unwrap().rule, "step.sent");
    // Another sender is refused until the reserved message can no longer be sent.
    let other = json!({ "id": "e", "subject": held["subject"], "at": NOW + HOUR, "picks": held["picks"], "step": held["step"] });
    assert_eq!(recommender.accept(&read(&other, Sent::read)).unwrap().rule, Some("step.sent".to_owned()));
    assert_eq!(due(&mut recommender, NOW + DAY).len(), 1);
    // The reserved message was sent after all.
    assert!(recommender.confirm("d", NOW + DAY + HOUR).unwrap().accepted);
    assert_eq!(due(&mut recommender, NOW + DAY + HOUR), Vec::<Json>::new());
    assert!(recommender.release("d"));
    let again = due(&mut recommender, NOW + 2 * HOUR).remove(0);
    let held = planned(&mut recommender, &again, "f");
    assert!(reserve(&mut recommender, &held, NOW + DAY));
    assert!(recommender.move_group(&read(&json!({ "from": "g", "to": "h" }), nextpick::Moving::read)).unwrap());
    assert_eq!(due(&mut recommender, NOW + 2 * HOUR), Vec::<Json>::new());
    assert!(recommender.release("f"));
    assert_eq!(due(&mut recommender, NOW + 2 * HOUR)[0]["group"], "h");
}
