//! Dense vectors over facets: features become dot products with item rows.

use kernel::BLOCK;
use nextpick_kernel as kernel;

use crate::base::index::{FacetIndex, ItemIndex};
use crate::world::facet::FacetClass;
use crate::world::facet_matrix::CsrRows;

use super::column::{Column, Source};
use super::ranking_context::RankingContext;

/// Classes of families with one feature for each class: all classes but terms.
pub(super) const CLASSES: [FacetClass; 6] = [
    FacetClass::Tag,
    FacetClass::Category,
    FacetClass::Format,
    FacetClass::Source,
    FacetClass::Duration,
    FacetClass::Other,
];

/// Matrix of facets × N, mostly zero.
#[derive(Debug, Clone)]
pub struct FacetVector<const N: usize> {
    values: Vec<[f64; N]>,
    /// True for each block that may be non-zero: clearing costs the blocks written, not the number of facets.
    written: Vec<bool>,
    empty: bool,
    /// Factors applied when values are read.
    pub(super) scale: [f64; N],
}

impl<const N: usize> Default for FacetVector<N> {
    fn default() -> Self {
        Self { values: Vec::new(), written: Vec::new(), empty: true, scale: [1.0; N] }
    }
}

impl<const N: usize> FacetVector<N> {
    /// Resets to zero, for `facets` facets.
    pub(super) fn clear(&mut self, facets: usize) {
        kernel::clear(self.values.as_flattened_mut(), N * BLOCK, &mut self.written);
        self.values.resize(facets, [0.0; N]);
        self.written.resize(facets.div_ceil(BLOCK), false);
        self.empty = true;
    }
    #[inline]
    pub(super) fn add(&mut self, facet: FacetIndex, amounts: [f64; N]) {
        // Facets added after the facet matrix was built are on none of its items.
        if let Some(value) = self.values.get_mut(facet.as_usize()) {
            self.written[facet.as_usize() / BLOCK] = true;
            self.empty = false;
            for n in 0..N {
                value[n] += amounts[n];
            }
        }
    }
    /// Sets one facet to zero.
    pub(super) fn zero(&mut self, facet: FacetIndex) {
        self.values.get_mut(facet.as_usize()).into_iter().for_each(|value| *value = [0.0; N]);
    }
    /// True if nothing was added.
    pub fn is_empty(&self) -> bool {
        self.empty
    }
    /// Returns the N dot products with an item's row.
    #[inline]
    pub fn dot(&self, (facets, weights): (&[FacetIndex], &[f64])) -> [f64; N] {
        let mut sum = [0.0; N];
        for (&facet, &weight) in facets.iter().zip(weights) {
            let value = &self.values[facet.as_usize()];
            for n in 0..N {
                sum[n] += value[n] * weight;
            }
        }
        std::array::from_fn(|n| sum[n] * self.scale[n])
    }
    /// Returns the values without the scale, and which blocks of [`BLOCK`] of them may differ from 0.
    pub fn unscaled(&self) -> (&[[f64; N]], &[bool]) {
        (&self.values, &self.written)
    }
    /// Iterates over the facets that are not zero, ascending, with their values times the scale.
    pub fn non_zero(&self) -> impl Iterator<Item = (FacetIndex, [f64; N])> + '_ {
        let blocks = self.values.chunks(BLOCK).zip(&self.written).zip(0..).filter(|((_, written), _)| **written);
        let values = blocks.flat_map(|((values, _), block)| values.iter().zip(block * BLOCK..));
        let non_zero = values.filter(|(value, _)| value.iter().any(|value| *value != 0.0));
        let scaled = |value: &[f64; N]| std::array::from_fn(|n| value[n] * self.scale[n]);
        non_zero.map(move |(value, facet)| (FacetIndex(facet as u32), scaled(value)))
    }
    /// Iterates over the non-zero terms of the n-th dot product.
    pub fn terms<'a>(
        &'a self,
        row: (&'a [FacetIndex], &'a [f64]),
        n: usize,
    ) -> impl Iterator<Item = (FacetIndex, f64)> + 'a {
        let product = move |facet: FacetIndex, weight: f64| self.values[facet.as_usize()][n] * weight * self.scale[n];
        let terms = row.0.iter().zip(row.1).map(move |(&facet, &weight)| (facet, product(facet, weight)));
        terms.filter(|(_, product)| *product != 0.0)
    }
}

impl FacetVector<2> {
    /// Adds an item's row times `amounts`.
    pub(super) fn add_row(&mut self, (facets, weights): (&[FacetIndex], &[f64]), amounts: [f64; 2]) {
        kernel::scatter(&mut self.values, &mut self.written, facets, weights, amounts);
        self.empty &= facets.is_empty();
    }
    /// Computes the dot products with the rows of `items`.
    pub fn dots(&self, rows: &CsrRows, items: &[ItemIndex], short: &mut [f64], long: &mut [f64]) {
        kernel::dots(rows.compressed(), &self.values, self.scale, items, short, long);
    }
}

impl FacetVector<1> {
    /// Fills one column for each of [`CLASSES`] with the dot products of the vector and the items' rows.
    pub(super) fn fill_classes(&self, context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
        if self.is_empty() {
            return;
        }
        for (class, column) in CLASSES.into_iter().zip(columns) {
            let rows = context.facet_matrix.class(class);
            if rows.is_empty() {
                continue;
            }
            column.reset(items.len());
            for (value, &item) in column.values.iter_mut().zip(items) {
                [*value] = self.dot(rows.row(item));
            }
            column.live = true;
        }
    }

    /// Splits a value of [`Self::fill_classes`] by facet; `offset` is the place of its class in [`CLASSES`].
    pub(super) fn contributions(&self, context: &RankingContext, item: ItemIndex, offset: usize) -> Vec<(Source, f64)> {
        let terms = self.terms(context.facet_matrix.class(CLASSES[offset]).row(item), 0);
        terms.map(|(facet, product)| (Source::Facet(facet), product)).collect()
    }
}
