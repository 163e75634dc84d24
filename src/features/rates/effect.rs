//! Fitted effect of the item on the responses to it.

use super::super::column::Column;
use super::super::ranking_context::RankingContext;
use crate::base::index::{ItemIndex, KindIndex};

/// Names `rates.item.effect`: fitted log-odds of one kind beyond the prediction by the item's other features.
pub fn effect_features() -> Vec<String> {
    vec!["rates.item.effect".to_owned()]
}

/// Fills the column of [`effect_features`].
pub fn fill_effect(context: &RankingContext, kind: KindIndex, items: &[ItemIndex], columns: &mut [Column]) {
    let effects = context.item_effects.of_kind(kind);
    if effects.is_empty() {
        return;
    }
    columns[0].reset(items.len());
    for (value, &item) in columns[0].values.iter_mut().zip(items) {
        *value = effects.get(item.as_usize()).map_or(0.0, |effect| f64::from(*effect));
    }
    columns[0].live = true;
}
