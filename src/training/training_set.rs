//! The training set of one kind, as sparse rows of features.

use linfa::dataset::Records;
use ndarray::Array2;
use nextpick_kernel::sparse;

use crate::base::number::sigmoid;

/// Sparse rows, one after the other.
#[derive(Debug, Clone, Default)]
pub struct SparseRows {
    /// Exclusive end of each row in `columns` and `values`; the first starts at 0.
    pub ends: Vec<u32>,
    /// Feature columns, ascending within a row.
    pub columns: Vec<u16>,
    /// The value of each column.
    pub values: Vec<f32>,
}

impl SparseRows {
    /// Adds a value to the current row; zeros are left out.
    pub fn put(&mut self, column: usize, value: f64) {
        if value != 0.0 {
            self.columns.push(column as u16);
            self.values.push(value as f32);
        }
    }
    /// Ends the current row.
    pub fn end(&mut self) {
        self.ends.push(self.columns.len() as u32);
    }
    /// Adds a value to the row that was ended last.
    pub fn put_at_end(&mut self, column: usize, value: f64) {
        self.put(column, value);
        if let Some(end) = self.ends.last_mut() {
            *end = self.columns.len() as u32;
        }
    }
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
    /// Returns the columns and values of a row.
    pub fn row(&self, row: usize) -> (&[u16], &[f32]) {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        let range = start..self.ends[row] as usize;
        (&self.columns[range.clone()], &self.values[range])
    }
    /// Size in bytes.
    pub fn size(&self) -> usize {
        4 * self.ends.len() + 6 * self.columns.len()
    }
}

/// The training set of one kind. Rows of exposures come first, each with a label; then the choices, each a run of rows
/// that begins with the chosen item.
///
/// The last feature is 1 for exposures and 0 for choices: its weight is the bias, which choices do not determine.
#[derive(Debug, Clone, Default)]
pub struct TrainingSet {
    /// Number of features, the bias included.
    pub features: usize,
    /// The features of all rows.
    pub rows: SparseRows,
    /// logQ correction per row, added to its logit: −ln(expected draws); 0 for exposures and chosen items.
    pub offsets: Vec<f64>,
    /// Number of exposures.
    pub shown: usize,
    /// Exclusive end of each choice, in rows.
    pub choices: Vec<u32>,
}

impl Records for TrainingSet {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.shown + self.choices.len()
    }
    fn nfeatures(&self) -> usize {
        self.features
    }
}

/// At most this many evenly spaced examples of each sort estimate the Hessian.
const CURVED: usize = 6000;

impl TrainingSet {
    /// The row ranges of the choices.
    pub fn runs(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let starts = std::iter::once(self.shown).chain(self.choices.iter().map(|&end| end as usize));
        starts.zip(&self.choices).map(|(start, &end)| start..end as usize)
    }

    /// Returns the logits of all rows, offsets included.
    pub fn scores(&self, weights: &[f64]) -> Vec<f64> {
        let mut z = vec![0.0; self.rows.len()];
        let ends: Vec<u32> = std::iter::once(0).chain(self.rows.ends.iter().copied()).collect();
        sparse::scores(&mut z, weights, &ends, &self.rows.columns, &self.rows.values, &self.offsets);
        z
    }

    /// Returns −ln L and adds its gradient to `gradient`: logistic loss of exposures (`labels`), softmax loss of
    /// choices with each row weighted by 1 / expected draws (Horvitz and Thompson 1952).
    pub fn loss(&self, weights: &[f64], labels: &[f64], gradient: &mut [f64]) -> f64 {
        let mut z = self.scores(weights);
        let mut loss = 0.0;
        for (z, &label) in z.iter_mut().zip(labels) {
            loss += softplus(*z) - label * *z;
            *z = sigmoid(*z) - label;
        }
        for run in self.runs() {
            let chosen = z[run.start];
            loss += softmax(&mut z[run.clone()]) - chosen;
            z[run.start] -= 1.0;
        }
        let ends: Vec<u32> = std::iter::once(0).chain(self.rows.ends.iter().copied()).collect();
        sparse::gather(gradient, &ends, &self.rows.columns, &self.rows.values, &z);
        loss
    }

    /// Returns the loss of each example at these logits of all rows, in nats: exposures, then choices.
    pub fn losses(&self, z: &[f64], labels: &[f64]) -> Vec<f64> {
        let of_exposures = z.iter().zip(labels).map(|(&z, label)| softplus(z) - label * z);
        let of_choices = self.runs().map(|run| softmax(&mut z[run.clone()].to_vec()) - z[run.start]);
        of_exposures.chain(of_choices).collect()
    }

    /// Returns the Hessian of the loss, features × features, estimated from at most [`CURVED`] exposures and choices
    /// and scaled to all.
    pub fn hessian(&self, weights: &[f64]) -> Array2<f64> {
        let n = self.features;
        let mut matrix = vec![0.0; n * n];
        let mut z = self.scores(weights);
        let (step, scale) = spacing(self.shown);
        for (row, &z) in z[..self.shown].iter().enumerate().step_by(step) {
            let chance = sigmoid(z);
            let (columns, values) = self.rows.row(row);
            sparse::add_square(&mut matrix, n, columns, values, scale * chance * (1.0 - chance));
        }
        let (step, scale) = spacing(self.choices.len());
        let mut mean = vec![0.0; n];
        for run in self.runs().step_by(step) {
            softmax(&mut z[run.clone()]);
            mean.fill(0.0);
            for row in run {
                let (columns, values) = self.rows.row(row);
                sparse::add_square(&mut matrix, n, columns, values, scale * z[row]);
                sparse::add(&mut mean, columns, values, z[row]);
            }
            for (i, mean_i) in mean.iter().enumerate().filter(|(_, mean)| **mean != 0.0) {
                let row = &mut matrix[i * n..i * n + i + 1];
                row.iter_mut().zip(&mean).for_each(|(value, mean_j)| *value -= scale * mean_i * mean_j);
            }
        }
        for i in 0..n {
            (0..i).for_each(|j| matrix[j * n + i] = matrix[i * n + j]);
        }
        Array2::from_shape_vec((n, n), matrix).expect("n rows of n")
    }

