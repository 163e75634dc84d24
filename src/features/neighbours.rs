//! Neighbours: co-occurrence of the item with the subject's recent likes.

use crate::base::number::ln_1p;

use super::subject::{FamilyNeeds, PreparedSubject, RankingContext};
use super::{Column, Family, Source};

/// `neighbours.crowd` = ln(1 + 30·Σ 1/√n), `neighbours.near` = ln(1 + 10⁴·Σ 1/n / √(m + s)), both over the 100 items
/// liked last and the subjects that liked both; n = likes of such a subject, m = likes of the item, s = smoothing.
///
/// `crowd` favours items popular among similar subjects; `near`, a first-order graph filter (Xia et al. 2022 use higher
/// orders), favours items with few other likes.
pub struct Neighbours;

/// Factors inside the logarithms of `crowd` and `near`: the larger, the sooner they flatten.
const STEEPNESS: [f64; 2] = [30.0, 1e4];

impl Family for Neighbours {
    fn name(&self) -> &'static str {
        "neighbours"
    }

    fn features(&self) -> Vec<String> {
        vec!["neighbours.crowd".to_owned(), "neighbours.near".to_owned()]
    }

    fn add_needs(&self, needs: &mut FamilyNeeds) {
        needs.neighbours = true;
    }

    fn fill(&self, context: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        if subject.neighbours.scores.is_empty() {
            return;
        }
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            let [crowd, near] = subject.neighbours.scores[item as usize];
            if crowd > 0.0 {
                columns[0].values[n] = ln_1p(STEEPNESS[0] * crowd);
                columns[1].values[n] = ln_1p(STEEPNESS[1] * near * context.memory.neighbours().norm(item));
            }
        }
        columns.iter_mut().for_each(|column| column.live = true);
    }

    /// Splits the logarithm among the recent likes in proportion to their co-occurrence scores.
    fn contributions(
        &self,
        context: &RankingContext,
        subject: &PreparedSubject,
        item: u32,
        feature: usize,
        value: f64,
    ) -> Vec<(Source, f64)> {
        let score = |liked: u32| context.memory.neighbours().weighted_counts(liked, item)[feature];
        let scores = subject
            .neighbours
            .recent_likes
            .iter()
            .map(|&liked| (liked, score(liked)))
            .filter(|(_, score)| *score > 0.0);
        scores
            .map(|(liked, score)| {
                (Source::Item(liked), value * score / subject.neighbours.scores[item as usize][feature])
            })
            .collect()
    }
}
