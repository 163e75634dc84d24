//! Experiments in decisions: a variant decides like a request with its fields, and recipients outside of the experiment get
//! the decisions without it.

use nextpick::ContentStatusRequest;
use nextpick::DueStepsRequest;
use nextpick::Recommender;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

use crate::world::*;

/// Builds an experiment whose variants have the same fields, so that all participants get them.
fn operations(fields: &Json, more: &Json) -> Json {
    let variant = |name: &str| {
        let mut variant = fields.clone();
        variant["name"] = json!(name);
        variant
    };
    let mut experiment = json!({
        "id": "x", "unit": "subject-day", "variants": [variant("a"), variant("b")], "goal": { "kind": "click" }
    });
    for (name, value) in more.as_object().unwrap() {
        experiment[name] = value.clone();
    }
    json!({ "experiments": [experiment] })
}

/// Returns a decision without its id, request, tier and variants, and the variants.
fn decided(recommender: &mut Recommender, request: &Json) -> (Json, Json) {
    let mut decision: Json = serde_json::from_str(&text(recommender, request)).unwrap();
    let variants = decision["variants"].take();
    ["id", "request", "variants", "tier"].iter().for_each(|field| decision[*field] = Json::Null);
    (decision, variants)
}

/// Generates fields of a variant and the corresponding fields of a request.
fn fields() -> impl Strategy<Value = (Json, Json)> {
    let filter = json!({ "tags": ["茶", "tea"] });
    let quota = json!([{ "name": "few", "items": filter, "max": 1 }]);
    let weights = json!({ "click": 2, "dismiss": -3 });
    let same = |fields: Json| (fields.clone(), fields);
    select(vec![
        same(json!({})),
        same(json!({ "objective": "care" })),
        same(json!({ "objective": weights })),
        same(json!({ "only": filter })),
        same(json!({ "quotas": quota })),
        same(json!({ "policy": { "type": "greedy" }, "only": { "format": ["video"] } })),
        // Without a model, the shipped weights decide.
        (json!({ "model": "default" }), json!({})),
    ])
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn a_variant_decides_like_a_request_with_its_fields(
        community in community(ANY, 30, 30), request in request(), (of_variant, of_request) in fields(),
    ) {
        // A policy that draws depends on the id of the decision.
        let mut request = request;
        request["policy"] = json!({ "type": "greedy" });
        request["only"] = Json::Null;
        let mut direct = request.clone();
        for (name, value) in of_request.as_object().unwrap() {
            direct[name] = value.clone();
        }
        let mut plain = community.recommender();
        plain.set_operations(tree(&json!({}))).unwrap();
        let mut varied = community.recommender();
        varied.set_operations(tree(&operations(&of_variant, &json!({})))).unwrap();
        let (expected, none) = decided(&mut plain, &direct);
        let (found, variants) = decided(&mut varied, &request);
        prop_assert!(none.is_null());
        let takes_part = found["personalised"].is_null();
        prop_assert_eq!(variants.is_object(), takes_part, "{}", variants);
        if takes_part {
            prop_assert_eq!(found, expected);
        } else {
            prop_assert_eq!(found, decided(&mut plain, &request).0);
        }
    }

    #[test]
    fn recipients_outside_of_an_experiment_get_the_decisions_without_it(
        community in community(ANY, 30, 30), request in request(), more in select(vec![
            json!({ "expiresAt": 1 }), json!({ "startsAt": 7_000_000_000_000i64 }), json!({ "audience": { "users": ["somebody else"] } }),
            json!({ "audience": { "tiers": ["loyal"], "not": { "tiers": ["loyal"] } } }), json!({ "coverage": 1e-12 }),
        ]),
    ) {
        let mut request = request;
        request["policy"] = json!({ "type": "greedy" });
        let mut plain = community.recommender();
        plain.set_operations(tree(&json!({}))).unwrap();
        let mut varied = community.recommender();
        varied.set_operations(tree(&operations(&json!({ "objective": "care", "diversity": 1 }), &more))).unwrap();
        prop_assert_eq!(decided(&mut varied, &request), decided(&mut plain, &request));
    }

    #[test]
    fn a_journey_of_a_variant_runs_for_its_units_alone(community in community(ANY, 30, 40), names_it in 0..3usize) {
        let journey = json!({
            "id": "j", "trigger": { "type": "activity", "kind": ["click", "like", "save", "impression", "joined"] }, "reentry": "always",
            "steps": [{ "id": "s", "items": {}, "windowHours": 720 }]
        });
        let variant = |name: &str, place: usize| match names_it == place {
            true => json!({ "name": name, "journeys": ["j"] }),
            false => json!({ "name": name }),
        };
        let experiment = json!({
            "id": "x", "unit": "user", "variants": [variant("a", 0), variant("b", 1)], "goal": { "kind": "click" }
        });
        let request = DueStepsRequest::read(tree(&json!({ "now": NOW })), "request").unwrap();
        let mut recommender = community.recommender();
        let mut due = |operations: Json| {
            recommender.set_operations(tree(&operations)).unwrap();
            serde_json::to_value(recommender.due_steps(&request).unwrap()).unwrap()
        };
        let all = due(json!({ "journeys": [journey] }));
        let found = due(json!({ "journeys": [journey], "experiments": [experiment] }));
        let mut runs = |step: &&Json| {
            let to = json!({ "user": step["user"], "now": NOW });
            let variants = decided(&mut recommender, &to).1;
            names_it > 1 || variants["x"] == ["a", "b"][names_it]
        };
        let expected: Vec<&Json> = all.as_array().unwrap().iter().filter(&mut runs).collect();
        prop_assert_eq!(found.as_array().unwrap().iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn content_status_counts_the_log_and_its_rule_applies_to_all(
        community in community(ANY, 30, 40), cap in prop::option::of(1..3u32),
    ) {
        let mut recommender = community.recommender();
        let caps: Vec<Json> = cap.iter().map(|count| json!({ "count": count, "per": "total" })).collect();
        let rule = json!({ "name": "few", "items": { "tags": ["茶"] }, "caps": caps });
        recommender.set_operations(tree(&json!({ "rules": [rule] }))).unwrap();
        let request = ContentStatusRequest::read(tree(&json!({ "now": NOW })), "request").unwrap();
        let status = serde_json::to_value(recommender.content_status(&request)).unwrap();
        let rows = status.as_array().unwrap();
        prop_assert_eq!(rows.len(), nextpick::internals::world(&recommender).library.len());
        let mut ids = std::collections::BTreeSet::new();
        let log = community.log.iter().filter(|line| line["id"].is_null() || ids.insert(line["id"].to_string()));
        let log: Vec<&Json> = log.filter(|line| line["at"].as_i64().unwrap() <= NOW).collect();
        for row in rows {
            let mut counts = serde_json::Map::new();
            for line in log.iter().filter(|line| line["item"] == row["item"]) {
                let count = counts.entry(line["kind"].as_str().unwrap()).or_insert(json!(0));
                *count = json!(count.as_u64().unwrap() + 1);
            }
            prop_assert_eq!(&row["counts"], &Json::Object(counts), "{}", row);
            let is_of_item = |sent: &&Json| sent["picks"].as_array().unwrap().iter().any(|pick| pick["item"] == row["item"]);
            let sent = community.sent.iter().filter(is_of_item).filter(|sent| sent["at"].as_i64().unwrap() <= NOW).count() as u64;
            prop_assert!(row["sent"].as_u64().unwrap() <= sent);
        }
        for to in everybody() {
            let mut request = whole_order(&to);
            request["now"] = json!(NOW);
            let decision = decide(&mut recommender, &request);
            let picked: Vec<&str> = decision.picks.iter().map(|pick| &*pick.item).collect();
            for row in rows.iter().filter(|row| row["rule"].is_string()) {
                prop_assert!(!picked.contains(&row["item"].as_str().unwrap()), "{} for {}", row, to);
            }
        }
    }
}

#[test]
fn a_wrong_policy_or_objective_of_a_variant_is_refused_with_its_path() {
    let mut recommender = Recommender::new(tree(&Json::Null)).unwrap();
    for (fields, path) in [
        (json!({ "policy": { "type": "best" } }), "operations.experiments[0].variants[0].policy.type"),
        (json!({ "objective": "fun" }), "operations.experiments[0].variants[0].objective"),
        (json!({ "objective": { "clik": 1 } }), "operations.experiments[0].variants[0].objective.clik"),
    ] {
        assert_eq!(recommender.set_operations(tree(&operations(&fields, &json!({})))).unwrap_err().path, path);
        assert!(recommender.operations().is_none());
    }
}
