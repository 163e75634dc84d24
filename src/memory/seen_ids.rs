//! Interaction ids seen lately, so that the same id counts once.

use crate::base::bytes::as_bytes;
use crate::base::digest::Digest;
use crate::base::order;
use crate::base::sorted::HashedMap;
use crate::base::time::Time;

/// At least this many ids are remembered: those of the latest interactions by their time.
pub const WINDOW: usize = 1 << 20;

/// The window, as fingerprints of ids (64 bits: among a million, two agree by chance once in 30 million windows).
#[derive(Debug, Clone, Default)]
pub struct SeenIds(HashedMap<u64, Time>);

as_bytes!(SeenIds: 0);

/// An id in the window, so that it is hashed once however often the window is asked about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(u64);

impl Mark {
    /// The mark of an id.
    pub fn of(id: &str) -> Self {
        Self(Digest::new("interaction-id").text(id).finish() as u64)
    }
}

impl SeenIds {
    /// Whether an id is new; it is not, from now on. An id that is not new changes nothing.
    pub fn is_new(&mut self, id: Mark, at: Time) -> bool {
        let new = !self.knows(id);
        if new {
            self.0.0.insert(id.0, at);
            self.forget_the_oldest();
        }
        new
    }

    /// Whether an id was seen within the window.
    pub fn knows(&self, id: Mark) -> bool {
        self.0.0.contains_key(&id.0)
    }

    /// Adds all of another window.
    pub fn merge(&mut self, other: &Self) {
        self.0.0.extend(&other.0.0);
        self.forget_the_oldest();
    }

    /// Cuts a window that has grown by a quarter down to [`WINDOW`]. Ids of one millisecond are told apart by their
    /// fingerprints, so that a log dated by the day is cut as well.
    fn forget_the_oldest(&mut self) {
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
    fn the_latest_ids_stay_when_the_window_is_full() {
        let mut window = SeenIds(HashedMap((0..(WINDOW + WINDOW / 4) as u64).map(|i| (i, i as Time)).collect()));
        assert!(window.is_new(Mark::of("newest"), Time::MAX / 2));
        assert_eq!(window.0.0.len(), WINDOW);
        assert!(!window.is_new(Mark::of("newest"), Time::MAX / 2));
    }

    #[test]
    fn ids_of_few_times_leave_the_window_as_well() {
        for times in [1, 7] {
            let full = (0..(WINDOW + WINDOW / 4) as u64).map(|i| (i, (i % times) as Time)).collect();
            let mut window = SeenIds(HashedMap(full));
            assert!(window.is_new(Mark::of("newest"), times as Time));
            assert_eq!(window.0.0.len(), WINDOW, "{times}");
            assert!(!window.is_new(Mark::of("newest"), times as Time));
        }
    }
}
