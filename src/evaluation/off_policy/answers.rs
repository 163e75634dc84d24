//! Complete reports: refusals with their codes and without estimates, and answers in the form of the contract.

use serde_json::Value as Json;

use crate::base::random::Random;
use crate::slate::policy::Policy;

use super::coverage::{CONFIDENCE, TARGETS};
use super::evaluate::{evaluate, refuse_configuration};
use super::fixture::{self, Shape};
use super::planner::Planner;
use super::report::OffPolicyReport;
use super::rows::{DecisionRow, Excluded, Reconstruction};
use super::sequence::SequentialPlan;
use super::settings::{EvaluatedPeriod, OffPolicySettings};
use super::simulation::{Setting, State, Target, simulate};

const WEEK: i64 = 7 * 86_400_000;
const SETTINGS: OffPolicySettings = OffPolicySettings {
    period: EvaluatedPeriod { from: 0, to: 2 * WEEK - 1 },
    confidence: CONFIDENCE,
    max_unsupported: 0.1,
};

fn log(rows: Vec<DecisionRow>) -> Reconstruction {
    Reconstruction { rows, excluded: Excluded::default() }
}

fn report(log: &Reconstruction) -> OffPolicyReport {
    evaluate(log, &SETTINGS, &|item| format!("i{item:02}"), &mut |_| Vec::new())
}

/// Like [`report`], with any overlap: in random rows some items have probability 0 under one policy.
fn report_of_any_overlap(log: &Reconstruction) -> OffPolicyReport {
    let settings = OffPolicySettings { max_unsupported: 1.0, ..SETTINGS };
    evaluate(log, &settings, &|_| String::new(), &mut |_| Vec::new())
}

fn json(report: &OffPolicyReport) -> Json {
    serde_json::from_str(&crate::base::value::json(report)).unwrap()
}

/// Checks that a report refuses with this code, and has no estimate.
fn assert_refused(report: &OffPolicyReport, code: &str) {
    let json = json(report);
    assert_eq!(
        (json["verdict"].as_str(), json["refusal"]["code"].as_str()),
        (Some("cannot-tell"), Some(code)),
        "{json}"
    );
    for estimate in ["lift", "target", "otherEstimates"] {
        assert!(json.get(estimate).is_none(), "{estimate} with {code}");
    }
    let comes_late = ["insufficient-overlap", "insufficient-data", "interval-too-wide"].contains(&code);
    for figure in ["logged", "overlap"] {
        assert_eq!(json.get(figure).is_some(), comes_late, "{figure} with {code}");
    }
}

fn small(policy: Policy) -> Vec<State> {
    simulate(Setting { users: 25, groups: 0, days: 10, policy, seed: 5 })
}

/// Redraws a log again and again; each must be refused with this code.
fn assert_all_refused(states: &[State], policy: Policy, target: Target, code: &str, runs: usize) {
    let mut random = Random::new(3);
    let mut rows: Vec<DecisionRow> = states.iter().map(|state| state.row(policy, target)).collect();
    for _ in 0..runs {
        rows.iter_mut().zip(states).for_each(|(row, state)| state.redraw(row, &mut random));
        assert_refused(&report(&log(rows.clone())), code);
    }
}

#[test]
fn off_policy_refusals_of_greedy_logs() {
    let states = small(Policy::Greedy);
    assert_all_refused(&states, Policy::Greedy, TARGETS[3], "no-exploration", 200);
}

#[test]
fn off_policy_identity_under_every_policy_is_no_difference() {
    let states = small(Policy::Softmax { temperature: 0.5 });
    for policy in [
        Policy::Greedy,
        Policy::EpsilonGreedy { epsilon: 0.1 },
        Policy::EpsilonGreedy { epsilon: 0.5 },
        Policy::Softmax { temperature: 0.25 },
        Policy::Softmax { temperature: 1.0 },
    ] {
        let same = Target { share: 0.0, policy: None };
        let mut random = Random::new(8);
        let mut rows: Vec<DecisionRow> = states.iter().map(|state| state.row(policy, same)).collect();
        for _ in 0..10 {
            rows.iter_mut().zip(&states).for_each(|(row, state)| state.redraw(row, &mut random));
            let json = json(&report(&log(rows.clone())));
            assert_eq!(json["verdict"], "no-difference-detected", "{policy:?}");
            assert_eq!((&json["lift"]["estimate"], &json["lift"]["interval"]), (&0.0.into(), &vec![0.0, 0.0].into()));
            assert_eq!(json["overlap"]["unsupported"], 0.0);
            assert_eq!(
                json["target"],
                serde_json::json!({
                    "value": json["logged"]["value"], "interval": json["logged"]["interval"]
                })
            );
        }
    }
}

#[test]
fn off_policy_refusals_of_thin_overlap() {
    let policy = Policy::EpsilonGreedy { epsilon: 0.1 };
    assert_all_refused(&small(policy), policy, TARGETS[4], "insufficient-overlap", 200);
}

