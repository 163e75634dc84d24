//! Times of publication by item, with their places on the grids of the half-lives of freshness.

use crate::base::index::ItemIndex;
use crate::base::time::{DAY, DecayPoint, HOUR, HalfLife, Time};

/// The half-lives of freshness, with their names.
pub const FRESHNESS_HALF_LIVES: [(&str, HalfLife); 4] = [
    ("6h", HalfLife::of(6 * HOUR)),
    ("1d", HalfLife::of(DAY)),
    ("7d", HalfLife::of(7 * DAY)),
    ("30d", HalfLife::of(30 * DAY)),
];

/// A time on the grid of each of [`FRESHNESS_HALF_LIVES`].
pub type FreshnessPoints = [DecayPoint; FRESHNESS_HALF_LIVES.len()];

/// Time of publication of an item without one; no host can give it.
pub const UNKNOWN_TIME: Time = Time::MIN;

/// Converts a time to the grid of each half-life.
pub fn freshness_points(at: Time) -> FreshnessPoints {
    FRESHNESS_HALF_LIVES.map(|(_, half_life)| half_life.point(at))
}

/// Time of publication of each item. The powers of two that freshness needs are computed once an item, not at each
/// moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Publications {
    times: Vec<Time>,
    points: Vec<FreshnessPoints>,
}

impl Publications {
    /// Makes room for `items` items; new ones have no known time.
    pub(super) fn resize(&mut self, items: usize) {
        self.times.resize(items, UNKNOWN_TIME);
        self.points.resize(items, [DecayPoint::UNKNOWN; FRESHNESS_HALF_LIVES.len()]);
    }

    /// Sets an item's time of publication.
    pub(super) fn set(&mut self, item: ItemIndex, at: Option<Time>) {
        self.times[item.as_usize()] = at.unwrap_or(UNKNOWN_TIME);
        self.points[item.as_usize()] = at.map_or([DecayPoint::UNKNOWN; FRESHNESS_HALF_LIVES.len()], freshness_points);
    }

    /// Returns the times by item; [`UNKNOWN_TIME`] where none was given.
    pub fn times(&self) -> &[Time] {
        &self.times
    }
    /// Returns the times on the grids, by item; [`DecayPoint::UNKNOWN`] where none was given.
    pub fn points(&self) -> &[FreshnessPoints] {
        &self.points
    }
}
