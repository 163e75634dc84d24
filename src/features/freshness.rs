//! Recency of the item's publication.

use nextpick_kernel::decay;

use crate::base::index::ItemIndex;
use crate::base::number::ln_1p;
use crate::base::time::{DAY, HOUR, HalfLife, Time};
use crate::world::facet_matrix::UNKNOWN_TIME;

use super::column::Column;
use super::ranking_context::RankingContext;

const HALF_LIVES: [(&str, HalfLife); 4] = [
    ("6h", HalfLife::of(6 * HOUR)),
    ("1d", HalfLife::of(DAY)),
    ("7d", HalfLife::of(7 * DAY)),
    ("30d", HalfLife::of(30 * DAY)),
];

/// Names `freshness.<h>` = 2^(−age/h), 0 to 1; `freshness.log` = ln(1 + hours in a year) − ln(1 + age in hours), at
/// least 0. All are 0 if the publication time is unknown.
pub fn features() -> Vec<String> {
    HALF_LIVES.iter().map(|(name, _)| *name).chain(["log"]).map(|name| format!("freshness.{name}")).collect()
}

/// Fills the columns of [`features`].
pub fn fill(context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
    let mut ages = Vec::new();
    decay::ages(context.facet_matrix.published(), UNKNOWN_TIME, context.state.now, items, &mut ages);
    let live = ages.iter().any(|age| !age.is_nan());
    columns.iter_mut().for_each(|column| {
        column.reset(items.len());
        column.live = live;
    });
    for (column, (_, half_life)) in columns.iter_mut().zip(HALF_LIVES) {
        half_life.decay_factors(&ages, &mut column.values);
    }
    decay::log_youth(&ages, HOUR as f64, log_of_year(), &mut columns[HALF_LIVES.len()].values);
}

/// Returns ln(1 + hours in a year).
fn log_of_year() -> f64 {
    ln_1p(365.0 * 24.0)
}

/// Returns ln(1 + hours in a year) − ln(1 + age in hours), at least 0.
pub fn youth(published: Time, now: Time) -> f64 {
    (log_of_year() - log_age(published, now)).max(0.0)
}

/// Returns ln(1 + age in hours) at a moment; 0 before publication.
pub fn log_age(published: Time, at: Time) -> f64 {
    ln_1p((at - published).max(0) as f64 / HOUR as f64)
}
