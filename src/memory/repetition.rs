//! The item whose interactions of the last day come from the fewest: a sign that one user or a script repeats itself.

use rustc_hash::FxHashMap;

use crate::base::order;
use crate::base::time::{DAY, Time};

use super::Memory;

/// Below this many interactions a day an item is not told of: a few are nothing unusual.
const LEAST: u32 = 20;

/// The interactions with one item within a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Repetition {
    /// Which item.
    pub item: u32,
    /// How many there were.
    pub interactions: u32,
    /// Of how many users.
    pub users: u32,
    /// How many of them are of the most active user.
    pub of_one: u32,
}

impl Memory {
    /// Of the items with at least 20 interactions of users in the day up to `now`, of which one user did at least half:
    /// the one with the most of one user. `None` if there is no such item.
    pub fn repetition(&self, now: Time) -> Option<Repetition> {
        let mut items = FxHashMap::<u32, Repetition>::default();
        for history in &self.users {
            let recent = history.events().iter().filter(|event| event.at > now.saturating_sub(DAY) && event.at <= now);
            let mut theirs: Vec<u32> = recent.filter_map(|event| event.item()).collect();
            order::sort(&mut theirs);
            for same in theirs.chunk_by(|a, b| a == b) {
                let (item, count) = (same[0], same.len() as u32);
                let found = items.entry(item).or_insert(Repetition { item, ..Repetition::default() });
                found.interactions += count;
                found.users += 1;
                found.of_one = found.of_one.max(count);
            }
        }
        let told = |found: &&Repetition| found.interactions >= LEAST && 2 * found.of_one >= found.interactions;
        items.values().filter(told).copied().max_by_key(|found| (found.of_one, std::cmp::Reverse(found.item)))
    }
}
