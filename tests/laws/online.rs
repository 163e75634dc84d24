//! Online learning: corrections are bounded, independent of order, visible in the model's name, stored in snapshots and
//! optional; Thompson sampling explores new items.

use std::sync::OnceLock;

use nextpick::internals::Random;
use nextpick::internals::Trainer;
use nextpick::internals::fit_log;
use nextpick::internals::model_bytes;
use nextpick::{Decision, FitSettings, Interaction, Item, Recommender};
use serde_json::{Value as Json, json};

use crate::world::{DAY, HOUR, NOW, accept_all, decide, interactions, read, text, tree};

const MINUTE: i64 = 60_000;

fn items() -> Vec<Item> {
    let item =
        |n: i64| json!({ "id": format!("i{n}"), "tags": [format!("t{}", n % 3)], "publishedAt": NOW - n * HOUR });
    (0..9).map(|n| read(&item(n), Item::read)).collect()
}

/// An earlier log of impressions and clicks: u0 prefers t0, u1 prefers t1, u2 prefers t2.
fn past() -> Vec<Interaction> {
    let mut random = Random::new(5);
    let mut log = Vec::new();
    for n in 0..300 {
        let (user, item) = (random.below(3), random.below(9));
        let did = |kind: &str| {
            let at = NOW - 20 * DAY + n * HOUR;
            json!({ "user": format!("u{user}"), "item": format!("i{item}"), "kind": kind, "at": at })
        };
        log.push(did("impression"));
        if random.unit() < if item % 3 == user { 0.5 } else { 0.15 } {
            log.push(did("click"));
        }
    }
    interactions(&log)
}

/// The bytes of a model fitted to that log with these settings.
pub fn fitted_model(settings: &Json) -> Vec<u8> {
    let wanted = read(settings, FitSettings::read);
    let mut trainer = Trainer::new(&wanted.config, wanted.families);
    trainer.change_world().put_items(items());
    let log = past().iter().map(|interaction| trainer.index(interaction)).collect();
    fit_log(&mut trainer, log, &wanted, &mut |_, _| ()).unwrap();
    model_bytes(trainer.model(), trainer.world())
}

fn model() -> &'static [u8] {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    MODEL.get_or_init(|| fitted_model(&json!({})))
}

fn fitted(config: &Json) -> Recommender {
    let mut recommender = recommender(config);
    recommender.use_model(model()).unwrap();
    recommender
}

fn recommender(config: &Json) -> Recommender {
    let mut recommender = Recommender::new(tree(config)).unwrap();
    recommender.put_items(items());
    recommender.observe_all(past());
    recommender
}

fn config() -> Json {
    json!({ "repeats": "always", "policy": { "type": "softmax" } })
}

/// Accepts 60 decisions, one a minute; returns the responses to their first picks.
fn accept_decisions(recommender: &mut Recommender) -> Vec<Json> {
    let mut responses = Vec::new();
    for n in 0..60 {
        let at = NOW + n * MINUTE;
        let decision: Decision =
            decide(recommender, &json!({ "user": format!("u{}", n % 3), "now": at, "count": 2, "seed": n }));
        accept_all(recommender, &[serde_json::to_value(&decision).unwrap()]);
        for pick in decision.picks.iter().filter(|pick| pick.rank == 1) {
            responses.push(
                json!({ "user": format!("u{}", n % 3), "item": pick.item, "kind": "click", "decision": decision.id,
                "at": at + 2 * HOUR, "id": format!("e{n}") }),
            );
        }
    }
    responses
}

/// Records the responses some hours after the decisions.
fn record_responses(recommender: &mut Recommender, responses: &[Json]) {
    recommender.advance_clock(NOW + 4 * HOUR);
    recommender.observe_all(interactions(responses));
}

/// Records an interaction days later, which closes the attribution windows.
fn close_windows(recommender: &mut Recommender) {
    recommender.advance_clock(NOW + 3 * DAY);
    recommender.observe_all(interactions(&[json!({ "user": "u9", "kind": "click", "at": NOW + 3 * DAY })]));
}

fn learned(config: &Json, is_reversed: bool) -> Recommender {
    let mut recommender = fitted(config);
    let mut responses = accept_decisions(&mut recommender);
    if is_reversed {
        responses.reverse();
    }
    record_responses(&mut recommender, &responses);
    close_windows(&mut recommender);
    recommender
}

fn request_later() -> Json {
    json!({ "user": "u1", "now": NOW + 4 * DAY, "count": 9 })
}

#[test]
fn responses_to_decisions_change_the_model_and_its_name_within_bounds_in_any_order() {
    let before = fitted(&config());
    let (mut forward, mut backward) = (learned(&config(), false), learned(&config(), true));
    assert!(forward.model().name().starts_with(&format!("{}+", before.model().name())), "{}", forward.model().name());
    assert_eq!(nextpick::internals::online(&forward), nextpick::internals::online(&backward));
    assert_eq!(forward.model().name(), backward.model().name());
    assert_eq!(forward.model().rows(), before.model().rows(), "the fitted model is unchanged");
    assert_eq!(forward.model_bytes(), before.model_bytes());
    let click = nextpick::internals::world(&forward).kinds.index("click").unwrap();
    let (base, row) = (before.model().row(click, true), forward.model().row(click, true));
    assert!(row.bias != base.bias || row.weights != base.weights, "something was learnt");
    for (n, weight) in row.weights.iter().enumerate() {
        assert!((weight - base.weights[n]).abs() <= 2.0 * base.error(n) + 1e-12, "{n}");
    }
    let decision = decide(&mut forward, &request_later());
    assert_eq!(decision.model, forward.model().name());
    for pick in &decision.picks {
        assert!((pick.reasons.iter().map(|reason| reason.amount).sum::<f64>() - pick.score).abs() < 1e-9);
    }
    assert_eq!(decision.picks.len(), decide(&mut backward, &request_later()).picks.len());
}

