//! Fitted models: they are the same after reading bytes and snapshots with other indices; corrupt bytes are refused or
//! harmless.

use nextpick::internals::ImpressionLog;
use nextpick::internals::Trainer;
use nextpick::internals::checksum;
use nextpick::internals::fit_log;
use nextpick::internals::model_bytes;
use nextpick::{Code, FitSettings, Impression, Interaction, Item, Model, Recommender, Value};
use serde_json::json;

use crate::world::{NOW, interactions, read, text};

const SUM: std::ops::Range<usize> = 12..28;

fn items() -> Vec<Item> {
    let item =
        |n: i64| json!({ "id": format!("i{n}"), "tags": [format!("t{}", n % 3)], "publishedAt": NOW - n * 1000 });
    (0..9).map(|n| read(&item(n), Item::read)).collect()
}

/// Generates a log in which every user is shown each item in turn; u0 likes t0, u1 likes t1, u2 likes t2.
fn log(rounds: i64) -> Vec<Interaction> {
    let mut log = Vec::new();
    for n in 0..rounds * 9 {
        for user in 0..3 {
            let (item, at) = (format!("i{}", n % 9), NOW - (rounds * 9 - n) * 60_000 + user);
            let did = |kind: &str, at: i64| json!({ "user": format!("u{user}"), "item": item, "kind": kind, "at": at });
            log.push(did("impression", at));
            if n % 3 == user {
                log.push(did(if n % 2 == 0 { "click" } else { "watched" }, at + 10));
            }
        }
    }
    interactions(&log)
}

fn fitted(rounds: i64) -> (Vec<u8>, nextpick::FitReport) {
    fitted_to(&log(rounds))
}

fn fitted_to(log: &[Interaction]) -> (Vec<u8>, nextpick::FitReport) {
    let wanted = read(&json!({ "seed": 3 }), FitSettings::read);
    let mut trainer = Trainer::new(&wanted.config, wanted.families);
    trainer.change_world().put_items(items());
    let log = log.iter().map(|interaction| trainer.index(interaction)).collect();
    let report = fit_log(&mut trainer, log, &wanted, &mut |_, _| ()).unwrap();
    (model_bytes(trainer.model(), trainer.world()), report)
}

/// Returns a recommender with other indices than the trainer's.
fn recommender() -> Recommender {
    let mut recommender = Recommender::new(Value::Null).unwrap();
    let mut log = log(2);
    log.reverse();
    recommender.observe_all(log);
    recommender.put_items(items());
    recommender
}

fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = checksum("model", &bytes[SUM.end..]).to_le_bytes();
    bytes[SUM].copy_from_slice(&sum);
    bytes
}

#[test]
fn a_model_decides_and_round_trips_with_other_indices() {
    let (bytes, report) = fitted(12);
    assert!(report.kinds.iter().any(|kind| kind.kind == "click" && kind.came > 30), "{report:?}");
    let mut recommender = recommender();
    assert_eq!(recommender.model_bytes(), None, "the shipped weights need no bytes");
    let request = json!({ "user": "u1", "now": NOW, "count": 3 });
    let shipped = text(&mut recommender, &request);
    recommender.use_model(&bytes).unwrap();
    assert_eq!(recommender.model_bytes().unwrap(), bytes);
    let decision = text(&mut recommender, &request);
    assert_ne!(decision, shipped);
    assert!(decision.contains(&format!("\"model\":\"{}\"", report.model)), "{decision}");

    let snapshot = recommender.to_snapshot();
    let mut again = Recommender::from_snapshot(&snapshot).unwrap();
    assert_eq!(text(&mut again, &request), decision);
    assert!(again.to_snapshot() == snapshot);
    assert_eq!(again.model_bytes().unwrap(), bytes);
}

#[test]
fn an_uninformative_log_gives_the_shipped_weights_and_a_warning_for_every_kind() {
    let wanted = read(&json!({}), FitSettings::read);
    for log in [
        json!([{ "user": "u", "kind": "joined", "at": 5 }]),
        json!([{ "user": "u", "item": "i0", "kind": "click", "at": 5 }]),
    ] {
        let mut trainer = Trainer::new(&wanted.config, wanted.families);
        trainer.change_world().put_items(items());
        let log = interactions(log.as_array().unwrap());
        let log = log.iter().map(|interaction| trainer.index(interaction)).collect();
        let report = fit_log(&mut trainer, log, &wanted, &mut |_, _| ()).unwrap();
        assert!(report.kinds.iter().all(|kind| {
            report.warnings.iter().any(|warning| (&warning.kind, warning.of) == (&kind.kind, kind.of))
        }));
        let (shipped, click) = (Model::shipped(&trainer.world().kinds), trainer.world().kinds.index("click").unwrap());
        let (row, prior) = (trainer.model().row(click, true), shipped.row(click, true));
        assert!((row.bias - prior.bias).abs() < 0.5, "{} {}", row.bias, prior.bias);
        for (weight, prior) in row.weights.iter().zip(&prior.weights) {
            assert!((weight - prior).abs() < 0.05, "{weight} {prior}");
        }
    }
    let mut trainer = Trainer::new(&wanted.config, wanted.families);
    assert_eq!(fit_log(&mut trainer, Vec::new(), &wanted, &mut |_, _| ()).unwrap_err().code, Code::Missing);
}

