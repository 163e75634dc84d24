//! The pace: how often each kind comes over everybody, in blocks of hours.
//!
//! Whole numbers, and not decayed sums: subtracting one is exact.

use rustc_hash::FxHashMap;

use crate::base::time::{HOUR, Time};

/// How long a block is.
const BLOCK: Time = 6 * HOUR;

/// So many blocks, the one that runs included, are lately: half a day to 18 hours.
const LATELY: i64 = 3;

/// So many are usual: four weeks, so that all days of the week count alike.
const USUAL: i64 = 4 * 7 * 4;

/// How often each kind came, by kind and block.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KindVolume {
    counts: FxHashMap<(u32, i64), u32>,
}

/// How often something came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Volume {
    /// Over the last hours.
    pub lately: u64,
    /// Over the last weeks, these hours included.
    pub usual: u64,
}

impl KindVolume {
    /// Counts one interaction `by` times, or takes one out that was counted.
    pub fn shift(&mut self, kind: u32, at: Time, by: i32) {
        let key = (kind, at.div_euclid(BLOCK));
        let count = self.counts.entry(key).or_default();
        *count = count.saturating_add_signed(by);
        if *count == 0 {
            self.counts.remove(&key);
        }
    }

    /// How often some kinds came together, as seen from `now`.
    pub fn came(&self, kinds: impl Iterator<Item = u32>, now: Time) -> Volume {
        let last = now.div_euclid(BLOCK);
        let mut came = Volume::default();
        for kind in kinds {
            for back in 0..USUAL {
                let count = self.counts.get(&(kind, last - back)).copied().unwrap_or(0).into();
                came.usual += count;
                came.lately += if back < LATELY { count } else { 0 };
            }
        }
        came
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::DAY;

    #[test]
    fn lately_is_some_hours_and_usual_some_weeks_and_what_is_ahead_is_neither() {
        let now = 20_000 * DAY + HOUR;
        let mut kind_volume = KindVolume::default();
        let log = [0, 1, 17, 30, 27 * 24, 40 * 24, -24, -300 * 24];
        log.iter().for_each(|hours| kind_volume.shift(2, now - hours * HOUR, 1));
        let came = |kind_volume: &KindVolume| kind_volume.came([1, 2].into_iter(), now);
        assert_eq!(came(&kind_volume), Volume { lately: 2, usual: 5 });
        log.iter().for_each(|hours| kind_volume.shift(2, now - hours * HOUR, -1));
        assert_eq!(kind_volume, KindVolume::default());
    }
}
