//! Which items are liked by the same subjects.
//!
//! Two measures come of them. Similarity is the shrunk cosine n_ij / √((n_i + s)(n_j + s)) of the sets of those who
//! liked i and j (Sarwar et al. 2001; shrinkage after Bell and Koren 2007). Voices are the same count with every subject
//! speaking the softer the more they liked: who likes everything says nothing of what belongs together.
//!
//! Kept are only the items that each subject pairs with one another, and for each item those subjects: 12 bytes a liking.
//! The pairs of an item are counted when they are asked for (`rows`): there are up to 500² of them for a subject, too
//! many to keep. An item speaks for the [`SPEAKING`] others of the highest similarity, ties decided by [`CoOccurrence::rank`].

#[cfg(test)]
mod oracle;
mod rows;

use std::cell::RefCell;

use nextpick_kernel::pairs::{self, Gathered, Pair, Sums};

use crate::base::digest::Digest;
use crate::base::id::Interner;

use super::{BySubject, Subject, at};
use rows::{PairRows, Strength};

pub use rows::SPEAKING;

/// The shrinkage s: an item counts as if so many more had liked it without liking anything else.
pub const SHRINK: f64 = 5.0;

/// Of one subject at most this many items are paired with one another: those of lowest rank, so that order of arrival
/// does not matter.
pub const PAIRED_ITEMS: usize = 500;

/// The voice of one who liked up to three items, as a whole number: so sums are exact, whatever their order.
const UNIT_WEIGHT: u32 = 1024;

/// After this many likings at once, counting pairs anew when they are asked for is less work than updating them.
const MANY: usize = 64;

/// Which items are liked together, and how often.
#[derive(Debug, Clone, Default)]
pub struct CoOccurrence {
    likings: Likings,
    /// Computed from the likings, also while one only reads.
    rows: RefCell<PairRows>,
}

/// What pairs are counted from.
#[derive(Debug, Clone, Default)]
struct Likings {
    /// The items that each subject pairs with one another, ascending.
    paired: BySubject<Vec<u32>>,
    /// By item, the subjects that pair it, in any order.
    liked_by: Vec<Vec<Subject>>,
    /// By item, 1 / √(n + s), n being their number.
    norms: Vec<f64>,
    /// What decides between equals: fingerprints of the items' ids, which do not depend on the order of arrival.
    ranks: Vec<u64>,
    /// Grows with every change.
    revision: u64,
}

fn norm(liked_by: usize) -> f64 {
    1.0 / (liked_by as f64 + SHRINK).sqrt()
}

/// What a subject that pairs `n` items adds to each of these pairs: 1 to the count, and 1/√n and 1/n to the voices,
/// rounded to powers of two.
fn spoken(n: usize) -> Sums {
    let halvings = n.max(1).ilog2();
    [1, UNIT_WEIGHT >> (halvings / 2), UNIT_WEIGHT >> halvings]
}

/// What a liking changes.
enum Change {
    /// Nothing: the subject pairs enough items of lower rank.
    Nothing,
    /// The subject pairs one item more.
    More,
    /// The subject pairs the item in place of another.
    Instead,
}

impl Likings {
    /// Adds a liking of an item that its subject did not like before.
    fn add(&mut self, subject: Subject, item: u32) -> Change {
        let paired = self.paired.of(subject);
        let Err(place) = paired.binary_search(&item) else { return Change::Nothing };
        paired.insert(place, item);
        let mut change = Change::More;
        if paired.len() > PAIRED_ITEMS {
            let rank = |place: &usize| (self.ranks[paired[*place] as usize], paired[*place]);
            let highest = (0..paired.len()).max_by_key(rank).unwrap_or(place);
            let gone = paired.remove(highest);
            if gone == item {
                return Change::Nothing;
            }
            self.remove_from(gone, subject);
            change = Change::Instead;
        }
        self.revision += 1;
        at(&mut self.liked_by, item).push(subject);
        self.count(item);
        change
    }

    /// Removes all likings of a subject.
    fn remove(&mut self, subject: Subject) {
        self.revision += 1;
        std::mem::take(self.paired.of(subject)).into_iter().for_each(|item| self.remove_from(item, subject));
    }

    fn remove_from(&mut self, item: u32, subject: Subject) {
        let liked_by = at(&mut self.liked_by, item);
        if let Some(place) = liked_by.iter().position(|by| *by == subject) {
            liked_by.swap_remove(place);
        }
        self.count(item);
    }

    fn count(&mut self, item: u32) {
        self.norms.resize(self.norms.len().max(self.liked_by.len()), norm(0));
        self.norms[item as usize] = norm(self.liked_by[item as usize].len());
    }

