//! Context: how much the item's facets are what is said of user, group, channel and request.

use crate::world::facet::FacetClass;

use super::subject::{FamilyNeeds, PORTRAITS, PreparedSubject, RankingContext};
use super::{Column, Family, Source};

/// `context.<user|group|channel|request>` = Σ over classes of ⟨portrait, item's row⟩: a user tagged 护肤 meets items
/// tagged 护肤, a group with the attribute `region: "south"` meets items with the facet `region:south`.
pub struct Context;

const CLASSES: [FacetClass; 5] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source, FacetClass::Other];

impl Family for Context {
    fn name(&self) -> &'static str {
        "context"
    }

    fn features(&self) -> Vec<String> {
        PORTRAITS.map(|whose| format!("context.{whose}")).into()
    }

    fn wants(&self, wanted: &mut FamilyNeeds) {
        wanted.portraits = true;
    }

    fn fill(&self, scene: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        if viewer.portrait.is_empty() {
            return;
        }
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            for class in CLASSES {
                let matched = viewer.portrait.dot(scene.index.class(class).row(item));
                columns.iter_mut().zip(matched).for_each(|(column, amount)| column.values[n] += amount);
            }
        }
        columns.iter_mut().for_each(|column| column.live = true);
    }

    fn parts(
        &self,
        scene: &RankingContext,
        viewer: &PreparedSubject,
        item: u32,
        feature: usize,
        _: f64,
    ) -> Vec<(Source, f64)> {
        let of = |class: FacetClass| viewer.portrait.terms(scene.index.class(class).row(item), feature);
        let terms = CLASSES.iter().flat_map(|&class| of(class));
        terms.map(|(facet, product)| (Source::Facet(facet), product)).collect()
    }
}
