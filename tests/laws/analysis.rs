//! Analysis of experiments: scipy's figures, symmetry, and error rates in simulated worlds.
//!
//! The large simulations take some minutes in release builds:
//! `cargo test --release --test laws analysis -- --ignored --nocapture`

use nextpick::Interaction;
use nextpick::StudyLogBuilder;
use nextpick::Value;
use nextpick::internals::Random;
use nextpick::internals::sample_ratio;
use nextpick::internals::{Calendar, DAY, HOUR};
use nextpick::{AnalysisRequest, ExperimentReport, analyze_experiment as analyze};
use serde_json::{Value as Json, json};

/// Midnight of a day in Beijing.
const START: i64 = 20_513 * DAY - 8 * HOUR;

/// A message of an experiment with the responses to it.
struct Row {
    user: Option<String>,
    group: Option<String>,
    at: i64,
    variant: String,
    responses: Vec<Response>,
}

struct Response {
    user: Option<String>,
    at: i64,
    kind: &'static str,
    value: Option<f64>,
}

fn value(json: &Json) -> Value {
    Value::from_json(&json.to_string(), "").unwrap()
}

fn report(experiment: &Json, rows: &[Row]) -> ExperimentReport {
    let mut log = StudyLogBuilder::new();
    for (n, row) in rows.iter().enumerate() {
        let subject = [("user", &row.user), ("group", &row.group)];
        let subject = subject.into_iter().filter_map(|(name, id)| Some((name.to_owned(), Value::Text(id.clone()?))));
        let pick = Value::Record(vec![("item".into(), Value::Text("i".into()))]);
        let variant = (experiment["id"].as_str().unwrap().to_owned(), Value::Text(row.variant.clone()));
        let sent = Value::Record(vec![
            ("id".into(), Value::Text(n.to_string())),
            ("subject".into(), Value::Record(subject.collect())),
            ("at".into(), Value::Number(row.at as f64)),
            ("picks".into(), Value::List(vec![pick])),
            ("variants".into(), Value::Record(vec![variant])),
        ]);
        log.push_message(sent, "sent").unwrap();
        for response in &row.responses {
            let mut interaction = Interaction::default();
            interaction.user = response.user.as_deref().map(Into::into);
            interaction.group = row.group.as_deref().map(Into::into);
            (interaction.kind, interaction.at, interaction.value) = (response.kind.into(), response.at, response.value);
            interaction.decision = Some(n.to_string().into());
            log.push_interaction(&interaction);
        }
    }
    let request = AnalysisRequest::read(value(&json!({ "experiment": experiment })), "request").unwrap();
    analyze(&log.finish(), &request).unwrap()
}

fn as_json(report: &ExperimentReport) -> Json {
    serde_json::to_value(report).unwrap()
}

fn rows_of(case: &Json) -> Vec<Row> {
    let name = |json: &Json| json.as_str().map(str::to_owned);
    let message = |row: &Json| Row {
        user: name(&row[0]),
        group: name(&row[1]),
        at: row[2].as_i64().unwrap(),
        variant: name(&row[3]).unwrap(),
        responses: Vec::new(),
    };
    let mut rows: Vec<Row> = case["messages"].as_array().unwrap().iter().map(message).collect();
    for row in case["responses"].as_array().unwrap() {
        let kinds = ["click", "dismiss", "convert", "impression"];
        let kind = kinds.into_iter().find(|kind| row[3] == *kind).unwrap();
        let response = Response { user: name(&row[1]), at: row[2].as_i64().unwrap(), kind, value: row[4].as_f64() };
        rows[row[0].as_u64().unwrap() as usize].responses.push(response);
    }
    rows
}

fn goldens() -> Json {
    serde_json::from_str(include_str!("../goldens/studies/experiments.json")).unwrap()
}

