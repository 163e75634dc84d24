//! Funnels and referrals: a nested loop over all rows gives the same figures, in any order of lines; the parts of a log that
//! is split by recipient add up.

use std::collections::{BTreeMap, BTreeSet};

use nextpick::Config;
use nextpick::Group;
use nextpick::Interaction;
use nextpick::Item;
use nextpick::StudyLogBuilder;
use nextpick::Value;
use nextpick::internals::DAY;
use nextpick::{FunnelRequest, funnel};
use nextpick::{ReferralRequest, referral_leaders};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::world::cases;

const KINDS: [&str; 4] = ["impression", "click", "convert", "invited"];
const START: i64 = 20_000 * DAY;

fn value(json: &Json) -> Value {
    Value::from_json(&json.to_string(), "").unwrap()
}

/// Reads the lines of a log: messages first, then interactions.
type Log = (Vec<Json>, Vec<Json>);

fn read(lines: &[(bool, &Json)]) -> nextpick::StudyLog {
    let mut log = StudyLogBuilder::new();
    log.configure(&Config::read(Value::Null).unwrap());
    for (n, (play, role)) in
        [("group-buy", "traffic"), ("lottery", "hit"), ("lottery", "profit")].into_iter().enumerate()
    {
        let item = json!({ "id": format!("i{n}"), "play": play, "role": role, "stage": "convert" });
        log.world().put_items(vec![Item::read(value(&item), "").unwrap()]);
    }
    log.world().put_groups(vec![Group::read(value(&json!({ "id": "g0", "purpose": "care" })), "").unwrap()]);
    for (is_sent, line) in lines {
        match is_sent {
            true => log.push_message(value(line), "sent").unwrap(),
            false => log.push_interaction(&Interaction::read(value(line), "").unwrap()),
        }
    }
    log.finish()
}

fn lines((sent, interactions): &Log) -> Vec<(bool, &Json)> {
    sent.iter().map(|line| (true, line)).chain(interactions.iter().map(|line| (false, line))).collect()
}

fn report(lines: &[(bool, &Json)], request: &Json) -> Json {
    let request = FunnelRequest::read(value(request), "request").unwrap();
    serde_json::to_value(funnel(&read(lines), &request).unwrap()).unwrap()
}

/// Generates a message to a user in private, a user within a group, or a group; some items are not in the library.
fn message() -> impl Strategy<Value = Json> {
    let to = (0..3usize, 0..4usize, 0..2usize);
    (to, 0..20 * 24i64, prop::collection::btree_set(0..4usize, 1..3), 0..3usize, 0..3usize).prop_map(
        |((kind, user, group), hour, items, tier, step)| {
            let mut subject = json!({});
            if kind < 2 {
                subject["user"] = json!(format!("u{user}"));
            }
            if kind > 0 {
                subject["group"] = json!(format!("g{group}"));
            }
            let picks: Vec<Json> = items.iter().map(|item| json!({ "item": format!("i{item}") })).collect();
            let mut sent = json!({ "id": "", "subject": subject, "at": START + hour * DAY / 24, "picks": picks });
            sent["variants"] = json!({ "x": if hour % 2 == 0 { "a" } else { "b" } });
            if tier > 0 {
                sent["tier"] = json!(["", "loyal", "lapsed"][tier]);
            }
            if step > 0 {
                sent["step"] = json!({ "journey": "welcome", "step": format!("day-{step}"), "enteredAt": 1 });
            }
            sent
        },
    )
}

/// Generates an interaction that names one of the messages, an unknown one, or none. Without a message, its recipient is a
/// user in private or a group, so that it belongs to one recipient.
fn interaction() -> impl Strategy<Value = Json> {
    let named = (0..3usize, any::<prop::sample::Index>());
    (named, 0..25 * 24i64, 0..4usize, 0..6usize, 0..5usize, 0..3u32).prop_map(
        |((names, which), hour, kind, user, item, value)| {
            let mut line = json!({ "kind": KINDS[kind], "at": START + hour * DAY / 24 + 1 });
            let user = if user < 4 { Some(format!("u{user}")) } else { None };
            match names {
                0 => line["decision"] = json!("nobody's"),
                1 => line["decision"] = json!({ "index": which.index(1000) }),
                _ => {}
            }
            match &user {
                Some(user) => line["user"] = json!(user),
                None => line["group"] = json!("g0"),
            }
            if item < 4 {
                line["item"] = json!(format!("i{item}"));
            }
            if value > 0 {
                line["value"] = json!(0.1 * f64::from(value));
            }
            line
        },
    )
}

