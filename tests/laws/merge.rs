//! Merging: two shards of a log with disjoint users and interactions merge to the state of the complete log.

use proptest::prelude::*;
use serde_json::Value as Json;

use crate::order::{WORTH, same_but_for_rounding};
use crate::world::*;

/// True for the second shard: users with an odd last digit. Interactions of a group as one belong to the first.
fn shard(user: &Json) -> bool {
    user.as_str().is_some_and(|id| id.bytes().last().is_some_and(|digit| digit % 2 == 1))
}

fn split(community: &Community) -> [Community; 2] {
    [false, true].map(|second| {
        let mut part = community.clone();
        part.log.retain(|json| shard(&json["user"]) == second);
        // Messages to a group may be recorded on either side; both shards get some.
        let is_second = |json: &Json| json["subject"].get("user").map_or(json["id"].as_str() == Some("d1"), shard);
        part.sent.retain(|json| is_second(json) == second);
        part
    })
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn two_merged_shards_equal_the_complete_log(community in community(WORTH, 200, 60)) {
        let mut whole = community.recommender();
        let shards = || split(&community).map(|part| part.recommender());
        let [mut there, second] = shards();
        there.merge(second).unwrap();
        same_but_for_rounding(&mut whole, &mut there)?;
        let [first, mut back] = shards();
        back.merge(first).unwrap();
        same_but_for_rounding(&mut whole, &mut back)?;
    }

    #[test]
    fn an_interaction_known_to_either_shard_is_known_to_both_merged(community in community(ANY, 50, 30)) {
        let [mut first, second] = split(&community).map(|part| part.recommender());
        first.merge(second).unwrap();
        let with_ids: Vec<Json> = community.log.iter().filter(|json| !json["id"].is_null()).cloned().collect();
        prop_assert_eq!(first.observe_all(interactions(&with_ids)).observed, 0);
    }

    #[test]
    fn merging_with_nothing_changes_no_decision(community in community(ANY, 50, 30), request in request()) {
        let mut alone = community.recommender();
        let mut merged = community.recommender();
        merged.merge(nextpick::Recommender::new(tree(&community.config)).unwrap()).unwrap();
        prop_assert_eq!(text(&mut alone, &request), text(&mut merged, &request));
        prop_assert!(alone.to_snapshot() == merged.to_snapshot());
    }
}
