//! The fit of one kind: penalised maximum likelihood by Newton's method.
//!
//! Minimises −ln L(w) + Σ_f ½·(w_f − w⁰_f)²·s_f²/d²: a normal prior with mean w⁰ and standard deviation d on the
//! weights of features standardised by their standard deviation s. Little data changes little.

use linfa::{DatasetBase, ParamGuard, traits::Fit};
use linfa_linalg::cholesky::{InverseC, SolveCInplace};
use ndarray::{Array1, Array2, Axis};

use crate::base::error::{Error, Result};
use crate::base::value::display_number;

use super::training_set::TrainingSet;

/// Minimum L2 penalty, for weights with a flat prior.
const LEAST_PENALTY: f64 = 1e-6;

/// The iteration ends when no standardised weight moves farther than this.
const NEAR_ENOUGH: f64 = 1e-5;

/// Limit on iterations; about eight are needed.
const STEPS: usize = 60;

/// Iterations between two computations of the Hessian, the most expensive part.
const HESSIAN_EVERY: usize = 4;

/// Parameters of a fit, unchecked.
#[derive(Debug, Clone)]
pub struct NewtonParams(Checked);

/// Checked parameters of a fit.
#[derive(Debug, Clone)]
pub struct Checked {
    prior: Vec<f64>,
    deviation: f64,
    narrowed: f64,
}

/// Fitted weights.
#[derive(Debug, Clone)]
pub struct FittedWeights {
    /// One per feature, the bias last.
    pub weights: Vec<f64>,
    /// Their standard errors, from the inverse of the penalised Hessian at the optimum.
    pub errors: Vec<f64>,
    /// Iterations taken.
    pub steps: usize,
}

impl NewtonParams {
    /// Creates parameters with this prior mean (one weight per feature, the bias last) and prior standard deviation of
    /// standardised weights.
    pub fn new(prior: Vec<f64>, deviation: f64) -> Self {
        Self(Checked { prior, deviation, narrowed: 1.0 })
    }

    /// Multiplies the prior's standard deviation by a factor above 0, at most 1. Standard errors are computed without
    /// the factor: stronger shrinkage is caution, not knowledge.
    pub fn narrowed(mut self, by: f64) -> Self {
        self.0.narrowed = by;
        self
    }
}

impl ParamGuard for NewtonParams {
    type Checked = Checked;
    type Error = Box<Error>;

    fn check_ref(&self) -> Result<&Checked> {
        let is_valid = self.0.deviation.is_finite() && self.0.deviation > 0.0;
        match is_valid && self.0.prior.iter().all(|weight| weight.is_finite()) {
            true => Ok(&self.0),
            false => Err(Error::invalid("fit.deviation", "a number above 0", display_number(self.0.deviation))),
        }
    }

    fn check(self) -> Result<Checked> {
        self.check_ref()?;
        Ok(self.0)
    }
}

impl From<linfa::Error> for Box<Error> {
    fn from(error: linfa::Error) -> Self {
        Error::invalid("fit", "a log that a model can be fitted to", error)
    }
}

impl Fit<TrainingSet, Array1<f64>, Box<Error>> for Checked {
    type Object = FittedWeights;

    /// Fits one kind's weights. `targets` are the labels of the exposures.
    ///
    /// # Errors
    /// The Hessian cannot be inverted.
    fn fit(&self, dataset: &DatasetBase<TrainingSet, Array1<f64>>) -> Result<FittedWeights> {
        let problem =
            NewtonProblem::new(self, &dataset.records, dataset.targets.as_slice().expect("labels lie in a row"));
        let mut weights = self.prior.clone();
        let (mut loss, mut gradient) = problem.loss(&weights);
        let mut hessian = problem.hessian(&weights);
        let mut steps = 0;
        while steps < STEPS {
            if steps % HESSIAN_EVERY == HESSIAN_EVERY - 1 {
                hessian = problem.hessian(&weights);
            }
            steps += 1;
            let step = solve(&hessian, &gradient)?;
            let Some((moved, lower, slope)) = problem.line_search(&weights, loss, &gradient, &step) else { break };
            let far = moved.iter().zip(&weights).zip(&problem.std_devs).map(|((a, b), s)| (a - b).abs() * s);
            let farthest = far.fold(0.0, f64::max);
            (weights, loss, gradient) = (moved, lower, slope);
            if farthest < NEAR_ENOUGH {
                break;
            }
        }
        let inverse = problem.widened(self).hessian(&weights).invc().map_err(unsolvable)?;
        let errors = inverse.diag().iter().map(|variance| variance.max(0.0).sqrt()).collect();
        Ok(FittedWeights { weights, errors, steps })
    }
}

