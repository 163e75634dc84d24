//! Tests of `experiment`.

use super::*;

fn read(json: &str) -> Result<Experiment> {
    Experiment::read(Value::from_json(json, "").unwrap(), "experiments[0]")
}

/// Returns an experiment with the variants `a` and `b`; both arguments are further fields, the second of `b`.
fn with(fields: &str, of_b: &str) -> String {
    let further = |fields: &str| if fields.is_empty() { String::new() } else { format!(",{fields}") };
    let variants = format!(r#"[{{"name":"a"}},{{"name":"b"{}}}]"#, further(of_b));
    format!(r#"{{"id":"x","unit":"group","variants":{variants},"goal":{{"kind":"click"}}{}}}"#, further(fields))
}

#[test]
fn absent_fields_have_their_defaults() {
    let experiment = read(&with("", "")).unwrap();
    assert_eq!((experiment.coverage, experiment.minimum_effect, experiment.shares()), (1.0, 0.1, vec![0.5; 2]));
    let goal = Metric {
        kind: "click".into(),
        within: 7 * DAY,
        per: Denominator::Message,
        measure: Measure::Responses,
        direction: Direction::Increase,
    };
    assert_eq!(experiment.goal, goal);
    assert!(experiment.runs_at(i64::MIN) && experiment.runs_at(i64::MAX));
}

#[test]
fn an_experiment_runs_from_its_start_until_before_its_end() {
    let experiment = read(&with(r#""startsAt":5,"expiresAt":9"#, "")).unwrap();
    assert_eq!([4, 5, 8, 9].map(|now| experiment.runs_at(now)), [false, true, true, false]);
}

#[test]
fn errors_name_their_path() {
    let own =
        |json: &str, path: &str| assert_eq!(read(json).unwrap_err().path, format!("experiments[0]{path}"), "{json}");
    for (fields, path) in [
        (r#""coverage":0"#, ".coverage"),
        (r#""coverage":1.1"#, ".coverage"),
        (r#""expiresAt":5,"startsAt":5"#, ".expiresAt"),
        (r#""guardrails":[{"kind":"dismiss","direction":"down"}]"#, ".guardrails[0].direction"),
        (r#""guardrails":[{"kind":"dismiss","minimumEffect":1}]"#, ".guardrails[0].minimumEffect"),
        (r#""guardrails":[{"kind":"dismiss","tolerance":0}]"#, ".guardrails[0].tolerance"),
        (r#""audience":{"groups":[]}"#, ".audience.groups"),
        (r#""name":"x""#, ".name"),
    ] {
        own(&with(fields, ""), path);
    }
    for (of_b, path) in [
        (r#""weight":0"#, ".variants[1].weight"),
        (r#""weight":1e9"#, ".variants[1].weight"),
        (r#""diversity":2"#, ".variants[1].diversity"),
        (r#""only":{"role":[]}"#, ".variants[1].only.role"),
        (r#""model":"fitted""#, ".variants[1].model"),
        (r#""journeys":[]"#, ".variants[1].journeys"),
        (r#""quotas":[{"name":"q","items":{}}]"#, ".variants[1].quotas[0]"),
    ] {
        own(&with("", of_b), path);
    }
    let goal = |goal: &str| with("", "").replace(r#"{"kind":"click"}"#, goal);
    own(&goal("{}"), ".goal.kind");
    own(&goal(r#"{"kind":"click","withinDays":366}"#), ".goal.withinDays");
    own(&goal(r#"{"kind":"click","per":"user"}"#), ".goal.per");
    own(&goal(r#"{"kind":"click","tolerance":1}"#), ".goal.tolerance");
    own(&with("", "").replace(r#"{"name":"a"},"#, ""), ".variants");
    own(&with("", "").replace(r#""name":"b""#, r#""name":"a""#), ".variants[1].name");
    own(&with("", r#""journeys":["j"]"#).replace("\"group\"", "\"subject-day\""), ".variants[1].journeys");
    own(&with("", "").replace("\"group\"", "\"day\""), ".unit");
}

#[test]
fn two_experiments_do_not_set_the_same_field_of_one_decision() {
    let conflict = |first: (&str, &str), second: (&str, &str)| {
        let all = [first, second].map(|(fields, of_b)| read(&with(fields, of_b)).unwrap());
        check_all(&all, &["j"], "experiments").map_err(|error| error.path)
    };
    let diversity = r#""diversity":0.1"#;
    assert_eq!(conflict(("", diversity), ("", diversity)), Err("experiments[1].variants[1].diversity".to_owned()));
    assert_eq!(conflict(("", diversity), ("", r#""model":"default""#)), Ok(()));
    for (first, second) in [
        (r#""expiresAt":5"#, r#""startsAt":5"#),
        (r#""audience":{"tiers":["loyal"]}"#, r#""audience":{"tiers":["lapsed"]}"#),
        (r#""audience":{"purposes":["care"]}"#, r#""audience":{"purposes":["notice"]}"#),
        (r#""audience":{"groups":["g"]}"#, r#""audience":{"groups":["h"]}"#),
    ] {
        assert_eq!(conflict((first, diversity), (second, diversity)), Ok(()), "{first}");
        assert_eq!(conflict((second, diversity), (first, diversity)), Ok(()), "{second}");
        assert!(conflict((first, diversity), (first, diversity)).is_err(), "{first}");
        assert!(conflict((first, diversity), ("", diversity)).is_err(), "{first}");
    }
    let tags = |tag| format!(r#""audience":{{"tags":["{tag}"]}}"#);
    assert!(conflict((&tags("x"), diversity), (&tags("y"), diversity)).is_err(), "a user has many tags");
}

#[test]
fn a_variant_names_journeys_that_exist() {
    let experiment = [read(&with("", r#""journeys":["j","k"]"#)).unwrap()];
    let error = check_all(&experiment, &["j"], "experiments").unwrap_err();
    assert_eq!((error.code, error.path.as_str()), (Code::Unknown, "experiments[0].variants[1].journeys[1]"));
    assert!(check_all(&experiment, &["j", "k"], "experiments").is_ok());
}