/// 120 moments of 4 groups, 5 times each: the sample looks sound, the design is not.
#[test]
fn off_policy_refusals_where_only_the_design_shows_the_fault() {
    let policy = Policy::EpsilonGreedy { epsilon: 0.1 };
    let states = simulate(Setting { users: 80, groups: 4, days: 30, policy, seed: 5 });
    let states: Vec<State> = (0..5).flat_map(|_| states.clone()).collect();
    let (mut sum, mut squares, mut moment) = (0.0, 0.0, 0.0);
    for slot in states.iter().map(|state| state.row(policy, TARGETS[3]).slots.remove(0)) {
        let weight = |at: usize| slot.target[at] / slot.logged[at];
        sum += weight(slot.picked);
        squares += weight(slot.picked) * weight(slot.picked);
        moment += (0..slot.items.len()).map(|at| slot.target[at] * weight(at)).sum::<f64>();
    }
    let n = states.len() as f64;
    let (of_sample, of_design) = (sum * sum / squares / n, n / moment);
    println!("effective share of the sample {of_sample}, of the design {of_design}");
    assert!(of_sample > 0.5 && of_design < 0.1, "{of_sample} {of_design}");
    assert_all_refused(&states, policy, TARGETS[3], "insufficient-overlap", 20);
}

fn fixture(distance: f64) -> Vec<DecisionRow> {
    fixture::rows(Shape { rows: 400, items: 8, slots: 1, distance, moved: 0.0 }, &mut Random::new(2))
}

#[test]
fn off_policy_refusals_of_broken_logs() {
    // A weight of 21,739: the log has an estimate of 1e-6 for an item that the target sends in 2 % of the cases.
    let mut rough = fixture(0.3);
    let slot = &mut rough[7].slots[0];
    (slot.is_estimated, slot.logged[slot.picked], slot.target[slot.picked]) = (true, 1e-6, 0.021_739);
    assert_refused(&report_of_any_overlap(&log(rough)), "invalid-propensities");

    let mut contradicted = fixture(0.3);
    for row in &mut contradicted[..5] {
        row.slots[0].logged_propensity = Some(0.5);
    }
    assert_refused(&report_of_any_overlap(&log(contradicted.clone())), "invalid-propensities");
    // In one exact decision of a hundred, and in all closely reproduced ones, propensities may differ.
    contradicted[0].slots[0].logged_propensity = None;
    assert!(report_of_any_overlap(&log(contradicted.clone())).refusal.is_none());
    contradicted.iter_mut().for_each(|row| row.is_exact = false);
    assert!(report_of_any_overlap(&log(contradicted)).refusal.is_none());

    // The items sent do not match the logged propensities.
    let mut wrong = fixture(1.0);
    for slot in wrong.iter_mut().flat_map(|row| &mut row.slots) {
        let weight = |at: &usize| slot.target[*at] / slot.logged[*at].max(1e-12);
        let open = (0..8).filter(|at| slot.logged[*at] > 0.0);
        slot.picked = open.max_by(|a, b| weight(a).total_cmp(&weight(b))).unwrap();
        slot.logged_propensity = Some(slot.logged[slot.picked]);
    }
    assert_refused(&report_of_any_overlap(&log(wrong)), "invalid-propensities");

    let lost = Excluded { not_reproduced: 55, ..Excluded::default() };
    assert_refused(&report_of_any_overlap(&Reconstruction { rows: fixture(0.3), excluded: lost }), "not-reproduced");
    let fewer = Excluded { not_reproduced: 44, ..lost };
    assert!(report_of_any_overlap(&Reconstruction { rows: fixture(0.3), excluded: fewer }).refusal.is_none());

    let refused = refuse_configuration(&SETTINGS, "target.config.cadence".to_owned());
    assert_refused(&refused, "configuration");
    assert_eq!(json(&refused)["refusal"]["path"], "target.config.cadence");
}

#[test]
fn off_policy_refusals_of_little_data() {
    let mut silent = fixture(0.3);
    for row in &mut silent {
        (row.outcomes, row.slots[0].outcome) = (0, 0.0);
    }
    assert_refused(&report_of_any_overlap(&log(silent)), "no-outcomes");
    assert_refused(&report_of_any_overlap(&log(Vec::new())), "no-outcomes");
    assert_refused(&report_of_any_overlap(&log(fixture(0.3)[..199].to_vec())), "insufficient-data");
    let mut few = fixture(0.3);
    for row in few.iter_mut().filter(|row| row.outcomes > 0).skip(29) {
        (row.outcomes, row.slots[0].outcome) = (0, 0.0);
    }
    assert_refused(&report_of_any_overlap(&log(few)), "insufficient-data");
    for rows in [1, 2, 3] {
        assert_eq!(report_of_any_overlap(&log(fixture(0.3)[..rows].to_vec())).decisions.used, rows);
    }
}

