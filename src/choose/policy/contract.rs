//! What every policy owes: an item of those left, none twice, the same for the same seed, and propensities that are the
//! probabilities with which it really chooses.

use crate::random::Random;
use crate::world::World;
use crate::world::index::Index;

use super::super::oracle::library;
use super::super::{Candidates, Choice, choose};
use super::Policy;

const POLICIES: [Policy; 5] = [
    Policy::Greedy,
    Policy::EpsilonGreedy { epsilon: 0.3 },
    Policy::EpsilonGreedy { epsilon: 1.0 },
    Policy::Softmax { temperature: 0.5 },
    Policy::Softmax { temperature: 5.0 },
];

const UTILITIES: [f64; 5] = [0.9, 0.1, 0.4, 0.4, 0.7];

fn items() -> (World, Index) {
    library(UTILITIES.len(), &mut Random::new(9))
}

fn slate((world, index): &(World, Index), policy: Policy, count: usize, seed: u64) -> Vec<(usize, f64)> {
    let candidates =
        Candidates { items: &[0, 1, 2, 3, 4], utilities: &UTILITIES, pinned: &[], ids: &world.library.ids, index };
    let choice = Choice { count, policy, diversity: 0.4 };
    choose(&candidates, &choice, &mut Random::new(seed))
        .iter()
        .map(|chosen| (chosen.place, chosen.propensity))
        .collect()
}

#[test]
fn no_item_is_chosen_twice_and_all_are_when_as_many_are_asked_for() {
    let items = items();
    for policy in POLICIES {
        for seed in 0..50 {
            let mut places: Vec<usize> = slate(&items, policy, 9, seed).iter().map(|chosen| chosen.0).collect();
            places.sort_unstable();
            assert_eq!(places, [0, 1, 2, 3, 4], "{policy:?}");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_slate() {
    let items = items();
    for policy in POLICIES {
        assert_eq!(slate(&items, policy, 3, 42), slate(&items, policy, 3, 42), "{policy:?}");
    }
}

#[test]
fn propensities_are_the_frequencies_of_a_simulation_and_sum_to_one() {
    let items = items();
    const DRAWS: u64 = 20_000;
    for policy in POLICIES {
        let mut seen: [(u64, f64); UTILITIES.len()] = Default::default();
        for seed in 0..DRAWS {
            let (place, propensity) = slate(&items, policy, 1, seed.wrapping_mul(0x5851_f42d_4c95_7f2d))[0];
            seen[place].0 += 1;
            seen[place].1 = propensity;
        }
        let whole: f64 = seen.iter().map(|(_, propensity)| propensity).sum();
        assert!((whole - 1.0).abs() < 1e-9, "{policy:?}: {whole}");
        for (count, propensity) in seen {
            // Five standard errors of a binomial frequency.
            let error = 5.0 * (propensity * (1.0 - propensity) / DRAWS as f64).sqrt();
            assert!((count as f64 / DRAWS as f64 - propensity).abs() <= error, "{policy:?} {count} {propensity}");
        }
    }
}

#[test]
fn a_second_slots_propensity_is_conditional_on_the_first() {
    let items = items();
    const DRAWS: u64 = 40_000;
    for policy in [Policy::EpsilonGreedy { epsilon: 0.3 }, Policy::Softmax { temperature: 0.5 }] {
        let mut after_best: [(u64, f64); UTILITIES.len()] = Default::default();
        let mut cases = 0;
        for seed in 0..DRAWS {
            let slate = slate(&items, policy, 2, seed.wrapping_mul(0x5851_f42d_4c95_7f2d));
            if slate[0].0 == 0 {
                cases += 1;
                after_best[slate[1].0].0 += 1;
                after_best[slate[1].0].1 = slate[1].1;
            }
        }
        for (count, propensity) in after_best {
            let error = 5.0 * (propensity * (1.0 - propensity) / f64::from(cases)).sqrt();
            assert!((count as f64 / f64::from(cases) - propensity).abs() <= error, "{policy:?} {count} {propensity}");
        }
    }
}
