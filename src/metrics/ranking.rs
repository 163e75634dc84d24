//! Metrics of ranked lists.

/// Returns the rank of candidate `index` by score, from 1; candidates with equal scores get the mean of their ranks, so
/// that constant scores gain nothing.
pub fn middle_rank(scores: &[f64], index: usize) -> f64 {
    let own = scores[index];
    let (mut above, mut equal) = (0u32, 0u32);
    for &score in scores {
        above += u32::from(score > own);
        equal += u32::from(score == own);
    }
    f64::from(above) + f64::from(equal + 1) / 2.0
}

/// HR@k: 1 if any relevant item ranks among the first k, else 0.
pub fn hit(ranks: &[f64], k: usize) -> f64 {
    f64::from(ranks.iter().any(|&rank| rank <= k as f64))
}

/// Recall@k: the share of relevant items among the first k.
pub fn recall(ranks: &[f64], k: usize) -> f64 {
    ranks.iter().filter(|&&rank| rank <= k as f64).count() as f64 / ranks.len().max(1) as f64
}

/// NDCG@k with binary gains and the discount 1 / log2(1 + rank) (Järvelin and Kekäläinen 2002).
pub fn ndcg(ranks: &[f64], k: usize) -> f64 {
    let gain = |rank: f64| 1.0 / libm::log2(1.0 + rank);
    let found: f64 = ranks.iter().filter(|&&rank| rank <= k as f64).map(|&rank| gain(rank)).sum();
    let ideal: f64 = (1..=ranks.len().min(k)).map(|rank| gain(rank as f64)).sum();
    if ideal > 0.0 { found / ideal } else { 0.0 }
}

/// The reciprocal rank of the best relevant item; its mean is MRR.
pub fn reciprocal(ranks: &[f64]) -> f64 {
    ranks.iter().fold(0.0, |best, &rank| f64::max(best, 1.0 / rank))
}

/// Writes the indices of the k highest scores to `best`, highest first; ties in index order.
pub fn top(scores: &[f64], k: usize, best: &mut Vec<usize>) {
    best.clear();
    for (index, &score) in scores.iter().enumerate() {
        if best.len() == k && best.last().is_none_or(|&last| scores[last] >= score) {
            continue;
        }
        best.truncate(k - 1);
        let before = best.partition_point(|&other| scores[other] >= score);
        best.insert(before, index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    /// Scores with many ties.
    fn scores(random: &mut Random) -> Vec<f64> {
        (0..1 + random.below(12)).map(|_| random.below(4) as f64).collect()
    }

    #[test]
    fn the_middle_rank_is_the_mean_over_tie_breaks() {
        let mut random = Random::new(1);
        for _ in 0..200 {
            let scores = scores(&mut random);
            for index in 0..scores.len() {
                let above = scores.iter().filter(|score| **score > scores[index]).count();
                let equal = scores.iter().filter(|score| **score == scores[index]).count();
                let possible = (1..=equal).map(|n| (above + n) as f64);
                let mean = possible.sum::<f64>() / equal as f64;
                assert_eq!(middle_rank(&scores, index), mean, "{scores:?}");
            }
        }
    }

    #[test]
    fn top_equals_the_head_of_the_sorted_list() {
        let mut random = Random::new(2);
        let mut best = Vec::new();
        for _ in 0..500 {
            let scores = scores(&mut random);
            let mut sorted: Vec<usize> = (0..scores.len()).collect();
            sorted.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
            for k in 1..=scores.len() + 1 {
                top(&scores, k, &mut best);
                assert_eq!(best, sorted[..k.min(scores.len())], "{scores:?}");
            }
        }
    }

    #[test]
    fn metrics_follow_their_definitions() {
        // Relevant at 1 and 3 of 5: DCG = 1 + 1/2, ideal = 1 + 1/log2(3).
        let ranks = [3.0, 1.0];
        assert_eq!((hit(&ranks, 2), recall(&ranks, 2), recall(&ranks, 3), reciprocal(&ranks)), (1.0, 0.5, 1.0, 1.0));
        assert!((ndcg(&ranks, 5) - 1.5 / (1.0 + 1.0 / 3f64.log2())).abs() < 1e-15);
        // Only one relevant item fits into the first rank.
        assert_eq!(ndcg(&ranks, 1), 1.0);
        assert_eq!((hit(&[4.0], 3), ndcg(&[4.0], 3), reciprocal(&[4.0])), (0.0, 0.0, 0.25));
    }
}
