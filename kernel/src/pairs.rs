//! Sums over pairs of items, a row at a time: gathered over all items in any order, and read in ascending order.

/// A count and two voices.
pub type Sums = [u32; 3];

/// What is gathered for one row. Taking it leaves everything zero, for the next one.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    sums: Vec<Sums>,
    /// A bit for each item that has sums, and one for each word of those that is not 0.
    words: Vec<u64>,
    blocks: Vec<u64>,
}

impl Gathered {
    /// Makes room for so many items.
    pub fn cover(&mut self, items: usize) {
        if self.sums.len() < items {
            self.sums.resize(items, [0; 3]);
            self.words.resize(items.div_ceil(64), 0);
            self.blocks.resize(items.div_ceil(64 * 64), 0);
        }
    }

    /// Adds the same to all of some items but one; sums may go below 0 on the way.
    #[inline(never)]
    pub fn add(&mut self, items: &[u32], except: u32, change: [i32; 3]) {
        for &item in items.iter().filter(|&&item| item != except) {
            let sums = self.at(item);
            for n in 0..3 {
                sums[n] = sums[n].wrapping_add_signed(change[n]);
            }
        }
    }

    /// Adds what a row had.
    #[inline(never)]
    pub fn add_row(&mut self, items: &[u32], counts: &[u32], voices: &[[u32; 2]]) {
        for ((&item, &count), voices) in items.iter().zip(counts).zip(voices) {
            let sums = self.at(item);
            for (sum, more) in sums.iter_mut().zip([count, voices[0], voices[1]]) {
                *sum = sum.wrapping_add(more);
            }
        }
    }

    #[inline(always)]
    fn at(&mut self, item: u32) -> &mut Sums {
        let item = item as usize;
        self.words[item / 64] |= 1 << (item % 64);
        self.blocks[item / 64 / 64] |= 1 << (item / 64 % 64);
        &mut self.sums[item]
    }

    /// Writes the items that have a count, ascending, and their sums over what a row had.
    #[inline(never)]
    pub fn take(&mut self, items: &mut Vec<u32>, counts: &mut Vec<u32>, voices: &mut Vec<[u32; 2]>) {
        items.clear();
        counts.clear();
        voices.clear();
        for block in 0..self.blocks.len() {
            for word in ones(std::mem::take(&mut self.blocks[block])).map(|bit| block * 64 + bit) {
                for item in ones(std::mem::take(&mut self.words[word])).map(|bit| word * 64 + bit) {
                    let [count, louder, softer] = std::mem::take(&mut self.sums[item]);
                    if count > 0 {
                        items.push(item as u32);
                        counts.push(count);
                        voices.push([louder, softer]);
                    }
                }
            }
        }
    }
}

/// The places of the ones of a word, ascending.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = word.trailing_zeros();
        word &= word.wrapping_sub(1);
        (place < 64).then_some(place as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gathered_comes_in_order_and_leaves_nothing() {
        let mut gathered = Gathered::default();
        gathered.cover(10_000);
        let mut row = (vec![1, 64, 9_999], vec![1, 2, 3], vec![[5, 1], [5, 1], [5, 1]]);
        gathered.add_row(&row.0, &row.1, &row.2);
        gathered.add(&[9_999, 7, 64, 4_096], 7, [1, 10, 2]);
        gathered.add(&[1], 7, [-1, -5, -1]);
        gathered.take(&mut row.0, &mut row.1, &mut row.2);
        assert_eq!(row, (vec![64, 4_096, 9_999], vec![3, 1, 4], vec![[15, 3], [10, 2], [15, 3]]));
        gathered.take(&mut row.0, &mut row.1, &mut row.2);
        assert!(row.0.is_empty() && gathered.sums.iter().all(|sums| *sums == [0; 3]));
    }
}
