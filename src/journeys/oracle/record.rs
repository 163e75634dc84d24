//! Fields of the host's records, as JSON.

use serde_json::Value as Json;

pub fn text<'a>(record: &'a Json, field: &str) -> Option<&'a str> {
    record.get(field).and_then(Json::as_str)
}

pub fn owned_text(record: &Json, field: &str) -> Option<String> {
    text(record, field).map(str::to_owned)
}

pub fn time(record: &Json, field: &str) -> Option<i64> {
    record.get(field).and_then(Json::as_i64)
}

pub fn number(record: &Json, field: &str) -> Option<f64> {
    record.get(field).and_then(Json::as_f64)
}

pub fn is_true(record: &Json, field: &str) -> bool {
    record.get(field) == Some(&Json::Bool(true))
}

/// Returns a list; an empty one if the field is absent.
pub fn list<'a>(record: &'a Json, field: &str) -> &'a [Json] {
    record.get(field).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

/// Returns the moment of an interaction, ms.
pub fn at(interaction: &Json) -> i64 {
    time(interaction, "at").unwrap()
}

/// Returns the record with this id.
pub fn find<'a>(records: &'a [Json], id: Option<&str>) -> Option<&'a Json> {
    records.iter().find(|record| text(record, "id") == id)
}

/// True if a list of names contains `name`.
pub fn has(names: &[Json], name: Option<&str>) -> bool {
    names.iter().any(|one| one.as_str() == name && name.is_some())
}

/// Whether a trigger or condition names this kind; it names one or several.
pub fn names_kind(rule: &Json, kind: Option<&str>) -> bool {
    match &rule["kind"] {
        Json::Array(kinds) => has(kinds, kind),
        one => has(std::slice::from_ref(one), kind),
    }
}

/// Returns a number of days in ms.
pub fn days(count: f64) -> i64 {
    (count * super::DAY as f64).round() as i64
}
