//! Table of feature values: a column per feature, a value per item.

use super::column::Column;
use super::family::Family;
use super::family_set::FamilySet;
use super::feature::{Feature, features};
use super::prepared_subject::PreparedSubject;
use super::ranking_context::RankingContext;
use crate::base::index::{ItemIndex, KindIndex};

/// Feature values of some families for some items.
#[derive(Debug, Clone)]
pub struct Table {
    /// One column per feature, in the order of [`features`].
    pub columns: Vec<Column>,
    features: Vec<Feature>,
    /// First column of each family, in the order of [`Family::ALL`]; last, the number of columns.
    offsets: Vec<usize>,
    /// Live columns: first those that all kinds share, then those of the kind filled last.
    live: Vec<usize>,
    live_shared: usize,
}

impl Default for Table {
    fn default() -> Self {
        let mut offsets = vec![0];
        offsets.extend(Family::ALL.iter().scan(0, |sum, family| {
            *sum += family.features().len();
            Some(*sum)
        }));
        let features = features();
        let columns = vec![Column::default(); features.len()];
        Self { columns, features, offsets, live: Vec::new(), live_shared: 0 }
    }
}

impl Table {
    /// Returns the features of the columns.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// Iterates over the live columns, ascending; the others are 0.
    pub fn live(&self) -> impl Iterator<Item = usize> {
        self.live.iter().copied()
    }

    /// Fills the columns of `families` that all kinds share; no other column is live.
    pub fn fill(
        &mut self,
        context: &RankingContext,
        subject: &PreparedSubject,
        items: &[ItemIndex],
        families: FamilySet,
    ) {
        self.columns.iter_mut().for_each(|column| column.live = false);
        self.live.clear();
        for family in families.iter().filter(|family| !family.is_per_kind()) {
            subject.fill(family, context, items, self.columns_of(family));
            self.add_live(family);
        }
        self.live_shared = self.live.len();
    }

    /// Fills the columns of one kind for `families`, replacing those of another kind.
    pub fn fill_kind(
        &mut self,
        context: &RankingContext,
        subject: &PreparedSubject,
        kind: KindIndex,
        items: &[ItemIndex],
        families: FamilySet,
    ) {
        self.live.truncate(self.live_shared);
        for family in families.iter().filter(|family| family.is_per_kind()) {
            let columns = self.columns_of(family);
            columns.iter_mut().for_each(|column| column.live = false);
            subject.fill_kind(family, context, kind, items, columns);
            self.add_live(family);
        }
    }

    /// Returns the columns of a family's features.
    pub fn range(&self, family: Family) -> std::ops::Range<usize> {
        self.offsets[family as usize]..self.offsets[family as usize + 1]
    }

    fn columns_of(&mut self, family: Family) -> &mut [Column] {
        let range = self.range(family);
        &mut self.columns[range]
    }

    /// Appends a family's live columns to the list.
    fn add_live(&mut self, family: Family) {
        let own = self.range(family);
        let Self { columns, live, .. } = self;
        live.extend(own.filter(|&column| columns[column].live));
    }
}
