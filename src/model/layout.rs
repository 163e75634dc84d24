//! Column layout of feature rows.

use crate::base::index::KindIndex;

/// Layout of a feature row: first the features that all kinds share, then those of each kind; kinds in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Number of features that all kinds share.
    pub shared: usize,
    /// Number of features per kind.
    pub own: usize,
    /// Number of kinds.
    pub kinds: usize,
}

impl Layout {
    /// Returns the number of features of one kind's model, without the bias.
    pub fn of_one_kind(&self) -> usize {
        self.shared + self.own
    }

    /// Returns the index of a row's column in one kind's model; `None` if the column is another kind's.
    pub fn seen(&self, column: usize, kind: KindIndex) -> Option<usize> {
        match column.checked_sub(self.shared) {
            None => Some(column),
            Some(own) if own / self.own == kind.as_usize() => Some(self.shared + own % self.own),
            Some(_) => None,
        }
    }
}
