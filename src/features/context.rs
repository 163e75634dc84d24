//! Context: match of the item's facets with the facet profiles of user, group, channel and request.

use crate::world::facet::FacetClass;

use super::subject::{FamilyNeeds, PROFILE_OWNERS, PreparedSubject, RankingContext};
use super::{Column, Family, Source};

/// `context.<user|group|channel|request>` = Σ over classes of ⟨profile, item's row⟩: a user tagged 护肤 matches items
/// tagged 护肤, a group with the attribute `region: "south"` matches items with the facet `region:south`.
pub struct Context;

const CLASSES: [FacetClass; 5] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source, FacetClass::Other];

impl Family for Context {
    fn name(&self) -> &'static str {
        "context"
    }

    fn features(&self) -> Vec<String> {
        PROFILE_OWNERS.map(|owner| format!("context.{owner}")).into()
    }

    fn add_needs(&self, needs: &mut FamilyNeeds) {
        needs.profiles = true;
    }

    fn fill(&self, context: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        if subject.profiles.is_empty() {
            return;
        }
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            for class in CLASSES {
                let matched = subject.profiles.dot(context.index.class(class).row(item));
                columns.iter_mut().zip(matched).for_each(|(column, amount)| column.values[n] += amount);
            }
        }
        columns.iter_mut().for_each(|column| column.live = true);
    }

    fn contributions(
        &self,
        context: &RankingContext,
        subject: &PreparedSubject,
        item: u32,
        feature: usize,
        _: f64,
    ) -> Vec<(Source, f64)> {
        let terms_of = |class: FacetClass| subject.profiles.terms(context.index.class(class).row(item), feature);
        let terms = CLASSES.iter().flat_map(|&class| terms_of(class));
        terms.map(|(facet, product)| (Source::Facet(facet), product)).collect()
    }
}
