//! A cache of each item's strongest pairs, counted when first read, within a memory limit.
//!
//! The cache never changes a result: a row is used only if its active pairs are those of a fresh count.

use std::cmp::Ordering;

use nextpick_kernel::pairs::{Pair, PairAccumulator, keep_largest};

use crate::base::index::ItemIndex;
use crate::base::order;
use crate::memory::{Subject, element_at};

use super::{Likes, pair_weights};

/// Most active pairs of an item: those of the highest similarity. Bounds the cost of scoring.
pub const ACTIVE_PAIRS: usize = 200;

/// Pairs stored per row. More than [`ACTIVE_PAIRS`], because norms change with every like and the next pairs in
/// strength replace those that become weaker.
const KEPT: usize = 256;

/// Length above which a row is cut to [`KEPT`]: leaves room for insertions between cuts.
const MAX_LENGTH: usize = 320;

/// Default memory limit of all rows, in bytes (128 MiB).
const BUDGET: usize = 128 << 20;

/// The sort key of a pair among those of the same item.
#[derive(Debug, Clone, Copy)]
pub struct Strength {
    /// The similarity without the factor common to all pairs of the item.
    pub similarity: f64,
    /// Breaks ties.
    pub rank: u64,
    /// The other item's index.
    pub item: ItemIndex,
}

impl Strength {
    /// Orders the stronger first.
    fn compare(&self, other: &Self) -> Ordering {
        let by_similarity = other.similarity.total_cmp(&self.similarity);
        by_similarity.then_with(|| (self.rank, self.item).cmp(&(other.rank, other.item)))
    }

    fn strongest(strengths: impl Iterator<Item = Self>) -> Option<Self> {
        strengths.min_by(Self::compare)
    }
}

/// The strongest pairs of one item.
#[derive(Debug, Clone)]
struct PairRow {
    /// The active pairs, then those next in strength; both parts ascending by item.
    pairs: Vec<Pair>,
    active: usize,
    /// At least as strong as every pair that was cut; `None` if none was.
    rest: Option<Strength>,
    /// The revision of the likes at which the active pairs were last verified.
    revision: u64,
    /// The period in which the row was last read.
    period: u32,
}

impl PairRow {
    /// Builds a row from all pairs of an item.
    fn of(mut pairs: Vec<Pair>, likes: &Likes) -> Self {
        let rest = keep_largest(&mut pairs, &likes.norms, KEPT);
        let rest = rest.map(|similarity| Strength { similarity, rank: 0, item: ItemIndex(0) });
        let mut row = Self { pairs, active: 0, rest, revision: likes.revision, period: 0 };
        row.arrange(likes, KEPT);
        row
    }

    /// Selects the active pairs and cuts the row to `keep` pairs.
    fn arrange(&mut self, likes: &Likes, keep: usize) {
        let strengths: Vec<Strength> = self.pairs.iter().map(|pair| likes.strength(pair)).collect();
        let mut indices: Vec<u32> = (0..self.pairs.len() as u32).collect();
        let compare = |a: u32, b: u32| strengths[a as usize].compare(&strengths[b as usize]);
        if indices.len() > keep {
            order::select_indices(&mut indices, keep, &compare);
            let left_out = indices.drain(keep..).map(|index| strengths[index as usize]);
            self.rest = Strength::strongest(left_out.chain(self.rest));
        }
        self.active = indices.len().min(ACTIVE_PAIRS);
        order::select_indices(&mut indices, self.active, &compare);
        let by_item = |a: u32, b: u32| self.pairs[a as usize].item.cmp(&self.pairs[b as usize].item);
        let (active, others) = indices.split_at_mut(self.active);
        order::sort_indices(active, &by_item);
        order::sort_indices(others, &by_item);
        self.pairs = indices.iter().map(|&index| self.pairs[index as usize]).collect();
    }

    /// Updates the active pairs to the current norms. Returns false if a cut pair may be one of them.
    fn refresh(&mut self, likes: &Likes) -> bool {
        if self.revision != likes.revision && self.pairs.len() > self.active {
            let next = Strength::strongest(self.pairs[self.active..].iter().map(|pair| likes.strength(pair)));
            if is_weaker(self.weakest_active(likes), next) {
                self.arrange(likes, MAX_LENGTH);
            }
            if is_weaker(self.weakest_active(likes), self.rest) {
                return false;
            }
        }
        self.revision = likes.revision;
        true
    }

    fn weakest_active(&self, likes: &Likes) -> Option<Strength> {
        self.pairs[..self.active].iter().map(|pair| likes.strength(pair)).max_by(Strength::compare)
    }

