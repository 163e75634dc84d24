//! Affinity: match of the item's facets with the subject's taste, per facet class, at both half-lives.

use crate::world::facet::FacetClass;

use super::subject::{FamilyNeeds, PreparedSubject, RankingContext};
use super::{Column, Family, Source};

/// `affinity.<class>.<short|long>` = ⟨taste, item's row⟩ within the class, −1 to 1: the mean cosine of the item to the
/// items interacted with, weighted by the decayed interactions.
pub struct Affinity;

/// Classes with affinity features; terms have their own family.
const CLASSES: [FacetClass; 5] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source, FacetClass::Other];

/// Names of the half-lives, in the order of [`PreparedSubject::taste`].
pub(super) const HALF_LIVES: [&str; 2] = ["short", "long"];

impl Family for Affinity {
    fn name(&self) -> &'static str {
        "affinity"
    }

    fn features(&self) -> Vec<String> {
        let names = CLASSES.iter().flat_map(|class| HALF_LIVES.map(|half_life| (class.name(), half_life)));
        names.map(|(class, half_life)| format!("affinity.{class}.{half_life}")).collect()
    }

    fn add_needs(&self, needs: &mut FamilyNeeds) {
        needs.taste = true;
    }

    fn fill(&self, context: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        for (class, columns) in CLASSES.into_iter().zip(columns.chunks_mut(2)) {
            fill_taste(context, subject, class, items, columns);
        }
    }

    fn contributions(
        &self,
        context: &RankingContext,
        subject: &PreparedSubject,
        item: u32,
        feature: usize,
        _: f64,
    ) -> Vec<(Source, f64)> {
        taste_contributions(context, subject, CLASSES[feature / 2], item, feature % 2)
    }
}

/// Fills two columns (short, long) with the subject's taste for one class of the items' facets.
pub(super) fn fill_taste(
    context: &RankingContext,
    subject: &PreparedSubject,
    class: FacetClass,
    items: &[u32],
    columns: &mut [Column],
) {
    let rows = context.index.class(class);
    let [short, long] = columns else { unreachable!("taste has two half-lives") };
    if subject.taste.is_empty() || rows.is_empty() {
        return;
    }
    short.open(items.len());
    long.open(items.len());
    subject.taste.dots(rows, items, &mut short.values, &mut long.values);
    (short.live, long.live) = (true, true);
}

/// Splits one of these values by facet.
pub(super) fn taste_contributions(
    context: &RankingContext,
    subject: &PreparedSubject,
    class: FacetClass,
    item: u32,
    half_life: usize,
) -> Vec<(Source, f64)> {
    let terms = subject.taste.terms(context.index.class(class).row(item), half_life);
    terms.map(|(facet, product)| (Source::Facet(facet), product)).collect()
}
