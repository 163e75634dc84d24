//! Ease: fitted item-to-item weights from the items the subject liked to the item (EASE, Steck 2019).

use super::subject::{FamilyNeeds, PreparedSubject, RankingContext};
use super::{Column, Family, Source};

/// `ease` = sign(s)·√|s|, s being the sum over all liked items of their weights for the item.
pub struct Ease;

impl Family for Ease {
    fn name(&self) -> &'static str {
        "ease"
    }

    fn features(&self) -> Vec<String> {
        vec!["ease".to_owned()]
    }

    fn add_needs(&self, needs: &mut FamilyNeeds) {
        needs.ease = true;
    }

    fn fill(&self, _: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        if subject.neighbours.ease_scores.is_empty() {
            return;
        }
        columns[0].open(items.len());
        for (value, &item) in columns[0].values.iter_mut().zip(items) {
            *value = signed_root(subject.neighbours.ease_scores[item as usize]);
        }
        columns[0].live = true;
    }

    /// Splits the root among the liked items in proportion to their weights.
    fn contributions(
        &self,
        context: &RankingContext,
        subject: &PreparedSubject,
        item: u32,
        _: usize,
        value: f64,
    ) -> Vec<(Source, f64)> {
        let weight = |liked: u32| {
            let row = context.associations.of(liked);
            row.binary_search_by_key(&item, |(other, _)| *other).map_or(0.0, |found| f64::from(row[found].1))
        };
        let weights = subject
            .neighbours
            .ease_likes
            .iter()
            .map(|&liked| (liked, weight(liked)))
            .filter(|(_, weight)| *weight != 0.0);
        weights
            .map(|(liked, w)| (Source::Item(liked), value * w / subject.neighbours.ease_scores[item as usize]))
            .collect()
    }
}

/// Returns sign(sum)·√|sum|.
fn signed_root(sum: f64) -> f64 {
    if sum < 0.0 { -(-sum).sqrt() } else { sum.sqrt() }
}
