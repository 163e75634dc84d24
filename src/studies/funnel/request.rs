//! Requests for funnels.

use std::sync::Arc;

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::time::{self, DAY, Time};
use crate::base::value::{self, Fields, Value};
use crate::operations::experiment::window;
use crate::operations::item_filter::ItemFilter;

/// Names of the keys in the contract.
pub(super) const KEYS: [(&str, Key); 13] = [
    ("item", Key::Item),
    ("group", Key::Group),
    ("tier", Key::Tier),
    ("variant", Key::Variant),
    ("journey", Key::Journey),
    ("step", Key::Step),
    ("channel", Key::Channel),
    ("purpose", Key::Purpose),
    ("stage", Key::Stage),
    ("play", Key::Play),
    ("role", Key::Role),
    ("day", Key::Day),
    ("week", Key::Week),
];

/// A key of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Item,
    Group,
    Tier,
    Variant,
    Journey,
    Step,
    Channel,
    Purpose,
    Stage,
    Play,
    Role,
    Day,
    Week,
}

/// A request for a funnel.
#[derive(Debug, Clone)]
pub struct FunnelRequest {
    pub(super) by: Vec<Key>,
    pub(super) experiment: Option<String>,
    pub(super) kinds: Option<Vec<Arc<str>>>,
    pub(super) within: Time,
    pub(super) from: Option<Time>,
    pub(super) to: Option<Time>,
    pub(super) items: Option<ItemFilter>,
}

/// Default length of the attribution window in days.
const WITHIN_DAYS: i64 = 7;

impl FunnelRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let request = Self {
            by: fields.or("by", Vec::new(), |value, path| value::list(value, path, key))?,
            experiment: fields.optional("experiment", id::id)?,
            kinds: fields.optional("kinds", kinds)?,
            within: fields.or("withinDays", WITHIN_DAYS * DAY, window)?,
            from: fields.optional("from", time::time)?,
            to: fields.optional("to", time::time)?,
            items: fields.optional("items", ItemFilter::read)?,
        };
        fields.check()?;
        let twice = (1..request.by.len()).find(|&n| request.by[..n].contains(&request.by[n]));
        if let Some(n) = twice {
            return Err(Error::invalid(&fields.path(&format!("by[{n}]")), "each key once", "the same key again"));
        }
        fields.finish()?;
        Ok(request)
    }

    /// True if a unit is one item of a message, because items have the keys.
    pub(super) fn is_by_item(&self) -> bool {
        self.by.iter().any(|key| matches!(key, Key::Item | Key::Stage | Key::Play | Key::Role))
    }
}

fn kinds(value: Value, path: &str) -> Result<Vec<Arc<str>>> {
    let kinds = value::list(value, path, id::shared)?;
    match kinds.iter().enumerate().find(|(n, kind)| kinds[..*n].contains(kind)) {
        Some((n, kind)) => Err(Error::invalid(&format!("{path}[{n}]"), "each kind once", value::quoted(kind))),
        None if kinds.is_empty() => Err(Error::invalid(path, "at least one kind", "an empty list")),
        None => Ok(kinds),
    }
}

fn key(value: Value, path: &str) -> Result<Key> {
    let name = value::text(value, path)?;
    KEYS.iter().find(|(known, _)| *known == name).map(|(_, key)| *key).ok_or_else(|| {
        let rule = ["one of ", &KEYS.map(|(known, _)| known).join(", ")].concat();
        Error::invalid(path, rule, value::quoted(&name))
    })
}
