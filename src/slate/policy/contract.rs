//! Contract of every policy: picks a remaining item, none twice, the same for the same seed, and propensities equal the
//! probabilities of the picks.

use crate::base::index::ItemIndex;
use crate::base::random::Random;
use crate::world::World;
use crate::world::facet_matrix::FacetMatrix;

use super::super::filling::SlateFilling;
use super::super::oracle::library;
use super::super::quota::SlateLimits;
use super::super::{Candidates, SlateOptions, fill_slate};
use super::Policy;

const POLICIES: [Policy; 6] = [
    Policy::Greedy,
    Policy::EpsilonGreedy { epsilon: 0.3 },
    Policy::EpsilonGreedy { epsilon: 1.0 },
    Policy::Softmax { temperature: 0.5 },
    Policy::Softmax { temperature: 5.0 },
    THOMPSON,
];

const THOMPSON: Policy = Policy::Thompson { draws: 1000 };

const UTILITIES: [f64; 5] = [0.9, 0.1, 0.4, 0.4, 0.7];
/// The last utility is certain.
const STD_DEVS: [f64; 5] = [0.2, 0.5, 0.1, 0.3, 0.0];

/// Number of draws of a simulation.
fn draws(policy: Policy) -> u64 {
    if policy.needs_std_devs() { 2000 } else { 20_000 }
}

fn items() -> (World, FacetMatrix) {
    library(UTILITIES.len(), &mut Random::new(9))
}

fn slate((world, index): &(World, FacetMatrix), policy: Policy, count: usize, seed: u64) -> Vec<(usize, f64)> {
    let candidates = Candidates {
        items: &[0, 1, 2, 3, 4].map(ItemIndex),
        utilities: &UTILITIES,
        std_devs: &STD_DEVS,
        pinned: &[],
        ids: &world.library.ids,
        facet_matrix: index,
    };
    let options = SlateOptions { count, policy, diversity: 0.4 };
    fill_slate(&candidates, &options, &mut SlateLimits::default(), &mut Random::new(seed))
        .iter()
        .map(|chosen| (chosen.candidate, chosen.propensity))
        .collect()
}

#[test]
fn no_item_is_chosen_twice_and_enough_slots_take_all_items() {
    let items = items();
    for policy in POLICIES {
        for seed in 0..50 {
            let mut candidates: Vec<usize> = slate(&items, policy, 9, seed).iter().map(|chosen| chosen.0).collect();
            candidates.sort_unstable();
            assert_eq!(candidates, [0, 1, 2, 3, 4], "{policy:?}");
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
fn propensities_equal_simulated_frequencies_and_sum_to_one() {
    let items = items();
    for policy in POLICIES {
        let draws = draws(policy);
        let mut seen: [(u64, f64); UTILITIES.len()] = Default::default();
        for seed in 0..draws {
            let (candidate, propensity) = slate(&items, policy, 1, seed.wrapping_mul(0x5851_f42d_4c95_7f2d))[0];
            seen[candidate].0 += 1;
            seen[candidate].1 = propensity;
        }
        let whole: f64 = seen.iter().map(|(_, propensity)| propensity).sum();
        assert!((whole - 1.0).abs() < 1e-9, "{policy:?}: {whole}");
        for (count, propensity) in seen {
            // Five standard errors of a binomial frequency.
            let error = 5.0 * (propensity * (1.0 - propensity) / draws as f64).sqrt();
            assert!((count as f64 / draws as f64 - propensity).abs() <= error, "{policy:?} {count} {propensity}");
        }
    }
}

#[test]
fn a_second_slots_propensity_is_conditional_on_the_first() {
    let items = items();
    for policy in [Policy::EpsilonGreedy { epsilon: 0.3 }, Policy::Softmax { temperature: 0.5 }, THOMPSON] {
        let draws = draws(policy);
        let mut after_best: [(u64, f64); UTILITIES.len()] = Default::default();
        let mut cases = 0;
        for seed in 0..draws {
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

#[test]
fn the_probability_of_a_pick_is_its_propensity_and_those_of_a_slot_sum_to_one() {
    let (world, index) = &items();
    for policy in POLICIES {
        for (seed, diversity) in (0..200u64).flat_map(|seed| [(seed, 0.0), (seed, 0.4)]) {
            let (items, ids) = (&[0, 1, 2, 3, 4].map(ItemIndex), &world.library.ids);
            let (utilities, std_devs) = (&UTILITIES, &STD_DEVS);
            let candidates = Candidates { items, utilities, std_devs, pinned: &[2], ids, facet_matrix: index };
            let options = SlateOptions { count: 5, policy, diversity };
            let (mut limits, mut random) = (SlateLimits::default(), Random::new(seed));
            let mut filling = SlateFilling::new(&candidates, &options, &mut limits);
            while let Some(slot) = filling.open_slot() {
                let item = filling.choose(&mut random).unwrap();
                let n = slot.candidates.iter().position(|one| *one == item.candidate).unwrap();
                assert_eq!(slot.probabilities[n].to_bits(), item.propensity.to_bits(), "{policy:?} {seed}");
                assert!((slot.probabilities.iter().sum::<f64>() - 1.0).abs() <= 1e-12, "{policy:?}");
                assert_eq!(slot.is_pinned, item.pinned);
                filling.place(item.candidate);
            }
            assert!(filling.choose(&mut random).is_none());
        }
    }
}

#[test]
fn thompson_is_greedy_for_certain_utilities_and_explores_uncertain_ones() {
    let items = items();
    let (world, index) = &items;
    let choose = |std_devs: &[f64], seed| {
        let (items, ids) = (&[0, 1, 2, 3, 4].map(ItemIndex), &world.library.ids);
        let candidates = Candidates { items, utilities: &UTILITIES, std_devs, pinned: &[], ids, facet_matrix: index };
        let options = SlateOptions { count: 1, policy: THOMPSON, diversity: 0.0 };
        fill_slate(&candidates, &options, &mut SlateLimits::default(), &mut Random::new(seed))[0]
    };
    assert!((0..50).all(|seed| (choose(&[0.0; 5], seed).candidate, choose(&[0.0; 5], seed).propensity) == (0, 1.0)));
    let tried = (0..200).filter(|&seed| choose(&[0.01, 0.8, 0.01, 0.01, 0.01], seed).candidate == 1).count();
    assert!((15..50).contains(&tried), "{tried} of 200, as P(0.1 + 0.8·x > 0.9) = 0.16 says");
}
