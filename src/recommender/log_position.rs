//! Position in a log: the number of its entries that the state has applied. Decisions carry it, so that off-policy
//! evaluation can reconstruct the state in which they were made.

use super::Recommender;

impl Recommender {
    /// Number of log entries applied; `None` without a log.
    pub fn log_position(&self) -> Option<u64> {
        self.log_position
    }

    /// Sets the number of log entries applied, which later decisions carry. It does not affect their picks.
    pub fn set_log_position(&mut self, entries: Option<u64>) {
        self.log_position = entries;
    }
}
