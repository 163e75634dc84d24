//! Interactions as columns: lists of names, and for each row an index into each list.
//!
//! A log repeats few names. Each is interned and hashed once for all rows, in the order of the rows, so that a world is
//! the same as after observing them one by one.

use std::sync::Arc;

use crate::base::digest::name_fingerprint;
use crate::base::error::{Error, Result};
use crate::base::index::{DenseIndex, GroupIndex, ItemIndex, KindIndex, UserIndex};
use crate::base::time::{Time, is_time};
use crate::base::value::display_number;

use super::interaction_details::FingerprintParts;
use super::{IndexedInteraction, World};

/// A list of names and, for each row, an index into it; −1 for none.
#[derive(Debug, Default)]
pub struct NameColumn {
    names: Vec<Arc<str>>,
    rows: Option<Vec<i32>>,
    path: String,
}

impl NameColumn {
    /// Combines names with the rows; without `rows`, no row has a name. `path` is that of the rows, for errors.
    pub fn new(names: Vec<Arc<str>>, rows: Option<Vec<i32>>, path: String) -> Self {
        Self { names, rows, path }
    }

    /// Returns the name of a row, if it has one.
    ///
    /// # Errors
    /// `invalid` if the index is not in the list or there is no such row.
    pub fn at(&self, row: usize) -> Result<Option<&Arc<str>>> {
        match self.rows.as_ref().map(|rows| rows.get(row)) {
            None | Some(Some(-1)) => Ok(None),
            Some(Some(&index)) if index >= 0 && (index as usize) < self.names.len() => {
                Ok(Some(&self.names[index as usize]))
            }
            Some(index) => Err(self.refusal(row, index.copied())),
        }
    }

    #[cold]
    fn refusal(&self, row: usize, index: Option<i32>) -> Box<Error> {
        let rule = format!("-1 or a place in the list of {} names", self.names.len());
        let value = index.map_or("nothing: the column is too short".to_owned(), |index| index.to_string());
        Error::invalid(&format!("{}[{row}]", self.path), rule, value)
    }

    /// Returns the place of a row's name in a table that begins with an entry for none; the column must be valid.
    fn place(&self, row: usize) -> usize {
        self.rows.as_ref().map_or(0, |rows| (rows[row] + 1) as usize)
    }

    /// Interns the names in the order of the rows.
    fn intern<I: DenseIndex>(&self, mut intern: impl FnMut(&str) -> I) -> NameTable<I> {
        let mut table = vec![IndexedName { index: None, fingerprint: 0 }; self.names.len() + 1];
        for &index in self.rows.iter().flatten().filter(|index| **index >= 0) {
            let entry = &mut table[(index + 1) as usize];
            if entry.index.is_none() {
                let name = &self.names[index as usize];
                *entry = IndexedName { index: Some(intern(name)), fingerprint: name_fingerprint(name) };
            }
        }
        NameTable(table)
    }
}

/// A name with its index in a world; neither for none.
#[derive(Debug, Clone, Copy)]
struct IndexedName<I> {
    index: Option<I>,
    fingerprint: u64,
}

/// The names of a column after an entry for none; names that no row has are without an index.
#[derive(Debug)]
struct NameTable<I>(Vec<IndexedName<I>>);

impl<I: DenseIndex> NameTable<I> {
    fn at(&self, column: &NameColumn, row: usize) -> IndexedName<I> {
        self.0[column.place(row)]
    }
}

/// Interactions, one per row, checked.
#[derive(Debug)]
pub struct Columns {
    users: NameColumn,
    groups: NameColumn,
    items: NameColumn,
    kinds: NameColumn,
    at: Vec<f64>,
    values: Option<Vec<f64>>,
}

/// The parts of [`Columns`].
#[derive(Debug, Default)]
pub struct ColumnParts {
    /// Users, by row.
    pub users: NameColumn,
    /// Groups, by row.
    pub groups: NameColumn,
    /// Items, by row.
    pub items: NameColumn,
    /// Kinds, by row; they determine the number of rows.
    pub kinds: NameColumn,
    /// Times, ms.
    pub at: Option<Vec<f64>>,
    /// Values; NaN for none.
    pub values: Option<Vec<f64>>,
    /// The time of all rows if `at` is absent.
    pub timeless: Option<Time>,
    /// The path of the columns, for errors.
    pub path: String,
}

