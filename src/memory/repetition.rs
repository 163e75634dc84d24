//! Detects the item whose interactions of the last day come from the fewest users: a sign of a script or a single user
//! inflating it.

use rustc_hash::FxHashMap;

use crate::base::index::ItemIndex;
use crate::base::order;
use crate::base::time::{DAY, Time};

use super::Memory;

/// Least interactions a day for an item to be reported: fewer are not unusual.
const MIN_INTERACTIONS: u32 = 20;

/// Interactions with one item within a day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Repetition {
    /// The item's index.
    pub item: ItemIndex,
    /// Number of interactions.
    pub interactions: u32,
    /// Number of users.
    pub users: u32,
    /// Interactions of the most active user.
    pub of_one: u32,
}

impl Memory {
    /// Returns, of the items with at least 20 user interactions in the day up to `now` of which one user made at least
    /// half, the one with the most interactions of one user. `None` if there is no such item.
    pub fn repetition(&self, now: Time) -> Option<Repetition> {
        let mut items = FxHashMap::<ItemIndex, Repetition>::default();
        for history in self.users.iter() {
            let recent = history.events().iter().filter(|event| event.at > now.saturating_sub(DAY) && event.at <= now);
            let mut user_items: Vec<ItemIndex> = recent.filter_map(|event| event.item()).collect();
            order::sort(&mut user_items);
            for same in user_items.chunk_by(|a, b| a == b) {
                let (item, count) = (same[0], same.len() as u32);
                let found = items.entry(item).or_insert(Repetition { item, ..Repetition::default() });
                found.interactions += count;
                found.users += 1;
                found.of_one = found.of_one.max(count);
            }
        }
        let is_reported =
            |found: &&Repetition| found.interactions >= MIN_INTERACTIONS && 2 * found.of_one >= found.interactions;
        items.values().filter(is_reported).copied().max_by_key(|found| (found.of_one, std::cmp::Reverse(found.item)))
    }
}
