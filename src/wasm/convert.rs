//! Conversion of JavaScript values to the value tree, and of errors to JavaScript.

use js_sys::{Array, Function, Object, Reflect, Symbol, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::base::error::{Code, Error};
use crate::base::value::{MAX_DEPTH, Value, json};

/// Converts a JavaScript value to a tree, or returns the error to throw.
pub fn value(js: JsValue, path: &str) -> Result<Value, JsValue> {
    read(&js, path).map_err(thrown)
}

/// Converts a JavaScript value to a tree. A string, or bytes of UTF-8, is JSON text, which crosses in one piece and is
/// read several times faster than an object field by field.
fn read(js: &JsValue, path: &str) -> crate::base::error::Result<Value> {
    if let Some(text) = js.as_string() {
        return Value::from_json(&text, path);
    }
    if let Some(bytes) = js.dyn_ref::<Uint8Array>() {
        let text = String::from_utf8(bytes.to_vec());
        let text = text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        return Value::from_json(&text, path);
    }
    let rule = || format!("plain JSON-like data, nested at most {MAX_DEPTH} deep");
    tree(js, MAX_DEPTH).map_err(|value| Error::new(Code::Invalid, path, rule(), value))
}

/// Converts a value that nests at most this deep; the error names a type that cannot be converted.
fn tree(js: &JsValue, depth: usize) -> Result<Value, &'static str> {
    if js.is_undefined() || js.is_null() {
        return Ok(Value::Null);
    }
    let scalar = js.as_bool().map(Value::Bool).or_else(|| js.as_f64().map(Value::Number));
    if let Some(scalar) = scalar.or_else(|| js.as_string().map(Value::Text)) {
        return Ok(scalar);
    }
    let deeper = depth.checked_sub(1).ok_or("more")?;
    if let Some(list) = js.dyn_ref::<Array>() {
        let mut values = Vec::new();
        for n in 0..list.length() {
            values.push(tree(&list.get(n), deeper)?);
        }
        return Ok(Value::List(values));
    }
    // Other iterables, such as a Map or a typed array, have no fields of their own.
    let walks = || Reflect::has(js, &Symbol::iterator()).unwrap_or(true);
    if !js.is_object() || js.is_function() || walks() {
        return Err("something else");
    }
    let (entries, mut fields) = (Object::entries(js.unchecked_ref()), Vec::new());
    for n in 0..entries.length() {
        let entry = Array::from(&entries.get(n));
        fields.push((entry.get(0).as_string().unwrap_or_default(), tree(&entry.get(1), deeper)?));
    }
    Ok(Value::Record(fields))
}

/// Reads a list of ids.
pub fn ids(js: JsValue, path: &str) -> Result<Vec<String>, JsValue> {
    crate::base::value::list(value(js, path)?, path, crate::base::id::id).map_err(thrown)
}

/// Calls `write` with a function that passes each chunk to JavaScript as a new `Uint8Array`.
pub fn hand_bytes<T>(hand_over: &Function, write: impl FnOnce(&mut dyn FnMut(&[u8])) -> T) -> Result<T, JsValue> {
    let mut handed = Ok(JsValue::UNDEFINED);
    let written = write(&mut |piece| {
        if handed.is_ok() {
            handed = hand_over.call1(&JsValue::NULL, &Uint8Array::from(piece));
        }
    });
    handed.map(|_| written)
}

/// Maximum size of a passed list in bytes of JSON, without its last record.
const LIST: usize = 1 << 16;

/// Passes records to JavaScript as JSON texts, each a list of some of them, in order.
pub fn hand_lists<T: Serialize>(records: impl Iterator<Item = T>, hand_over: &Function) -> Result<(), JsValue> {
    let hand = |list: &str| hand_over.call1(&JsValue::NULL, &[list, "]"].concat().into());
    let mut list = String::from("[");
    for record in records {
        if list.len() > 1 {
            list.push(',');
        }
        list.push_str(&json(&record));
        if list.len() > LIST {
            hand(&list)?;
            list.truncate(1);
        }
    }
    hand(&list).map(|_| ())
}

/// Reads an id passed as a string.
pub fn read_id(name: &str, path: &str) -> Result<String, JsValue> {
    crate::base::id::id(Value::Text(name.to_owned()), path).map_err(thrown)
}

/// Returns an error as JavaScript throws it: an `Error` with `code`, `path`, `rule` and `value`.
pub fn thrown(error: Box<Error>) -> JsValue {
    let js = js_sys::Error::new(&error.to_string());
    // Strings always convert.
    let fields = serde_wasm_bindgen::to_value(&error).unwrap_or_default();
    Object::assign(&js, fields.unchecked_ref()).into()
}

/// Returns a property of an object; `undefined` if it is absent.
pub fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Returns a property that is a list of names, if present, each read by `name_of`.
pub fn names<T>(
    object: &JsValue,
    name: &str,
    path: &str,
    name_of: fn(Value, &str) -> crate::base::error::Result<T>,
) -> crate::base::error::Result<Option<Vec<T>>> {
    let at = format!("{path}.{name}");
    match read(&property(object, name), &at)? {
        Value::Null => Ok(None),
        given @ Value::List(_) => crate::base::value::list(given, &at, name_of).map(Some),
        other => Err(Error::invalid(&at, "a list of strings", crate::base::value::display_value(&other))),
    }
}
