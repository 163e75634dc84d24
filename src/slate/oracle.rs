//! The obvious way to choose, beside the clever one: score everything for every slot, sort, take the first.

use crate::base::random::Random;
use crate::base::value::Value;
use crate::world::World;
use crate::world::facet_matrix::FacetMatrix;
use crate::world::item::Item;

use super::policy::Policy;
use super::{Candidates, SlateOptions, choose};

/// A library of `n` items with a few shared tags each, from a seed.
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
        let score = |place: usize| {
            let alike = |&other: &usize| candidates.index.similarity(candidates.items[place], candidates.items[other]);
            candidates.utilities[place] - scale * chosen.iter().map(alike).fold(0.0, f64::max)
        };
        let mut left: Vec<(usize, f64)> = (0..candidates.items.len())
            .filter(|place| !chosen.contains(place))
            .map(|place| (place, score(place)))
            .collect();
        left.sort_by(|a, b| candidates.order(a.0, a.1, b.0, b.1));
        chosen.push(left[0].0);
    }
    chosen
}

#[test]
fn the_quick_search_finds_what_sorting_everything_finds() {
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let n = 1 + random.below(300);
        let (world, index) = library(n, &mut random);
        let items: Vec<u32> = (0..n as u32).collect();
        // Few distinct utilities, so that ties are common.
        let utilities: Vec<f64> = (0..n).map(|_| random.below(12) as f64 / 7.0).collect();
        let candidates = Candidates {
            items: &items,
            utilities: &utilities,
            std_devs: &[],
            pinned: &[],
            ids: &world.library.ids,
            index: &index,
        };
        for diversity in [0.0, 0.3, 1.0] {
            let choice = SlateOptions { count: 12, policy: Policy::Greedy, diversity };
            let quick: Vec<usize> =
                choose(&candidates, &choice, &mut random).iter().map(|chosen| chosen.place).collect();
            let (_, spread) = crate::base::number::mean_and_deviation(&utilities);
            assert_eq!(quick, naive(&candidates, 12, diversity * spread), "seed {seed}, diversity {diversity}");
        }
    }
}

#[test]
fn pinned_items_come_first_and_cost_nothing() {
    let mut random = Random::new(5);
    let (world, index) = library(20, &mut random);
    let items: Vec<u32> = (0..20).collect();
    let utilities: Vec<f64> = (0..20).map(f64::from).collect();
    let candidates = Candidates {
        items: &items,
        utilities: &utilities,
        std_devs: &[],
        pinned: &[2, 7],
        ids: &world.library.ids,
        index: &index,
    };
    let slate = choose(&candidates, &SlateOptions { count: 4, policy: Policy::Greedy, diversity: 1.0 }, &mut random);
    assert_eq!((slate[0].place, slate[1].place), (7, 2));
    assert!(slate[..2].iter().all(|chosen| chosen.pinned && chosen.penalty.is_none() && chosen.propensity == 1.0));
    assert!(slate[2..].iter().all(|chosen| !chosen.pinned));
}
