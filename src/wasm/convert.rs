//! JavaScript values to the tree that readers read, and errors to JavaScript's.

use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::error::{Code, Error};
use crate::value::Value;
use crate::world::json;

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
    serde_wasm_bindgen::from_value(js)
        .map_err(|error| thrown(Error::new(Code::Invalid, path, format!("plain JSON-like data ({error})"), "")))
}

/// A list of ids.
pub fn ids(js: JsValue, path: &str) -> Result<Vec<String>, JsValue> {
    crate::value::list(value(js, path)?, path, crate::id::id).map_err(thrown)
}

/// An error as JavaScript throws it: an `Error` with `code`, `path`, `rule` and `value`.
pub fn thrown(error: Box<Error>) -> JsValue {
    let js = js_sys::Error::new(&error.to_string());
    let code = json(&error.code).trim_matches('"').to_owned();
    let fields = [("code", code), ("path", error.path), ("rule", error.rule), ("value", error.value)];
    for (name, text) in fields {
        // Setting an own property of a fresh Error cannot fail.
        let _ = Reflect::set(&js, &name.into(), &text.into());
    }
    js.into()
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
