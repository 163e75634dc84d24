//! What the viewer was shown of late and did not take up.

use crate::memory::Subject;
use crate::memory::history::History;
use crate::world::consent::FacetOptOut;
use crate::world::facet::FacetClass;

use super::{FacetVector, RankingContext};

/// One tires of tags, categories, formats and sources; not of words.
pub const SHOWN_CLASSES: [FacetClass; 4] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source];

/// Showings that were not answered by liking.
#[derive(Debug, Clone, Default)]
pub struct UnansweredExposure {
    /// By item, decayed at the short half-life, ascending by item.
    pub items: Vec<(u32, f64)>,
    /// How often facets were shown.
    pub facets: FacetVector<1>,
}

impl UnansweredExposure {
    /// Lays them out. A sending and the impression that came of it are one showing: the larger of the two counts.
    pub(super) fn prepare(
        &mut self,
        scene: &RankingContext,
        subject: Option<Subject>,
        history: Option<&History>,
        closed: &[FacetOptOut],
    ) {
        self.facets.clear(scene.index.facets());
        self.items.clear();
        let half_life = scene.memory.half_lives().short;
        let now = half_life.place(scene.now);
        let kinds = &scene.world.kinds;
        for (item, touches) in history.into_iter().flat_map(History::by_item) {
            let exposures = touches.iter().filter(|touch| kinds.of(touch.kind).is_exposure);
            self.items.push((item, exposures.map(|touch| touch.short.at(now)).sum()));
        }
        for sending in subject.map_or(&[][..], |subject| &scene.memory.exposure.received(subject).items) {
            let count = half_life.decay_factor(scene.now - sending.at);
            match self.items.binary_search_by_key(&sending.item, |showing| showing.0) {
                Ok(place) => self.items[place].1 = self.items[place].1.max(count),
                Err(place) => self.items.insert(place, (sending.item, count)),
            }
        }
        let unanswered = |item| history.is_none_or(|history| !history.likes(item, kinds));
        self.items.retain(|&(item, count)| count > 0.0 && unanswered(item));
        for &(item, count) in &self.items {
            for class in SHOWN_CLASSES {
                let (facets, weights) = scene.index.class(class).row(item);
                facets.iter().zip(weights).for_each(|(&facet, &weight)| self.facets.add(facet, [count * weight]));
            }
        }
        closed.iter().for_each(|closed| self.facets.zero(closed.facet));
    }
}
