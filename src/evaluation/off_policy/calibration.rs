//! Predicted outcomes: one linear fit per slot from the logging model's utility to the outcome, and its residual
//! dispersion.

use nextpick_kernel::clipped::Prediction;

use super::rows::{DecisionRow, SlotRow};

/// Lowest predicted outcome.
const LOWEST: f64 = 0.0001;

/// Highest predicted rate.
const HIGHEST_RATE: f64 = 0.999;

/// Range of utilities, relative to their size, below which they count as equal.
const LEAST_RANGE: f64 = 1e-9;

/// The line of each slot.
#[derive(Debug, Clone)]
pub struct Calibration {
    lines: Vec<Line>,
}

/// A calibrated prediction of the outcomes of one slot.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Predicted outcome at utility 0.
    pub intercept: f64,
    /// Predicted outcome per unit of utility, ≥ 0.
    pub slope: f64,
    /// φ: mean squared residual over mean predicted variance. It includes noise and the errors of the model.
    pub dispersion: f64,
    /// True if outcomes are rates, 0 to 1; else they have no upper bound.
    pub is_rate: bool,
}

impl Calibration {
    /// Fits one line per slot by least squares. Only the logged policy's outcomes take part.
    pub fn fit(rows: &[DecisionRow]) -> Self {
        let is_rate = rows.iter().flat_map(|row| &row.slots).all(|slot| slot.outcome <= 1.0);
        let slots = rows.iter().map(|row| row.slots.len()).max().unwrap_or(0);
        let line = |slot: usize| Line::fit(|| rows.iter().filter_map(move |row| row.slots.get(slot)), is_rate);
        Self { lines: (0..slots).map(line).collect() }
    }

    /// Predicts the same rate for every item of every slot, with the variance of independent outcomes.
    pub fn constant(rate: f64, slots: usize) -> Self {
        Self { lines: vec![Line { intercept: rate, slope: 0.0, dispersion: 1.0, is_rate: true }; slots] }
    }

    /// Creates a calibration of given lines.
    #[cfg(test)]
    pub fn from_lines(lines: Vec<Line>) -> Self {
        Self { lines }
    }

    /// Returns the slots of a decision with their lines.
    pub fn slots<'a>(&'a self, row: &'a DecisionRow) -> impl Iterator<Item = (&'a SlotRow, &'a Line)> {
        row.slots.iter().zip(&self.lines)
    }

    /// True if outcomes of all slots are rates.
    pub fn is_rate(&self) -> bool {
        self.lines.iter().all(|line| line.is_rate)
    }
}

impl Line {
    fn fit<'a, Slots: Iterator<Item = &'a SlotRow>>(slots: impl Fn() -> Slots, is_rate: bool) -> Self {
        let (mut n, mut utility, mut outcome) = (0.0, 0.0, 0.0);
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for slot in slots() {
            let of_picked = slot.utilities[slot.picked];
            (n, utility, outcome) = (n + 1.0, utility + of_picked, outcome + slot.outcome);
            (lowest, highest) = (lowest.min(of_picked), highest.max(of_picked));
        }
        (utility, outcome) = (utility / n, outcome / n);
        let (mut variance, mut covariance) = (0.0, 0.0);
        for slot in slots() {
            let distance = slot.utilities[slot.picked] - utility;
            (variance, covariance) = (variance + distance * distance, covariance + distance * (slot.outcome - outcome));
        }
        let varies = highest - lowest > LEAST_RANGE * highest.abs().max(lowest.abs());
        let slope = if varies { (covariance / variance).max(0.0) } else { 0.0 };
        let mut line = Self { intercept: outcome - slope * utility, slope, dispersion: 1.0, is_rate };
        let (mut squares, mut predicted) = (0.0, 0.0);
        for slot in slots() {
            let q = line.predict(slot.utilities[slot.picked]);
            (squares, predicted) = (squares + (slot.outcome - q) * (slot.outcome - q), predicted + line.variance(q));
        }
        line.dispersion = squares / predicted;
        line
    }

    /// Returns the prediction of an item's outcome, and of its variance up to the dispersion.
    pub fn prediction(&self) -> Prediction {
        let highest = if self.is_rate { HIGHEST_RATE } else { f64::MAX };
        let Self { intercept, slope, is_rate, .. } = *self;
        Prediction { intercept, slope, bounds: [LOWEST, highest], is_rate }
    }

    /// Returns q, the predicted outcome of an item.
    pub fn predict(&self, utility: f64) -> f64 {
        self.prediction().of(utility)
    }

    /// Returns v(q), the variance of an outcome up to the dispersion.
    pub fn variance(&self, q: f64) -> f64 {
        self.prediction().variance(q)
    }
}