/// Generates a log in which three users are shown every item in turn and like one tag each; in the last fifth they like
/// other tags.
fn log_that_turns() -> Vec<Interaction> {
    let mut log = Vec::new();
    for n in 0..40 * 9 {
        for user in 0..3 {
            let (item, at) = (format!("i{}", n % 9), NOW - (40 * 9 - n) * 60_000 + user);
            let did = |kind: &str, at: i64| json!({ "user": format!("u{user}"), "item": item, "kind": kind, "at": at });
            log.push(did("impression", at));
            if (n % 3 == user) == (n < 32 * 9) {
                log.push(did("click", at + 10));
            }
        }
    }
    interactions(&log)
}

#[test]
fn a_warning_names_each_kind_that_uses_shipped_weights() {
    for (_, report) in [fitted_to(&log_that_turns()), fitted(40)] {
        for kind in &report.kinds {
            let names = |warning: &nextpick::FitWarning| (&*warning.kind, warning.of) == (&*kind.kind, kind.of);
            let is_warned = report.warnings.iter().any(|warning| warning.code == "shipped" && names(warning));
            assert_eq!(is_warned, kind.share < 1.0, "{kind:?}");
        }
    }
}

#[test]
fn the_order_in_which_a_log_arrives_changes_no_share_and_no_weight() {
    let mut log = log_that_turns();
    let (in_order, report) = fitted_to(&log);
    log.reverse();
    let (reversed, again) = fitted_to(&log);
    assert_eq!(report, again);
    assert_eq!(in_order, reversed);
}

#[test]
fn cut_altered_and_foreign_bytes_are_refused_and_change_nothing() {
    let (bytes, _) = fitted(2);
    let mut recommender = recommender();
    let before = recommender.to_snapshot();
    for cut in (0..bytes.len()).step_by(7) {
        assert_eq!(recommender.use_model(&bytes[..cut]).unwrap_err().code, Code::Snapshot);
        let mut altered = bytes.clone();
        altered[cut] ^= 0x10;
        assert_eq!(recommender.use_model(&altered).unwrap_err().code, Code::Snapshot);
    }
    assert!(recommender.use_model(&before).unwrap_err().to_string().contains("`np-model`"));
    assert!(Recommender::from_snapshot(&bytes).unwrap_err().to_string().contains("`nextpick`"));
    // Corrupt bytes with a valid checksum are refused or work.
    let mut target = Recommender::from_snapshot(&before).unwrap();
    for at in (SUM.end..bytes.len()).step_by(11) {
        for byte in [0, 0x7f, 0xff] {
            let mut altered = bytes.clone();
            altered[at] = byte;
            match target.use_model(&sealed(altered)) {
                Ok(()) => drop(text(&mut target, &json!({ "user": "u1", "now": NOW, "count": 3 }))),
                Err(error) => assert!([Code::Snapshot, Code::Unknown].contains(&error.code), "{error}"),
            }
        }
    }
    assert!(recommender.to_snapshot() == before);
}

/// Files of the format without effects of items, written by the version before.
#[test]
fn models_and_snapshots_of_the_format_before_are_read_with_their_weights() {
    let mut from_file = Recommender::new(nextpick::Value::Null).unwrap();
    from_file.use_model(include_bytes!("../data/model-3.bin")).unwrap();
    let from_snapshot = Recommender::from_snapshot(include_bytes!("../data/snapshot-9-fitted.bin")).unwrap();
    let [of_file, of_snapshot] = [&from_file, &from_snapshot].map(|recommender| recommender.model_bytes().unwrap());
    assert!(of_file == of_snapshot);
    assert_eq!(of_file[8], 4, "written in the present version");
    assert!(of_file.windows(15).any(|bytes| bytes == b"fitted-33861318"), "the model keeps its name");
    from_file.use_model(&of_file).unwrap();
    assert!(from_file.model_bytes().unwrap() == of_file);
}

#[test]
fn an_unknown_feature_is_named() {
    let (bytes, _) = fitted(2);
    let name = b"freshness.6h";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    let mut other = bytes.clone();
    other[at..at + name.len()].copy_from_slice(b"freshness.9h");
    let error = recommender().use_model(&sealed(other)).unwrap_err();
    assert_eq!((error.code, error.value.as_str()), (Code::Unknown, "\"freshness.9h\""));
}

/// A native host fits from an impression log as `fitModel` does; `tests/node/fit.test.mjs` expects the same name.
#[test]
fn an_impression_log_gives_a_native_host_the_model_of_the_package() {
    let fixture: serde_json::Value = serde_json::from_str(include_str!("../showings.json")).unwrap();
    let wanted = read(&json!({}), FitSettings::read);
    let mut trainer = Trainer::new(&wanted.config, wanted.families);
    trainer
        .change_world()
        .put_items(fixture["items"].as_array().unwrap().iter().map(|item| read(item, Item::read)).collect());
    let names: Vec<String> = serde_json::from_value(fixture["kinds"].clone()).unwrap();
    let mut log = ImpressionLog::new(trainer.change_world(), &names);
    for row in fixture["rows"].as_array().unwrap() {
        let outcomes: Vec<bool> = row[4].as_array().unwrap().iter().map(|has_response| has_response == 1).collect();
        let (user, item, channel) = (row[0].as_str(), row[1].as_str().unwrap(), row[2].as_str());
        log.push(&Impression { at: row[3].as_i64().unwrap(), user, item, channel, outcomes: &outcomes });
    }
    let log = log.into_interactions();
    fit_log(&mut trainer, log, &wanted, &mut |_, _| ()).unwrap();
    assert_eq!(trainer.model().name(), fixture["model"]);
}
