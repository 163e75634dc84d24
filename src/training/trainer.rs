//! The trainer: an engine that ranks without rules. It samples examples in one pass over a log, with the features of
//! their own moment, so that no future information leaks into a fit.

use crate::base::error::Result;
use crate::base::index::{GroupIndex, ItemIndex, KindIndex};
use crate::base::time::Time;
use crate::engine::config::Config;
use crate::engine::{Engine, EngineView, ModelId};
use crate::features::item_effects::ItemEffects;
use crate::features::item_weights::ItemWeights;
use crate::features::{Family, FamilySet};
use crate::memory::{Memory, Subject};
use crate::model::Model;
use crate::model::group_weight::GroupWeight;
use crate::model::linear::LinearModel;
use crate::scoring::group_aggregator::GroupAggregator;
use crate::scoring::objective::Objective;
use crate::training::ease::{self, EaseSolver, LikeLists};
use crate::training::group_weight;
use crate::training::interpolation::HoldoutComparisons;
use crate::training::item_effects::{EarlyRows, fit_item_effects, use_item_effects};
use crate::training::multi_task::MultiTaskFit;
use crate::training::report::{self, ComparedFit, FitReport};
use crate::world::facet::FacetProfile;
use crate::world::interaction::Interaction;
use crate::world::kind::Kinds;
use crate::world::subject::Aggregation;
use crate::world::{IndexedInteraction, World};

use super::choice_set::ChoiceSet;
use super::holdout::HoldoutFit;
use super::sampling::ExampleSampler;

