//! What users decide about themselves holds at once and everywhere: who is forgotten was never there, who is not
//! profiled is a stranger to every decision, and a facet that is closed does not speak.

use nextpick::recommender::Recommender;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::order::{WORTH, agree, close};
use crate::world::*;

/// Whom the laws are about.
const THEM: &str = "u0";

fn is_theirs(json: &Json) -> bool {
    json["user"] == THEM
}

/// The same community without what they did, said and were; `sent` alone may stay.
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

/// Both decide alike, up to rounding, for everybody that `counts`. Their states are others, hence their ids.
fn alike(a: &mut Recommender, b: &mut Recommender, counts: impl Fn(&Json) -> bool) -> Result<(), TestCaseError> {
    for to in everybody().into_iter().filter(counts) {
        let request = whole_order(&to);
        let (ours, mut theirs) = (decide(a, &request), decide(b, &request));
        theirs.id.clone_from(&ours.id);
        agree(&ours, &theirs)?;
    }
    Ok(())
}

/// The affinities to one facet: kind, and the liking at both half-lives.
fn liking_of(recommender: &mut Recommender, facet: &str) -> Vec<(String, [f64; 2])> {
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
    fn expired_interactions_were_never_told(community in community(WORTH, 200, 60), days in 0..40i64) {
        let before = NOW - days * 86_400_000;
        let kept = |json: &Json| json["at"].as_i64().unwrap() >= before;
        let mut recent = community.clone();
        recent.log.retain(kept);
        let mut never = recent.recommender();
        let mut expired = community.recommender();
        let count = expired.expire(before).unwrap();
        prop_assert!(count <= community.log.len() - recent.log.len());
        alike(&mut expired, &mut never, |_| true)?;
        for mut request in everybody().into_iter().filter(|to| to["user"].is_null() || to["group"].is_null()) {
            request["now"] = json!(NOW);
            prop_assert_eq!(&profile(&mut expired, &request)["recent"], &profile(&mut never, &request)["recent"]);
        }
        let mut loaded = Recommender::from_snapshot(&expired.to_snapshot()).unwrap();
        alike(&mut loaded, &mut expired, |_| true)?;
        prop_assert_eq!(expired.expire(before).unwrap(), 0);
    }

    #[test]
    fn who_is_forgotten_was_never_there(community in community(WORTH, 200, 60)) {
        let mut never = without_them(&community, false).recommender();
        let mut forgotten = community.recommender();
        forgotten.forget(THEM);
        alike(&mut forgotten, &mut never, |_| true)?;
        // And again from a snapshot.
        let mut loaded = Recommender::from_snapshot(&forgotten.to_snapshot()).unwrap();
        prop_assert!(loaded.to_snapshot() == forgotten.to_snapshot());
        alike(&mut loaded, &mut never, |_| true)?;
        let profile = profile(&mut forgotten, &json!({ "user": THEM, "now": NOW }));
        prop_assert_eq!((&profile["coldStart"], &profile["itemCount"], &profile["user"]), (&json!(true), &json!(0), &Json::Null));
        prop_assert_eq!(&profile["received"], &json!([]));
    }

    #[test]
    fn nothing_of_a_forgotten_id_is_left_in_a_snapshot(community in community(ANY, 100, 60)) {
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
        // What a record said before it was put anew, and what was closed for a while, must go too.
        let before = json!({ "id": name, "tags": ["they-bore-this-once"] });
        recommender.put_users(vec![read(&before, nextpick::world::subject::User::read)]);
        recommender.block_facet(name, "tag:they-closed-this-once", true);
        recommender.block_facet(name, "tag:they-closed-this-once", false);
        recommender.merge(community.recommender()).unwrap();
        recommender.block_facet(name, "tag:only-they-close-this", true);
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
        prop_assert!(recommender.forget(name) && !recommender.forget(name));
        let bytes = recommender.to_snapshot();
        for text in traces {
            prop_assert!(!has(&bytes, text), "{text} is still there");
        }
        prop_assert!(Recommender::from_snapshot(&bytes).unwrap().to_snapshot() == bytes);
    }

    #[test]
    fn who_is_not_profiled_is_a_stranger_to_every_decision(community in community(WORTH, 200, 60), late in any::<bool>()) {
        let mut never = without_them(&community, true).recommender();
        // Before what they did, or after it.
        let mut off = match late {
            true => community.recommender(),
            false => community.silent(),
        };
        off.set_personalised(THEM, false);
        if !late {
            off.observe_all(interactions(&community.log));
            accept_all(&mut off, &community.sent);
        }
        alike(&mut off, &mut never, |to| !is_theirs(to))?;
        // What was sent to them is not sent again; all the rest is worth what it is worth to a stranger.
        let decision = decide(&mut off, &whole_order(&json!({ "user": THEM })));
        let stranger = decide(&mut never, &whole_order(&json!({ "user": "a stranger" })));
        prop_assert_eq!((decision.personalised, decision.cold_start), (Some(false), true));
        for pick in &decision.picks {
            let theirs = stranger.picks.iter().find(|other| other.item == pick.item).unwrap();
            prop_assert!(close(pick.score, theirs.score), "{}: {} and {}", pick.item, pick.score, theirs.score);
        }
        let mut loaded = Recommender::from_snapshot(&off.to_snapshot()).unwrap();
        alike(&mut loaded, &mut never, |to| !is_theirs(to))?;
    }

    #[test]
    fn what_both_sides_of_a_merge_know_of_someone_who_said_no_is_used_by_neither(
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
            here.set_personalised(THEM, false);
        }
        if sides[1] {
            there.set_personalised(THEM, false);
        }
        here.merge(Recommender::from_snapshot(&there.to_snapshot()).unwrap()).unwrap();
        if later || !(sides[0] || sides[1]) {
            here.set_personalised(THEM, false);
        }
        alike(&mut here, &mut never, |to| !is_theirs(to))?;
        here.set_personalised(THEM, true);
        alike(&mut here, &mut community.recommender(), |_| true)?;
    }

    #[test]
    fn who_is_profiled_again_is_known_as_before(community in community(WORTH, 200, 60)) {
        let mut always = community.recommender();
        let mut again = community.recommender();
        again.set_personalised(THEM, false);
        again.set_personalised(THEM, true);
        alike(&mut again, &mut always, |_| true)?;
    }

    #[test]
    fn a_removed_facet_is_spoken_for_by_what_comes_later_alone(community in community(WORTH, 100, 60), ago in 0..100i64) {
        let at = NOW - ago * DAY;
        let mut removed = community.recommender();
        removed.remove_facet(THEM, "tag:tea", at);
        let mut later = community.clone();
        later.log.retain(|json| json["at"].as_i64().unwrap() > at);
        let (ours, theirs) = (liking_of(&mut removed, "tag:tea"), liking_of(&mut later.recommender(), "tag:tea"));
        prop_assert_eq!(ours.len(), theirs.len());
        for (a, b) in ours.iter().zip(&theirs) {
            prop_assert!(a.0 == b.0 && close(a.1[0], b.1[0]) && close(a.1[1], b.1[1]), "{:?} {:?}", a, b);
        }
    }

    #[test]
    fn a_blocked_facet_is_in_no_reason_until_it_is_let_again(community in community(WORTH, 100, 60)) {
        let request = whole_order(&json!({ "user": THEM }));
        let mut recommender = community.recommender();
        let said = |recommender: &mut Recommender| {
            let picks = decide(recommender, &request).picks;
            let reasons = picks.iter().flat_map(|pick| &pick.reasons);
            // What a group or a channel is called speaks for itself.
            let of_them = |feature: &str| feature.starts_with("affinity") || feature == "context.user";
            reasons.filter(|r| r.facet.as_deref() == Some("tag:tea") && r.feature.as_deref().is_some_and(of_them)).count()
        };
        let before = (said(&mut recommender), decide(&mut recommender, &request));
        recommender.block_facet(THEM, "tag:tea", true);
        prop_assert_eq!(said(&mut recommender), 0);
        prop_assert_eq!(&profile(&mut recommender, &json!({ "user": THEM, "now": NOW }))["blocked"], &json!(["tag:tea"]));
        // The host's next synchronisation changes nothing of that.
        let users = community.users.iter().map(|json| read(json, nextpick::world::subject::User::read)).collect();
        recommender.put_users(users);
        prop_assert_eq!(said(&mut recommender), 0);
        let mut loaded = Recommender::from_snapshot(&recommender.to_snapshot()).unwrap();
        prop_assert_eq!(said(&mut loaded), 0);
        recommender.block_facet(THEM, "tag:tea", false);
        prop_assert_eq!(before, (said(&mut recommender), decide(&mut recommender, &request)));
    }
}

#[test]
fn a_record_put_anew_does_not_switch_personalisation_on() {
    let mut recommender = Recommender::new(tree(&json!({}))).unwrap();
    let put = |recommender: &mut Recommender, user: Json| {
        recommender.put_users(vec![read(&user, nextpick::world::subject::User::read)]);
    };
    let personalised = |recommender: &mut Recommender| {
        decide(recommender, &json!({ "user": THEM, "now": NOW })).personalised.unwrap_or(true)
    };
    recommender.set_personalised(THEM, false);
    put(&mut recommender, json!({ "id": THEM, "tags": ["tea"] }));
    put(&mut recommender, json!({ "id": THEM, "personalised": true }));
    assert!(!personalised(&mut recommender));
    recommender.set_personalised(THEM, true);
    assert!(personalised(&mut recommender));
    put(&mut recommender, json!({ "id": THEM, "personalised": false }));
    assert!(!personalised(&mut recommender));
    put(&mut recommender, json!({ "id": THEM }));
    assert!(personalised(&mut recommender), "who never said no themselves is as the record says");
}
