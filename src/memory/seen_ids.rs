//! Deduplication window: recent interaction ids, so that the same id counts once.

use crate::base::bytes::as_bytes;
use crate::base::digest::Digest;
use crate::base::order;
use crate::base::sorted::HashedMap;
use crate::base::time::Time;

/// Least number of ids retained: those of the latest interactions by time. Bounds the memory of a long log.
pub const WINDOW: usize = 1 << 20;

/// The window, as 64-bit hashes of ids: among a million, a collision occurs once in 30 million windows.
#[derive(Debug, Clone, Default)]
pub struct SeenIds(HashedMap<u64, Time>);

as_bytes!(SeenIds: 0);

/// The hash of an id, computed once for several look-ups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(u64);

impl Mark {
    /// Hashes an id.
    pub fn of(id: &str) -> Self {
        Self(Digest::new("interaction-id").text(id).finish() as u64)
    }
}

impl SeenIds {
    /// Adds an id; returns false, and changes nothing, if it was in the window.
    pub fn is_new(&mut self, id: Mark, at: Time) -> bool {
        let new = !self.knows(id);
        if new {
            self.0.0.insert(id.0, at);
            self.drop_oldest();
        }
        new
    }

    /// True if an id is in the window.
    pub fn knows(&self, id: Mark) -> bool {
        self.0.0.contains_key(&id.0)
    }

    /// Adds all ids of another window.
    pub fn merge(&mut self, other: &Self) {
        self.0.0.extend(&other.0.0);
        self.drop_oldest();
    }

    /// Reduces the window to [`WINDOW`] once it exceeds that by a quarter. Ids of the same time are ordered by hash, so
    /// that a log dated by the day is reduced too.
    fn drop_oldest(&mut self) {
        if self.0.0.len() > WINDOW + WINDOW / 4 {
            let mut ids: Vec<(Time, u64)> = self.0.0.iter().map(|(&id, &at)| (at, id)).collect();
            order::retain_smallest(&mut ids, WINDOW, |a, b| b.cmp(a));
            let oldest_kept = ids.into_iter().min();
            self.0.0.retain(|&id, &mut at| Some((at, id)) >= oldest_kept);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_new_once() {
        let mut window = SeenIds::default();
        assert!(window.is_new(Mark::of("e1"), 5));
        assert!(!window.is_new(Mark::of("e1"), 6));
        assert!(window.is_new(Mark::of("e2"), 5));
    }

    #[test]
    fn a_full_window_keeps_the_latest_ids() {
        let mut window = SeenIds(HashedMap((0..(WINDOW + WINDOW / 4) as u64).map(|i| (i, i as Time)).collect()));
        assert!(window.is_new(Mark::of("newest"), Time::MAX / 2));
        assert_eq!(window.0.0.len(), WINDOW);
        assert!(!window.is_new(Mark::of("newest"), Time::MAX / 2));
    }

    #[test]
    fn a_window_with_few_distinct_times_is_reduced_too() {
        for times in [1, 7] {
            let full = (0..(WINDOW + WINDOW / 4) as u64).map(|i| (i, (i % times) as Time)).collect();
            let mut window = SeenIds(HashedMap(full));
            assert!(window.is_new(Mark::of("newest"), times as Time));
            assert_eq!(window.0.0.len(), WINDOW, "{times}");
            assert!(!window.is_new(Mark::of("newest"), times as Time));
        }
    }
}
