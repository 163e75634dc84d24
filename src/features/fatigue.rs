//! Fatigue: recent exposures of the subject to the item, and to its facets, that no positive interaction answered.

use crate::base::number::ln_1p;

use super::subject::{EXPOSURE_CLASSES, FamilyNeeds, PreparedSubject, RankingContext};
use super::{Column, Family, Source};

/// `fatigue.item` = ln(1 + decayed exposures of the item), `fatigue.<class>` = ln(1 + ⟨facet exposures, item's row⟩).
pub struct Fatigue;

impl Family for Fatigue {
    fn name(&self) -> &'static str {
        "fatigue"
    }

    fn features(&self) -> Vec<String> {
        let classes = EXPOSURE_CLASSES.iter().map(|class| format!("fatigue.{}", class.name()));
        ["fatigue.item".to_owned()].into_iter().chain(classes).collect()
    }

    fn add_needs(&self, needs: &mut FamilyNeeds) {
        needs.unanswered = true;
    }

    fn fill(&self, context: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        if subject.unanswered.items.is_empty() {
            return;
        }
        columns.iter_mut().for_each(|column| column.open(items.len()));
        let (by_item, by_class) = columns.split_first_mut().expect("the item's own comes first");
        for (value, item) in by_item.values.iter_mut().zip(items) {
            if let Ok(found) = subject.unanswered.items.binary_search_by_key(item, |exposure| exposure.0) {
                *value = ln_1p(subject.unanswered.items[found].1);
            }
        }
        by_item.live = true;
        for (column, class) in by_class.iter_mut().zip(EXPOSURE_CLASSES) {
            let rows = context.index.class(class);
            for (value, &item) in column.values.iter_mut().zip(items) {
                let [shown] = subject.unanswered.facets.dot(rows.row(item));
                if shown > 0.0 {
                    *value = ln_1p(shown);
                    column.live = true;
                }
            }
        }
    }

    fn contributions(
        &self,
        context: &RankingContext,
        subject: &PreparedSubject,
        item: u32,
        feature: usize,
        value: f64,
    ) -> Vec<(Source, f64)> {
        let Some(class) = feature.checked_sub(1).map(|n| EXPOSURE_CLASSES[n]) else {
            return vec![(Source::Whole, value)];
        };
        let row = context.index.class(class).row(item);
        let [whole] = subject.unanswered.facets.dot(row);
        subject
            .unanswered
            .facets
            .terms(row, 0)
            .map(|(facet, shown)| (Source::Facet(facet), value * shown / whole))
            .collect()
    }
}