    fn norm(&self, item: u32) -> f64 {
        self.norms.get(item as usize).copied().unwrap_or_else(|| norm(0))
    }

    fn rank(&self, item: u32) -> u64 {
        self.ranks.get(item as usize).copied().unwrap_or(u64::MAX)
    }

    /// How strong a pair is among all of the same item: by similarity, and ties by rank.
    fn strength(&self, pair: &Pair) -> Strength {
        Strength {
            similarity: f64::from(pair.count) * self.norm(pair.item),
            rank: self.rank(pair.item),
            item: pair.item,
        }
    }

    /// Counts all pairs of an item.
    fn gather(&self, item: u32, gathered: &mut Gathered) {
        gathered.cover(self.liked_by.len());
        for &subject in self.liked_by.get(item as usize).map_or(&[][..], Vec::as_slice) {
            let paired = self.paired.get(subject);
            gathered.add(paired, item, spoken(paired.len()));
        }
    }
}

/// One item near another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// Which.
    pub item: u32,
    /// Shrunk cosine, 0–1.
    pub similarity: f64,
    /// How many subjects liked both.
    pub together: u32,
}

impl CoOccurrence {
    /// Takes note of likings, each of an item that its subject did not like before.
    pub fn join(&mut self, likings: impl Iterator<Item = (Subject, u32)>, ids: &Interner) {
        let Self { likings: known, rows } = self;
        let rows = rows.get_mut();
        let unranked = known.ranks.len() as u32..ids.len() as u32;
        known.ranks.extend(unranked.map(|item| Digest::new("among equals").text(ids.name(item)).finish() as u64));
        for (n, (subject, item)) in likings.enumerate() {
            let change = known.add(subject, item);
            match change {
                Change::More if n < MANY => rows.update(subject, item, known),
                Change::Nothing => (),
                // Where an item is liked by fewer than before, pairs that were left out may be strong enough again.
                _ => rows.clear(),
            }
        }
    }

    /// Takes note that a subject's liking is no longer to be known of.
    pub fn leave(&mut self, subject: Subject) {
        self.likings.remove(subject);
        self.rows.get_mut().clear();
    }

    /// Keeps at most so many bytes of what was counted.
    pub fn keep_within(&mut self, bytes: usize) {
        self.rows.get_mut().keep_within(bytes);
    }

    /// Gives up what was counted.
    pub fn drop_rows(&mut self) {
        self.rows.get_mut().clear();
    }

    /// What decides among items that are otherwise equal: the same in every order of arrival.
    pub fn rank(&self, item: u32) -> u64 {
        self.likings.rank(item)
    }

    /// 1 / √(n + s) of an item.
    pub fn norm(&self, item: u32) -> f64 {
        self.likings.norm(item)
    }

    /// The items liked together with `item` that it speaks for, ascending, with their similarity.
    pub fn of(&self, item: u32) -> impl Iterator<Item = Neighbour> {
        let norm = self.norm(item);
        let near = |pair: &Pair| {
            let similarity = f64::from(pair.count) * norm * self.norm(pair.item);
            Neighbour { item: pair.item, similarity, together: pair.count }
        };
        let mut rows = self.rows.borrow_mut();
        rows.speaking(item, &self.likings).iter().map(near).collect::<Vec<_>>().into_iter()
    }

    /// Adds to each item the voices that speak for it because `item` was liked: the louder over √(n + s) of that item,
    /// the softer over n + s.
    pub fn speak(&self, item: u32, sums: &mut [[f64; 2]]) {
        pairs::add_voices(sums, self.rows.borrow_mut().speaking(item, &self.likings), self.scale(item));
    }

    /// The voices that speak for `other` because `item` was liked.
    pub fn voices(&self, item: u32, other: u32) -> [f64; 2] {
        let mut rows = self.rows.borrow_mut();
        let speaking = rows.speaking(item, &self.likings);
        let scale = self.scale(item);
        match speaking.binary_search_by_key(&other, |pair| pair.item) {
            Ok(place) => std::array::from_fn(|n| f64::from(speaking[place].voices[n]) * scale[n]),
            Err(_) => [0.0; 2],
        }
    }

    fn scale(&self, item: u32) -> [f64; 2] {
        let norm = self.norm(item);
        [norm, norm * norm].map(|norm| norm / f64::from(UNIT_WEIGHT))
    }

