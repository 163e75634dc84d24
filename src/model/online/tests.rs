//! Simulated logs: online learning approaches the batch solution, keeps its bounds, and does not depend on order.

use linfa::DatasetBase;
use linfa::traits::Fit;
use ndarray::Array1;

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::random::Random;
use crate::features;
use crate::features::item_weights::ItemWeights;
use crate::training::newton::{FittedWeights, NewtonParams};
use crate::training::training_set::TrainingSet;

use super::*;

/// True weights of three features, and the bias.
const TRUE_WEIGHTS: [f64; 4] = [1.0, -0.8, 0.5, -1.0];

struct Impression {
    features: [f64; 3],
    responded: bool,
}

fn log(n: usize, seed: u64) -> Vec<Impression> {
    let mut random = Random::new(seed);
    let impression = |random: &mut Random| {
        let features: [f64; 3] = std::array::from_fn(|n| random.normal() * [1.0, 0.3, 2.0][n]);
        let z = TRUE_WEIGHTS[3] + features.iter().zip(TRUE_WEIGHTS).map(|(value, weight)| value * weight).sum::<f64>();
        Impression { features, responded: random.unit() < sigmoid(z) }
    };
    (0..n).map(|_| impression(&mut random)).collect()
}

fn batch(log: &[Impression]) -> FittedWeights {
    let mut training_set =
        TrainingSet { features: 4, shown: log.len(), offsets: vec![0.0; log.len()], ..TrainingSet::default() };
    for impression in log {
        (0..).zip(impression.features).for_each(|(column, value)| training_set.rows.put(column, value));
        training_set.rows.put(3, 1.0);
        training_set.rows.end();
    }
    let labels: Array1<f64> = log.iter().map(|impression| f64::from(u8::from(impression.responded))).collect();
    NewtonParams::new(vec![0.0; 4], 0.5).fit(&DatasetBase::new(training_set, labels)).unwrap()
}

fn model(fitted: &FittedWeights) -> Model {
    let n = features::names().len();
    let spread =
        |values: &[f64]| (0..n).map(|column| if column < 3 { values[column] } else { 0.0 }).collect::<Vec<f64>>();
    let mut errors = spread(&fitted.errors);
    errors.push(fitted.errors[3]);
    let row = LinearModel { bias: fitted.weights[3], weights: spread(&fitted.weights), errors, relative: false };
    Model::fitted([vec![row], Vec::new()], None, ItemWeights::default(), None)
}

fn layout() -> Layout {
    let (shared, own) = features::counts();
    Layout { shared, own, kinds: 1 }
}

/// Replays the log: one decision with one pick per minute, responses at once.
fn replay(online: &mut OnlineLearner, model: &Model, log: &[Impression], propensity: f64) {
    for (n, impression) in log.iter().enumerate() {
        let (at, id) = (n as Time * 60_000, format!("d{n:06}"));
        let features: Vec<(usize, f64)> = (0..).zip(impression.features).collect();
        online.add_pending(at, &id, vec![PendingPick::new(ItemIndex(7), propensity, false, &features)]);
        if impression.responded {
            online.record_response((at, &id), ItemIndex(7), KindIndex(0), at + 1);
        }
        online.learn(model, layout(), at);
    }
    online.learn(model, layout(), Time::MAX / 2);
}

fn corrected(online: &OnlineLearner, model: &Model) -> LinearModel {
    let mut model = model.clone();
    online.correct(&mut model);
    model.row(KindIndex(0), true).clone()
}

/// Returns the distance of a model from weights, in the fit's standard errors.
fn distance(row: &LinearModel, weights: &[f64], errors: &[f64]) -> f64 {
    let all = [row.weights[0], row.weights[1], row.weights[2], row.bias];
    let squares = all.iter().zip(weights).zip(errors).map(|((a, b), error)| (a - b) * (a - b) / (error * error));
    squares.sum::<f64>().sqrt()
}

