//! The strongest pairs of items, counted when they are first asked for and kept within a number of bytes.
//!
//! Neither what is kept nor when it was counted changes an answer: a row is used only where its speaking pairs are
//! known to be those that counting anew would find.

use std::cmp::Ordering;

use nextpick_kernel::pairs::{Gathered, Pair, keep_largest};

use crate::base::order;
use crate::memory::{Subject, at};

use super::{Likings, spoken};

/// An item speaks for at most this many others: those of the highest similarity.
pub const SPEAKING: usize = 200;

/// So many pairs are kept of each item: norms change with every liking, and the next in strength take the places of
/// those that become weaker.
const KEPT: usize = 256;

/// A row that has grown beyond this is cut to [`KEPT`] again.
const ROOM: usize = 320;

/// The bytes of all rows together.
const BUDGET: usize = 128 << 20;

/// How strong a pair is among all of the same item.
#[derive(Debug, Clone, Copy)]
pub struct Strength {
    /// The similarity but for the factor that all pairs of the item have.
    pub similarity: f64,
    /// Decides between equals.
    pub rank: u64,
    /// The other item.
    pub item: u32,
}

impl Strength {
    /// The stronger first.
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
    /// First those that speak, then those next in strength; both parts ascending by item.
    pairs: Vec<Pair>,
    speaking: usize,
    /// At least as strong as every pair that was left out; `None` where none was.
    rest: Option<Strength>,
    /// The revision of the likings at which the speaking pairs were known to be right.
    revision: u64,
    /// The period in which it was last asked for.
    period: u32,
}

impl PairRow {
    /// A row of all pairs of an item.
    fn of(mut pairs: Vec<Pair>, likings: &Likings) -> Self {
        let rest = keep_largest(&mut pairs, &likings.norms, KEPT);
        let rest = rest.map(|similarity| Strength { similarity, rank: 0, item: 0 });
        let mut row = Self { pairs, speaking: 0, rest, revision: likings.revision, period: 0 };
        row.arrange(likings, KEPT);
        row
    }

    /// Lets the strongest speak, and keeps at most so many.
    fn arrange(&mut self, likings: &Likings, keep: usize) {
        let strengths: Vec<Strength> = self.pairs.iter().map(|pair| likings.strength(pair)).collect();
        let mut places: Vec<u32> = (0..self.pairs.len() as u32).collect();
        let compare = |a: u32, b: u32| strengths[a as usize].compare(&strengths[b as usize]);
        if places.len() > keep {
            order::select_places(&mut places, keep, &compare);
            let left_out = places.drain(keep..).map(|place| strengths[place as usize]);
            self.rest = Strength::strongest(left_out.chain(self.rest));
        }
        self.speaking = places.len().min(SPEAKING);
        order::select_places(&mut places, self.speaking, &compare);
        let by_item = |a: u32, b: u32| self.pairs[a as usize].item.cmp(&self.pairs[b as usize].item);
        let (speaking, others) = places.split_at_mut(self.speaking);
        order::sort_places(speaking, &by_item);
        order::sort_places(others, &by_item);
        self.pairs = places.iter().map(|&place| self.pairs[place as usize]).collect();
    }

    /// Lets the strongest speak as norms are now; false if a pair that was left out may be one of them.
    fn settle(&mut self, likings: &Likings) -> bool {
        if self.revision != likings.revision && self.pairs.len() > self.speaking {
            let next = Strength::strongest(self.pairs[self.speaking..].iter().map(|pair| likings.strength(pair)));
            if weaker(self.weakest_speaking(likings), next) {
                self.arrange(likings, ROOM);
            }
            if weaker(self.weakest_speaking(likings), self.rest) {
                return false;
            }
        }
        self.revision = likings.revision;
        true
    }

    fn weakest_speaking(&self, likings: &Likings) -> Option<Strength> {
        self.pairs[..self.speaking].iter().map(|pair| likings.strength(pair)).max_by(Strength::compare)
    }

