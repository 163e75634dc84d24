//! Simulated logs: learning on draws near the batch solution, keeps its bounds, and does not care for order.

use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;

use crate::base::random::Random;
use crate::features;
use crate::features::item_weights::ItemWeights;
use crate::training::newton::{Fitted, Params};
use crate::training::training_set::TrainingSet;

use super::*;

/// Three features speak, and a bias.
const TRUE: [f64; 4] = [1.0, -0.8, 0.5, -1.0];

struct Shown {
    features: [f64; 3],
    came: bool,
}

fn log(n: usize, seed: u64) -> Vec<Shown> {
    let mut random = Random::new(seed);
    let shown = |random: &mut Random| {
        let features: [f64; 3] = std::array::from_fn(|n| random.normal() * [1.0, 0.3, 2.0][n]);
        let z = TRUE[3] + features.iter().zip(TRUE).map(|(value, weight)| value * weight).sum::<f64>();
        Shown { features, came: random.unit() < sigmoid(z) }
    };
    (0..n).map(|_| shown(&mut random)).collect()
}

fn batch(log: &[Shown]) -> Fitted {
    let mut training_set =
        TrainingSet { features: 4, shown: log.len(), offsets: vec![0.0; log.len()], ..TrainingSet::default() };
    for shown in log {
        (0..).zip(shown.features).for_each(|(place, value)| training_set.rows.put(place, value));
        training_set.rows.put(3, 1.0);
        training_set.rows.end();
    }
    let labels: Array1<f64> = log.iter().map(|shown| f64::from(u8::from(shown.came))).collect();
    Params::new(vec![0.0; 4], 0.5).fit(&DatasetBase::new(training_set, labels)).unwrap()
}

fn model(fitted: &Fitted) -> Model {
    let n = features::names().len();
    let spread = |of: &[f64]| (0..n).map(|place| if place < 3 { of[place] } else { 0.0 }).collect::<Vec<f64>>();
    let mut errors = spread(&fitted.errors);
    errors.push(fitted.errors[3]);
    let row = LinearModel { bias: fitted.weights[3], weights: spread(&fitted.weights), errors, relative: false };
    Model::fitted([vec![row], Vec::new()], None, ItemWeights::default(), None)
}

fn layout() -> Layout {
    let (shared, own) = features::counts();
    Layout { shared, own, kinds: 1 }
}

/// Sends the log through, one pick a decision and a minute, answered at once.
fn send(online: &mut Online, model: &Model, log: &[Shown], propensity: f64) {
    for (n, shown) in log.iter().enumerate() {
        let (at, id) = (n as Time * 60_000, format!("d{n:06}"));
        let features: Vec<(usize, f64)> = (0..).zip(shown.features).collect();
        online.wait(at, &id, vec![Pick::new(7, propensity, false, &features)]);
        if shown.came {
            online.answer((at, &id), 7, 0, at + 1);
        }
        online.learn(model, layout(), at);
    }
    online.learn(model, layout(), Time::MAX / 2);
}

fn corrected(online: &Online, model: &Model) -> LinearModel {
    let mut model = model.clone();
    online.correct(&mut model);
    model.row(0, true).clone()
}

/// How far a row is from weights, in its fit's standard errors.
fn distance(row: &LinearModel, weights: &[f64], errors: &[f64]) -> f64 {
    let all = [row.weights[0], row.weights[1], row.weights[2], row.bias];
    let squares = all.iter().zip(weights).zip(errors).map(|((a, b), error)| (a - b) * (a - b) / (error * error));
    squares.sum::<f64>().sqrt()
}

#[test]
fn what_comes_in_draws_a_small_fit_to_the_batch_solution_of_the_whole_log() {
    for seed in 0..5 {
        let log = log(6000, seed);
        let (early, whole) = (batch(&log[..400]), batch(&log));
        let model = model(&early);
        let mut online = Online::default();
        send(&mut online, &model, &log[400..], 1.0);
        let row = corrected(&online, &model);
        let before = distance(model.row(0, true), &whole.weights, &early.errors);
        let after = distance(&row, &whole.weights, &early.errors);
        assert!(after < 0.5 * before.max(0.6), "seed {seed}: {after} after {before}");
    }
}

#[test]
fn a_burst_moves_no_weight_beyond_its_bound_and_a_single_pick_a_fifth_of_it() {
    let fitted = batch(&log(400, 1));
    let model = model(&fitted);
    let base = model.row(0, true).clone();
    let bounds = |part: f64, online: &Online| {
        let row = corrected(online, &model);
        let within = |n: usize, a: f64, b: f64| (a - b).abs() <= part * bound(&base, n) + 1e-12;
        assert!((0..row.weights.len()).all(|n| within(n, row.weights[n], base.weights[n])));
        assert!(within(row.weights.len(), row.bias, base.bias));
        row != base
    };
    for (features, came) in [([1e6, -1e6, 3.0], false), ([1.0, 1.0, 1.0], true), ([-5.0, 0.0, 1e-9], false)] {
        let burst = |n: usize| (0..n).map(|_| Shown { features, came }).collect::<Vec<Shown>>();
        let mut online = Online::default();
        online.learners.or_default((0, false));
        send(&mut online, &model, &burst(1), 1e-9);
        assert!(bounds(0.2, &online));
        send(&mut online, &model, &burst(1000), 1e-9);
        assert!(bounds(1.0, &online));
        assert!(online.fits(8, 1, layout()));
    }
}

#[test]
fn the_order_in_which_answers_come_does_not_matter_within_the_window() {
    let model = model(&batch(&log(400, 2)));
    let mut answers: Vec<(Time, String, u32)> = (0..40).map(|n| (n, format!("d{n:02}"), (n % 3) as u32)).collect();
    let learnt = |answers: &[(Time, String, u32)]| {
        let mut online = Online::default();
        for n in (0..40).rev() {
            let features = [(0, n as f64 / 20.0), (2, 1.0)];
            let picks = (0..3).map(|item| Pick::new(item, 0.5, false, &features)).collect();
            online.wait(n, &format!("d{n:02}"), picks);
        }
        answers.iter().for_each(|(at, id, item)| online.answer((*at, id), *item, 0, at + WINDOW));
        answers.iter().for_each(|(at, id, item)| online.answer((*at, id), *item, 0, at + 5));
        online.learn(&model, layout(), 100 + WINDOW);
        online
    };
    let (there, back) = (learnt(&answers), {
        answers.reverse();
        learnt(&answers)
    });
    assert_eq!(there, back);
    assert_ne!(corrected(&there, &model), *model.row(0, true));
}

#[test]
fn what_nobody_ever_answers_teaches_nothing_and_neither_does_an_answer_too_late() {
    let model = model(&batch(&log(400, 3)));
    let mut online = Online::default();
    online.wait(0, "d", vec![Pick::new(1, 1.0, false, &[(0, 1.0)])]);
    online.answer((0, "d"), 1, 0, WINDOW + 1);
    online.answer((0, "d"), 2, 0, 5);
    online.answer((0, "e"), 1, 0, 5);
    assert!(!online.learn(&model, layout(), WINDOW));
    assert!(!online.learn(&model, layout(), WINDOW + 1));
    assert_eq!(online, Online::default());
}

#[test]
fn what_waits_is_bounded() {
    let mut online = Online::default();
    let picks = || vec![Pick::new(1, 1.0, false, &[]); 1000];
    (0..4).for_each(|n| online.wait(n, "d", picks()));
    assert!(online.has_room(96) && !online.has_room(97));
}
