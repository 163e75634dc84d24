//! Contract of every policy: picks a remaining item, none twice, the same for the same seed, and propensities equal the
//! probabilities of the picks.

use crate::base::index::ItemIndex;
use crate::base::random::Random;
use crate::world::World;
use crate::world::facet_matrix::FacetMatrix;

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

const THOMPSON: Policy = Policy::Thompson { draws: DRAWS_PER_PICK };
const DRAWS_PER_PICK: u32 = 200;

const UTILITIES: [f64; 5] = [0.9, 0.1, 0.4, 0.4, 0.7];
/// The last utility is certain.
const STD_DEVS: [f64; 5] = [0.2, 0.5, 0.1, 0.3, 0.0];

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
    const DRAWS: u64 = 20_000;
    for policy in POLICIES.into_iter().filter(|policy| !policy.needs_std_devs()) {
        let mut seen: [(u64, f64); UTILITIES.len()] = Default::default();
        for seed in 0..DRAWS {
            let (candidate, propensity) = slate(&items, policy, 1, seed.wrapping_mul(0x5851_f42d_4c95_7f2d))[0];
            seen[candidate].0 += 1;
            seen[candidate].1 = propensity;
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

#[test]
fn estimated_propensities_equal_simulated_frequencies_within_their_error_and_are_never_0() {
    let items = items();
    const DRAWS: u64 = 3000;
    let mut seen: [(f64, f64); UTILITIES.len()] = Default::default();
    for seed in 0..DRAWS {
        let (candidate, propensity) = slate(&items, THOMPSON, 1, seed.wrapping_mul(0x5851_f42d_4c95_7f2d))[0];
        assert!(propensity >= 1.0 / f64::from(DRAWS_PER_PICK) && propensity <= 1.0);
        seen[candidate].0 += 1.0;
        seen[candidate].1 += propensity;
    }
    let mut whole = 0.0;
    for (count, sum) in seen.into_iter().filter(|(count, _)| *count > 0.0) {
        let (frequency, estimate) = (count / DRAWS as f64, sum / count);
        // The mean estimate of a choice that was made lies (1 − p)/draws above its probability p.
        let probability = estimate - (1.0 - estimate) / f64::from(DRAWS_PER_PICK);
        let error = 5.0 * (frequency * (1.0 - frequency) / DRAWS as f64).sqrt();
        assert!((frequency - probability).abs() <= error, "{frequency} {probability}");
        whole += probability;
    }
    assert!((whole - 1.0).abs() < 0.02, "{whole}");
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
