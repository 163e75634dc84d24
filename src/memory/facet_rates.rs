//! Response rates summed over items: overall, and by facet.

use crate::base::index::{FacetIndex, ItemIndex};
use crate::world::facet::{FacetClass, Facets};
use crate::world::library::Library;

use super::element_at;
use super::response_stats::ResponseStats;

/// The facet classes with response rates.
pub const CLASSES: [FacetClass; 5] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source, FacetClass::Duration];

/// Sums of the stats of all items, and of the items with each facet. When items change, only the sums of facets that
/// they had or have are recomputed.
#[derive(Debug, Clone, Default)]
pub struct FacetRates {
    overall: ResponseStats,
    facets: Vec<ResponseStats>,
    /// The facets in whose sums each item's stats are; `None` for an item without stats.
    facets_of: Vec<Option<Box<[FacetIndex]>>>,
    /// The library revision of the last refresh; `None` if all sums must be recomputed.
    revision: Option<u64>,
}

impl FacetRates {
    /// The sum over all items.
    pub fn overall(&self) -> &ResponseStats {
        &self.overall
    }
    /// The sum over the items with a facet.
    pub fn facet(&self, facet: FacetIndex) -> Option<&ResponseStats> {
        self.facets.get(facet.as_usize())
    }

    /// Marks all sums for recomputation.
    pub fn invalidate(&mut self) {
        self.revision = None;
    }

    /// Applies a change of an item's stats to the sums that contain them.
    pub fn count(
        &mut self,
        item: ItemIndex,
        library: &Library,
        facets: &Facets,
        mut count: impl FnMut(&mut ResponseStats),
    ) {
        if self.revision.is_none() {
            return;
        }
        count(&mut self.overall);
        let of_item = element_at(&mut self.facets_of, item);
        for &facet in &**of_item.get_or_insert_with(|| counted_facets(library, facets, item)) {
            count(element_at(&mut self.facets, facet));
        }
    }

    /// Updates the sums to the library. `items` are the stats by item.
    pub fn refresh(&mut self, items: &[ResponseStats], library: &Library, facets: &Facets) {
        if self.revision == Some(library.revision()) {
            return;
        }
        let mut stale = vec![self.revision.is_none(); facets.len()];
        match self.revision.replace(library.revision()) {
            None => {
                self.overall = ResponseStats::default();
                items.iter().for_each(|stats| self.overall.merge(stats));
                let has_stats = |item: ItemIndex| items[item.as_usize()] != ResponseStats::default();
                let items = ItemIndex::first(items.len());
                self.facets_of =
                    items.map(|item| has_stats(item).then(|| counted_facets(library, facets, item))).collect();
            }
            Some(revision) => {
                for item in library.changed_since(revision) {
                    let Some(Some(of_item)) = self.facets_of.get_mut(item.as_usize()) else { continue };
                    let before = std::mem::replace(of_item, counted_facets(library, facets, item));
                    if before != *of_item {
                        before.iter().chain(&**of_item).for_each(|&facet| stale[facet.as_usize()] = true);
                    }
                }
            }
        }
        if stale.contains(&true) {
            self.recompute(items, &stale);
        }
    }

    /// Recomputes the sums of the marked facets.
    fn recompute(&mut self, items: &[ResponseStats], stale: &[bool]) {
        self.facets.resize_with(stale.len(), ResponseStats::default);
        let marked = self.facets.iter_mut().zip(stale).filter(|(_, stale)| **stale);
        marked.for_each(|(stats, _)| *stats = ResponseStats::default());
        for (stats, of_item) in items.iter().zip(&self.facets_of) {
            for &facet in of_item.iter().flatten().filter(|&&facet| stale[facet.as_usize()]) {
                self.facets[facet.as_usize()].merge(stats);
            }
        }
    }
}

/// Returns the facets of an item that have response rates.
fn counted_facets(library: &Library, facets: &Facets, item: ItemIndex) -> Box<[FacetIndex]> {
    let of_item = library.facets(item).map(|(facet, _)| facet);
    of_item.filter(|facet| CLASSES.contains(&facets.class(*facet))).collect()
}