impl Columns {
    /// Checks all rows.
    ///
    /// # Errors
    /// `invalid` with the path of the first cell that breaks a rule.
    pub fn new(parts: ColumnParts) -> Result<Self> {
        let ColumnParts { users, groups, items, kinds, at, values, timeless, path } = parts;
        let Some(rows) = kinds.rows.as_ref().map(Vec::len) else {
            return Err(Error::invalid(&kinds.path, "an Int32Array", "nothing"));
        };
        let lengths = [
            ("user", users.rows.as_ref().map(Vec::len)),
            ("group", groups.rows.as_ref().map(Vec::len)),
            ("item", items.rows.as_ref().map(Vec::len)),
            ("at", at.as_ref().map(Vec::len)),
            ("value", values.as_ref().map(Vec::len)),
        ];
        for (name, length) in lengths {
            if let Some(other) = length.filter(|length| *length != rows) {
                let rule = format!("as many rows as `kind` has: {rows}");
                return Err(Error::invalid(&format!("{path}.{name}"), rule, other));
            }
        }
        let timeless = timeless.filter(|_| at.is_none());
        for row in 0..rows {
            let kind = kinds.at(row)?;
            if kind.is_none() {
                return Err(Error::invalid(&format!("{path}.kind[{row}]"), "a kind", "none"));
            }
            let has_actor = users.at(row)?.is_some() | groups.at(row)?.is_some();
            items.at(row)?;
            if timeless.is_none() {
                time(at.as_deref(), row, &path)?;
            }
            if let Some(endless) = values.as_ref().map(|values| values[row]).filter(|value| value.is_infinite()) {
                let at = format!("{path}.value[{row}]");
                return Err(Error::invalid(&at, "a finite number, or NaN for none", display_number(endless)));
            }
            if !has_actor {
                return Err(Error::invalid(&format!("{path} row {row}"), "a user or a group", "neither"));
            }
        }
        let at = at.unwrap_or_else(|| vec![timeless.unwrap_or_default() as f64; rows]);
        Ok(Self { users, groups, items, kinds, at, values })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Returns the times of all rows.
    pub fn times(&self) -> impl Iterator<Item = Time> {
        self.at.iter().map(|&at| at as Time)
    }

    /// Returns the rows of each actor, each list in order.
    pub fn rows_by_actor(&self) -> RowsByActor {
        let users = self.users.names.len() + 1;
        let actor = |row: usize| match self.users.place(row) {
            0 => users + self.groups.place(row),
            user => user,
        };
        // A counting sort: `ends[n]` becomes the end of the rows of actor n.
        let mut ends = vec![0u32; users + self.groups.names.len() + 1];
        (0..self.len()).for_each(|row| ends[actor(row)] += 1);
        let mut start = 0;
        for end in &mut ends {
            start += std::mem::replace(end, start);
        }
        let mut rows = vec![0u32; self.len()];
        for row in 0..self.len() {
            let end = &mut ends[actor(row)];
            rows[*end as usize] = row as u32;
            *end += 1;
        }
        RowsByActor { rows, ends }
    }
}

/// Rows sorted by their actors.
#[derive(Debug)]
pub struct RowsByActor {
    rows: Vec<u32>,
    ends: Vec<u32>,
}

impl RowsByActor {
    /// Returns the rows of each actor that has any.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let mut start = 0;
        let lists = self.ends.iter().map(move |&end| {
            let list = &self.rows[start..end as usize];
            start = end as usize;
            list
        });
        lists.filter(|list| !list.is_empty())
    }
}

/// Columns with the indices of their names in a world.
#[derive(Debug)]
pub struct IndexedColumns<'a> {
    columns: &'a Columns,
    users: NameTable<UserIndex>,
    groups: NameTable<GroupIndex>,
    items: NameTable<ItemIndex>,
    kinds: NameTable<KindIndex>,
}

impl World {
    /// Converts the names of columns to indices, assigning new ones where needed.
    pub fn index_columns<'a>(&mut self, columns: &'a Columns) -> IndexedColumns<'a> {
        IndexedColumns {
            columns,
            users: columns.users.intern(|id| self.users.ids.intern(id)),
            groups: columns.groups.intern(|id| self.groups.ids.intern(id)),
            items: columns.items.intern(|id| self.library.ids.intern(id)),
            kinds: columns.kinds.intern(|name| self.kinds.intern(name)),
        }
    }
}

impl IndexedColumns<'_> {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// The columns with their names.
    pub fn columns(&self) -> &Columns {
        self.columns
    }

    /// Returns the interaction of a row and its fingerprint.
    pub fn row(&self, row: usize) -> (IndexedInteraction, u128) {
        let Columns { users, groups, items, kinds, at, .. } = self.columns;
        let (user, group) = (self.users.at(users, row), self.groups.at(groups, row));
        let (item, kind) = (self.items.at(items, row), self.kinds.at(kinds, row));
        let at = at[row] as Time;
        let indexed = IndexedInteraction {
            user: user.index,
            group: group.index,
            item: item.index,
            channel: None,
            kind: kind.index.unwrap_or_default(),
            at,
        };
        let parts = FingerprintParts {
            user: user.fingerprint,
            group: group.fingerprint,
            channel: 0,
            item: item.fingerprint,
            kind: kind.fingerprint,
            at,
            value: self.value(row),
            details: 0,
        };
        (indexed, parts.combine())
    }

    /// Returns the value of a row, if it has one.
    pub fn value(&self, row: usize) -> Option<f64> {
        self.columns.values.as_ref().map(|values| values[row]).filter(|value| !value.is_nan())
    }
}

/// Returns the time of a row.
///
/// # Errors
/// `invalid` unless it is a whole number in range.
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
