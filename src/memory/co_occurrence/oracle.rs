//! The oracle of co-occurrence: counts and sorts all pairs from the likes alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::Interner;
use crate::base::index::{GroupIndex, ItemIndex, UserIndex};
use crate::base::random::Random;
use crate::memory::Subject;

use super::{ACTIVE_PAIRS, CoOccurrence, PAIRED_ITEMS, SHRINK, UNIT_WEIGHT};

#[derive(Default)]
struct Oracle(BTreeMap<Subject, BTreeSet<ItemIndex>>);

impl Oracle {
    /// The paired items of each subject: the liked ones of lowest rank.
    fn paired(&self, rank: impl Fn(ItemIndex) -> u64) -> Vec<BTreeSet<ItemIndex>> {
        let lowest = |liked: &BTreeSet<ItemIndex>| {
            let mut liked: Vec<ItemIndex> = liked.iter().copied().collect();
            liked.sort_by_key(|&item| rank(item));
            liked.into_iter().take(PAIRED_ITEMS).collect()
        };
        self.0.values().map(lowest).collect()
    }

    /// Returns the active pairs of each of `items`: the other item, the count and the weighted counts.
    fn active_pairs(
        &self,
        items: &[ItemIndex],
        rank: impl Fn(ItemIndex) -> u64,
    ) -> Vec<Vec<(ItemIndex, u32, [f64; 2])>> {
        let paired = self.paired(&rank);
        let liked_by = |item: ItemIndex| paired.iter().filter(|paired| paired.contains(&item)).count() as f64;
        let norms: Vec<f64> = (0..ITEMS).map(|item| 1.0 / (liked_by(ItemIndex(item)) + SHRINK).sqrt()).collect();
        let of = |item: ItemIndex| {
            let mut pairs = BTreeMap::<ItemIndex, (u32, [u32; 2])>::new();
            for paired in paired.iter().filter(|paired| paired.contains(&item)) {
                let halvings = paired.len().ilog2();
                for &other in paired.iter().filter(|&&other| other != item) {
                    let (count, weighted_counts) = pairs.entry(other).or_default();
                    *count += 1;
                    weighted_counts[0] += UNIT_WEIGHT >> (halvings / 2);
                    weighted_counts[1] += UNIT_WEIGHT >> halvings;
                }
            }
            let mut pairs: Vec<_> = pairs.into_iter().collect();
            let strength = |&(other, (count, _)): &(ItemIndex, (u32, _))| f64::from(count) * norms[other.as_usize()];
            pairs.sort_by(|a, b| strength(b).total_cmp(&strength(a)).then_with(|| rank(a.0).cmp(&rank(b.0))));
            pairs.truncate(ACTIVE_PAIRS);
            pairs.sort_by_key(|pair| pair.0);
            let norm = norms[item.as_usize()];
            let scale = [norm, norm * norm].map(|norm| norm / f64::from(UNIT_WEIGHT));
            let scale_counts =
                |weighted_counts: [u32; 2]| std::array::from_fn(|n| f64::from(weighted_counts[n]) * scale[n]);
            pairs
                .into_iter()
                .map(|(other, (count, weighted_counts))| (other, count, scale_counts(weighted_counts)))
                .collect()
        };
        items.iter().map(|&item| of(item)).collect()
    }
}

fn active_pairs(neighbours: &CoOccurrence, item: ItemIndex) -> Vec<(ItemIndex, u32, [f64; 2])> {
    let weighted_counts = |other: u32| neighbours.weighted_counts(item, ItemIndex(other));
    let active_pairs: Vec<_> = neighbours
        .of(item)
        .map(|neighbour| (neighbour.item, neighbour.together, weighted_counts(neighbour.item.0)))
        .collect();
    let mut sums = vec![[0.0; 2]; ITEMS as usize];
    neighbours.add_weighted_counts(item, &mut sums);
    sums.iter().zip(0..).for_each(|(sum, other)| assert_eq!(*sum, weighted_counts(other)));
    active_pairs
}

/// More items than a row or a subject holds.
const ITEMS: u32 = 560;

fn ids() -> Interner<ItemIndex> {
    let mut ids = Interner::default();
    (0..ITEMS).for_each(|item| _ = ids.intern(&format!("i{item}")));
    ids
}

