//! Predicts interval widths, and the cost in outcomes, of a log whose logging policy explored more. No outcome of the
//! target takes part.

use serde::Serialize;

use crate::slate::policy::Policy;

use super::calibration::Calibration;
use super::clip::{Design, Designs};
use super::estimate::Moments;
use super::intervals::Confidence;
use super::rows::DecisionRow;
use super::settings::OffPolicySettings;
use super::verdict::{self, FEWEST_DECISIONS, FEWEST_OUTCOMES, LEAST_EFFECTIVE, WIDEST};

/// Explorations that the planner compares.
const EXPLORATIONS: [Policy; 7] = [
    Policy::Greedy,
    Policy::EpsilonGreedy { epsilon: 0.05 },
    Policy::EpsilonGreedy { epsilon: 0.1 },
    Policy::EpsilonGreedy { epsilon: 0.2 },
    Policy::Softmax { temperature: 0.25 },
    Policy::Softmax { temperature: 0.5 },
    Policy::Softmax { temperature: 1.0 },
];

/// Explorations that are advised, the cheapest first. ε-greedy costs more for less support
/// (`docs/internals/off-policy.md`).
const ADVISED: [Policy; 2] = [Policy::Softmax { temperature: 0.25 }, Policy::Softmax { temperature: 0.5 }];

/// Numbers of decisions that the planner compares.
const DECISIONS: [u32; 4] = [250, 1000, 5000, 20_000];

/// Half-width that advice aims at.
const ADVISED_HALF_WIDTH: f64 = 0.1;

/// Step, in decisions, of the search for advice.
const STEP: usize = 100;

/// Largest number of decisions that is advised.
const MOST_DECISIONS: u32 = 20_000;

/// An exploration and its price.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplorationAdvice {
    /// The policy.
    pub policy: Policy,
    /// Decisions needed.
    pub decisions: u32,
    /// Weeks at the log's own pace.
    pub weeks: f64,
    /// Half-width of the lift's interval then.
    pub half_width: f64,
    /// Outcomes lost against always sending the best, 0–1.
    pub relative_cost: f64,
}

/// An exploration in the plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanRow {
    /// The policy.
    pub policy: Policy,
    /// Outcomes lost against always sending the best, 0–1; absent where the log has too few outcomes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative_cost: Option<f64>,
    /// Share of the decisions whose best item differs, 0–1.
    pub changed: f64,
    /// By number of decisions.
    pub precision: Vec<Precision>,
}

/// Precision after a number of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Precision {
    /// Number of decisions.
    pub decisions: u32,
    /// Weeks at the pace of the log.
    pub weeks: f64,
    /// Half-width of the lift's interval.
    pub half_width: f64,
    /// Part of the target's choices that would be unsupported, 0–1.
    pub unsupported: f64,
    /// True if the evaluation would refuse.
    pub refused: bool,
}

/// Returns the reconstructed decisions with this policy as logging policy, and as target policy too if the target gives
/// none.
pub type Explore<'a> = dyn FnMut(Policy) -> Vec<DecisionRow> + 'a;

/// The log that a plan extrapolates.
pub struct Planner {
    calibration: Calibration,
    confidence: Confidence,
    max_unsupported: f64,
    decisions_per_week: f64,
    outcomes_per_decision: f64,
    knows_outcomes: bool,
}

impl Planner {
    /// Calibrates with the log. With fewer than 30 outcomes every item has the rate `base_rate`, 0–1.
    pub fn new(rows: &[DecisionRow], settings: &OffPolicySettings, base_rate: f64) -> Self {
        let outcomes: f64 = rows.iter().map(|row| f64::from(row.outcomes)).sum();
        let knows_outcomes = outcomes >= FEWEST_OUTCOMES;
        let slots = rows.iter().map(|row| row.slots.len()).max().unwrap_or(0);
        Self {
            calibration: if knows_outcomes { Calibration::fit(rows) } else { Calibration::constant(base_rate, slots) },
            confidence: settings.confidence,
            max_unsupported: settings.max_unsupported,
            decisions_per_week: settings.decisions_per_week(rows.len()),
            outcomes_per_decision: if knows_outcomes { outcomes / rows.len() as f64 } else { base_rate },
            knows_outcomes,
        }
    }

    /// Returns the cheapest advised exploration with an answer; `None` without one, and with too few outcomes.
    pub fn advise(&self, explore: &mut Explore<'_>) -> Option<ExplorationAdvice> {
        let greedy = self.knows_outcomes.then(|| self.value(&explore(Policy::Greedy)))?;
        ADVISED.into_iter().find_map(|policy| {
            let designs = Designs::of(&explore(policy), &self.calibration);
            let mut sizes = (FEWEST_DECISIONS as u32..=MOST_DECISIONS).step_by(STEP);
            let Precision { decisions, weeks, half_width, .. } = sizes.find_map(|decisions| {
                let precision = self.precision(&designs, decisions, false);
                (precision.half_width <= ADVISED_HALF_WIDTH && !precision.refused).then_some(precision)
            })?;
            let relative_cost = (greedy - designs.logged()) / greedy;
            Some(ExplorationAdvice { policy, decisions, weeks, half_width, relative_cost })
        })
    }

