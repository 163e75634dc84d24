//! One decision is one row, however many recipients a group has.

use crate::base::random::Random;
use crate::slate::policy::Policy;

use super::coverage::{CONFIDENCE, TARGETS, estimate_all, sample};
use super::rows::DecisionRow;
use super::simulation::{Setting, State, simulate};

const POLICY: Policy = Policy::Softmax { temperature: 1.0 };

/// The mistake: a row for each recipient.
fn by_recipient(row: &DecisionRow, recipients: usize) -> impl Iterator<Item = DecisionRow> {
    (0..recipients as u32).map(|recipient| {
        let outcomes = u32::from(recipient < row.outcomes);
        let mut of_recipient = DecisionRow { outcomes, ..row.clone() };
        of_recipient.slots[0].outcome = f64::from(outcomes);
        of_recipient
    })
}

/// Share of logs whose interval contains the truth: with rows by decision, and with rows by recipient.
fn covers(setting: Setting, decisions: usize, runs: usize) -> [f64; 2] {
    let states: Vec<State> = simulate(setting);
    let mut random = Random::new(31);
    let mut covered = [0; 2];
    for _ in 0..runs {
        let drawn = sample(states.len(), decisions, &mut random);
        let mut rows: Vec<DecisionRow> = drawn.iter().map(|&at| states[at].row(POLICY, TARGETS[2])).collect();
        rows.iter_mut().zip(&drawn).for_each(|(row, &at)| states[at].redraw(row, &mut random));
        let value =
            |which: usize| -> f64 { drawn.iter().zip(&rows).map(|(&at, row)| states[at].truth(row)[which]).sum() };
        let lift = value(1) / value(0) - 1.0;
        let wrong: Vec<DecisionRow> =
            rows.iter().zip(&drawn).flat_map(|(row, &at)| by_recipient(row, states[at].recipients)).collect();
        for (covered, rows) in covered.iter_mut().zip([rows, wrong]) {
            let found = estimate_all(&rows);
            let half = CONFIDENCE.half_width_of_lift(&found, true) + found.lift_bound;
            *covered += usize::from((found.lift.mean - lift).abs() <= half);
        }
    }
    println!("{runs} logs: {covered:?} contain the truth, by decision and by recipient");
    covered.map(|covered| covered as f64 / runs as f64)
}

#[test]
fn off_policy_groups_are_covered_by_decisions_and_not_by_recipients() {
    let [by_decision, by_recipient] =
        covers(Setting { users: 80, groups: 4, days: 30, policy: POLICY, seed: 1 }, 120, 40);
    assert!(by_decision >= 0.85, "{by_decision}");
    assert!(by_recipient < 0.75, "the mistake must stay visible: {by_recipient}");
}

#[test]
#[ignore = "half a minute in a release build"]
fn off_policy_groups_are_covered_at_full_size() {
    let [by_decision, by_recipient] =
        covers(Setting { users: 400, groups: 20, days: 30, policy: POLICY, seed: 1 }, 500, 100);
    assert!(by_decision >= 0.92, "{by_decision}");
    assert!(by_recipient < 0.75, "the mistake must stay visible: {by_recipient}");
}
