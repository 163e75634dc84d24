//! Ease: how much the items the viewer liked speak for the item, by the associations that a fit found (Steck 2019).

use super::subject::{FamilyNeeds, PreparedSubject, RankingContext};
use super::{Column, Family, Source};

/// `ease` = ±√|Σ over all items liked of the association with the item|, with the sum's own sign.
pub struct Ease;

impl Family for Ease {
    fn name(&self) -> &'static str {
        "ease"
    }

    fn features(&self) -> Vec<String> {
        vec!["ease".to_owned()]
    }

    fn wants(&self, wanted: &mut FamilyNeeds) {
        wanted.ease = true;
    }

    fn fill(&self, _: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        if viewer.kin.associated.is_empty() {
            return;
        }
        columns[0].open(items.len());
        for (value, &item) in columns[0].values.iter_mut().zip(items) {
            *value = root(viewer.kin.associated[item as usize]);
        }
        columns[0].live = true;
    }

    /// The root is shared among the items liked in proportion to what each adds or takes under it.
    fn parts(
        &self,
        scene: &RankingContext,
        viewer: &PreparedSubject,
        item: u32,
        _: usize,
        value: f64,
    ) -> Vec<(Source, f64)> {
        let weight = |liked: u32| {
            let row = scene.associations.of(liked);
            row.binary_search_by_key(&item, |(other, _)| *other).map_or(0.0, |place| f64::from(row[place].1))
        };
        let parts = viewer.kin.liked.iter().map(|&liked| (liked, weight(liked))).filter(|(_, weight)| *weight != 0.0);
        parts.map(|(liked, w)| (Source::Item(liked), value * w / viewer.kin.associated[item as usize])).collect()
    }
}

/// The root of a number's size, with its sign.
fn root(sum: f64) -> f64 {
    if sum < 0.0 { -(-sum).sqrt() } else { sum.sqrt() }
}
