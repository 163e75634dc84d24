//! Consent: a deleted user leaves no trace, a user who opted out of profiling gets the decisions of an unknown user, and a
//! blocked facet has no effect. All hold at once and after snapshots and merges.

use std::sync::OnceLock;

use nextpick::{Item, Recommender};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::online::fitted_model;
use crate::order::{WORTH, agree, close};
use crate::world::*;

/// The user who gives or withdraws consent.
const THEM: &str = "u0";

fn is_theirs(json: &Json) -> bool {
    json["user"] == THEM
}

/// Returns the community without the user's records and interactions; `sent` keeps their sendings.
fn without_them(community: &Community, sent: bool) -> Community {
    let mut others = community.clone();
    others.log.retain(|json| !is_theirs(json));
    others.users.retain(|json| json["id"] != THEM);
    for group in &mut others.groups {
        if let Some(members) = group["members"].as_array_mut() {
            members.retain(|member| member != THEM && member["user"] != THEM);
        }
    }
    others.sent.retain(|json| sent || !is_theirs(&json["subject"]));
    others
}

/// Asks about another user at a moment; interactions after it are then pending.
fn query_at(recommender: &mut Recommender, now: i64) {
    profile(recommender, &json!({ "user": "u1", "now": now }));
}

/// Compares all decisions for recipients that `counts` accepts, up to rounding. Ids differ with the states.
fn assert_alike(a: &mut Recommender, b: &mut Recommender, counts: impl Fn(&Json) -> bool) -> Result<(), TestCaseError> {
    for to in everybody().into_iter().filter(counts) {
        let request = whole_order(&to);
        let (ours, mut theirs) = (decide(a, &request), decide(b, &request));
        theirs.id.clone_from(&ours.id);
        agree(&ours, &theirs)?;
    }
    Ok(())
}

/// A model that ranks by the effects of facets on responses alone.
fn model_of_effects() -> &'static [u8] {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    MODEL.get_or_init(|| fitted_model(&json!({ "families": ["effects"] })))
}

/// Returns the community with an impression before each interaction of a user with an item, so that there are effects.
fn with_impressions(mut community: Community) -> Community {
    let shown = |json: &Json| {
        let at = json["at"].as_i64().unwrap() - 1000;
        json!({ "user": json["user"], "item": json["item"], "kind": "impression", "at": at })
    };
    let answers = community.log.iter().filter(|json| json["user"].is_string() && json["item"].is_string());
    let impressions: Vec<Json> = answers.map(shown).collect();
    community.log.extend(impressions);
    community
}

