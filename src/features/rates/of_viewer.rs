//! Rates of the viewer: of all they were shown, through this channel, in this sitting, and of the same item.

use super::super::subject::{FamilyNeeds, PreparedSubject, RankingContext};
use super::super::{Column, Family};
use super::{RateCount, SMOOTHING, Scale, What, fill_with, known};

/// `rates.<user|channel|userChannel|sitting|again>.<any|shown>`: what came of anything, and how much is known.
pub struct OfViewer;

/// `rates.<user|channel|userChannel|sitting|again>`: the rate of the kind itself.
pub struct OfViewerByKind;

const SCOPES: [&str; 5] = ["user", "channel", "userChannel", "sitting", "again"];

/// The last scope is one of the item too.
const AGAIN: usize = 4;

/// What the scopes but the last count, and what each is smoothed with.
fn counts(scene: &RankingContext, viewer: &PreparedSubject, what: What) -> [(RateCount, f64); AGAIN] {
    let now = scene.memory.half_lives().long.place(scene.now);
    let (rates, to) = (scene.memory.rates(), &viewer.addressee);
    let channel = to.channel.map(|channel| what.of(rates.channel(channel, now)));
    let of_both = to.user.zip(to.channel).map(|(user, channel)| what.of(rates.user_in_channel(user, channel, now)));
    [
        (what.of_scope(&viewer.record.whole), SMOOTHING[1]),
        (channel.unwrap_or_default(), SMOOTHING[0]),
        (of_both.unwrap_or_default(), SMOOTHING[1]),
        (what.of_scope(&viewer.record.sitting), SMOOTHING[2]),
    ]
}

/// The same for what came of showing the item itself.
fn again(viewer: &PreparedSubject, what: What, item: u32) -> RateCount {
    viewer.record.items.get(&item).map(|scope| what.of_scope(scope)).unwrap_or_default()
}

/// Writes what `of` says of showing each item again.
fn fill_again(column: &mut Column, viewer: &PreparedSubject, what: What, items: &[u32], of: impl Fn(RateCount) -> f64) {
    if viewer.record.items.is_empty() {
        return;
    }
    column.open(items.len());
    for (value, &item) in column.values.iter_mut().zip(items) {
        *value = of(again(viewer, what, item));
        column.live |= *value != 0.0;
    }
}

impl Family for OfViewer {
    fn name(&self) -> &'static str {
        "rates"
    }

    fn features(&self) -> Vec<String> {
        SCOPES.iter().flat_map(|scope| ["any", "shown"].map(|what| format!("rates.{scope}.{what}"))).collect()
    }

    fn wants(&self, wanted: &mut FamilyNeeds) {
        wanted.record = true;
    }

    fn fill(&self, scene: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let what = What::Any(&scene.world.kinds);
        let Some(scale) = what.scale(scene) else { return };
        for ((count, smoothing), columns) in counts(scene, viewer, what).into_iter().zip(columns.chunks_mut(2)) {
            fill_with(&mut columns[0], scale.against(count, smoothing), items.len());
            fill_with(&mut columns[1], known(count), items.len());
        }
        fill_again(&mut columns[2 * AGAIN], viewer, what, items, |count| scale.against(count, SMOOTHING[2]));
        fill_again(&mut columns[2 * AGAIN + 1], viewer, what, items, known);
    }
}

impl Family for OfViewerByKind {
    fn name(&self) -> &'static str {
        "rates"
    }

    fn features(&self) -> Vec<String> {
        SCOPES.map(|scope| format!("rates.{scope}")).into()
    }

    fn wants(&self, wanted: &mut FamilyNeeds) {
        wanted.record = true;
    }

    fn of_kind(&self) -> bool {
        true
    }

    fn fill_of_kind(
        &self,
        scene: &RankingContext,
        viewer: &PreparedSubject,
        kind: u32,
        items: &[u32],
        columns: &mut [Column],
    ) {
        let what = What::Kind(kind);
        let Some(scale) = what.scale(scene) else { return };
        let against = |scale: Scale, count, smoothing| scale.against(count, smoothing);
        for ((count, smoothing), column) in counts(scene, viewer, what).into_iter().zip(columns.iter_mut()) {
            fill_with(column, against(scale, count, smoothing), items.len());
        }
        fill_again(&mut columns[AGAIN], viewer, what, items, |count| scale.against(count, SMOOTHING[2]));
    }
}