#[test]
fn figures_are_those_of_scipy() {
    let close = |ours: &Json, theirs: &Json, name: &str| match (ours.as_f64(), theirs.as_f64()) {
        (Some(a), Some(b)) => assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{name}: {a}, not {b}"),
        _ => assert!(ours.is_null() && theirs.is_null(), "{name}: {ours}, not {theirs}"),
    };
    let goldens = goldens();
    let mut compared = 0;
    for (n, case) in goldens["cases"].as_array().unwrap().iter().enumerate() {
        let found = as_json(&report(&case["experiment"], &rows_of(case)));
        for list in ["goal", "guardrails"] {
            for (place, theirs) in case["report"][list].as_array().unwrap().iter().enumerate() {
                let ours = &found[list][place];
                for field in ["difference", "lift", "eValue"] {
                    close(&ours[field], &theirs[field], &format!("case {n} {list} {field}"));
                    compared += 1;
                }
                for (field, bound) in [("interval", 0), ("interval", 1), ("liftInterval", 0), ("liftInterval", 1)] {
                    close(&ours[field][bound], &theirs[field][bound], &format!("case {n} {list} {field}"));
                }
            }
        }
        let (ours, theirs) = (&found["sampleRatio"], &case["report"]["sampleRatio"]);
        close(&ours["eValue"], &theirs["eValue"], "sample ratio");
        assert_eq!(ours["observed"], theirs["observed"]);
        assert_eq!(ours["expected"], theirs["expected"]);
    }
    assert!(compared >= 18, "{compared}");
}

/// Simulated log: groups, or users in private, with rates that vary among subjects and days.
#[derive(Clone, Copy)]
struct Simulated {
    unit: &'static str,
    subjects: usize,
    members: usize,
    days: i64,
    rate: f64,
    /// Standard deviations of the logarithms of subjects' and days' rates.
    spread: [f64; 2],
    lift: f64,
    seed: u64,
}

impl Simulated {
    fn rows(self) -> Vec<Row> {
        let mut random = Random::new(self.seed);
        let is_private = self.unit == "user";
        let level = |random: &mut Random, spread: f64| libm::exp(spread * random.normal() - spread * spread / 2.0);
        let levels: Vec<f64> = (0..self.subjects).map(|_| level(&mut random, self.spread[0])).collect();
        let fixed: Vec<bool> = (0..self.subjects).map(|_| random.unit() < 0.5).collect();
        let mut rows = Vec::new();
        for day in 0..self.days {
            let today = level(&mut random, self.spread[1]);
            for subject in 0..self.subjects {
                let is_treated = if self.unit == "subject-day" { random.unit() < 0.5 } else { fixed[subject] };
                let lift = if is_treated { 1.0 + self.lift } else { 1.0 };
                let chance = self.rate * levels[subject] * today * lift;
                let at = START + day * DAY + 12 * HOUR;
                let people = if is_private { 1 } else { self.members };
                let responding = (0..people).filter(|_| random.unit() < chance).collect::<Vec<_>>();
                let responses = responding.into_iter().map(|person| Response {
                    user: Some(if is_private { subject.to_string() } else { format!("{subject}-{person}") }),
                    at: at + HOUR,
                    kind: "click",
                    value: None,
                });
                rows.push(Row {
                    user: is_private.then(|| subject.to_string()),
                    group: (!is_private).then(|| subject.to_string()),
                    at,
                    variant: if is_treated { "b" } else { "a" }.into(),
                    responses: responses.collect(),
                });
            }
        }
        rows
    }

    fn experiment(self) -> Json {
        json!({ "id": "x", "unit": self.unit, "variants": [{"name":"a"},{"name":"b"}], "goal": { "kind": "click" } })
    }

    /// True if the test ever reported a difference.
    fn is_decided(self) -> bool {
        let found = report(&self.experiment(), &self.rows());
        let verdict = as_json(&found)["verdict"].clone();
        verdict == "better" || verdict == "worse"
    }
}

/// Returns the share of simulations with a verdict among `runs` seeds.
fn share_decided(world: Simulated, runs: u64) -> f64 {
    let decided =
        (0..runs).filter(|run| Simulated { seed: world.seed * 1_000_003 + run, ..world }.is_decided()).count();
    decided as f64 / runs as f64
}

