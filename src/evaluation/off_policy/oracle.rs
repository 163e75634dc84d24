//! The estimator once more, term by term as the formulas are written in `docs/internals/off-policy.md`: one loop for each
//! sum, nothing shared with the fast implementation.

use super::rows::DecisionRow;

/// Figures of one log and clip.
#[derive(Debug)]
pub struct Figures {
    pub lift: f64,
    pub design_variance: f64,
    pub excess_dispersion: f64,
    pub degrees: f64,
    pub observed_variance: f64,
    pub bound: f64,
    pub unsupported: f64,
    pub effective_sample_size: f64,
    pub logged: f64,
    pub target: f64,
    pub logged_variance: f64,
    pub target_variance: f64,
    pub mean_weight: f64,
}

/// Intercept, slope and dispersion of a slot.
struct Line(f64, f64, f64);

/// The quantities of one slot: W before it, L before it, the clipped weight of each item, and u of each item.
struct Step {
    weight: f64,
    lost: f64,
    weights: Vec<f64>,
    unsupported: Vec<f64>,
}

fn clamp(q: f64, is_rate: bool) -> f64 {
    match () {
        () if q < 0.0001 => 0.0001,
        () if is_rate && q > 0.999 => 0.999,
        () => q,
    }
}

fn variance(q: f64, is_rate: bool) -> f64 {
    if is_rate { q * (1.0 - q) } else { q }
}

fn is_rate(rows: &[DecisionRow]) -> bool {
    !rows.iter().any(|row| row.slots.iter().any(|slot| slot.outcome > 1.0))
}

fn line(rows: &[DecisionRow], k: usize) -> Line {
    let points: Vec<(f64, f64)> = rows
        .iter()
        .filter(|row| k < row.slots.len())
        .map(|row| (row.slots[k].utilities[row.slots[k].picked], row.slots[k].outcome))
        .collect();
    let n = points.len() as f64;
    let x: f64 = points.iter().map(|point| point.0).sum();
    let y: f64 = points.iter().map(|point| point.1).sum();
    let xy: f64 = points.iter().map(|point| point.0 * point.1).sum();
    let xx: f64 = points.iter().map(|point| point.0 * point.0).sum();
    let varies = points.iter().any(|point| point.0 != points[0].0);
    let slope = if varies { ((n * xy - x * y) / (n * xx - x * x)).max(0.0) } else { 0.0 };
    let intercept = (y - slope * x) / n;
    let q = |point: &(f64, f64)| clamp(intercept + slope * point.0, is_rate(rows));
    let squares: f64 = points.iter().map(|point| (point.1 - q(point)).powi(2)).sum();
    let expected: f64 = points.iter().map(|point| variance(q(point), is_rate(rows))).sum();
    Line(intercept, slope, squares / expected)
}

fn steps(row: &DecisionRow, c: f64) -> Vec<Step> {
    let mut steps = Vec::new();
    let (mut weight, mut lost) = (1.0, 0.0);
    for slot in &row.slots {
        let mut weights = Vec::new();
        let mut unsupported = Vec::new();
        for a in 0..slot.items.len() {
            let wanted = weight * slot.target[a];
            let within = if slot.logged[a] == 0.0 { 0.0 } else { wanted.min(c * slot.logged[a]) };
            weights.push(if slot.logged[a] == 0.0 { 0.0 } else { within / slot.logged[a] });
            unsupported.push(wanted - within);
        }
        let (next_weight, next_lost) = (weights[slot.picked], lost + unsupported.iter().sum::<f64>());
        steps.push(Step { weight, lost, weights, unsupported });
        (weight, lost) = (next_weight, next_lost);
    }
    steps
}

fn sample_variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0)
}

/// A log, a clip and the calibration.
struct Oracle<'a> {
    rows: &'a [DecisionRow],
    c: f64,
    is_rate: bool,
    lines: Vec<Line>,
}

impl<'a> Oracle<'a> {
    fn new(rows: &'a [DecisionRow], c: f64) -> Self {
        let slots = rows.iter().map(|row| row.slots.len()).max().unwrap();
        Self { rows, c, is_rate: is_rate(rows), lines: (0..slots).map(|k| line(rows, k)).collect() }
    }

    fn q(&self, row: &DecisionRow, k: usize, a: usize) -> f64 {
        clamp(self.lines[k].0 + self.lines[k].1 * row.slots[k].utilities[a], self.is_rate)
    }

    fn mean_q(&self, row: &DecisionRow, k: usize, probabilities: &[f64]) -> f64 {
        (0..probabilities.len()).map(|a| probabilities[a] * self.q(row, k, a)).sum()
    }

