//! Upper estimates of the bytes that calls take, from the size of what they are handed.

use js_sys::Int32Array;
use wasm_bindgen::prelude::*;

use crate::recommender::Recommender;
use crate::recommender::profile::ProfileRequest;
use crate::recommender::request::Request;

use super::convert::property;
use super::memory;

/// The bytes that a call takes at most for each byte that it is handed, and for each object: of records,
pub const OF_RECORDS: (u64, &[(&str, u64)]) = (36, &[("{", 1280)]);
/// of interactions,
pub const OF_INTERACTIONS: (u64, &[(&str, u64)]) = (16, &[("{", 1700), ("\"group\"", 1200), ("\"channel\"", 1200)]);
/// of names, which have two quotes each,
const OF_NAMES: (u64, &[(&str, u64)]) = (8, &[("\"", 600)]);
/// of a snapshot or a model, read and added to what there is.
pub const OF_BYTES: (u64, &[(&str, u64)]) = (16, &[("{\"id\"", 1500)]);
pub const OF_MERGED: (u64, &[(&str, u64)]) = (24, &[("{\"id\"", 3000)]);
/// For each row of columns, and for each that names a group.
const OF_ROW: u64 = 600;
const OF_GROUP_ROW: u64 = 400;
/// For each decision and each pick in it, each item that is not shown where it is asked why, and each item that may be
/// like another.
const OF_DECISION: u64 = 4096;
const OF_PICK: u64 = 3072;
const OF_REFUSED: u64 = 400;
const OF_SIMILAR: u64 = 300;
/// For each entry that a profile lists, and for each that it is chosen from.
const OF_LISTED: u64 = 1000;
const OF_CANDIDATE: u64 = 64;

/// The bytes that a call takes at most which is handed this.
pub fn need(js: &JsValue, (of_byte, marks): (u64, &[(&str, u64)])) -> u64 {
    memory::need(js, of_byte, marks)
}

/// The bytes that a log of columns takes at most.
pub fn need_of_columns(columns: &JsValue) -> u64 {
    let names = ["users", "groups", "items", "kinds"].map(|names| need(&property(columns, names), OF_NAMES));
    let rows = |name| u64::from(property(columns, name).dyn_ref::<Int32Array>().map_or(0, Int32Array::length));
    OF_ROW * rows("kind") + OF_GROUP_ROW * rows("group") + names.iter().sum::<u64>()
}

/// The bytes that decisions take at most.
pub fn need_of_answers(core: &Recommender, requests: &[&Request], explain: bool) -> u64 {
    let items = core.world().library.ids.len() as u64;
    let refused = if explain { OF_REFUSED * items } else { 0 };
    requests.iter().map(|request| OF_DECISION + OF_PICK * items.min(request.count as u64) + refused).sum()
}

/// The bytes that a profile takes at most.
pub fn need_of_profile(core: &Recommender, request: &ProfileRequest) -> u64 {
    let (listed, chosen_from) = core.profile_sizes(request);
    OF_LISTED * listed as u64 + OF_CANDIDATE * chosen_from as u64
}

/// The bytes that a list of similar items takes at most.
pub fn need_of_similar(core: &Recommender) -> u64 {
    OF_SIMILAR * core.world().library.ids.len() as u64
}
