//! Slates as indices: they equal those of decisions for the same users at the same time.

use nextpick::Recommender;
use proptest::prelude::*;
use serde_json::json;

use crate::world::*;

/// Returns picks and scores of each user by `recommend`, as numbers.
fn as_decided(recommender: &mut Recommender, users: &[String], now: i64, count: usize) -> (Vec<i32>, Vec<u64>) {
    let ids: Vec<String> = recommender.item_ids().map(str::to_owned).collect();
    let (mut items, mut scores) = (Vec::new(), Vec::new());
    for user in users {
        let decision = decide(recommender, &json!({ "user": user, "now": now, "count": count }));
        let number = |item: &str| ids.iter().position(|id| id == item).unwrap() as i32;
        items.extend(decision.picks.iter().map(|pick| number(&pick.item)));
        scores.extend(decision.picks.iter().map(|pick| pick.score.to_bits()));
        items.resize(items.len() + count - decision.picks.len(), -1);
        scores.resize(items.len(), 0);
    }
    (items, scores)
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn slates_as_numbers_are_those_of_decisions(community in community(ANY, 30, 40), count in 1usize..6, later in 0i64..3) {
        let mut recommender = community.recommender();
        let users: Vec<String> = recommender.user_ids().map(str::to_owned).collect();
        let numbers = recommender.user_numbers(&users);
        prop_assert!(!numbers.contains(&-1));
        let now = NOW + later * HOUR;
        let (items, scores) = as_decided(&mut recommender, &users, now, count);
        let (mut found, mut amounts) = (vec![7; items.len() + 1], vec![7.0; items.len() + 1]);
        recommender.recommend_into(&numbers, now, count, &mut found, &mut amounts).unwrap();
        prop_assert_eq!(found.pop(), Some(7), "elements after the slots are unchanged");
        amounts.pop();
        prop_assert_eq!(&found, &items);
        prop_assert_eq!(amounts.iter().map(|score| score.to_bits()).collect::<Vec<_>>(), scores);
    }
}

#[test]
fn unknown_indices_counts_out_of_range_and_short_lists_are_refused() {
    let mut recommender = Recommender::new(tree(&json!({}))).unwrap();
    recommender.put_users(vec![
        read(&json!({ "id": "u" }), nextpick::User::read),
        read(&json!({ "id": "v" }), nextpick::User::read),
    ]);
    assert_eq!(recommender.user_numbers(&["v".into(), "w".into(), "u".into()]), [1, -1, 0]);
    recommender.forget("u");
    let mut refused = |users: &[i32], count: usize, items: usize, scores: usize| {
        let (mut items, mut scores) = (vec![7; items], vec![7.0; scores]);
        let path = recommender.recommend_into(users, NOW, count, &mut items, &mut scores).err().map(|error| error.path);
        (path, items.iter().all(|item| *item == if users == [1] { -1 } else { 7 }))
    };
    for (users, count, items, scores, path) in [
        (&[1, -1][..], 1, 2, 2, "users[1]"),
        (&[2], 1, 1, 1, "users[0]"),
        (&[0], 1, 1, 1, "users[0]"),
        (&[1, 1], 0, 2, 2, "count"),
        (&[1, 1], 1001, 9999, 9999, "count"),
        (&[1, 1], 2, 3, 4, "items"),
        (&[1, 1], 2, 4, 3, "scores"),
    ] {
        assert_eq!(refused(users, count, items, scores), (Some(path.to_owned()), true), "{users:?} {count}");
    }
    assert_eq!(refused(&[1], 1, 1, 1), (None, true));
    assert_eq!(refused(&[], 1, 0, 0), (None, true));
}