    /// Inserts or replaces a pair, unless it is no stronger than the cut ones.
    fn put(&mut self, pair: Pair, likes: &Likes) {
        let (active, others) = self.pairs.split_at(self.active);
        let find = |pairs: &[Pair]| pairs.binary_search_by_key(&pair.item, |pair| pair.item);
        match (find(active), find(others)) {
            (Ok(index), _) => self.pairs[index] = pair,
            (_, Ok(index)) => self.pairs[self.active + index] = pair,
            (Err(index), _) if self.pairs.len() < ACTIVE_PAIRS && self.rest.is_none() => {
                self.pairs.insert(index, pair);
                self.active += 1;
            }
            (_, Err(index)) => {
                if !is_weaker(Some(likes.strength(&pair)), self.rest) {
                    self.pairs.insert(self.active + index, pair);
                }
            }
        }
        if self.pairs.len() > MAX_LENGTH {
            self.arrange(likes, KEPT);
        }
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.pairs.capacity() * size_of::<Pair>()
    }
}

/// True if both are given and `one` is weaker than `other`.
fn is_weaker(one: Option<Strength>, other: Option<Strength>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.compare(&other).is_gt())
}

/// The cached rows, by item.
#[derive(Debug, Clone)]
pub struct PairRows {
    rows: Vec<Option<Box<PairRow>>>,
    /// Number of cached rows.
    count: usize,
    budget: usize,
    /// A period ends once rows of half the limit were read; rows not read in it are then dropped.
    period: u32,
    /// Bytes of the rows read in this period.
    bytes_read: usize,
    gathered: PairAccumulator,
}

impl Default for PairRows {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            count: 0,
            budget: BUDGET,
            period: 0,
            bytes_read: 0,
            gathered: PairAccumulator::default(),
        }
    }
}

impl PairRows {
    /// The active pairs of an item, ascending by the other item.
    pub fn active(&mut self, item: ItemIndex, likes: &Likes) -> &[Pair] {
        if self.bytes_read > self.budget / 2 {
            self.drop_unread();
        }
        let slot = element_at(&mut self.rows, item);
        if !slot.as_mut().is_some_and(|row| row.refresh(likes)) {
            self.count += usize::from(slot.is_none());
            likes.gather(item, &mut self.gathered);
            *slot = Some(Box::new(PairRow {
                period: self.period.wrapping_sub(1),
                ..PairRow::of(self.gathered.take(), likes)
            }));
        }
        let row = slot.as_mut().expect("made above");
        if row.period != self.period {
            row.period = self.period;
            self.bytes_read += row.bytes();
        }
        &row.pairs[..row.active]
    }

    /// Updates the rows after a subject's paired item was added to `likes`.
    pub fn update(&mut self, subject: Subject, item: ItemIndex, likes: &Likes) {
        if let Some(row) = self.rows.get_mut(item.as_usize()) {
            self.count -= usize::from(row.take().is_some());
        }
        if self.count == 0 {
            return;
        }
        let paired = likes.paired.get(subject);
        let is_kept = |item: &ItemIndex| self.rows.get(item.as_usize()).is_some_and(Option::is_some);
        if !paired.iter().any(is_kept) {
            return;
        }
        likes.gather(item, &mut self.gathered);
        let (before, after) = (pair_weights(paired.len() - 1), pair_weights(paired.len()));
        for &other in paired {
            let Some(Some(row)) = self.rows.get_mut(other.as_usize()) else { continue };
            if before != after {
                let is_paired = |pair: &&mut Pair| pair.item != item && paired.binary_search(&pair.item).is_ok();
                for pair in row.pairs.iter_mut().filter(is_paired) {
                    (0..2)
                        .for_each(|n| pair.weighted_counts[n] = pair.weighted_counts[n] - before[n + 1] + after[n + 1]);
                }
            }
            row.put(Pair::of(item, self.gathered.of(other)), likes);
        }
        self.gathered.take();
    }

    /// Drops all rows.
    pub fn clear(&mut self) {
        if self.count > 0 {
            (self.rows, self.count, self.bytes_read) = (Vec::new(), 0, 0);
        }
    }

    fn drop_unread(&mut self) {
        for row in self.rows.iter_mut().filter(|row| row.as_ref().is_some_and(|row| row.period != self.period)) {
            *row = None;
            self.count -= 1;
        }
        (self.period, self.bytes_read) = (self.period.wrapping_add(1), 0);
    }

    /// The bytes of all rows.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.rows.iter().flatten().map(|row| row.bytes()).sum()
    }

    /// Sets the memory limit, in bytes.
    pub fn keep_within(&mut self, budget: usize) {
        self.budget = budget;
    }
}
