//! Contenders: the candidates that may fill one slot, with their scores. Policies choose among them.

use std::cmp::Ordering;

use crate::base::id::Interner;
use crate::base::index::ItemIndex;

/// The candidates of one slot, one entry per item in each list.
#[derive(Debug, Clone)]
pub struct Contenders<'a> {
    /// Item indices.
    pub items: Vec<ItemIndex>,
    /// Utility less penalty of each.
    pub scores: Vec<f64>,
    /// Standard deviation of each utility; empty if the policy does not need them.
    pub std_devs: Vec<f64>,
    /// Item ids, which break ties.
    pub ids: &'a Interner<ItemIndex>,
}

impl Contenders<'_> {
    /// Orders two contenders, best first: by score, then by id.
    pub fn order(&self, a: usize, b: usize) -> Ordering {
        let by_id = || self.ids.name(self.items[a]).cmp(self.ids.name(self.items[b]));
        self.scores[b].total_cmp(&self.scores[a]).then_with(by_id)
    }

    /// Returns the best contender; `None` if there is none.
    pub fn best(&self) -> Option<usize> {
        (0..self.items.len()).reduce(|best, one| if self.order(one, best).is_lt() { one } else { best })
    }
}
