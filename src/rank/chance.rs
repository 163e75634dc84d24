//! Chances: for every kind a linear model of the features, P = σ(b + w·φ).

use crate::digest::{Digest, hex};
use crate::world::kind::Kinds;

use super::associations::Associations;
use super::row::Row;
use super::shipped;

/// Models of all kinds, by the kinds' numbers, and what else a fit finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    rows: Vec<Row>,
    /// How much liking one item speaks for another.
    pub associations: Associations,
    fitted: bool,
    name: String,
}

impl Model {
    /// The weights that ship, for these kinds.
    pub fn shipped(kinds: &Kinds) -> Self {
        let mut model =
            Self { rows: Vec::new(), associations: Associations::default(), fitted: false, name: String::new() };
        model.cover(kinds);
        model
    }

    /// Weights that were fitted: one row for each kind, by the kinds' numbers, under the name it was given before or a
    /// new one.
    pub fn fitted(rows: Vec<Row>, associations: Associations, name: Option<String>) -> Self {
        let name = name.unwrap_or_else(|| named("fitted-", &rows, &associations));
        Self { rows, associations, fitted: true, name }
    }

    /// Gives kinds met since a row of their own: the one that ships.
    pub fn cover(&mut self, kinds: &Kinds) {
        let known = self.rows.len();
        self.rows.extend(kinds.iter().skip(known).map(|(name, kind)| shipped::row(name, kind)));
        if !self.fitted && (self.rows.len() > known || self.name.is_empty()) {
            self.name = named("shipped-", &self.rows, &self.associations);
        }
    }

    /// A kind's model.
    pub fn row(&self, kind: u32) -> &Row {
        &self.rows[kind as usize]
    }
    /// All rows, by the kinds' numbers.
    pub fn rows(&self) -> &[Row] {
        &self.rows
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

fn named(origin: &str, rows: &[Row], associations: &Associations) -> String {
    let of_row = |digest: Digest, row: &Row| row.weights.iter().fold(digest.number(row.bias), |d, w| d.number(*w));
    let of_rows = rows.iter().fold(Digest::new("model"), of_row);
    let links = associations.rows().iter().flatten();
    let all = links.fold(of_rows, |digest, (item, weight)| digest.whole(i64::from(*item)).number(f64::from(*weight)));
    [origin, &hex(all.finish())[..8]].concat()
}
