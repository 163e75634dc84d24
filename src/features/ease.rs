//! Fitted item-to-item weights from the items the subject liked to an item (EASE, Steck 2019).

use crate::base::index::ItemIndex;
use crate::memory::history::History;

use super::column::{Column, Source};
use super::ranking_context::RankingContext;

/// Sums of the fitted weights from the subject's likes to all items.
#[derive(Debug, Clone, Default)]
pub struct EaseScores {
    /// All liked items with fitted weights.
    likes: Vec<ItemIndex>,
    /// Sum of their weights by item index; empty if there are none.
    scores: Vec<f64>,
}

/// Names `ease` = sign(s)·√|s|, s being the sum over all liked items of their weights for the item.
pub fn features() -> Vec<String> {
    vec!["ease".to_owned()]
}

impl EaseScores {
    /// Sums the weights; none without a history or a fit.
    pub fn prepare(&mut self, context: &RankingContext, history: Option<&History>) {
        self.likes.clear();
        self.scores.clear();
        if context.item_weights.is_empty() {
            return;
        }
        let has_weights = |item: &ItemIndex| !context.item_weights.of(*item).is_empty();
        let likes = history.into_iter().flat_map(|history| history.liked(&context.state.world.kinds));
        self.likes.extend(likes.filter(has_weights));
        if !self.likes.is_empty() {
            self.scores.resize(context.state.world.library.ids.len(), 0.0);
            for &liked in &self.likes {
                for &(item, weight) in context.item_weights.of(liked) {
                    self.scores[item.as_usize()] += f64::from(weight);
                }
            }
        }
    }

    /// Fills the column of [`features`].
    pub fn fill(&self, items: &[ItemIndex], columns: &mut [Column]) {
        if self.scores.is_empty() {
            return;
        }
        columns[0].reset(items.len());
        for (value, &item) in columns[0].values.iter_mut().zip(items) {
            *value = signed_root(self.scores[item.as_usize()]);
        }
        columns[0].live = true;
    }

    /// Splits the root among the liked items in proportion to their weights.
    pub fn contributions(&self, context: &RankingContext, item: ItemIndex, value: f64) -> Vec<(Source, f64)> {
        let weight = |liked: ItemIndex| {
            let row = context.item_weights.of(liked);
            row.binary_search_by_key(&item, |(other, _)| *other).map_or(0.0, |found| f64::from(row[found].1))
        };
        let weights = self.likes.iter().map(|&liked| (liked, weight(liked))).filter(|(_, weight)| *weight != 0.0);
        weights.map(|(liked, w)| (Source::Item(liked), value * w / self.scores[item.as_usize()])).collect()
    }
}

/// Returns sign(sum)·√|sum|.
fn signed_root(sum: f64) -> f64 {
    if sum < 0.0 { -(-sum).sqrt() } else { sum.sqrt() }
}
