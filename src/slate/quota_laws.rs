//! Laws of quotas and caps in a slate, and their oracle by enumeration.

use crate::base::index::ItemIndex;
use crate::base::random::Random;
use crate::base::value::Value;
use crate::operations::item_class::ItemClass;
use crate::operations::item_filter::ItemFilter;
use crate::operations::quota::Bounds;
use crate::world::World;
use crate::world::facet_matrix::FacetMatrix;
use crate::world::item::Item;

use super::policy::Policy;
use super::quota::{ClassCap, SlateLimits, SlateQuota};
use super::{Candidates, SlateOptions, fill_slate};

/// Returns a library of one item for each role, and the class of each of `roles`.
fn library(items: &[&str], roles: &[&str]) -> (World, FacetMatrix, Vec<ItemClass>) {
    let read = |json: String| Value::from_json(&json, "").unwrap();
    let item = |(n, role): (usize, &&str)| Item::read(read(format!(r#"{{"id":"i{n}","role":"{role}"}}"#)), "").unwrap();
    let mut world = World::default();
    world.put_items(items.iter().enumerate().map(item).collect());
    let class = |role: &&str| {
        let filter = ItemFilter::read(read(format!(r#"{{"role":["{role}"]}}"#)), "").unwrap();
        let mut class = ItemClass::new(filter);
        class.refresh(&world.library);
        class
    };
    let classes = roles.iter().map(class).collect();
    let mut index = FacetMatrix::default();
    index.refresh(&world.library, &world.facets);
    (world, index, classes)
}

/// A slate of random utilities.
struct Case {
    world: World,
    index: FacetMatrix,
    utilities: Vec<f64>,
    pinned: Vec<usize>,
}

impl Case {
    fn slate(&self, options: &SlateOptions, limits: &mut SlateLimits, seed: u64) -> Vec<usize> {
        let items: Vec<ItemIndex> = ItemIndex::first(self.utilities.len()).collect();
        let candidates = Candidates {
            items: &items,
            utilities: &self.utilities,
            std_devs: &vec![0.1; items.len()],
            pinned: &self.pinned,
            ids: &self.world.library.ids,
            facet_matrix: &self.index,
        };
        let slate = fill_slate(&candidates, options, limits, &mut Random::new(seed));
        assert!(slate.iter().all(|chosen| chosen.propensity > 0.0 && chosen.propensity <= 1.0));
        slate.into_iter().map(|chosen| chosen.candidate).collect()
    }
}

const POLICIES: [Policy; 4] = [
    Policy::Greedy,
    Policy::EpsilonGreedy { epsilon: 0.5 },
    Policy::Softmax { temperature: 1.0 },
    Policy::Thompson { draws: 100 },
];

/// Calls `holds` for every slate of `count` of `items` that begins with those pinned, until it returns true.
fn some_slate(items: usize, pinned: &[usize], count: usize, holds: &mut impl FnMut(&[usize]) -> bool) -> bool {
    fn extend(slate: &mut Vec<usize>, items: usize, count: usize, holds: &mut impl FnMut(&[usize]) -> bool) -> bool {
        if slate.len() == count {
            return holds(slate);
        }
        (0..items).any(|item| {
            !slate.contains(&item) && {
                slate.push(item);
                let found = extend(slate, items, count, holds);
                slate.pop();
                found
            }
        })
    }
    extend(&mut pinned.to_vec(), items, count, holds)
}

#[test]
fn quotas_of_disjoint_classes_are_kept_where_any_slate_keeps_them() {
    const COUNT: usize = 4;
    let (roles, mut kept) = (["x", "y", "z"], 0);
    for seed in 0..400 {
        let mut random = Random::new(seed);
        let items: Vec<&str> = (0..8).map(|_| ["x", "y", "z", "none"][random.below(4)]).collect();
        let (world, index, classes) = library(&items, &roles);
        let utilities = (0..8).map(|_| random.unit()).collect();
        let mut pinned: Vec<usize> = (0..random.below(3)).map(|_| random.below(8)).collect();
        pinned.sort_unstable();
        pinned.dedup();
        let bounds: Vec<Bounds> = roles
            .iter()
            .map(|_| {
                let min = random.below(3) as u32;
                Bounds::Slate { min, max: (random.below(2) == 0).then(|| min + random.below(3) as u32) }
            })
            .collect();
        let least: u32 =
            bounds.iter().map(|bounds| if let Bounds::Slate { min, .. } = bounds { *min } else { 0 }).sum();
        let holds = |slate: &[usize]| {
            roles.iter().zip(&bounds).all(|(role, bounds)| {
                let count = slate.iter().filter(|item| items[**item] == *role).count() as u32;
                matches!(bounds, Bounds::Slate { min, max } if *min <= count && max.is_none_or(|max| count <= max))
            })
        };
        let possible = some_slate(8, &pinned, COUNT, &mut |slate| holds(slate));
        let case = Case { world, index, utilities, pinned };
        for policy in POLICIES {
            let options = SlateOptions { count: COUNT, policy, diversity: 0.3 };
            let quotas = classes
                .iter()
                .zip(roles)
                .zip(&bounds)
                .map(|((class, role), bounds)| SlateQuota::new(role, class, *bounds, std::iter::empty()));
            let mut limits = SlateLimits { quotas: quotas.collect(), caps: Vec::new() };
            let slate = case.slate(&options, &mut limits, seed);
            assert_eq!(slate.len(), COUNT, "quotas never shorten a slate");
            assert_eq!(holds(&slate), limits.unmet().is_empty(), "{slate:?} of {items:?} with {bounds:?}");
            if possible && least as usize <= COUNT {
                assert!(holds(&slate), "seed {seed}, {policy:?}: {slate:?} of {items:?} with {bounds:?}");
                kept += 1;
            }
        }
    }
    assert!(kept > 400, "{kept}");
}

#[test]
fn without_limits_the_slate_is_the_same() {
    for seed in 0..100 {
        let mut random = Random::new(seed);
        let items: Vec<&str> = (0..20).map(|_| ["x", "y"][random.below(2)]).collect();
        let (world, index, classes) = library(&items, &["x"]);
        let case = Case { world, index, utilities: (0..20).map(|_| random.unit()).collect(), pinned: vec![3] };
        for policy in POLICIES {
            let options = SlateOptions { count: 6, policy, diversity: 0.5 };
            let free = case.slate(&options, &mut SlateLimits::default(), seed);
            // Limits that never act take the general way.
            let loose = Bounds::Slate { min: 0, max: Some(1000) };
            let quotas = vec![SlateQuota::new("q", &classes[0], loose, std::iter::empty())];
            let caps = vec![ClassCap { items: &classes[0], room: 1000 }];
            assert_eq!(case.slate(&options, &mut SlateLimits { quotas, caps }, seed), free);
        }
    }
}

#[test]
fn a_cap_counts_the_picks_of_the_slate_and_is_never_exceeded() {
    for seed in 0..200 {
        let mut random = Random::new(seed);
        let items: Vec<&str> = (0..12).map(|_| ["x", "y"][random.below(2)]).collect();
        let (world, index, classes) = library(&items, &["x"]);
        let pinned = (0..3).collect();
        let case = Case { world, index, utilities: (0..12).map(|_| random.unit()).collect(), pinned };
        let room = random.below(4);
        for policy in POLICIES {
            let options = SlateOptions { count: 8, policy, diversity: 0.3 };
            let quotas =
                vec![SlateQuota::new("q", &classes[0], Bounds::Slate { min: 5, max: None }, std::iter::empty())];
            let mut limits = SlateLimits { quotas, caps: vec![ClassCap { items: &classes[0], room }] };
            let slate = case.slate(&options, &mut limits, seed);
            let capped = slate.iter().filter(|item| items[**item] == "x").count();
            let (of_class, others) =
                (items.iter().filter(|role| **role == "x").count(), items.iter().filter(|role| **role == "y").count());
            assert!(capped <= room);
            assert_eq!(slate.len(), 8.min(others + room.min(of_class)), "a cap removes nothing else");
        }
    }
}

/// Sends `messages` single items and returns the largest difference between the count of a class over the last ten
/// items and its share, and the number of messages with a quota that was not kept.
fn send(shares: [(f64, f64); 3], missing: f64, messages: usize, seed: u64) -> (f64, usize) {
    let roles = ["traffic", "hit", "profit"];
    let (world, index, classes) = library(&roles, &roles);
    let mut random = Random::new(seed);
    let (mut sent, mut worst, mut unmet): (Vec<ItemIndex>, f64, usize) = (Vec::new(), 0.0, 0);
    for message in 0..messages {
        let present: Vec<ItemIndex> =
            ItemIndex::first(3).filter(|_| missing == 0.0 || random.unit() >= missing).collect();
        if present.is_empty() {
            continue;
        }
        let utilities: Vec<f64> = present.iter().map(|_| random.unit()).collect();
        let candidates = Candidates {
            items: &present,
            utilities: &utilities,
            std_devs: &[],
            pinned: &[],
            ids: &world.library.ids,
            facet_matrix: &index,
        };
        let quotas = classes.iter().zip(roles).zip(shares).map(|((class, role), (min, max))| {
            SlateQuota::new(role, class, Bounds::Share { min, max, window: 10 }, sent.iter().copied())
        });
        let mut limits = SlateLimits { quotas: quotas.collect(), caps: Vec::new() };
        let options = SlateOptions { count: 1, policy: Policy::Greedy, diversity: 0.0 };
        let slate = fill_slate(&candidates, &options, &mut limits, &mut Random::new(message as u64));
        sent.push(present[slate[0].candidate]);
        unmet += usize::from(!limits.unmet().is_empty());
        if sent.len() >= 10 {
            for (item, (min, max)) in (0..).zip(shares) {
                let count = sent[sent.len() - 10..].iter().filter(|one| **one == ItemIndex(item)).count() as f64;
                worst = worst.max(min * 10.0 - count).max(count - max * 10.0);
            }
        }
    }
    (worst, unmet)
}

#[test]
fn tight_shares_of_5_3_2_are_off_by_at_most_one_item() {
    let (tight, loose) = ([(0.5, 0.5), (0.3, 0.3), (0.2, 0.2)], [(0.4, 0.6), (0.2, 0.4), (0.1, 0.3)]);
    let run = |shares, missing| {
        let runs = (0..300).map(|seed| send(shares, missing, 200, seed));
        runs.fold((0.0, 0), |(worst, unmet): (f64, usize), run| (worst.max(run.0), unmet + run.1))
    };
    let (off, unmet) = run(tight, 0.0);
    assert!(off <= 1.0 + 1e-9 && unmet == 0, "{off} {unmet}");
    let (off, unmet) = run(tight, 0.1);
    assert!(off <= 3.0 + 1e-9 && unmet > 0, "{off} {unmet}");
    let (off, unmet) = run(loose, 0.0);
    assert!(off <= 1e-9 && unmet == 0, "{off} {unmet}");
}
