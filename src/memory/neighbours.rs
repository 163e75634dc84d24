//! Which items are liked by the same subjects: co-occurrence counts, updated with every first liking.
//!
//! Similarity is the shrunk cosine n_ij / √((n_i + s)(n_j + s)) of the sets of those who liked i and j
//! (Sarwar et al. 2001; shrinkage after Bell and Koren 2007).

use rustc_hash::FxHashMap;

use crate::digest::Digest;
use crate::id::Interner;
use crate::order;

use super::Subject;

/// The shrinkage s: an item counts as if so many more had liked it without liking anything else.
pub const SHRINK: f64 = 5.0;

/// Of each item only so many nearest speak for what is near it: beyond them similarity is chance.
pub const TOP: usize = 100;

/// Of one subject at most this many items are paired with one another: those of lowest rank, so that order of arrival
/// does not matter.
pub const PAIRED_ITEMS: usize = 500;

/// How often each pair of items was liked by the same subject.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    rows: Vec<Row>,
    /// What decides among equals: fingerprints of the items' ids, which do not depend on who was met first.
    ranks: Vec<u64>,
    /// The items of each subject that are paired with one another.
    paired: FxHashMap<Subject, Vec<u32>>,
}

#[derive(Debug, Clone, Default)]
struct Row {
    /// How many subjects liked the item.
    liked_by: u32,
    /// The items liked with it, ascending, and by how many.
    items: Vec<u32>,
    counts: Vec<u32>,
}

