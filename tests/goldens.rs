//! Goldens: small readable communities with their decisions, byte for byte. The same files run in Node
//! (tests/node/goldens.test.mjs) and in Chromium (tests/browser/goldens.test.mjs).
//!
//! `UPDATE_GOLDENS=1 cargo test --test goldens` rewrites the decisions; the rest of each file is written by hand.
//! Assertions here follow from the formulas of docs/internals/mathematics.md and must hold before a new golden is
//! committed.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use nextpick::{Channel, Group, Interaction, Item, Options, Recommender, Request, Sent, User, Value};
use serde_json::Value as Json;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/goldens").join(format!("{name}.json"))
}

fn text(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

/// Returns a field of a golden as written: the order of its own fields is part of a decision's id.
fn field(golden: &Value, name: &str) -> Value {
    let Value::Record(fields) = golden else { panic!("an object") };
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn each<T>(golden: &Value, name: &str, read: impl Fn(Value, &str) -> nextpick::Result<T>) -> Vec<T> {
    match field(golden, name) {
        Value::Null => Vec::new(),
        records => nextpick::internals::read_records(records, name, read).unwrap(),
    }
}

/// True if an option is on.
fn is_on(golden: &Value, name: &str, otherwise: bool) -> bool {
    match field(golden, "options") {
        options @ Value::Record(_) => match field(&options, name) {
            Value::Bool(on) => on,
            _ => otherwise,
        },
        _ => otherwise,
    }
}

/// Returns the decisions of a golden, as JSON text.
fn decisions(golden: &Value) -> Vec<String> {
    let options = Options { explain: is_on(golden, "explain", false), reasons: is_on(golden, "reasons", true) };
    let mut recommender = Recommender::new(field(golden, "config")).unwrap();
    recommender.put_channels(each(golden, "channels", Channel::read));
    recommender.put_users(each(golden, "users", User::read));
    recommender.put_groups(each(golden, "groups", Group::read));
    recommender.put_items(each(golden, "items", Item::read));
    recommender.observe_all(each(golden, "interactions", Interaction::read));
    for sent in each(golden, "accept", Sent::read) {
        assert!(recommender.accept(&sent).unwrap().accepted);
    }
    let decide = |request: &Request| nextpick::internals::json(&recommender.recommend(request, options).unwrap());
    each(golden, "requests", Request::read).iter().map(decide).collect()
}

/// Removes white space between the tokens of JSON text.
fn compact(json: &str) -> String {
    let (mut quoted, mut escaped) = (false, false);
    json.chars()
        .filter(|&c| {
            let kept = quoted || !c.is_whitespace();
            (quoted, escaped) = match (quoted, escaped, c) {
                (true, true, _) => (true, false),
                (true, false, '\\') => (true, true),
                (_, _, '"') => (!quoted, false),
                _ => (quoted, false),
            };
            kept
        })
        .collect()
}

/// Formats JSON text: a value that fits stays on one line. Tokens are unchanged.
fn formatted(json: &str, indent: usize) -> String {
    const WIDTH: usize = 220;
    if json.chars().count() + indent <= WIDTH || !json.starts_with(['[', '{']) {
        return json.to_owned();
    }
    let (mut depth, mut quoted, mut escaped, mut start, mut parts) = (0, false, false, 1, Vec::new());
    let mut colon = None;
    for (at, c) in json.char_indices() {
        match (quoted, escaped, c) {
            (true, true, _) => escaped = false,
            (true, false, '\\') => escaped = true,
            (_, _, '"') => quoted = !quoted,
            (false, _, '[' | '{') => depth += 1,
            (false, _, ':') if depth == 1 => _ = colon.get_or_insert(at),
            (false, _, ',' | ']' | '}') => {
                if depth == 1 {
                    let (name, value) = colon
                        .take()
                        .map_or(("", &json[start..at]), |colon: usize| (&json[start..=colon], &json[colon + 1..at]));
                    let gap = if name.is_empty() { "" } else { " " };
                    parts.push(format!("{}{name}{gap}{}", " ".repeat(indent + 2), formatted(value, indent + 2)));
                    start = at + 1;
                }
                depth -= i32::from(c != ',');
            }
            _ => {}
        }
    }
    format!("{}\n{}\n{}{}", &json[..1], parts.join(",\n"), " ".repeat(indent), &json[json.len() - 1..])
}

const DECISIONS: &str = "\"decisions\":";

/// Runs a golden and returns its decisions.
fn golden(name: &str) -> Vec<Json> {
    let text = text(name);
    let world = Value::from_json(&text, name).unwrap_or_else(|error| panic!("{error}"));
    let found = decisions(&world);
    let whole = format!("{DECISIONS}[{}]}}", found.join(","));
    let at = text.find(DECISIONS).expect("decisions come last");
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        let list = formatted(&whole[DECISIONS.len()..whole.len() - 1], 2);
        fs::write(path(name), format!("{}{DECISIONS} {list}\n}}\n", &text[..at])).unwrap();
    } else {
        let expected = compact(&text[at..]);
        let differs = whole.chars().zip(expected.chars()).take_while(|(a, b)| a == b).count().saturating_sub(60);
        let around = |text: &str| text.chars().skip(differs).take(160).collect::<String>();
        assert!(whole == expected, "{name}.json:\n found    …{}\n expected …{}", around(&whole), around(&expected));
    }
    found.iter().map(|decision| serde_json::from_str(decision).unwrap()).collect()
}

fn close(found: &Json, expected: f64) {
    let found = found.as_f64().unwrap();
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{found} and {expected}");
}

fn pick<'a>(decision: &'a Json, item: &str) -> &'a Json {
    decision["picks"]
        .as_array()
        .unwrap()
        .iter()
        .find(|pick| pick["item"] == item)
        .unwrap_or_else(|| panic!("no {item} in {decision}"))
}

