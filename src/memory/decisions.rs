//! Accepted decisions by id, for as long as they are kept.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use crate::base::bytes::as_bytes;
use crate::base::sorted::HashedMap;
use crate::base::time::{Time, is_time};

use super::exposure::Accepted;

/// The decisions that are kept, and until when others were forgotten.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    by_id: HashedMap<Rc<str>, Accepted>,
    /// The latest time of a decision that grew too old to be kept.
    forgotten_until: Option<Time>,
    /// Times and ids, the oldest first, so that forgetting looks at nothing that stays. An entry may outlive its decision.
    by_age: BinaryHeap<Reverse<(Time, Rc<str>)>>,
}

as_bytes!(Decisions: by_id, forgotten_until; by_age);

impl Decisions {
    /// The decision of an id, while it is kept.
    pub fn get(&self, id: &str) -> Option<&Accepted> {
        self.by_id.0.get(id)
    }

    /// Whether a decision of this time that is not kept may have been forgotten.
    pub fn may_have_forgotten(&self, at: Time) -> bool {
        self.forgotten_until.is_some_and(|until| at <= until)
    }

    /// Keeps a decision.
    pub fn insert(&mut self, id: Rc<str>, accepted: Accepted) {
        self.by_age.push(Reverse((accepted.at, id.clone())));
        self.by_id.0.insert(id, accepted);
    }

    /// The decision of an id, to be changed.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Accepted> {
        self.by_id.0.get_mut(id)
    }

    /// Takes a decision out before its time.
    pub fn remove(&mut self, id: &str) -> Option<Accepted> {
        self.by_id.0.remove(id)
    }

    /// Forgets the decisions made before a time. The work is that of the decisions forgotten, however many are kept.
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

    /// Takes over until when another instance forgot decisions.
    pub fn merge_forgotten(&mut self, other: &Self) {
        self.forgotten_until = self.forgotten_until.max(other.forgotten_until);
    }

    /// All that are kept.
    pub fn iter(&self) -> impl Iterator<Item = (&Rc<str>, &Accepted)> {
        self.by_id.0.iter()
    }

    /// Prepares what is derived, after a snapshot was read.
    pub fn derive(&mut self) {
        self.by_age = self.by_id.0.iter().map(|(id, accepted)| Reverse((accepted.at, id.clone()))).collect();
    }

    /// Whether a host could have told its times.
    pub fn is_sound(&self) -> bool {
        self.forgotten_until.is_none_or(is_time)
    }
}
