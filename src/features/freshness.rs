//! Recency of the item's publication.

use nextpick_kernel::decay;

use crate::base::index::ItemIndex;
use crate::base::number::ln_1p;
use crate::base::time::{HOUR, Time};
use crate::world::publication::{FRESHNESS_HALF_LIVES, UNKNOWN_TIME, freshness_points};

use super::column::Column;
use super::ranking_context::RankingContext;

/// Names `freshness.<h>` = 2^(−age/h), 0 to 1; 0 if the publication time is unknown.
pub fn features() -> Vec<String> {
    FRESHNESS_HALF_LIVES.iter().map(|(name, _)| format!("freshness.{name}")).collect()
}

/// Names `freshness.log` = ln(1 + hours in a year) − ln(1 + age in hours), at least 0; 0 if the publication time is
/// unknown.
pub fn age_features() -> Vec<String> {
    vec!["freshness.log".to_owned()]
}

/// Fills the columns of [`features`].
pub fn fill(context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
    columns.iter_mut().for_each(|column| {
        column.reset(items.len());
        column.live = true;
    });
    let [h6, h24, d7, d30] = columns else { unreachable!("one column for each half-life") };
    let factors = [h6, h24, d7, d30].map(|column| &mut column.values[..]);
    let points = context.facet_matrix.publications().points();
    decay::factors(points, &freshness_points(context.state.now), items, factors);
}

/// Fills the column of [`age_features`].
pub fn fill_age(context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
    let mut ages = Vec::new();
    let times = context.facet_matrix.publications().times();
    decay::ages(times, UNKNOWN_TIME, context.state.now, items, &mut ages);
    columns[0].reset(items.len());
    decay::log_youth(&ages, HOUR as f64, log_of_year(), &mut columns[0].values);
    columns[0].live = true;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::time::{DAY, FARTHEST, YEAR_2200};
    use crate::world::publication::FreshnessPoints;

    #[test]
    fn factors_from_the_grid_are_those_of_the_ages() {
        let mut random = Random::new(4);
        for round in 0..2000 {
            let now = random.below(30_000 * DAY as usize) as Time - 5_000 * DAY;
            let age = match round % 4 {
                0 => random.below(1000) as Time - 500,
                1 => random.below(7000 * DAY as usize) as Time,
                2 => random.below(90 * DAY as usize) as Time,
                _ => [FARTHEST + now, now - YEAR_2200, 0, 6 * HOUR][random.below(4)],
            };
            let points: [FreshnessPoints; 1] = [freshness_points(now - age)];
            let mut columns = [[9.0]; FRESHNESS_HALF_LIVES.len()];
            decay::factors(&points, &freshness_points(now), &[ItemIndex(0)], columns.each_mut().map(|c| &mut c[..]));
            for ([found], (name, half_life)) in columns.into_iter().zip(FRESHNESS_HALF_LIVES) {
                let expected = half_life.decay_factor(age);
                // The error of 2^x grows with the exponent.
                let halvings = -libm::log2(expected.max(1e-300));
                let is_near = (found - expected).abs() <= 1e-15 * (1.0 + halvings) * expected;
                let is_near = is_near || (expected < 1e-300 && found < 1e-300);
                assert!(is_near, "{name} {age} at {now}: {found} {expected}");
            }
        }
    }
}
