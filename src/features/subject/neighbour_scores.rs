//! Scores of items related to the subject's likes: by co-occurrence, and by fitted item-to-item weights.

use crate::base::order;
use crate::base::time::Time;
use crate::memory::history::{History, InteractionStats};

use super::{FamilyNeeds, RankingContext};

/// Number of the most recent likes whose co-occurrences count; bounds the cost of long histories.
const MAX_RECENT_LIKES: usize = 100;

/// Scores by item index.
#[derive(Debug, Clone, Default)]
pub struct NeighbourScores {
    /// The most recent likes.
    pub recent_likes: Vec<u32>,
    /// Sums of 1/√n- and 1/n-weighted counts per item; empty if there are none.
    pub scores: Vec<[f64; 2]>,
    /// All liked items with fitted weights.
    pub ease_likes: Vec<u32>,
    /// Sum of their weights per item; empty if there are none.
    pub ease_scores: Vec<f64>,
}

impl NeighbourScores {
    pub(super) fn prepare(&mut self, context: &RankingContext, history: Option<&History>, needs: FamilyNeeds) {
        self.recent_likes.clear();
        self.scores.clear();
        self.ease_likes.clear();
        self.ease_scores.clear();
        let Some(history) = history else { return };
        if needs.neighbours {
            self.prepare_neighbours(context, history);
        }
        if needs.ease && !context.associations.is_empty() {
            self.prepare_ease(context, history);
        }
    }

    fn prepare_neighbours(&mut self, context: &RankingContext, history: &History) {
        let kinds = &context.world.kinds;
        let last_like = |item_stats: &[InteractionStats]| {
            item_stats.iter().filter(|s| kinds.of(s.kind).positive).map(|s| s.last).max()
        };
        let mut liked: Vec<(Time, u32)> =
            history.by_item().filter_map(|(item, item_stats)| Some((last_like(item_stats)?, item))).collect();
        let rank = |item: u32| (context.memory.neighbours().rank(item), item);
        order::retain_smallest(&mut liked, MAX_RECENT_LIKES, |a, b| {
            b.0.cmp(&a.0).then_with(|| rank(a.1).cmp(&rank(b.1)))
        });
        self.recent_likes.extend(liked.into_iter().map(|(_, item)| item));
        if !self.recent_likes.is_empty() {
            self.scores.resize(context.world.library.ids.len(), [0.0; 2]);
            self.recent_likes
                .iter()
                .for_each(|&item| context.memory.neighbours().add_weighted_counts(item, &mut self.scores));
        }
    }

    fn prepare_ease(&mut self, context: &RankingContext, history: &History) {
        let has_weights = |item: &u32| !context.associations.of(*item).is_empty();
        self.ease_likes.extend(history.liked(&context.world.kinds).filter(has_weights));
        if !self.ease_likes.is_empty() {
            self.ease_scores.resize(context.world.library.ids.len(), 0.0);
            for &liked in &self.ease_likes {
                for &(item, weight) in context.associations.of(liked) {
                    self.ease_scores[item as usize] += f64::from(weight);
                }
            }
        }
    }
}
