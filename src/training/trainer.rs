//! The trainer: the state and scoring of a recommender, without the rules. It samples examples in one pass over a log,
//! with the features of their own moment, so that no future information leaks into a fit.

use crate::base::error::Result;
use crate::base::time::Time;
use crate::features::item_weights::ItemWeights;
use crate::features::{Family, FamilySet, RankingContext};
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

/// World, memory, model and sampled examples.
#[derive(Debug)]
pub struct Trainer {
    /// The world.
    pub world: World,
    /// The memory.
    pub memory: Memory,
    /// The model that ranks.
    pub model: Model,
    families: FamilySet,
    index: FacetMatrix,
    work: Workspace,
    revision: u64,
    sampler: Option<ExampleSampler>,
    is_sampling: bool,
    holdout: Option<HoldoutFit>,
    /// Number of likes at the last solution of the item weights.
    solved: usize,
    /// λ of their first solution; another λ would change the scale of features already sampled.
    lambda: Option<f64>,
}

/// Item weights are first solved at this many likes, and again at `SOLVED_AGAIN_FACTOR` times as many as last time.
const FIRST_SOLVED_AT: usize = 2000;
const SOLVED_AGAIN_FACTOR: usize = 3;

/// λ of the EASE baseline, as usual in published comparisons.
const PLAIN_LAMBDA: f64 = 200.0;

