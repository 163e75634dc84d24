//! A view of an engine at one moment, with derived state that is current.

use crate::eligibility::AvailabilityIndex;
use crate::features::FamilySet;
use crate::features::{FamilyWeights, RankingContext, StateVersion, TierFacets};
use crate::memory::StateView;
use crate::model::Model;
use crate::scoring::objective::Objective;
use crate::scoring::scorer::{Scorer, Workspace};
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
    pub(super) models: &'a [Versioned<Model>],
    /// Versions of world and memory.
    pub(super) versions: [u64; 2],
    /// Tiers of users, if operations are set.
    pub(super) tiers: Option<TierFacets<'a>>,
    pub(super) families: FamilySet,
    pub(super) family_weights: FamilyWeights,
}

impl<'a> EngineView<'a> {
    /// A model.
    pub fn model(&self, id: ModelId) -> &'a Model {
        &self.models[id.0]
    }

    /// Returns the view with the tiers of users.
    pub fn with_tiers(self, tiers: Option<TierFacets<'a>>) -> Self {
        Self { tiers, ..self }
    }

    /// Returns the view with multipliers of the models' weights.
    pub fn with_family_weights(self, family_weights: FamilyWeights) -> Self {
        Self { family_weights, ..self }
    }

    /// Returns the scorer of a model and an objective.
    pub fn scorer<'b>(&self, id: ModelId, objective: &'b Objective) -> Scorer<'b>
    where
        'a: 'b,
    {
        let model = &self.models[id.0];
        let [world, memory] = self.versions;
        let context = RankingContext {
            state: self.state,
            facet_matrix: self.facets,
            item_weights: &model.item_weights,
            tiers: self.tiers,
            version: StateVersion { world, memory, model: (id.0, model.version()) },
        };
        Scorer { context, model, objective, families: self.families, family_weights: self.family_weights }
    }
}
