//! Sparse feature rows for learning: first the features that all kinds share, then those of each kind.

use crate::base::index::{ItemIndex, KindIndex};
use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;

use crate::features;

use super::scorer::{Scorer, Workspace};

/// (column, value) pairs, ascending by column.
pub type Sparse = Vec<(usize, f64)>;

impl Scorer<'_> {
    /// Returns one feature row per item, including features of weight 0; `kinds` (ascending) are those to include.
    pub fn rows(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[ItemIndex],
        kinds: &[KindIndex],
    ) -> Vec<Sparse> {
        let (shared, own) = features::counts();
        let mut rows = vec![Sparse::new(); items.len()];
        let mut gather = |work: &Workspace, from: usize, to: usize, at: usize| {
            for (n, column) in work.table.columns[from..to].iter().enumerate().filter(|(_, column)| column.live) {
                rows.iter_mut().zip(&column.values).for_each(|(row, value)| row.push((at + n, *value)));
            }
        };
        self.describe(work, to, request, items);
        gather(work, 0, shared, 0);
        for &kind in kinds {
            self.describe_kind(work, kind, items);
            gather(work, shared, shared + own, shared + own * kind.as_usize());
        }
        rows
    }
}
