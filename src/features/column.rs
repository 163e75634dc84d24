//! Columns of feature values, and the origins of a value.

use crate::base::index::{FacetIndex, ItemIndex};

/// One feature's values for the requested items.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// One value per item, in the requested order.
    pub values: Vec<f64>,
    /// True if any value may differ from 0; if false, the values are undefined.
    pub live: bool,
}

impl Column {
    /// Resets to `n` zeros.
    pub(super) fn reset(&mut self, n: usize) {
        nextpick_kernel::fill(&mut self.values, n, 0.0);
    }
}

/// Origin of a contribution to a feature's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The feature as a whole.
    Whole,
    /// One facet that the subject and the item share.
    Facet(FacetIndex),
    /// One item that the subject liked.
    Item(ItemIndex),
}
