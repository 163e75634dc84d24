//! The three evaluations as functions of the module. The input is one object: records and settings as objects, logs as
//! columns.

use js_sys::{Array, Function, Int32Array, Uint8Array};
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
    check(&input, EVALUATED)?;
    let mut ranker = ranker(&input, EvaluationKind::Replay)?;
    let log = log(ranker.trainer.change_world(), &input, None).map_err(thrown)?;
    let sent = SentItem::index(&list(&input, "sent", Sent::read)?, ranker.trainer.change_world());
    let report = replay(ranker, log, sent, &mut progress_callback(on_progress)).map_err(thrown)?;
    Ok(json(&report))
}

#[wasm_bindgen(js_name = evaluateImpressions)]
pub fn evaluate_impressions(input: JsValue, on_progress: Option<Function>) -> std::result::Result<String, JsValue> {
    check(&input, EVALUATED)?;
    let ranker = ranker(&input, EvaluationKind::Impressions)?;
    let columns = property(&input, "log");
    let mut log = ImpressionEvaluation::new(ranker, kinds_of_log(&columns).map_err(thrown)?);
    each_impression(&columns, |impression| log.push(impression)).map_err(thrown)?;
    let report = log.evaluate(&mut progress_callback(on_progress)).map_err(thrown)?;
    Ok(json(&report))
}

#[wasm_bindgen(js_name = evaluateCases)]
pub fn evaluate_cases(input: JsValue, on_progress: Option<Function>) -> std::result::Result<String, JsValue> {
    check(&input, EVALUATED)?;
    let mut ranker = ranker(&input, EvaluationKind::Cases)?;
    let log = log(ranker.trainer.change_world(), &input, Some(TIMELESS)).map_err(thrown)?;
    let given = list(&input, "cases", Case::read)?;
    let report = cases(ranker, &log, &given, &mut progress_callback(on_progress)).map_err(thrown)?;
    Ok(json(&report))
}

#[wasm_bindgen(js_name = makeCases)]
pub fn make_cases(input: JsValue) -> std::result::Result<String, JsValue> {
    check(&input, EVALUATED)?;
    let mut ranker = ranker(&input, EvaluationKind::Cases)?;
    let log = log(ranker.trainer.change_world(), &input, Some(TIMELESS)).map_err(thrown)?;
    Ok(json(&sample_cases(ranker.world(), &log, ranker.settings().seed)))
}

/// Maximum bytes of an evaluation or fit: per byte of records, per object, and per row.
const BYTES_PER_BYTE: u64 = 60;
const BYTES_PER_OBJECT: u64 = 3000;
const BYTES_PER_ROW: u64 = 2000;
/// Maximum bytes per character of names, and per name. Names without a row take no more.
const BYTES_PER_NAME_CHARACTER: u64 = 8;
const BYTES_PER_NAME: u64 = 150;
/// Maximum bytes of the state of a user or group with rows, besides those of the rows.
#[derive(Debug, Clone, Copy)]
pub struct ActorBytes {
    /// With interactions.
    pub acting: u64,
    /// With impressions.
    pub shown: u64,
}
const EVALUATED: ActorBytes = ActorBytes { acting: 2500, shown: 0 };

/// Refuses an input that needs more memory than there is.
pub fn check(input: &JsValue, per_actor: ActorBytes) -> std::result::Result<(), JsValue> {
    let record_lists = ["items", "users", "groups", "channels", "cases", "sent"];
    let of_list = |name| need(&property(input, name), BYTES_PER_BYTE, &[("{", BYTES_PER_OBJECT)]);
    let records: u64 = record_lists.into_iter().map(of_list).sum();
    let logs = need_of_log(&property(input, "events"), per_actor.acting)
        + need_of_log(&property(input, "log"), per_actor.shown);
    has_room(records + logs).map_err(thrown)
}

/// Returns the maximum bytes for a log in columns.
fn need_of_log(log: &JsValue, per_actor: u64) -> u64 {
    if !log.is_object() {
        return 0;
    }
    let column = |name| property(log, name).dyn_ref::<Int32Array>().map_or(0, |rows| u64::from(rows.length()));
    let rows = column("item");
    let names = |name| count_names(&property(log, name));
    let (of_users, of_groups) = (names("users"), names("groups"));
    let all = [of_users, of_groups, names("items"), names("channels"), names("kinds")];
    let of_names = all.map(|(count, characters)| BYTES_PER_NAME * count + BYTES_PER_NAME_CHARACTER * characters);
    // An actor has at least one row.
    let actors = rows.min(of_users.0 + of_groups.0);
    BYTES_PER_ROW * rows + per_actor * actors + of_names.iter().sum::<u64>()
}

/// Returns the number of names in a list or its JSON text, and of the characters of that text.
fn count_names(list: &JsValue) -> (u64, u64) {
    let characters = need(list, 1, &[]);
    let count = match list.dyn_ref::<Array>() {
        Some(list) => list.length().into(),
        None => need(list, 0, &[("\"", 1)]).div_ceil(2),
    };
    (count, characters)
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
