//! Directions: the weights of the kinds of an objective, one list for all kinds whose weights are proportional.

use std::sync::Arc;

use crate::base::index::KindIndex;
use crate::features::{FamilySet, FamilyWeights, Form, StateVersion, Table};

use super::super::objective::Objective;
use super::super::scorer::{Scorer, Workspace};

/// Weights of a sum.
#[derive(Debug, Clone)]
pub struct Direction {
    /// The kind that has these weights.
    pub kind: KindIndex,
    /// Weights by feature, with the multipliers of the families; 0 for families that are not used.
    pub weights: Vec<f64>,
}

/// A kind of the objective: its log-odds are bias + scale × sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KindTerm {
    /// Weight in the objective.
    pub worth: f64,
    /// Log-odds if the sum is 0.
    pub bias: f64,
    /// Factor of the sum.
    pub scale: f64,
    /// True if its utility is multiplied by the item's value.
    pub uses_value: bool,
}

/// All directions of an objective.
#[derive(Debug, Clone)]
pub struct Directions {
    /// One for all kinds if they share it; else one for each, whose sums are the log-odds.
    pub all: Vec<Direction>,
    /// The kinds; as many as directions if these are not shared.
    pub kinds: Vec<KindTerm>,
    /// The families in use.
    pub families: FamilySet,
    /// True if the utility of an item rises with one sum.
    pub is_one: bool,
}

/// State and settings that directions depend on.
pub type DirectionsKey = (StateVersion, FamilySet, FamilyWeights, Objective);

impl Directions {
    /// Updates the directions to a scorer for users, and returns them.
    pub fn update(known: &mut Option<(DirectionsKey, Arc<Self>)>, scorer: &Scorer, work: &mut Workspace) -> Arc<Self> {
        let Scorer { families, family_weights, objective, .. } = *scorer;
        let version = scorer.context.version;
        if let Some((key, directions)) = known
            && (key.0, key.1, key.2, &key.3) == (version, families, family_weights, objective)
        {
            return Arc::clone(directions);
        }
        let directions = Arc::new(Self::of(scorer, work));
        *known = Some(((version, families, family_weights, objective.clone()), Arc::clone(&directions)));
        directions
    }

    fn of(scorer: &Scorer, work: &mut Workspace) -> Self {
        let kinds = &scorer.context.state.world.kinds;
        let (_, shared) = scorer.item_only_scores(work, true);
        let shared = shared.map(|direction| {
            let terms = direction.kinds().map(|(scale, uses_value, sigmoid)| KindTerm {
                worth: sigmoid.worth,
                bias: -libm::log(sigmoid.odds),
                scale,
                uses_value,
            });
            (direction.kind, terms.collect::<Vec<_>>())
        });
        let objective = scorer.objective.0.iter();
        let (of_directions, terms): (Vec<KindIndex>, Vec<KindTerm>) = match shared {
            Some((kind, terms)) => (vec![kind], terms),
            None => objective
                .map(|&(kind, worth)| {
                    let uses_value = kinds.of(kind).uses_value;
                    (kind, KindTerm { worth, bias: 0.0, scale: 1.0, uses_value })
                })
                .unzip(),
        };
        let all: Vec<Direction> =
            of_directions.into_iter().map(|kind| Direction::of(scorer, &work.table, kind)).collect();
        let has_values = || scorer.context.facet_matrix.values().iter().any(|value| *value != 1.0);
        let rises = |kind: &KindTerm| kind.worth * kind.scale >= 0.0 && !(kind.uses_value && has_values());
        Self { is_one: all.len() == 1 && terms.iter().all(rises), all, kinds: terms, families: scorer.used() }
    }

    /// Returns the families that enter in a form.
    pub fn of_form(&self, form: Form) -> FamilySet {
        self.families.filter(|family| family.form() == form)
    }
}

impl Direction {
    fn of(scorer: &Scorer, table: &Table, kind: KindIndex) -> Self {
        let (families, row) = (scorer.used(), scorer.model.row(kind, true));
        let weight = |n: usize| match families.includes(table.features()[n].family) {
            true => scorer.weight(row, table, n),
            false => 0.0,
        };
        Self { kind, weights: (0..table.features().len()).map(weight).collect() }
    }
}
