//! Affinity: how much of the item's facets is what the viewer likes, per class of facet, at both half-lives.

use crate::world::facet::FacetClass;

use super::subject::{FamilyNeeds, PreparedSubject, RankingContext};
use super::{Column, Family, Source};

/// `affinity.<class>.<short|long>` = ⟨taste, item's row⟩ within the class, −1 to 1: the mean cosine of the item to
/// what was touched, weighted by how strongly.
pub struct Affinity;

/// The classes that have affinity features; terms have their own family.
const CLASSES: [FacetClass; 5] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source, FacetClass::Other];

/// The half-lives in the order of [`PreparedSubject::taste`].
pub(super) const HALF_LIVES: [&str; 2] = ["short", "long"];

impl Family for Affinity {
    fn name(&self) -> &'static str {
        "affinity"
    }

    fn features(&self) -> Vec<String> {
        let names = CLASSES.iter().flat_map(|class| HALF_LIVES.map(|half_life| (class.name(), half_life)));
        names.map(|(class, half_life)| format!("affinity.{class}.{half_life}")).collect()
    }

    fn wants(&self, wanted: &mut FamilyNeeds) {
        wanted.taste = true;
    }

    fn fill(&self, scene: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        for (class, columns) in CLASSES.into_iter().zip(columns.chunks_mut(2)) {
            fill_taste(scene, viewer, class, items, columns);
        }
    }

    fn parts(
        &self,
        scene: &RankingContext,
        viewer: &PreparedSubject,
        item: u32,
        feature: usize,
        _: f64,
    ) -> Vec<(Source, f64)> {
        taste_parts(scene, viewer, CLASSES[feature / 2], item, feature % 2)
    }
}

/// Fills two columns with the viewer's taste for one class of the items' facets.
pub(super) fn fill_taste(
    scene: &RankingContext,
    viewer: &PreparedSubject,
    class: FacetClass,
    items: &[u32],
    columns: &mut [Column],
) {
    let rows = scene.index.class(class);
    let [short, long] = columns else { unreachable!("taste has two half-lives") };
    if viewer.taste.is_empty() || rows.is_empty() {
        return;
    }
    short.open(items.len());
    long.open(items.len());
    viewer.taste.dots(rows, items, &mut short.values, &mut long.values);
    (short.live, long.live) = (true, true);
}

/// Parts one of these columns by facet.
pub(super) fn taste_parts(
    scene: &RankingContext,
    viewer: &PreparedSubject,
    class: FacetClass,
    item: u32,
    half_life: usize,
) -> Vec<(Source, f64)> {
    let terms = viewer.taste.terms(scene.index.class(class).row(item), half_life);
    terms.map(|(facet, product)| (Source::Facet(facet), product)).collect()
}
