//! Reads columns that JavaScript passes: lists of names, and typed arrays.

use js_sys::{Float64Array, Int32Array};
use wasm_bindgen::prelude::*;

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::time::Time;
use crate::world::columns::{ColumnParts, Columns, NameColumn};

use super::convert::{self, property};

/// Reads interactions as columns; `timeless` is the time of all rows if `at` is absent.
pub fn columns(columns: &JsValue, path: &str, timeless: Option<Time>) -> Result<Columns> {
    Columns::new(ColumnParts {
        users: name_column(columns, "users", "user", path)?,
        groups: name_column(columns, "groups", "group", path)?,
        items: name_column(columns, "items", "item", path)?,
        kinds: name_column(columns, "kinds", "kind", path)?,
        at: floats(columns, "at", path)?,
        values: floats(columns, "value", path)?,
        timeless,
        path: path.to_owned(),
    })
}

/// Reads the property `names`, a list, and the property `rows`, an `Int32Array`, if present.
pub fn name_column(columns: &JsValue, names: &str, rows: &str, path: &str) -> Result<NameColumn> {
    let at = format!("{path}.{rows}");
    let names = convert::names(columns, names, path, id::shared)?.unwrap_or_default();
    let column = property(columns, rows);
    let rows = match column.dyn_ref::<Int32Array>() {
        Some(column) => Some(column.to_vec()),
        None if column.is_undefined() || column.is_null() => None,
        None => return Err(Error::invalid(&at, "an Int32Array", "something else")),
    };
    Ok(NameColumn::new(names, rows, at))
}

/// Returns a column of numbers, if present.
pub fn floats(columns: &JsValue, name: &str, path: &str) -> Result<Option<Vec<f64>>> {
    let column = property(columns, name);
    match column.dyn_ref::<Float64Array>() {
        Some(column) => Ok(Some(column.to_vec())),
        None if column.is_undefined() || column.is_null() => Ok(None),
        None => Err(Error::invalid(&format!("{path}.{name}"), "a Float64Array", "something else")),
    }
}