fn items(decision: &Json) -> Vec<&str> {
    decision["picks"].as_array().unwrap().iter().map(|pick| pick["item"].as_str().unwrap()).collect()
}

/// Returns bias and weights by feature of a shipped kind. Only these parameters come from the code.
fn shipped(kind: &str) -> (f64, BTreeMap<String, f64>) {
    let meaning = nextpick::internals::Kinds::default().get(kind).unwrap();
    let row = nextpick::internals::shipped_row(kind, meaning);
    let names = nextpick::internals::features().into_iter().map(|feature| feature.name);
    (row.bias, names.zip(row.weights).collect())
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// U = Σ o·c·σ(b + w·φ) over the shipped kinds and their weights.
fn utility(features: &[(&str, f64)], value: f64) -> f64 {
    let kinds = [
        ("click", 1.0),
        ("like", 2.0),
        ("save", 3.0),
        ("comment", 4.0),
        ("share", 5.0),
        ("convert", 10.0),
        ("dismiss", -5.0),
    ];
    let of = |(kind, worth): (&str, f64)| {
        let (bias, weights) = shipped(kind);
        let z = features.iter().fold(bias, |z, (feature, value)| z + weights[*feature] * value);
        worth * if kind == "convert" { value } else { 1.0 } * sigmoid(z)
    };
    kinds.into_iter().map(of).sum()
}

/// Returns w·φ of a pick: the log-odds of a click less the bias.
fn evidence(pick: &Json) -> f64 {
    let chance = pick["chances"]["click"].as_f64().unwrap();
    (chance / (1.0 - chance)).ln() - shipped("click").0
}

#[test]
fn a_user_gets_items_by_taste() {
    let found = golden("taste");
    // The unknown user has no history and "old" no interactions: published 31 days ago, it has only freshness.
    let aged = |days: f64| {
        [("freshness.6h", 0.25), ("freshness.1d", 1.0), ("freshness.7d", 7.0), ("freshness.30d", 30.0)]
            .map(|(name, h)| (name, (-days / h).exp2()))
    };
    let stranger = &found[1];
    assert_eq!(stranger["coldStart"], true);
    close(&pick(stranger, "old")["score"], utility(&aged(31.0), 1.0));
    close(&pick(stranger, "dear")["score"], utility(&aged(2.0), 3.0));
    // "cup" was clicked by two others, one and two days ago. Each user's first click counts half: demand with half-life
    // h is (2^(-1d/h) + 2^(-2d/h)) / 2, and the feature ln(1 + 3·demand).
    let demand = |days: f64| (1.0 + 1.5 * ((-1.0 / days).exp2() + (-2.0 / days).exp2())).ln();
    let trends =
        [("trend.1h", 1.0 / 24.0), ("trend.6h", 0.25), ("trend.1d", 1.0), ("trend.7d", 7.0), ("trend.30d", 30.0)]
            .map(|(name, h)| (name, demand(h)));
    close(&pick(stranger, "cup")["score"], utility(&[&aged(3.0)[..], &trends].concat(), 1.0));
    // The user who saved green tea gets a similar item, although "news" is newer.
    assert_eq!(items(&found[0])[0], "spring");
    assert!(pick(&found[0], "spring")["reasons"].as_array().unwrap().iter().any(|row| row["facet"] == "tag:绿茶"));
}

#[test]
fn groups_follow_every_aggregation() {
    let found = golden("group");
    // The group has no history, so its utilities aggregate its members' (Masthoff 2015). Decisions 0-2 are the
    // members', within the group; 3-7 the group's, one per aggregation.
    let members = &found[..3];
    let utility = |member: &Json, item: &str| pick(member, item)["score"].as_f64().unwrap();
    let points = |member: &Json, item: &str| {
        let others: Vec<f64> = items(member).iter().map(|other| utility(member, other)).collect();
        let own = utility(member, item);
        let below = others.iter().filter(|other| **other < own).count() as f64;
        let ties = others.iter().filter(|other| **other == own).count() as f64 - 1.0;
        (below + ties / 2.0) / (others.len() as f64 - 1.0)
    };
    let mean = |of: &dyn Fn(&Json) -> f64| members.iter().map(of).sum::<f64>() / 3.0;
    for item in ["tea", "mask", "serum", "coupon"] {
        let all: Vec<f64> = members.iter().map(|member| utility(member, item)).collect();
        let lowest = all.iter().copied().fold(f64::INFINITY, f64::min);
        let miserable = members.iter().any(|member| {
            let whole: f64 = items(member).iter().map(|other| utility(member, other)).sum();
            utility(member, item) < 0.5 * whole / items(member).len() as f64
        });
        close(&pick(&found[3], item)["score"], mean(&|member| utility(member, item)));
        close(&pick(&found[4], item)["score"], lowest);
        close(&pick(&found[5], item)["score"], all.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        close(&pick(&found[6], item)["score"], if miserable { lowest } else { mean(&|member| utility(member, item)) });
        close(&pick(&found[7], item)["score"], mean(&|member| points(member, item)));
    }
    assert_eq!(found[7]["picks"][0]["reasons"][0]["code"], "borda");
    // The last group shared two items, one of them a long half-life of 60 days ago: m = 5·(1 + ½), and its own history
    // weighs 0.95·m / (m + 2). The bias amount is the same for it and its members, by the objective
    // of its purpose.
    let own = 0.95 * 7.5 / 9.5;
    let serum = pick(&found[8], "serum");
    let objective = [("click", 1.0), ("like", 2.0), ("save", 1.0), ("comment", 6.0), ("share", 4.0), ("dismiss", -5.0)];
    close(&serum["reasons"][0]["amount"], objective.map(|(kind, worth)| worth * sigmoid(shipped(kind).0)).iter().sum());
    let chance = |pick: &Json| pick["chances"]["share"].as_f64().unwrap();
    let members = [&found[9], &found[10]].map(|member| chance(pick(member, "serum"))).iter().sum::<f64>() / 2.0;
    let alone = chance(pick(&found[11], "serum"));
    close(&serum["chances"]["share"], own * alone + (1.0 - own) * members);
}

#[test]
fn rules_refuse_items_or_silence_a_decision() {
    let found = golden("rules");
    // Computed by hand from the items' fields: now is 2026-03-31 12:00 in Beijing, 1774929600000.
    let noon: i64 = 1_774_929_600_000;
    let hour = 3_600_000;
    let refused = |decision: &Json| -> Vec<(String, String, Option<i64>)> {
        let row = |row: &Json| {
            (row["item"].as_str().unwrap().to_owned(), row["rule"].as_str().unwrap().to_owned(), row["until"].as_i64())
        };
        decision["refused"].as_array().unwrap().iter().map(row).collect()
    };
    let expected = [
        ("hidden", "hidden", None),
        ("tomorrow", "schedule.unpublished", Some(noon + 12 * hour)),
        ("evening", "schedule.not-started", Some(noon + 8 * hour)),
        ("over", "schedule.expired", None),
        ("regulars", "audience.tags", None),
        ("not-here", "audience.not", None),
        // Sent at 11:00 to this user; at most once in 24 hours.
        ("daily", "cap.user", Some(noon + 23 * hour)),
        ("last-coupon", "cap.total", None),
        // Clicked at 10:00; may come again after seven days.
        ("clicked", "seen", Some(noon - 2 * hour + 7 * 24 * hour)),
        ("unwanted", "exclude", None),
    ];
    assert_eq!(refused(&found[0]), expected.map(|(item, rule, until)| (item.to_owned(), rule.to_owned(), until)));
    assert_eq!(items(&found[0]), ["first", "plain"]);
    // At 23:00 the users' quiet hours have begun; they end at 09:00. The group's message of the day was sent.
    assert_eq!(
        (found[1]["silent"]["rule"].as_str(), found[1]["silent"]["until"].as_i64()),
        (Some("quiet-hours"), Some(noon + 21 * hour))
    );
    assert_eq!(
        (found[2]["silent"]["rule"].as_str(), found[2]["silent"]["until"].as_i64()),
        (Some("cadence.group"), Some(noon + 12 * hour))
    );
    assert!(found[1..].iter().all(|decision| decision["picks"].as_array().unwrap().is_empty()));
}

/// Feature names are fixed: display texts elsewhere refer to them.
#[test]
fn features_keep_their_names() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/features.json");
    let names = nextpick::internals::feature_names();
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(path, serde_json::to_string_pretty(&names).unwrap() + "\n").unwrap();
    }
    let kept: Vec<String> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!(names, kept);
}

