//! Terms: how much of the item's words is what the viewer likes to read about.

use crate::world::facet::FacetClass;

use super::affinity::{HALF_LIVES, fill_taste, taste_parts};
use super::subject::{FamilyNeeds, PreparedSubject, RankingContext};
use super::{Column, Family, Source};

/// `terms.<short|long>` = ⟨taste, item's row of terms⟩, −1 to 1.
pub struct Terms;

impl Family for Terms {
    fn name(&self) -> &'static str {
        "terms"
    }

    fn features(&self) -> Vec<String> {
        HALF_LIVES.map(|half_life| format!("terms.{half_life}")).into()
    }

    fn wants(&self, wanted: &mut FamilyNeeds) {
        wanted.terms = true;
    }

    fn fill(&self, scene: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        fill_taste(scene, viewer, FacetClass::Term, items, columns);
    }

    fn parts(
        &self,
        scene: &RankingContext,
        viewer: &PreparedSubject,
        item: u32,
        feature: usize,
        _: f64,
    ) -> Vec<(Source, f64)> {
        taste_parts(scene, viewer, FacetClass::Term, item, feature)
    }
}
