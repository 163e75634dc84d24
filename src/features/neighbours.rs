//! Co-occurrence of items with the subject's recent likes.

use crate::base::index::ItemIndex;
use crate::base::number::ln_1p;
use crate::base::order;
use crate::base::time::Time;
use crate::memory::history::{History, InteractionStats};

use super::column::{Column, Source};
use super::ranking_context::RankingContext;

/// Number of the most recent likes whose co-occurrences count; bounds the cost of long histories.
const MAX_RECENT_LIKES: usize = 100;

/// Factors inside the logarithms of `crowd` and `near`: the larger, the sooner they flatten.
pub const STEEPNESS: [f64; 2] = [30.0, 1e4];

/// Co-occurrence scores of all items.
#[derive(Debug, Clone, Default)]
pub struct NeighbourScores {
    recent_likes: Vec<ItemIndex>,
    /// Sums of 1/√n- and 1/n-weighted counts by item index; out of date without recent likes.
    scores: Vec<[f64; 2]>,
}

/// Names `neighbours.crowd` = ln(1 + 30·Σ 1/√n), `neighbours.near` = ln(1 + 10⁴·Σ 1/n / √(m + s)), both over the 100
/// items liked last and the subjects that liked both; n = likes of such a subject, m = likes of the item, s = smoothing.
///
/// `crowd` favours items popular among similar subjects; `near`, a first-order graph filter (Xia et al. 2022 use higher
/// orders), favours items with few other likes.
pub fn features() -> Vec<String> {
    vec!["neighbours.crowd".to_owned(), "neighbours.near".to_owned()]
}

impl NeighbourScores {
    /// Sums the scores; none without a history.
    pub fn prepare(&mut self, context: &RankingContext, history: Option<&History>) {
        self.recent_likes.clear();
        let Some(history) = history else { return };
        let kinds = &context.state.world.kinds;
        let last_like = |item_stats: &[InteractionStats]| {
            item_stats.iter().filter(|s| kinds.of(s.kind).positive).map(|s| s.last).max()
        };
        let mut liked: Vec<(Time, ItemIndex)> =
            history.by_item().filter_map(|(item, item_stats)| Some((last_like(item_stats)?, item))).collect();
        let rank = |item: ItemIndex| (context.state.memory.neighbours().rank(item), item);
        order::retain_smallest(&mut liked, MAX_RECENT_LIKES, |a, b| {
            b.0.cmp(&a.0).then_with(|| rank(a.1).cmp(&rank(b.1)))
        });
        self.recent_likes.extend(liked.into_iter().map(|(_, item)| item));
        if !self.recent_likes.is_empty() {
            nextpick_kernel::zero(&mut self.scores, context.state.world.library.ids.len());
            let Self { recent_likes, scores } = self;
            recent_likes.iter().for_each(|&item| context.state.memory.neighbours().add_weighted_counts(item, scores));
        }
    }

    /// Returns the sums of 1/√n- and 1/n-weighted counts by item index; empty if there are none.
    pub fn scores(&self) -> &[[f64; 2]] {
        if self.recent_likes.is_empty() { &[] } else { &self.scores }
    }

    /// Fills the columns of [`features`].
    pub fn fill(&self, context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
        if self.recent_likes.is_empty() {
            return;
        }
        columns.iter_mut().for_each(|column| column.reset(items.len()));
        for (n, &item) in items.iter().enumerate() {
            let [crowd, near] = self.scores[item.as_usize()];
            if crowd > 0.0 {
                columns[0].values[n] = ln_1p(STEEPNESS[0] * crowd);
                columns[1].values[n] = ln_1p(STEEPNESS[1] * near * context.state.memory.neighbours().norm(item));
            }
        }
        columns.iter_mut().for_each(|column| column.live = true);
    }

    /// Splits the logarithm among the recent likes in proportion to their co-occurrence scores.
    pub fn contributions(
        &self,
        context: &RankingContext,
        item: ItemIndex,
        offset: usize,
        value: f64,
    ) -> Vec<(Source, f64)> {
        let score = |liked: ItemIndex| context.state.memory.neighbours().weighted_counts(liked, item)[offset];
        let scores = self.recent_likes.iter().map(|&liked| (liked, score(liked))).filter(|(_, score)| *score > 0.0);
        scores
            .map(|(liked, score)| (Source::Item(liked), value * score / self.scores[item.as_usize()][offset]))
            .collect()
    }
}
