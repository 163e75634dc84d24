//! Naive reference: score all candidates for every slot, sort, take the first.

use crate::base::index::ItemIndex;
use crate::base::random::Random;
use crate::base::value::Value;
use crate::world::World;
use crate::world::facet_matrix::FacetMatrix;
use crate::world::item::Item;

use super::policy::Policy;
use super::quota::SlateLimits;
use super::{Candidates, SlateOptions, fill_slate};

/// Generates a library of `n` items with a few shared tags each.
pub(super) fn library(n: usize, random: &mut Random) -> (World, FacetMatrix) {
    let mut world = World::default();
    let item = |i: usize, random: &mut Random| {
        let tags: Vec<String> = (0..3).map(|_| format!("\"t{}\"", random.below(6))).collect();
        let json = format!(r#"{{"id":"i{i}","tags":[{}],"format":"f{}"}}"#, tags.join(","), random.below(3));
        Item::read(Value::from_json(&json, "").unwrap(), "").unwrap()
    };
    world.put_items((0..n).map(|i| item(i, random)).collect());
    let mut index = FacetMatrix::default();
    index.refresh(&world.library, &world.facets);
    (world, index)
}

fn naive(candidates: &Candidates, count: usize, scale: f64) -> Vec<usize> {
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < count.min(candidates.items.len()) {
        let score = |candidate: usize| {
            let similarity = |&other: &usize| {
                candidates.facet_matrix.similarity(candidates.items[candidate], candidates.items[other])
            };
            candidates.utilities[candidate] - scale * chosen.iter().map(similarity).fold(0.0, f64::max)
        };
        let mut remaining: Vec<(usize, f64)> = (0..candidates.items.len())
            .filter(|candidate| !chosen.contains(candidate))
            .map(|candidate| (candidate, score(candidate)))
            .collect();
        remaining.sort_by(|a, b| candidates.order(a.0, a.1, b.0, b.1));
        chosen.push(remaining[0].0);
    }
    chosen
}

#[test]
fn the_search_agrees_with_sorting_all_candidates() {
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let n = 1 + random.below(300);
        let (world, index) = library(n, &mut random);
        let items: Vec<ItemIndex> = ItemIndex::first(n).collect();
        // Few distinct utilities, so that ties are common.
        let utilities: Vec<f64> = (0..n).map(|_| random.below(12) as f64 / 7.0).collect();
        let candidates = Candidates {
            items: &items,
            utilities: &utilities,
            std_devs: &[],
            pinned: &[],
            ids: &world.library.ids,
            facet_matrix: &index,
        };
        for diversity in [0.0, 0.3, 1.0] {
            let options = SlateOptions { count: 12, policy: Policy::Greedy, diversity };
            let found: Vec<usize> = fill_slate(&candidates, &options, &mut SlateLimits::default(), &mut random)
                .iter()
                .map(|chosen| chosen.candidate)
                .collect();
            let (_, spread) = crate::base::number::mean_and_deviation(&utilities);
            let spread = crate::base::number::round_spread(spread);
            assert_eq!(found, naive(&candidates, 12, diversity * spread), "seed {seed}, diversity {diversity}");
        }
    }
}

#[test]
fn pinned_items_come_first_without_penalty() {
    let mut random = Random::new(5);
    let (world, index) = library(20, &mut random);
    let items: Vec<ItemIndex> = ItemIndex::first(20).collect();
    let utilities: Vec<f64> = (0..20).map(f64::from).collect();
    let candidates = Candidates {
        items: &items,
        utilities: &utilities,
        std_devs: &[],
        pinned: &[2, 7],
        ids: &world.library.ids,
        facet_matrix: &index,
    };
    let options = SlateOptions { count: 4, policy: Policy::Greedy, diversity: 1.0 };
    let slate = fill_slate(&candidates, &options, &mut SlateLimits::default(), &mut random);
    assert_eq!((slate[0].candidate, slate[1].candidate), (7, 2));
    assert!(slate[..2].iter().all(|chosen| chosen.pinned && chosen.penalty.is_none() && chosen.propensity == 1.0));
    assert!(slate[2..].iter().all(|chosen| !chosen.pinned));
}
