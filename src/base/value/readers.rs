//! Readers of values: each checks one shape, and reports an error with its path.

#[cfg(doc)]
use crate::base::error::Code;
use crate::base::error::{Error, Result};

use super::{Fields, Value, display_value, json, quoted};

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
