//! Makes cases from a log by the sampled protocol: for users with at least 5 items, a fifth of the items is held out,
//! each against 100 items that the user never interacted with.
//!
//! Evaluate them on the same log: the evaluation leaves out the interactions of a case's user with its held-out items.

use crate::base::id::Interner;
use crate::base::index::{DenseIndex, ItemIndex, UserIndex};
use crate::base::order;
use crate::base::random::Random;
use crate::world::{IndexedInteraction, World};

use super::baselines::is_interaction;
use super::cases::Case;

/// Users with fewer items have no cases.
const MIN_ITEMS: usize = 5;

/// One of this many items of a user is held out at random; the number is rounded.
const HELD_OUT_ONE_IN: usize = 5;

/// Negatives per case.
const NEGATIVES: usize = 100;

/// Makes cases from users' interactions, except exposures and kinds of negative weight. Equal logs in any order and
/// equal seeds make equal cases. With fewer than 100 possible negatives all are taken.
pub fn sample_cases(world: &World, log: &[IndexedInteraction], seed: u64) -> Vec<Case> {
    let items = all_items(world, log);
    let mut random = Random::new(seed);
    let mut cases = Vec::new();
    for (user, mut liked, seen) in histories(world, log) {
        if liked.len() < MIN_ITEMS {
            continue;
        }
        shuffle(&mut liked, &mut random);
        liked.truncate((liked.len() + HELD_OUT_ONE_IN / 2) / HELD_OUT_ONE_IN);
        let mut negatives: Vec<ItemIndex> =
            items.iter().copied().filter(|item| seen.binary_search(item).is_err()).collect();
        for &item in &liked {
            let drawn = NEGATIVES.min(negatives.len());
            draw(&mut negatives, drawn, &mut random);
            let mut candidates = negatives[..drawn].to_vec();
            candidates.push(item);
            // Not always last: a ranker by list position must gain nothing.
            shuffle(&mut candidates, &mut random);
            let name = |item: &ItemIndex| world.library.ids.name(*item).to_owned();
            cases.push(Case {
                user: Some(world.users.ids.name(user).to_owned()),
                group: None,
                relevant: vec![name(&item)],
                candidates: candidates.iter().map(name).collect(),
            });
        }
    }
    cases
}

/// Returns the items of library and log, by id.
fn all_items(world: &World, log: &[IndexedInteraction]) -> Vec<ItemIndex> {
    let in_library = world.library.iter().map(|(item, _)| item);
    each_once(in_library.chain(log.iter().filter_map(|interaction| interaction.item)).collect(), &world.library.ids)
}

/// Returns the indices, each once, ascending by name.
fn each_once<I: DenseIndex + PartialEq>(mut indices: Vec<I>, ids: &Interner<I>) -> Vec<I> {
    order::sort_by(&mut indices, |&a, &b| ids.name(a).cmp(ids.name(b)));
    indices.dedup();
    indices
}

/// Returns per user, by id: the items of interactions without dislike, by id, and all items in the log, by index.
fn histories(world: &World, log: &[IndexedInteraction]) -> Vec<(UserIndex, Vec<ItemIndex>, Vec<ItemIndex>)> {
    let mut histories = vec![(Vec::new(), Vec::new()); world.users.ids.len()];
    for interaction in log {
        let (Some(user), Some(item)) = (interaction.user, interaction.item) else { continue };
        let (liked, seen) = &mut histories[user.as_usize()];
        seen.push(item);
        if is_interaction(interaction.kind, &world.kinds) && world.kinds.of(interaction.kind).weight >= 0.0 {
            liked.push(item);
        }
    }
    let users = each_once(UserIndex::first(histories.len()).collect(), &world.users.ids);
    let history = |user: UserIndex| {
        let (liked, mut seen) = std::mem::take(&mut histories[user.as_usize()]);
        order::sort(&mut seen);
        (user, each_once(liked, &world.library.ids), seen)
    };
    users.into_iter().map(history).collect()
}

fn shuffle(list: &mut [ItemIndex], random: &mut Random) {
    draw(list, list.len(), random);
}

/// Moves `count` elements, drawn without replacement, to the front (Fisher and Yates).
fn draw(list: &mut [ItemIndex], count: usize, random: &mut Random) {
    for index in 0..count {
        list.swap(index, index + random.below(list.len() - index));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::evaluated_ranker::EvaluatedRanker;
    use crate::evaluation::settings::EvaluationKind;
    use crate::evaluation::testing::{evaluated_ranker, user_event};

    /// u interacted with 12 of 150 items, v with 4; w has only dislikes and exposures. u has an exposure of i149.
    fn community() -> (EvaluatedRanker, Vec<IndexedInteraction>) {
        let library: Vec<String> = (0..150).map(|n| format!(r#"{{"id":"i{n}"}}"#)).collect();
        let mut ranker =
            evaluated_ranker(EvaluationKind::Cases, "{}", &library.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
        let mut log = Vec::new();
        for n in 0..12 {
            log.push(user_event(&mut ranker, "u", &format!("i{n}"), ["click", "save"][n % 2], n as i64));
            log.push(user_event(&mut ranker, "u", &format!("i{n}"), "like", 99));
        }
        log.push(user_event(&mut ranker, "u", "i149", "impression", 99));
        for n in 0..5 {
            log.push(user_event(&mut ranker, "v", &format!("i{}", n % 4), "click", n));
            log.push(user_event(&mut ranker, "w", &format!("i{n}"), ["dismiss", "impression"][n as usize % 2], n));
        }
        (ranker, log)
    }

    #[test]
    fn a_fifth_of_the_items_is_held_out_each_against_a_hundred_negatives() {
        let (ranker, log) = community();
        let cases = sample_cases(ranker.world(), &log, 1);
        assert_eq!(cases.len(), 2, "12 / 5, rounded; v touched too few, w none");
        assert_ne!(cases[0].relevant, cases[1].relevant);
        for case in &cases {
            assert_eq!((case.user.as_deref(), case.candidates.len()), (Some("u"), 101));
            let met = |id: &String| id == "i149" || id[1..].parse::<u32>().unwrap() < 12;
            let met: Vec<&String> = case.candidates.iter().filter(|id| met(id)).collect();
            assert_eq!(met, [&case.relevant[0]]);
            let each_once: std::collections::BTreeSet<&String> = case.candidates.iter().collect();
            assert_eq!(each_once.len(), 101);
        }
    }

    #[test]
    fn cases_depend_on_the_seed_and_not_on_the_order_of_the_log() {
        let (ranker, mut log) = community();
        let cases = sample_cases(ranker.world(), &log, 1);
        log.reverse();
        assert_eq!(sample_cases(ranker.world(), &log, 1), cases);
        assert_ne!(sample_cases(ranker.world(), &log, 2), cases);
    }
}
