//! The doubly robust estimate of the target relative to the logging policy on the same decisions (Dudík, Langford, Li
//! 2011; pairs of policies: Jeunen and Ustimenko 2024), with the larger of two variances: of the design and as observed.

use super::calibration::Calibration;
use super::clip::Design;
use super::rows::{DecisionRow, SlotRow};
use super::slates::Prefix;

/// The estimate for one clip. Values are outcomes per decision and recipient; the lift is relative.
#[derive(Debug, Clone)]
pub struct LiftEstimate {
    /// Doubly robust terms of the decisions.
    pub terms: Vec<Terms>,
    /// Value of the target over that of the log, less 1.
    pub lift: Moments,
    /// Value of the logging policy.
    pub logged: Moments,
    /// Value of the target policy.
    pub target: Moments,
    /// Degrees of freedom of the lift's variance.
    pub degrees: f64,
    /// Half-width of the lift for choices that the log does not support.
    pub lift_bound: f64,
    /// The same for the value of the target.
    pub target_bound: f64,
    /// Coverage of the target by the log.
    pub overlap: Overlap,
}

/// Doubly robust terms of a decision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// The term of the logging policy.
    pub logged: f64,
    /// The term of the target policy.
    pub target: f64,
}

/// An estimate and the square of its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// The estimate.
    pub mean: f64,
    /// Its variance.
    pub variance: f64,
}

/// Coverage of the target by the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlap {
    /// Part of the target's choices beyond the clip, 0–1.
    pub unsupported: f64,
    /// Effective sample size of the design.
    pub effective_sample_size: f64,
    /// Largest importance weight of the logged items, before clipping.
    pub largest_weight: f64,
    /// The clip; may be infinite.
    pub clip: f64,
    /// Mean clipped weight at the first slots with a choice.
    pub mean_weight: f64,
    /// Its expectation.
    pub expected_weight: f64,
    /// Its standard deviation.
    pub weight_std_dev: f64,
    /// Unsupported part of all choices by item, indices in the library.
    pub unsupported_items: Vec<f64>,
}

/// Sums over decisions that need the items that were sent.
struct TargetSums {
    largest_weight: f64,
    first_weights: f64,
    unsupported_items: Vec<f64>,
}

/// Estimates with the clip and its design, as [`Designs::choose`](super::clip::Designs::choose) gave them.
pub fn estimate(rows: &[DecisionRow], calibration: &Calibration, (clip, design): (f64, &Design)) -> LiftEstimate {
    let n = rows.len() as f64;
    let mut sent = TargetSums { largest_weight: 0.0, first_weights: 0.0, unsupported_items: Vec::new() };
    let terms: Vec<Terms> = rows.iter().map(|row| terms(row, calibration, clip, &mut sent)).collect();
    let logged = terms.iter().map(|terms| terms.logged).sum::<f64>() / n;
    let target = terms.iter().map(|terms| terms.target).sum::<f64>() / n;
    let lift = target / logged - 1.0;
    let mean = |value: f64, of_design: f64, of_terms: &dyn Fn(&Terms) -> f64| Moments {
        mean: value,
        variance: (of_design / (n * n)).max(sample_variance(&terms, of_terms) / n),
    };
    // The influence of a decision on the lift (delta method): the covariance of both values is inside.
    let difference = |terms: &Terms| terms.target - (1.0 + lift) * terms.logged;
    let relative = mean(lift, design.variance(lift) * design.excess_dispersion(), &difference);
    let target_bound = design.bound / n;
    LiftEstimate {
        lift: Moments { variance: relative.variance / (logged * logged), ..relative },
        degrees: degrees(&terms, &difference),
        logged: mean(logged, design.base, &|terms| terms.logged),
        target: mean(target, design.variance(-1.0), &|terms| terms.target),
        lift_bound: target_bound / logged,
        target_bound,
        overlap: Overlap {
            unsupported: design.lost / n,
            effective_sample_size: design.effective_sample_size(n, n),
            largest_weight: sent.largest_weight,
            clip,
            mean_weight: sent.first_weights / n,
            expected_weight: 1.0 - design.first_lost / n,
            weight_std_dev: design.first_variance.sqrt() / n,
            unsupported_items: sent.unsupported_items.into_iter().map(|sum| sum / n).collect(),
        },
        terms,
    }
}

fn terms(row: &DecisionRow, calibration: &Calibration, clip: f64, sent: &mut TargetSums) -> Terms {
    let first = row.first_choice();
    let mut terms = Terms { logged: 0.0, target: 0.0 };
    let (mut prefix, mut unclipped) = (Prefix::START, Prefix::START);
    for (index, (slot, line)) in calibration.slots(row).enumerate() {
        let sums = prefix.sums(slot, line, clip);
        if sums.lost > 0.0 {
            add_unsupported(&mut sent.unsupported_items, slot, prefix, clip);
        }
        let next = prefix.then(slot, &sums, clip);
        let residual = slot.outcome - line.predict(slot.utilities[slot.picked]);
        // One expression for both, in one order: for the same policy the lift must be exactly 0.
        let term = |model: f64, weight: f64| model + weight * residual;
        terms.logged += term(prefix.correction * sums.logged, next.correction);
        terms.target += term(prefix.correction * prefix.model(&sums), next.correction * next.weight);
        unclipped = unclipped.then(slot, &sums, f64::INFINITY);
        sent.largest_weight = sent.largest_weight.max((unclipped.correction * unclipped.weight).min(f64::MAX));
        // Without corrections, because it is compared with the design, which has none.
        sent.first_weights += if index == first { next.weight } else { 0.0 };
        prefix = next;
    }
    terms
}

fn add_unsupported(by_item: &mut Vec<f64>, slot: &SlotRow, prefix: Prefix, clip: f64) {
    for ((&item, &logged), &target) in slot.items.iter().zip(&slot.logged).zip(&slot.target) {
        let lost = prefix.weight * target - prefix.cover(logged, target, clip).0;
        if by_item.len() <= item as usize {
            by_item.resize(item as usize + 1, 0.0);
        }
        by_item[item as usize] += lost;
    }
}

/// Returns the variance of a figure over decisions, with n − 1; 0 for a single decision.
fn sample_variance(terms: &[Terms], of: &dyn Fn(&Terms) -> f64) -> f64 {
    let n = terms.len() as f64;
    let mean = terms.iter().map(of).sum::<f64>() / n;
    terms.iter().map(|terms| (of(terms) - mean) * (of(terms) - mean)).sum::<f64>() / (n - 1.0).max(1.0)
}

/// Returns the degrees of freedom of the variance of a figure with mean 0 (Satterthwaite 1946), at most n − 1: few where a
/// few decisions with large weights make up most of it.
fn degrees(terms: &[Terms], of: &dyn Fn(&Terms) -> f64) -> f64 {
    let n = terms.len() as f64;
    let squares = || terms.iter().map(|terms| of(terms) * of(terms));
    let second = squares().sum::<f64>() / n;
    let fourth = squares().map(|square| square * square).sum::<f64>() / n;
    let most = (n - 1.0).max(1.0);
    // A variable with two equally likely values has no kurtosis beyond 1.
    if fourth > second * second { (2.0 * n / (fourth / (second * second) - 1.0)).min(most) } else { most }
}
