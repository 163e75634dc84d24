//! Volume of interactions by kind over all users, in 6-hour blocks.
//!
//! Integer counts per block, not decayed sums: removal is exact, and a timestamp in the future affects only its own
//! block.

use rustc_hash::FxHashMap;

use crate::base::index::KindIndex;
use crate::base::time::{HOUR, Time};

/// Length of a block, in milliseconds.
const BLOCK: Time = 6 * HOUR;

/// Blocks of the recent volume, the current one included: 12 to 18 hours.
const RECENT_BLOCKS: i64 = 3;

/// Blocks of the baseline volume: 28 days, so that all days of the week have equal weight.
const BASELINE_BLOCKS: i64 = 4 * 7 * 4;

/// Number of interactions by kind and block.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KindVolume {
    counts: FxHashMap<(KindIndex, i64), u32>,
}

/// Number of interactions of some kinds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Volume {
    /// Over the last 12 to 18 hours.
    pub recent: u64,
    /// Over the last 28 days, the recent hours included.
    pub baseline: u64,
}

impl KindVolume {
    /// Adds `by` to the count of the block at `at`; negative to remove.
    pub fn shift(&mut self, kind: KindIndex, at: Time, by: i32) {
        let key = (kind, at.div_euclid(BLOCK));
        let count = self.counts.entry(key).or_default();
        *count = count.saturating_add_signed(by);
        if *count == 0 {
            self.counts.remove(&key);
        }
    }

    /// The volume of some kinds together at `now`.
    pub fn volume(&self, kinds: impl Iterator<Item = KindIndex>, now: Time) -> Volume {
        let last = now.div_euclid(BLOCK);
        let mut volume = Volume::default();
        for kind in kinds {
            for back in 0..BASELINE_BLOCKS {
                let count = self.counts.get(&(kind, last - back)).copied().unwrap_or(0).into();
                volume.baseline += count;
                volume.recent += if back < RECENT_BLOCKS { count } else { 0 };
            }
        }
        volume
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::DAY;

    #[test]
    fn recent_volume_covers_hours_baseline_weeks_and_neither_the_future() {
        let now = 20_000 * DAY + HOUR;
        let mut kind_volume = KindVolume::default();
        let log = [0, 1, 17, 30, 27 * 24, 40 * 24, -24, -300 * 24];
        log.iter().for_each(|hours| kind_volume.shift(KindIndex(2), now - hours * HOUR, 1));
        let volume = |kind_volume: &KindVolume| kind_volume.volume([1, 2].map(KindIndex).into_iter(), now);
        assert_eq!(volume(&kind_volume), Volume { recent: 2, baseline: 5 });
        log.iter().for_each(|hours| kind_volume.shift(KindIndex(2), now - hours * HOUR, -1));
        assert_eq!(kind_volume, KindVolume::default());
    }
}
