//! The ranker under evaluation: a trainer with an objective.

use std::ops::{Deref, DerefMut};

use crate::base::error::Result;
use crate::base::number::sigmoid;
use crate::base::time::Time;
use crate::base::value::Value;
use crate::scoring::objective::Objective;
use crate::training::trainer::{Trainer, no_context};
use crate::world::IndexedInteraction;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::recipient::Recipient;
use crate::world::subject::Group;

use super::settings::Settings;

/// A trainer with its objective, settings and refit schedule.
#[derive(Debug)]
pub struct EvaluatedRanker {
    trainer: Trainer,
    settings: Settings,
    objective: Objective,
    schedule: RefitSchedule,
}

/// Time of the next fit, if any.
#[derive(Debug, Clone, Copy)]
struct RefitSchedule {
    next: Option<Time>,
}

impl Deref for EvaluatedRanker {
    type Target = Trainer;
    fn deref(&self) -> &Trainer {
        &self.trainer
    }
}

impl DerefMut for EvaluatedRanker {
    fn deref_mut(&mut self) -> &mut Trainer {
        &mut self.trainer
    }
}

impl EvaluatedRanker {
    /// Creates a ranker without data.
    ///
    /// # Errors
    /// Names an unknown objective or kind.
    pub fn new(settings: Settings) -> Result<Self> {
        let config = &settings.config;
        let trainer = Trainer::new(config, settings.families);
        let objective = settings.objective.clone();
        Ok(Self {
            objective: config.objectives.asked(objective, "objective", None, &trainer.world.kinds)?,
            schedule: RefitSchedule { next: settings.fit_until },
            trainer,
            settings,
        })
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Puts the library.
    pub fn put_items(&mut self, items: Vec<Item>) {
        self.world.put_items(items);
        self.refresh();
    }

    /// Adds an item with nothing but its id, unless the library has it.
    pub fn put_bare(&mut self, id: &str) {
        if self.world.library.get(id).is_none() {
            let record = Value::Record(vec![("id".to_owned(), Value::Text(id.to_owned()))]);
            self.world.put_items(vec![Item::read(record, "").expect("ids are checked where they are read")]);
        }
    }

    /// Puts the groups.
    pub fn put_groups(&mut self, groups: Vec<Group>) {
        self.world.put_groups(groups);
        self.refresh();
    }

    /// Interns the names of an interaction.
    pub fn number(&mut self, interaction: &Interaction) -> IndexedInteraction {
        self.world.number(interaction)
    }

    /// Interns the name of a kind.
    pub fn kind(&mut self, name: &str) -> u32 {
        self.world.kinds.intern(name)
    }

    /// Prepares for a pass over the log in time order. Call when all names are interned.
    pub fn begin(&mut self) {
        self.refresh();
        if self.schedule.next.is_some() {
            let seed = self.settings.seed;
            self.start_sampling(seed);
        }
    }

    /// Fits a model to what was learnt so far, if a fit is due at or before `now`.
    ///
    /// # Errors
    /// No model can be fitted to the examples.
    pub fn fit_if_due(&mut self, now: Time) -> Result<()> {
        while let Some(due) = self.schedule.next.filter(|due| now >= *due) {
            self.trainer.fit()?;
            self.schedule.next = match self.settings.refit_every {
                // A gap in the log causes one fit, not several.
                Some(every) => Some(due + every * ((now - due) / every + 1)),
                None => Some(Time::MAX),
            };
        }
        Ok(())
    }

    /// Writes the utility of each item for a user, or for a group with its members.
    pub fn utilities(&mut self, to: Recipient, now: Time, items: &[u32], utilities: &mut Vec<f64>) {
        let Self { trainer, settings, objective, .. } = self;
        let own = to.group_record(&trainer.world).and_then(|group| group.aggregation);
        let config = &settings.config;
        trainer.with_scorer(now, objective, |scorer, work| {
            let context = no_context();
            if to.is_user {
                return scorer.utilities(work, to, &context, items, utilities);
            }
            let aggregator =
                scorer.aggregator(work, to, &context, items, own.unwrap_or(config.aggregation), config.group_weight);
            *utilities = aggregator.utilities();
        });
    }

    /// Returns the probability of each of `kinds` for one item.
    pub fn probabilities(&mut self, to: Recipient, now: Time, item: u32, kinds: &[u32]) -> Vec<f64> {
        // An objective with all kinds makes the explanation hold all their probabilities.
        let objective = Objective(kinds.iter().map(|&kind| (kind, 1.0)).collect());
        self.trainer.with_scorer(now, &objective, |scorer, work| {
            let attribution = scorer.explain(work, to, &no_context(), &[item], false).remove(0);
            let known =
                |kind: u32| attribution.chances.iter().find(|(known, _)| *known == kind).map(|(_, chance)| *chance);
            kinds
                .iter()
                .map(|&kind| known(kind).unwrap_or_else(|| sigmoid(scorer.model.row(kind, true).bias)))
                .collect()
        })
    }
}
