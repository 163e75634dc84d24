//! Which items are liked by the same subjects: co-occurrence counts, updated with every first liking.
//!
//! Similarity is the shrunk cosine n_ij / √((n_i + s)(n_j + s)) of the sets of those who liked i and j
//! (Sarwar et al. 2001; shrinkage after Bell and Koren 2007).

use crate::digest::Digest;
use crate::id::Interner;
use crate::order;

/// The shrinkage s: an item counts as if so many more had liked it without liking anything else.
pub const SHRINK: f64 = 5.0;

/// Of each item only so many nearest speak for what is near it: beyond them similarity is chance.
pub const TOP: usize = 100;

/// Of one subject at most this many items are paired with one another: those whose ids hash lowest, so that order
/// of arrival does not matter.
pub const PAIRED_ITEMS: usize = 500;

/// How often each pair of items was liked by the same subject.
#[derive(Debug, Clone, Default)]
pub struct Neighbours {
    rows: Vec<Row>,
    /// What decides among equals: fingerprints of the items' ids, which do not depend on who was met first.
    ranks: Vec<u64>,
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

impl Neighbours {
    /// Takes note that a subject now likes `item` for the first time; `liked` is all they like, `item` included.
    pub fn join(&mut self, item: u32, liked: impl Iterator<Item = u32>, ids: &Interner) {
        let mut liked: Vec<u32> = liked.collect();
        if liked.len() > PAIRED_ITEMS {
            let hash = |item: &u32| Digest::new("paired").text(ids.name(*item)).finish();
            let mut hashed: Vec<(u128, u32)> = liked.iter().map(|item| (hash(item), *item)).collect();
            order::sort(&mut hashed);
            liked = hashed.into_iter().take(PAIRED_ITEMS + 1).map(|(_, item)| item).collect();
            if !liked[..PAIRED_ITEMS].contains(&item) {
                return;
            }
            let displaced = liked.pop().expect("one more than the limit");
            let rest: Vec<u32> = liked.iter().copied().filter(|&other| other != item).collect();
            self.pair(displaced, &rest, -1);
        }
        liked.retain(|&other| other != item);
        self.pair(item, &liked, 1);
        let new = self.ranks.len() as u32..self.rows.len() as u32;
        self.ranks.extend(new.map(|item| Digest::new("among equals").text(ids.name(item)).finish() as u64));
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
            row.items.iter().zip(&row.counts).filter(|(_, count)| **count > 0).map(move |(&other, &together)| Neighbour {
                item: other,
                similarity: f64::from(together) * norm * self.norm(other),
                together,
            })
        })
    }

    /// The most similar items, best first.
    pub fn nearest(&self, item: u32, count: usize, ids: &Interner) -> Vec<Neighbour> {
        let mut near: Vec<Neighbour> = self.of(item).collect();
        order::sort_by(&mut near, |a, b| b.similarity.total_cmp(&a.similarity).then_with(|| ids.name(a.item).cmp(ids.name(b.item))));
        near.truncate(count);
        near
    }

    /// The similarity of two items.
    pub fn similarity(&self, a: u32, b: u32) -> f64 {
        let together = self.rows.get(a as usize).and_then(|row| Some(row.counts[row.items.binary_search(&b).ok()?]));
        f64::from(together.unwrap_or(0)) * self.norm(a) * self.norm(b)
    }

    /// Calls `found` with each of an item's [`TOP`] nearest and their similarity.
    pub fn top(&self, item: u32, work: &mut Vec<(f64, u32)>, mut found: impl FnMut(u32, f64)) {
        let Some(row) = self.rows.get(item as usize) else { return };
        let norm = self.norm(item);
        work.clear();
        work.extend(row.items.iter().zip(&row.counts).filter(|(_, count)| **count > 0).map(|(&other, &count)| {
            (f64::from(count) * norm * self.norm(other), other)
        }));
        // Similarities are ratios of small counts, and often equal: the fingerprint decides, whatever came first.
        let rank = |near: &(f64, u32)| (self.rank(near.1), near.1);
        order::keep_first(work, TOP, |a, b| b.0.total_cmp(&a.0).then_with(|| rank(a).cmp(&rank(b))));
        work.iter().for_each(|&(similarity, other)| found(other, similarity));
    }

    /// How many items have neighbours, and how many pairs are kept.
    pub fn size(&self) -> (usize, usize) {
        (self.rows.len(), self.rows.iter().map(|row| row.items.len()).sum::<usize>() / 2)
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

    fn like_all(order: &[u32], ids: &Interner, neighbours: &mut Neighbours) {
        (0..order.len()).for_each(|i| neighbours.join(order[i], order[..=i].iter().copied(), ids));
    }

    #[test]
    fn similarity_is_the_shrunk_cosine() {
        let (ids, mut neighbours) = (ids(3), Neighbours::default());
        like_all(&[0, 1], &ids, &mut neighbours);
        like_all(&[0, 1, 2], &ids, &mut neighbours);
        let expected = 2.0 / (2.0 + SHRINK);
        assert!((neighbours.similarity(0, 1) - expected).abs() < 1e-12);
        assert_eq!(neighbours.nearest(0, 1, &ids)[0].item, 1);
        let mut top = Vec::new();
        neighbours.top(0, &mut Vec::new(), |item, similarity| top.push((item, similarity)));
        assert_eq!(top[0], (1, neighbours.similarity(0, 1)));
    }

    #[test]
    fn order_does_not_matter_even_past_the_limit_of_paired_items() {
        let n = PAIRED_ITEMS + 20;
        let ids = ids(n);
        let there: Vec<u32> = (0..n as u32).collect();
        let back: Vec<u32> = there.iter().rev().copied().collect();
        let (mut a, mut b) = (Neighbours::default(), Neighbours::default());
        like_all(&there, &ids, &mut a);
        like_all(&back, &ids, &mut b);
        assert_eq!(a.counts(), b.counts());
        assert_eq!(a.counts().len(), PAIRED_ITEMS * (PAIRED_ITEMS - 1));
    }
}
