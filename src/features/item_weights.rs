//! Associations: how much liking one item speaks for another, as a fit found it.

use crate::base::bytes::as_bytes;

/// For each item liked, what it says of others: sparse rows of item-to-item weights, which may be negative.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemWeights {
    rows: Vec<Vec<(u32, f32)>>,
}

as_bytes!(ItemWeights: rows);

impl ItemWeights {
    /// Rows by the number of the item liked, each ascending by item.
    pub fn new(rows: Vec<Vec<(u32, f32)>>) -> Self {
        Self { rows }
    }
    /// What liking an item says of others.
    pub fn of(&self, item: u32) -> &[(u32, f32)] {
        self.rows.get(item as usize).map_or(&[], Vec::as_slice)
    }
    /// Whether nothing is said of anything.
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(Vec::is_empty)
    }
    /// The rows by the number of the item liked.
    pub fn rows(&self) -> &[Vec<(u32, f32)>] {
        &self.rows
    }
}