    /// d_b and d_e of a decision.
    fn d(&self, row: &DecisionRow) -> (f64, f64) {
        let mut d = (0.0, 0.0);
        for (k, step) in steps(row, self.c).iter().enumerate() {
            let slot = &row.slots[k];
            let residual = slot.outcome - self.q(row, k, slot.picked);
            let above: f64 = row.slots[..k].iter().map(|slot| slot.correction).product();
            d.0 += above * slot.correction * residual;
            d.0 += above * self.mean_q(row, k, &slot.logged);
            d.1 += above * slot.correction * step.weights[slot.picked] * residual;
            d.1 += above * (step.weight + step.lost) * self.mean_q(row, k, &slot.target);
        }
        d
    }

    /// Sums a figure over all decisions and slots.
    fn total(&self, of: &dyn Fn(&DecisionRow, usize, &Step) -> f64) -> f64 {
        let of_row = |row: &DecisionRow| -> f64 {
            steps(row, self.c).iter().enumerate().map(|(k, step)| of(row, k, step)).sum()
        };
        self.rows.iter().map(of_row).sum()
    }

    /// Σ φ π_b (of the weight) v.
    fn design(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.total(&|row, k, step| {
            let term =
                |a: usize| row.slots[k].logged[a] * of(step.weights[a]) * variance(self.q(row, k, a), self.is_rate);
            self.lines[k].2 * (0..step.weights.len()).map(term).sum::<f64>()
        })
    }

    fn bound(&self) -> f64 {
        self.total(&|row, k, step| {
            let of_items: f64 = (0..step.weights.len()).map(|a| step.unsupported[a] * self.q(row, k, a)).sum();
            of_items + step.lost * self.mean_q(row, k, &row.slots[k].target)
        })
    }

    fn figures(&self) -> Figures {
        let n = self.rows.len() as f64;
        let d_b: Vec<f64> = self.rows.iter().map(|row| self.d(row).0).collect();
        let d_e: Vec<f64> = self.rows.iter().map(|row| self.d(row).1).collect();
        let (logged, target) = (d_b.iter().sum::<f64>() / n, d_e.iter().sum::<f64>() / n);
        let lift = target / logged - 1.0;
        let psi: Vec<f64> = (0..d_b.len()).map(|t| (d_e[t] - (1.0 + lift) * d_b[t]) / logged).collect();
        let power = |exponent: i32| psi.iter().map(|psi| psi.powi(exponent)).sum::<f64>() / n;
        let kurtosis = power(4) / power(2).powi(2);
        // (w̄ − 1)² of the item sent, times its squared residual or the expected square.
        let weighted = |observed: bool| {
            self.total(&|row, k, step| {
                let slot = &row.slots[k];
                let q = self.q(row, k, slot.picked);
                let square = (slot.outcome - q).powi(2);
                let expected = self.lines[k].2 * variance(q, self.is_rate);
                (step.weights[slot.picked] - 1.0).powi(2) * if observed { square } else { expected }
            })
        };
        let weighted = (weighted(true), weighted(false));
        let unsupported = self.total(&|_, _, step| step.unsupported.iter().sum::<f64>()) / n;
        let moment = self.total(&|row, k, step| {
            let of_items = (0..step.weights.len()).map(|a| row.slots[k].logged[a] * step.weights[a].powi(2));
            if k + 1 == row.slots.len() { of_items.sum() } else { 0.0 }
        });
        let first = self.total(&|row, k, step| if k == 0 { step.weights[row.slots[0].picked] } else { 0.0 });
        Figures {
            lift,
            design_variance: self.design(|w| (w - 1.0 - lift).powi(2)) / (n * logged).powi(2),
            excess_dispersion: if weighted.1 == 0.0 { 1.0 } else { (weighted.0 / weighted.1).max(1.0) },
            degrees: (2.0 * n / (kurtosis - 1.0)).min(n - 1.0),
            observed_variance: sample_variance(&psi) / n,
            bound: self.bound() / n / logged,
            unsupported,
            effective_sample_size: n * (1.0 - unsupported).powi(2) / (moment / n),
            logged,
            target,
            logged_variance: (self.design(|_| 1.0) / n.powi(2)).max(sample_variance(&d_b) / n),
            target_variance: (self.design(|w| w.powi(2)) / n.powi(2)).max(sample_variance(&d_e) / n),
            mean_weight: first / n,
        }
    }
}

/// Computes all figures.
pub fn figures(rows: &[DecisionRow], c: f64) -> Figures {
    Oracle::new(rows, c).figures()
}

/// Returns the clip with the shortest interval at lift 0.
pub fn clip(rows: &[DecisionRow], z: f64) -> f64 {
    let half = |c: f64| {
        let oracle = Oracle::new(rows, c);
        let (n, logged) = (rows.len() as f64, oracle.figures().logged);
        z * oracle.design(|w| (w - 1.0).powi(2)).sqrt() / (n * logged) + oracle.bound() / (n * logged)
    };
    let mut best = 2.0;
    for c in [3.0, 5.0, 8.0, 12.0, 20.0, 30.0, 50.0, 100.0, 200.0, 500.0, f64::INFINITY] {
        if half(c) < half(best) {
            best = c;
        }
    }
    best
}
