//! Upper estimates of the memory that calls take, from the size of their arguments.

use js_sys::Int32Array;
use wasm_bindgen::prelude::*;

use crate::recommender::Recommender;
use crate::recommender::profile::ProfileRequest;
use crate::recommender::request::Request;

use super::convert::property;
use super::memory;

/// Maximum bytes per byte of input and per occurrence of each mark, for records.
pub const COST_OF_RECORDS: (u64, &[(&str, u64)]) = (36, &[("{", 1280)]);

/// The same for interactions.
pub const COST_OF_INTERACTIONS: (u64, &[(&str, u64)]) =
    (16, &[("{", 1700), ("\"group\"", 1200), ("\"channel\"", 1200)]);
/// The same for names, which have two quotes each.
const COST_OF_NAMES: (u64, &[(&str, u64)]) = (8, &[("\"", 600)]);
/// The same for a snapshot or model, read; below, merged.
pub const COST_OF_SNAPSHOT: (u64, &[(&str, u64)]) = (16, &[("{\"id\"", 1500)]);
pub const COST_OF_MERGE: (u64, &[(&str, u64)]) = (24, &[("{\"id\"", 3000)]);
/// Bytes of a confirmation: the interned names and the features of the picks that were reserved.
pub const NEED_OF_CONFIRMATION: u64 = 1 << 18;
/// Maximum bytes per row of columns, and additionally per row with a group.
const BYTES_PER_ROW: u64 = 400;
const BYTES_PER_GROUP_ROW: u64 = 400;
/// Maximum bytes per decision, per pick, per refused item (with `explain`), and per candidate for similar items.
const BYTES_PER_DECISION: u64 = 4096;
const BYTES_PER_PICK: u64 = 3072;
const BYTES_PER_REFUSED_ITEM: u64 = 400;
const BYTES_PER_SIMILAR_ITEM: u64 = 300;
/// Maximum bytes per due step, and per user, group and item while journeys are evaluated.
pub const BYTES_PER_DUE_STEP: u64 = 1000;
const BYTES_PER_RECIPIENT: u64 = 64;
/// Maximum bytes per listed entry of a profile, and per candidate for it.
const BYTES_PER_LISTED_ENTRY: u64 = 1000;
const BYTES_PER_CANDIDATE: u64 = 64;

/// Returns the maximum bytes of a call with this argument.
pub fn need(js: &JsValue, (per_byte, marks): (u64, &[(&str, u64)])) -> u64 {
    memory::need(js, per_byte, marks)
}

/// Returns the maximum bytes for reading a record again.
pub fn need_of_record(json: &str) -> u64 {
    let (per_byte, marks) = COST_OF_RECORDS;
    per_byte * json.len() as u64
        + marks.iter().map(|(mark, cost)| cost * json.matches(mark).count() as u64).sum::<u64>()
}

/// Returns the maximum bytes for a column log.
pub fn need_of_columns(columns: &JsValue) -> u64 {
    let names = ["users", "groups", "items", "kinds"].map(|names| need(&property(columns, names), COST_OF_NAMES));
    let rows = |name| u64::from(property(columns, name).dyn_ref::<Int32Array>().map_or(0, Int32Array::length));
    BYTES_PER_ROW * rows("kind") + BYTES_PER_GROUP_ROW * rows("group") + names.iter().sum::<u64>()
}

/// Returns the maximum bytes for decisions.
pub fn need_of_decisions(core: &Recommender, requests: &[&Request], explain: bool) -> u64 {
    let items = core.world().library.ids.len() as u64;
    let refused = if explain { BYTES_PER_REFUSED_ITEM * items } else { 0 };
    requests.iter().map(|request| BYTES_PER_DECISION + BYTES_PER_PICK * items.min(request.count as u64) + refused).sum()
}

/// Returns the maximum bytes for the slates of some users, of which one decision is in work at a time.
pub fn need_of_slates(core: &Recommender, users: usize, count: usize) -> u64 {
    let items = core.world().library.ids.len() as u64;
    BYTES_PER_DECISION + BYTES_PER_PICK * items.min(count as u64) + 16 * users as u64 * (count as u64 + 1)
}

/// Returns the maximum bytes for a profile.
pub fn need_of_profile(core: &Recommender, request: &ProfileRequest) -> u64 {
    let (listed, chosen_from) = core.profile_sizes(request);
    BYTES_PER_LISTED_ENTRY * listed as u64 + BYTES_PER_CANDIDATE * chosen_from as u64
}

/// Returns the maximum bytes for the evaluation of journeys, without its result.
pub fn need_of_journeys(core: &Recommender) -> u64 {
    let world = core.world();
    let ids = world.users.ids.len() + world.groups.ids.len() + world.library.ids.len();
    BYTES_PER_RECIPIENT * ids as u64
}

/// Returns the maximum bytes for a list of similar items.
pub fn need_of_similar(core: &Recommender) -> u64 {
    BYTES_PER_SIMILAR_ITEM * core.world().library.ids.len() as u64
}