/// Returns the affinities to one facet: kind, and both half-lives.
fn affinity_to(recommender: &mut Recommender, facet: &str) -> Vec<(String, [f64; 2])> {
    let profile = profile(recommender, &json!({ "user": THEM, "now": NOW, "limit": 1000 }));
    let mut rows: Vec<_> = profile["affinity"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["facet"] == facet)
        .map(|row| {
            (row["kind"].as_str().unwrap().to_owned(), ["short", "long"].map(|field| row[field].as_f64().unwrap()))
        })
        .collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn expired_interactions_leave_no_trace(community in community(WORTH, 200, 60), days in 0..40i64) {
        let before = NOW - days * DAY;
        let kept = |json: &Json| json["at"].as_i64().unwrap() >= before;
        let mut recent = community.clone();
        recent.log.retain(kept);
        let mut never = recent.recommender();
        let mut expired = community.recommender();
        let count = expired.expire(before).unwrap();
        prop_assert!(count <= community.log.len() - recent.log.len());
        assert_alike(&mut expired, &mut never, |_| true)?;
        for mut request in everybody().into_iter().filter(|to| to["user"].is_null() || to["group"].is_null()) {
            request["now"] = json!(NOW);
            prop_assert_eq!(&profile(&mut expired, &request)["recent"], &profile(&mut never, &request)["recent"]);
        }
        let mut loaded = Recommender::from_snapshot(&expired.to_snapshot()).unwrap();
        assert_alike(&mut loaded, &mut expired, |_| true)?;
        prop_assert_eq!(expired.expire(before).unwrap(), 0);
    }

    #[test]
    fn a_deleted_user_leaves_no_trace(community in community(WORTH, 200, 60), days in 0..40i64) {
        let mut never = without_them(&community, false).recommender();
        let mut forgotten = community.recommender();
        query_at(&mut forgotten, NOW - days * DAY);
        forgotten.forget(THEM);
        assert_alike(&mut forgotten, &mut never, |_| true)?;
        // The same holds after a snapshot.
        let mut loaded = Recommender::from_snapshot(&forgotten.to_snapshot()).unwrap();
        prop_assert!(loaded.to_snapshot() == forgotten.to_snapshot());
        assert_alike(&mut loaded, &mut never, |_| true)?;
        let profile = profile(&mut forgotten, &json!({ "user": THEM, "now": NOW }));
        prop_assert_eq!((&profile["coldStart"], &profile["itemCount"], &profile["user"]), (&json!(true), &json!(0), &Json::Null));
        prop_assert_eq!(&profile["received"], &json!([]));
    }

    #[test]
    fn a_deleted_user_leaves_no_effects(community in community(WORTH, 200, 60)) {
        let community = with_impressions(community);
        let [mut never, mut forgotten] = [&without_them(&community, false), &community].map(|community| {
            let mut recommender = community.recommender();
            recommender.use_model(model_of_effects()).unwrap();
            recommender
        });
        forgotten.forget(THEM);
        assert_alike(&mut forgotten, &mut never, |_| true)?;
        let decision = text(&mut forgotten, &json!({ "user": THEM, "now": NOW }));
        prop_assert!(!decision.contains("effects."), "{}", decision);
    }

    #[test]
    fn a_deleted_id_is_not_in_the_snapshot(community in community(ANY, 100, 60), days in 0..40i64) {
        let name = "somebody-to-forget";
        let renamed = |list: &[Json]| -> Vec<Json> {
            let renamed = |json: &Json| json.to_string().replace("\"u0\"", &format!("\"{name}\""));
            list.iter().map(|json| serde_json::from_str(&renamed(json)).unwrap()).collect()
        };
        let invited = json!({ "user": "u1", "kind": "invited", "at": NOW, "target": name });
        let mut community = Community {
            config: community.config.clone(),
            channels: community.channels.clone(),
            items: renamed(&community.items),
            users: renamed(&community.users),
            groups: renamed(&community.groups),
            log: renamed(&community.log),
            sent: renamed(&community.sent),
        };
        community.log.push(invited);
        community.users.retain(|json| json["id"] != name);
        community.users.push(json!({ "id": name, "tags": ["only-they-bear-this"], "attributes": { "phone": "13800000000" } }));
        let mut recommender = Recommender::new(tree(&community.config)).unwrap();
        // Earlier versions of the record and former opt-outs must go too.
        let before = json!({ "id": name, "tags": ["they-bore-this-once"] });
        recommender.put_users(vec![read(&before, nextpick::User::read)]);
        recommender.block_facet(name, "tag:they-closed-this-once", true).unwrap();
        recommender.block_facet(name, "tag:they-closed-this-once", false).unwrap();
        recommender.merge(community.recommender()).unwrap();
        recommender.block_facet(name, "tag:only-they-close-this", true).unwrap();
        let has = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        let traces = [
            name,
            "only-they-bear-this",
            "only-they-close-this",
            "they-bore-this-once",
            "they-closed-this-once",
            "13800000000",
        ];
        let bytes = recommender.to_snapshot();
        for text in traces {
            prop_assert!(has(&bytes, text), "{text} was to be there");
        }
        query_at(&mut recommender, NOW - days * DAY);
        prop_assert!(recommender.forget(name) && !recommender.forget(name));
        let bytes = recommender.to_snapshot();
        for text in traces {
            prop_assert!(!has(&bytes, text), "{text} is still there");
        }
        prop_assert!(Recommender::from_snapshot(&bytes).unwrap().to_snapshot() == bytes);
    }

    #[test]
    fn an_opted_out_user_gets_the_decisions_of_an_unknown_user(community in community(WORTH, 200, 60), is_late in any::<bool>(), days in 0..40i64) {
        let mut never = without_them(&community, true).recommender();
        // The opt-out comes before or after the interactions.
        let mut off = match is_late {
            true => community.recommender(),
            false => community.silent(),
        };
        if is_late {
            query_at(&mut off, NOW - days * DAY);
        }
        off.set_personalised(THEM, false).unwrap();
        if !is_late {
            off.observe_all(interactions(&community.log));
            accept_all(&mut off, &community.sent);
        }
        assert_alike(&mut off, &mut never, |to| !is_theirs(to))?;
        // Items sent to them are not repeated; all others have the scores for an unknown user.
        let decision = decide(&mut off, &whole_order(&json!({ "user": THEM })));
        let stranger = decide(&mut never, &whole_order(&json!({ "user": "a stranger" })));
        prop_assert_eq!((decision.personalised, decision.cold_start), (Some(false), true));
        for pick in &decision.picks {
            let theirs = stranger.picks.iter().find(|other| other.item == pick.item).unwrap();
            prop_assert!(close(pick.score, theirs.score), "{}: {} and {}", pick.item, pick.score, theirs.score);
        }
        let mut loaded = Recommender::from_snapshot(&off.to_snapshot()).unwrap();
        assert_alike(&mut loaded, &mut never, |to| !is_theirs(to))?;
    }

    #[test]
    fn an_opt_out_on_either_side_of_a_merge_holds_for_both(
        community in community(WORTH, 200, 60), sides in any::<[bool; 2]>(), later in any::<bool>(),
    ) {
        let mut never = without_them(&community, true).recommender();
        let split = |second: bool| {
            let mut part = community.clone();
            let halves = |n: usize| (n % 2 == 1) == second;
            part.log = part.log.into_iter().enumerate().filter(|(n, _)| halves(*n)).map(|(_, json)| json).collect();
            part.sent = part.sent.into_iter().enumerate().filter(|(n, _)| halves(*n)).map(|(_, json)| json).collect();
            part.recommender()
        };
        let (mut here, mut there) = (split(false), split(true));
        if sides[0] {
            here.set_personalised(THEM, false).unwrap();
        }
        if sides[1] {
            there.set_personalised(THEM, false).unwrap();
        }
        here.merge(Recommender::from_snapshot(&there.to_snapshot()).unwrap()).unwrap();
        if later || !(sides[0] || sides[1]) {
            here.set_personalised(THEM, false).unwrap();
        }
        assert_alike(&mut here, &mut never, |to| !is_theirs(to))?;
        here.set_personalised(THEM, true).unwrap();
        assert_alike(&mut here, &mut community.recommender(), |_| true)?;
    }

    #[test]
    fn an_opt_in_restores_the_state_before_the_opt_out(community in community(WORTH, 200, 60), days in 0..40i64) {
        let mut always = community.recommender();
        let mut again = community.recommender();
        query_at(&mut again, NOW - days * DAY);
        again.set_personalised(THEM, false).unwrap();
        again.set_personalised(THEM, true).unwrap();
        assert_alike(&mut again, &mut always, |_| true)?;
    }

    #[test]
    fn only_later_interactions_count_for_a_removed_facet(community in community(WORTH, 100, 60), ago in 0..100i64) {
        let at = NOW - ago * DAY;
        let mut removed = community.recommender();
        removed.remove_facet(THEM, "tag:tea", at).unwrap();
        let mut later = community.clone();
        later.log.retain(|json| json["at"].as_i64().unwrap() > at);
        let (ours, theirs) = (affinity_to(&mut removed, "tag:tea"), affinity_to(&mut later.recommender(), "tag:tea"));
        prop_assert_eq!(ours.len(), theirs.len());
        for (a, b) in ours.iter().zip(&theirs) {
            prop_assert!(a.0 == b.0 && close(a.1[0], b.1[0]) && close(a.1[1], b.1[1]), "{:?} {:?}", a, b);
        }
    }

    #[test]
    fn a_blocked_facet_is_in_no_reason_until_it_is_unblocked(community in community(WORTH, 100, 60)) {
        let request = whole_order(&json!({ "user": THEM }));
        let mut recommender = community.recommender();
        let reasons_with_tea = |recommender: &mut Recommender| {
            let picks = decide(recommender, &request).picks;
            let reasons = picks.iter().flat_map(|pick| &pick.reasons);
            // Facets of the group's or the channel's own profile remain in reasons.
            let is_personal = |feature: &str| feature.starts_with("affinity") || feature == "context.user";
            reasons.filter(|r| r.facet.as_deref() == Some("tag:tea") && r.feature.as_deref().is_some_and(is_personal)).count()
        };
        let before = (reasons_with_tea(&mut recommender), decide(&mut recommender, &request));
        recommender.block_facet(THEM, "tag:tea", true).unwrap();
        prop_assert_eq!(reasons_with_tea(&mut recommender), 0);
        prop_assert_eq!(&profile(&mut recommender, &json!({ "user": THEM, "now": NOW }))["blocked"], &json!(["tag:tea"]));
        // Later records from the host do not change this.
        let users = community.users.iter().map(|json| read(json, nextpick::User::read)).collect();
        recommender.put_users(users);
        prop_assert_eq!(reasons_with_tea(&mut recommender), 0);
        let mut loaded = Recommender::from_snapshot(&recommender.to_snapshot()).unwrap();
        prop_assert_eq!(reasons_with_tea(&mut loaded), 0);
        recommender.block_facet(THEM, "tag:tea", false).unwrap();
        prop_assert_eq!(before, (reasons_with_tea(&mut recommender), decide(&mut recommender, &request)));
    }
}

