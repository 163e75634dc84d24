//! The student: learns and ranks exactly as a recommender that decides, without the rules; and notes examples as it
//! walks through a log, each with the features of its own moment, so that nothing of the future leaks into a fit.

use crate::base::error::Result;
use crate::base::time::Time;
use crate::features::FamilySet;
use crate::features::item_weights::ItemWeights;
use crate::features::subject::RankingContext;
use crate::memory::{Memory, Subject};
use crate::model::Model;
use crate::scoring::objective::Objective;
use crate::scoring::scorer::{Scorer, Workspace};
use crate::training::ease::{self, EaseSolver, LikeLists};
use crate::training::group_weight;
use crate::training::multi_task::MultiTaskFit;
use crate::training::report::{self, ComparedModels, FitReport};
use crate::world::facet::FacetProfile;
use crate::world::facet_matrix::FacetMatrix;
use crate::world::kind::Kinds;
use crate::world::subject::Aggregation;
use crate::world::{IndexedInteraction, World};

use super::holdout::HoldoutFit;
use super::sampling::{ChoiceSet, ExampleSampler};
use crate::recommender::config::Config;

/// World, memory and model, and what was noted.
#[derive(Debug)]
pub struct Trainer {
    /// What it was told.
    pub world: World,
    /// What it remembers.
    pub memory: Memory,
    /// What it ranks with.
    pub model: Model,
    families: FamilySet,
    index: FacetMatrix,
    work: Workspace,
    revision: u64,
    sampler: Option<ExampleSampler>,
    noting: bool,
    holdout: Option<HoldoutFit>,
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

impl Trainer {
    /// One that knows nothing yet.
    pub fn new(config: &Config, families: FamilySet) -> Self {
        let world = World::new(config.kinds.clone());
        Self {
            memory: Memory::new(config.half_lives),
            model: Model::shipped(&world.kinds),
            families,
            index: FacetMatrix::default(),
            work: Workspace::default(),
            revision: 0,
            sampler: None,
            noting: false,
            holdout: None,
            solved: 0,
            lambda: None,
            world,
        }
    }

    /// Brings up to date what follows from the world: once it is all told.
    pub fn refresh(&mut self) {
        self.revision += 1;
        self.model.extend_to(&self.world.kinds);
        self.index.refresh(&self.world.library, &self.world.facets);
    }

    /// Notes examples from now on. To be called when all kinds are numbered.
    pub fn start_sampling(&mut self, seed: u64) {
        self.refresh();
        self.sampler = Some(ExampleSampler::new(&self.world, seed));
        self.noting = true;
    }

    /// What was noted.
    pub fn sampler(&self) -> Option<&ExampleSampler> {
        self.sampler.as_ref()
    }

    /// Learns an interaction; what it says of those before it is noted first.
    pub fn learn(&mut self, interaction: IndexedInteraction) {
        if self.noting {
            self.notice(interaction);
        }
        self.revision += 1;
        self.memory.touch(&self.world, interaction);
        if let Some(sampler) = self.sampler.as_mut().filter(|_| self.noting) {
            sampler.followed(interaction, &self.world.kinds);
        }
    }

    /// Learns an interaction of which nobody knows when it was.
    pub fn learn_timeless(&mut self, interaction: IndexedInteraction) {
        self.revision += 1;
        self.memory.touch_timeless(&self.world, interaction);
    }

    fn notice(&mut self, interaction: IndexedInteraction) {
        let Some(mut sampler) = self.sampler.take() else { return };
        if let Some(offer) = sampler.offer(interaction, &self.world, &self.memory) {
            self.associate_now_and_then();
            self.write(&mut sampler, &offer);
        }
        if self.holdout.is_some()
            && self.has_members(interaction.group)
            && let Some(choice) = sampler.choice_of_group(interaction, &self.world, &self.memory)
        {
            self.hear(&choice);
        }
        self.sampler = Some(sampler);
    }

    /// Notes that a subject took `item`, at a moment that nobody knows, rather than others drawn from the library.
    pub fn note_case(&mut self, subject: Subject, item: u32, kinds: &[u32], now: Time) {
        let Some(mut sampler) = self.sampler.take() else { return };
        let offer = sampler.case(subject, item, kinds, now, &self.world);
        self.write(&mut sampler, &offer);
        if offer.is_of_group() && self.has_members(offer.to.group) {
            self.hear(&offer);
        }
        self.sampler = Some(sampler);
    }

    fn has_members(&self, group: Option<u32>) -> bool {
        let record = group.and_then(|group| self.world.groups.record(group));
        record.is_some_and(|record| !record.member_numbers.is_empty())
    }

