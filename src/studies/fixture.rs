//! Logs for tests, from lines of JSON.

use crate::base::value::{Fields, Value};
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::subject::{Group, User};

use super::study_log::{StudyLog, StudyLogBuilder};

/// Reads lines of the form `{"sent":…}`, `{"interaction":…}`, `{"item":…}`, `{"user":…}` or `{"group":…}`, under the
/// default configuration.
pub fn read_log(lines: &[&str]) -> StudyLog {
    let mut log = StudyLogBuilder::new();
    for line in lines {
        let mut fields = Fields::of(Value::from_json(line, "").unwrap(), "").unwrap();
        fields.optional("sent", |value, path| log.push_message(value, path)).unwrap();
        let interaction = fields.optional("interaction", Interaction::read).unwrap();
        interaction.iter().for_each(|interaction| log.push_interaction(interaction));
        fields.optional("item", Item::read).unwrap().into_iter().for_each(|item| {
            log.world().put_items(vec![item]);
        });
        fields.optional("user", User::read).unwrap().into_iter().for_each(|user| log.world().put_users(vec![user]));
        fields
            .optional("group", Group::read)
            .unwrap()
            .into_iter()
            .for_each(|group| log.world().put_groups(vec![group]));
        fields.finish().unwrap();
    }
    log.finish()
}
