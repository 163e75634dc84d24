//! Freshness: recency of the item's publication.

use crate::base::number::ln_1p;
use crate::base::time::{DAY, HOUR, HalfLife, Time};

use super::subject::{PreparedSubject, RankingContext, log_age};
use super::{Column, Family};

/// `freshness.<h>` = 2^(−age/h), 0 to 1; `freshness.log` = ln(1 + hours in a year) − ln(1 + age in hours), at least 0.
/// All are 0 if the publication time is unknown.
pub struct Freshness;

const HALF_LIVES: [(&str, HalfLife); 4] = [
    ("6h", HalfLife::of(6 * HOUR)),
    ("1d", HalfLife::of(DAY)),
    ("7d", HalfLife::of(7 * DAY)),
    ("30d", HalfLife::of(30 * DAY)),
];

impl Family for Freshness {
    fn name(&self) -> &'static str {
        "freshness"
    }

    fn features(&self) -> Vec<String> {
        HALF_LIVES.iter().map(|(name, _)| *name).chain(["log"]).map(|name| format!("freshness.{name}")).collect()
    }

    fn is_item_only(&self) -> bool {
        true
    }

    fn fill(&self, context: &RankingContext, _: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            let published = context.world.library.remembered(item).and_then(|entry| entry.item.published_at);
            let Some(published) = published else { continue };
            for (column, (_, half_life)) in columns.iter_mut().zip(HALF_LIVES) {
                column.values[n] = half_life.decay_factor(context.now - published);
            }
            columns[HALF_LIVES.len()].values[n] = youth(published, context.now);
            columns.iter_mut().for_each(|column| column.live = true);
        }
    }
}

/// Returns ln(1 + hours in a year) − ln(1 + age in hours), at least 0.
pub(super) fn youth(published: Time, now: Time) -> f64 {
    (ln_1p(365.0 * 24.0) - log_age(published, now)).max(0.0)
}
