//! Fitted effects of items: deviations of the responses to an item from the prediction by its features.

use crate::base::bytes::as_bytes;
use crate::base::index::{ItemIndex, KindIndex};

/// Effects in log-odds, by kind and item; 0 for an item that the fit does not know.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemEffects {
    of_kinds: Vec<Vec<f32>>,
}

as_bytes!(ItemEffects: of_kinds);

impl ItemEffects {
    /// Creates effects from one list a kind, in the order of the kinds' indices, each by item index. An empty list, and an
    /// item beyond the end of one, has no effects.
    pub fn new(of_kinds: Vec<Vec<f32>>) -> Self {
        Self { of_kinds }
    }
    /// Returns the effects of a kind, by item index; empty if it has none.
    pub fn of_kind(&self, kind: KindIndex) -> &[f32] {
        self.of_kinds.get(kind.as_usize()).map_or(&[], Vec::as_slice)
    }
    /// Returns all effects, by kind.
    pub fn of_kinds(&self) -> &[Vec<f32>] {
        &self.of_kinds
    }
    /// Iterates over the effects other than 0: kind, item, effect.
    pub fn iter(&self) -> impl Iterator<Item = (KindIndex, ItemIndex, f32)> {
        (0..).map(KindIndex).zip(&self.of_kinds).flat_map(|(kind, effects)| {
            let of_items = (0..).map(ItemIndex).zip(effects).filter(|(_, effect)| **effect != 0.0);
            of_items.map(move |(item, effect)| (kind, item, *effect))
        })
    }
}
