//! Responses of the subject to exposures: overall, per item, and in the current session.

use crate::base::sorted::SortedMap;
use crate::base::time::{HOUR, HalfLife, MINUTE};
use crate::memory::history::{History, InteractionStats};

use super::RankingContext;

/// Half-life of session-level responses: 15 minutes.
const SESSION: HalfLife = HalfLife::of(15 * MINUTE);

/// Half-life of per-item responses, one hour: repeated exposures of an item matter only while it is in sight.
const SAME_ITEM: HalfLife = HalfLife::of(HOUR);

/// Decayed impressions, and decayed responses to them by kind.
#[derive(Debug, Clone, Default)]
pub struct ResponseCounts {
    /// Decayed number of impressions.
    pub impressions: f64,
    /// Decayed number of responses per kind, ascending by kind.
    pub responses: Vec<(u32, f64)>,
}

impl ResponseCounts {
    fn add(&mut self, kind_stats: &InteractionStats, is_exposure: bool, amount: f64) {
        if is_exposure {
            self.impressions += amount;
            return;
        }
        match self.responses.binary_search_by_key(&kind_stats.kind, |(kind, _)| *kind) {
            Ok(found) => self.responses[found].1 += amount,
            Err(insert_at) => self.responses.insert(insert_at, (kind_stats.kind, amount)),
        }
    }

    /// Returns the decayed number of responses of a kind.
    pub fn of_kind(&self, kind: u32) -> f64 {
        self.responses.binary_search_by_key(&kind, |(kind, _)| *kind).map_or(0.0, |found| self.responses[found].1)
    }

    /// Returns the decayed number of responses of all kinds for which `counts` is true.
    pub fn of_kinds(&self, counts: impl Fn(u32) -> bool) -> f64 {
        self.responses.iter().filter(|(kind, _)| counts(*kind)).map(|(_, amount)| amount).sum()
    }
}

/// Responses of the subject to exposures.
#[derive(Debug, Clone, Default)]
pub struct SubjectResponses {
    /// All items, decayed at the long half-life.
    pub whole: ResponseCounts,
    /// All items, decayed at the session half-life.
    pub session: ResponseCounts,
    /// Per item, decayed at the half-life of one hour; ascending by item.
    pub items: SortedMap<u32, ResponseCounts>,
}

/// Per-item responses whose decay factor is at most this are skipped.
const MIN_DECAY_FACTOR: f64 = 1e-3;

impl SubjectResponses {
    pub(super) fn prepare(&mut self, context: &RankingContext, history: Option<&History>) {
        *self = Self::default();
        let kinds = &context.world.kinds;
        let now = context.memory.half_lives().long.place(context.now);
        for (item, item_stats) in history.into_iter().flat_map(History::by_item) {
            if !item_stats.iter().any(|kind_stats| kinds.of(kind_stats.kind).is_exposure) {
                continue;
            }
            for kind_stats in item_stats {
                let is_exposure = kinds.of(kind_stats.kind).is_exposure;
                let ago = context.now - kind_stats.last;
                self.whole.add(kind_stats, is_exposure, kind_stats.long.at(now));
                // Repeated exposures of one item count as one, the last: a session is short.
                self.session.add(kind_stats, is_exposure, SESSION.decay_factor(ago));
                let factor = SAME_ITEM.decay_factor(ago);
                if factor > MIN_DECAY_FACTOR {
                    self.items.or_default(item).add(kind_stats, is_exposure, f64::from(kind_stats.count) * factor);
                }
            }
        }
    }
}
