//! JavaScript values to the tree that readers read, and errors to JavaScript's.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::error::{Code, Error};
use crate::value::{MAX_DEPTH, Value};

/// A JavaScript value as a tree; `path` names it in the error. A string, or bytes of UTF-8, is JSON text, which
/// crosses in one piece and is read several times faster than an object, field by field.
pub fn value(js: JsValue, path: &str) -> Result<Value, JsValue> {
    if js.is_undefined() || js.is_null() {
        return Ok(Value::Null);
    }
    if let Some(text) = js.as_string() {
        return Value::from_json(&text, path).map_err(thrown);
    }
    if let Some(bytes) = js.dyn_ref::<Uint8Array>() {
        let text = String::from_utf8(bytes.to_vec());
        let text = text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        return Value::from_json(&text, path).map_err(thrown);
    }
    tree(&js, MAX_DEPTH)
        .map_err(|error| thrown(Error::new(Code::Invalid, path, format!("plain JSON-like data ({error})"), "")))
}

/// A copy that the package made of plain objects and lists, because of something in it that JSON text has no word for.
/// Not by way of `serde_wasm_bindgen`: its messages for wrong types bring along 8 KB of ways to write numbers and text.
fn tree(js: &JsValue, left: usize) -> Result<Value, String> {
    if js.is_undefined() || js.is_null() {
        return Ok(Value::Null);
    }
    let scalar = js.as_bool().map(Value::Bool).or_else(|| js.as_f64().map(Value::Number));
    if let Some(scalar) = scalar.or_else(|| js.as_string().map(Value::Text)) {
        return Ok(scalar);
    }
    let deeper = || left.checked_sub(1).ok_or_else(|| format!("nested deeper than {MAX_DEPTH} levels"));
    if let Some(list) = js.dyn_ref::<Array>() {
        let deeper = deeper()?;
        return list.iter().map(|value| tree(&value, deeper)).collect::<Result<_, _>>().map(Value::List);
    }
    let fields = js.dyn_ref::<Object>().filter(|_| !ArrayBuffer::is_view(js));
    let fields = fields.ok_or("a value that is not of JSON's types")?;
    let deeper = deeper()?;
    let field = |entry: JsValue| {
        let entry = Array::from(&entry);
        Ok((entry.get(0).as_string().unwrap_or_default(), tree(&entry.get(1), deeper)?))
    };
    Object::entries(fields).iter().map(field).collect::<Result<_, _>>().map(Value::Record)
}

/// A list of ids.
pub fn ids(js: JsValue, path: &str) -> Result<Vec<String>, JsValue> {
    crate::value::list(value(js, path)?, path, crate::id::id).map_err(thrown)
}

/// An error as JavaScript throws it: an `Error` with `code`, `path`, `rule` and `value`.
pub fn thrown(error: Box<Error>) -> JsValue {
    let js = js_sys::Error::new(&error.to_string());
    // Strings are always a value of JavaScript's.
    let fields = serde_wasm_bindgen::to_value(&error).unwrap_or_default();
    Object::assign(&js, fields.unchecked_ref()).into()
}

/// A property of an object; `undefined` where it is absent.
pub fn property(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is a list of strings, if it is there.
pub fn strings(object: &JsValue, name: &str, path: &str) -> crate::error::Result<Option<Vec<String>>> {
    let list = property(object, name);
    if list.is_undefined() || list.is_null() {
        return Ok(None);
    }
    let at = format!("{path}.{name}");
    let Some(list) = list.dyn_ref::<Array>() else {
        return Err(Error::invalid(&at, "a list of strings", "something else"));
    };
    let text = |(n, text): (usize, JsValue)| match text.as_string() {
        Some(text) => crate::id::id(Value::Text(text), &format!("{at}[{n}]")),
        None => Err(Error::invalid(&format!("{at}[{n}]"), "a string", "something else")),
    };
    list.iter().enumerate().map(text).collect::<crate::error::Result<_>>().map(Some)
}
