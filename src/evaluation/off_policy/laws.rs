//! Properties of the estimator, on rows at random.

use crate::base::random::Random;

use super::calibration::{Calibration, Line};
use super::clip::{CLIPS, Designs};
use super::estimate::{LiftEstimate, estimate};
use super::fixture::{Shape, rows};
use super::oracle;
use super::rows::{DecisionRow, SlotRow};

const Z: f64 = 1.959_963_984_540_054;

const SHAPES: [Shape; 8] = [
    Shape { rows: 120, items: 12, slots: 1, distance: 0.3, moved: 0.0 },
    Shape { rows: 120, items: 5, slots: 1, distance: 2.0, moved: 0.0 },
    Shape { rows: 1, items: 4, slots: 1, distance: 0.5, moved: 0.0 },
    Shape { rows: 80, items: 8, slots: 3, distance: 0.4, moved: 0.0 },
    Shape { rows: 80, items: 6, slots: 2, distance: 3.0, moved: 0.0 },
    Shape { rows: 50, items: 3, slots: 2, distance: 0.2, moved: 0.0 },
    Shape { rows: 100, items: 9, slots: 1, distance: 0.5, moved: 0.2 },
    Shape { rows: 100, items: 7, slots: 3, distance: 0.5, moved: 0.2 },
];

fn estimate_all(rows: &[DecisionRow]) -> LiftEstimate {
    let calibration = Calibration::fit(rows);
    let designs = Designs::of(rows, &calibration);
    estimate(rows, &calibration, designs.choose(rows.len() as f64, Z))
}

/// Rows of every shape, as rates and as unbounded outcomes.
fn samples() -> impl Iterator<Item = Vec<DecisionRow>> {
    let mut random = Random::new(11);
    SHAPES.into_iter().flat_map(move |shape| {
        let mut rates = rows(shape, &mut random);
        // Without an outcome there is nothing to divide by.
        rates[0].slots[0].outcome = 1.0;
        let mut weighted = rates.clone();
        for slot in weighted.iter_mut().flat_map(|row| &mut row.slots) {
            slot.outcome *= 1.0 + 4.0 * random.unit();
        }
        [rates, weighted]
    })
}

fn assert_close(name: &str, found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-10 * (1.0 + expected.abs()), "{name}: {found}, not {expected}");
}

#[test]
fn every_figure_equals_the_formulas_written_out() {
    for rows in samples().filter(|rows| rows.len() > 1) {
        let estimate = estimate_all(&rows);
        let overlap = &estimate.overlap;
        assert_eq!(overlap.clip, oracle::clip(&rows, Z));
        let figures = oracle::figures(&rows, overlap.clip);
        assert_close("lift", estimate.lift.mean, figures.lift);
        assert_close(
            "variance",
            estimate.lift.variance,
            (figures.excess_dispersion * figures.design_variance).max(figures.observed_variance),
        );
        assert_close("degrees of freedom", estimate.degrees, figures.degrees);
        assert_close("bound", estimate.lift_bound, figures.bound);
        assert_close("unsupported", overlap.unsupported, figures.unsupported);
        assert_close("effective sample size", overlap.effective_sample_size, figures.effective_sample_size);
        assert_close("logged value", estimate.logged.mean, figures.logged);
        assert_close("target value", estimate.target.mean, figures.target);
        assert_close("variance of the logged value", estimate.logged.variance, figures.logged_variance);
        assert_close("variance of the target value", estimate.target.variance, figures.target_variance);
        assert_close("mean weight", overlap.mean_weight, figures.mean_weight);
        assert_close("items", overlap.unsupported_items.iter().sum(), figures.unsupported);
    }
}

#[test]
fn both_variances_decide_somewhere() {
    let larger = |rows: &[DecisionRow]| {
        let figures = oracle::figures(rows, CLIPS[4]);
        figures.design_variance > figures.observed_variance
    };
    let found: Vec<bool> = samples().filter(|rows| rows.len() > 1).map(|rows| larger(&rows)).collect();
    assert!(found.contains(&true) && found.contains(&false), "{found:?}");
}

