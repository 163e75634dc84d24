//! The student: learns and ranks exactly as a recommender that decides, without the rules; and notes examples as it
//! walks through a log, each with the features of its own moment, so that nothing of the future leaks into a fit.

use crate::base::error::Result;
use crate::base::time::Time;
use crate::features::Families;
use crate::features::associations::Associations;
use crate::features::viewer::Scene;
use crate::memory::{Memory, Subject};
use crate::model::Model;
use crate::scoring::objective::Objective;
use crate::scoring::scorer::{Ranker, Workspace};
use crate::training::ease::{self, Ease, Likings};
use crate::training::group_weight;
use crate::training::multi_task::Class;
use crate::training::report::{self, Fits, Report};
use crate::world::facet::Profile;
use crate::world::index::Index;
use crate::world::kind::Kinds;
use crate::world::subject::Aggregation;
use crate::world::{Numbered, World};

use super::holdout::Rehearsal;
use super::sampling::{Notes, Offer};
use crate::recommender::config::Config;

/// World, memory and model, and what was noted.
#[derive(Debug)]
pub struct Student {
    /// What it was told.
    pub world: World,
    /// What it remembers.
    pub memory: Memory,
    /// What it ranks with.
    pub model: Model,
    families: Families,
    index: Index,
    work: Workspace,
    revision: u64,
    notes: Option<Notes>,
    noting: bool,
    rehearsal: Option<Rehearsal>,
    /// How many likings the associations were last solved from.
    solved: usize,
    /// The ridge they were first solved with: another would change the scale of what was noted since.
    lambda: Option<f64>,
}

/// Associations are solved anew when there are so many times the likings of last time; before, with fewer than these.
const SOLVED_FROM: usize = 2000;
const SOLVED_AGAIN: usize = 3;

/// The ridge of the baseline, as most tables have it.
const PLAIN_LAMBDA: f64 = 200.0;

impl Student {
    /// One that knows nothing yet.
    pub fn new(config: &Config, families: Families) -> Self {
        let world = World::new(config.kinds.clone());
        Self {
            memory: Memory::new(config.half_lives),
            model: Model::shipped(&world.kinds),
            families,
            index: Index::default(),
            work: Workspace::default(),
            revision: 0,
            notes: None,
            noting: false,
            rehearsal: None,
            solved: 0,
            lambda: None,
            world,
        }
    }

    /// Brings up to date what follows from the world: once it is all told.
    pub fn refresh(&mut self) {
        self.revision += 1;
        self.model.cover(&self.world.kinds);
        self.index.refresh(&self.world.library, &self.world.facets);
    }

    /// Notes examples from now on. To be called when all kinds are numbered.
    pub fn take_notes(&mut self, seed: u64) {
        self.refresh();
        self.notes = Some(Notes::new(&self.world, seed));
        self.noting = true;
    }

    /// What was noted.
    pub fn notes(&self) -> Option<&Notes> {
        self.notes.as_ref()
    }

    /// Learns an interaction; what it says of those before it is noted first.
    pub fn learn(&mut self, interaction: Numbered) {
        if self.noting {
            self.notice(interaction);
        }
        self.revision += 1;
        self.memory.touch(&self.world, interaction);
        if let Some(notes) = self.notes.as_mut().filter(|_| self.noting) {
            notes.followed(interaction, &self.world.kinds);
        }
    }

    /// Learns an interaction of which nobody knows when it was.
    pub fn learn_timeless(&mut self, interaction: Numbered) {
        self.revision += 1;
        self.memory.touch_timeless(&self.world, interaction);
    }

    fn notice(&mut self, interaction: Numbered) {
        let Some(mut notes) = self.notes.take() else { return };
        if let Some(offer) = notes.offer(interaction, &self.world, &self.memory) {
            self.associate_now_and_then();
            self.write(&mut notes, &offer);
        }
        if self.rehearsal.is_some()
            && self.has_members(interaction.group)
            && let Some(choice) = notes.choice_of_group(interaction, &self.world, &self.memory)
        {
            self.hear(&choice);
        }
        self.notes = Some(notes);
    }

    /// Notes that a subject took `item`, at a moment that nobody knows, rather than others drawn from the library.
    pub fn note_case(&mut self, subject: Subject, item: u32, kinds: &[u32], now: Time) {
        let Some(mut notes) = self.notes.take() else { return };
        let offer = notes.case(subject, item, kinds, now, &self.world);
        self.write(&mut notes, &offer);
        if offer.is_of_group() && self.has_members(offer.to.group) {
            self.hear(&offer);
        }
        self.notes = Some(notes);
    }

    fn has_members(&self, group: Option<u32>) -> bool {
        let record = group.and_then(|group| self.world.groups.record(group));
        record.is_some_and(|record| !record.member_numbers.is_empty())
    }

    /// Hears a group and its members on its choice, if there was a rehearsal: each voice says how likely what came of it
    /// was, by the fit of then.
    fn hear(&mut self, choice: &Offer) {
        let Some(mut rehearsal) = self.rehearsal.take() else { return };
        if rehearsal.wants_next() {
            let objective = Objective(choice.kinds.iter().map(|&kind| (kind, 1.0)).collect());
            std::mem::swap(&mut self.model, &mut rehearsal.model);
            self.revision += 1;
            let (mass, council) = self.ask(choice.at, &objective, |ranker, work| {
                let average = Aggregation::Average;
                let council = ranker.council(work, choice.to, &no_context(), &choice.items, average, None);
                (ranker.mass(choice.to.group), council)
            });
            std::mem::swap(&mut self.model, &mut rehearsal.model);
            self.revision += 1;
            rehearsal.hold(choice, mass, &council);
        }
        self.rehearsal = Some(rehearsal);
    }

