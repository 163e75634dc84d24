//! Directions: the weights of the kinds of an objective, one list for all kinds whose weights are proportional.

use std::sync::Arc;

use crate::base::index::KindIndex;
use crate::features::{Family, FamilySet, FamilyWeights, Form, StateVersion, Table};

use super::super::objective::Objective;
use super::super::scorer::Scorer;

/// Relative difference of weights that count as proportional.
const TOLERANCE: f64 = 1e-12;

/// Weights of a linear score.
#[derive(Debug, Clone)]
pub struct Direction {
    /// Position in the objective of the kind whose log-odds it gives.
    pub position: usize,
    /// The kind.
    pub kind: KindIndex,
    /// Weights by feature, with the multipliers of the families; 0 for families that are not used.
    pub weights: Vec<f64>,
}

/// A kind of the objective: its log-odds are bias + scale × (sum of the direction − bias of the direction's kind).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KindTerm {
    /// Weight in the objective.
    pub worth: f64,
    /// Log-odds if all features are 0.
    pub bias: f64,
    /// Factor of the direction.
    pub scale: f64,
    /// True if its utility is multiplied by the item's value.
    pub uses_value: bool,
}

/// All directions of an objective.
#[derive(Debug, Clone)]
pub struct Directions {
    /// One for all kinds if their weights are proportional and the utility rises with the sum; else one for each.
    pub all: Vec<Direction>,
    /// The kinds, in the order of the objective.
    pub kinds: Vec<KindTerm>,
    /// The families in use.
    pub families: FamilySet,
    /// True if one direction orders all items.
    pub is_one: bool,
}

/// State and settings that directions depend on.
pub type DirectionsKey = (StateVersion, FamilySet, FamilyWeights, Objective);

impl Directions {
    /// Updates the directions to a scorer for users, and returns them.
    pub fn update(known: &mut Option<(DirectionsKey, Arc<Self>)>, scorer: &Scorer, table: &Table) -> Arc<Self> {
        let Scorer { families, family_weights, objective, .. } = *scorer;
        let version = scorer.context.version;
        if let Some((key, directions)) = known
            && (key.0, key.1, key.2, &key.3) == (version, families, family_weights, objective)
        {
            return Arc::clone(directions);
        }
        let directions = Arc::new(Self::of(scorer, table));
        *known = Some(((version, families, family_weights, objective.clone()), Arc::clone(&directions)));
        directions
    }

    fn of(scorer: &Scorer, table: &Table) -> Self {
        let families = scorer.used();
        let used = |n: usize| families.includes(table.features()[n].family);
        let weight = |kind, n| if used(n) { scorer.weight(scorer.model.row(kind, true), table, n) } else { 0.0 };
        let direction = |(position, &(kind, _)): (usize, &(KindIndex, f64))| Direction {
            position,
            kind,
            weights: (0..table.features().len()).map(|n| weight(kind, n)).collect(),
        };
        let mut all: Vec<Direction> = scorer.objective.0.iter().enumerate().map(direction).collect();
        let kinds = scorer.objective.0.iter().map(|&(kind, worth)| KindTerm {
            worth,
            bias: scorer.model.row(kind, true).bias,
            scale: 1.0,
            uses_value: scorer.context.state.world.kinds.of(kind).uses_value,
        });
        let mut directions = Self { kinds: kinds.collect(), families, is_one: false, all: Vec::new() };
        if let Some(scales) = directions.scales(scorer, &all) {
            directions.kinds.iter_mut().zip(scales).for_each(|(kind, scale)| kind.scale = scale);
            directions.is_one = true;
            all.truncate(1);
        }
        directions.all = all;
        directions
    }

    /// Returns the factor of each kind's weights relative to those of the first; `None` if they are not proportional, or
    /// the utility does not rise with the sum.
    fn scales(&self, scorer: &Scorer, all: &[Direction]) -> Option<Vec<f64>> {
        let first = &all.first()?.weights;
        let reference = (0..first.len()).max_by(|&a, &b| first[a].abs().total_cmp(&first[b].abs()))?;
        if first[reference] == 0.0 || self.families.iter().any(Family::is_per_kind) {
            return None;
        }
        let has_values = || scorer.context.facet_matrix.values().iter().any(|value| *value != 1.0);
        if self.kinds.iter().any(|kind| kind.uses_value) && has_values() {
            return None;
        }
        let scale_of = |direction: &Direction| {
            let scale = direction.weights[reference] / first[reference];
            let is_close =
                |(weight, first): (&f64, &f64)| (weight - scale * first).abs() <= TOLERANCE * (scale * first).abs();
            direction.weights.iter().zip(first).all(is_close).then_some(scale)
        };
        let scales: Vec<f64> = all.iter().map(scale_of).collect::<Option<_>>()?;
        scales.iter().zip(&self.kinds).all(|(scale, kind)| scale * kind.worth >= 0.0).then_some(scales)
    }

    /// Returns the families that enter in a form.
    pub fn of_form(&self, form: Form) -> FamilySet {
        self.families.filter(|family| family.form() == form)
    }
}