#[test]
fn off_policy_identity_gives_exactly_zero() {
    let mut random = Random::new(5);
    for shape in SHAPES {
        for _ in 0..20 {
            let mut rows = rows(shape, &mut random);
            // Without an outcome there is nothing to divide by.
            rows[0].slots[0].outcome = 1.0;
            for slot in rows.iter_mut().flat_map(|row| &mut row.slots) {
                slot.target.clone_from(&slot.logged);
            }
            let estimate = estimate_all(&rows);
            assert_eq!((estimate.lift.mean, estimate.lift.variance, estimate.lift_bound), (0.0, 0.0, 0.0));
            assert_eq!((estimate.overlap.unsupported, estimate.overlap.clip), (0.0, 2.0));
            assert_eq!(estimate.target, estimate.logged);
        }
    }
}

#[test]
fn the_order_of_decisions_and_of_items_does_not_matter() {
    for rows in samples() {
        let estimate = estimate_all(&rows);
        let mut moved = rows.clone();
        moved.reverse();
        for slot in moved.iter_mut().flat_map(|row| &mut row.slots) {
            slot.picked = slot.items.len() - 1 - slot.picked;
            slot.items.reverse();
            [&mut slot.logged, &mut slot.target, &mut slot.utilities].into_iter().for_each(|list| list.reverse());
        }
        let other = estimate_all(&moved);
        assert_close("lift", other.lift.mean, estimate.lift.mean);
        assert_close("variance", other.lift.variance, estimate.lift.variance);
        assert_close("bound", other.lift_bound, estimate.lift_bound);
        assert_eq!(other.overlap.clip, estimate.overlap.clip);
    }
}

#[test]
fn an_affine_change_of_utilities_changes_nothing() {
    for rows in samples() {
        let estimate = estimate_all(&rows);
        let mut scaled = rows.clone();
        for slot in scaled.iter_mut().flat_map(|row| &mut row.slots) {
            slot.utilities.iter_mut().for_each(|utility| *utility = 3.0 * *utility - 7.0);
        }
        let other = estimate_all(&scaled);
        assert_close("lift", other.lift.mean, estimate.lift.mean);
        assert_close("bound", other.lift_bound, estimate.lift_bound);
    }
}

#[test]
fn twice_the_same_decisions_halve_the_design_variance_and_nothing_else() {
    for rows in samples().filter(|rows| rows.len() > 1) {
        let calibration = Calibration::fit(&rows);
        let twice: Vec<DecisionRow> = rows.iter().chain(&rows).cloned().collect();
        let (once, both) = (Designs::of(&rows, &calibration), Designs::of(&twice, &calibration));
        let (clip, design) = once.choose(2.0 * rows.len() as f64, Z);
        let (same, doubled) = both.choose(twice.len() as f64, Z);
        assert_eq!(clip, same);
        let n = rows.len() as f64;
        assert_close("variance", doubled.variance(0.1) / (4.0 * n * n), design.variance(0.1) / (2.0 * n * n));
        assert_close("bound", doubled.bound, 2.0 * design.bound);
    }
}

#[test]
fn a_greater_clip_leaves_less_unsupported_and_more_variance() {
    let mut random = Random::new(3);
    let rows = rows(Shape { rows: 400, items: 12, slots: 1, distance: 1.5, moved: 0.0 }, &mut random);
    let calibration = Calibration::fit(&rows);
    let estimates = CLIPS.map(|clip| oracle::figures(&rows, clip));
    for pair in estimates.windows(2) {
        assert!(pair[0].unsupported >= pair[1].unsupported && pair[0].bound >= pair[1].bound);
        assert!(pair[0].target_variance <= pair[1].target_variance * (1.0 + 1e-12));
        assert!(pair[0].mean_weight <= pair[1].mean_weight);
    }
    // More decisions never choose a smaller clip.
    let designs = Designs::of(&rows, &calibration);
    let chosen = [200.0, 1000.0, 5000.0, 50_000.0, 1e9].map(|decisions| designs.choose(decisions, Z).0);
    assert!(chosen.is_sorted() && chosen[0] < chosen[4], "{chosen:?}");
}

/// Probabilities of two slots over three items, conditional on the first item.
struct Choices {
    first: [f64; 3],
    after: [[f64; 3]; 3],
}

impl Choices {
    fn draw(random: &mut Random) -> Self {
        let first = probabilities(random, None);
        Self { first, after: [0, 1, 2].map(|first| probabilities(random, Some(first))) }
    }

