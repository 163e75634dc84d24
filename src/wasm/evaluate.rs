//! The three ways of judging, as functions of the module. An input is one object: records and settings as objects,
//! logs as columns.

use js_sys::{Function, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::error::{Error, Result};
use crate::evaluate::cases::{Case, TIMELESS, cases};
use crate::evaluate::examinee::Examinee;
use crate::evaluate::impressions::{Log, Shown};
use crate::evaluate::made::make;
use crate::evaluate::replay::replay;
use crate::evaluate::settings::{Settings, Way};
use crate::time::Time;
use crate::value::Value;
use crate::world::item::Item;
use crate::world::subject::Group;
use crate::world::{Numbered, json, records};

use super::columns::{Named, each_interaction, floats, time};
use super::convert::{property, strings, thrown, value};

/// The settings among the fields of an input.
const SETTINGS: [&str; 11] =
    ["config", "objective", "families", "bootstrap", "seed", "k", "from", "to", "fitUntil", "refitEvery", "fit"];

#[wasm_bindgen(js_name = evaluateReplay)]
pub fn evaluate_replay(input: JsValue, on_progress: Option<Function>) -> std::result::Result<String, JsValue> {
    let mut examinee = examinee(&input, Way::Replay)?;
    let log = log(&mut examinee, &input, None).map_err(thrown)?;
    let report = replay(examinee, log, &mut told(on_progress)).map_err(thrown)?;
    Ok(json(&report))
}

#[wasm_bindgen(js_name = evaluateImpressions)]
pub fn evaluate_impressions(input: JsValue, on_progress: Option<Function>) -> std::result::Result<String, JsValue> {
    let examinee = examinee(&input, Way::Impressions)?;
    let log = impressions(examinee, &property(&input, "log"), "log").map_err(thrown)?;
    let report = log.judge(&mut told(on_progress)).map_err(thrown)?;
    Ok(json(&report))
}

#[wasm_bindgen(js_name = evaluateCases)]
pub fn evaluate_cases(input: JsValue, on_progress: Option<Function>) -> std::result::Result<String, JsValue> {
    let mut examinee = examinee(&input, Way::Cases)?;
    let log = log(&mut examinee, &input, Some(TIMELESS)).map_err(thrown)?;
    let asked = list(&input, "cases", Case::read)?;
    let report = cases(examinee, &log, &asked, &mut told(on_progress)).map_err(thrown)?;
    Ok(json(&report))
}

#[wasm_bindgen(js_name = makeCases)]
pub fn make_cases(input: JsValue) -> std::result::Result<String, JsValue> {
    let mut examinee = examinee(&input, Way::Cases)?;
    let log = log(&mut examinee, &input, Some(TIMELESS)).map_err(thrown)?;
    Ok(json(&make(&examinee.world, &log, examinee.settings().seed)))
}

/// An examinee that was told what the input says of items and groups.
fn examinee(input: &JsValue, way: Way) -> std::result::Result<Examinee, JsValue> {
    let mut fields = Vec::new();
    for name in SETTINGS {
        fields.push((name.to_owned(), value(property(input, name), name)?));
    }
    let settings = Settings::read(Value::Record(fields), "", way).map_err(thrown)?;
    let mut examinee = Examinee::new(settings).map_err(thrown)?;
    examinee.put_items(list(input, "items", Item::read)?);
    examinee.put_groups(list(input, "groups", Group::read)?);
    Ok(examinee)
}

/// A list of records; none where the field is absent.
fn list<T>(
    input: &JsValue,
    name: &str,
    read: impl Fn(Value, &str) -> Result<T>,
) -> std::result::Result<Vec<T>, JsValue> {
    match value(property(input, name), name)? {
        Value::Null => Ok(Vec::new()),
        given => records(given, name, read).map_err(thrown),
    }
}

fn log(examinee: &mut Examinee, input: &JsValue, timeless: Option<Time>) -> Result<Vec<Numbered>> {
    let mut log = Vec::new();
    each_interaction(&property(input, "events"), "events", timeless, |interaction| {
        log.push(examinee.number(&interaction))
    })?;
    Ok(log)
}

fn impressions(examinee: Examinee, columns: &JsValue, path: &str) -> Result<Log> {
    let users = Named::read(columns, "users", "user", path)?;
    let items = Named::read(columns, "items", "item", path)?;
    let channels = Named::read(columns, "channels", "channel", path)?;
    let at = floats(columns, "at", path)?.unwrap_or_default();
    let kinds = strings(columns, "kinds", path)?.filter(|kinds| !kinds.is_empty());
    let kinds = kinds.ok_or_else(|| Error::invalid(&format!("{path}.kinds"), "at least one kind", "none"))?;
    let (given, at_outcomes) = (property(columns, "outcomes"), format!("{path}.outcomes"));
    let Some(outcomes) = given.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec) else {
        return Err(Error::invalid(&at_outcomes, "a Uint8Array", "something else"));
    };
    if outcomes.len() != at.len() * kinds.len() {
        let rule = format!("{} rows of {} kinds", at.len(), kinds.len());
        return Err(Error::invalid(&at_outcomes, rule, format!("{} outcomes", outcomes.len())));
    }
    let outcomes: Vec<bool> = outcomes.into_iter().map(|outcome| outcome != 0).collect();
    let of_row = outcomes.chunks(kinds.len());
    let mut log = Log::new(examinee, kinds.clone());
    for (row, outcomes) in of_row.enumerate() {
        let item = items.at(row)?.ok_or_else(|| Error::invalid(&format!("{path}.item[{row}]"), "an item", "none"))?;
        let (user, channel, at) = (users.at(row)?, channels.at(row)?, time(Some(&at), row, path)?);
        log.push(Shown { at, user, item, channel, outcomes });
    }
    Ok(log)
}

/// Progress as the host hears it. What its function throws is its own affair: the door catches it there.
fn told(on_progress: Option<Function>) -> impl FnMut(usize, usize) {
    move |done, total| {
        if let Some(call) = &on_progress {
            let _ = call.call2(&JsValue::UNDEFINED, &(done as f64).into(), &(total as f64).into());
        }
    }
}
