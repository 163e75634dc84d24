//! Reasons: the rows of every pick sum to its score, and their names are documented ones.

use nextpick::Recommendation;
use proptest::prelude::*;
use serde_json::json;

use crate::world::*;

/// Tolerance between the sum of amounts and the score, relative to the sum of absolute amounts; promised by
/// `pkg/index.d.ts`.
const TOLERANCE: f64 = 1e-9;

/// True if the amounts of a pick sum to its score.
fn sums_to_its_score(pick: &Recommendation) -> bool {
    let (mut sum, mut sizes) = (0.0, 0.0);
    for reason in &pick.reasons {
        sum += reason.amount;
        sizes += reason.amount.abs();
    }
    (sum - pick.score).abs() <= TOLERANCE * sizes
}

#[test]
fn the_tolerance_is_the_documented_one() {
    let promise = format!("The reasons' amounts sum to it within {TOLERANCE:e} of the sum of their absolute values.");
    assert!(include_str!("../../pkg/index.d.ts").contains(&promise), "{promise}");
}

#[test]
fn amounts_sum_to_the_score_at_any_size() {
    for value in [1e-9, 1.0, 1e6, 1e12] {
        let community = Community {
            config: json!({ "diversity": 0.5, "repeats": "always" }),
            items: vec![
                json!({ "id": "a", "value": value, "tags": ["x"] }),
                json!({ "id": "b", "value": value, "tags": ["x"] }),
            ],
            users: Vec::new(),
            groups: Vec::new(),
            channels: Vec::new(),
            log: ["u", "v"]
                .map(|user| json!({ "user": user, "item": "b", "kind": "click", "at": NOW - HOUR }))
                .to_vec(),
            sent: Vec::new(),
        };
        let decision = decide(&mut community.recommender(), &json!({ "user": "v", "now": NOW, "count": 2 }));
        assert_eq!(decision.picks.len(), 2);
        assert!(decision.picks.iter().all(sums_to_its_score), "{value}: {:?}", decision.picks);
    }
}

fn whole(request: &serde_json::Value, now: i64) -> serde_json::Value {
    let mut request = request.clone();
    request["now"] = json!(now);
    request
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn amounts_sum_to_the_score(community in community(ANY, 30, 50), requests in prop::collection::vec(request(), 1..5)) {
        let mut recommender = community.recommender();
        for request in requests.iter().flat_map(|request| [request.clone(), whole(request, NOW)]) {
            let decision = decide(&mut recommender, &request);
            for pick in &decision.picks {
                prop_assert!(sums_to_its_score(pick), "{:?}", pick);
                prop_assert!(pick.reasons.iter().all(|reason| reason.amount.is_finite()));
                prop_assert!(pick.propensity > 0.0 && pick.propensity <= 1.0);
                prop_assert!(pick.chances.iter().all(|(_, chance)| (0.0..=1.0).contains(chance)));
                for reason in &pick.reasons {
                    let known = ["base", "affinity", "neighbours", "trend", "freshness", "terms", "fatigue", "context", "diversity", "pinned", "borda"];
                    prop_assert!(known.contains(&reason.code));
                    let of_feature = !["base", "diversity", "pinned", "borda"].contains(&reason.code);
                    prop_assert_eq!(of_feature, reason.feature.is_some());
                    prop_assert!(reason.from.is_none() || ["neighbours", "diversity"].contains(&reason.code));
                }
            }
        }
    }
}

/// Covers each aggregation explicitly, because random communities may miss one.
#[test]
fn amounts_sum_to_the_score_for_every_aggregation_policy_and_diversity() {
    let policies = [
        json!({ "type": "greedy" }),
        json!({ "type": "epsilon-greedy", "epsilon": 0.5 }),
        json!({ "type": "softmax" }),
        json!({ "type": "thompson", "draws": 100 }),
    ];
    for aggregation in ["average", "least-misery", "most-pleasure", "average-without-misery", "borda"] {
        for (policy, diversity) in
            policies.iter().flat_map(|policy| [0.0, 0.3, 1.0].map(|diversity| (policy, diversity)))
        {
            let community = Community {
                config: json!({ "diversity": diversity, "repeats": "always" }),
                items: (0..12).map(|n| json!({ "id": format!("i{n}"), "tags": [(["茶", "护肤"][n % 2]), "x"], "format": (["video", "poster", "article"][n % 3]),
                    "title": (["春茶上新", "换季护肤"][n % 2]), "value": n, "pinned": n == 5, "publishedAt": NOW - n as i64 * 9 * HOUR })).collect(),
                users: vec![json!({ "id": "u0", "tags": ["茶"] })],
                groups: vec![json!({ "id": "g0", "members": ["u0", "u1", "u2", "u3"], "aggregation": aggregation, "tags": ["x"] })],
                channels: Vec::new(),
                log: (0..60).map(|n: i64| json!({ "user": format!("u{}", n % 4), "group": if n % 3 == 0 { json!("g0") } else { json!(null) },
                    "item": format!("i{}", n * 7 % 12), "kind": (["click", "save", "dismiss", "convert", "impression"][n as usize % 5]), "at": NOW - n * 5 * HOUR })).collect(),
                sent: vec![json!({ "id": "d", "subject": { "group": "g0" }, "at": NOW - DAY, "picks": [{ "item": "i1" }, { "item": "i2" }] })],
            };
            let mut recommender = community.recommender();
            for to in [json!({ "group": "g0" }), json!({ "user": "u1" }), json!({ "user": "u2", "group": "g0" })] {
                let mut request = to;
                (request["now"], request["count"], request["policy"]) = (json!(NOW), json!(12), policy.clone());
                let decision = decide(&mut recommender, &request);
                assert_eq!(decision.picks.len(), 12);
                for pick in &decision.picks {
                    assert!(sums_to_its_score(pick), "{aggregation} {policy} {diversity}: {pick:?}");
                }
            }
        }
    }
}