const QUIET: Simulated = Simulated {
    unit: "group",
    subjects: 20,
    members: 50,
    days: 28,
    rate: 0.05,
    spread: [0.5, 0.2],
    lift: 0.0,
    seed: 1,
};

/// Returns the largest accepted share of false positives in `runs` simulations: 5 % and three standard errors.
fn largest_false_share(runs: u64) -> f64 {
    0.05 + 3.0 * (0.05 * 0.95 / runs as f64).sqrt()
}

/// Simulations without an effect: three units, 10 to 40 groups, and users in private.
fn simulations_without_effect() -> Vec<(&'static str, Simulated)> {
    let mut worlds = Vec::new();
    for subjects in [10, 20, 40] {
        worlds.push(("group", Simulated { subjects, ..QUIET }));
        worlds.push(("subject-day", Simulated { subjects, unit: "subject-day", ..QUIET }));
        worlds.push(("user", Simulated { subjects: subjects * 25, unit: "user", ..QUIET }));
    }
    worlds.push(("group, all alike", Simulated { subjects: 10, spread: [0.0; 2], ..QUIET }));
    worlds
}

#[test]
fn worlds_without_an_effect_are_rarely_decided() {
    for (name, world) in [("group", QUIET), ("subject-day", Simulated { unit: "subject-day", ..QUIET })] {
        let world = Simulated { members: 20, days: 14, ..world };
        let found = share_decided(world, 40);
        assert!(found <= largest_false_share(40), "{name}: {found}");
    }
}

#[test]
fn a_large_effect_is_found() {
    let world = Simulated { unit: "subject-day", lift: 1.0, subjects: 30, members: 30, days: 14, ..QUIET };
    assert_eq!(share_decided(world, 5), 1.0);
}

#[test]
#[ignore = "2,000 worlds each: some minutes in release"]
fn at_most_one_world_in_twenty_is_ever_decided_without_an_effect() {
    for (name, world) in simulations_without_effect() {
        let runs = 2000;
        let found = share_decided(world, runs);
        println!("false positives, {name}, {} subjects: {found:.4} of {runs}", world.subjects);
        assert!(found <= largest_false_share(runs), "{name}: {found}");
    }
}

#[test]
#[ignore = "hundreds of worlds: some minutes in release"]
fn effects_are_found_with_the_power_that_was_measured() {
    for (subjects, lift, least, runs) in [(200, 0.1, 0.80, 300), (200, 0.2, 0.99, 300), (40, 0.4, 0.95, 300)] {
        let found = share_decided(Simulated { unit: "subject-day", subjects, lift, ..QUIET }, runs);
        println!("power, subject-day, {subjects} groups, lift {lift}: {found:.3} of {runs}");
        assert!(found >= least, "{subjects} groups, lift {lift}: {found}");
    }
}

/// Control: if every member of a group counts as a separate unit, like in a count of impressions, effects are found that
/// do not exist.
#[test]
#[ignore = "hundreds of worlds: some minutes in release"]
fn impressions_counted_singly_find_effects_that_are_not_there() {
    let runs = 400;
    let singly = |world: Simulated| {
        let rows = world.rows().into_iter().flat_map(|row| {
            let group = row.group.clone().unwrap();
            (0..world.members)
                .map(move |person| {
                    let user = format!("{group}-{person}");
                    let responses = row.responses.iter().filter(|response| response.user.as_ref() == Some(&user));
                    let copy = |response: &Response| Response { user: response.user.clone(), ..*response };
                    Row {
                        user: Some(format!("{user}-{}", row.at)),
                        group: None,
                        at: row.at,
                        variant: row.variant.clone(),
                        responses: responses.map(copy).collect(),
                    }
                })
                .collect::<Vec<_>>()
        });
        let experiment = Simulated { unit: "user", ..world }.experiment();
        let verdict = as_json(&report(&experiment, &rows.collect::<Vec<_>>()));
        verdict["goal"][0]["eValue"].as_f64().unwrap() > 20.0
    };
    let found = (0..runs).filter(|&seed| singly(Simulated { seed, ..QUIET })).count() as f64 / runs as f64;
    println!("false positives with impressions counted singly: {found:.3} of {runs}");
    assert!(found > 0.30, "{found}");
}

