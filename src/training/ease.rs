//! EASE (Steck 2019): item-to-item weights in closed form. With X the subjects × items matrix of likes, G = XᵀX + λI
//! and P = G⁻¹, the matrix B = −P / diag(P) with a zero diagonal is the ridge regression of each item on all others.

use ndarray::Array2;
use nextpick_kernel::dense;

use crate::base::index::ItemIndex;
use crate::base::order;
use crate::features::item_weights::ItemWeights;

/// Largest number of items solved: in a larger library, the most liked ones. Time grows with the cube, memory with the
/// square: 72 MB at this size.
pub const MOST_ITEMS: usize = 3000;

/// Largest number of weights kept per item, by absolute value.
pub const KEPT: usize = 200;

/// Likes per subject: (item, strength), items ascending.
pub type LikeLists = Vec<Vec<(ItemIndex, f64)>>;

/// A solved library.
#[derive(Debug)]
pub struct EaseSolver {
    /// The items solved, ascending.
    items: Vec<ItemIndex>,
    /// B, items × items in the order of `items`: row = liked item, column = scored item.
    weights: Array2<f64>,
}

impl EaseSolver {
    /// Solves the `most` most liked items. `None` if nothing was liked or the matrix is not invertible.
    pub fn solve(likes: &LikeLists, lambda: f64, most: usize) -> Option<Self> {
        let items = most_liked(likes, most);
        if items.is_empty() {
            return None;
        }
        let n = items.len();
        let mut matrix = gram(likes, &items);
        matrix.diag_mut().mapv_inplace(|value| value + lambda);
        let flat = matrix.as_slice_mut().expect("rows lie one after the other");
        if !dense::invert(flat, n) {
            return None;
        }
        let diagonal = matrix.diag().to_owned();
        for ((row, column), value) in matrix.indexed_iter_mut() {
            *value = if row == column { 0.0 } else { -*value / diagonal[column] };
        }
        Some(Self { items, weights: matrix })
    }

    /// The items solved, ascending.
    #[cfg(test)]
    fn items(&self) -> &[ItemIndex] {
        &self.items
    }

    /// Returns the scores of all solved items for these likes (index, strength).
    pub fn scores(&self, liked: &[(usize, f64)]) -> Vec<f64> {
        let mut sums = vec![0.0; self.items.len()];
        for &(index, strength) in liked {
            sums.iter_mut().zip(self.weights.row(index)).for_each(|(sum, weight)| *sum += strength * weight);
        }
        sums
    }

    /// Returns the index of an item among those solved.
    pub fn index_of(&self, item: ItemIndex) -> Option<usize> {
        self.items.binary_search(&item).ok()
    }

