//! Which items are liked by the same subjects: co-occurrence counts, updated with every first liking.
//!
//! Two measures come of them. Similarity is the shrunk cosine n_ij / √((n_i + s)(n_j + s)) of the sets of those who
//! liked i and j (Sarwar et al. 2001; shrinkage after Bell and Koren 2007). Voices are the same count with every subject
//! speaking the softer the more they liked: who likes everything says nothing of what belongs together.

use nextpick_kernel as kernel;

use crate::digest::Digest;
use crate::id::Interner;
use crate::order;

use super::{BySubject, Subject};

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
    paired: BySubject<Vec<u32>>,
    /// Where a row's sums are gathered.
    gathered: kernel::pairs::Gathered,
}

#[derive(Debug, Clone, Default)]
struct Row {
    /// How many users and groups liked the item.
    liked_by: u32,
    /// The items liked with it, ascending, and by how many, and how loud.
    items: Vec<u32>,
    counts: Vec<u32>,
    voices: Vec<[u32; 2]>,
    /// The last of the changes that is one of it, while there are any.
    changed: Option<u32>,
}

/// A row is so many times longer than what is little to it.
const LITTLE: usize = 8;

impl Row {
    fn add(&mut self, item: u32, [count, louder, softer]: [i32; 3]) {
        let place = self.items.binary_search(&item).unwrap_or_else(|place| {
            self.items.insert(place, item);
            self.counts.insert(place, 0);
            self.voices.insert(place, [0; 2]);
            place
        });
        self.counts[place] = self.counts[place].wrapping_add_signed(count);
        for (voice, change) in self.voices[place].iter_mut().zip([louder, softer]) {
            *voice = voice.wrapping_add_signed(change);
        }
        if self.counts[place] == 0 {
            self.items.remove(place);
            self.counts.remove(place);
            self.voices.remove(place);
        }
    }
}

/// How loud one who liked `n` items speaks of each pair: 1/√n and 1/n, in steps of halves; after the one they count.
fn spoken(n: usize) -> [i32; 3] {
    let halvings = n.max(1).ilog2();
    [1, (FULL_VOICE >> (halvings / 2)) as i32, (FULL_VOICE >> halvings) as i32]
}

/// Which items one subject pairs: first those they did before and no longer do, then those they still do, then new ones.
#[derive(Debug)]
struct Regrouped {
    items: Vec<u32>,
    still: usize,
    new: usize,
}

impl Regrouped {
    /// What becomes of who paired `before` and likes `more`: those of lowest rank are paired.
    fn of(before: Vec<u32>, more: Vec<u32>, rank: impl Fn(u32) -> u64) -> Self {
        let (mut still, mut new) = (before, more);
        let mut gone = Vec::new();
        if still.len() + new.len() > PAIRED_ITEMS {
            let mut all = [still.as_slice(), &new].concat();
            order::keep_first(&mut all, PAIRED_ITEMS, |&a, &b| rank(a).cmp(&rank(b)).then(a.cmp(&b)));
            order::sort(&mut all);
            let is_kept = |item: &u32| all.binary_search(item).is_ok();
            (still, gone) = still.into_iter().partition(is_kept);
            new.retain(is_kept);
        }
        let (first, second) = (gone.len(), gone.len() + still.len());
        Self { items: [gone, still, new].concat(), still: first, new: second }
    }

    /// What is paired from now on.
    fn paired(&self) -> &[u32] {
        &self.items[self.still..]
    }

    /// What the item at a place is to add to its pairs with others.
    fn changes(&self, place: usize) -> [(&[u32], [i32; 3]); 3] {
        let (gone, still) = (&self.items[..self.still], &self.items[self.still..self.new]);
        let (before, after) = (spoken(self.new), spoken(self.items.len() - self.still));
        let taken = before.map(|sum| -sum);
        let (to_gone, to_still, to_new) = match place {
            _ if place < self.still => (taken, taken, [0; 3]),
            _ if place < self.new => (taken, std::array::from_fn(|n| after[n] - before[n]), after),
            _ => ([0; 3], after, after),
        };
        [(gone, to_gone), (still, to_still), (&self.items[self.new..], to_new)]
    }
}

