//! Slates of three for recipients who read downwards; the true values come from enumeration of all slates.

use crate::base::number::sigmoid;
use crate::base::random::Random;
use crate::slate::policy::Policy;

use super::calibration::Calibration;
use super::clip::Designs;
use super::coverage::CONFIDENCE;
use super::estimate::{LiftEstimate, estimate};
use super::fixture::draw;
use super::rows::{DecisionRow, SlotRow};
use super::simulation::distribution;
use super::textbook::textbook_estimates;

const ITEMS: usize = 9;
const SLOTS: usize = 3;

/// A moment: utilities of each item under the logging and the target policy, and its click rate.
struct Moment {
    utilities: [f64; ITEMS],
    of_target: [f64; ITEMS],
    rates: [f64; ITEMS],
}

/// Temperatures of both policies, and the standard deviation of the difference of the target's utilities.
#[derive(Clone, Copy)]
struct Setting {
    logged: f64,
    target: f64,
    distance: f64,
}

const SHARPER: Setting = Setting { logged: 1.0, target: 0.5, distance: 0.0 };
const OTHER: Setting = Setting { logged: 1.0, target: 0.7, distance: 0.7 };
const THIN: Setting = Setting { logged: 0.5, target: 0.5, distance: 0.6 };

impl Moment {
    fn draw(setting: Setting, random: &mut Random) -> Self {
        let utilities = [0; ITEMS].map(|_| random.normal());
        Self {
            utilities,
            of_target: utilities.map(|utility| utility + setting.distance * random.normal()),
            rates: utilities.map(|utility| sigmoid(0.6 * utility + 0.5 * random.normal() - 1.5)),
        }
    }

    /// Probability of a click on the next item: lower if the items above were good, because fewer recipients read on.
    fn rate(&self, above: &[usize], item: usize) -> f64 {
        above.iter().map(|&one| 1.0 - 0.6 * self.rates[one]).product::<f64>() * self.rates[item]
    }

    /// Items that remain, and both conditional distributions over them.
    fn slot(&self, setting: Setting, above: &[usize]) -> (Vec<usize>, Vec<f64>, Vec<f64>) {
        let remaining: Vec<usize> = (0..ITEMS).filter(|item| !above.contains(item)).collect();
        let of = |utilities: &[f64; ITEMS], temperature: f64| {
            let utilities: Vec<f64> = remaining.iter().map(|&item| utilities[item]).collect();
            distribution(Policy::Softmax { temperature }, &utilities)
        };
        let (logged, target) = (of(&self.utilities, setting.logged), of(&self.of_target, setting.target));
        (remaining, logged, target)
    }

    /// Expected clicks of the rest of the slate under the logging or the target policy.
    fn value(&self, setting: Setting, above: &mut Vec<usize>, is_target: bool) -> f64 {
        if above.len() == SLOTS {
            return 0.0;
        }
        let (remaining, logged, target) = self.slot(setting, above);
        let mut value = 0.0;
        for (&item, probability) in remaining.iter().zip(if is_target { target } else { logged }) {
            let rate = self.rate(above, item);
            above.push(item);
            value += probability * (rate + self.value(setting, above, is_target));
            above.pop();
        }
        value
    }

    fn decide(&self, setting: Setting, random: &mut Random) -> DecisionRow {
        let (mut above, mut slots) = (Vec::new(), Vec::new());
        for _ in 0..SLOTS {
            let (remaining, logged, target) = self.slot(setting, &above);
            let picked = draw(&logged, random);
            let rate = self.rate(&above, remaining[picked]);
            above.push(remaining[picked]);
            slots.push(SlotRow {
                utilities: remaining.iter().map(|&item| self.utilities[item]).collect(),
                items: remaining.into_iter().map(|item| item as u32).collect(),
                picked,
                outcome: f64::from(random.unit() < rate),
                logged_propensity: Some(logged[picked]),
                is_estimated: false,
                correction: 1.0,
                logged,
                target,
            });
        }
        let outcomes = slots.iter().map(|slot| slot.outcome as u32).sum();
        DecisionRow { slots, outcomes, is_changed: false, is_exact: true }
    }
}

