//! Textbook estimators against figures of obp 0.5.5 (Open Bandit Pipeline) for 60 rows and 40 slates of our own, in
//! `tests/goldens/studies/off-policy.json`.

use serde_json::Value as Json;

use super::calibration::{Calibration, Line};
use super::clip::Designs;
use super::estimate::estimate;
use super::rows::{DecisionRow, SlotRow};
use super::textbook::textbook_estimates;

fn golden() -> Json {
    serde_json::from_str(include_str!("../../../tests/goldens/studies/off-policy.json")).unwrap()
}

fn numbers(json: &Json) -> Vec<f64> {
    json.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn table(json: &Json) -> Vec<Vec<f64>> {
    json.as_array().unwrap().iter().map(numbers).collect()
}

/// A prediction that equals the utility.
const IDENTITY: Line = Line { intercept: 0.0, slope: 1.0, dispersion: 1.0, is_rate: true };

fn slot(logged: &[f64], target: &[f64], utilities: &[f64], picked: usize, outcome: f64) -> SlotRow {
    SlotRow {
        items: (0..logged.len() as u32).collect(),
        logged: logged.to_vec(),
        target: target.to_vec(),
        utilities: utilities.to_vec(),
        picked,
        outcome,
        logged_propensity: None,
        is_estimated: false,
        correction: 1.0,
    }
}

fn single_rows(golden: &Json) -> Vec<DecisionRow> {
    let [logged, target, model] = ["behaviour", "target", "model"].map(|name| table(&golden[name]));
    let (items, outcomes) = (numbers(&golden["item"]), numbers(&golden["reward"]));
    let row = |t: usize| DecisionRow {
        slots: vec![slot(&logged[t], &target[t], &model[t], items[t] as usize, outcomes[t])],
        outcomes: outcomes[t] as u32,
        is_changed: false,
        is_exact: true,
    };
    (0..items.len()).map(row).collect()
}

/// The file has the probabilities of the placed items only; a second item takes the rest.
fn slate_rows(golden: &Json) -> Vec<DecisionRow> {
    let [logged, target, outcomes] = ["behaviour", "target", "reward"].map(|name| table(&golden["slates"][name]));
    let row = |t: usize| DecisionRow {
        slots: (0..3)
            .map(|k| {
                let pair = |probability: f64| [probability, 1.0 - probability];
                slot(&pair(logged[t][k]), &pair(target[t][k]), &[0.3, 0.3], 0, outcomes[t][k])
            })
            .collect(),
        outcomes: 1,
        is_changed: false,
        is_exact: true,
    };
    (0..logged.len()).map(row).collect()
}

/// The weight, outcome, prediction for the item sent, and mean prediction under the target of each row.
fn tuples(rows: &[DecisionRow]) -> Vec<(f64, f64, f64, f64)> {
    let tuple = |row: &DecisionRow| {
        let slot = &row.slots[0];
        let model: f64 = slot.target.iter().zip(&slot.utilities).map(|(target, q)| target * q).sum();
        let weight = slot.target[slot.picked] / slot.logged[slot.picked];
        (weight, slot.outcome, slot.utilities[slot.picked], model)
    };
    rows.iter().map(tuple).collect()
}

#[test]
fn off_policy_golden_figures_of_one_pick_are_obps() {
    let golden = golden();
    let rows = single_rows(&golden);
    let tuples = tuples(&rows);
    let mean = |of: &dyn Fn(f64, f64, f64, f64) -> f64| {
        tuples.iter().map(|&(w, r, q, m)| of(w, r, q, m)).sum::<f64>() / rows.len() as f64
    };
    let calibration = Calibration::from_lines(vec![IDENTITY]);
    let textbook = textbook_estimates(&rows, &calibration);
    let designs = Designs::of(&rows, &calibration);
    let clipped = estimate(&rows, &calibration, (3.0, designs.of_clip(3.0)));
    let weights = mean(&|w, _, _, _| w);
    for (name, found) in [
        ("ips", textbook.ips),
        ("snips", textbook.snips),
        ("dm", textbook.dm),
        ("dr", textbook.dr),
        ("dr_clip_3", clipped.target.mean),
        // No report has these. They check the definitions of the file's figures.
        ("ips_clip_3", mean(&|w, r, _, _| w.min(3.0) * r)),
        ("sndr", textbook.dm + mean(&|w, r, q, _| w * (r - q)) / weights),
        ("switch_3", mean(&|w, r, q, m| m + if w <= 3.0 { w * (r - q) } else { 0.0 })),
        ("dros_10", mean(&|w, r, q, m| m + 10.0 * w / (w * w + 10.0) * (r - q))),
    ] {
        let expected = golden["obp"][name].as_f64().unwrap();
        assert!((found - expected).abs() < 1e-9, "{name}: {found}, not {expected}");
    }
}

#[test]
fn off_policy_golden_figures_of_slates_are_obps() {
    let golden = golden();
    let rows = slate_rows(&golden);
    let calibration = Calibration::from_lines(vec![IDENTITY; 3]);
    let rips = textbook_estimates(&rows, &calibration).ips;
    let whole = |row: &DecisionRow| {
        let weight: f64 = row.slots.iter().map(|slot| slot.target[0] / slot.logged[0]).product();
        weight * row.slots.iter().map(|slot| slot.outcome).sum::<f64>()
    };
    let sips = rows.iter().map(whole).sum::<f64>() / rows.len() as f64;
    for (name, found) in [("rips", rips), ("sips", sips)] {
        let expected = golden["slates"][name].as_f64().unwrap();
        assert!((found - expected).abs() < 1e-9, "{name}: {found}, not {expected}");
    }
}