    /// Returns the whole table.
    pub fn plan(&self, explore: &mut Explore<'_>) -> Vec<PlanRow> {
        let greedy = self.value(&explore(Policy::Greedy));
        let row = |policy: Policy| {
            let rows = explore(policy);
            let designs = Designs::of(&rows, &self.calibration);
            let has_none = verdict::has_no_exploration(&rows);
            PlanRow {
                policy,
                relative_cost: self.knows_outcomes.then(|| (greedy - designs.logged()) / greedy),
                changed: rows.iter().filter(|row| row.is_changed).count() as f64 / rows.len() as f64,
                precision: DECISIONS.map(|decisions| self.precision(&designs, decisions, has_none)).to_vec(),
            }
        };
        EXPLORATIONS.into_iter().map(row).collect()
    }

    fn value(&self, rows: &[DecisionRow]) -> f64 {
        Designs::of(rows, &self.calibration).logged()
    }

    /// Predicts the precision after so many decisions like these.
    fn precision(&self, designs: &Designs, decisions: u32, has_no_exploration: bool) -> Precision {
        let (rows, n) = (designs.rows as f64, f64::from(decisions));
        let (_, design) = designs.choose(n, self.confidence.z());
        let Design { target, logged, bound, lost, .. } = *design;
        let lift = target / logged - 1.0;
        let value = logged / rows;
        let moments = Moments {
            mean: lift,
            variance: design.variance(lift) * design.excess_dispersion() / (rows * n * value * value),
        };
        let half_width = self.confidence.half_width(moments, decisions as usize) + bound / logged;
        let unsupported = lost / rows;
        let is_little = (decisions as usize) < FEWEST_DECISIONS
            || design.effective_sample_size(n, rows) < LEAST_EFFECTIVE
            || n * self.outcomes_per_decision < FEWEST_OUTCOMES;
        let refused = has_no_exploration || unsupported > self.max_unsupported || is_little || half_width > WIDEST;
        Precision { decisions, weeks: n / self.decisions_per_week, half_width, unsupported, refused }
    }
}

#[cfg(test)]
mod tests {
    use super::super::coverage::{CONFIDENCE, Condition, TARGETS};
    use super::super::settings::EvaluatedPeriod;
    use super::super::simulation::{Setting, State, simulate};
    use super::*;

    /// Compares predicted half-widths with the mean of redrawn logs.
    fn compare(setting: Setting, decisions: usize, runs: usize, tolerance: f64) {
        let states: Vec<State> = simulate(setting);
        let settings = OffPolicySettings {
            period: EvaluatedPeriod { from: 0, to: 1_000_000 },
            confidence: CONFIDENCE,
            max_unsupported: 0.1,
        };
        for target in &TARGETS[..4] {
            let log: Vec<DecisionRow> = states.iter().map(|state| state.row(setting.policy, *target)).collect();
            let planner = Planner::new(&log, &settings, 0.0);
            for policy in &EXPLORATIONS[2..] {
                let rows: Vec<DecisionRow> = states.iter().map(|state| state.row(*policy, *target)).collect();
                let designs = Designs::of(&rows, &planner.calibration);
                let predicted = planner.precision(&designs, decisions as u32, false);
                if predicted.refused {
                    continue;
                }
                let condition = Condition::run("plan", &states, *policy, *target, (decisions, runs));
                println!("{policy:?} predicted {:.4}, {condition}", predicted.half_width);
                let ratio = predicted.half_width / condition.means.half;
                assert!((1.0 - tolerance..1.0 + tolerance).contains(&ratio), "{policy:?} {target:?}: {ratio}");
            }
        }
    }

    const POLICY: Policy = Policy::Softmax { temperature: 0.5 };

    #[test]
    fn off_policy_plan_predicts_the_half_widths_of_a_small_log() {
        compare(Setting { users: 25, groups: 0, days: 12, policy: POLICY, seed: 4 }, 250, 6, 0.2);
    }

    #[test]
    #[ignore = "a minute in a release build"]
    fn off_policy_plan_predicts_the_half_widths() {
        compare(Setting { users: 60, groups: 0, days: 27, policy: POLICY, seed: 1 }, 500, 200, 0.15);
        let policy = Policy::Softmax { temperature: 1.0 };
        compare(Setting { users: 400, groups: 20, days: 30, policy, seed: 1 }, 500, 200, 0.3);
    }
}
