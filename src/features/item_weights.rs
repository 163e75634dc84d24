//! Fitted item-to-item weights (EASE, Steck 2019).

use crate::base::bytes::as_bytes;
use crate::base::index::ItemIndex;

/// Sparse item-to-item weights, items × items, possibly negative: row = liked item, entries = (item, weight).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemWeights {
    rows: Vec<Vec<(ItemIndex, f32)>>,
}

as_bytes!(ItemWeights: rows);

impl ItemWeights {
    /// Creates weights from rows in the order of the liked items' indices, each row ascending by item.
    pub fn new(rows: Vec<Vec<(ItemIndex, f32)>>) -> Self {
        Self { rows }
    }
    /// Returns a liked item's row; empty if it has none.
    pub fn of(&self, item: ItemIndex) -> &[(ItemIndex, f32)] {
        self.rows.get(item.as_usize()).map_or(&[], Vec::as_slice)
    }
    /// True if there are no weights.
    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(Vec::is_empty)
    }
    /// Returns all rows, in the order of the liked items' indices.
    pub fn rows(&self) -> &[Vec<(ItemIndex, f32)>] {
        &self.rows
    }
}