/// The penalised loss of one training set.
struct NewtonProblem<'a> {
    training_set: &'a TrainingSet,
    labels: &'a [f64],
    prior: &'a [f64],
    std_devs: Vec<f64>,
    penalties: Vec<f64>,
}

impl<'a> NewtonProblem<'a> {
    fn new(params: &'a Checked, training_set: &'a TrainingSet, labels: &'a [f64]) -> Self {
        let std_devs = training_set.std_devs();
        let penalties = penalties(&std_devs, params.deviation * params.narrowed);
        Self { training_set, labels, prior: &params.prior, std_devs, penalties }
    }

    /// Returns the same problem with the prior not narrowed.
    fn widened(mut self, params: &Checked) -> Self {
        self.penalties = penalties(&self.std_devs, params.deviation);
        self
    }

    fn loss(&self, weights: &[f64]) -> (f64, Vec<f64>) {
        let mut gradient = vec![0.0; weights.len()];
        let mut loss = self.training_set.loss(weights, self.labels, &mut gradient);
        for (n, gradient) in gradient.iter_mut().enumerate() {
            let away = weights[n] - self.prior[n];
            loss += 0.5 * self.penalties[n] * away * away;
            *gradient += self.penalties[n] * away;
        }
        (loss, gradient)
    }

    fn hessian(&self, weights: &[f64]) -> Array2<f64> {
        let mut matrix = self.training_set.hessian(weights);
        matrix.diag_mut().iter_mut().zip(&self.penalties).for_each(|(value, penalty)| *value += penalty);
        matrix
    }

    /// Backtracking line search (Armijo 1966): returns the point, its loss and gradient; `None` if the loss does not
    /// fall.
    fn line_search(
        &self,
        weights: &[f64],
        loss: f64,
        gradient: &[f64],
        step: &[f64],
    ) -> Option<(Vec<f64>, f64, Vec<f64>)> {
        let fall: f64 = gradient.iter().zip(step).map(|(gradient, step)| gradient * step).sum();
        let mut part = 1.0;
        while part > 1e-8 {
            let moved: Vec<f64> = weights.iter().zip(step).map(|(weight, step)| weight - part * step).collect();
            let (there, slope) = self.loss(&moved);
            if there <= loss - 1e-4 * part * fall {
                return Some((moved, there, slope));
            }
            part *= 0.5;
        }
        None
    }
}

/// Returns the L2 penalty per weight, for this prior standard deviation of standardised weights.
fn penalties(std_devs: &[f64], deviation: f64) -> Vec<f64> {
    // A constant feature is treated as if its standard deviation were 1.
    let scale = |s: f64| if s > 0.0 { s } else { 1.0 };
    let squared = |x: f64| x * x;
    let penalty = |s: &f64| squared(scale(*s) / deviation).max(LEAST_PENALTY);
    let mut penalties: Vec<f64> = std_devs.iter().map(penalty).collect();
    // The bias has a flat prior.
    *penalties.last_mut().expect("there is a bias") = LEAST_PENALTY;
    penalties
}

/// Returns H⁻¹·g.
fn solve(matrix: &Array2<f64>, right: &[f64]) -> Result<Vec<f64>> {
    let right = Array1::from(right.to_vec()).insert_axis(Axis(1));
    let solved = matrix.to_owned().solvec_into(right).map_err(unsolvable)?;
    Ok(solved.into_iter().collect())
}

