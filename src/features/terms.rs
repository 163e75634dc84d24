//! Terms: how much of the item's words is what the viewer likes to read about.

use crate::world::facet::Class;

use super::affinity::{HALF_LIVES, fill_taste, taste_parts};
use super::viewer::{Scene, Viewer, Wanted};
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

    fn wants(&self, wanted: &mut Wanted) {
        wanted.terms = true;
    }

    fn fill(&self, scene: &Scene, viewer: &Viewer, items: &[u32], columns: &mut [Column]) {
        fill_taste(scene, viewer, Class::Term, items, columns);
    }

    fn parts(&self, scene: &Scene, viewer: &Viewer, item: u32, feature: usize, _: f64) -> Vec<(Source, f64)> {
        taste_parts(scene, viewer, Class::Term, item, feature)
    }
}