    /// All pairs with their counts and voices, whether they speak or not.
    #[cfg(test)]
    fn counts(&self) -> Vec<(u32, u32, u32, [u32; 2])> {
        let mut gathered = Gathered::default();
        let mut pairs = |item| {
            self.likings.gather(item, &mut gathered);
            gathered.take().into_iter().map(move |pair| (item, pair.item, pair.count, pair.voices))
        };
        (0..self.likings.liked_by.len() as u32).flat_map(|item| pairs(item).collect::<Vec<_>>()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(n: usize) -> Interner {
        let mut ids = Interner::default();
        for i in 0..n {
            ids.intern(&format!("i{i}"));
        }
        ids
    }

    fn like_all(user: u32, order: &[u32], ids: &Interner, neighbours: &mut CoOccurrence) {
        let subject = Subject::User(user);
        order.iter().for_each(|&item| neighbours.join([(subject, item)].into_iter(), ids));
    }

    #[test]
    fn similarity_is_the_shrunk_cosine() {
        let (ids, mut neighbours) = (ids(3), CoOccurrence::default());
        like_all(0, &[0, 1], &ids, &mut neighbours);
        like_all(1, &[0, 1, 2], &ids, &mut neighbours);
        let expected = 2.0 / (2.0 + SHRINK);
        assert!((neighbours.of(0).next().unwrap().similarity - expected).abs() < 1e-12);
        let mut sums = [[0.0; 2]; 3];
        neighbours.speak(0, &mut sums);
        // Both liked few items and speak in full voice.
        let loud = |item: usize| sums[item][0] / neighbours.norm(0);
        assert_eq!([loud(0), loud(1), loud(2)], [0.0, 2.0, 1.0]);
        assert_eq!(neighbours.voices(0, 1), sums[1]);
    }

    #[test]
    fn who_likes_much_speaks_softly_of_each_pair() {
        let (ids, mut neighbours) = (ids(16), CoOccurrence::default());
        like_all(0, &(0..16).collect::<Vec<_>>(), &ids, &mut neighbours);
        let norm = neighbours.norm(0);
        assert_eq!(neighbours.voices(0, 15), [0.25 * norm, norm * norm / 16.0]);
        assert_eq!(neighbours.voices(0, 1), neighbours.voices(0, 15), "whenever the pair was made");
    }

    #[test]
    fn rows_keep_within_their_bytes() {
        let (ids, mut neighbours) = (ids(PAIRED_ITEMS), CoOccurrence::default());
        let all: Vec<u32> = (0..PAIRED_ITEMS as u32).collect();
        (0..3).for_each(|user| like_all(user, &all, &ids, &mut neighbours));
        let budget = 200_000;
        neighbours.keep_within(budget);
        for round in 0..3 {
            let pairs: usize = all.iter().map(|&item| neighbours.of(item).count()).sum();
            assert_eq!(pairs, PAIRED_ITEMS * SPEAKING);
            let bytes = neighbours.rows.get_mut().bytes();
            assert!((budget / 4..=budget).contains(&bytes), "round {round}: {bytes}");
        }
    }

    #[test]
    fn who_leaves_leaves_nothing_behind() {
        let n = PAIRED_ITEMS + 20;
        let (ids, mut neighbours) = (ids(n), CoOccurrence::default());
        like_all(0, &[0, 1, 2, 3, 4], &ids, &mut neighbours);
        let before = (neighbours.counts(), neighbours.norm(1));
        for liked in [5, 40, n as u32] {
            like_all(1, &(0..liked).collect::<Vec<_>>(), &ids, &mut neighbours);
            neighbours.leave(Subject::User(1));
            assert_eq!((neighbours.counts(), neighbours.norm(1)), before, "{liked}");
        }
    }

    #[test]
    fn order_does_not_matter_even_past_the_limit_of_paired_items() {
        let n = PAIRED_ITEMS + 20;
        let ids = ids(n);
        let there: Vec<u32> = (0..n as u32).collect();
        let back: Vec<u32> = there.iter().rev().copied().collect();
        let (mut a, mut b) = (CoOccurrence::default(), CoOccurrence::default());
        like_all(0, &there, &ids, &mut a);
        like_all(0, &back, &ids, &mut b);
        assert_eq!(a.counts(), b.counts());
        assert_eq!(a.counts().len(), PAIRED_ITEMS * (PAIRED_ITEMS - 1));
    }

    #[test]
    fn likings_told_together_are_those_told_one_by_one() {
        let n = PAIRED_ITEMS as u32 + 100;
        let ids = ids(n as usize);
        let (mut together, mut one_by_one) = (CoOccurrence::default(), CoOccurrence::default());
        let likings: Vec<(Subject, u32)> =
            (0..n).flat_map(|item| (0..3).map(move |user| (Subject::User(user), item))).collect();
        let likings =
            || likings.iter().copied().filter(|(subject, item)| *subject != Subject::User(0) || item % 50 == 0);
        likings().for_each(|liking| one_by_one.join([liking].into_iter(), &ids));
        together.join(likings().take(40), &ids);
        together.join(likings().skip(40), &ids);
        assert_eq!(together.counts(), one_by_one.counts());
    }
}
