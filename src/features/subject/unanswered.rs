//! Recent exposures of the subject without a positive interaction.

use crate::memory::Subject;
use crate::memory::history::History;
use crate::world::consent::FacetOptOut;
use crate::world::facet::FacetClass;

use super::{FacetVector, RankingContext};

/// Facet classes that exposures are counted for; fatigue does not apply to terms.
pub const EXPOSURE_CLASSES: [FacetClass; 4] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source];

/// Exposures without a positive interaction.
#[derive(Debug, Clone, Default)]
pub struct UnansweredExposure {
    /// Decayed number per item at the short half-life, ascending by item.
    pub items: Vec<(u32, f64)>,
    /// Decayed number per facet, weighted by the facet's weight in the item.
    pub facets: FacetVector<1>,
}

impl UnansweredExposure {
    /// Counts the exposures. An accepted sending and its impression are one exposure: the larger of the two counts.
    pub(super) fn prepare(
        &mut self,
        context: &RankingContext,
        subject: Option<Subject>,
        history: Option<&History>,
        opted_out: &[FacetOptOut],
    ) {
        self.facets.clear(context.index.facets());
        self.items.clear();
        let half_life = context.memory.half_lives().short;
        let now = half_life.place(context.now);
        let kinds = &context.world.kinds;
        for (item, item_stats) in history.into_iter().flat_map(History::by_item) {
            let exposures = item_stats.iter().filter(|kind_stats| kinds.of(kind_stats.kind).is_exposure);
            self.items.push((item, exposures.map(|kind_stats| kind_stats.short.at(now)).sum()));
        }
        for sent in subject.map_or(&[][..], |subject| &context.memory.exposure.received(subject).items) {
            let count = half_life.decay_factor(context.now - sent.at);
            match self.items.binary_search_by_key(&sent.item, |exposure| exposure.0) {
                Ok(found) => self.items[found].1 = self.items[found].1.max(count),
                Err(insert_at) => self.items.insert(insert_at, (sent.item, count)),
            }
        }
        let unanswered = |item| history.is_none_or(|history| !history.likes(item, kinds));
        self.items.retain(|&(item, count)| count > 0.0 && unanswered(item));
        for &(item, count) in &self.items {
            for class in EXPOSURE_CLASSES {
                let (facets, weights) = context.index.class(class).row(item);
                facets.iter().zip(weights).for_each(|(&facet, &weight)| self.facets.add(facet, [count * weight]));
            }
        }
        opted_out.iter().for_each(|opted_out| self.facets.zero(opted_out.facet));
    }
}
