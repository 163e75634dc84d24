//! The ranker under evaluation: a trainer with an objective.

use crate::base::error::Result;
use crate::base::index::{ItemIndex, KindIndex};
use crate::base::number::sigmoid;
use crate::base::time::Time;
use crate::base::value::Value;
use crate::engine::ModelId;
use crate::memory::Memory;
use crate::scoring::objective::Objective;
use crate::training::fit_log::held_out_from;
use crate::training::trainer::{Trainer, no_context};
use crate::world::World;
use crate::world::item::Item;
use crate::world::recipient::Recipient;

use super::settings::EvaluationSettings;

/// A trainer with its objective, settings and refit schedule.
#[derive(Debug)]
pub struct EvaluatedRanker {
    /// The engine under evaluation, and its fits.
    pub trainer: Trainer,
    settings: EvaluationSettings,
    objective: Objective,
    schedule: RefitSchedule,
}

/// Times of the next fit and of the holdout fit before it, if any.
#[derive(Debug, Default)]
struct RefitSchedule {
    next: Option<Time>,
    /// Start of the next fit's holdout; `None` once it was fitted, and without an interaction before the fit.
    holdout: Option<Time>,
    /// Times of the log's interactions, ascending.
    times: Vec<Time>,
}

impl RefitSchedule {
    /// Sets the time of the next fit, whose holdout are the last interactions before it: those not yet learnt, if it
    /// would begin earlier.
    fn set(&mut self, next: Option<Time>) {
        let before = next.map_or(0, |next| self.times.partition_point(|at| *at < next));
        self.holdout = (before > 0).then(|| self.times[held_out_from(before)]);
        self.next = next;
    }
}

impl EvaluatedRanker {
    /// Creates a ranker without data.
    ///
    /// # Errors
    /// Names an unknown objective or kind.
    pub fn new(settings: EvaluationSettings) -> Result<Self> {
        let config = &settings.config;
        let trainer = Trainer::new(config, settings.families);
        let objective = settings.objective.clone();
        Ok(Self {
            objective: config.objectives.resolve(objective, "objective", None, &trainer.world().kinds)?,
            schedule: RefitSchedule::default(),
            trainer,
            settings,
        })
    }

    /// The settings.
    pub fn settings(&self) -> &EvaluationSettings {
        &self.settings
    }

    /// The world.
    pub fn world(&self) -> &World {
        self.trainer.world()
    }

    /// The memory.
    pub fn memory(&self) -> &Memory {
        self.trainer.memory()
    }

    /// Adds an item with nothing but its id, unless the library has it.
    pub fn put_bare(&mut self, id: &str) {
        if self.world().library.get(id).is_none() {
            let record = Value::Record(vec![("id".to_owned(), Value::Text(id.to_owned()))]);
            let item = Item::read(record, "").expect("ids are checked where they are read");
            self.trainer.change_world().put_items(vec![item]);
        }
    }

    /// Prepares for a pass over the log, whose interactions have these `times`, ascending. Call when all names are
    /// interned.
    pub fn begin(&mut self, times: impl Iterator<Item = Time>) {
        self.trainer.extend_models();
        if self.settings.fit_until.is_some() {
            self.trainer.start_sampling(self.settings.seed);
            self.schedule.times = times.collect();
            self.schedule.set(self.settings.fit_until);
        }
    }

    /// Fits a model to the interactions so far, if a fit is due at or before `now`, and before it one for evaluation on
    /// the holdout, as [`fit_log`](crate::training::fit_log::fit_log) does.
    ///
    /// # Errors
    /// No model can be fitted to the examples.
    pub fn fit_if_due(&mut self, now: Time) -> Result<()> {
        if self.schedule.holdout.is_some_and(|from| now >= from) {
            self.schedule.holdout = None;
            self.trainer.fit_holdout()?;
        }
        if let Some(due) = self.schedule.next.filter(|due| now >= *due) {
            self.trainer.fit()?;
            // A gap in the log causes one fit, not several.
            let next = self.settings.refit_every.map(|every| due + every * ((now - due) / every + 1));
            self.schedule.set(next);
        }
        Ok(())
    }

    /// Writes the utility of each item for a user, or for a group with its members.
    pub fn utilities(&mut self, to: Recipient, now: Time, items: &[ItemIndex], utilities: &mut Vec<f64>) {
        let Self { trainer, settings, objective, .. } = self;
        let (view, context) = (trainer.at(now), no_context());
        let scorer = view.scorer(ModelId::DEFAULT, objective);
        if to.is_user {
            return scorer.utilities(view.workspace, to, &context, items, utilities);
        }
        let own = to.group_record(view.state.world).and_then(|group| group.aggregation);
        let config = &settings.config;
        let aggregation = own.unwrap_or(config.aggregation);
        let aggregator = scorer.aggregator(view.workspace, to, &context, items, aggregation, config.group_weight);
        *utilities = aggregator.utilities();
    }

    /// Returns the probability of each of `kinds` for one item.
    pub fn probabilities(&mut self, to: Recipient, now: Time, item: ItemIndex, kinds: &[KindIndex]) -> Vec<f64> {
        // An objective with all kinds makes the explanation hold all their probabilities.
        let objective = Objective(kinds.iter().map(|&kind| (kind, 1.0)).collect());
        let view = self.trainer.at(now);
        let scorer = view.scorer(ModelId::DEFAULT, &objective);
        let attribution = scorer.explain(view.workspace, to, &no_context(), &[item], false).remove(0);
        let known = |kind: KindIndex| {
            attribution.probabilities.iter().find(|(known, _)| *known == kind).map(|(_, chance)| *chance)
        };
        kinds.iter().map(|&kind| known(kind).unwrap_or_else(|| sigmoid(scorer.model.row(kind, true).bias))).collect()
    }
}
