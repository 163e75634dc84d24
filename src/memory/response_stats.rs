//! Counts of impressions and of the responses to them.

use crate::base::index::KindIndex;
use crate::base::time::{DecayPoint, DecayedSum};

/// Decayed counts of impressions and of responses by kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResponseStats {
    impressions: DecayedSum,
    responses: Vec<(KindIndex, DecayedSum)>,
}

/// Response stats as of one moment.
#[derive(Debug, Clone, Copy)]
pub struct ResponseStatsAt<'a> {
    stats: Option<&'a ResponseStats>,
    now: DecayPoint,
}

impl ResponseStats {
    /// Adds interactions of a kind.
    pub(super) fn count(&mut self, kind: KindIndex, is_exposure: bool, sum: DecayedSum) {
        match is_exposure {
            true => self.impressions.merge(sum),
            false => self.add_response(kind, sum),
        }
    }

    /// Adds responses of a kind.
    pub(super) fn add_response(&mut self, kind: KindIndex, sum: DecayedSum) {
        match self.responses.binary_search_by_key(&kind, |(kind, _)| *kind) {
            Ok(position) => self.responses[position].1.merge(sum),
            Err(position) => self.responses.insert(position, (kind, sum)),
        }
    }

    /// Adds the counts of others.
    pub(super) fn merge(&mut self, other: &Self) {
        self.impressions.merge(other.impressions);
        other.responses.iter().for_each(|&(kind, sum)| self.add_response(kind, sum));
    }
}

impl<'a> ResponseStatsAt<'a> {
    /// Returns the stats as of `now`; without stats, all counts are 0.
    pub(super) fn of(stats: Option<&'a ResponseStats>, now: DecayPoint) -> Self {
        Self { stats, now }
    }
    /// Decayed number of impressions.
    pub fn impressions(&self) -> f64 {
        self.stats.map_or(0.0, |stats| stats.impressions.at(self.now))
    }
    /// Decayed number of responses of a kind.
    pub fn responses(&self, kind: KindIndex) -> f64 {
        let Some(stats) = self.stats else { return 0.0 };
        let position = stats.responses.binary_search_by_key(&kind, |(kind, _)| *kind);
        position.map_or(0.0, |position| stats.responses[position].1.at(self.now))
    }
    /// Decayed number of responses of all kinds for which `counts` is true.
    pub fn responses_of_any(&self, counts: impl Fn(KindIndex) -> bool) -> f64 {
        let responses = self.stats.map_or(&[][..], |stats| &stats.responses);
        responses.iter().filter(|(kind, _)| counts(*kind)).map(|(_, sum)| sum.at(self.now)).sum()
    }
}
