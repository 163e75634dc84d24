//! Chances: for every kind a linear model of the features, P = σ(b + w·φ).

use crate::digest::{Digest, hex};
use crate::world::kind::Kinds;

use super::associations::Associations;
use super::feature::{FAMILIES, features};
use super::row::Row;
use super::shipped;

/// Models of all kinds, by the kinds' numbers, and what else a fit finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    rows: Vec<Row>,
    /// Rows of their own for groups, if a log said enough of them.
    rows_of_groups: Vec<Row>,
    /// How much liking one item speaks for another.
    pub associations: Associations,
    fitted: bool,
    name: String,
    used: [bool; FAMILIES.len()],
}

impl Model {
    /// The weights that ship, for these kinds.
    pub fn shipped(kinds: &Kinds) -> Self {
        let nothing = Self::fitted(Vec::new(), Vec::new(), Associations::default(), Some(String::new()));
        let mut model = Self { fitted: false, ..nothing };
        model.cover(kinds);
        model
    }

    /// Weights that were fitted: one row for each kind, by the kinds' numbers, for users and, unless they share them,
    /// for groups; under the name it was given before or a new one.
    pub fn fitted(rows: Vec<Row>, rows_of_groups: Vec<Row>, associations: Associations, name: Option<String>) -> Self {
        let name = name.unwrap_or_else(|| named("fitted-", rows.iter().chain(&rows_of_groups), &associations));
        let mut model = Self { rows, rows_of_groups, associations, fitted: true, name, used: [false; FAMILIES.len()] };
        model.look_what_is_used();
        model
    }

    /// A family all of whose weights are 0 need not be asked.
    fn look_what_is_used(&mut self) {
        let all = || self.rows.iter().chain(&self.rows_of_groups);
        let mut used = [false; FAMILIES.len()];
        for (n, feature) in features().iter().enumerate() {
            used[feature.family] |= all().any(|row| row.weights[n] != 0.0);
        }
        self.used = used;
    }

    /// Gives kinds met since a row of their own: the one that ships.
    pub fn cover(&mut self, kinds: &Kinds) {
        let known = self.rows.len();
        if known == kinds.len() && !self.name.is_empty() {
            return;
        }
        let shipped = kinds.iter().skip(known).map(|(name, kind)| shipped::row(name, kind));
        self.rows.extend(shipped);
        if !self.rows_of_groups.is_empty() {
            self.rows_of_groups.extend_from_slice(&self.rows[known..]);
        }
        self.look_what_is_used();
        if !self.fitted {
            self.name = named("shipped-", self.rows.iter(), &self.associations);
        }
    }

    /// A kind's model for a user, or for a group.
    pub fn row(&self, kind: u32, is_user: bool) -> &Row {
        if self.same_for_all(is_user) { &self.rows[kind as usize] } else { &self.rows_of_groups[kind as usize] }
    }
    /// Whether one asks for what users' rows say.
    pub fn same_for_all(&self, is_user: bool) -> bool {
        is_user || self.rows_of_groups.is_empty()
    }
    /// All rows, by the kinds' numbers: those for users, and those for groups if they are others.
    pub fn rows(&self) -> (&[Row], &[Row]) {
        (&self.rows, &self.rows_of_groups)
    }
    /// Whether any weight of the n-th family is not 0.
    pub fn uses(&self, family: usize) -> bool {
        self.used[family]
    }
    /// Whether a log made it.
    pub fn is_fitted(&self) -> bool {
        self.fitted
    }
    /// A name that changes with any weight: `shipped-1f00ba12`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn named<'a>(origin: &str, rows: impl Iterator<Item = &'a Row>, associations: &Associations) -> String {
    let of_row = |digest: Digest, row: &Row| row.weights.iter().fold(digest.number(row.bias), |d, w| d.number(*w));
    let of_rows = rows.fold(Digest::new("model"), of_row);
    let links = associations.rows().iter().flatten();
    let all = links.fold(of_rows, |digest, (item, weight)| digest.whole(i64::from(*item)).number(f64::from(*weight)));
    [origin, &hex(all.finish())[..8]].concat()
}
