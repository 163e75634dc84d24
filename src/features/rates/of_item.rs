//! Rates of the item itself and of its facets.

use crate::memory::response_rates::CLASSES;

use super::super::subject::{PreparedSubject, RankingContext};
use super::super::{Column, Family};
use super::{RateCount, SMOOTHING, What, known};

/// `rates.<item|tag|category|format|source|duration>.<any|shown>`: what came of anything, and how much is known. Of several
/// facets the mean counts.
pub struct OfItem;

/// `rates.<item|tag|category|format|source|duration>`: the rate of the kind itself.
pub struct OfItemByKind;

fn scopes() -> impl Iterator<Item = &'static str> {
    ["item"].into_iter().chain(CLASSES.iter().map(|class| class.name()))
}

/// Calls `found` with each scope's place, what it counts and in how many parts, for every item.
fn each(scene: &RankingContext, what: What, items: &[u32], mut found: impl FnMut(usize, usize, RateCount, f64)) {
    let now = scene.memory.half_lives().long.place(scene.now);
    let rates = scene.memory.rates();
    for (n, &item) in items.iter().enumerate() {
        found(n, 0, what.of(rates.item(item, now)), 1.0);
        for (scope, class) in (1..).zip(CLASSES) {
            let (facets, _) = scene.index.class(class).row(item);
            let part = 1.0 / facets.len().max(1) as f64;
            facets.iter().for_each(|&facet| found(n, scope, what.of(rates.facet(facet, now)), part));
        }
    }
}

impl Family for OfItem {
    fn name(&self) -> &'static str {
        "rates"
    }

    fn features(&self) -> Vec<String> {
        scopes().flat_map(|scope| ["any", "shown"].map(|what| format!("rates.{scope}.{what}"))).collect()
    }

    fn of_item_alone(&self) -> bool {
        true
    }

    fn fill(&self, scene: &RankingContext, _: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let what = What::Any(&scene.world.kinds);
        let Some(scale) = what.scale(scene) else { return };
        columns.iter_mut().for_each(|column| column.open(items.len()));
        each(scene, what, items, |n, scope, count, part| {
            columns[2 * scope].values[n] += part * scale.against(count, SMOOTHING[0]);
            columns[2 * scope + 1].values[n] += part * known(count);
        });
        columns.iter_mut().for_each(|column| column.live = true);
    }
}

impl Family for OfItemByKind {
    fn name(&self) -> &'static str {
        "rates"
    }

    fn features(&self) -> Vec<String> {
        scopes().map(|scope| format!("rates.{scope}")).collect()
    }

    fn of_item_alone(&self) -> bool {
        true
    }

    fn of_kind(&self) -> bool {
        true
    }

    fn fill_of_kind(
        &self,
        scene: &RankingContext,
        _: &PreparedSubject,
        kind: u32,
        items: &[u32],
        columns: &mut [Column],
    ) {
        let what = What::Kind(kind);
        let Some(scale) = what.scale(scene) else { return };
        columns.iter_mut().for_each(|column| column.open(items.len()));
        each(scene, what, items, |n, scope, count, part| {
            columns[scope].values[n] += part * scale.against(count, SMOOTHING[0]);
        });
        columns.iter_mut().for_each(|column| column.live = true);
    }
}
