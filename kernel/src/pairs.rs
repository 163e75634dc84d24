//! Co-occurrence sums of one item with others: gathered in any order, read in ascending order of the other item.

use crate::index::ItemIndex;

/// A count and two weighted counts.
pub type Sums = [u32; 3];

/// The co-occurrence sums of a pair, seen from one of its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The other item.
    pub item: ItemIndex,
    /// Number of subjects with likes of both.
    pub count: u32,
    /// Weighted counts: each subject with n likes adds 1/√n to the first, 1/n to the second, in fixed-point units.
    pub weighted_counts: [u32; 2],
}

impl Pair {
    /// Returns a pair of an item and its sums.
    pub fn of(item: ItemIndex, [count, sqrt, linear]: Sums) -> Self {
        Self { item, count, weighted_counts: [sqrt, linear] }
    }
}

/// An accumulator of the pairs of one item. [`Self::take`] resets it for the next item.
#[derive(Debug, Clone, Default)]
pub struct PairAccumulator {
    sums: Vec<Sums>,
    /// One bit per item with sums.
    words: Vec<u64>,
    blocks: Vec<u64>,
}

impl PairAccumulator {
    /// Extends the accumulator to `items` items.
    pub fn cover(&mut self, items: usize) {
        if self.sums.len() < items {
            self.sums.resize(items, [0; 3]);
            self.words.resize(items.div_ceil(64), 0);
            self.blocks.resize(items.div_ceil(64 * 64), 0);
        }
    }

    /// Adds `more` to the sums of all `items` except one.
    #[inline(never)]
    pub fn add(&mut self, items: &[ItemIndex], except: ItemIndex, more: Sums) {
        for &item in items.iter().filter(|&&item| item != except) {
            let number = item.as_usize();
            self.words[number / 64] |= 1 << (number % 64);
            self.blocks[number / 64 / 64] |= 1 << (number / 64 % 64);
            let sums = &mut self.sums[number];
            for n in 0..3 {
                sums[n] = sums[n].saturating_add(more[n]);
            }
        }
    }

    /// Returns the sums of an item so far.
    pub fn of(&self, item: ItemIndex) -> Sums {
        self.sums.get(item.as_usize()).copied().unwrap_or_default()
    }

    /// Returns all pairs, ascending by item, and resets the accumulator.
    #[inline(never)]
    pub fn take(&mut self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for block in 0..self.blocks.len() {
            for word in ones(std::mem::take(&mut self.blocks[block])).map(|bit| block * 64 + bit) {
                for item in ones(std::mem::take(&mut self.words[word])).map(|bit| word * 64 + bit) {
                    pairs.push(Pair::of(ItemIndex(item as u32), std::mem::take(&mut self.sums[item])));
                }
            }
        }
        pairs
    }
}

/// Adds each pair's weighted counts, times `scale`, to the sums of its item. Items beyond the sums are skipped.
#[inline(never)]
pub fn add_weighted_pairs(sums: &mut [[f64; 2]], pairs: &[Pair], scale: [f64; 2]) {
    for pair in pairs {
        if let Some(sum) = sums.get_mut(pair.item.as_usize()) {
            sum[0] += f64::from(pair.weighted_counts[0]) * scale[0];
            sum[1] += f64::from(pair.weighted_counts[1]) * scale[1];
        }
    }
}

/// Keeps the pairs with the `keep` largest values of count times norm, and all that tie with the smallest of them.
/// Returns the largest value removed; `None` if none was.
#[inline(never)]
pub fn keep_largest(pairs: &mut Vec<Pair>, norms: &[f64], keep: usize) -> Option<f64> {
    if pairs.len() <= keep {
        return None;
    }
    let value = |pair: &Pair| f64::from(pair.count) * norms[pair.item.as_usize()];
    let mut values: Vec<f64> = pairs.iter().map(value).collect();
    let least = nth_largest(&mut values, keep);
    let mut rest = None;
    pairs.retain(|pair| {
        let value = value(pair);
        if value < least {
            rest = rest.max(Some(value.to_bits())); // Positive numbers are ordered as their bits are.
        }
        value >= least
    });
    rest.map(f64::from_bits)
}

/// Returns the `n`th largest of more than `n` positive values, which it reorders (quickselect, Hoare 1961).
fn nth_largest(values: &mut [f64], n: usize) -> f64 {
    let (mut low, mut high, rank) = (0, values.len() - 1, n - 1);
    while low < high {
        let pivot = values[low + (high - low) / 2];
        let (mut i, mut j) = (low, high);
        loop {
            while values[i] > pivot {
                i += 1;
            }
            while values[j] < pivot {
                j -= 1;
            }
            if i >= j {
                break;
            }
            values.swap(i, j);
            i += 1;
            j -= 1;
        }
        // Values up to j are at most the pivot, later ones at least.
        if rank <= j { high = j } else { low = j + 1 }
    }
    values[rank]
}

/// Iterates over the positions of the set bits of a word, ascending.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        word &= word.wrapping_sub(1);
        (bit < 64).then_some(bit as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gathered_pairs_are_sorted_and_reset() {
        let mut gathered = PairAccumulator::default();
        gathered.cover(10_000);
        gathered.add(&[9_999, 64, 1].map(ItemIndex), ItemIndex(7), [2, 5, 1]);
        gathered.add(&[9_999, 7, 64, 4_096].map(ItemIndex), ItemIndex(7), [1, 10, 2]);
        assert_eq!([64, 7, 20_000].map(|item| gathered.of(ItemIndex(item))), [[3, 15, 3], [0; 3], [0; 3]]);
        let expected = [(1, [2, 5, 1]), (64, [3, 15, 3]), (4_096, [1, 10, 2]), (9_999, [3, 15, 3])];
        assert_eq!(gathered.take(), expected.map(|(item, sums)| Pair::of(ItemIndex(item), sums)));
        assert!(gathered.take().is_empty() && gathered.sums.iter().all(|sums| *sums == [0; 3]));
    }

    #[test]
    fn the_largest_pairs_are_the_first_of_the_sorted_list() {
        let norms: Vec<f64> = (0..300u32).map(|n| 1.0 / f64::from(1 + n * 7919 % 41)).collect();
        for keep in 1..300 {
            let all: Vec<Pair> = (0..300).map(|item| Pair::of(ItemIndex(item), [1 + item * item % 5, 0, 0])).collect();
            let value = |pair: &Pair| f64::from(pair.count) * norms[pair.item.as_usize()];
            let mut sorted: Vec<f64> = all.iter().map(value).collect();
            sorted.sort_by(|a, b| b.total_cmp(a));
            let mut kept = all.clone();
            let rest = keep_largest(&mut kept, &norms, keep);
            assert!(kept.len() >= keep && kept.iter().all(|pair| value(pair) >= sorted[keep - 1]));
            assert_eq!(rest, sorted.get(kept.len()).copied());
            assert!(rest.is_none_or(|rest| rest < sorted[keep - 1]));
        }
        assert_eq!(keep_largest(&mut Vec::new(), &norms, 0), None);
    }

    #[test]
    fn weighted_counts_are_scaled_and_added_to_existing_sums() {
        let mut sums = [[1.0, 0.0]; 2];
        add_weighted_pairs(
            &mut sums,
            &[Pair::of(ItemIndex(1), [9, 4, 2]), Pair::of(ItemIndex(2), [9, 9, 9])],
            [0.5, 2.0],
        );
        assert_eq!(sums, [[1.0, 0.0], [3.0, 4.0]]);
    }
}
