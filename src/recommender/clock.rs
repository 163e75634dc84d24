//! Trusted time: the latest moment that the host itself named, in a question or beside a change.
//!
//! There is no clock inside. The time of an interaction or of a decision is somebody's word; the `now` of a request is
//! the host's. What lies more than `config.maxAheadMs` after it is set aside until its time has come.

use crate::base::error::{Error, Result};
use crate::base::time::Time;
use crate::memory::pending::MOST_WAITING;
use crate::world::interaction::Interaction;

use super::Recommender;

/// So many interactions at most are set aside, half of the number that may wait: the rest is for those of the next hour.
const MOST_SET_ASIDE: usize = MOST_WAITING / 2;

/// The latest moment that the host named; `None` before the first.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    heard: Option<Time>,
    /// The same at the last change: a question alone changes nothing that a snapshot holds.
    settled: Option<Time>,
}

impl Clock {
    /// The clock of a snapshot.
    pub(crate) fn of(settled: Option<Time>) -> Self {
        Self { heard: settled, settled }
    }
    /// Takes note of a moment that the host named. An earlier one than before changes nothing.
    pub(super) fn hear(&mut self, now: Time) {
        self.heard = self.heard.max(Some(now));
    }
    /// Takes note that something changed.
    pub(super) fn settle(&mut self) {
        self.settled = self.heard;
    }
    /// The latest moment named.
    pub fn now(self) -> Option<Time> {
        self.heard
    }
    /// The latest moment named before the last change.
    pub(crate) fn settled(self) -> Option<Time> {
        self.settled
    }
    /// The latest moment named, or else somebody's word for it.
    pub(super) fn now_or(self, at: Time) -> Time {
        self.heard.unwrap_or(at)
    }
}

impl Recommender {
    /// Takes note of the host's own time, which comes beside a change. Every question's `now` is one, too.
    pub fn advance_clock(&mut self, now: Time) {
        self.clock.hear(now);
    }

    /// The trusted time.
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// Whether a time lies so far after the trusted time that it is set aside.
    pub fn is_ahead(&self, at: Time) -> bool {
        self.clock.heard.is_some_and(|now| at > now.saturating_add(self.config.max_ahead))
    }

    /// How many interactions are set aside because they lie too far after the trusted time.
    pub(super) fn count_ahead(&self) -> usize {
        self.memory.ahead().iter().filter(|waiting| self.is_ahead(waiting.event.at)).count()
    }

    /// Whether interactions may be observed.
    ///
    /// # Errors
    /// [`Code::Limit`](crate::base::error::Code::Limit) if more would be set aside than there is room for.
    pub fn admit<'a>(&self, interactions: impl Iterator<Item = &'a Interaction>, path: &str) -> Result<()> {
        let more = interactions.filter(|interaction| self.is_ahead(interaction.at)).count();
        if more > 0 && more + self.count_ahead() > MOST_SET_ASIDE {
            let rule = format!(
                "at most {MOST_SET_ASIDE} interactions later than the present and config.maxAheadMs: check their clock"
            );
            return Err(Error::limit(path, rule, more + self.count_ahead()));
        }
        Ok(())
    }
}
