//! Order: interactions may arrive in any order, and repeatedly.

use nextpick::{Decision, Recommender};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::world::{self, *};

/// Relative tolerance between two sums.
const SUMS: f64 = 1e-9;
/// Utility difference above which the order of two items must agree.
const UTILITIES: f64 = 1e-6;

pub fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= SUMS * a.abs().max(b.abs()) + 1e-12
}

/// Compares two decisions up to rounding: equal ids, scores within tolerance, and the same order of items whose scores
/// differ.
pub fn agree(a: &Decision, b: &Decision) -> Result<(), TestCaseError> {
    prop_assert_eq!((&a.id, a.cold_start, &a.silent), (&b.id, b.cold_start, &b.silent));
    prop_assert_eq!(a.picks.len(), b.picks.len());
    for pick in &a.picks {
        let Some(other) = b.picks.iter().find(|other| other.item == pick.item) else {
            return Err(TestCaseError::fail(format!("{} is in one decision alone", pick.item)));
        };
        prop_assert!(close(pick.score, other.score), "{}: {} and {}", pick.item, pick.score, other.score);
    }
    let rank = |item: &str| b.picks.iter().position(|pick| pick.item == item);
    let pinned = |pick: &nextpick::Recommendation| pick.reasons.iter().any(|reason| reason.code == "pinned");
    for (n, above) in a.picks.iter().enumerate() {
        for below in &a.picks[n + 1..] {
            if above.score - below.score > UTILITIES || (pinned(above) && !pinned(below)) {
                prop_assert!(rank(&above.item) < rank(&below.item), "{} and {} changed places", above.item, below.item);
            }
        }
    }
    Ok(())
}

/// Facet and kind, with the affinity at both half-lives.
type Affinity = ((String, String), [f64; 2]);

/// Returns the affinities by facet and kind, and the rest of the profile.
fn profile_parts(recommender: &mut Recommender, to: &Json) -> (Vec<Affinity>, Json) {
    let mut request = to.clone();
    (request["now"], request["limit"]) = (json!(NOW), json!(1000));
    let mut profile = profile(recommender, &request);
    let mut affinities: Vec<_> = profile["affinity"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let name = |field: &str| row[field].as_str().unwrap().to_owned();
            ((name("facet"), name("kind")), ["short", "long"].map(|field| row[field].as_f64().unwrap()))
        })
        .collect();
    affinities.sort_by(|a, b| a.0.cmp(&b.0));
    profile["affinity"] = Json::Null;
    // Items of one message are unordered.
    profile["received"].as_array_mut().unwrap().sort_by_key(|sent_item| sent_item.to_string());
    (affinities, profile)
}

/// Compares profiles and decisions of two recommenders, up to rounding.
pub fn same_but_for_rounding(a: &mut Recommender, b: &mut Recommender) -> Result<(), TestCaseError> {
    for to in everybody() {
        if to["user"].is_null() || to["group"].is_null() {
            let ((affinities_a, rest_a), (affinities_b, rest_b)) = (profile_parts(a, &to), profile_parts(b, &to));
            prop_assert_eq!(affinities_a.len(), affinities_b.len());
            for (a, b) in affinities_a.iter().zip(&affinities_b) {
                prop_assert!(a.0 == b.0 && close(a.1[0], b.1[0]) && close(a.1[1], b.1[1]), "{:?} {:?}", a, b);
            }
            prop_assert_eq!(rest_a, rest_b);
        }
        let request = whole_order(&to);
        agree(&decide(a, &request), &decide(b, &request))?;
    }
    Ok(())
}

/// Communities without restrictions, with continuous aggregation and without diversity: utilities are compared
/// directly.
pub const WORTH: CommunityClass = CommunityClass { restricted: false, continuous: true, diverse: false };

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn interactions_may_arrive_in_any_order(
        (community, shuffled) in community(WORTH, 200, 60).prop_flat_map(|c| { let log = c.log.clone(); (Just(c), Just(log).prop_shuffle()) }),
    ) {
        let mut forward = community.recommender();
        let mut backward = Community { log: shuffled, ..community }.recommender();
        same_but_for_rounding(&mut forward, &mut backward)?;
    }

    #[test]
    fn interactions_may_arrive_before_the_library(community in community(WORTH, 100, 40)) {
        let mut after = community.recommender();
        let mut before = Recommender::new(tree(&community.config)).unwrap();
        before.observe_all(interactions(&community.log));
        accept_all(&mut before, &community.sent);
        let records_only = Community { log: Vec::new(), sent: Vec::new(), ..community };
        before.merge(records_only.silent()).unwrap();
        same_but_for_rounding(&mut after, &mut before)?;
    }

    #[test]
    fn interactions_repeated_by_their_ids_change_nothing(community in community(ANY, 100, 50), selection in any::<u64>()) {
        let with_id = |(n, json): (usize, &Json)| (!json["id"].is_null() && selection >> (n % 64) & 1 == 1).then(|| json.clone());
        let again: Vec<Json> = community.log.iter().enumerate().filter_map(with_id).collect();
        let mut recommender = community.recommender();
        let before = recommender.to_snapshot();
        let report = recommender.observe_all(interactions(&again));
        prop_assert_eq!((report.observed, report.duplicates), (0, again.len()));
        prop_assert!(recommender.to_snapshot() == before);
    }

    #[test]
    fn a_repeated_id_with_other_content_counts_once(community in community(ANY, 100, 30)) {
        let mut recommender = community.recommender();
        let before = recommender.to_snapshot();
        for json in community.log.iter().filter(|json| !json["id"].is_null()) {
            let other_content = json!({ "id": json["id"], "user": "somebody else", "item": "new", "kind": "odd", "at": NOW });
            prop_assert!(!recommender.observe(interactions(&[other_content]).remove(0)));
        }
        prop_assert!(recommender.to_snapshot() == before);
    }
}

/// Only the strongest pairs and the latest likes count; ties must not be broken by order of arrival.
#[test]
fn ties_between_neighbours_do_not_depend_on_order() {
    let items: Vec<Json> = (0..140).map(|n| json!({ "id": format!("i{n}") })).collect();
    let like = |user: &str, n: usize| json!({ "user": user, "item": format!("i{n}"), "kind": "like", "at": NOW - DAY });
    let some = (0..70).map(|n| like("u1", n)).chain([like("u0", 7)]);
    let log: Vec<Json> = (0..140).map(|n| like("all", n)).chain(some).collect();
    let [forward, backward] = [log.clone(), log.into_iter().rev().collect()].map(|log| {
        let mut recommender =
            Recommender::new(tree(&json!({ "repeats": "always", "families": ["neighbours"], "diversity": 0 })))
                .unwrap();
        // The log comes first, so that item indices follow its order.
        recommender.observe_all(interactions(&log));
        recommender.put_items(items.iter().map(|json| world::read(json, nextpick::Item::read)).collect());
        ["u0", "u1"].map(|user| decide(&mut recommender, &json!({ "user": user, "now": NOW, "count": 1000 })))
    });
    for (forward, backward) in forward.iter().zip(&backward) {
        agree(forward, backward).unwrap();
    }
}
