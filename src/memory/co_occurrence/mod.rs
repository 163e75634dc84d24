//! Co-occurrence: pairs of items liked by the same subjects.
//!
//! Two measures. Similarity is the shrunk cosine n_ij / √((n_i + s)(n_j + s)) of the sets of subjects that liked i and
//! j (Sarwar et al. 2001; shrinkage after Bell and Koren 2007). Weighted co-occurrence: a subject with n likes adds
//! 1/√n and 1/n to each pair, as integers rounded to powers of two: sums are exact.
//!
//! Stored are the paired items of each subject, and for each item those subjects: 12 bytes a like. The pairs of an item
//! are counted when they are read (`rows`), because a subject has up to 500² of them. Only the [`ACTIVE_PAIRS`] pairs
//! of the highest similarity of an item are used, ties broken by [`CoOccurrence::rank`].

#[cfg(test)]
mod oracle;
mod rows;

use std::sync::{Mutex, MutexGuard};

use nextpick_kernel::pairs::{self, Pair, PairAccumulator, Sums};

use crate::base::digest::Digest;
use crate::base::id::Interner;
use crate::base::index::ItemIndex;
use crate::base::order;

use super::{BySubject, Subject, element_at};
use rows::{PairRows, Strength};

#[cfg(test)]
use rows::ACTIVE_PAIRS;

/// The shrinkage s: as if s more subjects had liked each item and nothing else. Damps similarities of rare items.
pub const SHRINK: f64 = 5.0;

/// Most items of one subject that are paired with one another: those of lowest rank, independent of the order of
/// arrival. Bounds the cost of a subject to 500² pairs.
pub const PAIRED_ITEMS: usize = 500;

/// The weight 1 as an integer: integer sums are exact in any order. Adding 1/√n in powers of two, subjects with up to
/// three likes have weight 1.
const UNIT_WEIGHT: u32 = 1024;

/// Number of likes in one call after which cached rows are dropped instead of updated, which is cheaper.
const MAX_UPDATES: usize = 64;

/// The lock of the rows is held by no code that panics.
const UNPOISONED: &str = "no panic while rows are held";

/// Co-occurrence counts of items.
#[derive(Debug, Default)]
pub struct CoOccurrence {
    likes: Likes,
    /// A cache computed from the likes, also during reads.
    rows: Mutex<PairRows>,
}

impl Clone for CoOccurrence {
    fn clone(&self) -> Self {
        Self { likes: self.likes.clone(), rows: Mutex::new(self.rows().clone()) }
    }
}

/// The likes from which pairs are counted.
#[derive(Debug, Clone, Default)]
struct Likes {
    /// The paired items of each subject, ascending.
    paired: BySubject<Vec<ItemIndex>>,
    /// By item: the subjects that pair it, unordered.
    liked_by: Vec<Vec<Subject>>,
    /// By item: 1 / √(n + s) for n subjects.
    norms: Vec<f64>,
    /// Tie-breakers: hashes of the items' ids, independent of the order of arrival.
    ranks: Vec<u64>,
    /// Incremented with every change.
    revision: u64,
}

fn norm(liked_by: usize) -> f64 {
    1.0 / (liked_by as f64 + SHRINK).sqrt()
}

/// The amounts that a subject with `n` paired items adds to each pair: 1 to the count, 1/√n and 1/n to the weighted
/// counts, in units of 1/1024, rounded to powers of two.
fn pair_weights(n: usize) -> Sums {
    let halvings = n.max(1).ilog2();
    [1, UNIT_WEIGHT >> (halvings / 2), UNIT_WEIGHT >> halvings]
}

/// The effect of adding a like.
enum Change {
    /// None: the subject has enough paired items of lower rank.
    Unchanged,
    /// The subject has one paired item more.
    Added,
    /// The item replaced another paired item of the subject.
    Replaced,
}