/// That a row is to change as one place of one regrouping says, and the change of the same row before it.
struct Change {
    regrouped: u32,
    place: u32,
    before: Option<u32>,
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
    /// Takes note of likings, each of an item that its subject did not like before.
    pub fn join(&mut self, likings: impl Iterator<Item = (Subject, u32)>, ids: &Interner) {
        let unranked = self.ranks.len() as u32..ids.len() as u32;
        self.ranks.extend(unranked.map(|item| Digest::new("among equals").text(ids.name(item)).finish() as u64));
        let (mut subjects, mut liked) = (Vec::new(), BySubject::<Vec<u32>>::default());
        for (subject, item) in likings {
            let more = liked.of(subject);
            if more.is_empty() {
                subjects.push(subject);
            }
            more.push(item);
        }
        let mut regrouped = Vec::new();
        for subject in subjects {
            let (before, more) = (std::mem::take(self.paired.of(subject)), std::mem::take(liked.of(subject)));
            let one = Regrouped::of(before, more, |item| self.ranks[item as usize]);
            *self.paired.of(subject) = one.paired().to_vec();
            regrouped.push(one);
        }
        self.change(&regrouped);
    }

    /// Takes note that a subject's liking is no longer to be known of.
    pub fn leave(&mut self, subject: Subject) {
        let items = std::mem::take(self.paired.of(subject));
        let all = items.len();
        self.change(&[Regrouped { items, still: all, new: all }]);
    }

    /// Changes all rows of which regroupings say something, each once, however many do.
    fn change(&mut self, regrouped: &[Regrouped]) {
        let (mut changes, mut rows) = (Vec::<Change>::new(), Vec::new());
        for (one, number) in regrouped.iter().zip(0..) {
            for (place, &item) in one.items.iter().enumerate() {
                let row = super::at(&mut self.rows, item);
                row.liked_by = row.liked_by.wrapping_add_signed((place >= one.new) as i32 - (place < one.still) as i32);
                if row.changed.is_none() {
                    rows.push(item);
                }
                let before = row.changed.replace(changes.len() as u32);
                changes.push(Change { regrouped: number, place: place as u32, before });
            }
        }
        self.gathered.cover(self.rows.len());
        for item in rows {
            let row = &mut self.rows[item as usize];
            let (mut said, mut all) = (Vec::new(), 0);
            let mut next = row.changed.take();
            while let Some(Change { regrouped: number, place, before }) = next.map(|next| &changes[next as usize]) {
                for (others, sums) in regrouped[*number as usize].changes(*place as usize) {
                    if sums != [0; 3] {
                        said.push((others, sums));
                        all += others.len();
                    }
                }
                next = *before;
            }
            // Little is put into a long row where it belongs; else the row is made anew.
            if all * LITTLE < row.items.len() {
                for (others, sums) in said {
                    others.iter().filter(|&&other| other != item).for_each(|&other| row.add(other, sums));
                }
            } else {
                self.gathered.add_row(&row.items, &row.counts, &row.voices);
                said.iter().for_each(|(others, sums)| self.gathered.add(others, item, *sums));
                self.gathered.take(&mut row.items, &mut row.counts, &mut row.voices);
            }
        }
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
            row.items.iter().zip(&row.counts).map(move |(&other, &together)| Neighbour {
                item: other,
                similarity: f64::from(together) * norm * self.norm(other),
                together,
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
    fn counts(&self) -> Vec<(u32, u32, u32, [u32; 2])> {
        let pairs = |(item, row): (usize, &Row)| {
            let pairs = row.items.iter().zip(row.counts.iter().zip(&row.voices));
            pairs.map(move |(&other, (&count, &voice))| (item as u32, other, count, voice)).collect::<Vec<_>>()
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
        order.iter().for_each(|&item| neighbours.join([(subject, item)].into_iter(), ids));
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

    #[test]
    fn likings_told_together_are_those_told_one_by_one() {
        let n = PAIRED_ITEMS as u32 + 100;
        let ids = ids(n as usize);
        let (mut together, mut one_by_one) = (Neighbours::default(), Neighbours::default());
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
