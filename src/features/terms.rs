//! Terms: match of the item's terms with the subject's taste.

use crate::world::facet::FacetClass;

use super::affinity::{HALF_LIVES, fill_taste, taste_contributions};
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

    fn add_needs(&self, needs: &mut FamilyNeeds) {
        needs.terms = true;
    }

    fn fill(&self, context: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        fill_taste(context, subject, FacetClass::Term, items, columns);
    }

    fn contributions(
        &self,
        context: &RankingContext,
        subject: &PreparedSubject,
        item: u32,
        feature: usize,
        _: f64,
    ) -> Vec<(Source, f64)> {
        taste_contributions(context, subject, FacetClass::Term, item, feature)
    }
}
