//! Rows at random, for the tests of this folder.

use crate::base::random::Random;

use super::rows::{DecisionRow, SlotRow};

/// Shape of random rows.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Number of decisions.
    pub rows: usize,
    /// Number of items at the first slot; each later slot has one less.
    pub items: usize,
    /// Number of slots.
    pub slots: usize,
    /// Distance of the target's distribution from the logged one: 0 is none.
    pub distance: f64,
    /// Largest relative distance of the logging policy's propensities from those of the log: 0 is none.
    pub moved: f64,
}

/// Draws decisions whose outcomes follow the utilities. Some items are closed to one of the policies.
pub fn rows(shape: Shape, random: &mut Random) -> Vec<DecisionRow> {
    (0..shape.rows).map(|_| decision(shape, random)).collect()
}

fn decision(shape: Shape, random: &mut Random) -> DecisionRow {
    let slots: Vec<SlotRow> = (0..shape.slots).map(|slot| self::slot(shape, slot, random)).collect();
    let outcomes = slots.iter().filter(|slot| slot.outcome > 0.0).count() as u32;
    DecisionRow { slots, outcomes, is_changed: random.unit() < 0.2, is_exact: shape.moved == 0.0 }
}

fn slot(shape: Shape, index: usize, random: &mut Random) -> SlotRow {
    let count = shape.items - index;
    let utilities: Vec<f64> = (0..count).map(|_| random.normal()).collect();
    let other: Vec<f64> = utilities.iter().map(|utility| utility + shape.distance * random.normal()).collect();
    let mut logged = softmax(&utilities);
    let mut target = softmax(&other);
    if shape.distance > 0.0 {
        close(&mut logged, random);
        close(&mut target, random);
    }
    let picked = draw(&logged, random);
    let correction = if shape.moved > 0.0 { 1.0 + shape.moved * (2.0 * random.unit() - 1.0) } else { 1.0 };
    let rate = crate::base::number::sigmoid(0.5 * utilities[picked] - 1.0);
    SlotRow {
        items: (index as u32..shape.items as u32).collect(),
        outcome: f64::from(random.unit() < rate),
        logged_propensity: Some(logged[picked] / correction),
        is_estimated: false,
        correction,
        logged,
        target,
        utilities,
        picked,
    }
}

/// Gives one item probability 0, and its part to the others.
fn close(probabilities: &mut [f64], random: &mut Random) {
    let closed = random.below(probabilities.len());
    let open = 1.0 - probabilities[closed];
    probabilities.iter_mut().for_each(|probability| *probability /= open);
    probabilities[closed] = 0.0;
}

/// Returns the probabilities of a softmax.
pub fn softmax(utilities: &[f64]) -> Vec<f64> {
    let weights: Vec<f64> = utilities.iter().map(|utility| libm::exp(*utility)).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// Draws an index.
pub fn draw(probabilities: &[f64], random: &mut Random) -> usize {
    let mut rest = random.unit();
    let drawn = probabilities.iter().position(|probability| {
        rest -= probability;
        rest < 0.0
    });
    drawn.unwrap_or_else(|| probabilities.iter().rposition(|probability| *probability > 0.0).unwrap())
}