impl Row {
    fn add(&mut self, item: u32, amount: i32) {
        match self.items.binary_search(&item) {
            Ok(place) => self.counts[place] = self.counts[place].wrapping_add_signed(amount),
            Err(place) => {
                self.items.insert(place, item);
                self.counts.insert(place, amount as u32);
            }
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

/// Memory that is used again from item to item.
#[derive(Debug, Clone, Default)]
pub struct Work {
    all: Vec<f64>,
    partitioned: Vec<f64>,
}

/// The [`TOP`]-th of the similarities, largest first; 0 where there are no more than that.
fn least_of_the_best(all: &[f64], partitioned: &mut Vec<f64>) -> f64 {
    if all.len() <= TOP {
        return 0.0;
    }
    partitioned.clear();
    partitioned.extend_from_slice(all);
    *partitioned.select_nth_unstable_by(TOP - 1, |a, b| b.total_cmp(a)).1
}

impl Neighbours {
    /// Takes note that a subject likes `item`, which they did not before.
    pub fn join(&mut self, subject: Subject, item: u32, ids: &Interner) {
        let unranked = self.ranks.len() as u32..ids.len() as u32;
        self.ranks.extend(unranked.map(|item| Digest::new("among equals").text(ids.name(item)).finish() as u64));
        let mut paired = self.paired.remove(&subject).unwrap_or_default();
        if paired.len() == PAIRED_ITEMS {
            let of_rank = |place: &usize| self.rank(paired[*place]);
            let last = (0..paired.len()).max_by_key(of_rank).expect("the limit is above 0");
            if self.rank(item) < self.rank(paired[last]) {
                let displaced = paired.swap_remove(last);
                self.pair(displaced, &paired, -1);
            }
        }
        if paired.len() < PAIRED_ITEMS {
            self.pair(item, &paired, 1);
            paired.push(item);
        }
        self.paired.insert(subject, paired);
    }

    fn pair(&mut self, item: u32, others: &[u32], amount: i32) {
        let highest = others.iter().copied().chain([item]).max().unwrap_or(item) as usize;
        if self.rows.len() <= highest {
            self.rows.resize_with(highest + 1, Row::default);
        }
        let liked_by = &mut self.rows[item as usize].liked_by;
        *liked_by = liked_by.wrapping_add_signed(amount);
        for &other in others {
            self.rows[item as usize].add(other, amount);
            self.rows[other as usize].add(item, amount);
        }
    }

    /// What decides among items that are otherwise equal: the same in every order of arrival.
    pub fn rank(&self, item: u32) -> u64 {
        self.ranks.get(item as usize).copied().unwrap_or(u64::MAX)
    }

    /// 1 / √(n + s) of an item.
    fn norm(&self, item: u32) -> f64 {
        let liked_by = self.rows.get(item as usize).map_or(0, |row| row.liked_by);
        1.0 / (f64::from(liked_by) + SHRINK).sqrt()
    }

    /// The items liked together with `item`, ascending, with their similarity.
    pub fn of(&self, item: u32) -> impl Iterator<Item = Neighbour> {
        let norm = self.norm(item);
        self.rows.get(item as usize).into_iter().flat_map(move |row| {
            row.items.iter().zip(&row.counts).filter(|(_, count)| **count > 0).map(move |(&other, &together)| {
                Neighbour { item: other, similarity: f64::from(together) * norm * self.norm(other), together }
            })
        })
    }

    /// The similarity of two items.
    pub fn similarity(&self, a: u32, b: u32) -> f64 {
        let together = self.rows.get(a as usize).and_then(|row| Some(row.counts[row.items.binary_search(&b).ok()?]));
        f64::from(together.unwrap_or(0)) * self.norm(a) * self.norm(b)
    }

    /// Calls `found` with each of an item's [`TOP`] nearest and their similarity.
    pub fn top(&self, item: u32, work: &mut Work, mut found: impl FnMut(u32, f64)) {
        let Some(row) = self.rows.get(item as usize) else { return };
        let norm = self.norm(item);
        let similarity = |place: usize| f64::from(row.counts[place]) * norm * self.norm(row.items[place]);
        work.all.clear();
        work.all.extend((0..row.items.len()).map(similarity));
        let least = least_of_the_best(&work.all, &mut work.partitioned);
        let mut left = TOP;
        for (&other, &similarity) in row.items.iter().zip(&work.all).filter(|(_, similarity)| **similarity > least) {
            found(other, similarity);
            left -= 1;
        }
        if least > 0.0 {
            // Similarities are ratios of small counts, and often equal: the rank decides, whatever came first.
            let tied = row.items.iter().zip(&work.all).filter(|(_, similarity)| **similarity == least);
            let mut tied: Vec<(u64, u32)> = tied.map(|(&other, _)| (self.rank(other), other)).collect();
            order::keep_first(&mut tied, left, Ord::cmp);
            tied.into_iter().for_each(|(_, other)| found(other, least));
        }
    }

    #[cfg(test)]
    fn counts(&self) -> Vec<(u32, u32, u32)> {
        let pairs = self.rows.iter().enumerate().flat_map(|(item, row)| {
            row.items.iter().zip(&row.counts).filter(|(_, n)| **n > 0).map(move |(&other, &n)| (item as u32, other, n))
        });
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort_unstable();
        pairs
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

    fn like_all(user: u32, order: &[u32], ids: &Interner, neighbours: &mut Neighbours) {
        let subject = Subject::User(user);
        order.iter().for_each(|&item| neighbours.join(subject, item, ids));
    }

    #[test]
    fn similarity_is_the_shrunk_cosine() {
        let (ids, mut neighbours) = (ids(3), Neighbours::default());
        like_all(0, &[0, 1], &ids, &mut neighbours);
        like_all(1, &[0, 1, 2], &ids, &mut neighbours);
        let expected = 2.0 / (2.0 + SHRINK);
        assert!((neighbours.similarity(0, 1) - expected).abs() < 1e-12);
        let mut top = Vec::new();
        neighbours.top(0, &mut Work::default(), |item, similarity| top.push((item, similarity)));
        assert_eq!(top[0], (1, neighbours.similarity(0, 1)));
    }

    #[test]
    fn the_nearest_are_those_that_sorting_everything_finds() {
        let mut random = crate::random::Random::new(3);
        let n = 3 * TOP;
        let (ids, mut neighbours) = (ids(n), Neighbours::default());
        for user in 0..60 {
            let liked: Vec<u32> = (0..n as u32).filter(|&item| item == 0 || random.below(4) == 0).collect();
            like_all(user, &liked, &ids, &mut neighbours);
        }
        let mut top = Vec::new();
        neighbours.top(0, &mut Work::default(), |item, similarity| top.push((item, similarity)));
        let mut sorted: Vec<(u32, f64)> = neighbours.of(0).map(|near| (near.item, near.similarity)).collect();
        let rank = |item: u32| neighbours.rank(item);
        sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| rank(a.0).cmp(&rank(b.0))));
        sorted.truncate(TOP);
        top.sort_by_key(|near| near.0);
        sorted.sort_by_key(|near| near.0);
        assert_eq!(top, sorted);
    }

    #[test]
    fn order_does_not_matter_even_past_the_limit_of_paired_items() {
        let n = PAIRED_ITEMS + 20;
        let ids = ids(n);
        let there: Vec<u32> = (0..n as u32).collect();
        let back: Vec<u32> = there.iter().rev().copied().collect();
        let (mut a, mut b) = (Neighbours::default(), Neighbours::default());
        like_all(0, &there, &ids, &mut a);
        like_all(0, &back, &ids, &mut b);
        assert_eq!(a.counts(), b.counts());
        assert_eq!(a.counts().len(), PAIRED_ITEMS * (PAIRED_ITEMS - 1));
    }
}