fn log() -> impl Strategy<Value = Log> {
    (prop::collection::vec(message(), 1..25), prop::collection::vec(interaction(), 0..60)).prop_map(
        |(mut sent, mut log)| {
            sent.iter_mut().enumerate().for_each(|(n, sent)| sent["id"] = json!(format!("d{n}")));
            for line in log.iter_mut().filter(|line| line["decision"].is_object()) {
                let index = line["decision"]["index"].as_u64().unwrap() as usize % sent.len();
                line["decision"] = json!(format!("d{index}"));
            }
            (sent, log)
        },
    )
}

const KEYS: [&str; 13] = [
    "item", "group", "tier", "variant", "journey", "step", "channel", "purpose", "stage", "play", "role", "day", "week",
];

fn request() -> impl Strategy<Value = Json> {
    let window = prop::sample::select(vec![0.5, 2.0, 7.0]);
    (prop::sample::subsequence(KEYS.to_vec(), 0..3), window, any::<[bool; 3]>()).prop_map(
        |(by, window, [from, to, items])| {
            let mut request = json!({ "by": by, "withinDays": window, "kinds": ["impression", "click", "convert"] });
            if from {
                request["from"] = json!(START + 5 * DAY);
            }
            if to {
                request["to"] = json!(START + 15 * DAY);
            }
            if items {
                request["items"] = json!({ "role": ["hit", "profit"] });
            }
            request
        },
    )
}