    /// Writes the features of what was offered.
    fn write(&mut self, notes: &mut Notes, offer: &Offer) {
        self.ask(offer.at, &Objective::default(), |ranker, work| notes.write(ranker, work, offer));
    }

    /// Solves the associations anew when enough has come to be known.
    fn associate_now_and_then(&mut self) {
        if !self.families.include_any(&["ease"]) {
            return;
        }
        let known = self.memory.likings_in_all();
        if known >= SOLVED_FROM.max(SOLVED_AGAIN * self.solved) {
            self.solved = known;
            self.model.associations = self.associations();
            self.revision += 1;
        }
    }

    /// The associations of all that was liked so far.
    fn associations(&mut self) -> Associations {
        let likings = self.likings();
        let lambda = *self.lambda.get_or_insert_with(|| ease::choose_lambda(&likings));
        Ease::solve(&likings, lambda, ease::MOST_ITEMS).map(|solved| solved.associations()).unwrap_or_default()
    }

    fn likings(&self) -> Likings {
        let kinds = &self.world.kinds;
        let of = |subject: Subject| {
            let history = self.memory.history(subject);
            let liked = history.into_iter().flat_map(|history| history.by_item());
            liked.filter_map(|(item, touches)| {
                let positive = touches.iter().map(|touch| kinds.of(touch.kind)).filter(|kind| kind.positive);
                positive.map(|kind| kind.weight).reduce(f64::max).map(|weight| (item, ease::strength(weight)))
            })
        };
        self.memory.subjects().map(|subject| of(subject).collect()).collect()
    }

    /// Fits a model to what was noted so far, by which what comes is judged; one ranks as before.
    ///
    /// # Errors
    /// Where nothing can be fitted to it.
    pub fn rehearse(&mut self) -> Result<()> {
        let Some(notes) = &self.notes else { return Ok(()) };
        let prior = Model::shipped(&self.world.kinds);
        let associations = self.model.associations.clone();
        let model = class(notes, &self.world.kinds, &prior).teach(associations, None)?;
        self.rehearsal = Some(Rehearsal::new(model, notes.examples().next_id()));
        Ok(())
    }

    /// Fits a model to what was noted so far, and ranks with it from now on.
    ///
    /// # Errors
    /// Where nothing can be fitted to it.
    pub fn fit(&mut self) -> Result<()> {
        let associations = self.associations_wanted();
        let own_share = self.own_share().map(|learnt| learnt.share);
        let Some(notes) = &self.notes else { return Ok(()) };
        let prior = Model::shipped(&self.world.kinds);
        self.model = class(notes, &self.world.kinds, &prior).teach(associations, own_share)?;
        self.revision += 1;
        Ok(())
    }

    /// What the last fit learnt, and how the rehearsal before it did on what came after; `None` without a rehearsal.
    pub fn report(&self) -> Option<Report> {
        let (notes, rehearsal) = self.notes.as_ref().zip(self.rehearsal.as_ref())?;
        let prior = Model::shipped(&self.world.kinds);
        let fits = Fits { before: &prior, early: &rehearsal.model, fitted: &self.model };
        let held_out = rehearsal.held_out;
        Some(report::of(notes.examples(), &self.world.kinds, &fits, held_out, self.own_share()))
    }

    /// How much groups should weigh against their members, by what they chose since the rehearsal.
    fn own_share(&self) -> Option<group_weight::Learnt> {
        self.rehearsal.as_ref().and_then(|rehearsal| group_weight::learn(rehearsal.hearings()))
    }

    /// Notes nothing more, and keeps what was noted.
    pub fn keep_notes(&mut self) {
        self.noting = false;
    }

    /// EASE as it is published: every liking the same, every weight kept. A baseline.
    pub fn plain_ease(&self) -> Option<Ease> {
        let mut likings = self.likings();
        likings.iter_mut().flatten().for_each(|(_, strength)| *strength = 1.0);
        Ease::solve(&likings, PLAIN_LAMBDA, ease::MOST_ITEMS)
    }

    /// Solves the associations, if they take part.
    pub fn associate(&mut self) {
        self.model.associations = self.associations_wanted();
        self.revision += 1;
    }

    fn associations_wanted(&mut self) -> Associations {
        if self.families.include_any(&["ease"]) { self.associations() } else { Associations::default() }
    }

    /// Asks the ranker of one moment, with the memory it works in.
    pub fn ask<T>(&mut self, now: Time, objective: &Objective, asked: impl FnOnce(&Ranker, &mut Workspace) -> T) -> T {
        let Self { world, memory, index, model, families, work, revision, .. } = self;
        memory.settle(world);
        let associations = &model.associations;
        let scene = Scene { world, memory, index, associations, now, revision: *revision };
        asked(&Ranker { scene, model, objective, families: *families }, work)
    }
}

fn class<'a>(notes: &'a Notes, kinds: &'a Kinds, prior: &'a Model) -> Class<'a> {
    Class { examples: notes.examples(), kinds, prior, eligible: notes.eligible() }
}

/// A request that says nothing of its circumstances.
pub fn no_context() -> Profile {
    Profile::default()
}
