//! The sample of the Open Bandit Dataset (Saito, Aihara, Matsutani, Narita 2021): in three campaigns, each of two policies
//! is evaluated on the log of the other, and compared with its own clicks. About 50 clicks a log are too few to find
//! a difference.
//!
//! `OPEN_BANDIT=DIR cargo test --release off_policy_open_bandit -- --ignored --nocapture`, with the folder that contains
//! `random/` and `bts/`. The files are not part of this project.

use std::collections::HashMap;
use std::path::Path;

use super::coverage::{CONFIDENCE, estimate_all};
use super::rows::{DecisionRow, Excluded, Reconstruction, SlotRow};
use super::verdict::{refusal_of_estimate, refusal_of_log};

/// A line of a log.
struct Impression {
    item: usize,
    /// 1 to 3.
    position: usize,
    click: f64,
    propensity: f64,
}

/// Probabilities of the items, by position.
type Distributions = HashMap<usize, Vec<f64>>;

fn read(dir: &Path, policy: &str, campaign: &str) -> Vec<Impression> {
    let path = dir.join(policy).join(campaign).join([campaign, ".csv"].concat());
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let impression = |line: &str| {
        let cells: Vec<&str> = line.split(',').take(6).collect();
        Impression {
            item: cells[2].parse().unwrap(),
            position: cells[3].parse().unwrap(),
            click: cells[4].parse().unwrap(),
            propensity: cells[5].parse().unwrap(),
        }
    };
    text.lines().skip(1).map(impression).collect()
}

/// Returns the mean propensity of each item at each position, as parts of 1.
fn distributions(log: &[Impression], items: usize) -> Distributions {
    let mut sums: HashMap<usize, Vec<[f64; 2]>> = HashMap::new();
    for line in log {
        let sum = &mut sums.entry(line.position).or_insert_with(|| vec![[0.0; 2]; items])[line.item];
        *sum = [sum[0] + line.propensity, sum[1] + 1.0];
    }
    let normalised = |sums: Vec<[f64; 2]>| {
        let means: Vec<f64> = sums.iter().map(|[sum, count]| sum / count.max(1.0)).collect();
        let all: f64 = means.iter().sum();
        means.iter().map(|mean| mean / all).collect()
    };
    sums.into_iter().map(|(position, sums)| (position, normalised(sums))).collect()
}

/// Returns each item's rate of clicks, with one impression of the mean rate added.
fn rates(log: &[Impression], items: usize) -> Vec<f64> {
    let mean = mean_click(log);
    let mut sums = vec![[mean, 1.0]; items];
    log.iter().for_each(|line| sums[line.item] = [sums[line.item][0] + line.click, sums[line.item][1] + 1.0]);
    sums.iter().map(|[clicks, count]| clicks / count).collect()
}

fn mean_click(log: &[Impression]) -> f64 {
    log.iter().map(|line| line.click).sum::<f64>() / log.len() as f64
}

/// Takes the mean distributions for those of each moment, which the files do not contain, except for the item that was
/// sent: its propensity is known.
fn reconstruct(log: &[Impression], of_log: &Distributions, of_target: &Distributions) -> Reconstruction {
    let items = of_log[&1].len();
    let utilities = rates(log, items);
    let row = |line: &Impression| {
        let mut logged = of_log[&line.position].clone();
        let others = (1.0 - line.propensity) / (1.0 - logged[line.item]);
        logged.iter_mut().for_each(|probability| *probability *= others);
        logged[line.item] = line.propensity;
        let slot = SlotRow {
            items: (0..items as u32).collect(),
            utilities: utilities.clone(),
            picked: line.item,
            outcome: line.click,
            logged_propensity: None,
            is_estimated: true,
            correction: 1.0,
            logged,
            target: of_target[&line.position].clone(),
        };
        DecisionRow { slots: vec![slot], outcomes: line.click as u32, is_changed: true, is_exact: true }
    };
    Reconstruction { rows: log.iter().map(row).collect(), excluded: Excluded::default() }
}

#[test]
#[ignore = "needs the Open Bandit sample, OPEN_BANDIT=DIR"]
fn off_policy_open_bandit_contains_the_truth_and_claims_no_difference() {
    let Ok(dir) = std::env::var("OPEN_BANDIT") else {
        println!("skipped: OPEN_BANDIT does not name the folder of the Open Bandit sample");
        return;
    };
    for campaign in ["all", "men", "women"] {
        let logs = ["random", "bts"].map(|policy| read(dir.as_ref(), policy, campaign));
        let items = 1 + logs.iter().flatten().map(|line| line.item).max().unwrap();
        let both = logs.each_ref().map(|log| distributions(log, items));
        for (log, target, name) in [(0, 1, "random -> bts"), (1, 0, "bts -> random")] {
            let found = reconstruct(&logs[log], &both[log], &both[target]);
            let estimate = estimate_all(&found.rows);
            let half = CONFIDENCE.half_width_of_lift(&estimate, true) + estimate.lift_bound;
            let refusal = refusal_of_log(&found).or_else(|| refusal_of_estimate(&found.rows, &estimate, 0.1, half));
            let truth = mean_click(&logs[target]) / mean_click(&logs[log]) - 1.0;
            println!(
                "{campaign}, {name}: {refusal:?}, lift {:+.2} ± {half:.2}, truth {truth:+.2}, unsupported {:.2}",
                estimate.lift.mean, estimate.overlap.unsupported,
            );
            assert!((estimate.lift.mean - truth).abs() <= half, "{campaign}, {name}: the truth is outside");
            let is_undecided = refusal.is_some() || estimate.lift.mean.abs() <= half;
            assert!(is_undecided, "{campaign}, {name}: so few clicks cannot tell more from less");
        }
    }
}