/// Means over many logs of the same moments.
#[derive(Debug, Default)]
struct Means {
    /// Relative bias of the target's value without clip.
    bias: f64,
    /// The same for inverse propensity scores: of prefixes, and of each slot alone.
    rips_bias: f64,
    alone_bias: f64,
    /// Logs whose interval of the lift contains the truth, with the chosen clip.
    cover: f64,
    unsupported: f64,
}

fn simulate(setting: Setting, decisions: usize, runs: usize) -> Means {
    let mut random = Random::new(12);
    let moments: Vec<Moment> = (0..decisions).map(|_| Moment::draw(setting, &mut random)).collect();
    let value = |is_target: bool| -> f64 {
        moments.iter().map(|moment| moment.value(setting, &mut Vec::new(), is_target)).sum::<f64>() / decisions as f64
    };
    let (logged, target) = (value(false), value(true));
    let mut means = Means::default();
    for _ in 0..runs {
        let rows: Vec<DecisionRow> = moments.iter().map(|moment| moment.decide(setting, &mut random)).collect();
        let calibration = Calibration::fit(&rows);
        let designs = Designs::of(&rows, &calibration);
        let of = |clip| -> LiftEstimate { estimate(&rows, &calibration, clip) };
        let unclipped = of((f64::INFINITY, designs.of_clip(f64::INFINITY)));
        let clipped = of(designs.choose(decisions as f64, CONFIDENCE.z()));
        let half = CONFIDENCE.half_width_of_lift(&clipped, true) + clipped.lift_bound;
        let part = 1.0 / runs as f64;
        means.bias += part * (unclipped.target.mean / target - 1.0);
        means.rips_bias += part * (textbook_estimates(&rows, &calibration).ips / target - 1.0);
        means.alone_bias += part * (conditional_alone(&rows) / target - 1.0);
        means.cover += part * f64::from((clipped.lift.mean - (target / logged - 1.0)).abs() <= half);
        means.unsupported += part * clipped.overlap.unsupported;
    }
    println!("{means:?}");
    means
}

/// A biased estimator: each slot weighted by its own conditional propensity alone, without the slots above it.
fn conditional_alone(rows: &[DecisionRow]) -> f64 {
    let slots = rows.iter().flat_map(|row| &row.slots);
    let weighted = slots.map(|slot| slot.target[slot.picked] / slot.logged[slot.picked] * slot.outcome);
    weighted.sum::<f64>() / rows.len() as f64
}

#[test]
fn off_policy_slates_are_unbiased_where_the_conditional_propensity_alone_is_not() {
    let means = simulate(SHARPER, 600, 100);
    assert!(means.bias.abs() <= 0.015, "{means:?}");
    assert!(means.rips_bias.abs() <= 0.02, "{means:?}");
    assert!(means.alone_bias >= 0.03, "the mistake must stay visible: {means:?}");
}

#[test]
fn off_policy_slates_are_covered_with_clips() {
    for (setting, clips) in [(SHARPER, false), (OTHER, true), (THIN, true)] {
        let means = simulate(setting, 400, 150);
        assert!(means.cover >= 0.93, "{means:?}");
        assert!((means.unsupported > 0.01) == clips, "{means:?}");
    }
}

#[test]
fn off_policy_identity_of_slates_gives_exactly_zero() {
    let setting = Setting { logged: 0.7, target: 0.7, distance: 0.0 };
    let mut random = Random::new(6);
    for _ in 0..20 {
        let rows: Vec<DecisionRow> =
            (0..100).map(|_| Moment::draw(setting, &mut random).decide(setting, &mut random)).collect();
        let calibration = Calibration::fit(&rows);
        let designs = Designs::of(&rows, &calibration);
        let found = estimate(&rows, &calibration, designs.choose(100.0, CONFIDENCE.z()));
        assert_eq!((found.lift.mean, found.lift.variance, found.lift_bound), (0.0, 0.0, 0.0));
        assert_eq!(found.overlap.unsupported, 0.0);
    }
}
