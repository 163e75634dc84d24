//! Response rates of the item and of its facets.

use crate::memory::facet_rates::CLASSES;

use super::super::subject::{PreparedSubject, RankingContext};
use super::super::{Column, Family};
use super::{RateCount, ResponseType, SMOOTHING, evidence};

/// `rates.<item|tag|category|format|source|duration>.<any|shown>`: rate of any response, and ln(1 + impressions); the
/// mean over an item's facets of the class.
pub struct ItemRates;

/// `rates.<item|tag|category|format|source|duration>`: rate of one kind.
pub struct ItemRatesByKind;

fn targets() -> impl Iterator<Item = &'static str> {
    ["item"].into_iter().chain(CLASSES.iter().map(|class| class.name()))
}

/// Calls `found` with the item's position, the target's index, its count and its weight in the mean.
fn for_each_count(
    context: &RankingContext,
    response: ResponseType,
    items: &[u32],
    mut found: impl FnMut(usize, usize, RateCount, f64),
) {
    let now = context.memory.half_lives().long.place(context.now);
    let rates = context.memory.rates();
    for (n, &item) in items.iter().enumerate() {
        found(n, 0, response.count(rates.item(item, now)), 1.0);
        for (target, class) in (1..).zip(CLASSES) {
            let (facets, _) = context.index.class(class).row(item);
            let weight = 1.0 / facets.len().max(1) as f64;
            facets.iter().for_each(|&facet| found(n, target, response.count(rates.facet(facet, now)), weight));
        }
    }
}

impl Family for ItemRates {
    fn name(&self) -> &'static str {
        "rates"
    }

    fn features(&self) -> Vec<String> {
        targets().flat_map(|target| ["any", "shown"].map(|what| format!("rates.{target}.{what}"))).collect()
    }

    fn is_item_only(&self) -> bool {
        true
    }

    fn fill(&self, context: &RankingContext, _: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let response = ResponseType::Any(&context.world.kinds);
        let Some(base) = response.base_rate(context) else { return };
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for_each_count(context, response, items, |n, target, count, weight| {
            columns[2 * target].values[n] += weight * base.relative_to_base(count, SMOOTHING[0]);
            columns[2 * target + 1].values[n] += weight * evidence(count);
        });
        columns.iter_mut().for_each(|column| column.live = true);
    }
}

impl Family for ItemRatesByKind {
    fn name(&self) -> &'static str {
        "rates"
    }

    fn features(&self) -> Vec<String> {
        targets().map(|target| format!("rates.{target}")).collect()
    }

    fn is_item_only(&self) -> bool {
        true
    }

    fn is_per_kind(&self) -> bool {
        true
    }

    fn fill_kind(
        &self,
        context: &RankingContext,
        _: &PreparedSubject,
        kind: u32,
        items: &[u32],
        columns: &mut [Column],
    ) {
        let response = ResponseType::Kind(kind);
        let Some(base) = response.base_rate(context) else { return };
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for_each_count(context, response, items, |n, target, count, weight| {
            columns[target].values[n] += weight * base.relative_to_base(count, SMOOTHING[0]);
        });
        columns.iter_mut().for_each(|column| column.live = true);
    }
}
