//! Posterior mean of effects with a normal prior: (XᵀDX + λI)·β = Xᵀr, by conjugate gradients (Hestenes and Stiefel
//! 1952).
//!
//! A row of X has the weights of one item's facets, r the observed minus the expected responses to it, and D their
//! variance. λ is 1/τ².

use crate::base::index::FacetIndex;

/// Maximum number of steps. The prior keeps the system well conditioned.
const MAX_STEPS: usize = 12;

/// The iteration ends when the squared residual is this part of the first.
const TOLERANCE: f64 = 1e-10;

/// Numbers of one facet.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    solution: f64,
    residual: f64,
    direction: f64,
    /// Product of the matrix with the direction.
    product: f64,
}

/// One row of X.
#[derive(Debug, Clone, Copy)]
struct Row {
    residual: f64,
    variance: f64,
    /// End in [`Posterior::weights`].
    end: usize,
}

/// The linear system of one subject, and its solution.
#[derive(Debug, Clone, Default)]
pub struct Posterior {
    rows: Vec<Row>,
    /// (facet, weight), one row after the other.
    weights: Vec<(FacetIndex, f64)>,
    /// The facets that occur, in the order of their first occurrence.
    facets: Vec<FacetIndex>,
    /// By facet.
    occurs: Vec<bool>,
    entries: Vec<Entry>,
}

impl Posterior {
    /// Resets to no rows, for `facets` facets.
    pub fn clear(&mut self, facets: usize) {
        for facet in self.facets.drain(..) {
            self.occurs[facet.as_usize()] = false;
            self.entries[facet.as_usize()] = Entry::default();
        }
        self.occurs.resize(facets, false);
        self.entries.resize(facets, Entry::default());
        self.rows.clear();
        self.weights.clear();
    }

    /// Adds a weight to the current row.
    pub fn put(&mut self, facet: FacetIndex, weight: f64) {
        if !std::mem::replace(&mut self.occurs[facet.as_usize()], true) {
            self.facets.push(facet);
        }
        self.weights.push((facet, weight));
    }

    /// Ends the current row with its residual and variance.
    pub fn end_row(&mut self, residual: f64, variance: f64) {
        self.rows.push(Row { residual, variance, end: self.weights.len() });
    }

    /// Solves the system with this prior precision λ, above 0.
    pub fn solve(&mut self, precision: f64) {
        self.start();
        let first = self.sum(|entry| entry.residual * entry.residual);
        let mut squared = first;
        for _ in 0..MAX_STEPS {
            if squared <= TOLERANCE * first {
                break;
            }
            self.multiply(precision);
            let length = squared / self.sum(|entry| entry.direction * entry.product);
            self.each(|entry| {
                entry.solution += length * entry.direction;
                entry.residual -= length * entry.product;
            });
            let next = self.sum(|entry| entry.residual * entry.residual);
            self.each(|entry| entry.direction = entry.residual + next / squared * entry.direction);
            squared = next;
        }
    }

    /// Iterates over the facets that occur, with the posterior mean of their effects.
    pub fn means(&self) -> impl Iterator<Item = (FacetIndex, f64)> {
        self.facets.iter().map(|&facet| (facet, self.entries[facet.as_usize()].solution))
    }

    /// Sets residual and direction to Xᵀr, those of the solution 0.
    fn start(&mut self) {
        let Self { rows, weights, entries, .. } = self;
        let mut start = 0;
        for row in rows {
            for &(facet, weight) in &weights[start..row.end] {
                entries[facet.as_usize()].residual += weight * row.residual;
            }
            start = row.end;
        }
        self.each(|entry| entry.direction = entry.residual);
    }

    /// Sets product to (XᵀDX + λI)·direction.
    fn multiply(&mut self, precision: f64) {
        self.each(|entry| entry.product = precision * entry.direction);
        let Self { rows, weights, entries, .. } = self;
        let mut start = 0;
        for row in rows {
            let own = &weights[start..row.end];
            let along: f64 = own.iter().map(|&(facet, weight)| weight * entries[facet.as_usize()].direction).sum();
            let scaled = row.variance * along;
            own.iter().for_each(|&(facet, weight)| entries[facet.as_usize()].product += weight * scaled);
            start = row.end;
        }
    }

    fn sum(&self, value: impl Fn(&Entry) -> f64) -> f64 {
        self.facets.iter().map(|facet| value(&self.entries[facet.as_usize()])).sum()
    }

    fn each(&mut self, change: impl Fn(&mut Entry)) {
        self.facets.iter().for_each(|facet| change(&mut self.entries[facet.as_usize()]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    /// Facets with weights, the residual and the variance of one response.
    type Row = (Vec<(usize, f64)>, f64, f64);

    /// Returns the system as dense matrix and right side.
    fn dense(rows: &[Row], n: usize, precision: f64) -> (Vec<Vec<f64>>, Vec<f64>) {
        let (mut matrix, mut right) = (vec![vec![0.0; n]; n], vec![0.0; n]);
        (0..n).for_each(|i| matrix[i][i] = precision);
        for (row, residual, variance) in rows {
            for &(i, a) in row {
                right[i] += a * residual;
                row.iter().for_each(|&(j, b)| matrix[i][j] += variance * a * b);
            }
        }
        (matrix, right)
    }

    #[test]
    fn the_solution_satisfies_the_system() {
        for seed in 0..30 {
            let mut random = Random::new(seed);
            let n = 1 + random.below(10);
            let rows: Vec<_> = (0..1 + random.below(60))
                .map(|_| {
                    let mut row = Vec::new();
                    for facet in 0..n {
                        if random.below(3) == 0 {
                            row.push((facet, random.unit()));
                        }
                    }
                    (row, random.unit() * 2.0 - 1.0, random.unit() * 3.0)
                })
                .collect();
            let mut posterior = Posterior::default();
            // Once with other rows, to see that nothing of them stays.
            for rows in [&rows[..1], &rows] {
                posterior.clear(n);
                for (row, residual, variance) in rows {
                    row.iter().for_each(|&(facet, weight)| posterior.put(FacetIndex(facet as u32), weight));
                    posterior.end_row(*residual, *variance);
                }
                posterior.solve(2.0);
            }
            let (matrix, right) = dense(&rows, n, 2.0);
            let mut solution = vec![0.0; n];
            posterior.means().for_each(|(facet, mean)| solution[facet.as_usize()] = mean);
            for i in 0..n {
                let product: f64 = matrix[i].iter().zip(&solution).map(|(a, b)| a * b).sum();
                assert!(
                    (product - right[i]).abs() < 1e-3 * right.iter().map(|r| r.abs()).sum::<f64>().max(1e-9),
                    "{seed} {i}: {product} {}",
                    right[i]
                );
            }
        }
    }

    #[test]
    fn a_single_facet_has_the_closed_form() {
        let mut posterior = Posterior::default();
        posterior.clear(1);
        for (residual, variance) in [(0.7, 0.2), (-0.1, 0.3)] {
            posterior.put(FacetIndex(0), 1.0);
            posterior.end_row(residual, variance);
        }
        posterior.solve(4.0);
        let means: Vec<f64> = posterior.means().map(|(_, mean)| mean).collect();
        assert!((means[0] - 0.6 / 4.5).abs() < 1e-12 && means.len() == 1, "{means:?}");
    }

    #[test]
    fn without_rows_there_are_no_means() {
        let mut posterior = Posterior::default();
        posterior.clear(3);
        posterior.solve(1.0);
        assert_eq!(posterior.means().count(), 0);
    }
}
