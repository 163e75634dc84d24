//! Recent exposures of the subject to an item, and to its facets, without a positive interaction after them.

use crate::base::index::ItemIndex;
use crate::base::number::ln_1p;
use crate::memory::Subject;
use crate::memory::history::History;
use crate::world::consent::FacetOptOut;
use crate::world::facet::FacetClass;

use super::column::{Column, Source};
use super::facet_vector::FacetVector;
use super::ranking_context::RankingContext;

/// Facet classes that exposures are counted for; fatigue does not apply to terms.
const CLASSES: [FacetClass; 4] = [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source];

/// Exposures without a positive interaction.
#[derive(Debug, Clone, Default)]
pub struct UnansweredExposure {
    /// Decayed number per item at the short half-life, ascending by item.
    items: Vec<(ItemIndex, f64)>,
    /// Decayed number per facet, weighted by the facet's weight in the item.
    facets: FacetVector<1>,
}

/// Names `fatigue.item` = ln(1 + decayed exposures of the item), `fatigue.<class>` = ln(1 + ⟨facet exposures, item's
/// row⟩).
pub fn features() -> Vec<String> {
    let classes = CLASSES.iter().map(|class| format!("fatigue.{}", class.name()));
    ["fatigue.item".to_owned()].into_iter().chain(classes).collect()
}

impl UnansweredExposure {
    /// Counts the exposures. An accepted sending and its impression are one exposure: the larger of the two counts.
    pub fn prepare(
        &mut self,
        context: &RankingContext,
        subject: Option<Subject>,
        history: Option<&History>,
        opted_out: &[FacetOptOut],
    ) {
        self.facets.clear(context.facet_matrix.facets());
        self.items.clear();
        let half_life = context.state.memory.half_lives().short;
        let now = half_life.point(context.state.now);
        let kinds = &context.state.world.kinds;
        for (item, item_stats) in history.into_iter().flat_map(History::by_item) {
            let exposures = item_stats.iter().filter(|kind_stats| kinds.of(kind_stats.kind).is_exposure);
            self.items.push((item, exposures.map(|kind_stats| kind_stats.short.at(now)).sum()));
        }
        for sent in subject.map_or(&[][..], |subject| &context.state.memory.exposure.received(subject).items) {
            let count = half_life.decay_factor(context.state.now - sent.at);
            match self.items.binary_search_by_key(&sent.item, |exposure| exposure.0) {
                Ok(found) => self.items[found].1 = self.items[found].1.max(count),
                Err(insert_at) => self.items.insert(insert_at, (sent.item, count)),
            }
        }
        let unanswered = |item| history.is_none_or(|history| !history.likes(item, kinds));
        self.items.retain(|&(item, count)| count > 0.0 && unanswered(item));
        for &(item, count) in &self.items {
            for class in CLASSES {
                let (facets, weights) = context.facet_matrix.class(class).row(item);
                facets.iter().zip(weights).for_each(|(&facet, &weight)| self.facets.add(facet, [count * weight]));
            }
        }
        opted_out.iter().for_each(|opted_out| self.facets.zero(opted_out.facet));
    }

    /// Fills the columns of [`features`].
    pub fn fill(&self, context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
        if self.items.is_empty() {
            return;
        }
        columns.iter_mut().for_each(|column| column.reset(items.len()));
        let (by_item, by_class) = columns.split_first_mut().expect("the item's own comes first");
        for (value, item) in by_item.values.iter_mut().zip(items) {
            if let Ok(found) = self.items.binary_search_by_key(item, |exposure| exposure.0) {
                *value = ln_1p(self.items[found].1);
            }
        }
        by_item.live = true;
        for (column, class) in by_class.iter_mut().zip(CLASSES) {
            let rows = context.facet_matrix.class(class);
            for (value, &item) in column.values.iter_mut().zip(items) {
                let [exposures] = self.facets.dot(rows.row(item));
                if exposures > 0.0 {
                    *value = ln_1p(exposures);
                    column.live = true;
                }
            }
        }
    }

    /// Splits the logarithm of a class by facet in proportion to the exposures.
    pub fn contributions(
        &self,
        context: &RankingContext,
        item: ItemIndex,
        offset: usize,
        value: f64,
    ) -> Vec<(Source, f64)> {
        let Some(class) = offset.checked_sub(1).map(|n| CLASSES[n]) else {
            return vec![(Source::Whole, value)];
        };
        let row = context.facet_matrix.class(class).row(item);
        let [whole] = self.facets.dot(row);
        let terms = self.facets.terms(row, 0);
        terms.map(|(facet, exposures)| (Source::Facet(facet), value * exposures / whole)).collect()
    }
}
