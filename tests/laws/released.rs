//! Release: after a release, the state is as if the decision had never been accepted.

use nextpick::Recommender;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::world::*;

/// Returns all decisions without ids, which depend on the whole state, and the sendings of each recipient.
pub fn answers(recommender: &mut Recommender) -> Vec<Json> {
    let mut answers_found = Vec::new();
    for to in everybody() {
        let mut decision: Json = serde_json::from_str(&text(recommender, &whole_order(&to))).unwrap();
        decision["id"] = Json::Null;
        answers_found.push(decision);
        if to["user"].is_null() || to["group"].is_null() {
            let mut profile_request = to.clone();
            profile_request["now"] = json!(NOW);
            let mut received = profile(recommender, &profile_request)["received"].clone();
            // Items of one message are unordered.
            received.as_array_mut().unwrap().sort_by_key(|sent_item| sent_item.to_string());
            answers_found.push(received);
        }
    }
    answers_found
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_released_decision_is_as_if_never_accepted(
        community in community(ANY, 30, 30), which in any::<[bool; 6]>(), again in any::<bool>(), queries_between in any::<bool>(),
    ) {
        let is_released = |n: usize| which[n];
        let mut never = community.clone();
        never.sent = community.sent.iter().enumerate().filter(|(n, _)| !is_released(*n)).map(|(_, sent)| sent.clone()).collect();
        let mut never = never.recommender();
        let mut released = community.silent();
        released.observe_all(interactions(&community.log));
        // Earlier decisions may cause later ones to be refused: each is released before the next is accepted.
        for (n, sent) in community.sent.iter().enumerate() {
            accept_all(&mut released, std::slice::from_ref(sent));
            if queries_between {
                answers(&mut released);
            }
            if is_released(n) {
                released.release(sent["id"].as_str().unwrap());
                prop_assert!(!released.release(sent["id"].as_str().unwrap()));
            }
        }
        prop_assert_eq!(answers(&mut released), answers(&mut never));
        let mut loaded = Recommender::from_snapshot(&released.to_snapshot()).unwrap();
        prop_assert_eq!(answers(&mut loaded), answers(&mut never));
        if again {
            let more: Vec<Json> = community.sent.iter().enumerate().filter(|(n, _)| is_released(*n)).map(|(_, sent)| sent.clone()).collect();
            accept_all(&mut released, &more);
            accept_all(&mut never, &more);
            prop_assert_eq!(answers(&mut released), answers(&mut never));
        }
    }
}

#[test]
fn a_released_decision_counts_for_no_cap_or_cadence_and_the_next_has_another_id() {
    let config = json!({ "cadence": [{ "per": "user", "count": 1, "every": "day" }] });
    let mut recommender = Recommender::new(tree(&config)).unwrap();
    let coupon = json!({ "id": "coupon", "caps": [{ "count": 1, "per": "total" }] });
    recommender.put_items(vec![read(&coupon, nextpick::Item::read)]);
    let request = json!({ "user": "u", "now": NOW });
    let first = decide(&mut recommender, &request);
    let sent = json!({ "id": first.id, "subject": { "user": "u" }, "at": NOW, "picks": [{ "item": "coupon" }] });
    accept_all(&mut recommender, std::slice::from_ref(&sent));
    assert_eq!(decide(&mut recommender, &request).silent.unwrap().rule, "cadence.user");
    assert!(decide(&mut recommender, &json!({ "user": "v", "now": NOW })).picks.is_empty());
    let kept: Json = serde_json::from_str(&nextpick::internals::json(&recommender.decision(&first.id))).unwrap();
    assert_eq!((&kept["id"], &kept["subject"], &kept["at"]), (&sent["id"], &sent["subject"], &sent["at"]));
    let pick = &kept["picks"][0];
    assert_eq!((pick["item"].as_str(), pick["propensity"].as_f64()), (Some("coupon"), Some(1.0)));
    assert!(recommender.release(&first.id) && recommender.decision(&first.id).is_none());
    assert!(!recommender.release(&first.id) && !recommender.release("nothing"));
    let second = decide(&mut recommender, &request);
    assert_eq!(second.picks.len(), 1);
    assert_ne!(second.id, first.id);
    accept_all(&mut recommender, std::slice::from_ref(&sent));
    assert_eq!(decide(&mut recommender, &request).silent.unwrap().rule, "cadence.user");
}