    fn of(&self, first: usize, second: usize) -> f64 {
        self.first[first] * self.after[first][second]
    }
}

fn probabilities(random: &mut Random, closed: Option<usize>) -> [f64; 3] {
    let mut drawn = [0; 3].map(|_| 0.05 + random.unit());
    if let Some(closed) = closed {
        drawn[closed] = 0.0;
    }
    let sum: f64 = drawn.iter().sum();
    drawn.map(|weight| weight / sum)
}

#[test]
fn unclipped_terms_are_unbiased_for_every_prediction_where_people_read_downwards() {
    let mut random = Random::new(8);
    for n in 0..100 {
        let [sent, target] = [0; 2].map(|_| Choices::draw(&mut random));
        // In half of the cases the logging policy is reconstructed with other probabilities than those of the log.
        let moved = (n % 2 == 1).then(|| Choices::draw(&mut random));
        let logged = moved.as_ref().unwrap_or(&sent);
        let outcome = [0; 3].map(|_| random.unit());
        let outcome_after = [0; 3].map(|_| [0; 3].map(|_| random.unit()));
        let line = Line { intercept: random.unit(), slope: random.unit() - 0.5, dispersion: 1.0, is_rate: true };
        let calibration = Calibration::from_lines(vec![line, line]);
        let (mut expected, mut truth) = ([0.0; 2], [0.0; 2]);
        for first in 0..3 {
            for second in (0..3).filter(|second| *second != first) {
                let slot = |of: &dyn Fn(&Choices) -> [f64; 3], picked: usize, outcome: f64| SlotRow {
                    items: vec![0, 1, 2],
                    logged: of(logged).to_vec(),
                    target: of(&target).to_vec(),
                    utilities: vec![0.2, -0.5, 0.9],
                    picked,
                    outcome,
                    logged_propensity: Some(of(&sent)[picked]),
                    is_estimated: false,
                    correction: of(logged)[picked] / of(&sent)[picked],
                };
                let outcomes = [outcome[first], outcome_after[first][second]];
                let slots = vec![
                    slot(&|choices| choices.first, first, outcomes[0]),
                    slot(&|choices| choices.after[first], second, outcomes[1]),
                ];
                let rows = [DecisionRow { slots, outcomes: 1, is_changed: false, is_exact: moved.is_none() }];
                let designs = Designs::of(&rows, &calibration);
                let unclipped = (f64::INFINITY, designs.of_clip(f64::INFINITY));
                let terms = estimate(&rows, &calibration, unclipped).terms[0];
                let probability = sent.of(first, second);
                expected = [expected[0] + probability * terms.logged, expected[1] + probability * terms.target];
                let sum: f64 = outcomes.iter().sum();
                truth = [truth[0] + logged.of(first, second) * sum, truth[1] + target.of(first, second) * sum];
            }
        }
        assert_close("logged value", expected[0], truth[0]);
        assert_close("target value", expected[1], truth[1]);
    }
}

#[test]
fn one_slot_of_a_slate_equals_one_pick() {
    let mut random = Random::new(21);
    let single = rows(Shape { rows: 300, items: 6, slots: 1, distance: 1.0, moved: 0.0 }, &mut random);
    // A pinned slot before and after, without outcomes, leaves value and overlap as they are.
    let pinned = |index: u32| SlotRow {
        items: vec![index],
        logged: vec![1.0],
        target: vec![1.0],
        utilities: vec![0.5],
        picked: 0,
        outcome: 0.0,
        logged_propensity: Some(1.0),
        is_estimated: false,
        correction: 1.0,
    };
    let with_pins =
        |row: &DecisionRow| DecisionRow { slots: vec![pinned(90), row.slots[0].clone(), pinned(91)], ..row.clone() };
    let slates: Vec<DecisionRow> = single.iter().map(with_pins).collect();
    let (one, slate) = (estimate_all(&single), estimate_all(&slates));
    assert!(one.overlap.unsupported > 0.0);
    assert_close("clip", slate.overlap.clip, one.overlap.clip);
    assert_close("unsupported", slate.overlap.unsupported, one.overlap.unsupported);
    assert_close("mean weight", slate.overlap.mean_weight, one.overlap.mean_weight);
    assert!((slate.lift.mean - one.lift.mean).abs() < 1e-3, "{} {}", slate.lift.mean, one.lift.mean);
}
