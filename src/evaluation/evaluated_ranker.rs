//! The recommender under judgement: a student with an objective.

use std::ops::{Deref, DerefMut};

use crate::base::error::Result;
use crate::base::number::sigmoid;
use crate::base::time::Time;
use crate::base::value::Value;
use crate::scoring::objective::Objective;
use crate::training::trainer::{Student, no_context};
use crate::world::Numbered;
use crate::world::addressee::Addressee;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::subject::Group;

use super::settings::Settings;

/// A student, what it is asked for, and when it fits.
#[derive(Debug)]
pub struct Examinee {
    student: Student,
    settings: Settings,
    objective: Objective,
    fits: Fits,
}

/// Whether and when a model is fitted on the way.
#[derive(Debug, Clone, Copy)]
struct Fits {
    next: Option<Time>,
}

impl Deref for Examinee {
    type Target = Student;
    fn deref(&self) -> &Student {
        &self.student
    }
}

impl DerefMut for Examinee {
    fn deref_mut(&mut self) -> &mut Student {
        &mut self.student
    }
}

impl Examinee {
    /// One that knows nothing yet.
    ///
    /// # Errors
    /// Names the objective or kind that is not known.
    pub fn new(settings: Settings) -> Result<Self> {
        let config = &settings.config;
        let student = Student::new(config, settings.families);
        let asked = settings.objective.clone();
        Ok(Self {
            objective: config.objectives.asked(asked, "objective", None, &student.world.kinds)?,
            fits: Fits { next: settings.fit_until },
            student,
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
    pub fn number(&mut self, interaction: &Interaction) -> Numbered {
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
            self.take_notes(seed);
        }
    }

    /// Fits a model to what was learnt so far, if it is time: before anything at or after that moment is judged.
    ///
    /// # Errors
    /// Where nothing can be fitted to it.
    pub fn fit_in_time(&mut self, now: Time) -> Result<()> {
        while let Some(due) = self.fits.next.filter(|due| now >= *due) {
            self.student.fit()?;
            self.fits.next = match self.settings.refit_every {
                // A gap in the log asks for one fit, not for many.
                Some(every) => Some(due + every * ((now - due) / every + 1)),
                None => Some(Time::MAX),
            };
        }
        Ok(())
    }

    /// Writes what each item is worth to a user, or to a group and its members as one.
    pub fn utilities(&mut self, to: Addressee, now: Time, items: &[u32], utilities: &mut Vec<f64>) {
        let Self { student, settings, objective, .. } = self;
        let own = to.group_record(&student.world).and_then(|group| group.aggregation);
        let config = &settings.config;
        student.ask(now, objective, |ranker, work| {
            let context = no_context();
            if to.is_user {
                return ranker.utilities(work, to, &context, items, utilities);
            }
            let council =
                ranker.council(work, to, &context, items, own.unwrap_or(config.aggregation), config.own_share);
            *utilities = council.utilities();
        });
    }

    /// The chance of each of some kinds with one item.
    pub fn chances(&mut self, to: Addressee, now: Time, item: u32, kinds: &[u32]) -> Vec<f64> {
        // One account holds all of them, if each is worth something.
        let objective = Objective(kinds.iter().map(|&kind| (kind, 1.0)).collect());
        self.student.ask(now, &objective, |ranker, work| {
            let account = ranker.explain(work, to, &no_context(), &[item], false).remove(0);
            let known = |kind: u32| account.chances.iter().find(|(known, _)| *known == kind).map(|(_, chance)| *chance);
            kinds
                .iter()
                .map(|&kind| known(kind).unwrap_or_else(|| sigmoid(ranker.model.row(kind, true).bias)))
                .collect()
        })
    }
}
