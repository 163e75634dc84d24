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
mod serde;
mod writer;

pub use display::{display_number, display_value, quoted};
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

/// Returns the error of a value that breaks `rule`. It frees the value, which no reader need then do.
#[cold]
#[inline(never)]
pub fn refused(value: Value, path: &str, rule: &str) -> Box<Error> {
    Error::invalid(path, rule, display_value(&value))
}

/// Reads a list, each element with `read(value, path[i])`.
///
/// # Errors
/// [`Code::Invalid`] if it is not a list, and those of `read`.
pub fn list<T>(value: Value, path: &str, mut read: impl FnMut(Value, &str) -> Result<T>) -> Result<Vec<T>> {
    let values = elements(value, path)?;
    // A loop instead of `collect`: a third of the code in each instance.
    let mut list = Vec::with_capacity(values.len());
    for (i, value) in values.into_iter().enumerate() {
        list.push(read(value, "").map_err(|error| in_list(error, path, i))?);
    }
    Ok(list)
}

#[inline(never)]
fn elements(value: Value, path: &str) -> Result<Vec<Value>> {
    match value {
        Value::List(values) => Ok(values),
        other => Err(refused(other, path, "a list")),
    }
}

#[cold]
#[inline(never)]
fn in_list(error: Box<Error>, path: &str, i: usize) -> Box<Error> {
    error.within(&format!("{path}[{i}]"))
}

/// Reads an object with arbitrary keys, each value with `read(value, path.key)`; null values count as absent.
///
/// # Errors
/// [`Code::Invalid`] if it is not an object, and those of `read`.
pub fn entries<T>(value: Value, path: &str, read: impl FnMut(Value, &str) -> Result<T>) -> Result<Vec<(String, T)>> {
    let mut fields = std::mem::take(&mut Fields::of(value, path)?.fields);
    fields.retain(|(_, value)| *value != Value::Null);
    read_entries(fields, path, read)
}

/// Reads an object of numbers, each with `read(value, path.key)`. A name without a number is refused, because absence
/// could mean no name as well as the default number.
///
/// # Errors
/// [`Code::Invalid`] if it is not an object, and those of `read`.
pub fn weights(value: Value, path: &str, read: impl FnMut(Value, &str) -> Result<f64>) -> Result<Vec<(String, f64)>> {
    read_entries(std::mem::take(&mut Fields::of(value, path)?.fields), path, read)
}

fn read_entries<T>(
    fields: Vec<(String, Value)>,
    path: &str,
    mut read: impl FnMut(Value, &str) -> Result<T>,
) -> Result<Vec<(String, T)>> {
    let mut entries = Vec::with_capacity(fields.len());
    for (key, value) in fields {
        match read(value, "") {
            Ok(read) => entries.push((key, read)),
            Err(error) => return Err(error.within(&key).within(path)),
        }
    }
    Ok(entries)
}

/// Reads `true` or `false`.
///
/// # Errors
/// [`Code::Invalid`] for anything else.
pub fn boolean(value: Value, path: &str) -> Result<bool> {
    match value {
        Value::Bool(flag) => Ok(flag),
        other => Err(refused(other, path, "true or false")),
    }
}

/// Reads a finite number.
///
/// # Errors
/// [`Code::Invalid`] for anything else.
pub fn number(value: Value, path: &str) -> Result<f64> {
    match value {
        Value::Number(number) if number.is_finite() => Ok(number),
        other => Err(refused(other, path, "a finite number")),
    }
}

/// Returns a reader of finite numbers that satisfy `holds`; `rule` describes the condition.
pub fn number_that(rule: &'static str, holds: impl Fn(f64) -> bool) -> impl Fn(Value, &str) -> Result<f64> {
    move |value, path| match value {
        Value::Number(number) if number.is_finite() && holds(number) => Ok(number),
        other => Err(refused(other, path, rule)),
    }
}

/// Returns a reader of whole numbers from `low` to `high`, both inclusive.
pub fn whole(low: u32, high: u32) -> impl Fn(Value, &str) -> Result<u32> {
    move |value, path| match value {
        Value::Number(n) if n.trunc() == n && n >= f64::from(low) && n <= f64::from(high) => Ok(n as u32),
        other => Err(refused(other, path, &format!("a whole number from {low} to {high}"))),
    }
}

/// Reads a string.
///
/// # Errors
/// [`Code::Invalid`] for anything else.
pub fn text(value: Value, path: &str) -> Result<String> {
    match value {
        Value::Text(text) => Ok(text),
        other => Err(refused(other, path, "a string")),
    }
}

/// Reads one of some names.
///
/// # Errors
/// [`Code::Invalid`] for anything else; the rule lists the names.
pub fn one_of<T: Copy>(value: Value, path: &str, named: &[(&'static str, T)]) -> Result<T> {
    match named.iter().find(|(name, _)| matches!(&value, Value::Text(text) if text == name)) {
        Some((_, chosen)) => Ok(*chosen),
        None => {
            let names: Vec<&str> = named.iter().map(|(name, _)| *name).collect();
            Err(refused(value, path, &format!("one of {}", names.join(", "))))
        }
    }
}

/// Reads any JSON value and keeps it unchanged.
///
/// # Errors
/// [`Code::Invalid`] for a number that is not finite and for a key given twice: JSON cannot carry them, so a snapshot
/// would change them.
pub fn anything(value: Value, path: &str) -> Result<Value> {
    each_is_finite(&value).and_then(|()| each_key_once(&value)).map_err(|error| error.within(path))?;
    Ok(value)
}

/// Checks that no object within a value gives a key twice.
///
/// # Errors
/// [`Code::Invalid`] with the path of the key.
pub fn each_key_once(value: &Value) -> Result<()> {
    match value {
        Value::List(values) => {
            let mut elements = values.iter().enumerate();
            elements.try_for_each(|(n, inner)| each_key_once(inner).map_err(|error| in_list(error, "", n)))
        }
        Value::Record(fields) => match json::repeated_key(fields) {
            Some(key) => Err(Error::invalid(key, "each key once", quoted(key))),
            None => fields.iter().try_for_each(|(key, inner)| each_key_once(inner).map_err(|error| error.within(key))),
        },
        _ => Ok(()),
    }
}

fn each_is_finite(value: &Value) -> Result<()> {
    match value {
        Value::Number(number) if !number.is_finite() => {
            Err(Error::invalid("", "a finite number", display_value(value)))
        }
        Value::List(values) => {
            let mut elements = values.iter().enumerate();
            elements.try_for_each(|(n, inner)| each_is_finite(inner).map_err(|error| error.within(&format!("[{n}]"))))
        }
        Value::Record(fields) => {
            fields.iter().try_for_each(|(key, inner)| each_is_finite(inner).map_err(|error| error.within(key)))
        }
        _ => Ok(()),
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
