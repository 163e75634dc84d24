//! Purity: a query changes nothing, and equal queries give equal answers after any other queries.

use nextpick::{Item, Options, Recommender};
use proptest::prelude::*;
use serde_json::json;

use crate::world::*;

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn equal_queries_give_equal_answers_and_change_nothing(community in community(ANY, 30, 40), requests in prop::collection::vec(request(), 1..4)) {
        let mut recommender = community.recommender();
        let before = recommender.to_snapshot();
        let first: Vec<String> = requests.iter().map(|request| text(&mut recommender, request)).collect();
        let again: Vec<String> = requests.iter().rev().map(|request| text(&mut recommender, request)).collect();
        prop_assert!(first.iter().eq(again.iter().rev()));
        prop_assert!(recommender.to_snapshot() == before);
        for (request, first) in requests.iter().zip(&first) {
            let mut alone = Recommender::from_snapshot(&before).unwrap();
            prop_assert_eq!(&text(&mut alone, request), first, "queried alone, after a snapshot");
        }
    }

    #[test]
    fn dropped_caches_do_not_change_a_decision(community in community(ANY, 30, 40), requests in prop::collection::vec(request(), 1..4)) {
        let mut recommender = community.recommender();
        let first: Vec<String> = requests.iter().map(|request| text(&mut recommender, request)).collect();
        recommender.keep_rows_within(0);
        for (request, first) in requests.iter().zip(&first) {
            prop_assert_eq!(&text(&mut recommender, request), first);
            recommender.drop_derived();
            prop_assert_eq!(&text(&mut recommender, request), first);
        }
    }

    #[test]
    fn a_decision_after_a_change_equals_that_of_a_fresh_instance(community in community(ANY, 30, 30), more in community(ANY, 30, 20), request in request()) {
        let mut recommender = community.recommender();
        let mut later = request.clone();
        later["now"] = json!(request["now"].as_i64().unwrap() + 7 * HOUR);
        let changes: [&dyn Fn(&mut Recommender); 4] = [
            &|recommender| _ = recommender.observe_all(interactions(&more.log)),
            &|recommender| _ = recommender.remove_items(&["i0".to_owned()]),
            &|recommender| _ = recommender.put_items(more.items.iter().map(|json| read(json, Item::read)).collect()),
            &|recommender| _ = recommender.put_items(vec![read(&json!({ "id": "new", "tags": ["t0", "t1"] }), Item::read)]),
        ];
        for change in changes {
            text(&mut recommender, &request);
            change(&mut recommender);
            let mut fresh = Recommender::from_snapshot(&recommender.to_snapshot()).unwrap();
            for request in [&request, &later] {
                prop_assert_eq!(text(&mut recommender, request), text(&mut fresh, request));
            }
        }
    }

    #[test]
    fn explanations_change_neither_picks_nor_id(community in community(ANY, 30, 40), request in request()) {
        let mut recommender = community.recommender();
        let mut decide_plainly = |explain, reasons| {
            let decision = decide_with(&mut recommender, &request, Options { explain, reasons });
            let picks: Vec<_> = decision.picks.into_iter().map(|pick| (pick.item, pick.rank, pick.score.to_bits(), pick.propensity.to_bits(), pick.chances)).collect();
            (decision.id, picks, decision.silent)
        };
        let plain = decide_plainly(false, true);
        prop_assert_eq!(&plain, &decide_plainly(true, true));
        prop_assert_eq!(&plain, &decide_plainly(false, false));
        prop_assert_eq!(&plain, &decide_plainly(true, false));
    }
}

/// The propensities of all outcomes of the first slot, found with many seeds, sum to 1.
#[test]
fn propensities_of_all_first_picks_sum_to_one() {
    let community = Community {
        config: json!({}),
        items: (0..5).map(|n| json!({ "id": format!("i{n}"), "publishedAt": NOW - n * 30 * HOUR })).collect(),
        users: Vec::new(),
        groups: Vec::new(),
        channels: Vec::new(),
        log: Vec::new(),
        sent: Vec::new(),
    };
    let mut recommender = community.recommender();
    for policy in [
        json!({ "type": "softmax", "temperature": 2 }),
        json!({ "type": "epsilon-greedy", "epsilon": 0.7 }),
        json!({ "type": "greedy" }),
    ] {
        let mut outcomes = std::collections::BTreeMap::new();
        for seed in 0..300 {
            let decision =
                decide(&mut recommender, &json!({ "user": "u", "now": NOW, "policy": policy, "seed": seed }));
            let propensity = outcomes.entry(decision.picks[0].item.clone()).or_insert(decision.picks[0].propensity);
            assert_eq!(propensity.to_bits(), decision.picks[0].propensity.to_bits(), "an outcome has one propensity");
        }
        assert!((outcomes.values().sum::<f64>() - 1.0).abs() < 1e-12, "{policy}: {outcomes:?}");
        assert_eq!(outcomes.len(), if policy["type"] == "greedy" { 1 } else { 5 });
    }
}
