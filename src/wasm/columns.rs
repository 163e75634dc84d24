//! Interactions as columns: lists of names, and typed arrays of indices into them.

use std::rc::Rc;

use js_sys::{Float64Array, Int32Array};
use wasm_bindgen::prelude::*;

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::time::{Time, is_time};
use crate::base::value::display_number;
use crate::world::interaction::Interaction;

use super::convert::{self, property};

/// A list of names and, for each row, an index into it; −1 for none.
pub struct NameColumn {
    names: Vec<Rc<str>>,
    rows: Option<Vec<i32>>,
    path: String,
}

impl NameColumn {
    pub fn read(columns: &JsValue, names: &str, rows: &str, path: &str) -> Result<Self> {
        let at = format!("{path}.{rows}");
        let all_names = convert::names(columns, names, path, id::shared)?.unwrap_or_default();
        let column = property(columns, rows);
        let rows = match column.dyn_ref::<Int32Array>() {
            Some(column) => Some(column.to_vec()),
            None if column.is_undefined() || column.is_null() => None,
            None => return Err(Error::invalid(&at, "an Int32Array", "something else")),
        };
        Ok(Self { names: all_names, rows, path: at })
    }

    /// Returns the number of rows; `None` if the column is absent.
    fn len(&self) -> Option<usize> {
        self.rows.as_ref().map(Vec::len)
    }

    pub fn at(&self, row: usize) -> Result<Option<Rc<str>>> {
        match self.rows.as_ref().map(|rows| rows.get(row)) {
            None | Some(Some(-1)) => Ok(None),
            Some(Some(&number)) if number >= 0 && (number as usize) < self.names.len() => {
                Ok(Some(self.names[number as usize].clone()))
            }
            Some(number) => {
                let rule = format!("-1 or a place in the list of {} names", self.names.len());
                let value = number.map_or("nothing: the column is too short".to_owned(), i32::to_string);
                Err(Error::invalid(&format!("{}[{row}]", self.path), rule, value))
            }
        }
    }
}

/// Interactions, one per row.
pub struct Columns {
    users: NameColumn,
    groups: NameColumn,
    items: NameColumn,
    kinds: NameColumn,
    at: Option<Vec<f64>>,
    values: Option<Vec<f64>>,
    rows: usize,
    /// Time of all rows if `at` is absent.
    timeless: Option<Time>,
    path: String,
}

impl Columns {
    /// Reads columns; `timeless` is the time of all rows if `at` is absent.
    pub fn read(columns: &JsValue, path: &str, timeless: Option<Time>) -> Result<Self> {
        let users = NameColumn::read(columns, "users", "user", path)?;
        let groups = NameColumn::read(columns, "groups", "group", path)?;
        let items = NameColumn::read(columns, "items", "item", path)?;
        let kinds = NameColumn::read(columns, "kinds", "kind", path)?;
        let at = floats(columns, "at", path)?;
        let values = floats(columns, "value", path)?;
        let Some(rows) = kinds.len() else { return Err(Error::invalid(&kinds.path, "an Int32Array", "nothing")) };
        let lengths = [
            ("user", users.len()),
            ("group", groups.len()),
            ("item", items.len()),
            ("at", at.as_ref().map(Vec::len)),
            ("value", values.as_ref().map(Vec::len)),
        ];
        for (name, length) in lengths {
            if let Some(other) = length.filter(|length| *length != rows) {
                let rule = format!("as many rows as `kind` has: {rows}");
                return Err(Error::invalid(&format!("{path}.{name}"), rule, other));
            }
        }
        Ok(Self { users, groups, items, kinds, at, values, rows, timeless, path: path.to_owned() })
    }

    /// Calls `found` with each interaction, so that a long log is never held as records.
    pub fn each(&self, mut found: impl FnMut(Interaction)) -> Result<()> {
        for row in 0..self.rows {
            found(self.interaction(row)?);
        }
        Ok(())
    }

    fn interaction(&self, row: usize) -> Result<Interaction> {
        let Self { path, .. } = self;
        let kind =
            self.kinds.at(row)?.ok_or_else(|| Error::invalid(&format!("{path}.kind[{row}]"), "a kind", "none"))?;
        let interaction = Interaction {
            user: self.users.at(row)?,
            group: self.groups.at(row)?,
            item: self.items.at(row)?,
            kind,
            at: match (&self.at, self.timeless) {
                (None, Some(timeless)) => timeless,
                (at, _) => time(at.as_deref(), row, path)?,
            },
            value: self.value(row)?,
            ..Interaction::default()
        };
        if interaction.user.is_none() && interaction.group.is_none() {
            return Err(Error::invalid(&format!("{path} row {row}"), "a user or a group", "neither"));
        }
        Ok(interaction)
    }

    /// Returns the value of a row; NaN means none.
    fn value(&self, row: usize) -> Result<Option<f64>> {
        match self.values.as_ref().map(|values| values[row]).filter(|value| !value.is_nan()) {
            Some(endless) if endless.is_infinite() => {
                let at = format!("{}.value[{row}]", self.path);
                Err(Error::invalid(&at, "a finite number, or NaN for none", display_number(endless)))
            }
            value => Ok(value),
        }
    }
}

/// Returns the time of a row.
pub fn time(at: Option<&[f64]>, row: usize, path: &str) -> Result<Time> {
    match at.and_then(|at| at.get(row)) {
        Some(&ms) if ms.trunc() == ms && is_time(ms as Time) => Ok(ms as Time),
        found => {
            let value = found.map_or("nothing".to_owned(), |ms| display_number(*ms));
            let rule = "whole milliseconds since 1970 (UTC) before the year 2200";
            Err(Error::invalid(&format!("{path}.at[{row}]"), rule, value))
        }
    }
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
