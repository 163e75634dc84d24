//! Deduplication window: recent interaction ids, so that the same id counts once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashSet;

use crate::base::bytes::{ByteReader, Codec, Output};
use crate::base::digest::Digest;
use crate::base::order;
use crate::base::time::Time;

/// Number of ids retained: those of the latest interactions by time. Bounds the memory of a long log.
pub const WINDOW: usize = 1 << 20;

/// The window, as 64-bit hashes of ids: among a million, a collision occurs once in 30 million windows.
///
/// A heap yields the earliest id, so that each new id drops at most one, without a pause for sorting them all. Ids of
/// the same time are ordered by hash, so that the full window has the same ids for every order of arrival.
#[derive(Debug, Clone, Default)]
pub struct SeenIds {
    ids: HashSets,
    /// The same ids with their times, the earliest first.
    by_time: BinaryHeap<Reverse<(Time, u64)>>,
}

/// Number of sets that share the ids. One set of all would be rehashed at once when it is full, a pause of more than
/// 100 ms.
const SETS: usize = 1 << 10;

/// A set of hashes, divided by their lowest bits. Empty at first: most recommenders see few ids.
#[derive(Debug, Clone, Default)]
struct HashSets(Vec<FxHashSet<u64>>);

impl HashSets {
    fn contains(&self, hash: u64) -> bool {
        self.0.get(hash as usize % SETS).is_some_and(|set| set.contains(&hash))
    }
    /// Adds a hash; returns false if it is in the set.
    fn insert(&mut self, hash: u64) -> bool {
        self.0.resize_with(SETS, FxHashSet::default);
        self.0[hash as usize % SETS].insert(hash)
    }
    fn remove(&mut self, hash: u64) {
        self.0.get_mut(hash as usize % SETS).into_iter().for_each(|set| _ = set.remove(&hash));
    }
}

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
        let new = self.add(id.0, at);
        self.drop_earliest(WINDOW);
        new
    }

    /// True if an id is in the window.
    pub fn knows(&self, id: Mark) -> bool {
        self.ids.contains(id.0)
    }

    /// Adds all ids of another window.
    pub fn merge(&mut self, other: &Self) {
        other.by_time.iter().for_each(|Reverse((at, id))| _ = self.add(*id, *at));
        self.drop_earliest(WINDOW);
    }

    fn add(&mut self, id: u64, at: Time) -> bool {
        let new = self.ids.insert(id);
        if new {
            self.by_time.push(Reverse((at, id)));
        }
        new
    }

    /// Reduces the window to its latest `count` ids.
    fn drop_earliest(&mut self, count: usize) {
        while self.by_time.len() > count
            && let Some(Reverse((_, id))) = self.by_time.pop()
        {
            self.ids.remove(id);
        }
    }
}

impl Codec for SeenIds {
    fn write(&self, to: &mut Output) {
        let mut ids: Vec<&(Time, u64)> = self.by_time.iter().map(|entry| &entry.0).collect();
        order::sort_by(&mut ids, |a, b| a.1.cmp(&b.1));
        (ids.len() as u64).write(to);
        ids.iter().for_each(|(at, id)| {
            id.write(to);
            at.write(to);
        });
    }
    fn read(from: &mut ByteReader) -> Self {
        let mut window = Self::default();
        Vec::<(u64, Time)>::read(from).into_iter().for_each(|(id, at)| _ = window.add(id, at));
        window.drop_earliest(WINDOW);
        window
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    fn held(window: &SeenIds) -> usize {
        window.ids.0.iter().map(FxHashSet::len).sum()
    }

    #[test]
    fn an_id_is_new_once() {
        let mut window = SeenIds::default();
        assert!(window.is_new(Mark::of("e1"), 5));
        assert!(!window.is_new(Mark::of("e1"), 6));
        assert!(window.is_new(Mark::of("e2"), 5));
    }

    #[test]
    fn a_full_window_drops_its_earliest_id_for_each_new_one() {
        let mut window = SeenIds::default();
        (0..=WINDOW as u64).for_each(|id| assert!(window.is_new(Mark(id), id as Time)));
        assert_eq!((held(&window), window.by_time.len()), (WINDOW, WINDOW));
        assert!(!window.knows(Mark(0)) && window.knows(Mark(1)) && window.knows(Mark(WINDOW as u64)));
    }

    #[test]
    fn the_window_holds_the_latest_of_all_ids_added_in_any_order() {
        let mut random = Random::new(9);
        for count in [1, 7, 40] {
            for times in [1, 3, 1000] {
                // The oracle: all ids ever added, sorted.
                let (mut window, mut all) = (SeenIds::default(), Vec::new());
                for _ in 0..200 {
                    let (id, at) = (random.below(100) as u64, random.below(times) as Time);
                    // A dropped id counts as new again, and is dropped again, since its time is the same.
                    let at = all.iter().find(|(_, other)| *other == id).map_or(at, |(first, _)| *first);
                    if !all.contains(&(at, id)) {
                        all.push((at, id));
                    }
                    window.add(id, at);
                    window.drop_earliest(count);
                    all.sort_unstable_by(|a, b| b.cmp(a));
                    let latest = &all[..count.min(all.len())];
                    let mut found: Vec<(Time, u64)> = window.by_time.iter().map(|entry| entry.0).collect();
                    found.sort_unstable_by(|a, b| b.cmp(a));
                    assert_eq!(found, latest);
                    assert!(latest.iter().all(|(_, id)| window.knows(Mark(*id))) && held(&window) == latest.len());
                }
            }
        }
    }
}
