//! Cached item-only scores, which all subjects of one moment share, and the items for which they are out of date.

use crate::base::index::ItemIndex;
use crate::base::time::Time;
use crate::features::{Family, FamilySet, FamilyWeights};
use crate::world::library::Library;

use super::objective::Objective;
use super::shared_direction::SharedDirection;

/// Item-only features × weights, by item.
#[derive(Debug, Default)]
pub(super) struct ItemOnlyScores {
    basis: Option<(ScoreBasis, Objective)>,
    /// Revision of the library, and the number of its ids.
    library: (u64, usize),
    pub(super) direction: Option<SharedDirection>,
    /// One list along the shared direction; else one for each kind of the objective, each score with the kind's bias.
    pub(super) z: Vec<Vec<f64>>,
}

/// State and settings that the scores of all items depend on, besides the items and the objective.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ScoreBasis {
    /// Version of the memory.
    pub(super) memory: u64,
    /// Index of the model, and its version.
    pub(super) model: (usize, u64),
    pub(super) now: Time,
    /// The item-only families in use.
    pub(super) families: FamilySet,
    pub(super) family_weights: FamilyWeights,
}

/// The items whose scores are out of date.
pub(super) enum Outdated {
    None,
    /// Items changed or removed since the last update; the scores of other items do not depend on them.
    Some(Vec<ItemIndex>),
    All,
}

impl ItemOnlyScores {
    /// Returns the items whose scores are out of date, and takes them as updated.
    pub(super) fn update(&mut self, basis: ScoreBasis, objective: &Objective, library: &Library) -> Outdated {
        let before = std::mem::replace(&mut self.library, (library.revision(), library.ids.len()));
        if self.basis.as_ref().is_none_or(|(known, of)| *known != basis || of != objective) {
            self.basis = Some((basis, objective.clone()));
            return Outdated::All;
        }
        match before == self.library {
            true => Outdated::None,
            false if basis.families.iter().all(Family::reads_one_item) => {
                Outdated::Some(library.changed_since(before.0).collect())
            }
            false => Outdated::All,
        }
    }
}