    /// Takes over the sums of a pair, unless it is no stronger than those that were left out.
    fn put(&mut self, pair: Pair, likings: &Likings) {
        let (speaking, others) = self.pairs.split_at(self.speaking);
        let place = |pairs: &[Pair]| pairs.binary_search_by_key(&pair.item, |pair| pair.item);
        match (place(speaking), place(others)) {
            (Ok(place), _) => self.pairs[place] = pair,
            (_, Ok(place)) => self.pairs[self.speaking + place] = pair,
            (Err(place), _) if self.pairs.len() < SPEAKING && self.rest.is_none() => {
                self.pairs.insert(place, pair);
                self.speaking += 1;
            }
            (_, Err(place)) => {
                if !weaker(Some(likings.strength(&pair)), self.rest) {
                    self.pairs.insert(self.speaking + place, pair);
                }
            }
        }
        if self.pairs.len() > ROOM {
            self.arrange(likings, KEPT);
        }
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.pairs.capacity() * size_of::<Pair>()
    }
}

/// Whether `one` comes after `other` in strength, where both are there.
fn weaker(one: Option<Strength>, other: Option<Strength>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.compare(&other).is_gt())
}

/// Rows by item, as far as they were asked for.
#[derive(Debug, Clone)]
pub struct PairRows {
    rows: Vec<Option<Box<PairRow>>>,
    /// How many rows there are.
    count: usize,
    budget: usize,
    /// Within a period at most half of the budget is asked for; rows that were not asked for in it are given up.
    period: u32,
    /// The bytes asked for in this period.
    asked: usize,
    gathered: Gathered,
}

impl Default for PairRows {
    fn default() -> Self {
        Self { rows: Vec::new(), count: 0, budget: BUDGET, period: 0, asked: 0, gathered: Gathered::default() }
    }
}

impl PairRows {
    /// The pairs of an item that speak, ascending by the other item.
    pub fn speaking(&mut self, item: u32, likings: &Likings) -> &[Pair] {
        if self.asked > self.budget / 2 {
            self.give_up_unasked();
        }
        let kept = at(&mut self.rows, item);
        if !kept.as_mut().is_some_and(|row| row.settle(likings)) {
            self.count += usize::from(kept.is_none());
            likings.gather(item, &mut self.gathered);
            *kept = Some(Box::new(PairRow {
                period: self.period.wrapping_sub(1),
                ..PairRow::of(self.gathered.take(), likings)
            }));
        }
        let row = kept.as_mut().expect("made above");
        if row.period != self.period {
            row.period = self.period;
            self.asked += row.bytes();
        }
        &row.pairs[..row.speaking]
    }

    /// Takes note that a subject pairs one item more, which `likings` know already.
    pub fn update(&mut self, subject: Subject, item: u32, likings: &Likings) {
        if let Some(row) = self.rows.get_mut(item as usize) {
            self.count -= usize::from(row.take().is_some());
        }
        if self.count == 0 {
            return;
        }
        let paired = likings.paired.get(subject);
        let is_kept = |item: &u32| self.rows.get(*item as usize).is_some_and(Option::is_some);
        if !paired.iter().any(is_kept) {
            return;
        }
        likings.gather(item, &mut self.gathered);
        let (before, after) = (spoken(paired.len() - 1), spoken(paired.len()));
        for &other in paired {
            let Some(Some(row)) = self.rows.get_mut(other as usize) else { continue };
            if before != after {
                let is_paired = |pair: &&mut Pair| pair.item != item && paired.binary_search(&pair.item).is_ok();
                for pair in row.pairs.iter_mut().filter(is_paired) {
                    (0..2).for_each(|n| pair.voices[n] = pair.voices[n] - before[n + 1] + after[n + 1]);
                }
            }
            row.put(Pair::of(item, self.gathered.of(other)), likings);
        }
        self.gathered.take();
    }

    /// Gives up all rows.
    pub fn clear(&mut self) {
        if self.count > 0 {
            (self.rows, self.count, self.asked) = (Vec::new(), 0, 0);
        }
    }

    fn give_up_unasked(&mut self) {
        for row in self.rows.iter_mut().filter(|row| row.as_ref().is_some_and(|row| row.period != self.period)) {
            *row = None;
            self.count -= 1;
        }
        (self.period, self.asked) = (self.period.wrapping_add(1), 0);
    }

    /// The bytes of all rows.
    #[cfg(test)]
    pub fn bytes(&self) -> usize {
        self.rows.iter().flatten().map(|row| row.bytes()).sum()
    }

    /// Keeps within another number of bytes.
    pub fn keep_within(&mut self, budget: usize) {
        self.budget = budget;
    }
}