    /// Returns the [`KEPT`] weights of each item with the largest absolute values.
    pub fn item_weights(&self) -> ItemWeights {
        let mut rows = vec![Vec::new(); self.items.last().map_or(0, |last| last.as_usize() + 1)];
        for (index, &item) in self.items.iter().enumerate() {
            let column = self.items.iter().zip(self.weights.column(index));
            let mut column: Vec<(ItemIndex, f32)> = column.map(|(&liked, &weight)| (liked, weight as f32)).collect();
            column.remove(index);
            order::retain_smallest(&mut column, KEPT, |a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
            column.into_iter().for_each(|(liked, weight)| rows[liked.as_usize()].push((item, weight)));
        }
        ItemWeights::new(rows)
    }
}

/// Returns the `most` items liked by the most subjects, ascending; ties go to the lower index.
fn most_liked(likes: &LikeLists, most: usize) -> Vec<ItemIndex> {
    let highest = likes.iter().flatten().map(|(item, _)| item.as_usize() + 1).max().unwrap_or(0);
    let mut counts = vec![0u32; highest];
    likes.iter().flatten().for_each(|(item, _)| counts[item.as_usize()] += 1);
    let mut items: Vec<ItemIndex> = ItemIndex::first(highest).filter(|&item| counts[item.as_usize()] > 0).collect();
    order::retain_smallest(&mut items, most, |&a, &b| counts[b.as_usize()].cmp(&counts[a.as_usize()]).then(a.cmp(&b)));
    order::sort(&mut items);
    items
}

/// Returns the strength of a like whose kind has this weight: 1 up to weight 1, 1.66 at weight 10.
pub fn strength(weight: f64) -> f64 {
    1.0 + 0.2 * libm::log2(weight.max(1.0))
}

/// Candidate values of λ, about evenly spaced on a logarithmic scale.
const LAMBDAS: [f64; 6] = [10.0, 30.0, 100.0, 200.0, 500.0, 1000.0];

/// Number of most liked items on which λ is chosen.
const TRIED_ON: usize = 800;

/// One of this many likes of a subject is held out to choose λ.
const HELD_OUT: usize = 5;

/// Returns the λ with the highest sum of reciprocal ranks of held-out likes among the items tried.
pub fn choose_lambda(likes: &LikeLists) -> f64 {
    let held_out = |subject: usize, n: usize| (subject + n).is_multiple_of(HELD_OUT);
    let kept = likes.iter().enumerate().map(|(subject, row)| {
        let kept = row.iter().enumerate().filter(|(n, _)| !held_out(subject, *n));
        kept.map(|(_, like)| *like).collect()
    });
    let kept: LikeLists = kept.collect();
    let score = |lambda: f64| {
        let Some(ease) = EaseSolver::solve(&kept, lambda, TRIED_ON) else { return 0.0 };
        let mut sum = 0.0;
        for (subject, row) in likes.iter().enumerate() {
            let indices = |held: bool| {
                let wanted = row.iter().enumerate().filter(move |(n, _)| held_out(subject, *n) == held);
                wanted.filter_map(|(_, (item, strength))| Some((ease.index_of(*item)?, *strength))).collect::<Vec<_>>()
            };
            let (known, hidden) = (indices(false), indices(true));
            if known.is_empty() || hidden.is_empty() {
                continue;
            }
            let mut scores = ease.scores(&known);
            known.iter().for_each(|&(index, _)| scores[index] = f64::NEG_INFINITY);
            for (index, _) in hidden {
                sum += 1.0 / (1.0 + scores.iter().filter(|score| **score > scores[index]).count() as f64);
            }
        }
        sum
    };
    let best = LAMBDAS.map(|lambda| (score(lambda), lambda)).into_iter().rev().max_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or(LAMBDAS[3], |(_, lambda)| lambda)
}

/// Returns the lower triangle of XᵀX, items × items.
fn gram(likes: &LikeLists, items: &[ItemIndex]) -> Array2<f64> {
    let mut matrix = Array2::zeros((items.len(), items.len()));
    let mut liked: Vec<(usize, f64)> = Vec::new();
    for row in likes {
        liked.clear();
        liked.extend(row.iter().filter_map(|(item, strength)| Some((items.binary_search(item).ok()?, *strength))));
        for (n, &(a, strength)) in liked.iter().enumerate() {
            for &(b, other) in &liked[..=n] {
                matrix[[a.max(b), a.min(b)]] += strength * other;
            }
        }
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    fn likes(subjects: usize, items: u32, seed: u64) -> LikeLists {
        let mut random = Random::new(seed);
        let mut row = || (0..items).filter(|_| random.below(3) == 0).map(|item| (ItemIndex(2 * item), 1.0)).collect();
        (0..subjects).map(|_| row()).collect()
    }

    /// Ridge regression of one item on all others by Gaussian elimination: the oracle of the closed form.
    fn plain_column(likes: &LikeLists, items: &[ItemIndex], of: usize, lambda: f64) -> Vec<f64> {
        let others: Vec<usize> = (0..items.len()).filter(|&n| n != of).collect();
        let x = |row: &[(ItemIndex, f64)], n: usize| {
            row.iter().find(|(item, _)| *item == items[n]).map_or(0.0, |(_, s)| *s)
        };
        let product = |a: usize, b: usize| likes.iter().map(|row| x(row, a) * x(row, b)).sum::<f64>();
        let mut system: Vec<Vec<f64>> = others
            .iter()
            .map(|&a| {
                let left = others.iter().map(|&b| product(a, b) + if a == b { lambda } else { 0.0 });
                left.chain([product(a, of)]).collect()
            })
            .collect();
        for k in 0..others.len() {
            let pivot = system[k].clone();
            for (n, row) in system.iter_mut().enumerate().filter(|(n, _)| *n != k) {
                let factor = row[k] / pivot[k];
                let _ = n;
                row.iter_mut().zip(&pivot).for_each(|(value, pivot)| *value -= factor * pivot);
            }
        }
        let mut column = vec![0.0; items.len()];
        others.iter().enumerate().for_each(|(k, &n)| column[n] = system[k][others.len()] / system[k][k]);
        column
    }

    #[test]
    fn the_closed_form_equals_ridge_regression_per_item() {
        let likes = likes(40, 7, 5);
        let ease = EaseSolver::solve(&likes, 3.0, MOST_ITEMS).unwrap();
        for of in 0..ease.items().len() {
            let plain = plain_column(&likes, ease.items(), of, 3.0);
            for (liked, expected) in plain.iter().enumerate() {
                let found = ease.scores(&[(liked, 1.0)])[of];
                assert!((found - expected).abs() < 1e-9, "{liked} -> {of}: {found} {expected}");
            }
        }
    }

    #[test]
    fn a_large_library_is_solved_for_its_most_liked_items() {
        let mut likes = likes(40, 7, 5);
        likes.push(vec![(ItemIndex(100), 1.0)]);
        let ease = EaseSolver::solve(&likes, 3.0, 4).unwrap();
        assert_eq!((ease.items().len(), ease.index_of(ItemIndex(100))), (4, None));
        assert!(EaseSolver::solve(&LikeLists::new(), 3.0, 4).is_none());
    }

    #[test]
    fn item_weights_equal_the_solved_ones() {
        let ease = EaseSolver::solve(&likes(40, 7, 6), 3.0, MOST_ITEMS).unwrap();
        let item_weights = ease.item_weights();
        for (index, &liked) in ease.items().iter().enumerate() {
            for &(item, weight) in item_weights.of(liked) {
                let exact = ease.scores(&[(index, 1.0)])[ease.index_of(item).unwrap()];
                assert_eq!(weight, exact as f32);
            }
            assert!(item_weights.of(liked).is_sorted_by_key(|(item, _)| *item));
            assert_eq!(item_weights.of(liked).len(), ease.items().len() - 1, "few enough to be kept whole");
        }
    }

    #[test]
    fn the_chosen_lambda_is_a_candidate_and_deterministic() {
        let likes = likes(60, 9, 7);
        let lambda = choose_lambda(&likes);
        assert!(LAMBDAS.contains(&lambda));
        assert_eq!(lambda, choose_lambda(&likes));
    }
}
