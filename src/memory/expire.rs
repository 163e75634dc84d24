//! Removes old interactions, which bounds the size of memory.

use crate::base::digest::Digest;
use crate::base::time::Time;

use super::event::CompactInteraction;
use super::{Memory, Subject};

impl Memory {
    /// Removes the interactions before a time, as if they had never been recorded. Returns their number. Their ids stay
    /// in the deduplication window, and sendings stay because caps count them.
    pub fn expire(&mut self, before: Time) -> usize {
        let pending = self.ahead.len();
        self.ahead.retain(|pending| pending.event.at >= before);
        let mut expired = pending - self.ahead.len();
        for subject in self.subjects() {
            let history = self.history_mut(subject);
            history.retain_recent(|event| event.at >= before);
            history.remove_values_before(before);
            let removed = history.take_before(before);
            expired += removed.len();
            self.remove_from_sums(subject, &removed);
        }
        if expired > 0 {
            // Decision ids depend on the digest: they must differ from those made before.
            self.digest.add(Digest::new("expired").whole(before).finish());
        }
        expired
    }

    fn remove_from_sums(&mut self, subject: Subject, removed: &[CompactInteraction]) {
        if !removed.is_empty() {
            removed.iter().for_each(|event| self.adjust_shared(event, -1));
            self.dirty.add(subject);
        }
    }
}
