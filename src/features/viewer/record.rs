//! What came of what the viewer was shown: of all of it, of each item, and of late.

use crate::base::sorted::Sorted;
use crate::base::time::{HOUR, HalfLife, MINUTE};
use crate::memory::history::{History, Touch};

use super::Scene;

/// What a viewer did within one sitting says the more the shorter it is ago.
const SITTING: HalfLife = HalfLife::of(15 * MINUTE);

/// What came of the same item is forgotten as soon as it is out of sight.
const AGAIN: HalfLife = HalfLife::of(HOUR);

/// A count of showings and of what came of them by kind.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// How often something was shown.
    pub shown: f64,
    /// How often each kind came of it, ascending by kind.
    pub came: Vec<(u32, f64)>,
}

impl Scope {
    fn add(&mut self, touch: &Touch, is_exposure: bool, amount: f64) {
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
pub struct Record {
    /// Of everything, decayed at the long half-life.
    pub whole: Scope,
    /// Of everything within one sitting.
    pub sitting: Scope,
    /// Of single items, while they are in sight.
    pub items: Sorted<u32, Scope>,
}

/// What is left of this little is nothing.
const NOTHING: f64 = 1e-3;

impl Record {
    pub(super) fn look(&mut self, scene: &Scene, history: Option<&History>) {
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
                self.sitting.add(touch, is_exposure, SITTING.left_after(ago));
                let again = AGAIN.left_after(ago);
                if again > NOTHING {
                    self.items.or_default(item).add(touch, is_exposure, f64::from(touch.count) * again);
                }
            }
        }
    }
}
