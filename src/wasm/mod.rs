//! Bindings to JavaScript: convert, call, convert. No other module knows the host.
//!
//! Records arrive as JSON text or as objects. Results are JSON text, which the host's parser turns into objects faster
//! than calls across the boundary could, and which a batch passes on unparsed. Errors are thrown as objects.

mod columns;
mod convert;
#[cfg(feature = "study")]
mod evaluate;
mod explain;
#[cfg(feature = "study")]
mod fit;
mod memory;
mod needs;
#[cfg(feature = "study")]
mod off_policy;
mod operations;
mod records;
mod sending;
mod slates;
#[cfg(feature = "study")]
mod study;

use std::convert::Infallible;

use js_sys::{Array, Float64Array, Function, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::base::error::{Code, Error};
use crate::base::time::time;
use crate::base::value::{Value, json, quoted};
use crate::recommender::Recommender;
use crate::recommender::decision::log_position;
use crate::recommender::profile::ProfileRequest;
use crate::recommender::request::{Options, Request};
use crate::world::interaction::Interaction;
use crate::world::moving::Moving;
use crate::world::records;

use convert::{hand_bytes, hand_lists, ids, thrown, value};
use memory::{MeteredRecommender, has_room};
use needs::{
    COST_OF_INTERACTIONS, COST_OF_MERGE, COST_OF_RECORDS, COST_OF_SNAPSHOT, need, need_of_columns, need_of_decisions,
    need_of_profile, need_of_similar,
};

#[global_allocator]
static HEAP: nextpick_heap::Heap = nextpick_heap::Heap::new();

type Result<T> = std::result::Result<T, Thrown>;

/// A recommender with the methods that JavaScript calls.
#[wasm_bindgen]
pub struct Core(MeteredRecommender);

/// A thrown JavaScript value.
pub struct Thrown(JsValue);

impl From<Box<Error>> for Thrown {
    fn from(error: Box<Error>) -> Self {
        Self(thrown(error))
    }
}

/// Never called: it lets `?` follow the reading of an optional field.
impl From<Infallible> for Thrown {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        thrown.0
    }
}

impl From<JsValue> for Thrown {
    fn from(thrown: JsValue) -> Self {
        Self(thrown)
    }
}

#[wasm_bindgen]
impl Core {
    /// Creates an empty recommender that may hold `max_bytes`.
    #[wasm_bindgen(constructor)]
    pub fn new(config: JsValue, max_bytes: Option<f64>) -> Result<Core> {
        MeteredRecommender::make(max_bytes, need(&config, COST_OF_RECORDS), || {
            Ok(Recommender::new(value(config, "config")?)?)
        })
        .map(Core)
    }

    /// Passes all records of one type to `hand_over` as JSON lists. Types: `items`, `users`, `groups`, `channels`,
    /// `userIds`, `groupIds`, `itemIds`.
    pub fn list(&mut self, sort: &str, hand_over: &Function) -> Result<()> {
        self.0.make_room(0)?;
        let core = self.0.get();
        match sort {
            "items" => hand_lists(core.items(), hand_over)?,
            "users" => hand_lists(core.users(), hand_over)?,
            "groups" => hand_lists(core.groups(), hand_over)?,
            "channels" => hand_lists(core.channels(), hand_over)?,
            "userIds" => hand_lists(core.user_ids(), hand_over)?,
            "groupIds" => hand_lists(core.group_ids(), hand_over)?,
            "itemIds" => hand_lists(core.item_ids(), hand_over)?,
            _ => return Err(unknown_type("items, users, groups, channels, userIds, groupIds, itemIds", sort).into()),
        }
        Ok(())
    }

    /// Returns the record of an id, if there is one. Types: `items`, `users`, `groups`, `channels`.
    pub fn record(&self, sort: &str, id: &str) -> Result<Option<String>> {
        let core = self.0.get();
        Ok(match sort {
            "items" => core.item(id).map(json),
            "users" => core.user(id).map(json),
            "groups" => core.group(id).map(json),
            "channels" => core.channel(id).map(json),
            _ => return Err(unknown_type("items, users, groups, channels", sort).into()),
        })
    }

    /// Advances the trusted clock to the host's time in ms, given with a change.
    #[wasm_bindgen(js_name = advanceClock)]
    pub fn advance_clock(&mut self, now: f64) -> Result<()> {
        let now = time(Value::Number(now), "now")?;
        self.0.edit().advance_clock(now);
        Ok(())
    }

    /// Returns the trusted time in ms, if there is one.
    pub fn clock(&self) -> Option<f64> {
        self.0.get().clock().now().map(|now| now as f64)
    }