#[test]
fn chinese_terms_and_neighbours_give_evidence() {
    let found = golden("chinese");
    // 2 subjects liked 龙井 (4 likes) and the kettle (3), and nothing else: per pair 1/√2, rounded to 1, and 1/2. The
    // kettle has no other evidence: it shares no term with 龙井, and only these two families take part.
    let crowd = (1.0 + 30.0 * 2.0 / 9.0f64.sqrt()).ln();
    let near = (1.0 + 1e4 * (2.0 * 0.5 / 9.0) / 8.0f64.sqrt()).ln();
    let (_, weights) = shipped("click");
    let kettle = weights["neighbours.crowd"] * crowd + weights["neighbours.near"] * near;
    assert!((evidence(pick(&found[0], "kettle")) - kettle).abs() < 1e-9);
    assert_eq!(pick(&found[0], "kettle")["reasons"][1]["from"], "longjing");
    // 换季护肤 is 换季, 季护, 护肤. The serum has 护肤 of these, the mask none; full-width ＡＰＰ is app.
    let facets = |item: &str| -> Vec<String> {
        let rows = pick(&found[1], item)["reasons"].as_array().unwrap().clone();
        let mut facets: Vec<String> = rows.iter().filter_map(|row| Some(row["facet"].as_str()?.to_owned())).collect();
        facets.sort();
        facets.dedup();
        facets
    };
    assert_eq!(facets("serum"), ["term:护肤"]);
    assert_eq!(facets("app"), ["term:app"]);
    // One like in a history of one: affinity is s / (s + 5) with s = weight·2^(-age/h), times the cosine of the item's
    // terms. `app` has one term, so the cosine is that term's weight in the unit row: idf = ln(1 + items/holders).
    let idf = |holders: f64| (1.0f64 + 8.0 / holders).ln();
    let row = [idf(1.0), idf(1.0), idf(2.0), idf(2.0)];
    let cosine = row[3] / row.iter().map(|w| w * w).sum::<f64>().sqrt();
    let strength = |days: f64| {
        let strong = 3.0 * (-1.0 / days).exp2();
        strong / (strong + 5.0)
    };
    let expected = weights["terms.short"] * strength(3.0) * cosine + weights["terms.long"] * strength(60.0) * cosine;
    assert!(
        (evidence(pick(&found[1], "app")) - expected).abs() < 1e-9,
        "{} {expected}",
        evidence(pick(&found[1], "app"))
    );
}

