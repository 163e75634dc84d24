//! Features as learning takes them: sparse rows, first what all kinds share, then for each kind its own.

use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;

use crate::features;

use super::scorer::{Scorer, Workspace};

/// Values by their places, ascending.
pub type Sparse = Vec<(usize, f64)>;

impl Scorer<'_> {
    /// The features of items for one addressed, whatever their weights are, with those of `kinds` (ascending).
    pub fn rows(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[u32],
        kinds: &[u32],
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
            gather(work, shared, shared + own, shared + own * kind as usize);
        }
        rows
    }
}
