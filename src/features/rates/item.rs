//! Response rates of the item and of its facets.

use crate::base::index::{ItemIndex, KindIndex};
use crate::memory::facet_rates::CLASSES;

use super::super::column::Column;
use super::super::ranking_context::RankingContext;
use super::rate::{RateCount, ResponseType, SMOOTHING, evidence};

fn targets() -> impl Iterator<Item = &'static str> {
    ["item"].into_iter().chain(CLASSES.iter().map(|class| class.name()))
}

/// Names `rates.<item|tag|category|format|source|duration>.<any|shown>`: rate of any response, and ln(1 + impressions);
/// the mean over an item's facets of the class.
pub fn item_features() -> Vec<String> {
    targets().flat_map(|target| ["any", "shown"].map(|name| format!("rates.{target}.{name}"))).collect()
}

/// Names `rates.<item|tag|category|format|source|duration>`: rate of one kind.
pub fn item_features_by_kind() -> Vec<String> {
    targets().map(|target| format!("rates.{target}")).collect()
}

/// Fills the columns of [`item_features`].
pub fn fill_item(context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
    let response = ResponseType::Any(&context.state.world.kinds);
    let Some(base) = response.base_rate(context) else { return };
    columns.iter_mut().for_each(|column| column.reset(items.len()));
    for_each_count(context, response, items, |n, target, count, weight| {
        columns[2 * target].values[n] += weight * base.relative_to_base(count, SMOOTHING[0]);
        columns[2 * target + 1].values[n] += weight * evidence(count);
    });
    columns.iter_mut().for_each(|column| column.live = true);
}

/// Fills the columns of [`item_features_by_kind`].
pub fn fill_item_by_kind(context: &RankingContext, kind: KindIndex, items: &[ItemIndex], columns: &mut [Column]) {
    let response = ResponseType::Kind(kind);
    let Some(base) = response.base_rate(context) else { return };
    columns.iter_mut().for_each(|column| column.reset(items.len()));
    for_each_count(context, response, items, |n, target, count, weight| {
        columns[target].values[n] += weight * base.relative_to_base(count, SMOOTHING[0]);
    });
    columns.iter_mut().for_each(|column| column.live = true);
}

/// Calls `found` with the item's position, the target's index, its count and its weight in the mean.
fn for_each_count(
    context: &RankingContext,
    response: ResponseType,
    items: &[ItemIndex],
    mut found: impl FnMut(usize, usize, RateCount, f64),
) {
    let now = context.state.memory.half_lives().long.point(context.state.now);
    let rates = context.state.memory.rates();
    for (n, &item) in items.iter().enumerate() {
        found(n, 0, response.count(rates.item(item, now)), 1.0);
        for (target, class) in (1..).zip(CLASSES) {
            let (facets, _) = context.facet_matrix.class(class).row(item);
            let weight = 1.0 / facets.len().max(1) as f64;
            facets.iter().for_each(|&facet| found(n, target, response.count(rates.facet(facet, now)), weight));
        }
    }
}
