//! Accepted decisions by id, within the retention period.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use crate::base::bytes::as_bytes;
use crate::base::index::GroupIndex;
use crate::base::sorted::HashedMap;
use crate::base::time::{Time, is_time};

use super::sending::Accepted;

/// The stored decisions, and the time up to which others were dropped.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    by_id: HashedMap<Arc<str>, Accepted>,
    /// The latest time among dropped decisions.
    forgotten_until: Option<Time>,
    /// Times and ids, oldest first, so that dropping touches only dropped decisions. An entry may outlive its decision.
    by_age: BinaryHeap<Reverse<(Time, Arc<str>)>>,
}

as_bytes!(Decisions: by_id, forgotten_until; by_age);

impl Decisions {
    /// Returns the stored decision of an id.
    pub fn get(&self, id: &str) -> Option<&Accepted> {
        self.by_id.0.get(id)
    }

    /// True if a decision of this time that is not stored may have been dropped.
    pub fn may_have_forgotten(&self, at: Time) -> bool {
        self.forgotten_until.is_some_and(|until| at <= until)
    }

    /// Stores a decision.
    pub fn insert(&mut self, id: Arc<str>, accepted: Accepted) {
        self.by_age.push(Reverse((accepted.at, id.clone())));
        self.by_id.0.insert(id, accepted);
    }

    /// Returns the stored decision of an id, mutably.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Accepted> {
        self.by_id.0.get_mut(id)
    }

    /// Removes a decision before the end of its retention.
    pub fn remove(&mut self, id: &str) -> Option<Accepted> {
        self.by_id.0.remove(id)
    }

    /// Drops the decisions made before a time. The cost depends on the dropped decisions only.
    pub fn forget_before(&mut self, time: Time) {
        while self.by_age.peek().is_some_and(|Reverse((at, _))| *at < time)
            && let Some(Reverse((at, id))) = self.by_age.pop()
        {
            if self.get(&id).is_some_and(|kept| kept.at == at) {
                self.remove(&id);
                self.forgotten_until = self.forgotten_until.max(Some(at));
            }
        }
    }

    /// Replaces one group by another in the steps of all decisions.
    pub fn move_group(&mut self, from: GroupIndex, to: GroupIndex) {
        let steps = self.by_id.0.values_mut().filter_map(|accepted| accepted.step.as_mut());
        steps.filter(|send| send.group == Some(from)).for_each(|send| send.group = Some(to));
    }

    /// Takes over the time up to which another instance dropped decisions.
    pub fn merge_forgotten(&mut self, other: &Self) {
        self.forgotten_until = self.forgotten_until.max(other.forgotten_until);
    }

    /// Iterates over the stored decisions.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Accepted)> {
        self.by_id.0.iter()
    }

    /// Rebuilds derived state after a snapshot was read.
    pub fn derive(&mut self) {
        self.by_age = self.by_id.0.iter().map(|(id, accepted)| Reverse((accepted.at, id.clone()))).collect();
    }

    /// True if its times are within the range that a host can express.
    pub fn is_sound(&self) -> bool {
        self.forgotten_until.is_none_or(is_time)
    }
}
