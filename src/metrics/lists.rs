//! Ranking quality within lists: among the items that one subject was shown together, were those with the outcome
//! predicted higher? Over all rows, AUC also rewards knowing which subjects respond at all; within a list it does not.

use crate::base::order;

use super::probability::{Predicted, auc};
use super::ranking::ndcg;

/// The ranking metrics of one list with both outcomes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankedList {
    /// Index of the subject.
    pub of: u32,
    /// Number of rows.
    pub n: usize,
    /// AUC of its rows, 0 to 1.
    pub auc: f64,
    /// NDCG of its rows, 0 to 1; rows predicted equal share the mean of their ranks.
    pub ndcg: f64,
}

/// Returns the metrics of each list that has rows with and without the outcome; `lists` has the rows of each list.
pub fn ranked_lists(lists: impl IntoIterator<Item = Vec<Predicted>>) -> Vec<RankedList> {
    let ranked = |mut rows: Vec<Predicted>| {
        order::sort_by(&mut rows, |a, b| a.chance.total_cmp(&b.chance));
        let auc = auc(&rows, |_| 1.0)?;
        Some(RankedList { of: rows[0].of, n: rows.len(), auc, ndcg: ndcg(&ranks(&rows), rows.len()) })
    };
    lists.into_iter().filter_map(ranked).collect()
}

/// The ranks of the rows with the outcome, from 1 for the highest; `sorted` ascends by probability.
fn ranks(sorted: &[Predicted]) -> Vec<f64> {
    let mut ranks = Vec::new();
    let mut below = 0;
    for tied in sorted.chunk_by(|a, b| a.chance == b.chance) {
        let above = sorted.len() - below - tied.len();
        let rank = above as f64 + (tied.len() + 1) as f64 / 2.0;
        ranks.extend(tied.iter().filter(|row| row.happened).map(|_| rank));
        below += tied.len();
    }
    ranks
}

/// Returns GAUC, the mean AUC of the lists weighted by their numbers of rows (Zhu et al. 2017), and their mean NDCG;
/// `None` without a list. `count` is the number of times a list counts.
pub fn means(lists: &[RankedList], count: impl Fn(&RankedList) -> f64) -> [Option<f64>; 2] {
    let (mut rows, mut all, mut auc, mut ndcg) = (0.0, 0.0, 0.0, 0.0);
    for list in lists {
        let times = count(list);
        rows += times * list.n as f64;
        auc += times * list.n as f64 * list.auc;
        all += times;
        ndcg += times * list.ndcg;
    }
    [(all > 0.0).then(|| auc / rows), (all > 0.0).then(|| ndcg / all)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::metrics::ranking::middle_rank;

    fn row(chance: f64, happened: bool) -> Predicted {
        Predicted { chance, happened, of: 0 }
    }

    #[test]
    fn lists_without_both_outcomes_do_not_count() {
        let lists = [
            vec![row(0.9, true), row(0.5, true)],
            vec![row(0.2, false)],
            vec![row(0.2, false), row(0.3, true)],
            vec![row(0.2, true), row(0.3, false), row(0.1, false), row(0.4, true)],
        ];
        let ranked = ranked_lists(lists);
        // The last list: ranks 1 and 3, of four pairs three are right.
        let discounted = 1.5 / (1.0 + 1.0 / 3f64.log2());
        assert_eq!(ranked.iter().map(|list| (list.n, list.auc)).collect::<Vec<_>>(), [(2, 1.0), (4, 0.75)]);
        let [gauc, ndcg] = means(&ranked, |_| 1.0);
        assert!((gauc.unwrap() - (2.0 + 4.0 * 0.75) / 6.0).abs() < 1e-15);
        assert!((ndcg.unwrap() - (1.0 + discounted) / 2.0).abs() < 1e-15);
        assert_eq!(means(&[], |_| 1.0), [None, None]);
    }

    #[test]
    fn ranks_equal_the_middle_ranks_of_a_scan() {
        let mut random = Random::new(8);
        for _ in 0..200 {
            let draw = |_| row(random.below(4) as f64 / 4.0, random.below(2) == 0);
            let rows: Vec<Predicted> = (0..9).map(draw).collect();
            let scores: Vec<f64> = rows.iter().map(|row| row.chance).collect();
            let relevant: Vec<f64> =
                (0..rows.len()).filter(|&n| rows[n].happened).map(|n| middle_rank(&scores, n)).collect();
            if relevant.is_empty() || relevant.len() == rows.len() {
                continue;
            }
            let [list] = ranked_lists([rows.clone()])[..] else { panic!("both outcomes") };
            assert!((list.ndcg - ndcg(&relevant, rows.len())).abs() < 1e-12);
        }
    }

    #[test]
    fn a_constant_prediction_gains_nothing() {
        let [list] = ranked_lists([vec![row(0.3, true), row(0.3, false), row(0.3, false)]])[..] else { panic!("one") };
        assert_eq!((list.auc, list.ndcg), (0.5, 1.0 / 3f64.log2()));
    }
}