#[test]
fn a_new_record_does_not_switch_personalisation_on() {
    let mut recommender = Recommender::new(tree(&json!({}))).unwrap();
    let put = |recommender: &mut Recommender, user: Json| {
        recommender.put_users(vec![read(&user, nextpick::User::read)]);
    };
    let personalised = |recommender: &mut Recommender| {
        decide(recommender, &json!({ "user": THEM, "now": NOW })).personalised.unwrap_or(true)
    };
    recommender.set_personalised(THEM, false).unwrap();
    put(&mut recommender, json!({ "id": THEM, "tags": ["tea"] }));
    put(&mut recommender, json!({ "id": THEM, "personalised": true }));
    assert!(!personalised(&mut recommender));
    recommender.set_personalised(THEM, true).unwrap();
    assert!(personalised(&mut recommender));
    put(&mut recommender, json!({ "id": THEM, "personalised": false }));
    assert!(!personalised(&mut recommender));
    put(&mut recommender, json!({ "id": THEM }));
    assert!(personalised(&mut recommender), "users who never opted out themselves follow their record");
}

#[test]
fn effects_follow_from_showings_and_are_forgotten() {
    let mut recommender = Recommender::new(tree(&json!({}))).unwrap();
    let items = (0..6).map(|n| read(&json!({ "id": format!("i{n}"), "tags": [format!("t{}", n % 2)] }), Item::read));
    recommender.put_items(items.collect());
    let did = |user: &str, n: i64, kind: &str| json!({ "user": user, "item": format!("i{n}"), "kind": kind, "at": NOW - 100_000 + n });
    let shown = ["u0", "u1"].into_iter().flat_map(|user| (0..6).map(move |n| did(user, n, "impression")));
    let clicks = [0, 2].map(|n| did("u0", n, "click"));
    recommender.observe_all(interactions(&shown.chain(clicks).collect::<Vec<_>>()));
    recommender.use_model(model_of_effects()).unwrap();
    let scores = |recommender: &mut Recommender| {
        let decision = decide(recommender, &json!({ "user": "u0", "now": NOW, "count": 6 }));
        let score = |item: &str| decision.picks.iter().find(|pick| &*pick.item == item).unwrap().score;
        [score("i4"), score("i5")]
    };
    let [like_the_clicked, other] = scores(&mut recommender);
    assert!(like_the_clicked > other, "{like_the_clicked} {other}");
    recommender.forget("u0");
    let [like_the_clicked, other] = scores(&mut recommender);
    assert_eq!(like_the_clicked, other);
}