impl Likes {
    /// Adds a like of an item that its subject did not like before.
    fn add(&mut self, subject: Subject, item: ItemIndex) -> Change {
        let paired = self.paired.of(subject);
        let Err(position) = paired.binary_search(&item) else { return Change::Unchanged };
        paired.insert(position, item);
        let mut change = Change::Added;
        if paired.len() > PAIRED_ITEMS {
            let rank = |position: &usize| (self.ranks[paired[*position].as_usize()], paired[*position]);
            let highest = (0..paired.len()).max_by_key(rank).unwrap_or(position);
            let removed = paired.remove(highest);
            if removed == item {
                return Change::Unchanged;
            }
            self.remove_from(removed, subject);
            change = Change::Replaced;
        }
        self.revision += 1;
        element_at(&mut self.liked_by, item).push(subject);
        self.count(item);
        change
    }

    /// Removes all likes of some subjects, which are sorted.
    fn remove(&mut self, subjects: &[Subject]) {
        self.revision += 1;
        let mut items: Vec<ItemIndex> =
            subjects.iter().flat_map(|&subject| std::mem::take(self.paired.of(subject))).collect();
        order::sort(&mut items);
        items.dedup();
        // Once per item: searching a popular item for each of its subjects would be quadratic.
        for item in items {
            element_at(&mut self.liked_by, item).retain(|by| subjects.binary_search(by).is_err());
            self.count(item);
        }
    }

    fn remove_from(&mut self, item: ItemIndex, subject: Subject) {
        element_at(&mut self.liked_by, item).retain(|by| *by != subject);
        self.count(item);
    }

    fn count(&mut self, item: ItemIndex) {
        self.norms.resize(self.norms.len().max(self.liked_by.len()), norm(0));
        self.norms[item.as_usize()] = norm(self.liked_by[item.as_usize()].len());
    }

    fn norm(&self, item: ItemIndex) -> f64 {
        self.norms.get(item.as_usize()).copied().unwrap_or_else(|| norm(0))
    }

    fn rank(&self, item: ItemIndex) -> u64 {
        self.ranks.get(item.as_usize()).copied().unwrap_or(u64::MAX)
    }

    /// The sort key of a pair among those of the same item: similarity, then rank.
    fn strength(&self, pair: &Pair) -> Strength {
        Strength {
            similarity: f64::from(pair.count) * self.norm(pair.item),
            rank: self.rank(pair.item),
            item: pair.item,
        }
    }

    /// Counts all pairs of an item.
    fn gather(&self, item: ItemIndex, gathered: &mut PairAccumulator) {
        gathered.cover(self.liked_by.len());
        for &subject in self.liked_by.get(item.as_usize()).map_or(&[][..], Vec::as_slice) {
            let paired = self.paired.get(subject);
            gathered.add(paired, item, pair_weights(paired.len()));
        }
    }
}

/// A similar item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// The item's index.
    pub item: ItemIndex,
    /// Shrunk cosine, 0–1.
    pub similarity: f64,
    /// Number of subjects that liked both.
    pub together: u32,
}

impl CoOccurrence {
    /// Adds likes, each of an item that its subject did not like before.
    pub fn add_likes(&mut self, likes: impl Iterator<Item = (Subject, ItemIndex)>, ids: &Interner<ItemIndex>) {
        let Self { likes: stored, rows } = self;
        let rows = rows.get_mut().expect(UNPOISONED);
        let unranked = (stored.ranks.len() as u32..ids.len() as u32).map(ItemIndex);
        stored.ranks.extend(unranked.map(|item| Digest::new("among equals").text(ids.name(item)).finish() as u64));
        for (n, (subject, item)) in likes.enumerate() {
            let change = stored.add(subject, item);
            match change {
                Change::Added if n < MAX_UPDATES => rows.update(subject, item, stored),
                Change::Unchanged => (),
                // An item lost a like: pairs below a row's cut may now be strong enough.
                _ => rows.clear(),
            }
        }
    }