    /// Sets the number of log entries applied, which later decisions carry.
    #[wasm_bindgen(js_name = setLogPosition)]
    pub fn set_log_position(&mut self, entries: f64) -> Result<()> {
        let entries = log_position(Value::Number(entries), "entries")?;
        self.0.edit().set_log_position(Some(entries));
        Ok(())
    }

    /// Updates all derived state.
    pub fn prepare(&mut self) -> Result<()> {
        self.0.query(0, |core| {
            core.prepare();
            Ok(())
        })
    }

    pub fn observe(&mut self, interaction: JsValue) -> Result<bool> {
        self.0.add(need(&interaction, COST_OF_INTERACTIONS), |core| {
            let interaction = Interaction::read(value(interaction, "interaction")?, "interaction")?;
            core.admit([&interaction].into_iter(), "interaction.at")?;
            Ok(core.observe(interaction))
        })
    }

    #[wasm_bindgen(js_name = observeAll)]
    pub fn observe_all(&mut self, interactions: JsValue) -> Result<String> {
        let path = "interactions";
        self.0.add(need(&interactions, COST_OF_INTERACTIONS), |core| {
            let interactions = records(value(interactions, path)?, path, Interaction::read)?;
            core.admit(interactions.iter(), path)?;
            Ok(json(&core.observe_all(interactions)))
        })
    }

    #[wasm_bindgen(js_name = observeColumns)]
    pub fn observe_columns(&mut self, columns: JsValue) -> Result<String> {
        self.0.add(need_of_columns(&columns), |core| {
            let columns = columns::columns(&columns, "columns", None)?;
            Ok(json(&core.observe_columns(&columns, "columns.at")?))
        })
    }

    pub fn recommend(&mut self, request: JsValue, explain: bool, reasons: bool) -> Result<String> {
        self.0.query(need(&request, COST_OF_RECORDS), |core| {
            let request = Request::read(value(request, "request")?, "request")?;
            has_room(need_of_decisions(core, &[&request], explain))?;
            Ok(json(&core.recommend(&request, Options { explain, reasons })?))
        })
    }

    #[wasm_bindgen(js_name = recommendAll)]
    pub fn recommend_all(&mut self, requests: JsValue, explain: bool, reasons: bool) -> Result<String> {
        self.0.query(need(&requests, COST_OF_RECORDS), |core| {
            let requests = records(value(requests, "requests")?, "requests", Request::read)?;
            has_room(need_of_decisions(core, &requests.iter().collect::<Vec<_>>(), explain))?;
            let mut decisions = Vec::with_capacity(requests.len());
            for (n, decision) in
                core.recommend_all(requests.iter(), Options { explain, reasons }).into_iter().enumerate()
            {
                let at = |mut error: Box<Error>| {
                    if let Some(rest) = error.path.strip_prefix("request") {
                        error.path = format!("requests[{n}]{rest}");
                    }
                    error
                };
                decisions.push(decision.map_err(at)?);
            }
            Ok(json(&decisions))
        })
    }

    /// Decides requests given as JSON text. Returns one answer per request: a decision as JSON text, or an error.
    #[wasm_bindgen(js_name = recommendTexts)]
    pub fn recommend_texts(&mut self, requests: &Array, explain: bool, reasons: bool) -> Result<Array> {
        let texts: Vec<JsValue> = requests.iter().collect();
        let bytes = texts.iter().map(|text| need(text, COST_OF_RECORDS)).sum();
        self.0.query(bytes, |core| {
            let read: Vec<Result<Request>> =
                texts.into_iter().map(|text| Ok(Request::read(value(text, "request")?, "request")?)).collect();
            let valid: Vec<&Request> = read.iter().flatten().collect();
            has_room(need_of_decisions(core, &valid, explain))?;
            let mut decisions = core.recommend_all(valid, Options { explain, reasons }).into_iter();
            let answers = read.iter().map(|request| match request {
                Ok(_) => decisions.next().map_or(JsValue::UNDEFINED, |decision| {
                    decision.map_or_else(thrown, |decision| JsValue::from(json(&decision)))
                }),
                Err(Thrown(error)) => error.clone(),
            });
            Ok(answers.collect())
        })
    }

    /// Returns item ids as JSON, propensities and utilities.
    pub fn propensities(&mut self, request: JsValue, placed: JsValue) -> Result<Array> {
        self.0.query(need(&request, COST_OF_RECORDS) + need_of_similar(self.0.get()), |core| {
            let request = Request::read(value(request, "request")?, "request")?;
            let found = core.propensities(&request, &ids(placed, "placed")?)?;
            let [propensities, utilities] =
                [&found.propensities, &found.utilities].map(|list| Float64Array::from(&list[..]));
            Ok(Array::of3(&json(&found.items).into(), &propensities, &utilities))
        })
    }