#[test]
fn online_learning_moves_a_small_fit_towards_the_batch_fit_of_the_whole_log() {
    for seed in 0..5 {
        let log = log(6000, seed);
        let (early, whole) = (batch(&log[..400]), batch(&log));
        let model = model(&early);
        let mut online = OnlineLearner::default();
        replay(&mut online, &model, &log[400..], 1.0);
        let row = corrected(&online, &model);
        let before = distance(model.row(KindIndex(0), true), &whole.weights, &early.errors);
        let after = distance(&row, &whole.weights, &early.errors);
        assert!(after < 0.5 * before.max(0.6), "seed {seed}: {after} after {before}");
    }
}

#[test]
fn a_burst_moves_no_weight_beyond_its_bound_and_a_single_pick_at_most_a_fifth_of_it() {
    let fitted = batch(&log(400, 1));
    let model = model(&fitted);
    let base = model.row(KindIndex(0), true).clone();
    let bounds = |part: f64, online: &OnlineLearner| {
        let row = corrected(online, &model);
        let within = |n: usize, a: f64, b: f64| (a - b).abs() <= part * bound(&base, n) + 1e-12;
        assert!((0..row.weights.len()).all(|n| within(n, row.weights[n], base.weights[n])));
        assert!(within(row.weights.len(), row.bias, base.bias));
        row != base
    };
    for (features, responded) in [([1e6, -1e6, 3.0], false), ([1.0, 1.0, 1.0], true), ([-5.0, 0.0, 1e-9], false)] {
        let burst = |n: usize| (0..n).map(|_| Impression { features, responded }).collect::<Vec<Impression>>();
        let mut online = OnlineLearner::default();
        online.learners.or_default((KindIndex(0), false));
        replay(&mut online, &model, &burst(1), 1e-9);
        assert!(bounds(0.2, &online));
        replay(&mut online, &model, &burst(1000), 1e-9);
        assert!(bounds(1.0, &online));
        assert!(online.is_valid(8, 1, layout()));
    }
}

#[test]
fn response_order_does_not_matter_within_the_window() {
    let model = model(&batch(&log(400, 2)));
    let mut responses: Vec<(Time, String, u32)> = (0..40).map(|n| (n, format!("d{n:02}"), (n % 3) as u32)).collect();
    let learn = |responses: &[(Time, String, u32)]| {
        let mut online = OnlineLearner::default();
        for n in (0..40).rev() {
            let features = [(0, n as f64 / 20.0), (2, 1.0)];
            let picks = (0..3).map(|item| PendingPick::new(ItemIndex(item), 0.5, false, &features)).collect();
            online.add_pending(n, &format!("d{n:02}"), picks);
        }
        responses
            .iter()
            .for_each(|(at, id, item)| online.record_response((*at, id), ItemIndex(*item), KindIndex(0), at + WINDOW));
        responses
            .iter()
            .for_each(|(at, id, item)| online.record_response((*at, id), ItemIndex(*item), KindIndex(0), at + 5));
        online.learn(&model, layout(), 100 + WINDOW);
        online
    };
    let (forward, reversed) = (learn(&responses), {
        responses.reverse();
        learn(&responses)
    });
    assert_eq!(forward, reversed);
    assert_ne!(corrected(&forward, &model), *model.row(KindIndex(0), true));
}

#[test]
fn picks_without_responses_and_late_responses_are_not_learnt() {
    let model = model(&batch(&log(400, 3)));
    let mut online = OnlineLearner::default();
    online.add_pending(0, "d", vec![PendingPick::new(ItemIndex(1), 1.0, false, &[(0, 1.0)])]);
    online.record_response((0, "d"), ItemIndex(1), KindIndex(0), WINDOW + 1);
    online.record_response((0, "d"), ItemIndex(2), KindIndex(0), 5);
    online.record_response((0, "e"), ItemIndex(1), KindIndex(0), 5);
    assert!(!online.learn(&model, layout(), WINDOW));
    assert!(!online.learn(&model, layout(), WINDOW + 1));
    assert_eq!(online, OnlineLearner::default());
}

#[test]
fn the_number_of_pending_picks_is_bounded() {
    let mut online = OnlineLearner::default();
    let picks = || vec![PendingPick::new(ItemIndex(1), 1.0, false, &[]); 1000];
    (0..4).for_each(|n| online.add_pending(n, "d", picks()));
    assert!(online.has_room(96) && !online.has_room(97));
}
