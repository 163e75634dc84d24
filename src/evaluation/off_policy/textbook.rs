//! Textbook estimates of the target's value, without clips and intervals. The report lists them beside the answer,
//! which does not depend on them.

use serde::Serialize;

use super::calibration::Calibration;
use super::rows::DecisionRow;
use super::slates::Prefix;

/// Values of the target policy, in outcomes per decision and recipient.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TextbookEstimates {
    /// Inverse propensity scoring (Horvitz and Thompson 1952); for slates RIPS (McInerney et al. 2020).
    pub ips: f64,
    /// Self-normalised (Swaminathan and Joachims 2015), slot by slot.
    pub snips: f64,
    /// Doubly robust (Dudík, Langford, Li 2011); for slates cascade-DR (Kiyohara et al. 2022).
    pub dr: f64,
    /// Direct method: the model's prediction alone.
    pub dm: f64,
}

/// Sums of one slot over all decisions.
#[derive(Clone, Copy, Default)]
struct SlotTotals {
    weights: f64,
    weighted_outcomes: f64,
}

/// Computes all of them.
pub fn textbook_estimates(rows: &[DecisionRow], calibration: &Calibration) -> TextbookEstimates {
    let n = rows.len() as f64;
    let (mut dr, mut dm) = (0.0, 0.0);
    let mut totals: Vec<SlotTotals> = Vec::new();
    for row in rows {
        let mut prefix = Prefix::START;
        totals.resize(totals.len().max(row.slots.len()), SlotTotals::default());
        for ((slot, line), totals) in calibration.slots(row).zip(&mut totals) {
            let sums = prefix.sums(slot, line, f64::INFINITY);
            let next = prefix.then(slot, &sums, f64::INFINITY);
            let residual = slot.outcome - line.predict(slot.utilities[slot.picked]);
            let [before, weight] = [prefix, next].map(|prefix| prefix.correction * prefix.weight);
            dr += before * sums.target + weight * residual;
            dm += sums.target;
            totals.weights += weight;
            totals.weighted_outcomes += weight * slot.outcome;
            prefix = next;
        }
    }
    let slots = || totals.iter().filter(|totals| totals.weights > 0.0);
    TextbookEstimates {
        ips: slots().map(|totals| totals.weighted_outcomes).sum::<f64>() / n,
        snips: slots().map(|totals| totals.weighted_outcomes / totals.weights).sum(),
        dr: dr / n,
        dm: dm / n,
    }
}
