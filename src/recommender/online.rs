//! Online learning: accepted picks are pending with their features until responses arrive.

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::time::Time;
use crate::engine::ModelId;
use crate::features;
use crate::model::layout::Layout;
use crate::model::online::{OnlineLearner, PendingPick};
use crate::scoring::objective::Objective;
use crate::world::IndexedInteraction;
use crate::world::columns::IndexedColumns;
use crate::world::facet::FacetProfile;
use crate::world::interaction::Interaction;
use crate::world::recipient::Recipient;

use super::Recommender;
use super::decision::Sent;

impl Recommender {
    /// True if responses correct the model: it is fitted, and `config.online` is on. The shipped model stays as it is.
    fn learns_online(&self) -> bool {
        self.config.online && self.model().is_fitted()
    }

    /// Stores the features of an accepted decision's picks until the responses are known.
    ///
    /// Features are computed again from the current state at the decision's time, since `recommend` stores nothing. The
    /// request's context is not part of a decision, so `context.request` is 0 here. Call before the sending itself
    /// counts.
    pub(super) fn add_pending_picks(&mut self, sent: &Sent, to: Recipient) {
        if !self.learns_online() || !self.online.has_room(sent.picks.len()) {
            return;
        }
        // Never back in time: in a replay of a log, each acceptance would recount all sums.
        let Self { config, engine, .. } = self;
        engine.advance(engine.memory.as_of().map_or(sent.at, |as_of| as_of.max(sent.at)));
        let view = engine.at(sent.at, config.families);
        let (world, model) = (view.state.world, view.model(ModelId::DEFAULT));
        let known = |(id, propensity): &(String, f64)| {
            let item = world.library.ids.get(id)?;
            world.library.entry(item).map(|_| (item, *propensity))
        };
        let (items, propensities): (Vec<ItemIndex>, Vec<f64>) = sent.picks.iter().filter_map(known).unzip();
        let kinds: Vec<KindIndex> = (0..)
            .map(KindIndex)
            .zip(world.kinds.iter())
            .filter(|(_, (_, kind))| !kind.is_exposure)
            .map(|(index, _)| index)
            .collect();
        let objective = Objective::default();
        let scorer = view.scorer(ModelId::DEFAULT, &objective);
        let rows = scorer.rows(view.workspace, to, &FacetProfile::default(), &items, &kinds);
        let of_groups = !model.uses_user_models(to.is_user);
        let picks = items.iter().zip(&propensities).zip(&rows);
        let picks =
            picks.map(|((&item, &propensity), row)| PendingPick::new(item, propensity, of_groups, row)).collect();
        self.online.add_pending(sent.at, &sent.id, picks);
    }

    /// Adds an interaction as response to its decision, and learns from decisions whose window has closed.
    pub(super) fn learn_online(&mut self, interaction: &Interaction, indexed: IndexedInteraction) {
        let IndexedInteraction { user, item, kind, at, .. } = indexed;
        let is_withdrawn = user.is_some_and(|user| self.engine.memory.is_withdrawn(user));
        if !self.learns_online() || is_withdrawn || self.is_ahead(at) {
            return;
        }
        if let (Some(id), Some(item), false) =
            (&interaction.decision, item, self.engine.world.kinds.of(kind).is_exposure)
            && let Some(decision) = self.engine.memory.exposure.decision(id)
        {
            self.online.record_response((decision.at, id), item, kind, at);
        }
        self.learn_until(at);
    }

    /// Learns from decisions whose window has closed when interactions without a decision were observed.
    pub(super) fn learn_from_columns(&mut self, columns: &IndexedColumns) {
        if !self.learns_online() {
            return;
        }
        let rows = (0..columns.len()).map(|row| columns.row(row).0);
        let is_withdrawn = |row: &IndexedInteraction| row.user.is_some_and(|user| self.memory().is_withdrawn(user));
        let counted = rows.filter(|row| !self.is_ahead(row.at) && !is_withdrawn(row));
        counted.map(|row| row.at).max().into_iter().for_each(|latest| self.learn_until(latest));
    }

    /// Learns from decisions whose window has closed at the trusted time, or at `at` before the first.
    fn learn_until(&mut self, at: Time) {
        let now = self.clock.now_or(at);
        let layout = layout(self.engine.world.kinds.len());
        if self.online.learn(self.engine.model(ModelId::DEFAULT), layout, now) {
            self.online.correct(self.engine.change_model(ModelId::DEFAULT));
        }
    }

    /// The online corrections since the fit.
    pub(crate) fn online(&self) -> &OnlineLearner {
        &self.online
    }

    /// Restores online corrections; false, without any change, if they do not fit this model and world.
    pub(crate) fn restore_online(&mut self, online: OnlineLearner) -> bool {
        let kinds = self.world().kinds.len();
        let is_valid = online.is_valid(self.world().library.ids.len() as u32, kinds as u32, layout(kinds));
        if is_valid {
            online.correct(self.engine.change_model(ModelId::DEFAULT));
            self.online = online;
        }
        is_valid
    }
}

fn layout(kinds: usize) -> Layout {
    let (shared, own) = features::counts();
    Layout { shared, own, kinds }
}
