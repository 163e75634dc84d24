//! The recommender under judgement: a student with an objective.

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

/// A student, what it is asked for, and when it fits.
#[derive(Debug)]
pub struct EvaluatedRanker {
    trainer: Trainer,
    settings: Settings,
    objective: Objective,
    fits: RefitSchedule,
}

/// Whether and when a model is fitted on the way.
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
    /// One that knows nothing yet.
    ///
    /// # Errors
    /// Names the objective or kind that is not known.
    pub fn new(settings: Settings) -> Result<Self> {
        let config = &settings.config;
        let trainer = Trainer::new(config, settings.families);
        let asked = settings.objective.clone();
        Ok(Self {
            objective: config.objectives.asked(asked, "objective", None, &trainer.world.kinds)?,
            fits: RefitSchedule { next: settings.fit_until },
            trainer,
            settings,
        })
    }

    /// What was asked for.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Puts the library.
    pub fn put_items(&mut self, items: Vec<Item>) {
        self.world.put_items(items);
        self.refresh();
    }

    /// Puts an item of which nothing but the id is known, unless the library has it.
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

    /// The numbers of an interaction's names.
    pub fn number(&mut self, interaction: &Interaction) -> IndexedInteraction {
        self.world.number(interaction)
    }

    /// The number of a kind; one never met is numbered now.
    pub fn kind(&mut self, name: &str) -> u32 {
        self.world.kinds.intern(name)
    }

    /// Gets ready to walk through a log in time order, of which everything is numbered.
    pub fn begin(&mut self) {
        self.refresh();
        if self.fits.next.is_some() {
            let seed = self.settings.seed;
            self.start_sampling(seed);
        }
    }

    /// Fits a model to what was learnt so far, if it is time: before anything at or after that moment is judged.
    ///
    /// # Errors
    /// Where nothing can be fitted to it.
    pub fn fit_in_time(&mut self, now: Time) -> Result<()> {
        while let Some(due) = self.fits.next.filter(|due| now >= *due) {
            self.trainer.fit()?;
            self.fits.next = match self.settings.refit_every {
                // A gap in the log asks for one fit, not for many.
                Some(every) => Some(due + every * ((now - due) / every + 1)),
                None => Some(Time::MAX),
            };
        }
        Ok(())
    }

    /// Writes what each item is worth to a user, or to a group and its members as one.
    pub fn utilities(&mut self, to: Recipient, now: Time, items: &[u32], utilities: &mut Vec<f64>) {
        let Self { trainer, settings, objective, .. } = self;
        let own = to.group_record(&trainer.world).and_then(|group| group.aggregation);
        let config = &settings.config;
        trainer.ask(now, objective, |ranker, work| {
            let context = no_context();
            if to.is_user {
                return ranker.utilities(work, to, &context, items, utilities);
            }
            let aggregator =
                ranker.aggregator(work, to, &context, items, own.unwrap_or(config.aggregation), config.group_weight);
            *utilities = aggregator.utilities();
        });
    }

    /// The chance of each of some kinds with one item.
    pub fn chances(&mut self, to: Recipient, now: Time, item: u32, kinds: &[u32]) -> Vec<f64> {
        // One account holds all of them, if each is worth something.
        let objective = Objective(kinds.iter().map(|&kind| (kind, 1.0)).collect());
        self.trainer.ask(now, &objective, |ranker, work| {
            let account = ranker.explain(work, to, &no_context(), &[item], false).remove(0);
            let known = |kind: u32| account.chances.iter().find(|(known, _)| *known == kind).map(|(_, chance)| *chance);
            kinds
                .iter()
                .map(|&kind| known(kind).unwrap_or_else(|| sigmoid(ranker.model.row(kind, true).bias)))
                .collect()
        })
    }
}