fn unsolvable(error: linfa_linalg::LinalgError) -> Box<Error> {
    Error::invalid("fit", "a log that a model can be fitted to", error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::number::sigmoid;
    use crate::base::random::Random;

    /// Exposures with outcomes drawn by these weights and a bias of −1.
    fn shown(true_weights: &[f64], rows: usize, seed: u64) -> DatasetBase<TrainingSet, Array1<f64>> {
        let mut random = Random::new(seed);
        let n = true_weights.len();
        let mut training_set = TrainingSet { features: n + 1, shown: rows, ..TrainingSet::default() };
        let mut labels = Vec::new();
        for _ in 0..rows {
            let values: Vec<f64> = (0..n).map(|_| random.unit() * 4.0 - 2.0).collect();
            values.iter().enumerate().for_each(|(column, value)| training_set.rows.put(column, *value));
            training_set.rows.put(n, 1.0);
            training_set.rows.end();
            training_set.offsets.push(0.0);
            let z: f64 = values.iter().zip(true_weights).map(|(value, weight)| value * weight).sum::<f64>() - 1.0;
            labels.push(f64::from(u8::from(random.unit() < sigmoid(z))));
        }
        DatasetBase::new(training_set, Array1::from(labels))
    }

    #[test]
    fn true_weights_are_found_within_standard_errors() {
        let weights = [1.0, -0.5, 0.0];
        let fitted = NewtonParams::new(vec![0.0; 4], 10.0).fit(&shown(&weights, 5000, 1)).unwrap();
        for (n, truth) in weights.into_iter().chain([-1.0]).enumerate() {
            let error = fitted.errors[n];
            assert!((fitted.weights[n] - truth).abs() < 4.0 * error && error < 0.1, "{n}: {fitted:?}");
        }
    }

    #[test]
    fn the_prior_decides_with_little_data_and_not_with_much() {
        let prior = vec![2.0, 2.0, 2.0, 0.0];
        let moved = |rows: usize| {
            let fitted = NewtonParams::new(prior.clone(), 0.1).fit(&shown(&[0.0, 0.0, 0.0], rows, 2)).unwrap();
            (0..3).map(|n| (fitted.weights[n] - prior[n]).abs()).fold(0.0, f64::max)
        };
        let (few, many) = (moved(5), moved(20_000));
        assert!(few < 0.2 && many > 1.8, "{few} {many}");
    }

    #[test]
    fn a_rare_kind_converges_to_the_optimum() {
        let mut data = shown(&[1.0], 4000, 3);
        let ones = data.targets.iter().enumerate().filter(|(_, label)| **label > 0.5).map(|(n, _)| n);
        let rare: Vec<usize> = ones.take(4).collect();
        data.targets.iter_mut().enumerate().for_each(|(n, label)| *label = f64::from(u8::from(rare.contains(&n))));
        let fitted = NewtonParams::new(vec![0.0, -7.0], 1.0).fit(&data).unwrap();
        let mut gradient = vec![0.0; 2];
        data.records.loss(&fitted.weights, data.targets.as_slice().unwrap(), &mut gradient);
        assert!(gradient[1].abs() < 1e-3, "at the optimum the chances of all sum to what came: {gradient:?}");
    }

    #[test]
    fn a_narrowed_prior_shrinks_weights_but_not_errors() {
        let fit = |narrowed: f64| {
            NewtonParams::new(vec![0.0; 3], 0.5).narrowed(narrowed).fit(&shown(&[1.0, -1.0], 300, 6)).unwrap()
        };
        let (wide, narrow) = (fit(1.0), fit(0.1));
        assert!(narrow.weights[0].abs() < 0.5 * wide.weights[0].abs());
        assert!((0..2).all(|n| narrow.errors[n] > 0.8 * wide.errors[n]), "{wide:?} {narrow:?}");
    }

    #[test]
    fn a_deviation_of_0_or_less_is_refused() {
        for deviation in [0.0, -1.0, f64::NAN] {
            assert!(NewtonParams::new(vec![0.0], deviation).check().is_err());
        }
    }
}
