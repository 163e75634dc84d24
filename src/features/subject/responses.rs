//! What came of what the viewer was shown: of all of it, of each item, and of late.

use crate::base::sorted::SortedMap;
use crate::base::time::{HOUR, HalfLife, MINUTE};
use crate::memory::history::{History, InteractionStats};

use super::RankingContext;

/// What a viewer did within one sitting says the more the shorter it is ago.
const SITTING: HalfLife = HalfLife::of(15 * MINUTE);

/// What came of the same item is forgotten as soon as it is out of sight.
const AGAIN: HalfLife = HalfLife::of(HOUR);

/// A count of showings and of what came of them by kind.
#[derive(Debug, Clone, Default)]
pub struct ResponseCounts {
    /// How often something was shown.
    pub shown: f64,
    /// How often each kind came of it, ascending by kind.
    pub came: Vec<(u32, f64)>,
}

impl ResponseCounts {
    fn add(&mut self, touch: &InteractionStats, is_exposure: bool, amount: f64) {
        if is_exposure {
            self.shown += amount;
            return;
        }
        match self.came.binary_search_by_key(&touch.kind, |(kind, _)| *kind) {
            Ok(place) => self.came[place].1 += amount,
            Err(place) => self.came.insert(place, (touch.kind, amount)),
        }
    }

    /// How often a kind came.
    pub fn came(&self, kind: u32) -> f64 {
        self.came.binary_search_by_key(&kind, |(kind, _)| *kind).map_or(0.0, |place| self.came[place].1)
    }

    /// How often anything came that `counts` says counts.
    pub fn came_of_any(&self, counts: impl Fn(u32) -> bool) -> f64 {
        self.came.iter().filter(|(kind, _)| counts(*kind)).map(|(_, amount)| amount).sum()
    }
}

/// What came of what the viewer was shown.
#[derive(Debug, Clone, Default)]
pub struct SubjectResponses {
    /// Of everything, decayed at the long half-life.
    pub whole: ResponseCounts,
    /// Of everything within one sitting.
    pub sitting: ResponseCounts,
    /// Of single items, while they are in sight.
    pub items: SortedMap<u32, ResponseCounts>,
}

/// What is left of this little is nothing.
const NOTHING: f64 = 1e-3;

impl SubjectResponses {
    pub(super) fn prepare(&mut self, scene: &RankingContext, history: Option<&History>) {
        *self = Self::default();
        let kinds = &scene.world.kinds;
        let now = scene.memory.half_lives().long.place(scene.now);
        for (item, touches) in history.into_iter().flat_map(History::by_item) {
            if !touches.iter().any(|touch| kinds.of(touch.kind).is_exposure) {
                continue;
            }
            for touch in touches {
                let is_exposure = kinds.of(touch.kind).is_exposure;
                let ago = scene.now - touch.last;
                self.whole.add(touch, is_exposure, touch.long.at(now));
                // All showings of one item count as of the last: a sitting is short.
                self.sitting.add(touch, is_exposure, SITTING.decay_factor(ago));
                let again = AGAIN.decay_factor(ago);
                if again > NOTHING {
                    self.items.or_default(item).add(touch, is_exposure, f64::from(touch.count) * again);
                }
            }
        }
    }
}
