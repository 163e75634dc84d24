//! Snapshots: equal states give equal bytes, incomplete or altered bytes are refused, and corrupt content is harmless.

use nextpick::internals::checksum;
use nextpick::{Code, Item, Recommender};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

use crate::world::*;

/// Byte range of the checksum, after the magic `nextpick` and the version.
const SUM: std::ops::Range<usize> = 12..28;

/// Replaces the checksum by that of the content.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = checksum("snapshot", &bytes[SUM.end..]).to_le_bytes();
    bytes[SUM].copy_from_slice(&sum);
    bytes
}

/// Calls every verb of a recommender; only panics matter, and that its own snapshot can be read.
fn use_it(recommender: &mut Recommender) {
    for to in everybody() {
        let mut request = to.clone();
        (request["now"], request["count"], request["policy"]) = (json!(NOW), json!(20), json!({ "type": "softmax" }));
        text(recommender, &request);
        if to["user"].is_null() || to["group"].is_null() {
            let mut request = to;
            request["now"] = json!(NOW);
            profile(recommender, &request);
        }
    }
    let _ = recommender.similar("i0", 5, None);
    recommender
        .observe_all(interactions(&[json!({ "user": "u0", "group": "g0", "item": "i0", "kind": "save", "at": NOW })]));
    accept_all(
        recommender,
        &[
            json!({ "id": "later", "subject": { "user": "u0" }, "at": NOW, "channel": "wecom", "picks": [{ "item": "i0" }] }),
        ],
    );
    for user in ["u0", "u1"] {
        recommender.forget(user);
    }
    let again = Recommender::from_snapshot(&recommender.to_snapshot()).expect("a snapshot of this build");
    let _ = recommender.merge(again);
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_fork_decides_as_a_snapshot_and_shares_no_change(community in community(ANY, 60, 60), requests in prop::collection::vec(request(), 1..4)) {
        let mut recommender = community.recommender();
        let bytes = recommender.to_snapshot();
        let mut restored = Recommender::from_snapshot(&bytes).unwrap();
        let decisions: Vec<String> = requests.iter().map(|request| text(&mut restored, request)).collect();
        let decide = |one: &mut Recommender| requests.iter().map(|request| text(one, request)).collect::<Vec<_>>();
        prop_assert_eq!(&decide(&mut recommender.fork().unwrap()), &decisions);
        recommender.prepare();
        let (mut changed, mut kept) = (recommender.fork().unwrap(), recommender.fork().unwrap());
        use_it(&mut changed);
        prop_assert!(recommender.to_snapshot() == bytes);
        prop_assert_eq!(&decide(&mut recommender), &decisions);
        use_it(&mut recommender);
        drop(recommender);
        prop_assert!(kept.to_snapshot() == bytes);
        prop_assert_eq!(decide(&mut kept), decisions);
    }

    #[test]
    fn a_round_trip_gives_the_same_bytes_and_the_same_decisions(community in community(ANY, 60, 60), requests in prop::collection::vec(request(), 1..4)) {
        let mut recommender = community.recommender();
        recommender.remove_items(&["i1".to_owned()]);
        let bytes = recommender.to_snapshot();
        let mut again = Recommender::from_snapshot(&bytes).unwrap();
        prop_assert!(again.to_snapshot() == bytes);
        for request in &requests {
            prop_assert_eq!(text(&mut recommender, request), text(&mut again, request));
        }
        let more = interactions(&[json!({ "user": "u0", "item": "i0", "kind": "save", "at": NOW })]);
        recommender.observe_all(more.clone());
        again.observe_all(more);
        prop_assert!(again.to_snapshot() == recommender.to_snapshot(), "it continues like the original");
    }

    #[test]
    fn a_cut_snapshot_is_refused(community in community(ANY, 30, 20), cut in any::<Index>()) {
        let bytes = community.recommender().to_snapshot();
        let error = Recommender::from_snapshot(&bytes[..cut.index(bytes.len())]).unwrap_err();
        prop_assert_eq!(error.code, Code::Snapshot);
    }

    #[test]
    fn an_altered_byte_is_refused(community in community(ANY, 30, 20), at in any::<Index>(), flip in 1u8..) {
        let mut bytes = community.recommender().to_snapshot();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let error = Recommender::from_snapshot(&bytes).unwrap_err();
        prop_assert_eq!(error.code, Code::Snapshot);
        bytes[at] ^= flip;
        bytes.push(0);
        prop_assert_eq!(Recommender::from_snapshot(&bytes).unwrap_err().code, Code::Snapshot);
    }
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn a_corrupt_snapshot_with_a_valid_checksum_is_refused_or_works(
        community in community(ANY, 30, 12), edits in prop::collection::vec((any::<Index>(), any::<u8>(), 0u8..4), 1..5),
    ) {
        let mut bytes = community.recommender().to_snapshot();
        for (at, byte, how) in edits {
            let at = SUM.end + at.index(bytes.len() - SUM.end);
            match how {
                0 => bytes[at] = byte,
                1 => bytes[at] ^= 1 << (byte % 8),
                2 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        match Recommender::from_snapshot(&sealed(bytes)) {
            Ok(mut recommender) => use_it(&mut recommender),
            Err(error) => prop_assert_eq!(error.code, Code::Snapshot),
        }
    }

    #[test]
    fn a_number_anywhere_may_have_its_largest_value(community in community(ANY, 30, 12), at in any::<Index>(), length in 1usize..10) {
        // Writes the largest varint of `length` bytes: lengths, indices, times and counts at their limits.
        let mut bytes = community.recommender().to_snapshot();
        let at = SUM.end + at.index(bytes.len() - SUM.end);
        let end = (at + length).min(bytes.len());
        let largest: Vec<u8> = std::iter::repeat_n(0xff, length - 1).chain([0x01]).collect();
        bytes.splice(at..end, largest);
        match Recommender::from_snapshot(&sealed(bytes)) {
            Ok(mut recommender) => use_it(&mut recommender),
            Err(error) => prop_assert_eq!(error.code, Code::Snapshot),
        }
    }
}

/// Sums computed on first read must not be missing from an earlier snapshot.
#[test]
fn a_snapshot_before_the_first_query_decides_the_same() {
    let log: Vec<_> = (0..40)
        .flat_map(|n| {
            let did = |kind: &str, at: i64| json!({ "user": format!("u{}", n % 4), "item": format!("i{}", n % 5), "kind": kind, "at": at });
            [did("impression", NOW - n * HOUR), did(if n % 3 == 0 { "click" } else { "dismiss" }, NOW - n * HOUR + 1)]
        })
        .collect();
    let mut recommender = Recommender::new(nextpick::Value::Null).unwrap();
    let items = (0..5).map(|n| read(&json!({ "id": format!("i{n}"), "tags": [format!("t{}", n % 2)] }), Item::read));
    recommender.put_items(items.collect());
    recommender.observe_all(interactions(&log));
    let bytes = recommender.to_snapshot();
    let mut again = Recommender::from_snapshot(&bytes).unwrap();
    let request = json!({ "user": "u1", "now": NOW, "count": 5 });
    assert_eq!(text(&mut again, &request), text(&mut recommender, &request));
    assert!(recommender.to_snapshot() == bytes, "a query changes nothing");
    assert!(again.to_snapshot() == bytes);
}

#[test]
fn empty_and_foreign_bytes_are_refused() {
    let bytes = Recommender::new(nextpick::Value::Null).unwrap().to_snapshot();
    let mut older = bytes.clone();
    older[8] = 0;
    for (foreign, message) in [
        (&b""[..], "at least 28 bytes"),
        (b"{}", "at least 28 bytes"),
        (&[7; 64], "`nextpick`"),
        (&older, "version 7 or 8"),
    ] {
        let error = Recommender::from_snapshot(foreign).unwrap_err();
        assert_eq!(error.code, Code::Snapshot);
        assert!(error.to_string().contains(message), "{error}");
    }
    assert!(Recommender::from_snapshot(&bytes).is_ok());
}

#[test]
fn a_weight_of_a_kind_that_no_configuration_describes_is_refused() {
    let mut recommender = Recommender::new(nextpick::Value::Null).unwrap();
    recommender.observe_all(interactions(&[json!({ "user": "u", "item": "a", "kind": "wave", "at": NOW })]));
    let bytes = recommender.to_snapshot();
    // Kinds follow the names and a count; each has a weight of eight bytes and four flags; `wave` is the last.
    let name = bytes.windows(4).position(|window| window == b"wave").unwrap();
    let count = bytes[name + 4] as usize;
    let weight = name + 5 + 12 * (count - 1);
    assert_eq!(bytes[weight..weight + 12], [0; 12]);
    let mut altered = bytes.clone();
    altered[weight..weight + 8].copy_from_slice(&f64::NEG_INFINITY.to_le_bytes());
    let error = Recommender::from_snapshot(&sealed(altered)).unwrap_err();
    assert!(error.to_string().contains("kinds"), "{error}");
    assert!(Recommender::from_snapshot(&bytes).is_ok());
}

/// A snapshot of a like of `v1` in a group, in which the texts numbered `changed` that name the user name `v2`.
fn snapshot_with_other_user(changed: impl Fn(usize) -> bool) -> Vec<u8> {
    let mut recommender = Recommender::new(nextpick::Value::Null).unwrap();
    let log = [
        json!({ "user": "v1", "group": "g", "item": "a", "kind": "like", "at": NOW }),
        json!({ "user": "v2", "item": "a", "kind": "like", "at": NOW }),
    ];
    recommender.observe_all(interactions(&log));
    let mut bytes = recommender.to_snapshot();
    // A present name of two bytes: only the latest interactions, written in full, contain one.
    let named = |window: &[u8]| window == [1, 2, b'v', b'1'];
    let places: Vec<usize> =
        bytes.windows(4).enumerate().filter(|(_, window)| named(window)).map(|(at, _)| at).collect();
    assert_eq!(places.len(), 2, "in the histories of the user and the group");
    places.iter().enumerate().filter(|&(n, _)| changed(n)).for_each(|(_, at)| bytes[at + 3] = b'2');
    sealed(bytes)
}

#[test]
fn a_history_with_an_interaction_of_another_user_is_refused() {
    assert!(Recommender::from_snapshot(&snapshot_with_other_user(|_| false)).is_ok());
    let error = Recommender::from_snapshot(&snapshot_with_other_user(|n| n == 0)).unwrap_err();
    assert_eq!(error.code, Code::Snapshot);
    assert!(error.to_string().contains("a memory of this world"), "{error}");
}

#[test]
fn a_user_is_forgotten_in_a_group_whose_interaction_no_history_of_theirs_has() {
    let mut recommender = Recommender::from_snapshot(&snapshot_with_other_user(|n| n == 1)).unwrap();
    recommender.forget("v2");
    assert!(Recommender::from_snapshot(&recommender.to_snapshot()).is_ok());
}
