//! Attributes of a subject or a request, named by the host.

use serde::Serialize;

use crate::base::bytes::{ByteReader, Codec, Output};
use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::order;
use crate::base::value::{self, Value, display_number};

/// Maximum number of attributes of one record.
pub const MAX_ATTRIBUTES: usize = 256;

/// Free attributes, sorted by key: strings, or numbers, which as facets are in their shortest decimal form.
#[derive(Debug, Clone, PartialEq)]
pub struct Attributes(pub Vec<(String, Attribute)>);

/// The value of one attribute.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Attribute {
    /// A string.
    Text(String),
    /// A finite number.
    Number(f64),
}

impl std::fmt::Display for Attribute {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => f.write_str(&display_number(*number)),
        }
    }
}

impl Attributes {
    /// Reads `Record<string, string | number>`, at most 256 entries.
    ///
    /// # Errors
    /// An error with the path of the entry that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut attributes = value::entries(value, path, |value, path| match value {
            Value::Text(text) if text.len() <= id::MAX_ID_BYTES => Ok(Attribute::Text(text)),
            Value::Text(text) => Err(Error::limit(path, "at most 256 bytes", format!("{} bytes", text.len()))),
            Value::Number(number) if number.is_finite() => Ok(Attribute::Number(number)),
            other => Err(value::refused(other, path, "a string or a finite number")),
        })?;
        if attributes.len() > MAX_ATTRIBUTES {
            return Err(Error::limit(path, format!("at most {MAX_ATTRIBUTES} attributes"), attributes.len()));
        }
        order::sort_by(&mut attributes, |a, b| a.0.cmp(&b.0));
        attributes.dedup_by(|later, kept| later.0 == kept.0);
        Ok(Self(attributes))
    }
}

impl Attributes {
    /// Removes the attribute that corresponds to a facet: `city: "上海"` for `city:上海`.
    pub fn remove(&mut self, facet: &str) {
        self.0.retain(|(key, value)| format!("{key}:{value}") != facet);
    }
}

/// Encoded as the contract's JSON and read back as a host's.
impl Codec for Attributes {
    fn write(&self, to: &mut Output) {
        value::json(self).write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        Self::read(Codec::read(from), "").unwrap_or_else(|_| {
            from.refuse();
            Self(Vec::new())
        })
    }
}

impl Serialize for Attributes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}
