//! EASE (Steck 2019): item-to-item weights in closed form. With G = XᵀX + λ·1 over the subjects' likings X and
//! P = G⁻¹, B = −P / diag(P) with a zero diagonal is the linear model that best foretells each liking from the others.

use ndarray::Array2;
use nextpick_kernel::dense;

use crate::base::order;
use crate::features::item_weights::ItemWeights;

/// The largest library that is solved; beyond it the most liked items are, and the others have none. The time grows
/// with the cube of it, the memory with the square: 72 MB here.
pub const MOST_ITEMS: usize = 3000;

/// For each item so many of the strongest weights that speak for or against it are kept.
pub const KEPT: usize = 200;

/// What subjects liked: of each a list of items, ascending, with how strongly.
pub type LikeLists = Vec<Vec<(u32, f64)>>;

/// A solved library.
#[derive(Debug)]
pub struct EaseSolver {
    /// The items solved, ascending.
    items: Vec<u32>,
    /// B by the items' places: row `liked`, column `other`.
    weights: Array2<f64>,
}

impl EaseSolver {
    /// Solves the `most` most liked items of the likings. `None` if nothing was liked.
    pub fn solve(likings: &LikeLists, lambda: f64, most: usize) -> Option<Self> {
        let items = most_liked(likings, most);
        if items.is_empty() {
            return None;
        }
        let n = items.len();
        let mut matrix = gram(likings, &items);
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
    pub fn items(&self) -> &[u32] {
        &self.items
    }

    /// What liking the items at some places says of all items solved.
    pub fn speak(&self, liked: &[(usize, f64)]) -> Vec<f64> {
        let mut sums = vec![0.0; self.items.len()];
        for &(place, strength) in liked {
            sums.iter_mut().zip(self.weights.row(place)).for_each(|(sum, weight)| *sum += strength * weight);
        }
        sums
    }

    /// The place of an item among those solved.
    pub fn place(&self, item: u32) -> Option<usize> {
        self.items.binary_search(&item).ok()
    }

    /// The [`KEPT`] strongest weights that speak for or against each item.
    pub fn associations(&self) -> ItemWeights {
        let mut rows = vec![Vec::new(); self.items.last().map_or(0, |last| *last as usize + 1)];
        for (place, &item) in self.items.iter().enumerate() {
            let column = self.items.iter().zip(self.weights.column(place));
            let mut column: Vec<(u32, f32)> = column.map(|(&liked, &weight)| (liked, weight as f32)).collect();
            column.remove(place);
            order::retain_smallest(&mut column, KEPT, |a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
            column.into_iter().for_each(|(liked, weight)| rows[liked as usize].push((item, weight)));
        }
        ItemWeights::new(rows)
    }
}

/// The `most` items liked by the most subjects, ascending by number; among equals the lower number.
fn most_liked(likings: &LikeLists, most: usize) -> Vec<u32> {
    let highest = likings.iter().flatten().map(|(item, _)| *item as usize + 1).max().unwrap_or(0);
    let mut counts = vec![0u32; highest];
    likings.iter().flatten().for_each(|(item, _)| counts[*item as usize] += 1);
    let mut items: Vec<u32> = (0..highest as u32).filter(|&item| counts[item as usize] > 0).collect();
    order::retain_smallest(&mut items, most, |&a, &b| counts[b as usize].cmp(&counts[a as usize]).then(a.cmp(&b)));
    order::sort(&mut items);
    items
}

/// How strongly an interaction of a kind of this weight speaks: a click once, what weighs ten clicks two thirds more.
pub fn strength(weight: f64) -> f64 {
    1.0 + 0.2 * libm::log2(weight.max(1.0))
}

/// The ridges that are tried.
const LAMBDAS: [f64; 6] = [10.0, 30.0, 100.0, 200.0, 500.0, 1000.0];

/// On so many of the most liked items.
const TRIED_ON: usize = 800;

/// Of so many likings of a subject one is held out to try a ridge on.
const HELD_OUT: usize = 5;

/// The ridge whose weights best foretell likings that were held out, by mean reciprocal rank among the items tried on.
pub fn choose_lambda(likings: &LikeLists) -> f64 {
    let held_out = |subject: usize, n: usize| (subject + n).is_multiple_of(HELD_OUT);
    let kept = likings.iter().enumerate().map(|(subject, row)| {
        let kept = row.iter().enumerate().filter(|(n, _)| !held_out(subject, *n));
        kept.map(|(_, liking)| *liking).collect()
    });
    let kept: LikeLists = kept.collect();
    let score = |lambda: f64| {
        let Some(ease) = EaseSolver::solve(&kept, lambda, TRIED_ON) else { return 0.0 };
        let mut sum = 0.0;
        for (subject, row) in likings.iter().enumerate() {
            let places = |held: bool| {
                let wanted = row.iter().enumerate().filter(move |(n, _)| held_out(subject, *n) == held);
                wanted.filter_map(|(_, (item, strength))| Some((ease.place(*item)?, *strength))).collect::<Vec<_>>()
            };
            let (known, asked) = (places(false), places(true));
            if known.is_empty() || asked.is_empty() {
                continue;
            }
            let mut scores = ease.speak(&known);
            known.iter().for_each(|&(place, _)| scores[place] = f64::NEG_INFINITY);
            for (place, _) in asked {
                sum += 1.0 / (1.0 + scores.iter().filter(|score| **score > scores[place]).count() as f64);
            }
        }
        sum
    };
    let best = LAMBDAS.map(|lambda| (score(lambda), lambda)).into_iter().rev().max_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or(LAMBDAS[3], |(_, lambda)| lambda)
}

/// XᵀX over the items.
fn gram(likings: &LikeLists, items: &[u32]) -> Array2<f64> {
    let mut matrix = Array2::zeros((items.len(), items.len()));
    let mut liked: Vec<(usize, f64)> = Vec::new();
    for row in likings {
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

    fn likings(subjects: usize, items: u32, seed: u64) -> LikeLists {
        let mut random = Random::new(seed);
        let mut row = || (0..items).filter(|_| random.below(3) == 0).map(|item| (2 * item, 1.0)).collect();
        (0..subjects).map(|_| row()).collect()
    }

    /// Ridge regression of one item on all others, by Gauss: what the closed form must say.
    fn plain_column(likings: &LikeLists, items: &[u32], of: usize, lambda: f64) -> Vec<f64> {
        let others: Vec<usize> = (0..items.len()).filter(|&n| n != of).collect();
        let x = |row: &[(u32, f64)], n: usize| row.iter().find(|(item, _)| *item == items[n]).map_or(0.0, |(_, s)| *s);
        let product = |a: usize, b: usize| likings.iter().map(|row| x(row, a) * x(row, b)).sum::<f64>();
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
    fn the_closed_form_is_the_ridge_regression_of_each_item_on_the_others() {
        let likings = likings(40, 7, 5);
        let ease = EaseSolver::solve(&likings, 3.0, MOST_ITEMS).unwrap();
        for of in 0..ease.items().len() {
            let plain = plain_column(&likings, ease.items(), of, 3.0);
            for (liked, expected) in plain.iter().enumerate() {
                let found = ease.speak(&[(liked, 1.0)])[of];
                assert!((found - expected).abs() < 1e-9, "{liked} -> {of}: {found} {expected}");
            }
        }
    }

    #[test]
    fn a_library_too_large_is_solved_as_far_as_it_is_liked_most() {
        let mut likings = likings(40, 7, 5);
        likings.push(vec![(100, 1.0)]);
        let ease = EaseSolver::solve(&likings, 3.0, 4).unwrap();
        assert_eq!((ease.items().len(), ease.place(100)), (4, None));
        assert!(EaseSolver::solve(&LikeLists::new(), 3.0, 4).is_none());
    }

    #[test]
    fn associations_hold_what_was_solved() {
        let ease = EaseSolver::solve(&likings(40, 7, 6), 3.0, MOST_ITEMS).unwrap();
        let associations = ease.associations();
        for (place, &liked) in ease.items().iter().enumerate() {
            for &(item, weight) in associations.of(liked) {
                let exact = ease.speak(&[(place, 1.0)])[ease.place(item).unwrap()];
                assert_eq!(weight, exact as f32);
            }
            assert!(associations.of(liked).is_sorted_by_key(|(item, _)| *item));
            assert_eq!(associations.of(liked).len(), ease.items().len() - 1, "few enough to be kept whole");
        }
    }

    #[test]
    fn the_ridge_is_one_of_those_tried_and_the_same_twice() {
        let likings = likings(60, 9, 7);
        let lambda = choose_lambda(&likings);
        assert!(LAMBDAS.contains(&lambda));
        assert_eq!(lambda, choose_lambda(&likings));
    }
}
