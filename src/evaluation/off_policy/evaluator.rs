//! Evaluation of many targets on one reconstructed log.

use crate::base::error::{Code, Error, Result};
use crate::base::index::{ItemIndex, KindIndex};
use crate::base::value::{self, Fields, Value, json, quoted};
use crate::recommender::Recommender;
use crate::scoring::objective::Objective;
use crate::slate::policy::Policy;

use super::evaluate::{evaluate, refuse_configuration};
use super::held::{HeldDecision, HeldTarget};
use super::planner::{PlanRow, Planner};
use super::question::OffPolicyQuestion;
use super::report::OffPolicyReport;
use super::rows::{DecisionRow, Reconstruction};
use super::settings::{EvaluatedPeriod, OffPolicySettings};
use super::walk::Walked;

/// Another objective and policy for decisions that are reconstructed. Fields that are not given are as logged.
#[derive(Debug, Clone, Default)]
pub struct TargetComparison {
    /// Name of an objective, or weights by kind.
    pub objective: Option<Value>,
    /// The policy.
    pub policy: Option<Policy>,
}

impl TargetComparison {
    /// Reads `{ objective, policy }`.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let comparison = Self {
            objective: fields.optional("objective", value::anything)?,
            policy: fields.optional("policy", Policy::read)?,
        };
        fields.finish()?;
        Ok(comparison)
    }
}

/// Reconstructed decisions with the settings of their evaluation.
#[derive(Debug)]
pub struct Evaluator {
    held: Vec<HeldDecision>,
    /// One row per held decision, with the target evaluated last.
    log: Reconstruction,
    settings: OffPolicySettings,
    opened: Option<&'static str>,
    recommender: Recommender,
    /// The targets evaluated so far, as JSON.
    tried: Vec<String>,
}

impl Evaluator {
    /// Takes the reconstructed decisions of a walk.
    pub fn new(question: &OffPolicyQuestion, walked: Walked) -> Self {
        let Walked { held, excluded, to, opened, recommender } = walked;
        let settings = OffPolicySettings {
            period: EvaluatedPeriod { from: question.from, to },
            confidence: question.confidence,
            max_unsupported: question.max_unsupported,
        };
        let ids = &recommender.world().library.ids;
        let rows = held.iter().map(|held| held.row(&HeldTarget::default(), ids)).collect();
        Self { held, log: Reconstruction { rows, excluded }, settings, opened, recommender, tried: Vec::new() }
    }

    /// Returns the number of distinct targets evaluated so far.
    pub fn targets_tried(&self) -> usize {
        self.tried.len()
    }

    /// Evaluates a target. With a sequential plan, the error probability is divided by the number of targets tried.
    ///
    /// # Errors
    /// [`Code::Invalid`] for a target that the reconstruction does not cover, or an invalid objective.
    pub fn evaluate(&mut self, target: &TargetComparison) -> Result<OffPolicyReport> {
        let objective = self.objective(target)?;
        let name = json(&(&target.objective, &target.policy));
        if !self.tried.contains(&name) {
            self.tried.push(name);
        }
        let mut settings = self.settings;
        if let Some(plan) = &mut settings.confidence.sequential {
            plan.targets = plan.targets.max(self.tried.len() as u32);
        }
        if let Some(path) = self.opened {
            return Ok(refuse_configuration(&settings, path.to_owned()));
        }
        let ids = &self.recommender.world().library.ids;
        let held_target = HeldTarget { objective: objective.as_ref(), policy: target.policy, logging: None };
        for (held, row) in self.held.iter().zip(&mut self.log.rows) {
            held.set_target(row, &held_target, ids);
        }
        let id_of = |item: u32| ids.name(ItemIndex(item)).to_owned();
        let mut explore = |policy| self.rows(objective.as_ref(), target.policy, Some(policy));
        Ok(evaluate(&self.log, &settings, &id_of, &mut explore))
    }

    /// Predicts for each exploration the precision of an evaluation of the target on its log. With fewer than 30
    /// outcomes every item has the rate `base_rate`, 0–1.
    ///
    /// # Errors
    /// As [`Self::evaluate`].
    pub fn plan(&self, target: &TargetComparison, base_rate: f64) -> Result<Vec<PlanRow>> {
        let objective = self.objective(target)?;
        let rows = self.rows(objective.as_ref(), target.policy, None);
        let mut explore = |policy| self.rows(objective.as_ref(), target.policy, Some(policy));
        Ok(Planner::new(&rows, &self.settings, base_rate).plan(&mut explore))
    }

    fn rows(&self, objective: Option<&Objective>, policy: Option<Policy>, logging: Option<Policy>) -> Vec<DecisionRow> {
        let target = HeldTarget { objective, policy, logging };
        self.held.iter().map(|held| held.row(&target, &self.recommender.world().library.ids)).collect()
    }

    /// Returns the target's objective, if it gives one. Refuses an objective or policy that the reconstruction does not
    /// cover.
    fn objective(&self, target: &TargetComparison) -> Result<Option<Objective>> {
        let needs_std_devs = target.policy.is_some_and(Policy::needs_std_devs);
        let has_std_devs = |held: &HeldDecision| held.compared().std_devs.len() == held.compared().items.len();
        if needs_std_devs && (target.objective.is_some() || !self.held.iter().all(has_std_devs)) {
            return Err(another_evaluation("target.policy", "standard deviations of utilities were not kept"));
        }
        let Some(given) = &target.objective else { return Ok(None) };
        let (config, kinds) = (self.recommender.config(), &self.recommender.world().kinds);
        let objective = config.objectives.resolve(Some(given.clone()), "target.objective", None, kinds)?;
        for held in &self.held {
            let of = held.compared();
            let knows = |kind: KindIndex| of.by_kind.iter().any(|(known, _)| *known == kind);
            if !of.items.is_empty() && !objective.0.iter().all(|(kind, _)| knows(*kind)) {
                let reason = "groups that are not aggregated by `average`, and kinds without a model, are scored anew";
                return Err(another_evaluation("target.objective", reason));
            }
        }
        Ok(Some(objective))
    }
}

fn another_evaluation(path: &str, reason: &str) -> Box<Error> {
    Error::new(Code::Invalid, path, ["a target for `evaluateOffPolicy`: ", reason].concat(), quoted(path))
}