    /// Hears a group and its members on its choice, if there was a rehearsal: each voice says how likely what came of it
    /// was, by the fit of then.
    fn hear(&mut self, choice: &ChoiceSet) {
        let Some(mut holdout) = self.holdout.take() else { return };
        if holdout.wants_next() {
            let objective = Objective(choice.kinds.iter().map(|&kind| (kind, 1.0)).collect());
            std::mem::swap(&mut self.model, &mut holdout.model);
            self.revision += 1;
            let (activity, aggregator) = self.ask(choice.at, &objective, |ranker, work| {
                let average = Aggregation::Average;
                let aggregator = ranker.aggregator(work, choice.to, &no_context(), &choice.items, average, None);
                (ranker.activity(choice.to.group), aggregator)
            });
            std::mem::swap(&mut self.model, &mut holdout.model);
            self.revision += 1;
            holdout.hold(choice, activity, &aggregator);
        }
        self.holdout = Some(holdout);
    }

    /// Writes the features of what was offered.
    fn write(&mut self, sampler: &mut ExampleSampler, offer: &ChoiceSet) {
        self.ask(offer.at, &Objective::default(), |ranker, work| sampler.write(ranker, work, offer));
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
    fn associations(&mut self) -> ItemWeights {
        let likings = self.likings();
        let lambda = *self.lambda.get_or_insert_with(|| ease::choose_lambda(&likings));
        EaseSolver::solve(&likings, lambda, ease::MOST_ITEMS).map(|solved| solved.associations()).unwrap_or_default()
    }

    fn likings(&self) -> LikeLists {
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
    pub fn fit_holdout(&mut self) -> Result<()> {
        let Some(sampler) = &self.sampler else { return Ok(()) };
        let prior = Model::shipped(&self.world.kinds);
        let associations = self.model.associations.clone();
        let model = class(sampler, &self.world.kinds, &prior).fit_all_kinds(associations, None)?;
        self.holdout = Some(HoldoutFit::new(model, sampler.examples().next_id()));
        Ok(())
    }

    /// Fits a model to what was noted so far, and ranks with it from now on.
    ///
    /// # Errors
    /// Where nothing can be fitted to it.
    pub fn fit(&mut self) -> Result<()> {
        let associations = self.associations_wanted();
        let group_weight = self.group_weight().map(|learnt| learnt.share);
        let Some(sampler) = &self.sampler else { return Ok(()) };
        let prior = Model::shipped(&self.world.kinds);
        self.model = class(sampler, &self.world.kinds, &prior).fit_all_kinds(associations, group_weight)?;
        self.revision += 1;
        Ok(())
    }

    /// What the last fit learnt, and how the rehearsal before it did on what came after; `None` without a rehearsal.
    pub fn report(&self) -> Option<FitReport> {
        let (sampler, holdout) = self.sampler.as_ref().zip(self.holdout.as_ref())?;
        let prior = Model::shipped(&self.world.kinds);
        let fits = ComparedModels { before: &prior, early: &holdout.model, fitted: &self.model };
        let held_out = holdout.held_out;
        Some(report::of(sampler.examples(), &self.world.kinds, &fits, held_out, self.group_weight()))
    }

    /// How much groups should weigh against their members, by what they chose since the rehearsal.
    fn group_weight(&self) -> Option<group_weight::GroupWeightFit> {
        self.holdout.as_ref().and_then(|holdout| group_weight::learn(holdout.group_choices()))
    }

    /// Notes nothing more, and keeps what was noted.
    pub fn stop_sampling(&mut self) {
        self.noting = false;
    }

    /// EASE as it is published: every liking the same, every weight kept. A baseline.
    pub fn plain_ease(&self) -> Option<EaseSolver> {
        let mut likings = self.likings();
        likings.iter_mut().flatten().for_each(|(_, strength)| *strength = 1.0);
        EaseSolver::solve(&likings, PLAIN_LAMBDA, ease::MOST_ITEMS)
    }

    /// Solves the associations, if they take part.
    pub fn associate(&mut self) {
        self.model.associations = self.associations_wanted();
        self.revision += 1;
    }

    fn associations_wanted(&mut self) -> ItemWeights {
        if self.families.include_any(&["ease"]) { self.associations() } else { ItemWeights::default() }
    }

    /// Asks the ranker of one moment, with the memory it works in.
    pub fn ask<T>(&mut self, now: Time, objective: &Objective, asked: impl FnOnce(&Scorer, &mut Workspace) -> T) -> T {
        let Self { world, memory, index, model, families, work, revision, .. } = self;
        memory.settle(world);
        let associations = &model.associations;
        let scene = RankingContext { world, memory, index, associations, now, revision: *revision };
        asked(&Scorer { scene, model, objective, families: *families }, work)
    }
}

fn class<'a>(sampler: &'a ExampleSampler, kinds: &'a Kinds, prior: &'a Model) -> MultiTaskFit<'a> {
    MultiTaskFit { examples: sampler.examples(), kinds, prior, eligible: sampler.eligible() }
}

/// A request that says nothing of its circumstances.
pub fn no_context() -> FacetProfile {
    FacetProfile::default()
}