/// An engine and the examples sampled from what it learns.
#[derive(Debug)]
pub struct Trainer {
    engine: Engine,
    families: FamilySet,
    sampler: Option<ExampleSampler>,
    is_sampling: bool,
    holdout: Option<HoldoutFit>,
    /// Comparisons of the last fit.
    comparisons: HoldoutComparisons,
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
        Self {
            engine: Engine::new(config),
            families,
            sampler: None,
            is_sampling: false,
            holdout: None,
            comparisons: HoldoutComparisons::default(),
            solved: 0,
            lambda: None,
        }
    }

    /// The world.
    pub fn world(&self) -> &World {
        &self.engine.world
    }
    /// Returns the world for a change.
    pub fn change_world(&mut self) -> &mut World {
        self.engine.world.change()
    }
    /// The memory.
    pub fn memory(&self) -> &Memory {
        &self.engine.memory
    }
    /// The model that ranks.
    pub fn model(&self) -> &Model {
        self.engine.model(ModelId::DEFAULT)
    }
    /// Interns the names of an interaction.
    pub fn index(&mut self, interaction: &Interaction) -> IndexedInteraction {
        self.engine.index(interaction)
    }

    /// Adds the kinds interned since to the models.
    pub fn extend_models(&mut self) {
        self.engine.extend_models();
    }

    /// Starts sampling examples. Call when all names are interned.
    pub fn start_sampling(&mut self, seed: u64) {
        self.extend_models();
        self.sampler = Some(ExampleSampler::new(&self.engine.world, seed));
        self.is_sampling = true;
    }

    /// The sampler, once started.
    #[cfg(test)]
    pub fn sampler(&self) -> Option<&ExampleSampler> {
        self.sampler.as_ref()
    }

    /// Learns an interaction, after its example was sampled.
    pub fn learn(&mut self, interaction: IndexedInteraction) {
        if self.is_sampling {
            self.sample(interaction);
        }
        self.engine.memory.change().add_to_sums(&self.engine.world, interaction);
        if let Some(sampler) = self.sampler.as_mut().filter(|_| self.is_sampling) {
            sampler.record_demand(interaction, &self.engine.world.kinds);
        }
    }

    /// Learns an interaction without a known time.
    pub fn learn_timeless(&mut self, interaction: IndexedInteraction) {
        self.engine.memory.change().add_timeless_to_sums(&self.engine.world, interaction);
    }

    fn sample(&mut self, interaction: IndexedInteraction) {
        let Some(mut sampler) = self.sampler.take() else { return };
        if let Some(example) = sampler.example_of(interaction, self.world(), self.memory()) {
            self.update_item_weights();
            self.write(&mut sampler, &example);
        }
        if let Some(push) = sampler.example_of_push(interaction, self.world()) {
            let id = self.write(&mut sampler, &push);
            self.score_push(&push, id);
        }
        if self.holdout.is_some()
            && self.has_members(interaction.group)
            && let Some(choice) = sampler.choice_of_group(interaction, self.world(), self.memory())
        {
            self.score_group_choice(&choice);
        }
        self.sampler = Some(sampler);
    }

    /// Samples the choice of `item` at an unknown time, with negatives from the library.
    pub fn sample_case(&mut self, subject: Subject, item: ItemIndex, kinds: &[KindIndex], now: Time) {
        let Some(mut sampler) = self.sampler.take() else { return };
        let example = sampler.timeless_choice(subject, item, kinds, now, self.world());
        self.write(&mut sampler, &example);
        if example.is_by_group() && self.has_members(example.to.group) {
            self.score_group_choice(&example);
        }
        self.sampler = Some(sampler);
    }

    fn has_members(&self, group: Option<GroupIndex>) -> bool {
        let record = group.and_then(|group| self.world().groups.record(group));
        record.is_some_and(|record| !record.member_indices.is_empty())
    }

    /// Scores a group choice with the holdout fit, if there is one: utility = Σ probability of the kinds that followed.
    fn score_group_choice(&mut self, choice: &ChoiceSet) {
        if let Some((holdout, activity, aggregator)) = self.aggregate(choice, &choice.kinds) {
            holdout.add_choice(choice, activity, &aggregator);
        }
    }

    /// Scores the item of a push with the holdout fit, if there is one: utility = Σ probability of the positive kinds.
    fn score_push(&mut self, push: &ChoiceSet, example: usize) {
        let Some(group) = push.to.group.filter(|group| self.has_members(Some(*group))) else { return };
        let kinds = (0..).map(KindIndex).zip(self.world().kinds.iter());
        let positive: Vec<KindIndex> = kinds.filter(|(_, (_, kind))| kind.positive).map(|(index, _)| index).collect();
        if let Some((holdout, activity, aggregator)) = self.aggregate(push, &positive) {
            holdout.add_push((group, push.items[0]), example, activity, &aggregator);
        }
    }

    /// Returns the utilities of a choice's items for the group and its members, and the group's activity; `None` if
    /// the holdout fit does not want this choice.
    fn aggregate(
        &mut self,
        choice: &ChoiceSet,
        kinds: &[KindIndex],
    ) -> Option<(&mut HoldoutFit, f64, GroupAggregator)> {
        let holdout = self.holdout.as_mut()?;
        if !holdout.wants_next() {
            return None;
        }
        let objective = Objective(kinds.iter().map(|&kind| (kind, 1.0)).collect());
        let view = self.engine.at(choice.at, self.families);
        let scorer = view.scorer(holdout.model, &objective);
        let (work, average) = (view.workspace, Aggregation::Average);
        let aggregator = scorer.aggregator(work, choice.to, &no_context(), &choice.items, average, None);
        Some((holdout, scorer.activity(choice.to.group), aggregator))
    }

    /// Adds an example with its features and returns its id.
    fn write(&mut self, sampler: &mut ExampleSampler, example: &ChoiceSet) -> usize {
        let objective = Objective::default();
        let view = self.at(example.at);
        sampler.write(&view.scorer(ModelId::DEFAULT, &objective), view.workspace, example)
    }

    /// Solves the item weights again once there are enough new likes.
    fn update_item_weights(&mut self) {
        if !self.families.includes(Family::Ease) {
            return;
        }
        let likes = self.memory().likings_in_all();
        if likes >= FIRST_SOLVED_AT.max(SOLVED_AGAIN_FACTOR * self.solved) {
            self.solved = likes;
            self.solve_item_weights();
        }
    }

    /// Returns the item weights of all likes so far.
    fn current_item_weights(&mut self) -> ItemWeights {
        let likes = self.likes();
        let lambda = *self.lambda.get_or_insert_with(|| ease::choose_lambda(&likes));
        EaseSolver::solve(&likes, lambda, ease::MOST_ITEMS).map(|solved| solved.item_weights()).unwrap_or_default()
    }

    fn likes(&self) -> LikeLists {
        let (kinds, memory) = (&self.world().kinds, self.memory());
        let of = |subject: Subject| {
            let history = memory.history(subject);
            let liked = history.into_iter().flat_map(|history| history.by_item());
            liked.filter_map(|(item, item_stats)| {
                let positive = item_stats.iter().map(|stats| kinds.of(stats.kind)).filter(|kind| kind.positive);
                positive.map(|kind| kind.weight).reduce(f64::max).map(|weight| (item, ease::strength(weight)))
            })
        };
        memory.subjects().map(|subject| of(subject).collect()).collect()
    }

    /// Fits a model to the examples so far, to be evaluated on the later ones; the model that ranks stays.
    ///
    /// # Errors
    /// No model can be fitted to the examples.
    pub fn fit_holdout(&mut self) -> Result<()> {
        let Some(sampler) = &self.sampler else { return Ok(()) };
        let kinds = &self.world().kinds;
        let prior = Model::shipped(kinds);
        let item_weights = self.model().item_weights.clone();
        let fit = multi_task_fit(sampler, kinds, &prior);
        let (shipped, held_out) = (fit.prior_with_biases(), sampler.examples().next_id());
        let model = Model::fitted(fit.fit_all_kinds()?, None, item_weights, None);
        let id = match &self.holdout {
            Some(earlier) => {
                *self.engine.change_model(earlier.model) = model;
                earlier.model
            }
            None => self.engine.add_model(model),
        };
        self.holdout = Some(HoldoutFit::new(id, shipped, held_out));
        Ok(())
    }

    /// Fits a model to the examples so far; it ranks from now on. Each kind gets the share of its fitted weights that
    /// the holdout supports.
    ///
    /// # Errors
    /// No model can be fitted to the examples.
    pub fn fit(&mut self) -> Result<()> {
        let item_weights = self.item_weights_if_used();
        let group_weight = self.group_weight().map(|fitted| fitted.weight);
        let comparisons = self.compare();
        let Some(sampler) = &self.sampler else { return Ok(()) };
        let kinds = &self.engine.world.kinds;
        let prior = Model::shipped(kinds);
        let fit = multi_task_fit(sampler, kinds, &prior);
        let mut rows = fit.fit_all_kinds()?;
        if comparisons.interpolate() {
            rows = comparisons.mix(fit.prior_with_biases(), rows);
        }
        let item_effects = self.item_effects(&rows[0], &comparisons);
        rows.iter_mut().for_each(|rows| use_item_effects(rows, &item_effects));
        let model = Model::fitted(rows, group_weight, item_weights, None).with_item_effects(item_effects);
        *self.engine.change_model(ModelId::DEFAULT) = model;
        self.comparisons = comparisons;
        Ok(())
    }

    /// Reports on the last fit, and on the holdout fit before it; `None` without one.
    pub fn report(&self) -> Option<FitReport> {
        let (sampler, holdout) = self.sampler.as_ref().zip(self.holdout.as_ref())?;
        let early = self.engine.model(holdout.model);
        let compared = ComparedFit { early, fitted: self.model(), comparisons: &self.comparisons };
        let kinds = &self.world().kinds;
        Some(report::fit_report(sampler.examples(), kinds, &compared, holdout.held_out, self.group_weight()))
    }

    /// Compares the holdout fit with the shipped weights on the examples since.
    fn compare(&self) -> HoldoutComparisons {
        let Some((sampler, holdout)) = self.sampler.as_ref().zip(self.holdout.as_ref()) else {
            return HoldoutComparisons::default();
        };
        let early = self.engine.model(holdout.model).rows();
        HoldoutComparisons::new(sampler.examples(), holdout.held_out, &holdout.shipped, early)
    }

    /// Fits the effects of items, given the users' models; none if their family does not take part.
    fn item_effects(&self, users: &[LinearModel], comparisons: &HoldoutComparisons) -> ItemEffects {
        let Some(sampler) = self.sampler.as_ref().filter(|_| self.families.includes(Family::ItemEffects)) else {
            return ItemEffects::default();
        };
        let Some(holdout) = &self.holdout else { return fit_item_effects(sampler.examples(), users, None) };
        let (early, _) = self.engine.model(holdout.model).rows();
        let [early, _] = comparisons.mix([holdout.shipped[0].clone(), Vec::new()], [early.to_vec(), Vec::new()]);
        let early = EarlyRows { rows: &early, held_out: holdout.held_out };
        fit_item_effects(sampler.examples(), users, Some(early))
    }

    /// Fits the group weight to the choices since the holdout fit.
    fn group_weight(&self) -> Option<group_weight::GroupWeightFit> {
        let (sampler, holdout) = self.sampler.as_ref().zip(self.holdout.as_ref())?;
        let prior = match holdout.has_pushes() {
            true => GroupWeight { most: group_weight::EVEN, ..GroupWeight::default() },
            false => GroupWeight::default(),
        };
        group_weight::fit_group_weight(&holdout.group_choices(sampler.examples(), &self.world().kinds), prior)
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
        let item_weights = self.item_weights_if_used();
        self.engine.change_model(ModelId::DEFAULT).item_weights = item_weights;
    }

    fn item_weights_if_used(&mut self) -> ItemWeights {
        if self.families.includes(Family::Ease) { self.current_item_weights() } else { ItemWeights::default() }
    }

    /// Returns a view of the state for scoring at one moment.
    pub fn at(&mut self, now: Time) -> EngineView<'_> {
        self.engine.at(now, self.families)
    }

    /// Updates all derived state, also what no family of this trainer reads.
    pub fn refresh(&mut self) {
        self.engine.refresh(FamilySet::ALL);
    }
}

fn multi_task_fit<'a>(sampler: &'a ExampleSampler, kinds: &'a Kinds, prior: &'a Model) -> MultiTaskFit<'a> {
    MultiTaskFit { examples: sampler.examples(), kinds, prior, eligible: sampler.eligible() }
}

/// The facet profile of a request without context.
pub fn no_context() -> FacetProfile {
    FacetProfile::default()
}
