//! Cases made from a log by the sampled protocol: users with at least 5 items, a fifth of each one's items held out,
//! each of them against 100 items that the user never touched.
//!
//! The log they were made from is what they are judged with: what a case asks is left out of learning there.

use crate::base::id::Interner;
use crate::base::order;
use crate::base::random::Random;
use crate::world::{IndexedInteraction, World};

use super::baselines::is_touch;
use super::cases::Case;

/// Users with fewer items have no cases.
const LEAST_ITEMS: usize = 5;

/// Of a user's items every so many-th is held out, rounded; which, chance decides.
const ONE_IN: usize = 5;

/// Items beside the one held out.
const OTHERS: usize = 100;

/// Makes cases of what users touched; showings and signs of dislike hold nothing out. The same log and seed make the
/// same cases, in whatever order the log comes. Where fewer than 100 others are left, all of them are taken.
pub fn make(world: &World, log: &[IndexedInteraction], seed: u64) -> Vec<Case> {
    let items = all_items(world, log);
    let mut random = Random::new(seed);
    let mut cases = Vec::new();
    for (user, mut liked, met) in histories(world, log) {
        if liked.len() < LEAST_ITEMS {
            continue;
        }
        shuffle(&mut liked, &mut random);
        liked.truncate((liked.len() + ONE_IN / 2) / ONE_IN);
        let mut others: Vec<u32> = items.iter().copied().filter(|item| met.binary_search(item).is_err()).collect();
        for &item in &liked {
            let drawn = OTHERS.min(others.len());
            draw(&mut others, drawn, &mut random);
            let mut candidates = others[..drawn].to_vec();
            candidates.push(item);
            // Not always last: who ranks by the place in the list shall gain nothing.
            shuffle(&mut candidates, &mut random);
            let name = |item: &u32| world.library.ids.name(*item).to_owned();
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

/// The items of library and log, by id.
fn all_items(world: &World, log: &[IndexedInteraction]) -> Vec<u32> {
    let in_library = world.library.iter().map(|(item, _)| item);
    each_once(in_library.chain(log.iter().filter_map(|interaction| interaction.item)).collect(), &world.library.ids)
}

/// The numbers, each once, by name.
fn each_once(mut numbers: Vec<u32>, ids: &Interner) -> Vec<u32> {
    order::sort_by(&mut numbers, |&a, &b| ids.name(a).cmp(ids.name(b)));
    numbers.dedup();
    numbers
}

/// For each user, by id: the items touched without dislike, by id, and all they had to do with, by number.
fn histories(world: &World, log: &[IndexedInteraction]) -> Vec<(u32, Vec<u32>, Vec<u32>)> {
    let mut histories = vec![(Vec::new(), Vec::new()); world.users.ids.len()];
    for interaction in log {
        let (Some(user), Some(item)) = (interaction.user, interaction.item) else { continue };
        let (liked, met) = &mut histories[user as usize];
        met.push(item);
        if is_touch(interaction.kind, &world.kinds) && world.kinds.of(interaction.kind).weight >= 0.0 {
            liked.push(item);
        }
    }
    let users = each_once((0..histories.len() as u32).collect(), &world.users.ids);
    let history = |user: u32| {
        let (liked, mut met) = std::mem::take(&mut histories[user as usize]);
        order::sort(&mut met);
        (user, each_once(liked, &world.library.ids), met)
    };
    users.into_iter().map(history).collect()
}

fn shuffle(list: &mut [u32], random: &mut Random) {
    draw(list, list.len(), random);
}

/// Moves so many elements, drawn without replacement, to the front (Fisher and Yates).
fn draw(list: &mut [u32], count: usize, random: &mut Random) {
    for place in 0..count {
        list.swap(place, place + random.below(list.len() - place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::evaluated_ranker::EvaluatedRanker;
    use crate::evaluation::settings::Way;
    use crate::evaluation::testing::{examinee_of, user_event};

    /// u touched 12 of 150 items, v 4, w 5 by dislike or by being shown them alone; u was shown one more.
    fn community() -> (EvaluatedRanker, Vec<IndexedInteraction>) {
        let library: Vec<String> = (0..150).map(|n| format!(r#"{{"id":"i{n}"}}"#)).collect();
        let mut ranker = examinee_of(Way::Cases, "{}", &library.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
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
    fn a_fifth_of_the_items_is_held_out_each_against_a_hundred_never_touched() {
        let (ranker, log) = community();
        let cases = make(&ranker.world, &log, 1);
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
    fn the_same_seed_makes_the_same_cases_in_whatever_order_the_log_comes() {
        let (ranker, mut log) = community();
        let cases = make(&ranker.world, &log, 1);
        log.reverse();
        assert_eq!(make(&ranker.world, &log, 1), cases);
        assert_ne!(make(&ranker.world, &log, 2), cases);
    }
}
