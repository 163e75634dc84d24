//! The largest numbers of each lane.

use super::{LANES, Lanes};

/// The largest numbers of one lane with their positions.
#[derive(Debug, Clone, Default)]
pub struct Leaders {
    /// Numbers and positions, unordered; after [`Leaders::rank`] the largest first.
    pub found: Vec<(f32, u32)>,
}

impl Leaders {
    /// Keeps the `keep` largest; equal numbers by position.
    fn cut(&mut self, keep: usize) {
        if self.found.len() > keep {
            select(&mut self.found, keep);
            self.found.truncate(keep);
        }
    }

    /// Sorts the `keep` largest, largest first, and drops the rest.
    pub fn rank(&mut self, keep: usize) {
        self.cut(keep);
        self.found.sort_unstable_by(larger_first);
    }
}

/// Moves the `keep` largest to the front, in any order (quickselect, Hoare 1961). `std`'s selection, which stays linear
/// for any order, takes 1 KB of the module; these lists hold a few hundred numbers.
fn select(mut found: &mut [(f32, u32)], mut keep: usize) {
    while 0 < keep && keep < found.len() {
        let last = found.len() - 1;
        found.swap(last / 2, last);
        let pivot = found[last];
        let mut larger = 0;
        for index in 0..last {
            if larger_first(&found[index], &pivot).is_lt() {
                found.swap(larger, index);
                larger += 1;
            }
        }
        found.swap(larger, last);
        if keep <= larger {
            found = &mut found[..larger];
        } else {
            found = &mut found[larger + 1..];
            keep -= larger + 1;
        }
    }
}

fn larger_first(a: &(f32, u32), b: &(f32, u32)) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}

/// Offers the numbers at positions from `first` to the leaders of each lane: those above its threshold enter. A
/// threshold rises once four times `keep` numbers have entered.
#[inline(never)]
pub fn offer(values: &[Lanes], first: usize, keep: usize, thresholds: &mut Lanes, leaders: &mut [Leaders; LANES]) {
    for (position, values) in (first..).zip(values) {
        let mut any = false;
        for lane in 0..LANES {
            any |= values[lane] > thresholds[lane];
        }
        if any {
            enter(values, position as u32, keep, thresholds, leaders);
        }
    }
}

#[cold]
#[inline(never)]
fn enter(values: &Lanes, position: u32, keep: usize, thresholds: &mut Lanes, leaders: &mut [Leaders; LANES]) {
    for (lane, leaders) in leaders.iter_mut().enumerate() {
        if values[lane] > thresholds[lane] {
            leaders.found.push((values[lane], position));
            if leaders.found.len() == 4 * keep {
                leaders.cut(keep);
                let least = leaders.found.iter().map(|(value, _)| *value);
                thresholds[lane] = least.fold(f32::INFINITY, f32::min);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::all;
    use super::*;

    #[test]
    fn the_leaders_are_the_largest_of_each_lane() {
        let values = all(3000);
        let (mut thresholds, mut leaders) = ([f32::NEG_INFINITY; LANES], <[Leaders; LANES]>::default());
        thresholds[6] = f32::INFINITY;
        for (start, chunk) in (0..).step_by(512).zip(values.chunks(512)) {
            offer(chunk, start, 9, &mut thresholds, &mut leaders);
        }
        for (lane, leaders) in leaders.iter_mut().enumerate() {
            leaders.rank(9);
            let mut sorted: Vec<(f32, u32)> = values.iter().map(|value| value[lane]).zip(0..).collect();
            sorted.sort_by(larger_first);
            let expected = if lane == 6 { &[] } else { &sorted[..9] };
            assert_eq!(
                leaders.found.iter().map(|(value, _)| *value).collect::<Vec<_>>(),
                expected.iter().map(|(value, _)| *value).collect::<Vec<_>>()
            );
        }
    }
}
