//! Logarithms of co-occurrence of one lane, for the items that have any: few of a large library.

use super::functions::ln_1p_all;
use super::{LANES, Lanes};
use crate::Pair;
use crate::index::ItemIndex;

/// The logarithms of some items' pairs.
#[derive(Debug, Default)]
pub struct PairLogs {
    /// Positions of the items among those gathered, ascending.
    positions: Vec<u32>,
    /// The two logarithms of each item.
    logs: [Vec<f32>; 2],
}

impl PairLogs {
    /// Computes ln(1 + `factors[0]`·first) and ln(1 + `factors[1]`·norm·second) of the given items' pairs, where these are
    /// not 0; the norm of items without one is 0.
    #[inline(never)]
    pub fn gather(&mut self, pairs: &[Pair], norms: &[f64], factors: Pair, items: &[ItemIndex]) {
        let Self { positions, logs: [first, second] } = self;
        positions.clear();
        first.clear();
        second.clear();
        for (position, &item) in (0..).zip(items) {
            let pair = pairs[item.as_usize()];
            if pair != [0.0; 2] {
                let norm = norms.get(item.as_usize()).copied().unwrap_or(0.0);
                positions.push(position);
                first.push(pair[0] as f32 * factors[0] as f32);
                second.push(pair[1] as f32 * (factors[1] * norm) as f32);
            }
        }
        ln_1p_all(first);
        ln_1p_all(second);
    }

    /// Returns the larger of `most` and the logarithms, of each of the two.
    #[inline(never)]
    pub fn largest(&self, most: [f32; 2]) -> [f32; 2] {
        let larger = |most: f32, log: &f32| if *log > most { *log } else { most };
        [0, 1].map(|n| self.logs[n].iter().fold(most[n], larger))
    }

    /// Adds the weighted logarithms to one lane of the items' sums.
    #[inline(never)]
    pub fn add_to(&self, weights: [f32; 2], lane: usize, sums: &mut [Lanes]) {
        let lane = lane % LANES;
        for ((&position, first), second) in self.positions.iter().zip(&self.logs[0]).zip(&self.logs[1]) {
            let sum = &mut sums[position as usize][lane];
            *sum += weights[0] * first;
            *sum += weights[1] * second;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_items_with_pairs_have_logarithms() {
        let pairs = [[0.0, 0.0], [2.0, 4.0], [0.0, 0.0], [1.0, 1.0]];
        let mut logs = PairLogs::default();
        logs.gather(&pairs, &[1.0, 0.5], [3.0, 10.0], &[3, 0, 1].map(ItemIndex));
        let [seven, twenty_one, four] = [7.0f32, 21.0, 4.0].map(f32::ln);
        let near = |a: f32, b: f32| (a - b).abs() < 1e-5;
        let most = logs.largest([0.0; 2]);
        assert!(near(most[0], seven) && near(most[1], twenty_one));
        assert_eq!(logs.largest([9.0; 2]), [9.0; 2]);
        let mut sums = [[1.0; LANES]; 3];
        logs.add_to([2.0, 10.0], 5, &mut sums);
        assert_eq!((sums[1], sums[2][4]), ([1.0; LANES], 1.0));
        assert!(near(sums[0][5], 1.0 + 2.0 * four) && near(sums[2][5], 1.0 + 2.0 * seven + 10.0 * twenty_one));
        logs.gather(&pairs, &[], [3.0, 10.0], &[ItemIndex(0)]);
        assert_eq!(logs.largest([0.0; 2]), [0.0; 2]);
    }
}
