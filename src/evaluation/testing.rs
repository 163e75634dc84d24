//! What the tests of this folder share: an examinee, and interactions as JSON.

use crate::base::time::Time;
use crate::base::value::Value;
use crate::world::Numbered;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::subject::Group;

use super::cases::TIMELESS;
use super::evaluated_ranker::Examinee;
use super::settings::{Settings, Way};

fn value(json: &str) -> Value {
    Value::from_json(json, "").unwrap()
}

pub fn examinee_of(way: Way, settings: &str, items: &[&str], groups: &[&str]) -> Examinee {
    let mut examinee = Examinee::new(Settings::read(value(settings), "", way).unwrap()).unwrap();
    examinee.put_items(items.iter().map(|json| Item::read(value(json), "").unwrap()).collect());
    examinee.put_groups(groups.iter().map(|json| Group::read(value(json), "").unwrap()).collect());
    examinee
}

/// An interaction of JSON; without `at` it is timeless.
pub fn event(examinee: &mut Examinee, json: &str) -> Numbered {
    let Value::Record(mut fields) = value(json) else { panic!("an object") };
    if !fields.iter().any(|(name, _)| name == "at") {
        fields.push(("at".to_owned(), Value::Number(TIMELESS as f64)));
    }
    examinee.number(&Interaction::read(Value::Record(fields), "").unwrap())
}

pub fn user_event(examinee: &mut Examinee, user: &str, item: &str, kind: &str, at: Time) -> Numbered {
    event(examinee, &format!(r#"{{"user":"{user}","item":"{item}","kind":"{kind}","at":{at}}}"#))
}
