//! Assignment of units to variants: raising the coverage moves no unit, units are spread evenly, and two experiments are
//! independent.

use nextpick::Experiment;
use nextpick::Value;
use nextpick::internals::{Addressee, variant};
use nextpick::internals::{Calendar, DAY, HOUR};
use serde_json::{Value as Json, json};

const BEIJING: Calendar = Calendar { utc_offset_minutes: 480 };

fn experiment(id: &str, unit: &str, coverage: f64, weights: &[f64]) -> Experiment {
    let variants: Vec<Json> =
        weights.iter().enumerate().map(|(n, weight)| json!({ "name": n.to_string(), "weight": weight })).collect();
    let record =
        json!({ "id": id, "unit": unit, "coverage": coverage, "variants": variants, "goal": { "kind": "click" } });
    Experiment::read(Value::from_json(&record.to_string(), "").unwrap(), "").unwrap()
}

fn of_user(experiment: &Experiment, user: &str) -> Option<usize> {
    variant(experiment, Addressee { user: Some(user), group: None }, 0, BEIJING)
}

#[test]
fn the_assignment_is_that_of_the_table() {
    let table: Json = serde_json::from_str(include_str!("../goldens/studies/assignment.json")).unwrap();
    let rows = table["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 64);
    let mut found = table.clone();
    for row in found["rows"].as_array_mut().unwrap() {
        let experiment = table["experiments"].as_array().unwrap().iter().find(|one| one["id"] == row["experiment"]);
        let experiment = Experiment::read(Value::from_json(&experiment.unwrap().to_string(), "").unwrap(), "").unwrap();
        let to = Addressee { user: row["user"].as_str(), group: row["group"].as_str() };
        let place = variant(&experiment, to, row["now"].as_i64().unwrap(), BEIJING);
        row["variant"] = place.map_or(Json::Null, |place| json!(experiment.variants[place].name));
    }
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goldens/studies/assignment.json");
        let lines = |list: &Json| {
            let lines: Vec<String> = list.as_array().unwrap().iter().map(|row| format!("    {row}")).collect();
            lines.join(",\n")
        };
        let (experiments, rows) = (lines(&found["experiments"]), lines(&found["rows"]));
        let text = format!("{{\n  \"experiments\": [\n{experiments}\n  ],\n  \"rows\": [\n{rows}\n  ]\n}}\n");
        std::fs::write(path, text).unwrap();
    }
    assert_eq!(found, table);
}

#[test]
fn raising_the_coverage_moves_no_unit() {
    let variants = |coverage| {
        let experiment = experiment("x", "user", coverage, &[1.0, 2.0, 1.0]);
        (0..5000).map(move |n| of_user(&experiment, &n.to_string())).collect::<Vec<_>>()
    };
    let mut before = variants(0.1);
    for coverage in [0.3, 0.5, 1.0] {
        let now = variants(coverage);
        assert!(before.iter().zip(&now).all(|(before, now)| before.is_none() || before == now), "{coverage}");
        let part = now.iter().flatten().count() as f64 / 5000.0;
        assert!((part - coverage).abs() < 0.03, "{part}, not {coverage}");
        before = now;
    }
    assert!(before.iter().all(Option::is_some));
}

#[test]
fn a_switchback_assigns_anew_every_day_of_the_operator() {
    let experiment = experiment("x", "subject-day", 1.0, &[1.0, 1.0]);
    let midnight = 20_000 * DAY - 8 * HOUR;
    let at = |group: &str, now| variant(&experiment, Addressee { user: None, group: Some(group) }, now, BEIJING);
    let mut changes = 0;
    for group in (0..200).map(|n| n.to_string()) {
        assert_eq!(at(&group, midnight), at(&group, midnight + DAY - 1));
        changes += usize::from(at(&group, midnight - 1) != at(&group, midnight));
    }
    assert!((70..130).contains(&changes), "{changes}");
}

#[test]
fn a_recipient_without_the_unit_takes_no_part() {
    let group = Addressee { user: None, group: Some("g") };
    let private = Addressee { user: Some("u"), group: None };
    let takes_part = |unit: &str, to| variant(&experiment("x", unit, 1.0, &[1.0, 1.0]), to, 0, BEIJING).is_some();
    assert_eq!(["user", "group", "subject-day"].map(|unit| takes_part(unit, group)), [false, true, true]);
    assert_eq!(["user", "group", "subject-day"].map(|unit| takes_part(unit, private)), [true, false, true]);
}

/// Returns χ² of a table of counts against independence of its rows and columns.
fn chi_squared(table: [[f64; 2]; 2]) -> f64 {
    let total: f64 = table.iter().flatten().sum();
    let mut sum = 0.0;
    for row in 0..2 {
        for column in 0..2 {
            let expected = (table[row][0] + table[row][1]) * (table[0][column] + table[1][column]) / total;
            sum += (table[row][column] - expected) * (table[row][column] - expected) / expected;
        }
    }
    sum
}

/// χ² with one degree of freedom that independent assignments exceed in 5 % of cases.
const CRITICAL: f64 = 3.841_459;

#[test]
fn units_are_spread_evenly_and_experiments_are_independent() {
    const EXPERIMENTS: usize = 120;
    let ids: Vec<String> = (0..5000).map(|n| format!("user-{n}")).collect();
    let assigned: Vec<Vec<usize>> = (0..EXPERIMENTS)
        .map(|n| experiment(&format!("experiment {n}"), "user", 1.0, &[1.0, 1.0]))
        .map(|experiment| ids.iter().map(|id| of_user(&experiment, id).unwrap()).collect())
        .collect();
    let half = ids.len() as f64 / 2.0;
    let uneven = assigned.iter().filter(|variants| {
        let second = variants.iter().sum::<usize>() as f64;
        2.0 * (second - half) * (second - half) / half > CRITICAL
    });
    let dependent = assigned.iter().zip(assigned.iter().cycle().skip(1)).filter(|(one, other)| {
        let mut table = [[0.0; 2]; 2];
        one.iter().zip(other.iter()).for_each(|(a, b)| table[*a][*b] += 1.0);
        chi_squared(table) > CRITICAL
    });
    let (uneven, dependent) = (uneven.count(), dependent.count());
    println!("of {EXPERIMENTS} tests at 5 %: {uneven} of evenness and {dependent} of independence fail");
    let most = (0.05 + 3.0 * (0.05 * 0.95 / EXPERIMENTS as f64).sqrt()) * EXPERIMENTS as f64;
    assert!(uneven as f64 <= most && dependent as f64 <= most, "{uneven} {dependent}, at most {most}");
}
