//! The tree of a host's record (from a JavaScript object or JSON text), and readers that check it field by field and
//! report each error with its path.

use std::convert::Infallible;

use ::serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::base::error::{Code, Error, Result};

pub mod builder;
mod convert;
mod decimal;
mod display;
mod json;
mod readers;
mod serde;
mod writer;

pub use display::{display_number, display_value, quoted};
pub use readers::{
    anything, boolean, each_key_once, entries, list, number, number_that, one_of, refused, text, weights, whole,
};
pub use writer::json;

/// Maximum nesting depth of a record; a cycle among a host's objects ends here instead of in a stack overflow.
pub const MAX_DEPTH: usize = 32;

/// A JSON-like value. Numbers may be NaN or infinite; the readers refuse them with their path.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// `null` or `undefined`: the same as an absent field.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// Any string.
    Text(String),
    /// An array.
    List(Vec<Value>),
    /// An object; fields in the order given.
    Record(Vec<(String, Value)>),
}

impl Value {
    /// Parses JSON text.
    ///
    /// ```
    /// use nextpick::Value;
    ///
    /// assert_eq!(Value::from_json("[1, true]", "list")?, Value::List(vec![1.into(), true.into()]));
    /// assert_eq!(Value::from_json("[1", "list").unwrap_err().path, "list");
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Code::Invalid`] at `path` if `text` is not JSON or nests deeper than 32 levels, and at the path of the key
    /// if an object gives one twice.
    pub fn from_json(text: &str, path: &str) -> Result<Self> {
        json::read(text).map_err(|error| {
            let rule = format!("JSON ({})", error.reason);
            Error::invalid(&error.path, rule, display_value(&Self::Text(text.to_owned()))).within(path)
        })
    }

    /// Returns the nesting depth: 0 for scalars and empty containers.
    pub fn depth(&self) -> usize {
        match self {
            Self::List(values) => 1 + values.iter().map(Self::depth).max().unwrap_or(0),
            Self::Record(fields) => 1 + fields.iter().map(|(_, value)| value.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// Returns the name of the value's type, for messages.
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Record(_) => "an object",
        }
    }
}

/// Number of fields of the largest record, so that listing them allocates once.
const MAX_FIELDS: usize = 24;

/// The result of reading an optional field. Its error is kept in [`Fields`], and the field counts as absent: `?` needs
/// no separate exit for each field, which would be a third of a reader's code.
pub type Kept<T> = std::result::Result<T, Infallible>;

/// Never called: it lets `?` follow [`Kept`].
impl From<Infallible> for Box<Error> {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

/// A reader of an object's fields, each once; [`Fields::finish`] reports the first error and refuses unread fields.
#[derive(Debug)]
pub struct Fields {
    path: String,
    fields: Vec<(String, Value)>,
    known: Vec<&'static str>,
    error: Option<Box<Error>>,
}

impl Fields {
    /// Opens `value` as an object.
    ///
    /// # Errors
    /// [`Code::Invalid`] at `path` if it is not an object.
    pub fn of(value: Value, path: &str) -> Result<Self> {
        match value {
            Value::Record(fields) => {
                Ok(Self { path: path.to_owned(), fields, known: Vec::with_capacity(MAX_FIELDS), error: None })
            }
            other => Err(refused(other, path, "an object")),
        }
    }

    /// Returns the path of a field.
    pub fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Takes a field that may be absent and reads it with `read(value, path)`.
    ///
    /// # Errors
    /// None here: the first error is kept for [`Self::finish`], with the field's path prepended.
    pub fn optional<T>(&mut self, name: &'static str, read: impl FnOnce(Value, &str) -> Result<T>) -> Kept<Option<T>> {
        let Some(value) = self.take(name) else { return Ok(None) };
        match read(value, "") {
            Ok(read) => Ok(Some(read)),
            Err(error) => {
                self.keep(name, error);
                Ok(None)
            }
        }
    }

    /// Keeps the first error, with the field's path prepended. Not inlined, so that it is compiled once and not for
    /// each field.
    #[cold]
    #[inline(never)]
    fn keep(&mut self, name: &str, error: Box<Error>) {
        let path = self.path(name);
        self.error.get_or_insert_with(|| error.within(&path));
    }

    /// Reports the first error so far. Call it before checking the values read.
    ///
    /// # Errors
    /// That of the first field that could not be read.
    pub fn check(&mut self) -> Result<()> {
        self.error.take().map_or(Ok(()), Err)
    }

    #[cold]
    #[inline(never)]
    fn missing(&mut self, name: &str) -> Box<Error> {
        let earlier = self.error.take();
        earlier.unwrap_or_else(|| Error::new(Code::Missing, &self.path(name), "a value (it is required)", ""))
    }

    /// Takes a field's value; `None` if it is absent or null.
    #[inline(never)]
    fn take(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        let at = self.fields.iter().position(|(key, _)| key == name)?;
        let value = self.fields.swap_remove(at).1;
        (!matches!(value, Value::Null)).then_some(value)
    }

    /// Takes a required field.
    ///
    /// # Errors
    /// The first error so far; else [`Code::Missing`] if it is absent, and those of `read`.
    pub fn required<T>(&mut self, name: &'static str, read: impl FnOnce(Value, &str) -> Result<T>) -> Result<T> {
        let Ok(read) = self.optional(name, read);
        read.ok_or_else(|| self.missing(name))
    }

    /// Takes a field with a default.
    ///
    /// # Errors
    /// None here, as for [`Self::optional`].
    pub fn or<T>(&mut self, name: &'static str, default: T, read: impl FnOnce(Value, &str) -> Result<T>) -> Kept<T> {
        Ok(self.optional(name, read)?.unwrap_or(default))
    }

    /// Ends the reading and returns the fields that were not read, null ones included.
    pub fn rest(mut self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.fields)
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// That of the first field that could not be read; [`Code::UnknownField`] for a field that was not read.
    pub fn finish(mut self) -> Result<()> {
        self.check()?;
        match self.fields.iter().find(|(_, value)| *value != Value::Null) {
            None => Ok(()),
            Some((name, _)) => {
                let rule = format!("one of the fields {} (fields of your own go into `data`)", self.known.join(", "));
                Err(Error::new(Code::UnknownField, &self.path(name), rule, quoted(name)))
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            // JSON integers stay integers, so that data is returned as given.
            Self::Number(n) if n.trunc() == *n && n.abs() < 9.0e15 && !(*n == 0.0 && n.is_sign_negative()) => {
                serializer.serialize_i64(*n as i64)
            }
            Self::Number(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(value)?;
                }
                list.end()
            }
            Self::Record(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, value) in fields {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests;