#[test]
fn off_policy_refusals_of_wide_intervals() {
    // 31 heavy outcomes of 400.
    let mut heavy = fixture(0.8);
    for (n, row) in heavy.iter_mut().enumerate() {
        (row.outcomes, row.slots[0].outcome) = if n % 13 == 0 { (1, (n * n) as f64) } else { (0, 0.0) };
    }
    assert_refused(&report_of_any_overlap(&log(heavy)), "interval-too-wide");
}

#[test]
fn a_report_has_the_fields_of_the_contract_in_their_order() {
    let mut settings = SETTINGS;
    settings.confidence.sequential = Some(SequentialPlan { planned_decisions: 400, targets: 2 });
    settings.max_unsupported = 0.5;
    let excluded = Excluded { outside_period: 180, without_slot: 1, ..Excluded::default() };
    let log = Reconstruction { rows: fixture(0.5), excluded };
    let report = evaluate(&log, &settings, &|item| format!("i{item:02}"), &mut |_| Vec::new());
    let text = crate::base::value::json(&report);
    let mut from = 0;
    for field in [
        "verdict",
        "period",
        "from",
        "to",
        "lift",
        "estimate",
        "interval",
        "samplingHalfWidth",
        "unsupportedHalfWidth",
        "logged",
        "value",
        "interval",
        "outcomes",
        "target",
        "value",
        "interval",
        "decisions",
        "used",
        "excluded",
        "outside-period",
        "without-slot",
        "reproduced",
        "exact",
        "close",
        "changed",
        "overlap",
        "unsupported",
        "effectiveSampleSize",
        "largestWeight",
        "clip",
        "meanWeight",
        "unsupportedItems",
        "item",
        "share",
        "sequential",
        "plannedDecisions",
        "targets",
        "otherEstimates",
        "ips",
        "snips",
        "dr",
        "dm",
    ] {
        let at = text[from..].find(&format!("\"{field}\":")).unwrap_or_else(|| panic!("{field} in {text}"));
        from += at + 1;
    }
    let json = json(&report);
    assert_eq!(json["unsupportedItems"].as_array().unwrap().len(), 8);
    let shares: Vec<f64> =
        json["unsupportedItems"].as_array().unwrap().iter().map(|item| item["share"].as_f64().unwrap()).collect();
    assert!(shares.is_sorted_by(|a, b| a >= b));
    let unsupported = json["overlap"]["unsupported"].as_f64().unwrap();
    assert!((shares.iter().sum::<f64>() - unsupported).abs() < 1e-12);
}

/// Returns the rows of the same states under another logging policy.
fn explored(states: &[State], target: Target) -> impl Fn(Policy) -> Vec<DecisionRow> {
    move |policy| states.iter().map(|state| state.row(policy, target)).collect()
}

#[test]
fn a_refusal_comes_with_the_exploration_that_would_answer() {
    let policy = Policy::EpsilonGreedy { epsilon: 0.1 };
    let states = small(policy);
    let target = TARGETS[2];
    let rows = explored(&states, target)(policy);
    let settings = OffPolicySettings { max_unsupported: 0.001, ..SETTINGS };
    let advise = |settings: &OffPolicySettings| {
        evaluate(&log(rows.clone()), settings, &|_| String::new(), &mut |policy| explored(&states, target)(policy))
            .advice
    };
    // Advice follows the caller's `max_unsupported`; softmax leaves less unsupported than ε-greedy.
    let advice = advise(&OffPolicySettings { max_unsupported: 0.05, ..SETTINGS }).unwrap();
    assert!(matches!(advice.policy, Policy::Softmax { .. }));
    assert!(advice.half_width <= 0.1 && advice.decisions >= 200 && advice.decisions % 100 == 0, "{advice:?}");
    assert!((advice.weeks - f64::from(advice.decisions) / 125.0).abs() < 1e-9, "{advice:?}");
    assert!((0.0..0.2).contains(&advice.relative_cost), "{advice:?}");
    // Half the decisions would not do.
    let planner = Planner::new(&rows, &settings, 0.0);
    let plan = planner.plan(&mut |policy| explored(&states, target)(policy));
    assert_eq!(plan.len(), 7);
    assert!(plan[0].precision.iter().all(|precision| precision.refused), "a greedy log answers nothing");
    assert!(plan.iter().all(|row| row.precision.is_sorted_by(|a, b| a.half_width >= b.half_width)));
    assert!(plan[0].relative_cost == Some(0.0) && plan[6].relative_cost > plan[5].relative_cost);
    // With fewer than 30 outcomes the cost cannot be predicted.
    let silent: Vec<DecisionRow> = rows.iter().map(|row| DecisionRow { outcomes: 0, ..row.clone() }).collect();
    let plan = Planner::new(&silent, &settings, 0.03).plan(&mut |policy| explored(&states, target)(policy));
    assert!(plan.iter().all(|row| row.relative_cost.is_none()));
}
