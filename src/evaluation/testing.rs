//! Helpers of this folder's tests: a ranker, and interactions from JSON.

use crate::base::time::{HOUR, Time};
use crate::base::value::Value;
use crate::world::IndexedInteraction;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::subject::Group;

use super::cases::TIMELESS;
use super::evaluated_ranker::EvaluatedRanker;
use super::settings::{EvaluationKind, EvaluationSettings};

fn value(json: &str) -> Value {
    Value::from_json(json, "").unwrap()
}

pub fn evaluated_ranker(kind: EvaluationKind, settings: &str, items: &[&str], groups: &[&str]) -> EvaluatedRanker {
    let mut ranker = EvaluatedRanker::new(EvaluationSettings::read(value(settings), "", kind).unwrap()).unwrap();
    let world = ranker.trainer.change_world();
    world.put_items(items.iter().map(|json| Item::read(value(json), "").unwrap()).collect());
    world.put_groups(groups.iter().map(|json| Group::read(value(json), "").unwrap()).collect());
    ranker
}

/// Reads an interaction from JSON; without `at` it is timeless.
pub fn event(ranker: &mut EvaluatedRanker, json: &str) -> IndexedInteraction {
    let Value::Record(mut fields) = value(json) else { panic!("an object") };
    if !fields.iter().any(|(name, _)| name == "at") {
        fields.push(("at".to_owned(), Value::Number(TIMELESS as f64)));
    }
    ranker.trainer.index(&Interaction::read(Value::Record(fields), "").unwrap())
}

pub fn user_event(ranker: &mut EvaluatedRanker, user: &str, item: &str, kind: &str, at: Time) -> IndexedInteraction {
    event(ranker, &format!(r#"{{"user":"{user}","item":"{item}","kind":"{kind}","at":{at}}}"#))
}

/// Four items, published at the hours 0, 1, 2 and 10.
pub const LIBRARY: [&str; 4] = [
    r#"{"id":"a","publishedAt":0}"#,
    r#"{"id":"b","publishedAt":3600000}"#,
    r#"{"id":"c","publishedAt":7200000}"#,
    r#"{"id":"d","publishedAt":36000000}"#,
];

/// Returns an interaction at a whole hour as JSON.
pub fn at_hour(hour: i64, user: &str, item: &str, kind: &str) -> String {
    format!(r#"{{"user":"{user}","item":"{item}","kind":"{kind}","at":{}}}"#, hour * HOUR)
}