/// Computes the report by a nested loop over messages and interactions.
fn oracle((sent, interactions): &Log, request: &Json) -> Json {
    let window = (request["withinDays"].as_f64().unwrap() * DAY as f64) as i64;
    let [from, to] =
        [("from", i64::MIN), ("to", i64::MAX - window)].map(|(name, or)| request[name].as_i64().unwrap_or(or));
    let role =
        |item: &str| ["traffic", "hit", "profit"].into_iter().zip(["i0", "i1", "i2"]).find(|(_, id)| *id == item);
    let selects = |item: &str| {
        request["items"].is_null() || role(item).is_some_and(|(role, _)| role == "hit" || role == "profit")
    };
    let by: Vec<&str> = request["by"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    let is_by_item = by.iter().any(|key| ["item", "stage", "play", "role"].contains(key));
    let at = |line: &Json| line["at"].as_i64().unwrap();
    let items = |sent: &Json| -> Vec<String> {
        sent["picks"].as_array().unwrap().iter().map(|pick| pick["item"].as_str().unwrap().to_owned()).collect()
    };
    let is_selected = |sent: &Json| (from..=to).contains(&at(sent)) && items(sent).iter().any(|item| selects(item));
    let date = |day: i64| {
        let mut date = (1970, 1, 1);
        let length = |(year, month, _): (i64, usize, i64)| {
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        };
        for _ in 0..day {
            date.2 += 1;
            if date.2 > length(date) {
                date = if date.1 == 12 { (date.0 + 1, 1, 1) } else { (date.0, date.1 + 1, 1) };
            }
        }
        format!("{:04}-{:02}-{:02}", date.0, date.1, date.2)
    };
    let key_of = |sent: &Json, item: &str| -> Vec<Option<String>> {
        let day = (at(sent) + 8 * DAY / 24).div_euclid(DAY);
        let text = |json: &Json| json.as_str().map(str::to_owned);
        let known = |field: &str| {
            role(item).map(|(role, id)| match field {
                "role" => role.to_owned(),
                "stage" => "convert".to_owned(),
                _ => if id == "i0" { "group-buy" } else { "lottery" }.to_owned(),
            })
        };
        by.iter()
            .map(|key| match *key {
                "item" => Some(item.to_owned()),
                "group" => text(&sent["subject"]["group"]),
                "tier" => text(&sent["tier"]),
                "variant" => text(&sent["variants"]["x"]),
                "journey" => text(&sent["step"]["journey"]),
                "step" => text(&sent["step"]["step"]).map(|step| format!("welcome/{step}")),
                "purpose" => (sent["subject"]["group"] == "g0").then(|| "care".to_owned()),
                "channel" => None,
                "day" => Some(date(day)),
                "week" => Some(date(day - (day + 3).rem_euclid(7))),
                field => known(field),
            })
            .collect()
    };
    #[derive(Default)]
    struct Tally {
        messages: usize,
        clusters: BTreeSet<String>,
        counts: BTreeMap<&'static str, (usize, usize, f64, bool)>,
    }
    let mut rows: BTreeMap<Vec<Option<String>>, Tally> = BTreeMap::new();
    for message in sent.iter().filter(|message| is_selected(message)) {
        let all = items(message);
        let units: Vec<&String> =
            if is_by_item { all.iter().filter(|item| selects(item)).collect() } else { vec![&all[0]] };
        for unit in units {
            let row = rows.entry(key_of(message, unit)).or_default();
            row.messages += 1;
            let subject = &message["subject"];
            let cluster = if subject["group"].is_null() { &subject["user"] } else { &subject["group"] };
            row.clusters.insert(cluster.as_str().unwrap().to_owned());
            for kind in ["impression", "click", "convert"] {
                let mut users = BTreeSet::new();
                for line in interactions.iter().filter(|line| line["kind"] == kind && line["decision"] == message["id"])
                {
                    let is_in_time = (0..=window).contains(&(at(line) - at(message)));
                    let is_of_unit = !is_by_item || line["item"].is_null() || line["item"] == unit.as_str();
                    if is_in_time && is_of_unit {
                        users.insert(line["user"].to_string());
                        let tally = row.counts.entry(kind).or_default();
                        tally.1 += 1;
                        tally.2 += line["value"].as_f64().unwrap_or(0.0);
                        tally.3 |= !line["value"].is_null();
                    }
                }
                row.counts.entry(kind).or_default().0 += users.len();
            }
        }
    }
    let mut attribution = BTreeMap::from(
        ["responses", "attributed", "unknownDecision", "beforeSend", "afterWindow", "withoutDecision"]
            .map(|name| (name, 0)),
    );
    for line in interactions.iter().filter(|line| line["kind"] != "invited") {
        let link = match sent.iter().find(|sent| sent["id"] == line["decision"]) {
            Some(message) if !is_selected(message) => continue,
            Some(message) => match at(line) - at(message) {
                age if age < 0 => "beforeSend",
                age if age > window => "afterWindow",
                _ => "attributed",
            },
            None if !line["decision"].is_null() => {
                if !(from..=to + window).contains(&at(line)) {
                    continue;
                }
                "unknownDecision"
            }
            None => {
                let was_sent = sent.iter().filter(|message| is_selected(message)).any(|message| {
                    let subject = &message["subject"];
                    let is_to = match subject["user"].is_null() {
                        true => subject["group"] == line["group"],
                        false => subject["user"] == line["user"],
                    };
                    let has = items(message).iter().any(|item| line["item"] == item.as_str());
                    is_to && has && (0..=window).contains(&(at(line) - at(message)))
                });
                if !was_sent {
                    continue;
                }
                "withoutDecision"
            }
        };
        *attribution.get_mut(link).unwrap() += 1;
        *attribution.get_mut("responses").unwrap() += 1;
    }
    let row = |(key, tally): (Vec<Option<String>>, Tally)| {
        let named = by.iter().zip(key).filter_map(|(name, value)| Some(((*name).to_owned(), json!(value?))));
        let outcomes: Vec<Json> = ["impression", "click", "convert"].into_iter().map(|kind| {
            let (users, count, value, has_value) = tally.counts.get(kind).copied().unwrap_or_default();
            let mut outcome = json!({ "kind": kind, "users": users, "count": count, "rate": users as f64 / tally.messages as f64 });
            if has_value {
                outcome["value"] = json!(value);
            }
            outcome
        }).collect();
        json!({ "key": named.collect::<serde_json::Map<_, _>>(), "messages": tally.messages, "clusters": tally.clusters.len(), "outcomes": outcomes })
    };
    json!({ "rows": rows.into_iter().map(row).collect::<Vec<_>>(), "attribution": attribution })
}

/// Removes intervals, and rounds sums of values, which the oracle adds in another order.
fn plain(mut report: Json) -> Json {
    for row in report["rows"].as_array_mut().unwrap() {
        for outcome in row["outcomes"].as_array_mut().unwrap() {
            outcome.as_object_mut().unwrap().remove("interval");
            if let Some(value) = outcome["value"].as_f64() {
                outcome["value"] = json!((value * 1e6).round());
            }
            if outcome["value"].is_null() {
                outcome.as_object_mut().unwrap().remove("value");
            }
        }
    }
    report
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn a_funnel_is_that_of_a_nested_loop(log in log(), request in request()) {
        let found = report(&lines(&log), &request);
        let parts = ["attributed", "unknownDecision", "beforeSend", "afterWindow", "withoutDecision"];
        let sum: u64 = parts.iter().map(|part| found["attribution"][part].as_u64().unwrap()).sum();
        prop_assert_eq!(Some(sum), found["attribution"]["responses"].as_u64());
        prop_assert_eq!(plain(found), plain(oracle(&log, &request)));
    }

    #[test]
    fn any_order_of_lines_gives_the_same_bytes(log in log(), request in request(), seed in any::<u64>()) {
        let mut lines = lines(&log);
        let before = report(&lines, &request).to_string();
        let leaders = |lines: &[(bool, &Json)]| {
            let request = json!({ "from": START, "to": START + 30 * DAY });
            nextpick::internals::json(&referral_leaders(&read(lines), &ReferralRequest::read(value(&request), "").unwrap()))
        };
        let leaders_before = leaders(&lines);
        let mut random = nextpick::internals::Random::new(seed);
        (1..lines.len()).rev().for_each(|n| lines.swap(n, random.below(n + 1)));
        prop_assert_eq!(report(&lines, &request).to_string(), before);
        prop_assert_eq!(leaders(&lines), leaders_before);
    }

    #[test]
    fn a_log_that_is_split_between_recipients_adds_up(log in log()) {
        let request = json!({ "withinDays": 2, "kinds": ["click", "convert"] });
        let is_first = |line: &Json| {
            let message = log.0.iter().find(|sent| sent["id"] == line["decision"] && !line["decision"].is_null());
            let subject = message.map_or(line, |message| &message["subject"]);
            let subject = if line["subject"].is_object() { &line["subject"] } else { subject };
            subject["user"] == "u0" || subject["user"] == "u1"
        };
        let lines = lines(&log);
        let (first, second): (Vec<_>, Vec<_>) = lines.iter().copied().partition(|(_, line)| is_first(line));
        let [first, second, whole] = [&first, &second, &lines].map(|lines| report(lines, &request));
        let number = |report: &Json, path: &str| report.pointer(path).and_then(Json::as_f64).unwrap_or(0.0);
        for path in [
            "/rows/0/messages", "/rows/0/outcomes/0/users", "/rows/0/outcomes/0/count", "/rows/0/outcomes/1/users",
            "/attribution/responses", "/attribution/attributed", "/attribution/unknownDecision",
            "/attribution/beforeSend", "/attribution/afterWindow", "/attribution/withoutDecision",
        ] {
            prop_assert_eq!(number(&first, path) + number(&second, path), number(&whole, path), "{}", path);
        }
    }
}

#[test]
fn a_funnel_by_variant_needs_the_experiment_if_there_are_several() {
    let sent = json!({ "id": "d", "subject": { "user": "u" }, "at": 1, "picks": [{ "item": "i" }], "variants": { "x": "a", "y": "b" } });
    let log = read(&[(true, &sent)]);
    let rows = |request: &Json| funnel(&log, &FunnelRequest::read(value(request), "request").unwrap());
    let error = rows(&json!({ "by": ["variant"] })).unwrap_err();
    assert_eq!((error.path.as_str(), error.rule.contains("x, y")), ("request.experiment", true));
    let found = rows(&json!({ "by": ["variant"], "experiment": "y" })).unwrap();
    assert_eq!(found.rows[0].key, [("variant", "b".to_owned())]);
}

#[test]
fn a_request_is_checked() {
    for (request, path) in [
        (json!({ "by": ["item", "item"] }), "request.by[1]"),
        (json!({ "by": ["user"] }), "request.by[0]"),
        (json!({ "kinds": [] }), "request.kinds"),
        (json!({ "kinds": ["click", "click"] }), "request.kinds[1]"),
        (json!({ "withinDays": 0 }), "request.withinDays"),
        (json!({ "items": { "role": [] } }), "request.items.role"),
        (json!({ "since": 1 }), "request.since"),
    ] {
        assert_eq!(FunnelRequest::read(value(&request), "request").unwrap_err().path, path);
    }
}
