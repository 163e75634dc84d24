//! Trusted time: the latest time named by the host itself, as `now` of a request or with a change.
//!
//! The crate has no clock, and timestamps of interactions and decisions may come from untrusted clients. Interactions
//! more than `config.maxAheadMs` after the trusted time are set aside until it reaches them.

use crate::base::error::{Error, Result};
use crate::base::time::Time;
use crate::memory::pending::MOST_WAITING;
use crate::world::interaction::Interaction;

use super::Recommender;

/// Limit on interactions set aside: half of the limit on pending interactions. The other half is for interactions
/// within `config.maxAheadMs`.
const MAX_SET_ASIDE: usize = MOST_WAITING / 2;

/// The latest time the host named, ms; `None` before the first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    latest: Option<Time>,
    /// The latest time at the last change. Snapshots hold this one, since requests do not change state.
    at_last_change: Option<Time>,
}

impl Clock {
    /// Restores the clock of a snapshot.
    pub(crate) fn new(at_last_change: Option<Time>) -> Self {
        Self { latest: at_last_change, at_last_change }
    }
    /// Moves the clock to a time the host named; an earlier one has no effect.
    pub(super) fn advance(&mut self, now: Time) {
        self.latest = self.latest.max(Some(now));
    }
    /// Records that the state changed.
    pub(super) fn mark_change(&mut self) {
        self.at_last_change = self.latest;
    }
    /// The trusted time.
    pub fn now(self) -> Option<Time> {
        self.latest
    }
    /// The trusted time at the last change.
    pub(crate) fn at_last_change(self) -> Option<Time> {
        self.at_last_change
    }
    /// True if a time is more than `max_ahead` ms after the trusted time.
    pub(super) fn is_ahead(self, at: Time, max_ahead: Time) -> bool {
        self.latest.is_some_and(|now| at > now.saturating_add(max_ahead))
    }
    /// The trusted time, or `at` before the first.
    pub(super) fn now_or(self, at: Time) -> Time {
        self.latest.unwrap_or(at)
    }
}

impl Recommender {
    /// Moves the clock to the host's own time, given with a change. The `now` of a request does so too.
    pub fn advance_clock(&mut self, now: Time) {
        self.clock.advance(now);
    }

    /// The clock.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// True if a time is more than `config.maxAheadMs` after the trusted time.
    pub fn is_ahead(&self, at: Time) -> bool {
        self.clock.is_ahead(at, self.config.max_ahead)
    }

    /// Number of interactions set aside.
    pub(super) fn count_ahead(&self) -> usize {
        self.engine.memory.ahead().iter().filter(|pending| self.is_ahead(pending.event.at)).count()
    }

    /// Checks that interactions can be observed.
    ///
    /// # Errors
    /// [`Code::Limit`](crate::base::error::Code::Limit) if more than half of the pending interactions would be set
    /// aside.
    pub fn admit<'a>(&self, interactions: impl Iterator<Item = &'a Interaction>, path: &str) -> Result<()> {
        self.admit_times(interactions.map(|interaction| interaction.at), path)
    }

    /// Checks the same of interactions at these times.
    pub(super) fn admit_times(&self, times: impl Iterator<Item = Time>, path: &str) -> Result<()> {
        let more = times.filter(|at| self.is_ahead(*at)).count();
        if more > 0 && more + self.count_ahead() > MAX_SET_ASIDE {
            let rule = format!(
                "at most {MAX_SET_ASIDE} interactions later than the present and config.maxAheadMs: check their clock"
            );
            return Err(Error::limit(path, rule, more + self.count_ahead()));
        }
        Ok(())
    }
}