#[test]
fn a_query_does_not_change_the_learned_state() {
    let mut recommender = learned(&config(), false);
    let (decision, bytes) = (text(&mut recommender, &request_later()), recommender.to_snapshot());
    assert_eq!(text(&mut recommender, &request_later()), decision);
    assert!(recommender.to_snapshot() == bytes);
}

#[test]
fn a_loaded_snapshot_continues_to_learn_alike() {
    let mut one = fitted(&config());
    let responses = accept_decisions(&mut one);
    let (first, second) = responses.split_at(30);
    record_responses(&mut one, first);
    let mut again = Recommender::from_snapshot(&one.to_snapshot()).unwrap();
    assert_eq!(nextpick::internals::online(&again), nextpick::internals::online(&one));
    for recommender in [&mut one, &mut again] {
        record_responses(recommender, second);
        close_windows(recommender);
    }
    assert!(one.to_snapshot() == again.to_snapshot());
    assert_eq!(text(&mut one, &request_later()), text(&mut again, &request_later()));
    let mut third = Recommender::from_snapshot(&one.to_snapshot()).unwrap();
    assert!(third.to_snapshot() == one.to_snapshot());
    assert_eq!(text(&mut third, &request_later()), text(&mut one, &request_later()));
}

#[test]
fn nothing_is_learned_if_disabled_or_with_the_shipped_weights() {
    let mut off = config();
    off["online"] = json!(false);
    for (mut recommender, name) in
        [(fitted(&off), fitted(&off).model().name().to_owned()), (recommender(&config()), String::new())]
    {
        let name = if name.is_empty() { recommender.model().name().to_owned() } else { name };
        let responses = accept_decisions(&mut recommender);
        record_responses(&mut recommender, &responses);
        close_windows(&mut recommender);
        assert_eq!(recommender.model().name(), name);
        assert_eq!(*nextpick::internals::online(&recommender), Default::default());
    }
}

#[test]
fn another_model_resets_the_learned_state() {
    let mut recommender = learned(&config(), false);
    let bytes = recommender.model_bytes().unwrap();
    recommender.use_model(&bytes).unwrap();
    assert_eq!(recommender.model().name(), fitted(&config()).model().name());
    assert_eq!(*nextpick::internals::online(&recommender), Default::default());
}

#[test]
fn thompson_prefers_a_new_item_to_its_twin_without_responses() {
    for (mut recommender, is_fitted) in [(fitted(&config()), true), (recommender(&config()), false)] {
        let twin = |id: &str| read(&json!({ "id": id, "tags": ["t1"], "publishedAt": NOW - 4 * HOUR }), Item::read);
        recommender.put_items(vec![twin("new"), twin("shown")]);
        let shown =
            |n: i64| json!({ "user": format!("v{n}"), "item": "shown", "kind": "impression", "at": NOW - n * MINUTE });
        recommender.observe_all(interactions(&(0..2000).map(shown).collect::<Vec<Json>>()));
        let request = |seed: i64, policy: Json| json!({ "user": "u9", "now": NOW, "count": 3, "seed": seed, "policy": policy, "only": ["new", "shown", "i5"] });
        let mut first = std::collections::BTreeMap::<String, usize>::new();
        for seed in 0..1000 {
            let decision = decide(&mut recommender, &request(seed, json!({ "type": "thompson", "draws": 100 })));
            *first.entry(decision.picks[0].item.clone()).or_default() += 1;
            for pick in &decision.picks {
                assert!(pick.propensity > 0.0 && pick.propensity <= 1.0);
            }
        }
        // The shipped weights score both alike; a fit may not. Without a preference the difference has a standard
        // deviation of 25.
        let first_picks = |item: &str| first.get(item).copied().unwrap_or(0);
        assert!(first_picks("new") > first_picks("shown") + 60 || is_fitted, "{first:?}");
        let decision_text = text(&mut recommender, &request(1, json!({ "type": "thompson" })));
        assert_eq!(decision_text, text(&mut recommender, &request(1, json!({ "type": "thompson" }))));
        assert!(decision_text.contains(r#""draws":1000"#));
    }
}

#[test]
fn thompson_explores_for_groups_with_every_aggregation() {
    for aggregation in ["average", "least-misery", "most-pleasure", "average-without-misery", "borda"] {
        let mut config = config();
        config["aggregation"] = json!(aggregation);
        let mut recommender = recommender(&config);
        let group = json!({ "id": "g", "members": ["u0", "u1", "u2"] });
        recommender.put_groups(vec![read(&group, nextpick::Group::read)]);
        let first = |seed: i64| {
            let request =
                json!({ "group": "g", "now": NOW, "seed": seed, "policy": { "type": "thompson", "draws": 100 } });
            decide(&mut recommender, &request).picks[0].item.clone()
        };
        let found: std::collections::BTreeSet<String> = (0..40).map(first).collect();
        assert!(found.len() > 1, "{aggregation}: {found:?}");
    }
}