/// Applies the same likes to both implementations.
#[derive(Default)]
struct Both {
    oracle: Oracle,
    neighbours: CoOccurrence,
}

impl Both {
    fn like(&mut self, subject: Subject, items: impl Iterator<Item = ItemIndex>, ids: &Interner<ItemIndex>) {
        let liked = self.oracle.0.entry(subject).or_default();
        let new: Vec<ItemIndex> = items.filter(|item| liked.insert(*item)).collect();
        self.neighbours.add_likes(new.into_iter().map(|item| (subject, item)), ids);
    }

    fn remove_subjects(&mut self, subjects: &[Subject]) {
        subjects.iter().for_each(|subject| _ = self.oracle.0.remove(subject));
        self.neighbours.remove_subjects(subjects);
    }

    /// Compares some items; returns how many of them have the most active pairs allowed.
    fn agree(&self, random: &mut Random) -> usize {
        let items: Vec<ItemIndex> = (0..12).map(|_| ItemIndex(random.below(ITEMS as usize) as u32)).collect();
        let expected = self.oracle.active_pairs(&items, |item| self.neighbours.rank(item));
        for (item, expected) in items.iter().zip(&expected) {
            assert_eq!(&active_pairs(&self.neighbours, *item), expected, "item {item:?}");
        }
        expected.iter().filter(|expected| expected.len() == ACTIVE_PAIRS).count()
    }
}

/// Draws an item index, low ones more often, so that pairs differ in count.
fn popular(random: &mut Random) -> ItemIndex {
    ItemIndex((random.below(ITEMS as usize) * random.below(ITEMS as usize) / ITEMS as usize) as u32)
}

#[test]
fn changed_likes_give_the_pairs_of_the_oracle() {
    let ids = ids();
    for (seed, budget) in [(0, usize::MAX), (1, 40_000)] {
        let (mut both, mut random, mut full_rows) = (Both::default(), Random::new(seed), 0);
        both.neighbours.keep_within(budget);
        for step in 0..80 {
            let subject =
                [Subject::User(UserIndex(random.below(20) as u32)), Subject::Group(GroupIndex(random.below(4) as u32))]
                    [step % 2];
            match random.below(16) {
                0 => both.remove_subjects(&[subject]),
                1 => both.remove_subjects(&[
                    Subject::User(UserIndex(3)),
                    Subject::User(UserIndex(7)),
                    Subject::Group(GroupIndex(1)),
                ]),
                some => {
                    let count = [1, 2, 60, 250, 540][usize::min(some / 3, 4)];
                    let items: Vec<ItemIndex> = (0..count).map(|_| popular(&mut random)).collect();
                    both.like(subject, items.into_iter(), &ids);
                }
            }
            (0..30).for_each(|_| _ = both.neighbours.of(popular(&mut random)));
            if step % 8 == 7 {
                full_rows += both.agree(&mut random);
            }
        }
        assert!(full_rows > 40, "{full_rows}");
    }
}

#[test]
fn updated_rows_give_the_pairs_of_the_oracle() {
    let ids = ids();
    let (mut both, mut random, mut full_rows) = (Both::default(), Random::new(7), 0);
    for user in 0..40 {
        let items: Vec<ItemIndex> = (0..180).map(|_| popular(&mut random)).collect();
        both.like(Subject::User(UserIndex(user)), items.into_iter(), &ids);
    }
    (0..ITEMS).for_each(|item| _ = both.neighbours.of(ItemIndex(item)));
    for step in 0..900 {
        // New users like even items only: pairs with these become weaker, and others become active.
        let (user, item) = (random.below(300) as u32, popular(&mut random));
        let even = [(); 12].map(|()| ItemIndex(random.below(ITEMS as usize) as u32 & !1));
        both.like(Subject::User(UserIndex(user)), if user < 40 { vec![item] } else { even.to_vec() }.into_iter(), &ids);
        _ = both.neighbours.of(popular(&mut random));
        if step % 60 == 59 {
            full_rows += both.agree(&mut random);
        }
    }
    assert!(full_rows > 60, "{full_rows}");
}
