//! Reasons: whatever was asked, the rows of every pick sum to its score, and name what exists.

use proptest::prelude::*;
use serde_json::json;

use crate::world::*;

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
                let sum: f64 = pick.reasons.iter().map(|reason| reason.amount).sum();
                prop_assert!((sum - pick.score).abs() <= 1e-9 * pick.score.abs() + 1e-12, "{}: {} and {}", pick.item, sum, pick.score);
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

/// Each aggregation over the same community: so that none is missed by chance.
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
                    let sum: f64 = pick.reasons.iter().map(|reason| reason.amount).sum();
                    assert!(
                        (sum - pick.score).abs() <= 1e-9 * pick.score.abs() + 1e-12,
                        "{aggregation} {policy} {diversity}: {sum} {}",
                        pick.score
                    );
                }
            }
        }
    }
}
