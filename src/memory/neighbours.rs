//! Which items are liked by the same subjects: co-occurrence counts, updated with every first liking.
//!
//! Two measures come of them. Similarity is the shrunk cosine n_ij / √((n_i + s)(n_j + s)) of the sets of those who
//! liked i and j (Sarwar et al. 2001; shrinkage after Bell and Koren 2007). Voices are the same count with every subject
//! speaking the softer the more they liked: who likes everything says nothing of what belongs together.

use nextpick_kernel as kernel;
use rustc_hash::FxHashMap;

use crate::digest::Digest;
use crate::id::Interner;

use super::Subject;

/// The shrinkage s: an item counts as if so many more had liked it without liking anything else.
pub const SHRINK: f64 = 5.0;

/// Of one subject at most this many items are paired with one another: those of lowest rank, so that order of arrival
/// does not matter.
pub const PAIRED_ITEMS: usize = 500;

/// The voice of one who liked up to three items, as a whole number: so sums are exact, whatever their order.
const FULL_VOICE: u32 = 1024;

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
    /// How many users and groups liked the item.
    liked_by: u32,
    /// The items liked with it, ascending, and by how many, and how loud.
    items: Vec<u32>,
    counts: Vec<u32>,
    voices: Vec<Voices>,
}

impl Row {
    fn add(&mut self, item: u32, change: Change) {
        let place = self.items.binary_search(&item).unwrap_or_else(|place| {
            self.items.insert(place, item);
            self.counts.insert(place, 0);
            self.voices.insert(place, [0; 2]);
            place
        });
        self.counts[place] = self.counts[place].wrapping_add_signed(change.count);
        for (voice, change) in self.voices[place].iter_mut().zip(change.voices) {
            *voice = voice.wrapping_add_signed(change);
        }
    }
}

/// The sums of both voices of a pair.
type Voices = [u32; 2];

/// What is added to a pair.
#[derive(Debug, Clone, Copy)]
struct Change {
    count: i32,
    voices: [i32; 2],
}

/// How loud one who liked `n` items speaks of each pair: 1/√n and 1/n, in steps of halves.
fn voices(n: usize) -> [i32; 2] {
    let halvings = n.max(1).ilog2();
    [halvings / 2, halvings].map(|halvings| (FULL_VOICE >> halvings) as i32)
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
                let unpaired = Change { count: -1, voices: voices(PAIRED_ITEMS).map(|voice| -voice) };
                self.pair(displaced, &paired, unpaired);
                self.liked(displaced, -1);
            } else {
                self.paired.insert(subject, paired);
                return;
            }
        }
        self.soften(&paired);
        self.pair(item, &paired, Change { count: 1, voices: voices(paired.len() + 1) });
        self.liked(item, 1);
        paired.push(item);
        self.paired.insert(subject, paired);
    }

    /// Takes note that a subject's liking is no longer to be known of.
    pub fn leave(&mut self, subject: Subject) {
        let paired = self.paired.remove(&subject).unwrap_or_default();
        let unpaired = Change { count: -1, voices: voices(paired.len()).map(|voice| -voice) };
        for (n, &item) in paired.iter().enumerate() {
            self.pair(item, &paired[..n], unpaired);
            self.liked(item, -1);
        }
    }

    /// Lowers the voice of one who has paired these items and is about to pair one more, where that makes a step.
    fn soften(&mut self, paired: &[u32]) {
        let (now, before) = (voices(paired.len() + 1), voices(paired.len()));
        if now != before && paired.len() < PAIRED_ITEMS {
            for (n, &item) in paired.iter().enumerate() {
                self.pair(item, &paired[..n], Change { count: 0, voices: [now[0] - before[0], now[1] - before[1]] });
            }
        }
    }

    fn liked(&mut self, item: u32, change: i32) {
        let liked_by = &mut self.row_mut(item).liked_by;
        *liked_by = liked_by.wrapping_add_signed(change);
    }

    fn pair(&mut self, item: u32, others: &[u32], change: Change) {
        for &other in others {
            self.row_mut(item).add(other, change);
            self.row_mut(other).add(item, change);
        }
    }

    fn row_mut(&mut self, item: u32) -> &mut Row {
        super::at(&mut self.rows, item)
    }

    /// What decides among items that are otherwise equal: the same in every order of arrival.
    pub fn rank(&self, item: u32) -> u64 {
        self.ranks.get(item as usize).copied().unwrap_or(u64::MAX)
    }

    /// 1 / √(n + s) of an item.
    pub fn norm(&self, item: u32) -> f64 {
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

    /// Adds to each item the voices that speak for it because `item` was liked: the louder over √(n + s) of that item,
    /// the softer over n + s.
    pub fn speak(&self, item: u32, sums: &mut [[f64; 2]]) {
        let Some(row) = self.rows.get(item as usize) else { return };
        kernel::add_voices(sums, &row.items, &row.voices, self.scale(item));
    }

    /// The voices that speak for `other` because `item` was liked.
    pub fn voices(&self, item: u32, other: u32) -> [f64; 2] {
        let mut sums = [0.0; 2];
        if let Some(row) = self.rows.get(item as usize)
            && let Ok(place) = row.items.binary_search(&other)
        {
            let scale = self.scale(item);
            sums = std::array::from_fn(|n| f64::from(row.voices[place][n]) * scale[n]);
        }
        sums
    }

    fn scale(&self, item: u32) -> [f64; 2] {
        let norm = self.norm(item);
        [norm, norm * norm].map(|norm| norm / f64::from(FULL_VOICE))
    }

    /// The pairs with their counts and voices, for tests.
    #[cfg(test)]
    fn counts(&self) -> Vec<(u32, u32, u32, Voices)> {
        let pairs = |(item, row): (usize, &Row)| {
            let pairs = row.items.iter().zip(row.counts.iter().zip(&row.voices));
            let pairs = pairs.map(move |(&other, (&count, &voice))| (item as u32, other, count, voice));
            pairs.filter(|(_, _, count, _)| *count > 0).collect::<Vec<_>>()
        };
        self.rows.iter().enumerate().flat_map(pairs).collect()
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
        let (ids, mut neighbours) = (ids(16), Neighbours::default());
        like_all(0, &(0..16).collect::<Vec<_>>(), &ids, &mut neighbours);
        let norm = neighbours.norm(0);
        assert_eq!(neighbours.voices(0, 15), [0.25 * norm, norm * norm / 16.0]);
        assert_eq!(neighbours.voices(0, 1), neighbours.voices(0, 15), "whenever the pair was made");
    }

    #[test]
    fn who_leaves_leaves_nothing_behind() {
        let n = PAIRED_ITEMS + 20;
        let (ids, mut neighbours) = (ids(n), Neighbours::default());
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
        let (mut a, mut b) = (Neighbours::default(), Neighbours::default());
        like_all(0, &there, &ids, &mut a);
        like_all(0, &back, &ids, &mut b);
        assert_eq!(a.counts(), b.counts());
        assert_eq!(a.counts().len(), PAIRED_ITEMS * (PAIRED_ITEMS - 1));
    }
}
