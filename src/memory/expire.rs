//! Removing old interactions, so that a long-lived memory stays bounded.

use crate::base::digest::Digest;
use crate::base::time::Time;

use super::event::CompactInteraction;
use super::{Memory, Subject};

impl Memory {
    /// Removes the interactions before a time: from then on memory is as if they had never been told. Returns how many
    /// there were. Their ids stay in the window of duplicates, and what was sent stays, because caps count it.
    pub fn expire(&mut self, before: Time) -> usize {
        let waiting = self.ahead.len();
        self.ahead.retain(|waiting| waiting.event.at >= before);
        let mut expired = waiting - self.ahead.len();
        for subject in self.subjects() {
            let history = self.history_mut(subject);
            history.retain_told(|told| told.at >= before);
            let removed = history.take_before(before);
            expired += removed.len();
            self.uncount(subject, &removed);
        }
        if expired > 0 {
            // Every decision from now on is made from another state.
            self.digest.add(Digest::new("expired").whole(before).finish());
        }
        expired
    }

    fn uncount(&mut self, subject: Subject, removed: &[CompactInteraction]) {
        if !removed.is_empty() {
            removed.iter().for_each(|event| self.count_part(event, -1));
            self.touched.add(subject);
        }
    }
}
