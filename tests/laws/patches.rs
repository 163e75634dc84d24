//! Patches: a patched record equals the complete record with the patch's fields; an invalid patch changes nothing.

use nextpick::{Group, Item, Patch, Recommender, Result, User, Value};
use proptest::prelude::*;
use serde_json::Value as Json;

use crate::world::*;

/// Turns a record into a patch: bits of `mask` choose its fields, and the fields that it removes.
fn patch_of(record: &Json, mask: u64) -> Json {
    let fields = record.as_object().unwrap().iter().filter(|(name, _)| *name != "id").enumerate();
    let given = fields.filter(|(n, _)| mask >> (2 * n) & 1 == 1);
    let patch = given.map(|(n, (name, value))| {
        (name.clone(), if mask >> (2 * n + 1) & 1 == 1 { Json::Null } else { value.clone() })
    });
    let mut patch: serde_json::Map<String, Json> = patch.collect();
    patch.insert("id".to_owned(), record["id"].clone());
    Json::Object(patch)
}

/// Oracle: returns the records that have a patch, with the patch's fields.
fn merged(records: &[Json], patches: &[Json]) -> Vec<Json> {
    let find = |patch: &Json| records.iter().find(|record| record["id"] == patch["id"]).cloned();
    let with = |mut record: Json, patch: &Json| {
        patch.as_object().unwrap().iter().for_each(|(name, value)| record[name] = value.clone());
        record
    };
    patches.iter().filter_map(|patch| Some(with(find(patch)?, patch))).collect()
}

fn all<T>(records: &[Json], read: impl Fn(Value, &str) -> Result<T>) -> Option<Vec<T>> {
    records.iter().map(|json| read(tree(json), "it").ok()).collect()
}

/// Compares a patched recommender with one in which the merged records were put, if they are valid.
fn assert_alike(
    community: &Community,
    patches: &[Json],
    patch: impl Fn(&mut Recommender, &[Patch]) -> Result<usize>,
    put: impl Fn(&mut Recommender) -> Option<usize>,
    request: &Json,
) -> std::result::Result<(), TestCaseError> {
    let (mut patched, mut whole) = (community.recommender(), community.recommender());
    // A cache filled before must not survive.
    text(&mut patched, request);
    let patches: Vec<Patch> = patches.iter().map(|json| read(json, Patch::read)).collect();
    prop_assert_eq!(patch(&mut patched, &patches).ok(), put(&mut whole));
    prop_assert!(patched.to_snapshot() == whole.to_snapshot());
    prop_assert_eq!(text(&mut patched, request), text(&mut whole, request));
    Ok(())
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_patched_record_equals_the_complete_record(community in community(ANY, 30, 20), other in community(ANY, 30, 1), mask: u64, request in request()) {
        let patches = |records: &[Json]| -> Vec<Json> { records.iter().zip(0..).map(|(record, n)| patch_of(record, mask.rotate_left(7 * n))).collect() };
        let [items, users, groups] = [&other.items, &other.users, &other.groups].map(|records| patches(records));
        assert_alike(&community, &items, |rec, patches| Ok(rec.patch_items(patches)?.patched), |rec| {
            Some(rec.put_items(all(&merged(&community.items, &items), Item::read)?).put)
        }, &request)?;
        assert_alike(&community, &users, |rec, patches| Ok(rec.patch_users(patches)?.patched), |rec| {
            let users = all(&merged(&community.users, &users), User::read)?;
            let count = users.len();
            rec.put_users(users);
            Some(count)
        }, &request)?;
        assert_alike(&community, &groups, |rec, patches| Ok(rec.patch_groups(patches)?.patched), |rec| {
            let groups = all(&merged(&community.groups, &groups), Group::read)?;
            let count = groups.len();
            rec.put_groups(groups);
            Some(count)
        }, &request)?;
    }

    #[test]
    fn removed_groups_are_as_if_they_had_never_been_put(community in community(ANY, 30, 20), request in request()) {
        let never = Community { groups: community.groups[1..].to_vec(), sent: Vec::new(), ..community.clone() };
        let mut removed = Community { sent: Vec::new(), ..community.clone() }.recommender();
        let ids = [community.groups[0]["id"].as_str().unwrap().to_owned()];
        prop_assert_eq!([removed.remove_groups(&ids), removed.remove_groups(&ids)], [1, 0]);
        // The id is a hash of the whole state.
        prop_assert_eq!(decide(&mut removed, &request).id, decide(&mut never.recommender(), &request).id);
    }
}