    fn rows(&self) -> MutexGuard<'_, PairRows> {
        self.rows.lock().expect(UNPOISONED)
    }

    fn rows_mut(&mut self) -> &mut PairRows {
        self.rows.get_mut().expect(UNPOISONED)
    }

    /// Removes all likes of some subjects, which are sorted.
    pub fn remove_subjects(&mut self, subjects: &[Subject]) {
        self.likes.remove(subjects);
        self.rows_mut().clear();
    }

    /// Sets the memory limit of the cached rows, in bytes.
    pub fn keep_within(&self, bytes: usize) {
        self.rows().keep_within(bytes);
    }

    /// True if the tie-breakers of all items are known.
    pub fn knows(&self, ids: &Interner<ItemIndex>) -> bool {
        self.likes.ranks.len() >= ids.len()
    }

    /// Drops all cached rows.
    pub fn drop_rows(&self) {
        self.rows().clear();
    }

    /// The tie-breaker of an item, independent of the order of arrival.
    pub fn rank(&self, item: ItemIndex) -> u64 {
        self.likes.rank(item)
    }

    /// 1 / √(n + s) of an item.
    pub fn norm(&self, item: ItemIndex) -> f64 {
        self.likes.norm(item)
    }

    /// 1 / √(n + s) by item index; items without a like may be missing.
    pub fn norms(&self) -> &[f64] {
        &self.likes.norms
    }

    /// The items of the active pairs of `item`, ascending, with their similarity.
    pub fn of(&self, item: ItemIndex) -> impl Iterator<Item = Neighbour> {
        let norm = self.norm(item);
        let to_neighbour = |pair: &Pair| {
            let similarity = f64::from(pair.count) * norm * self.norm(pair.item);
            Neighbour { item: pair.item, similarity, together: pair.count }
        };
        let mut rows = self.rows();
        rows.active(item, &self.likes).iter().map(to_neighbour).collect::<Vec<_>>().into_iter()
    }

    /// Adds to `sums`, by item index, the weighted counts of the active pairs of `item`: the first (1/√n) divided by
    /// √(n + s) of that item, the second (1/n) by n + s. Shape of `sums`: items × 2.
    pub fn add_weighted_counts(&self, item: ItemIndex, sums: &mut [[f64; 2]]) {
        pairs::add_weighted_pairs(sums, self.rows().active(item, &self.likes), self.scale(item));
    }

    /// The weighted counts of one pair, scaled as in [`Self::add_weighted_counts`]; 0 if the pair is not active.
    pub fn weighted_counts(&self, item: ItemIndex, other: ItemIndex) -> [f64; 2] {
        let mut rows = self.rows();
        let active = rows.active(item, &self.likes);
        let scale = self.scale(item);
        match active.binary_search_by_key(&other, |pair| pair.item) {
            Ok(position) => std::array::from_fn(|n| f64::from(active[position].weighted_counts[n]) * scale[n]),
            Err(_) => [0.0; 2],
        }
    }

    fn scale(&self, item: ItemIndex) -> [f64; 2] {
        let norm = self.norm(item);
        [norm, norm * norm].map(|norm| norm / f64::from(UNIT_WEIGHT))
    }

    /// All pairs with their counts and weighted counts, active or not.
    #[cfg(test)]
    fn counts(&self) -> Vec<(ItemIndex, ItemIndex, u32, [u32; 2])> {
        let mut gathered = PairAccumulator::default();
        let mut pairs = |item| {
            self.likes.gather(item, &mut gathered);
            gathered.take().into_iter().map(move |pair| (item, pair.item, pair.count, pair.weighted_counts))
        };
        ItemIndex::first(self.likes.liked_by.len()).flat_map(|item| pairs(item).collect::<Vec<_>>()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::index::UserIndex;

    fn ids(n: usize) -> Interner<ItemIndex> {
        let mut ids = Interner::default();
        for i in 0..n {
            ids.intern(&format!("i{i}"));
        }
        ids
    }

    fn like_all(user: UserIndex, order: &[u32], ids: &Interner<ItemIndex>, neighbours: &mut CoOccurrence) {
        let subject = Subject::User(user);
        order.iter().for_each(|&item| neighbours.add_likes([(subject, ItemIndex(item))].into_iter(), ids));
    }

    #[test]
    fn similarity_is_the_shrunk_cosine() {
        let (ids, mut neighbours) = (ids(3), CoOccurrence::default());
        like_all(UserIndex(0), &[0, 1], &ids, &mut neighbours);
        like_all(UserIndex(1), &[0, 1, 2], &ids, &mut neighbours);
        let expected = 2.0 / (2.0 + SHRINK);
        assert!((neighbours.of(ItemIndex(0)).next().unwrap().similarity - expected).abs() < 1e-12);
        let mut sums = [[0.0; 2]; 3];
        neighbours.add_weighted_counts(ItemIndex(0), &mut sums);
        // Both subjects have at most three likes, so each has the weight 1.
        let unscaled = |item: usize| sums[item][0] / neighbours.norm(ItemIndex(0));
        assert_eq!([unscaled(0), unscaled(1), unscaled(2)], [0.0, 2.0, 1.0]);
        assert_eq!(neighbours.weighted_counts(ItemIndex(0), ItemIndex(1)), sums[1]);
    }

    #[test]
    fn subjects_with_many_likes_add_less_to_each_pair() {
        let (ids, mut neighbours) = (ids(16), CoOccurrence::default());
        like_all(UserIndex(0), &(0..16).collect::<Vec<_>>(), &ids, &mut neighbours);
        let norm = neighbours.norm(ItemIndex(0));
        assert_eq!(neighbours.weighted_counts(ItemIndex(0), ItemIndex(15)), [0.25 * norm, norm * norm / 16.0]);
        assert_eq!(
            neighbours.weighted_counts(ItemIndex(0), ItemIndex(1)),
            neighbours.weighted_counts(ItemIndex(0), ItemIndex(15)),
            "whenever the pair was made"
        );
    }

    #[test]
    fn rows_stay_within_their_memory_limit() {
        let (ids, mut neighbours) = (ids(PAIRED_ITEMS), CoOccurrence::default());
        let all: Vec<u32> = (0..PAIRED_ITEMS as u32).collect();
        (0..3).for_each(|user| like_all(UserIndex(user), &all, &ids, &mut neighbours));
        let budget = 200_000;
        neighbours.keep_within(budget);
        for round in 0..3 {
            let pairs: usize = all.iter().map(|&item| neighbours.of(ItemIndex(item)).count()).sum();
            assert_eq!(pairs, PAIRED_ITEMS * ACTIVE_PAIRS);
            let bytes = neighbours.rows_mut().bytes();
            assert!((budget / 4..=budget).contains(&bytes), "round {round}: {bytes}");
        }
    }

    #[test]
    fn a_removed_subject_leaves_no_counts() {
        let n = PAIRED_ITEMS + 20;
        let (ids, mut neighbours) = (ids(n), CoOccurrence::default());
        like_all(UserIndex(0), &[0, 1, 2, 3, 4], &ids, &mut neighbours);
        let before = (neighbours.counts(), neighbours.norm(ItemIndex(1)));
        for liked in [5, 40, n as u32] {
            like_all(UserIndex(1), &(0..liked).collect::<Vec<_>>(), &ids, &mut neighbours);
            neighbours.remove_subjects(&[Subject::User(UserIndex(1))]);
            assert_eq!((neighbours.counts(), neighbours.norm(ItemIndex(1))), before, "{liked}");
        }
    }

    #[test]
    fn order_has_no_effect_beyond_the_limit_of_paired_items() {
        let n = PAIRED_ITEMS + 20;
        let ids = ids(n);
        let forward: Vec<u32> = (0..n as u32).collect();
        let backward: Vec<u32> = forward.iter().rev().copied().collect();
        let (mut a, mut b) = (CoOccurrence::default(), CoOccurrence::default());
        like_all(UserIndex(0), &forward, &ids, &mut a);
        like_all(UserIndex(0), &backward, &ids, &mut b);
        assert_eq!(a.counts(), b.counts());
        assert_eq!(a.counts().len(), PAIRED_ITEMS * (PAIRED_ITEMS - 1));
    }

    #[test]
    fn likes_added_at_once_equal_likes_added_one_by_one() {
        let n = PAIRED_ITEMS as u32 + 100;
        let ids = ids(n as usize);
        let (mut at_once, mut one_by_one) = (CoOccurrence::default(), CoOccurrence::default());
        let likes: Vec<(Subject, ItemIndex)> =
            (0..n).flat_map(|item| (0..3).map(move |user| (Subject::User(UserIndex(user)), ItemIndex(item)))).collect();
        let likes = || {
            likes.iter().copied().filter(|(subject, item)| *subject != Subject::User(UserIndex(0)) || item.0 % 50 == 0)
        };
        likes().for_each(|like| one_by_one.add_likes([like].into_iter(), &ids));
        at_once.add_likes(likes().take(40), &ids);
        at_once.add_likes(likes().skip(40), &ids);
        assert_eq!(at_once.counts(), one_by_one.counts());
    }
}
