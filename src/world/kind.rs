//! Interaction kinds: weight, and the properties positive, marks its item as seen, and exposure.

use std::sync::Arc;

use serde::Serialize;

use crate::base::bytes::as_bytes;
use crate::base::error::Result;
use crate::base::id::{self, Interner};
use crate::base::index::KindIndex;
use crate::base::value::{self, Fields, Value};

/// The meaning of one interaction kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kind {
    /// Weight in the default objective and as a preference signal, −1000 to 1000; negative for dislike.
    pub weight: f64,
    /// True if it is a like: counts for co-occurrence and trends.
    pub positive: bool,
    /// True if its item counts as seen afterwards.
    pub marks_seen: bool,
    /// True if it is an exposure.
    pub is_exposure: bool,
    /// True if its probability is multiplied by the item's `value`.
    pub uses_value: bool,
}

as_bytes!(Kind: weight, positive, marks_seen, is_exposure, uses_value);

impl Kind {
    /// The meaning of a kind that is not configured: it is stored and returned, without any effect.
    pub const UNDESCRIBED: Self =
        Self { weight: 0.0, positive: false, marks_seen: false, is_exposure: false, uses_value: false };

    const fn liking(weight: f64) -> Self {
        Self { weight, positive: true, marks_seen: true, ..Self::UNDESCRIBED }
    }
}

/// The built-in kinds, in the order of their indices.
pub const SHIPPED: [(&str, Kind); 8] = [
    ("impression", Kind { is_exposure: true, ..Kind::UNDESCRIBED }),
    ("click", Kind::liking(1.0)),
    ("like", Kind::liking(2.0)),
    ("save", Kind::liking(3.0)),
    ("comment", Kind::liking(4.0)),
    ("share", Kind::liking(5.0)),
    ("convert", Kind { uses_value: true, ..Kind::liking(10.0) }),
    ("dismiss", Kind { weight: -5.0, marks_seen: true, ..Kind::UNDESCRIBED }),
];

/// All known kinds, by index.
#[derive(Debug, Clone)]
pub struct Kinds {
    ids: Interner<KindIndex>,
    kinds: Vec<Kind>,
}

as_bytes!(Kinds: ids, kinds);

impl Default for Kinds {
    fn default() -> Self {
        let mut kinds = Self { ids: Interner::default(), kinds: Vec::new() };
        for (name, kind) in SHIPPED {
            kinds.set(name, kind);
        }
        kinds
    }
}

impl Kinds {
    /// Reads `config.kinds` on top of the built-in kinds: fields not given keep their built-in values.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut kinds = Self::default();
        for (name, value) in value::entries(value, path, value::anything)? {
            let at = format!("{path}.{name}");
            let name = id::id(Value::Text(name), &at)?;
            let base = kinds.get(&name).unwrap_or(Kind::UNDESCRIBED);
            let mut fields = Fields::of(value, &at)?;
            let weight = value::number_that("a number from -1000 to 1000", |w| w.abs() <= 1000.0);
            let kind = Kind {
                weight: fields.or("weight", base.weight, weight)?,
                positive: fields.or("positive", base.positive, value::boolean)?,
                marks_seen: fields.or("marksSeen", base.marks_seen, value::boolean)?,
                is_exposure: fields.or("isExposure", base.is_exposure, value::boolean)?,
                uses_value: fields.or("usesValue", base.uses_value, value::boolean)?,
            };
            fields.finish()?;
            kinds.set(&name, kind);
        }
        Ok(kinds)
    }

    fn set(&mut self, name: &str, kind: Kind) {
        let index = self.intern(name).as_usize();
        self.kinds[index] = kind;
    }

    /// Returns the index of a kind, assigning one without effect if it is new.
    pub fn intern(&mut self, name: &str) -> KindIndex {
        let index = self.ids.intern(name);
        if index.as_usize() == self.kinds.len() {
            self.kinds.push(Kind::UNDESCRIBED);
        }
        index
    }
    /// Returns the meaning of a kind by index.
    pub fn of(&self, index: KindIndex) -> Kind {
        self.kinds[index.as_usize()]
    }
    /// Returns the meaning of a kind by name.
    pub fn get(&self, name: &str) -> Option<Kind> {
        self.ids.get(name).map(|index| self.of(index))
    }
    /// Returns the index of a kind, if it has one.
    pub fn index(&self, name: &str) -> Option<KindIndex> {
        self.ids.get(name)
    }
    /// Returns the name of a kind.
    pub fn name(&self, index: KindIndex) -> &str {
        self.ids.name(index)
    }
    /// Returns the name of a kind as a shared string.
    pub fn shared_name(&self, index: KindIndex) -> Arc<str> {
        self.ids.shared(index)
    }
    /// Returns the number of kinds.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }
    /// Always false: there are built-in kinds.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }
    /// Returns all kinds with their names, by index.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.ids.names().zip(self.kinds.iter().copied())
    }
    /// True if decoded kinds are consistent and include the built-in ones.
    pub fn is_whole(&self) -> bool {
        self.ids.len() == self.kinds.len() && self.kinds.len() >= SHIPPED.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_changes_only_the_kinds_it_names() {
        let value =
            Value::from_json(r#"{"click":{"weight":2},"checked_in":{"weight":1,"positive":true}}"#, "").unwrap();
        let kinds = Kinds::read(value, "config.kinds").unwrap();
        assert_eq!(kinds.get("click").unwrap(), Kind { weight: 2.0, ..Kind::liking(1.0) });
        assert!(kinds.get("checked_in").unwrap().positive);
        assert_eq!(kinds.get("convert").unwrap().weight, 10.0);
    }

    #[test]
    fn a_misspelt_field_is_refused() {
        let value = Value::from_json(r#"{"click":{"wieght":2}}"#, "").unwrap();
        assert_eq!(Kinds::read(value, "config.kinds").unwrap_err().path, "config.kinds.click.wieght");
    }
}
