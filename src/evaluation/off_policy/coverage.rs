//! Coverage of intervals over many simulated logs: the share that contains the true lift, and the refused evaluations.

use crate::base::random::Random;
use crate::slate::policy::Policy;

use super::calibration::Calibration;
use super::clip::Designs;
use super::estimate::{LiftEstimate, estimate};
use super::intervals::Confidence;
use super::rows::DecisionRow;
use super::simulation::{Setting, State, Target, simulate};
use super::verdict::{RefusalCode, refusal_of_estimate};

pub const CONFIDENCE: Confidence = Confidence { level: 0.95, sequential: None, seed: 0 };

pub const GREEDY: Option<Policy> = Some(Policy::Greedy);

pub const TARGETS: [Target; 7] = [
    Target { share: 0.0, policy: GREEDY },
    Target { share: 0.1, policy: None },
    Target { share: 0.2, policy: None },
    Target { share: 0.4, policy: None },
    Target { share: 1.0, policy: None },
    Target { share: 0.2, policy: GREEDY },
    Target { share: 1.0, policy: GREEDY },
];

pub fn estimate_all(rows: &[DecisionRow]) -> LiftEstimate {
    let calibration = Calibration::fit(rows);
    let designs = Designs::of(rows, &calibration);
    estimate(rows, &calibration, designs.choose(rows.len() as f64, CONFIDENCE.z()))
}

/// A log, a number of decisions drawn from it, and a target.
pub struct Condition {
    pub log: &'static str,
    pub decisions: usize,
    pub target: Target,
    pub changed: f64,
    pub runs: usize,
    pub answered: usize,
    pub invalid: usize,
    pub covered: usize,
    pub means: Means,
}

/// Means over runs.
#[derive(Default)]
pub struct Means {
    /// True lift.
    pub lift: f64,
    /// Estimated less true lift.
    pub bias: f64,
    /// Square of that.
    pub square: f64,
    /// Half-width of the interval.
    pub half: f64,
    /// Relative error of the target's value, given the value of the log.
    pub error: f64,
    pub unsupported: f64,
    pub effective: f64,
}

impl Condition {
    /// Draws `runs` logs of so many decisions, each moment at most once where there are enough.
    pub fn run(
        log: &'static str,
        states: &[State],
        policy: Policy,
        target: Target,
        (decisions, runs): (usize, usize),
    ) -> Self {
        let mut random = Random::new(decisions as u64 + 17);
        let templates: Vec<DecisionRow> = states.iter().map(|state| state.row(policy, target)).collect();
        let truths: Vec<[f64; 2]> = states.iter().zip(&templates).map(|(state, row)| state.truth(row)).collect();
        let changed = templates.iter().filter(|row| row.is_changed).count() as f64 / states.len() as f64;
        let (answered, invalid, covered, means) = (0, 0, 0, Means::default());
        let mut condition = Self { log, decisions, target, changed, runs, answered, invalid, covered, means };
        for _ in 0..runs {
            let drawn = sample(states.len(), decisions, &mut random);
            let mut rows: Vec<DecisionRow> = drawn.iter().map(|&at| templates[at].clone()).collect();
            rows.iter_mut().zip(&drawn).for_each(|(row, &at)| states[at].redraw(row, &mut random));
            let value = |which: usize| drawn.iter().map(|&at| truths[at][which]).sum::<f64>();
            condition.add(&rows, value(1) / value(0) - 1.0);
        }
        condition
    }

    fn add(&mut self, rows: &[DecisionRow], lift: f64) {
        let estimate = estimate_all(rows);
        let half = CONFIDENCE.half_width_of_lift(&estimate, true) + estimate.lift_bound;
        let refusal = refusal_of_estimate(rows, &estimate, 0.1, half);
        let bias = estimate.lift.mean - lift;
        self.answered += usize::from(refusal.is_none());
        self.invalid += usize::from(refusal == Some(RefusalCode::InvalidPropensities));
        self.covered += usize::from(bias.abs() <= half);
        let part = 1.0 / self.runs as f64;
        self.means.lift += part * lift;
        self.means.bias += part * bias;
        self.means.square += part * bias * bias;
        self.means.half += part * half;
        self.means.error += part * (bias / (1.0 + lift)).abs();
        self.means.unsupported += part * estimate.overlap.unsupported;
        self.means.effective += part * estimate.overlap.effective_sample_size;
    }

    /// True if most of its logs are answered.
    pub fn is_answered(&self) -> bool {
        2 * self.answered > self.runs
    }

    pub fn cover(&self) -> f64 {
        self.covered as f64 / self.runs as f64
    }

    /// Returns the figures of the plot as JSON.
    fn json(&self) -> String {
        let policy = if self.target.policy.is_some() { "greedy" } else { "as logged" };
        format!(
            r#"{{"log":"{}","decisions":{},"share":{},"policy":"{policy}","changed":{},"cover":{},"unsupported":{},"halfWidth":{},"answered":{}}}"#,
            self.log,
            self.decisions,
            self.target.share,
            self.changed,
            self.cover(),
            self.means.unsupported,
            self.means.half,
            self.is_answered(),
        )
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Means { lift, bias, square, half, error, unsupported, effective } = self.means;
        let policy = if self.target.policy.is_some() { "greedy" } else { "as logged" };
        write!(
            out,
            "{}, {} decisions, share {} {policy}: changed {:.2}, lift {lift:+.3}, bias {bias:+.4}, deviation {:.4}, \
             half-width {half:.4}, cover {:.3}, error {error:.3}, unsupported {unsupported:.3}, effective {effective:.0}, \
             answered {}",
            self.log,
            self.decisions,
            self.target.share,
            self.changed,
            square.sqrt(),
            self.cover(),
            self.answered,
        )
    }
}

