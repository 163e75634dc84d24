//! Moving: a group moved to another id equals a group that always had that id.

use nextpick::{Moving, Recommender};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::order::{WORTH, agree};
use crate::world::*;

const OLD: &str = "g0";
const NEW: &str = "moved";

fn moving(from: &str, to: &str) -> Moving {
    Moving { from: from.to_owned(), to: to.to_owned() }
}

/// Replaces the group's old id by the new one.
fn renamed(json: &Json) -> Json {
    serde_json::from_str(&json.to_string().replace(&format!("\"{OLD}\""), &format!("\"{NEW}\""))).unwrap()
}

/// Replaces the id in the records whose index `is_new` selects.
fn with_new(list: &[Json], is_new: impl Fn(usize) -> bool) -> Vec<Json> {
    list.iter().enumerate().map(|(n, json)| if is_new(n) { renamed(json) } else { json.clone() }).collect()
}

fn quiet(community: &mut Community) {
    community.config["quietHours"] = json!([{ "from": "03:00", "to": "09:30", "group": OLD }]);
}

/// Returns the community in which the group always had the new id.
fn always(community: &Community) -> Community {
    let all = |list: &[Json]| with_new(list, |_| true);
    Community {
        config: renamed(&community.config),
        items: all(&community.items),
        users: community.users.clone(),
        groups: all(&community.groups),
        channels: community.channels.clone(),
        log: all(&community.log),
        sent: all(&community.sent),
    }
}

/// Compares all decisions and the group's profiles.
fn assert_alike(moved: &mut Recommender, always: &mut Recommender) -> Result<(), TestCaseError> {
    for to in everybody() {
        let request = whole_order(&renamed(&to));
        let (ours, mut theirs) = (decide(moved, &request), decide(always, &request));
        theirs.id.clone_from(&ours.id);
        agree(&ours, &theirs)?;
    }
    let profile_of = |recommender: &mut Recommender, group: &str| {
        let mut found = profile(recommender, &json!({ "group": group, "now": NOW, "limit": 1000 }));
        // Item indices differ, hence the rounding of these sums.
        found["affinity"] = Json::Null;
        // Items of one message are unordered.
        found["received"].as_array_mut().unwrap().sort_by_key(|sent_item| sent_item.to_string());
        found
    };
    prop_assert_eq!(profile_of(moved, NEW), profile_of(always, NEW));
    prop_assert_eq!(profile_of(moved, OLD), profile_of(always, OLD));
    prop_assert_eq!(nextpick::internals::world(moved).digest(), nextpick::internals::world(always).digest());
    Ok(())
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_moved_group_is_as_if_it_always_had_the_new_id(
        community in community(WORTH, 100, 60), known in any::<[bool; 8]>(), has_record in any::<bool>(), has_query in any::<bool>(), is_quiet in any::<bool>(),
    ) {
        let mut community = community;
        if is_quiet {
            quiet(&mut community);
        }
        let mut always = always(&community).recommender();
        // Some records use the new id before the move, and more follow after it.
        let mut before = community.clone();
        before.log = with_new(&community.log, |n| known[n % 4]);
        before.sent = with_new(&community.sent, |n| known[4 + n % 4]);
        let later = before.log.split_off(before.log.len() / 2);
        let mut moved = before.recommender();
        if has_record {
            moved.put_groups(vec![read(&json!({ "id": NEW }), nextpick::Group::read)]);
        }
        if has_query {
            decide(&mut moved, &whole_order(&json!({ "group": OLD })));
        }
        prop_assert!(moved.move_group(&moving(OLD, NEW)).unwrap());
        prop_assert!(!moved.move_group(&moving(OLD, NEW)).unwrap());
        moved.observe_all(interactions(&with_new(&later, |_| true)));
        assert_alike(&mut moved, &mut always)?;
        let bytes = moved.to_snapshot();
        let old = format!("\"{OLD}\"");
        prop_assert!(!bytes.windows(old.len()).any(|window| window == old.as_bytes()), "{} is still there", OLD);
        let mut loaded = Recommender::from_snapshot(&bytes).unwrap();
        prop_assert!(loaded.to_snapshot() == bytes);
        assert_alike(&mut loaded, &mut always)?;
    }

    #[test]
    fn silences_and_refusals_follow_the_new_id(community in community(ANY, 30, 30)) {
        let mut always = always(&community).recommender();
        let mut moved = community.recommender();
        moved.move_group(&moving(OLD, NEW)).unwrap();
        for to in everybody() {
            let request = whole_order(&renamed(&to));
            let (ours, theirs) = (decide(&mut moved, &request), decide(&mut always, &request));
            prop_assert_eq!(ours.silent, theirs.silent);
            let items = |picks: &[nextpick::Recommendation]| {
                let mut items: Vec<String> = picks.iter().map(|pick| pick.item.clone()).collect();
                items.sort();
                items
            };
            prop_assert_eq!(items(&ours.picks), items(&theirs.picks));
        }
    }
}

#[test]
fn records_of_both_ids_are_merged_unless_they_conflict() {
    let put = |recommender: &mut Recommender, group: Json| {
        recommender.put_groups(vec![read(&group, nextpick::Group::read)]);
    };
    let mut recommender = Recommender::new(tree(&json!({}))).unwrap();
    put(&mut recommender, json!({ "id": OLD, "members": ["a", { "user": "b", "joinedAt": 5 }], "purpose": "care" }));
    put(&mut recommender, json!({ "id": NEW, "members": ["b", "c"], "purpose": "benefit", "channel": "x" }));
    let before = recommender.to_snapshot();
    let error = recommender.move_group(&moving(OLD, NEW)).unwrap_err();
    assert_eq!((error.code, error.path.as_str()), (nextpick::Code::Invalid, "moving.to.purpose"));
    assert!(recommender.to_snapshot() == before);
    put(&mut recommender, json!({ "id": NEW, "members": ["b", "c"], "channel": "x" }));
    assert!(recommender.move_group(&moving(OLD, NEW)).unwrap());
    let expected = r#"{"id":"moved","members":[{"user":"a"},{"user":"b","joinedAt":5},{"user":"c"}],"purpose":"care","channel":"x"}"#;
    assert_eq!(nextpick::internals::json(&nextpick::internals::world(&recommender).groups.get(NEW)), expected);
    assert!(nextpick::internals::world(&recommender).groups.get(OLD).is_none());
    assert!(!recommender.move_group(&moving("never named", NEW)).unwrap());
    assert!(!recommender.move_group(&moving(NEW, NEW)).unwrap());
}