    /// Returns the standard deviation of each feature over the rows; 0 for a constant one.
    pub fn std_devs(&self) -> Vec<f64> {
        let (mut sums, mut squares) = (vec![0.0; self.features], vec![0.0; self.features]);
        for (&column, &value) in self.rows.columns.iter().zip(&self.rows.values) {
            sums[column as usize] += f64::from(value);
            squares[column as usize] += f64::from(value) * f64::from(value);
        }
        let n = self.rows.len().max(1) as f64;
        let deviation = |(sum, square): (&f64, &f64)| (square / n - (sum / n) * (sum / n)).max(0.0).sqrt();
        sums.iter().zip(&squares).map(deviation).collect()
    }
}

/// Returns the step between sampled examples, and the weight of each.
fn spacing(examples: usize) -> (usize, f64) {
    let step = examples.div_ceil(CURVED).max(1);
    (step, examples as f64 / examples.div_ceil(step).max(1) as f64)
}

/// Turns logits into probabilities that sum to 1, and returns ln Σ e^z.
fn softmax(z: &mut [f64]) -> f64 {
    let highest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    z.iter_mut().for_each(|z| *z = libm::exp(*z - highest));
    let sum: f64 = z.iter().sum();
    z.iter_mut().for_each(|z| *z /= sum);
    highest + libm::log(sum)
}

/// Returns ln(1 + e^z), without overflow.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + libm::log1p(libm::exp(-z.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    /// Twenty exposures and ten choices among five items, with four features and a bias.
    pub fn training_set(seed: u64) -> (TrainingSet, Vec<f64>) {
        let mut random = Random::new(seed);
        let mut training_set = TrainingSet { features: 5, ..TrainingSet::default() };
        let mut row = |training_set: &mut TrainingSet, shown: bool, offset: f64| {
            (0..4).for_each(|column| training_set.rows.put(column, random.unit() * 2.0 - 1.0));
            training_set.rows.end();
            if shown {
                training_set.rows.put_at_end(4, 1.0);
            }
            training_set.offsets.push(offset);
        };
        (0..20).for_each(|_| row(&mut training_set, true, 0.0));
        training_set.shown = 20;
        for choice in 1..=10 {
            (0..5).for_each(|n| row(&mut training_set, false, if n == 0 { 0.0 } else { 1.5 }));
            training_set.choices.push(20 + 5 * choice);
        }
        (training_set, (0..20).map(|n| f64::from(u8::from(n % 3 == 0))).collect())
    }

    /// The loss by definition: dense, one example after the other.
    fn plain_loss(training_set: &TrainingSet, labels: &[f64], weights: &[f64]) -> f64 {
        let z = |row: usize| {
            let (columns, values) = training_set.rows.row(row);
            training_set.offsets[row]
                + columns.iter().zip(values).map(|(p, v)| weights[*p as usize] * f64::from(*v)).sum::<f64>()
        };
        let shown: f64 = (0..training_set.shown)
            .map(|row| if labels[row] > 0.5 { -sigmoid(z(row)).ln() } else { -(1.0 - sigmoid(z(row))).ln() })
            .sum();
        let chosen: f64 =
            training_set.runs().map(|run| run.clone().map(|row| z(row).exp()).sum::<f64>().ln() - z(run.start)).sum();
        shown + chosen
    }

    #[test]
    fn loss_slopes_and_curvature_are_those_of_the_plain_loss() {
        for seed in 0..5 {
            let (training_set, labels) = training_set(seed);
            let weights = [0.3, -0.7, 1.1, 0.2, -0.4];
            let mut gradient = vec![0.0; 5];
            let loss = training_set.loss(&weights, &labels, &mut gradient);
            assert!((loss - plain_loss(&training_set, &labels, &weights)).abs() < 1e-9);
            let hessian = training_set.hessian(&weights);
            for n in 0..5 {
                let at = |step: f64| {
                    let mut moved = weights;
                    moved[n] += step;
                    moved
                };
                let slope = |weights: &[f64]| {
                    let mut gradient = vec![0.0; 5];
                    training_set.loss(weights, &labels, &mut gradient);
                    gradient
                };
                let (up, down) =
                    (plain_loss(&training_set, &labels, &at(1e-5)), plain_loss(&training_set, &labels, &at(-1e-5)));
                assert!((gradient[n] - (up - down) / 2e-5).abs() < 1e-4, "slope {n}");
                let (up, down) = (slope(&at(1e-5)), slope(&at(-1e-5)));
                for m in 0..5 {
                    assert!((hessian[[n, m]] - (up[m] - down[m]) / 2e-5).abs() < 1e-4, "curvature {n} {m}");
                }
            }
        }
    }
}
