//! Tests of `cases`.

use super::*;
use crate::base::time::DAY;
use crate::evaluation::sampled_cases::sample_cases;
use crate::evaluation::settings::{EvaluationKind, EvaluationSettings};
use crate::evaluation::testing::{evaluated_ranker, event, user_event};

fn case(json: &str) -> Case {
    Case::read(Value::from_json(json, "").unwrap(), "cases[0]").unwrap()
}

fn evaluate(settings: &str, log: &[&str], groups: &[&str], given: &[Case]) -> RankingReport {
    let mut ranker = evaluated_ranker(EvaluationKind::Cases, settings, &[], groups);
    let log: Vec<IndexedInteraction> = log.iter().map(|json| event(&mut ranker, json)).collect();
    cases(ranker, &log, given, &mut |_, _| ()).unwrap()
}

#[test]
fn a_case_is_read_field_by_field() {
    let read = |json: &str| Case::read(Value::from_json(json, "").unwrap(), "cases[3]").unwrap_err().path;
    assert_eq!(read(r#"{"user":"u","relevant":[],"candidates":["a"]}"#), "cases[3].relevant");
    assert_eq!(read(r#"{"user":"u","group":"g","relevant":["a"],"candidates":["a"]}"#), "cases[3]");
    assert_eq!(read(r#"{"relevant":["a"],"candidates":["a"]}"#), "cases[3]");
    let made = case(r#"{"group":"g","relevant":["a"],"candidates":["a","b"]}"#);
    assert_eq!(case(&crate::base::value::json(&made)), made);
}

#[test]
fn popularity_is_counted_per_class_of_subject() {
    let log = [
        r#"{"user":"v","item":"a","kind":"click"}"#,
        r#"{"user":"w","item":"a","kind":"click"}"#,
        r#"{"group":"h","item":"b","kind":"convert"}"#,
    ];
    let of = |recipient: &str| {
        let given = case(&format!(r#"{{{recipient},"relevant":["a"],"candidates":["a","b"]}}"#));
        *evaluate(r#"{"k":1}"#, &log, &[], &[given]).baselines.get("popular").unwrap().get("hr@1").unwrap()
    };
    assert_eq!((of(r#""user":"u""#), of(r#""group":"g""#)), (1.0, 0.0));
}

#[test]
fn repeated_candidates_count_once_and_ties_share_the_middle_rank() {
    // Without any history a, b and c share rank 2, however often b is listed.
    let given = [case(r#"{"user":"u","relevant":["a"],"candidates":["b","b","a","c","b"]}"#)];
    let report = evaluate(r#"{"k":2}"#, &[], &[], &given);
    let expected = 1.0 / 3f64.log2();
    assert_eq!((report.n, *report.metrics.get("hr@2").unwrap()), (1, 1.0));
    assert!((report.metrics.get("ndcg@2").unwrap() - expected).abs() < 1e-15);
    assert_eq!(*evaluate(r#"{"k":1}"#, &[], &[], &given).metrics.get("hr@1").unwrap(), 0.0);
}

#[test]
fn answers_of_cases_are_not_learnt() {
    let answer = r#"{"user":"u","item":"a","kind":"convert"}"#;
    let given = [case(r#"{"user":"u","relevant":["a"],"candidates":["a","b","c"]}"#)];
    let other = r#"{"user":"v","item":"b","kind":"click"}"#;
    let (with_answer, without) = (evaluate("{}", &[answer, other], &[], &given), evaluate("{}", &[other], &[], &given));
    assert_eq!((with_answer.left_out, without.left_out), (1, 0));
    assert_eq!((with_answer.metrics, with_answer.baselines), (without.metrics, without.baselines));
}

#[test]
fn timeless_interactions_count_for_neighbours_but_not_for_trends() {
    // All users p0 to p8 interacted with p, which is no trend without times; those with x also interacted with y.
    let mut log: Vec<String> = (0..9).map(|n| format!(r#"{{"user":"p{n}","item":"p","kind":"click"}}"#)).collect();
    for n in 0..3 {
        log.extend(["x", "y"].map(|item| format!(r#"{{"user":"xy{n}","item":"{item}","kind":"click"}}"#)));
    }
    log.push(r#"{"user":"u","item":"x","kind":"click"}"#.to_owned());
    let log: Vec<&str> = log.iter().map(String::as_str).collect();
    let given = [case(r#"{"user":"u","relevant":["y"],"candidates":["p","y"]}"#)];
    assert_eq!(*evaluate(r#"{"k":1,"fit":false}"#, &log, &[], &given).metrics.get("hr@1").unwrap(), 1.0);
    let trend = evaluate(r#"{"k":1,"fit":false,"families":["trend"]}"#, &log, &[], &given);
    assert_eq!(*trend.metrics.get("hr@1").unwrap(), 0.0, "p and y are tied at the middle rank 1.5");
}

#[test]
fn a_group_is_ranked_with_its_members() {
    let log = [
        r#"{"user":"m","item":"x","kind":"click"}"#,
        r#"{"user":"n","item":"x","kind":"click"}"#,
        r#"{"user":"n","item":"y","kind":"click"}"#,
    ];
    let given = [case(r#"{"group":"g","relevant":["y"],"candidates":["y","z"]}"#)];
    let of = |groups: &[&str]| *evaluate(r#"{"k":1,"fit":false}"#, &log, groups, &given).metrics.get("hr@1").unwrap();
    assert_eq!((of(&[r#"{"id":"g","members":["m"]}"#]), of(&[])), (1.0, 0.0));
}

#[test]
fn sampled_cases_can_be_evaluated_on_their_own_log() {
    let mut ranker = evaluated_ranker(EvaluationKind::Cases, "{}", &[], &[]);
    let mut log = Vec::new();
    for (user, first) in [("u", 0), ("v", 2), ("w", 4)] {
        for n in first..first + 6 {
            log.push(user_event(&mut ranker, user, &format!("i{n}"), "click", n * DAY + 1));
        }
    }
    let EvaluationSettings { seed, .. } = *ranker.settings();
    let made = sample_cases(ranker.world(), &log, seed);
    let report = cases(ranker, &log, &made, &mut |_, _| ()).unwrap();
    assert_eq!((report.n, report.left_out, report.subjects), (3, 3, 3));
}