    #[wasm_bindgen(js_name = moveGroup)]
    pub fn move_group(&mut self, moving: JsValue) -> Result<bool> {
        self.0.add(need(&moving, COST_OF_RECORDS), |core| {
            Ok(core.move_group(&Moving::read(value(moving, "moving")?, "moving")?)?)
        })
    }

    #[wasm_bindgen(js_name = setPersonalised)]
    pub fn set_personalised(&mut self, user: &str, on: bool) -> Result<()> {
        self.0.reduce(|core| Ok(core.set_personalised(user, on)?))
    }

    #[wasm_bindgen(js_name = removeFacet)]
    pub fn remove_facet(&mut self, user: &str, facet: &str, at: f64) -> Result<()> {
        self.0.reduce(|core| {
            let at = time(Value::Number(at), "at")?;
            Ok(core.remove_facet(user, facet, at)?)
        })
    }

    #[wasm_bindgen(js_name = blockFacet)]
    pub fn block_facet(&mut self, user: &str, facet: &str, blocked: bool) -> Result<()> {
        self.0.reduce(|core| Ok(core.block_facet(user, facet, blocked)?))
    }

    pub fn forget(&mut self, user: &str) -> Result<bool> {
        self.0.reduce(|core| Ok(core.forget(user)))
    }

    pub fn expire(&mut self, before: f64) -> Result<usize> {
        self.0.reduce(|core| Ok(core.expire(time(Value::Number(before), "before")?)?))
    }

    pub fn profile(&mut self, request: JsValue) -> Result<String> {
        self.0.make_room(need(&request, COST_OF_RECORDS))?;
        let request = ProfileRequest::read(value(request, "profile")?, "profile")?;
        self.0.query(need_of_profile(self.0.get(), &request), |core| Ok(json(&core.profile(&request))))
    }

    pub fn similar(&mut self, item: &str, count: u32, now: Option<f64>) -> Result<String> {
        let need = need_of_similar(self.0.get());
        let now = now.map(|now| time(Value::Number(now), "options.now")).transpose()?;
        self.0.query(need, |core| Ok(json(&core.similar(item, count as usize, now)?)))
    }

    /// Passes the payload of a snapshot to `hand_over` in chunks and returns the header that precedes them.
    #[wasm_bindgen(js_name = writeSnapshot)]
    pub fn write_snapshot(&mut self, hand_over: &Function) -> Result<Vec<u8>> {
        self.0.make_room(0)?;
        let header = hand_bytes(hand_over, |hand_over| self.0.get().write_snapshot(hand_over))?;
        Ok(header.to_vec())
    }

    /// Returns a copy for decisions on trial, which shares what neither changes.
    pub fn fork(&mut self) -> Result<Core> {
        Ok(Self(self.0.fork()?))
    }

    #[wasm_bindgen(js_name = fromSnapshot)]
    pub fn from_snapshot(bytes: &Uint8Array, max_bytes: Option<f64>) -> Result<Core> {
        MeteredRecommender::make(max_bytes, need(bytes, COST_OF_SNAPSHOT), || {
            Ok(Recommender::from_snapshot(&bytes.to_vec())?)
        })
        .map(Core)
    }

    #[wasm_bindgen(js_name = useModel)]
    pub fn use_model(&mut self, bytes: &Uint8Array) -> Result<()> {
        self.0.add(need(bytes, COST_OF_SNAPSHOT), |core| Ok(core.use_model(&bytes.to_vec())?))
    }

    /// Passes the payload of the fitted model, if there is one, to `hand_over` in chunks and returns its header.
    #[wasm_bindgen(js_name = writeModel)]
    pub fn write_model(&mut self, hand_over: &Function) -> Result<Option<Vec<u8>>> {
        self.0.make_room(0)?;
        let header = hand_bytes(hand_over, |hand_over| self.0.get().write_model(hand_over))?;
        Ok(header.map(|header| header.to_vec()))
    }

    pub fn merge(&mut self, bytes: &Uint8Array) -> Result<()> {
        self.0.add(need(bytes, COST_OF_MERGE), |core| Ok(core.merge(Recommender::from_snapshot(&bytes.to_vec())?)?))
    }

    pub fn config(&self) -> String {
        json(self.0.get().config().given())
    }

    #[wasm_bindgen(js_name = effectiveConfig)]
    pub fn effective_config(&self) -> String {
        json(&self.0.get().config().effective())
    }

    pub fn stats(&self) -> String {
        json(&self.0.stats())
    }
}

fn unknown_type(known: &str, sort: &str) -> Box<Error> {
    Error::new(Code::Unknown, "sort", ["one of ", known].concat(), quoted(sort))
}