/// Draws indices: each at most once, unless more are wanted than there are.
pub fn sample(from: usize, count: usize, random: &mut Random) -> Vec<usize> {
    if count > from {
        return (0..count).map(|_| random.below(from)).collect();
    }
    let mut order: Vec<usize> = (0..from).collect();
    (0..count).for_each(|at| order.swap(at, at + random.below(from - at)));
    order.truncate(count);
    order
}

struct Log {
    name: &'static str,
    setting: Setting,
    decisions: usize,
}

const fn private(name: &'static str, policy: Policy, decisions: usize) -> Log {
    Log { name, setting: Setting { users: 60, groups: 0, days: 27, policy, seed: 1 }, decisions }
}

const fn groups(name: &'static str, policy: Policy, decisions: usize) -> Log {
    Log { name, setting: Setting { users: 400, groups: 20, days: 30, policy, seed: 1 }, decisions }
}

const LOGS: [Log; 7] = [
    private("private, softmax 0.25", Policy::Softmax { temperature: 0.25 }, 500),
    private("private, softmax 0.5", Policy::Softmax { temperature: 0.5 }, 500),
    private("private, ε 0.1", Policy::EpsilonGreedy { epsilon: 0.1 }, 500),
    private("private, softmax 0.5", Policy::Softmax { temperature: 0.5 }, 3000),
    private("private, ε 0.2", Policy::EpsilonGreedy { epsilon: 0.2 }, 3000),
    groups("groups, softmax 1", Policy::Softmax { temperature: 1.0 }, 500),
    groups("groups, ε 0.1", Policy::EpsilonGreedy { epsilon: 0.1 }, 500),
];

/// Runs every target on these logs.
fn grid(logs: &[Log], targets: &[Target], runs: usize) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for log in logs {
        let states = simulate(log.setting);
        for &target in targets {
            let policy = log.setting.policy;
            conditions.push(Condition::run(log.name, &states, policy, target, (log.decisions, runs)));
        }
    }
    conditions
}

/// Checks mean and worst coverage over all answered conditions.
fn check(conditions: &[Condition], least: f64) {
    for condition in conditions {
        println!("{condition}");
    }
    let answered: Vec<&Condition> = conditions.iter().filter(|condition| condition.is_answered()).collect();
    let n = answered.len() as f64;
    let mut covers: Vec<f64> = answered.iter().map(|condition| condition.cover()).collect();
    covers.sort_by(f64::total_cmp);
    let mean = covers.iter().sum::<f64>() / n;
    let invalid: usize = answered.iter().map(|condition| condition.invalid).sum();
    let runs: usize = answered.iter().map(|condition| condition.runs).sum();
    println!("{n} of {} answered, cover {mean:.3}, lowest {covers:.3?}, {invalid} invalid", conditions.len());
    assert!(mean >= 0.95, "{mean}");
    assert!(covers[0] >= least, "{}", covers[0]);
    assert!(covers[covers.len() / 10] >= 0.93, "{covers:?}");
    assert!(invalid as f64 <= 0.001 * runs as f64, "{invalid} of {runs}");
    for (most, is_large) in [(0.05, false), (0.04, true)] {
        let of_size = || answered.iter().filter(|condition| (condition.decisions >= 3000) == is_large);
        let error = of_size().map(|condition| condition.means.error).sum::<f64>() / of_size().count() as f64;
        println!("mean relative error of the target's value {error:.4}, large logs: {is_large}");
        assert!(error <= most, "{error}");
    }
    for condition in answered {
        assert!(condition.means.bias.abs() <= condition.means.half, "{condition}");
    }
}

#[test]
fn off_policy_coverage_of_a_small_grid() {
    let log = Log {
        name: "private, softmax 0.5, small",
        setting: Setting { users: 25, groups: 0, days: 12, policy: Policy::Softmax { temperature: 0.5 }, seed: 3 },
        decisions: 250,
    };
    let conditions = grid(&[log], &[TARGETS[0], TARGETS[1], TARGETS[3]], 60);
    for condition in &conditions {
        println!("{condition}");
        assert!(condition.cover() >= 0.88 && condition.invalid == 0, "{condition}");
    }
    assert!(conditions[0].is_answered() && conditions[0].changed == 0.0);
    assert!(!conditions[2].is_answered(), "too little overlap");
}

/// With `OFF_POLICY_COVERAGE`, also writes the conditions to this file, for `benches/off-policy-coverage.mjs`.
#[test]
#[ignore = "half a minute in a release build, minutes in a debug build"]
fn off_policy_coverage_of_the_whole_grid() {
    let conditions = grid(&LOGS, &TARGETS, 200);
    if let Ok(path) = std::env::var("OFF_POLICY_COVERAGE") {
        let lines: Vec<String> = conditions.iter().map(Condition::json).collect();
        std::fs::write(path, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
    }
    check(&conditions, 0.91);
    assert!(conditions.iter().filter(|condition| condition.is_answered()).count() >= 25);
}
