//! A view of an engine at one moment, with derived state that is current.

use crate::eligibility::AvailabilityIndex;
use crate::features::FamilySet;
use crate::features::{FamilyWeights, RankingContext, StateVersion};
use crate::memory::StateView;
use crate::model::Model;
use crate::scoring::objective::Objective;
use crate::scoring::scorer::{Scorer, Workspace};
use crate::scoring::shortlist::Block;
use crate::world::facet_matrix::FacetMatrix;

use super::{ModelId, Versioned};

/// The state of an engine at one moment. Scorers borrow the state, not the view, so that the workspace stays free.
#[derive(Debug)]
pub struct EngineView<'a> {
    /// Records and interactions at this moment.
    pub state: StateView<'a>,
    /// Facet matrix of the library.
    pub facets: &'a FacetMatrix,
    /// Availability of the library.
    pub availability: &'a AvailabilityIndex,
    /// Buffers and caches of scorers.
    pub workspace: &'a mut Workspace,
    /// Buffers of shortlists.
    pub block: &'a mut Block,
    pub(super) models: &'a [Versioned<Model>],
    /// Versions of world, memory and sendings.
    pub(super) versions: [u64; 3],
    pub(super) families: FamilySet,
}

impl<'a> EngineView<'a> {
    /// A model.
    pub fn model(&self, id: ModelId) -> &'a Model {
        &self.models[id.0]
    }

    /// Returns the scorer of a model and an objective, without tiers of users and with the weights as they are.
    pub fn scorer<'b>(&self, id: ModelId, objective: &'b Objective) -> Scorer<'b>
    where
        'a: 'b,
    {
        let model = &self.models[id.0];
        let [world, memory, exposure] = self.versions;
        let context = RankingContext {
            state: self.state,
            facet_matrix: self.facets,
            item_weights: &model.item_weights,
            item_effects: &model.item_effects,
            tiers: None,
            version: StateVersion { world, memory, exposure, model: (id.0, model.version()) },
        };
        Scorer { context, model, objective, families: self.families, family_weights: FamilyWeights::default() }
    }
}
