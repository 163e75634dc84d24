//! Learning on: picks that were accepted wait with their features for what comes of them.

use crate::features;
use crate::features::subject::RankingContext;
use crate::model::layout::Layout;
use crate::model::online::{Online, Pick};
use crate::scoring::objective::Objective;
use crate::scoring::scorer::Scorer;
use crate::world::IndexedInteraction;
use crate::world::facet::FacetProfile;
use crate::world::interaction::Interaction;
use crate::world::recipient::Recipient;

use super::Recommender;
use super::decision::Sent;

impl Recommender {
    /// Whether it learns on: a fit that was made on a log, if that is wanted. The weights that ship stay as they are.
    fn learns_on(&self) -> bool {
        self.config.online && self.model.is_fitted()
    }

    /// Keeps the features of a decision's picks until what comes of them is known.
    ///
    /// They are found anew from the state of now, at the decision's moment: `recommend` keeps nothing, so that asking
    /// changes nothing, and most of what is asked is never sent. What a request says of its circumstances is not in a
    /// decision, so `context.request` is silent here. To be called before the sending itself counts.
    pub(super) fn wait_for_answers(&mut self, sent: &Sent, to: Recipient) {
        if !self.learns_on() || !self.online.has_room(sent.picks.len()) {
            return;
        }
        // Not back to an earlier moment: a log that is told again would count everything anew at each acceptance.
        self.refresh(self.memory.as_of().map_or(sent.at, |as_of| as_of.max(sent.at)));
        let Self { config, world, memory, model, derived, work, .. } = self;
        let known = |(id, propensity): &(String, f64)| {
            let item = world.library.ids.get(id)?;
            world.library.entry(item).map(|_| (item, *propensity))
        };
        let (items, propensities): (Vec<u32>, Vec<f64>) = sent.picks.iter().filter_map(known).unzip();
        let kinds: Vec<u32> = (0..)
            .zip(world.kinds.iter())
            .filter(|(_, (_, kind))| !kind.is_exposure)
            .map(|(number, _)| number)
            .collect();
        let (index, associations) = (&derived.index, &model.associations);
        let scene = RankingContext { world, memory, index, associations, now: sent.at, revision: self.revision };
        let ranker = Scorer { scene, model, objective: &Objective::default(), families: config.families };
        let rows = ranker.rows(work, to, &FacetProfile::default(), &items, &kinds);
        let of_groups = !model.uses_user_models(to.is_user);
        let picks = items.iter().zip(&propensities).zip(&rows);
        let picks = picks.map(|((&item, &propensity), row)| Pick::new(item, propensity, of_groups, row)).collect();
        self.online.wait(sent.at, &sent.id, picks);
    }

    /// Takes note of what an interaction answers, and learns from the decisions that nothing answers any more.
    pub(super) fn learn_on(&mut self, interaction: &Interaction, numbered: IndexedInteraction) {
        let IndexedInteraction { user, item, kind, at, .. } = numbered;
        let is_withdrawn = user.is_some_and(|user| self.memory.is_withdrawn(user));
        if !self.learns_on() || is_withdrawn || self.is_ahead(at) {
            return;
        }
        if let (Some(id), Some(item), false) = (&interaction.decision, item, self.world.kinds.of(kind).is_exposure)
            && let Some(decision) = self.memory.exposure.decision(id)
        {
            self.online.answer((decision.at, id), item, kind, at);
        }
        let now = self.clock.now_or(at);
        if self.online.learn(&self.model, layout(self.world.kinds.len()), now) {
            self.online.correct(&mut self.model);
        }
    }

    /// What was learnt since the fit.
    pub fn online(&self) -> &Online {
        &self.online
    }

    /// Goes on from what was learnt since the fit; false, and nothing has changed, if it is not of this model and world.
    pub(crate) fn resume(&mut self, online: Online) -> bool {
        let kinds = self.world.kinds.len();
        let fits = online.fits(self.world.library.ids.len() as u32, kinds as u32, layout(kinds));
        if fits {
            online.correct(&mut self.model);
            self.online = online;
        }
        fits
    }
}

fn layout(kinds: usize) -> Layout {
    let (shared, own) = features::counts();
    Layout { shared, own, kinds }
}