#[test]
fn swapped_variants_have_the_opposite_sign() {
    for (n, case) in goldens()["cases"].as_array().unwrap().iter().take(3).enumerate() {
        let rows = rows_of(case);
        let mut swapped = case["experiment"].clone();
        swapped["variants"].as_array_mut().unwrap().reverse();
        let [ours, theirs] = [&case["experiment"], &swapped].map(|experiment| as_json(&report(experiment, &rows)));
        let figure = |report: &Json, field: &str| report["goal"][0][field].as_f64().unwrap();
        assert_eq!(figure(&ours, "difference"), -figure(&theirs, "difference"), "case {n}");
        assert_eq!(figure(&ours, "eValue"), figure(&theirs, "eValue"), "case {n}");
        assert_eq!(ours["goal"][0]["interval"][0].as_f64(), theirs["goal"][0]["interval"][1].as_f64().map(|x| -x));
        assert_eq!(ours["sampleRatio"]["eValue"], theirs["sampleRatio"]["eValue"]);
    }
    let world = Simulated { unit: "subject-day", lift: 1.0, subjects: 30, members: 30, days: 14, ..QUIET };
    let (rows, mut swapped) = (world.rows(), world.experiment());
    swapped["variants"].as_array_mut().unwrap().reverse();
    let verdict = |experiment: &Json| as_json(&report(experiment, &rows))["verdict"].clone();
    assert_eq!([verdict(&world.experiment()), verdict(&swapped)], ["better", "worse"]);
}

#[test]
fn doubled_values_change_no_verdict() {
    let case = &goldens()["cases"][2];
    let (plain, mut doubled) = (rows_of(case), rows_of(case));
    let responses = doubled.iter_mut().flat_map(|row| &mut row.responses);
    responses.for_each(|response| response.value = response.value.map(|value| 2.0 * value));
    let [plain, doubled] = [plain, doubled].map(|rows| as_json(&report(&case["experiment"], &rows)));
    assert_eq!((&plain["verdict"], &plain["goal"][0]["eValue"]), (&doubled["verdict"], &doubled["goal"][0]["eValue"]));
    let difference = |report: &Json| report["goal"][0]["difference"].as_f64().unwrap();
    assert_eq!(difference(&doubled), 2.0 * difference(&plain));
}

/// Returns the share of runs in which the sample ratio ever fails, with daily looks.
fn failing(first_share: f64, runs: u64) -> f64 {
    let fails = |run: u64| {
        let (mut random, mut counts) = (Random::new(run), [0u64; 2]);
        (0..60).any(|_| {
            (0..400).for_each(|_| counts[usize::from(random.unit() >= first_share)] += 1);
            sample_ratio::e_value(&counts, &[0.5, 0.5]) > sample_ratio::LARGEST_SOUND
        })
    };
    (0..runs).filter(|run| fails(*run)).count() as f64 / runs as f64
}

#[test]
#[ignore = "3,000 runs of 24,000 units: a minute in debug builds"]
fn a_sample_ratio_of_half_passes_and_one_of_52_in_100_fails() {
    let (sound, broken) = (failing(0.5, 3000), failing(0.52, 3000));
    println!("sample ratio, 400 units a day, 60 days: {sound:.5} at 50 : 50, {broken:.4} at 52 : 48, of 3000");
    assert!(sound <= 0.0027, "{sound}");
    assert!(broken >= 0.95, "{broken}");
}

#[test]
fn the_calendar_of_the_simulation_is_the_operators() {
    assert_eq!(Calendar { utc_offset_minutes: 480 }.day_start(START), START);
}
