//! Fatigue: how often the viewer was shown this item, and its like, of late without taking it up.

use crate::base::number::ln_1p;

use super::subject::{FamilyNeeds, PreparedSubject, RankingContext, SHOWN_CLASSES};
use super::{Column, Family, Source};

/// `fatigue.item` = ln(1 + decayed showings of the item); `fatigue.<class>` = ln(1 + ⟨showings by facet, item's row⟩).
pub struct Fatigue;

impl Family for Fatigue {
    fn name(&self) -> &'static str {
        "fatigue"
    }

    fn features(&self) -> Vec<String> {
        let classes = SHOWN_CLASSES.iter().map(|class| format!("fatigue.{}", class.name()));
        ["fatigue.item".to_owned()].into_iter().chain(classes).collect()
    }

    fn wants(&self, wanted: &mut FamilyNeeds) {
        wanted.showings = true;
    }

    fn fill(&self, scene: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        if viewer.showings.items.is_empty() {
            return;
        }
        columns.iter_mut().for_each(|column| column.open(items.len()));
        let (of_item, of_classes) = columns.split_first_mut().expect("the item's own comes first");
        for (value, item) in of_item.values.iter_mut().zip(items) {
            if let Ok(place) = viewer.showings.items.binary_search_by_key(item, |showing| showing.0) {
                *value = ln_1p(viewer.showings.items[place].1);
            }
        }
        of_item.live = true;
        for (column, class) in of_classes.iter_mut().zip(SHOWN_CLASSES) {
            let rows = scene.index.class(class);
            for (value, &item) in column.values.iter_mut().zip(items) {
                let [shown] = viewer.showings.facets.dot(rows.row(item));
                if shown > 0.0 {
                    *value = ln_1p(shown);
                    column.live = true;
                }
            }
        }
    }

    fn parts(
        &self,
        scene: &RankingContext,
        viewer: &PreparedSubject,
        item: u32,
        feature: usize,
        value: f64,
    ) -> Vec<(Source, f64)> {
        let Some(class) = feature.checked_sub(1).map(|n| SHOWN_CLASSES[n]) else { return vec![(Source::Whole, value)] };
        let row = scene.index.class(class).row(item);
        let [whole] = viewer.showings.facets.dot(row);
        viewer
            .showings
            .facets
            .terms(row, 0)
            .map(|(facet, shown)| (Source::Facet(facet), value * shown / whole))
            .collect()
    }
}