#[test]
fn softmax_draws_by_seed_after_the_diversity_penalty() {
    let found = golden("softmax");
    // Decision 0 is greedy and shows every utility: score plus diversity penalty.
    let amount = |pick: &Json, code: &str| {
        pick["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["code"] == code)
            .map(|row| row["amount"].as_f64().unwrap())
            .sum::<f64>()
    };
    let utilities: BTreeMap<&str, f64> = items(&found[0])
        .into_iter()
        .map(|item| {
            let pick = pick(&found[0], item);
            (item, pick["score"].as_f64().unwrap() - amount(pick, "diversity"))
        })
        .collect();
    let n = utilities.len() as f64;
    let mean = utilities.values().sum::<f64>() / n;
    let spread = (utilities.values().map(|u| (u - mean) * (u - mean)).sum::<f64>() / n).sqrt();
    // Decisions 1-3 draw with temperature 2 and three seeds: exp(U / (2·std dev)) over the sum.
    let weight = |item: &str| (utilities[item] / (2.0 * spread)).exp();
    let whole: f64 = utilities.keys().map(|item| weight(item)).sum();
    for decision in &found[1..4] {
        let first = &decision["picks"][0];
        close(&first["propensity"], weight(first["item"].as_str().unwrap()) / whole);
    }
    let firsts: Vec<&str> = found[1..4].iter().map(|decision| items(decision)[0]).collect();
    assert!(firsts.iter().any(|first| *first != firsts[0]), "three seeds give more than one first pick: {firsts:?}");
    // "a2" equals "a1" in all facets: its penalty is diversity times the standard deviation, rounded to eight bits.
    assert_eq!(items(&found[0])[0], "a1");
    let unit = (spread.log2().floor() - 7.0).exp2();
    close(&Json::from(amount(pick(&found[0], "a2"), "diversity")), -0.5 * (spread / unit).round() * unit);
}

#[test]
fn formatting_keeps_the_tokens() {
    let json = r#"{"a":[1,2.50,{"b":"x, \"y\": [z]","c":"\\"}],"d":{},"e":[],"f":"茶"}"#;
    for indent in [0, 100, 118] {
        assert_eq!(compact(&formatted(json, indent)), json);
    }
}

/// Targets of the golden of off-policy evaluation.
const TARGETS: [&str; 2] =
    [r#"{"policy":{"type":"greedy"}}"#, r#"{"config":{"repeats":{"afterDays":3},"diversity":0.1}}"#];

/// Returns a log with the ids that its decisions have in this version: an id contains a digest of the state.
fn with_present_ids(log: &str) -> String {
    let read = |line: &str| Value::from_json(line, "log").unwrap();
    let sent = |line: &str| match field(&read(line), "accept") {
        Value::Null => None,
        accepted => Some(Sent::read(accepted, "accept").unwrap()),
    };
    let (mut recommender, mut renewed) = (Recommender::new(Value::Null).unwrap(), log.to_owned());
    let decisions: Vec<(usize, Sent)> =
        log.lines().enumerate().filter_map(|(n, line)| Some((n, sent(line)?))).collect();
    for position in 0..log.lines().count() {
        // Decided before the entry at this position; the entries of a batch follow its state.
        let made_here = |(n, sent): &&(usize, Sent)| sent.log_position.map_or(*n, |at| at as usize) == position;
        for (_, Sent { id, user, group, at, request, .. }) in decisions.iter().filter(made_here) {
            let logged = request.as_ref().expect("each decision of the log has a request");
            let request = logged.for_recipient(user.clone(), group.clone(), *at);
            let decision = recommender.recommend(&request, Options::default()).unwrap();
            renewed = renewed.replace(id.as_str(), &decision.id);
        }
        let line = renewed.lines().nth(position).unwrap().to_owned();
        let entry = read(&line);
        if line.starts_with("{\"config\"") {
            recommender = Recommender::new(field(&entry, "config")).unwrap();
        }
        recommender.put_items(each(&entry, "records", Item::read));
        recommender.observe_all(each(&entry, "observe", Interaction::read));
        sent(&line).iter().for_each(|sent| assert!(recommender.accept(sent).unwrap().accepted));
    }
    renewed
}

/// A log of 204 decisions by three policies, with the reports on two targets; `tests/node/off-policy.test.mjs` and
/// `tests/browser/goldens.test.mjs` compare the module with the same bytes.
#[test]
fn reports_of_off_policy_evaluation_are_the_same_on_every_host() {
    let path_of_log = path("studies/off-policy-log").with_extension("jsonl");
    let mut log = fs::read_to_string(&path_of_log).unwrap();
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        log = with_present_ids(&log);
        fs::write(&path_of_log, &log).unwrap();
    }
    let entries: Vec<Value> = log.lines().map(|line| Value::from_json(line, "log").unwrap()).collect();
    let read = |json: &str| Value::from_json(json, "").unwrap();
    let report = |target: &str| {
        let settings = nextpick::OffPolicySettings {
            question: nextpick::OffPolicyQuestion::read(read(r#"{"from":1767574800000}"#), "").unwrap(),
            target: nextpick::OffPolicyTarget::read(read(target), "target").unwrap(),
            model: None,
            snapshot: None,
            by_kind: false,
        };
        let report = nextpick::evaluate_off_policy(settings, || entries.clone(), &mut |_, _| {}).unwrap();
        format!("{{\"target\":{target},\"report\":{}}}\n", nextpick::internals::json(&report))
    };
    let reports: String = TARGETS.into_iter().map(report).collect();
    let golden = path("studies/off-policy-reports").with_extension("jsonl");
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(&golden, &reports).unwrap();
    }
    assert_eq!(reports, fs::read_to_string(golden).unwrap());
    assert!(reports.contains(r#""exact":204,"close":0"#), "every decision is reconstructed");
}
