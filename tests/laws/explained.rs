//! Explanations of a decision: of one item, and of the refused items.

use nextpick::{Decision, ItemExplanation, Options, Recommender, RefusalPage, Refusals, Request};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

use crate::world::*;

const EXPLAIN: Options = Options { explain: true, reasons: true };

fn explain(recommender: &mut Recommender, request: &Json, item: &str) -> ItemExplanation {
    recommender.explain_item(&read(request, Request::read), item).unwrap_or_else(|error| panic!("{error} in {request}"))
}

fn refusals(recommender: &mut Recommender, request: &Json, page: Json) -> Refusals {
    recommender.refusals(&read(request, Request::read), &read(&page, RefusalPage::read)).unwrap()
}

/// The oracle: the ranking of all candidates, without draws, diversity and quotas.
fn full_ranking(recommender: &mut Recommender, request: &Json) -> Decision {
    let mut full = request.clone();
    (full["count"], full["policy"]) = (json!(1000), json!({ "type": "greedy" }));
    (full["diversity"], full["quotas"]) = (json!(0), json!([]));
    decide_with(recommender, &full, EXPLAIN)
}

fn sum(amounts: impl Iterator<Item = f64>) -> f64 {
    amounts.sum()
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn an_explained_item_has_its_rank_of_the_full_ranking(community in community(ANY, 30, 50), request in request()) {
        let mut recommender = community.recommender();
        let full = full_ranking(&mut recommender, &request);
        let decision = decide_with(&mut recommender, &request, EXPLAIN);
        for item in &community.items {
            let id = item["id"].as_str().unwrap();
            let explanation = explain(&mut recommender, &request, id);
            prop_assert_eq!(&explanation.decision, &decision.id);
            prop_assert_eq!(&explanation.silent, &decision.silent);
            prop_assert_eq!(explanation.candidates, full.picks.len());
            let refused = full.refused.iter().flatten().find(|refused| refused.item == id);
            let found = explanation.refused.as_ref().map(|refusal| (&refusal.rule, refusal.until));
            prop_assert_eq!(found, refused.map(|refused| (&refused.rule, refused.until)));
            let ranked = full.picks.iter().find(|pick| pick.item == id);
            prop_assert_eq!(explanation.rank, ranked.map(|pick| pick.rank));
            let Some(ranked) = ranked else { continue };
            prop_assert_eq!(explanation.score, Some(ranked.score));
            prop_assert_eq!(&explanation.reasons, &ranked.reasons);
            let (chosen, first) = (explanation.chosen.unwrap(), &decision.picks[0]);
            prop_assert_eq!((&chosen.item, chosen.score), (&first.item, first.score));
            let size: f64 = ranked.reasons.iter().chain(&first.reasons).map(|reason| reason.amount.abs()).sum();
            let difference = sum(explanation.differences.iter().map(|difference| difference.amount));
            prop_assert!((difference - (ranked.score - first.score)).abs() <= 1e-9 * size);
            for difference in &explanation.differences {
                let of = |reasons: &[nextpick::Reason]| sum(reasons.iter().filter(|reason| reason.code == difference.code).map(|reason| reason.amount));
                prop_assert!((difference.amount - (of(&ranked.reasons) - of(&first.reasons))).abs() <= 1e-9 * size);
            }
        }
    }

    #[test]
    fn explaining_changes_nothing(community in community(ANY, 30, 50), request in request()) {
        let mut recommender = community.recommender();
        let before = text(&mut recommender, &request);
        explain(&mut recommender, &request, "i0");
        refusals(&mut recommender, &request, json!({ "rule": "hidden" }));
        prop_assert_eq!(text(&mut recommender, &request), before);
    }

    #[test]
    fn pages_of_refusals_add_up_to_all_that_a_decision_lists(community in community(ANY, 30, 50), request in request(), limit in 1..4usize) {
        let mut recommender = community.recommender();
        let decision = decide_with(&mut recommender, &request, EXPLAIN);
        let all = decision.refused.unwrap_or_default();
        let counted = refusals(&mut recommender, &request, json!({}));
        prop_assert_eq!(&counted.silent, &decision.silent);
        prop_assert_eq!(&counted.items, &None);
        prop_assert_eq!(counted.counts.iter().map(|(_, count)| count).sum::<usize>(), all.len());
        if counted.silent.is_none() {
            prop_assert_eq!(counted.candidates + all.len(), community.items.len());
        }
        for (rule, count) in counted.counts.iter() {
            let of_rule: Vec<_> = all.iter().filter(|refused| refused.rule == *rule).cloned().collect();
            prop_assert_eq!(*count, of_rule.len());
            let mut listed = Vec::new();
            for offset in (0..*count).step_by(limit) {
                let page = json!({ "rule": rule, "offset": offset, "limit": limit });
                listed.extend(refusals(&mut recommender, &request, page).items.unwrap());
            }
            prop_assert_eq!(listed, of_rule);
        }
    }

    #[test]
    fn multipliers_of_1_change_only_the_id(community in community(ANY, 30, 50), request in request()) {
        let mut recommender = community.recommender();
        let plain = decide(&mut recommender, &request);
        if plain.policy != nextpick::Policy::Greedy {
            return Ok(());
        }
        let mut weighted = request.clone();
        weighted["familyWeights"] = json!({ "trend": 1, "affinity": 1 });
        let decision = decide(&mut recommender, &weighted);
        prop_assert_ne!(&decision.id, &plain.id);
        prop_assert_eq!(decision.picks, plain.picks);
    }

    /// The log-odds of each kind are linear in the weights of a family.
    #[test]
    fn log_odds_move_in_proportion_to_the_multiplier(
        community in community(ANY, 30, 50),
        user in 0..USERS,
        family in select(&["affinity", "neighbours", "trend", "freshness", "terms", "fatigue", "context"][..]),
        multiplier in 0.0..3.0f64,
    ) {
        let mut community = community;
        community.config["families"] = json!(["affinity", "neighbours", "trend", "freshness", "terms", "fatigue", "context"]);
        let mut recommender = community.recommender();
        let mut at = |multiplier: f64| {
            let request = json!({ "user": format!("u{user}"), "now": NOW, "count": 1000, "familyWeights": { (family): multiplier } });
            full_ranking(&mut recommender, &request).picks
        };
        let [none, once, many] = [0.0, 1.0, multiplier].map(&mut at);
        prop_assert!(none.iter().flat_map(|pick| &pick.reasons).all(|reason| reason.code != family));
        let logit = |p: f64| (p / (1.0 - p)).ln();
        for pick in &many {
            let [none, once] = [&none, &once].map(|picks| picks.iter().find(|other| other.item == pick.item).unwrap());
            for ((kind, chance), ((_, none), (_, once))) in pick.chances.iter().zip(none.chances.iter().zip(once.chances.iter())) {
                let expected = logit(*none) + multiplier * (logit(*once) - logit(*none));
                prop_assert!((logit(*chance) - expected).abs() < 1e-6, "{}: {} for {}", kind, logit(*chance), expected);
            }
            let sizes: f64 = pick.reasons.iter().map(|reason| reason.amount.abs()).sum();
            prop_assert!((sum(pick.reasons.iter().map(|reason| reason.amount)) - pick.score).abs() <= 1e-9 * sizes);
        }
    }

    /// A family without weight ranks as a configuration without it.
    #[test]
    fn a_multiplier_of_0_removes_a_family(community in community(ANY, 30, 50), request in request()) {
        let of = |families: Json| {
            let mut community = community.clone();
            community.config["families"] = families;
            community.recommender()
        };
        let mut request = request;
        let removed = full_ranking(&mut of(json!(["affinity", "trend"])), &request);
        request["familyWeights"] = json!({ "neighbours": 0 });
        let weighted = full_ranking(&mut of(json!(["affinity", "neighbours", "trend"])), &request);
        prop_assert_eq!(weighted.picks, removed.picks);
    }
}

#[test]
fn an_item_without_a_record_is_refused_and_one_never_named_is_an_error() {
    let mut recommender = Recommender::new(tree(&json!({}))).unwrap();
    recommender.observe_all(interactions(&[json!({ "user": "u", "item": "gone", "kind": "click", "at": NOW })]));
    let request = json!({ "user": "u", "now": NOW });
    assert_eq!(explain(&mut recommender, &request, "gone").refused.unwrap().rule, "removed");
    let error = recommender.explain_item(&read(&request, Request::read), "never").unwrap_err();
    assert_eq!(error.to_string(), "item: expected an item that is known, got \"never\"");
}

#[test]
fn a_multiplier_of_a_family_that_is_not_configured_is_refused() {
    let mut recommender = Recommender::new(tree(&json!({ "families": ["trend"] }))).unwrap();
    let request = json!({ "user": "u", "now": NOW, "familyWeights": { "affinity": 2 } });
    let error = recommender.recommend(&read(&request, Request::read), Options::default()).unwrap_err();
    let expected = "request.familyWeights.affinity: expected one of the families trend, got \"affinity\"";
    assert_eq!(error.to_string(), expected);
}
