//! Numbers spread over facets, so that features are plain dot products.

use kernel::BLOCK;
use nextpick_kernel as kernel;

use crate::world::facet_matrix::CsrRows;

/// N numbers for each facet, mostly zero.
#[derive(Debug, Clone)]
pub struct FacetVector<const N: usize> {
    values: Vec<[f64; N]>,
    /// Which blocks of values may not be zero: clearing costs what was written, not the size of the dictionary.
    written: Vec<bool>,
    empty: bool,
    /// What the values are multiplied with when they are read.
    pub(super) scale: [f64; N],
}

impl<const N: usize> Default for FacetVector<N> {
    fn default() -> Self {
        Self { values: Vec::new(), written: Vec::new(), empty: true, scale: [1.0; N] }
    }
}

impl<const N: usize> FacetVector<N> {
    /// All zero, over `facets` facets.
    pub(super) fn clear(&mut self, facets: usize) {
        kernel::clear(self.values.as_flattened_mut(), N * BLOCK, &mut self.written);
        self.values.resize(facets, [0.0; N]);
        self.written.resize(facets.div_ceil(BLOCK), false);
        self.empty = true;
    }
    #[inline]
    pub(super) fn add(&mut self, facet: u32, amounts: [f64; N]) {
        // Facets named after the index was built are on no item in it.
        if let Some(value) = self.values.get_mut(facet as usize) {
            self.written[facet as usize / BLOCK] = true;
            self.empty = false;
            for n in 0..N {
                value[n] += amounts[n];
            }
        }
    }
    /// Zero for one facet.
    pub(super) fn zero(&mut self, facet: u32) {
        self.values.get_mut(facet as usize).into_iter().for_each(|value| *value = [0.0; N]);
    }
    /// Whether all is zero.
    pub fn is_empty(&self) -> bool {
        self.empty
    }
    /// The dot product with an item's row.
    #[inline]
    pub fn dot(&self, (facets, weights): (&[u32], &[f64])) -> [f64; N] {
        let mut sum = [0.0; N];
        for (&facet, &weight) in facets.iter().zip(weights) {
            let value = &self.values[facet as usize];
            for n in 0..N {
                sum[n] += value[n] * weight;
            }
        }
        std::array::from_fn(|n| sum[n] * self.scale[n])
    }
    /// The dot product's terms that are not zero, of the n-th number.
    pub fn terms<'a>(&'a self, row: (&'a [u32], &'a [f64]), n: usize) -> impl Iterator<Item = (u32, f64)> + 'a {
        let of = move |facet: u32, weight: f64| self.values[facet as usize][n] * weight * self.scale[n];
        let terms = row.0.iter().zip(row.1).map(move |(&facet, &weight)| (facet, of(facet, weight)));
        terms.filter(|(_, product)| *product != 0.0)
    }
}

impl FacetVector<2> {
    /// Adds an item's row, `amounts` for each unit of weight.
    pub(super) fn add_row(&mut self, (facets, weights): (&[u32], &[f64]), amounts: [f64; 2]) {
        kernel::scatter(&mut self.values, &mut self.written, facets, weights, amounts);
        self.empty &= facets.is_empty();
    }
    /// The dot products with many items' rows.
    pub fn dots(&self, rows: &CsrRows, items: &[u32], short: &mut [f64], long: &mut [f64]) {
        kernel::dots(rows.compressed(), &self.values, self.scale, items, short, long);
    }
}
