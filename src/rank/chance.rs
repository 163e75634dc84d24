//! Chances: for every kind a linear model of the features, P = σ(b + w·φ).

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::digest::{Digest, hex};
use crate::world::kind::Kinds;

use super::row::Row;
use super::shipped;

/// Models of all kinds, by the kinds' numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    rows: Vec<Row>,
    /// Whether the numbers only order and are not chances.
    pub relative: bool,
    name: String,
}

impl Model {
    /// The weights that ship, for these kinds.
    pub fn shipped(kinds: &Kinds) -> Self {
        let mut model = Self { rows: Vec::new(), relative: true, name: String::new() };
        model.cover(kinds);
        model
    }

    /// Gives kinds met since a row of their own.
    pub fn cover(&mut self, kinds: &Kinds) {
        if self.rows.len() == kinds.len() && !self.name.is_empty() {
            return;
        }
        for (name, kind) in kinds.iter().skip(self.rows.len()) {
            self.rows.push(shipped::row(name, kind));
        }
        self.name = self.fingerprint();
    }

    fn fingerprint(&self) -> String {
        let all = self.rows.iter().fold(Digest::new("model"), |digest, row| {
            row.weights.iter().fold(digest.number(row.bias), |digest, weight| digest.number(*weight))
        });
        let mut name = String::from("shipped-");
        let _ = write!(name, "{}", &hex(all.finish())[..8]);
        name
    }

    /// A kind's model.
    pub fn row(&self, kind: u32) -> &Row {
        &self.rows[kind as usize]
    }
    /// A name that changes with any weight: `shipped-1f00ba12`.
    pub fn name(&self) -> &str {
        &self.name
    }
}
