//! The three evaluations as functions of the module. The input is one object: records and settings as objects, logs as
//! columns.

use js_sys::{Function, Int32Array, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::time::Time;
use crate::base::value::{Value, json};
use crate::evaluation::answers::SentItem;
use crate::evaluation::cases::{Case, TIMELESS, cases};
use crate::evaluation::evaluated_ranker::EvaluatedRanker;
use crate::evaluation::impressions::ImpressionEvaluation;
use crate::evaluation::replay::replay;
use crate::evaluation::sampled_cases::sample_cases;
use crate::evaluation::settings::{EvaluationKind, EvaluationSettings};
use crate::recommender::decision::Sent;
use crate::world::columns::time;
use crate::world::item::Item;
use crate::world::showing::Impression;
use crate::world::subject::Group;
use crate::world::{IndexedInteraction, World, records};

use super::columns::{columns, floats, name_column};
use super::convert::{names, property, thrown, value};
use super::memory::{has_room, need};

/// Input fields that are settings.
const SETTINGS: [&str; 11] =
    ["config", "objective", "families", "bootstrap", "seed", "k", "from", "to", "fitUntil", "refitEvery", "fit"];

#[wasm_bindgen(js_name = evaluateReplay)]
pub fn evaluate_replay(input: JsValue, on_progress: Option<Function>) -> std::result::Result<String, JsValue> {
    check(&input)?;
    let mut ranker = ranker(&input, EvaluationKind::Replay)?;
    let log = log(ranker.trainer.change_world(), &input, None).map_err(thrown)?;
    let sent = SentItem::index(&list(&input, "sent", Sent::read)?, ranker.trainer.change_world());
    let report = replay(ranker, log, sent, &mut progress_callback(on_progress)).map_err(thrown)?;
    Ok(json(&report))
}

#[wasm_bindgen(js_name = evaluateImpressions)]
pub fn evaluate_impressions(input: JsValue, on_progress: Option<Function>) -> std::result::Result<String, JsValue> {
    check(&input)?;
    let ranker = ranker(&input, EvaluationKind::Impressions)?;
    let columns = property(&input, "log");
    let mut log = ImpressionEvaluation::new(ranker, kinds_of_log(&columns).map_err(thrown)?);
    each_impression(&columns, |impression| log.push(impression)).map_err(thrown)?;
    let report = log.evaluate(&mut progress_callback(on_progress)).map_err(thrown)?;
    Ok(json(&report))
}

#[wasm_bindgen(js_name = evaluateCases)]
pub fn evaluate_cases(input: JsValue, on_progress: Option<Function>) -> std::result::Result<String, JsValue> {
    check(&input)?;
    let mut ranker = ranker(&input, EvaluationKind::Cases)?;
    let log = log(ranker.trainer.change_world(), &input, Some(TIMELESS)).map_err(thrown)?;
    let given = list(&input, "cases", Case::read)?;
    let report = cases(ranker, &log, &given, &mut progress_callback(on_progress)).map_err(thrown)?;
    Ok(json(&report))
}

#[wasm_bindgen(js_name = makeCases)]
pub fn make_cases(input: JsValue) -> std::result::Result<String, JsValue> {
    check(&input)?;
    let mut ranker = ranker(&input, EvaluationKind::Cases)?;
    let log = log(ranker.trainer.change_world(), &input, Some(TIMELESS)).map_err(thrown)?;
    Ok(json(&sample_cases(ranker.world(), &log, ranker.settings().seed)))
}

/// Maximum bytes of an evaluation or fit: per byte of records and names, per object, and per row.
const BYTES_PER_BYTE: u64 = 60;
const BYTES_PER_OBJECT: u64 = 3000;
const BYTES_PER_ROW: u64 = 2000;

/// Refuses an input that needs more memory than there is.
pub fn check(input: &JsValue) -> std::result::Result<(), JsValue> {
    let logs = ["events", "log"].map(|log| property(input, log));
    let text = |of: &JsValue, names: &[&str]| {
        let need = |name: &&str| need(&property(of, name), BYTES_PER_BYTE, &[("{", BYTES_PER_OBJECT)]);
        names.iter().map(need).sum::<u64>()
    };
    let records = text(input, &["items", "users", "groups", "channels", "cases", "sent"]);
    let names = logs
        .iter()
        .filter(|log| log.is_object())
        .map(|log| text(log, &["users", "groups", "items", "channels", "kinds"]));
    let rows = |log: &JsValue, column: &str| {
        let column = property(log, column);
        column.dyn_ref::<Int32Array>().map_or(0, Int32Array::length)
    };
    let rows: u32 = logs.iter().filter(|log| log.is_object()).map(|log| rows(log, "item")).sum();
    has_room(records + names.sum::<u64>() + BYTES_PER_ROW * u64::from(rows)).map_err(thrown)
}

/// Returns a ranker with the input's settings, items and groups.
fn ranker(input: &JsValue, kind: EvaluationKind) -> std::result::Result<EvaluatedRanker, JsValue> {
    let settings = EvaluationSettings::read(fields(input, &SETTINGS)?, "", kind).map_err(thrown)?;
    let mut ranker = EvaluatedRanker::new(settings).map_err(thrown)?;
    let world = ranker.trainer.change_world();
    world.put_items(list(input, "items", Item::read)?);
    world.put_groups(list(input, "groups", Group::read)?);
    Ok(ranker)
}

/// Returns some of an input's fields as a record.
pub fn fields(input: &JsValue, names: &[&str]) -> std::result::Result<Value, JsValue> {
    let mut fields = Vec::new();
    for name in names {
        fields.push(((*name).to_owned(), value(property(input, name), name)?));
    }
    Ok(Value::Record(fields))
}

/// Reads a list of records; empty if the field is absent.
pub fn list<T>(
    input: &JsValue,
    name: &str,
    read: impl Fn(Value, &str) -> Result<T>,
) -> std::result::Result<Vec<T>, JsValue> {
    match value(property(input, name), name)? {
        Value::Null => Ok(Vec::new()),
        given => records(given, name, read).map_err(thrown),
    }
}

/// Reads an input's `events` as indexed interactions.
pub fn log(world: &mut World, input: &JsValue, timeless: Option<Time>) -> Result<Vec<IndexedInteraction>> {
    let columns = columns(&property(input, "events"), "events", timeless)?;
    let indexed = world.index_columns(&columns);
    Ok((0..indexed.len()).map(|row| indexed.row(row).0).collect())
}

/// Returns the kinds of an impression log.
pub fn kinds_of_log(columns: &JsValue) -> Result<Vec<String>> {
    let kinds = names(columns, "kinds", "log", id::id)?.filter(|kinds| !kinds.is_empty());
    kinds.ok_or_else(|| Error::invalid("log.kinds", "at least one kind", "none"))
}

/// Calls `found` with each row of an impression log.
pub fn each_impression(columns: &JsValue, mut found: impl FnMut(Impression)) -> Result<()> {
    let users = name_column(columns, "users", "user", "log")?;
    let items = name_column(columns, "items", "item", "log")?;
    let channels = name_column(columns, "channels", "channel", "log")?;
    let at = floats(columns, "at", "log")?.unwrap_or_default();
    let kinds = kinds_of_log(columns)?.len();
    let Some(outcomes) = property(columns, "outcomes").dyn_ref::<Uint8Array>().map(Uint8Array::to_vec) else {
        return Err(Error::invalid("log.outcomes", "a Uint8Array", "something else"));
    };
    if outcomes.len() != at.len() * kinds {
        let rule = format!("{} rows of {kinds} kinds", at.len());
        return Err(Error::invalid("log.outcomes", rule, format!("{} outcomes", outcomes.len())));
    }
    let outcomes: Vec<bool> = outcomes.into_iter().map(|outcome| outcome != 0).collect();
    for (row, outcomes) in outcomes.chunks(kinds).enumerate() {
        let item = items.at(row)?.ok_or_else(|| Error::invalid(&format!("log.item[{row}]"), "an item", "none"))?;
        let (user, channel, at) = (users.at(row)?, channels.at(row)?, time(Some(&at), row, "log")?);
        found(Impression { at, user: user.map(AsRef::as_ref), item, channel: channel.map(AsRef::as_ref), outcomes });
    }
    Ok(())
}

/// Wraps a progress callback. Its exceptions are ignored here; the JavaScript wrapper handles them.
pub fn progress_callback(on_progress: Option<Function>) -> impl FnMut(usize, usize) {
    move |done, total| {
        if let Some(call) = &on_progress {
            let _ = call.call2(&JsValue::UNDEFINED, &(done as f64).into(), &(total as f64).into());
        }
    }
}