impl Trainer {
    /// Creates a trainer with an empty world and the shipped model.
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
            is_sampling: false,
            holdout: None,
            solved: 0,
            lambda: None,
            world,
        }
    }

    /// Updates what is derived from the world. Call when the world is complete.
    pub fn refresh(&mut self) {
        self.revision += 1;
        self.model.extend_to(&self.world.kinds);
        self.index.refresh(&self.world.library, &self.world.facets);
    }

    /// Starts sampling examples. Call when all kinds are known.
    pub fn start_sampling(&mut self, seed: u64) {
        self.refresh();
        self.sampler = Some(ExampleSampler::new(&self.world, seed));
        self.is_sampling = true;
    }

    /// The sampler, once started.
    pub fn sampler(&self) -> Option<&ExampleSampler> {
        self.sampler.as_ref()
    }

    /// Learns an interaction, after its example was sampled.
    pub fn learn(&mut self, interaction: IndexedInteraction) {
        if self.is_sampling {
            self.sample(interaction);
        }
        self.revision += 1;
        self.memory.touch(&self.world, interaction);
        if let Some(sampler) = self.sampler.as_mut().filter(|_| self.is_sampling) {
            sampler.record_demand(interaction, &self.world.kinds);
        }
    }

    /// Learns an interaction without a known time.
    pub fn learn_timeless(&mut self, interaction: IndexedInteraction) {
        self.revision += 1;
        self.memory.touch_timeless(&self.world, interaction);
    }

    fn sample(&mut self, interaction: IndexedInteraction) {
        let Some(mut sampler) = self.sampler.take() else { return };
        if let Some(example) = sampler.example_of(interaction, &self.world, &self.memory) {
            self.update_item_weights();
            self.write(&mut sampler, &example);
        }
        if self.holdout.is_some()
            && self.has_members(interaction.group)
            && let Some(choice) = sampler.choice_of_group(interaction, &self.world, &self.memory)
        {
            self.score_group_choice(&choice);
        }
        self.sampler = Some(sampler);
    }

    /// Samples the choice of `item` at an unknown time, with negatives from the library.
    pub fn sample_case(&mut self, subject: Subject, item: u32, kinds: &[u32], now: Time) {
        let Some(mut sampler) = self.sampler.take() else { return };
        let example = sampler.timeless_choice(subject, item, kinds, now, &self.world);
        self.write(&mut sampler, &example);
        if example.is_by_group() && self.has_members(example.to.group) {
            self.score_group_choice(&example);
        }
        self.sampler = Some(sampler);
    }

    fn has_members(&self, group: Option<u32>) -> bool {
        let record = group.and_then(|group| self.world.groups.record(group));
        record.is_some_and(|record| !record.member_numbers.is_empty())
    }

    /// Scores a group choice with the holdout fit, if there is one: utility = Σ probability of the kinds that followed.
    fn score_group_choice(&mut self, choice: &ChoiceSet) {
        let Some(mut holdout) = self.holdout.take() else { return };
        if holdout.wants_next() {
            let objective = Objective(choice.kinds.iter().map(|&kind| (kind, 1.0)).collect());
            std::mem::swap(&mut self.model, &mut holdout.model);
            self.revision += 1;
            let (activity, aggregator) = self.with_scorer(choice.at, &objective, |scorer, work| {
                let average = Aggregation::Average;
                let aggregator = scorer.aggregator(work, choice.to, &no_context(), &choice.items, average, None);
                (scorer.activity(choice.to.group), aggregator)
            });
            std::mem::swap(&mut self.model, &mut holdout.model);
            self.revision += 1;
            holdout.add(choice, activity, &aggregator);
        }
        self.holdout = Some(holdout);
    }

    /// Adds an example with its features.
    fn write(&mut self, sampler: &mut ExampleSampler, example: &ChoiceSet) {
        self.with_scorer(example.at, &Objective::default(), |scorer, work| sampler.write(scorer, work, example));
    }

    /// Solves the item weights again once there are enough new likes.
    fn update_item_weights(&mut self) {
        if !self.families.includes(Family::Ease) {
            return;
        }
        let likes = self.memory.likings_in_all();
        if likes >= FIRST_SOLVED_AT.max(SOLVED_AGAIN_FACTOR * self.solved) {
            self.solved = likes;
            self.model.associations = self.current_item_weights();
            self.revision += 1;
        }
    }

    /// Returns the item weights of all likes so far.
    fn current_item_weights(&mut self) -> ItemWeights {
        let likes = self.likes();
        let lambda = *self.lambda.get_or_insert_with(|| ease::choose_lambda(&likes));
        EaseSolver::solve(&likes, lambda, ease::MOST_ITEMS).map(|solved| solved.item_weights()).unwrap_or_default()
    }

    fn likes(&self) -> LikeLists {
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

    /// Fits a model to the examples so far, to be judged on the later ones; the model that ranks stays.
    ///
    /// # Errors
    /// No model can be fitted to the examples.
    pub fn fit_holdout(&mut self) -> Result<()> {
        let Some(sampler) = &self.sampler else { return Ok(()) };
        let prior = Model::shipped(&self.world.kinds);
        let associations = self.model.associations.clone();
        let model = multi_task_fit(sampler, &self.world.kinds, &prior).fit_all_kinds(associations, None)?;
        self.holdout = Some(HoldoutFit::new(model, sampler.examples().next_id()));
        Ok(())
    }

    /// Fits a model to the examples so far; it ranks from now on.
    ///
    /// # Errors
    /// No model can be fitted to the examples.
    pub fn fit(&mut self) -> Result<()> {
        let associations = self.item_weights_if_used();
        let group_weight = self.group_weight().map(|fitted| fitted.weight);
        let Some(sampler) = &self.sampler else { return Ok(()) };
        let prior = Model::shipped(&self.world.kinds);
        self.model = multi_task_fit(sampler, &self.world.kinds, &prior).fit_all_kinds(associations, group_weight)?;
        self.revision += 1;
        Ok(())
    }

    /// Reports on the last fit, and on the holdout fit before it; `None` without one.
    pub fn report(&self) -> Option<FitReport> {
        let (sampler, holdout) = self.sampler.as_ref().zip(self.holdout.as_ref())?;
        let prior = Model::shipped(&self.world.kinds);
        let fits = ComparedModels { before: &prior, early: &holdout.model, fitted: &self.model };
        let held_out = holdout.held_out;
        Some(report::fit_report(sampler.examples(), &self.world.kinds, &fits, held_out, self.group_weight()))
    }

    /// Fits the group weight to the choices since the holdout fit.
    fn group_weight(&self) -> Option<group_weight::GroupWeightFit> {
        self.holdout.as_ref().and_then(|holdout| group_weight::fit_group_weight(holdout.group_choices()))
    }

    /// Stops sampling and keeps the examples.
    pub fn stop_sampling(&mut self) {
        self.is_sampling = false;
    }

    /// Solves EASE as published, as a baseline: all likes of strength 1, all weights kept.
    pub fn plain_ease(&self) -> Option<EaseSolver> {
        let mut likes = self.likes();
        likes.iter_mut().flatten().for_each(|(_, strength)| *strength = 1.0);
        EaseSolver::solve(&likes, PLAIN_LAMBDA, ease::MOST_ITEMS)
    }

    /// Solves the item weights, if their family takes part.
    pub fn solve_item_weights(&mut self) {
        self.model.associations = self.item_weights_if_used();
        self.revision += 1;
    }

    fn item_weights_if_used(&mut self) -> ItemWeights {
        if self.families.includes(Family::Ease) { self.current_item_weights() } else { ItemWeights::default() }
    }

    /// Calls `ask` with the scorer of one moment and its workspace.
    pub fn with_scorer<T>(
        &mut self,
        now: Time,
        objective: &Objective,
        ask: impl FnOnce(&Scorer, &mut Workspace) -> T,
    ) -> T {
        let Self { world, memory, index, model, families, work, revision, .. } = self;
        memory.settle(world);
        let associations = &model.associations;
        let context = RankingContext { world, memory, index, associations, now, revision: *revision };
        ask(&Scorer { scene: context, model, objective, families: *families }, work)
    }
}

fn multi_task_fit<'a>(sampler: &'a ExampleSampler, kinds: &'a Kinds, prior: &'a Model) -> MultiTaskFit<'a> {
    MultiTaskFit { examples: sampler.examples(), kinds, prior, eligible: sampler.eligible() }
}

/// The facet profile of a request without context.
pub fn no_context() -> FacetProfile {
    FacetProfile::default()
}
