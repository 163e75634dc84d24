//! Operations: they survive snapshots, restrict decisions, and contain no deleted users.

use nextpick::Code;
use nextpick::Decision;
use nextpick::Recommender;
use nextpick::Sent;
use nextpick::TierReportRequest;
use nextpick::internals::{GroupIndex, ItemIndex, UserIndex};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

use super::world::*;

fn sent(decision: &Decision) -> Sent {
    let picks: Vec<Json> = decision.picks.iter().map(|pick| json!({ "item": pick.item })).collect();
    let channel = decision.channel.as_ref().map_or(Json::Null, |channel| json!(channel));
    let subject = json!({ "user": decision.subject.user, "group": decision.subject.group });
    let sent = json!({ "id": decision.id, "subject": subject, "channel": channel, "at": decision.at, "picks": picks });
    read(&sent, Sent::read)
}

fn items(decision: &Decision) -> Vec<&str> {
    decision.picks.iter().map(|pick| &*pick.item).collect()
}

/// Generates a filter of items of a random community.
fn filter() -> impl Strategy<Value = Json> {
    select(vec![
        json!({}),
        json!({ "tags": ["茶", "tea"] }),
        json!({ "category": ["tea"], "not": { "format": ["video"] } }),
        json!({ "facets": ["region:south"] }),
        json!({ "ids": ["i0", "i3", "elsewhere"] }),
        json!({ "not": { "ids": ["i1"], "source": ["甲"] } }),
    ])
}

fn operations() -> impl Strategy<Value = Json> {
    let audience = select(vec![
        Json::Null,
        json!({ "users": ["u0", "u1"] }),
        json!({ "not": { "users": ["u2"], "tiers": ["lapsed"] } }),
        json!({ "tiers": ["newcomer", "regular"] }),
        json!({ "purposes": ["benefit"] }),
    ]);
    let cap = (1..4u32, select(vec!["user", "group", "total"]), select(vec![Json::Null, json!(48)]));
    let cap = cap.prop_map(|(count, per, hours)| json!({ "count": count, "per": per, "hours": hours }));
    let rule = (filter(), audience.clone(), prop::collection::vec(cap, 0..3), audience.clone());
    let quota = (filter(), audience, 0..3u32, prop::bool::ANY);
    (prop::collection::vec(rule, 0..4), prop::collection::vec(quota, 0..3), 0..3u32).prop_map(|(rules, quotas, days)| {
        let rule = |(n, (items, audience, caps, cap_audience))| {
            json!({ "name": format!("r{n}"), "items": items, "audience": audience, "caps": caps, "capAudience": cap_audience })
        };
        let quota = |(n, (items, audience, min, is_share))| match is_share {
            true => json!({ "name": format!("q{n}"), "items": items, "audience": audience, "minShare": 0.3, "maxShare": 0.5 }),
            false => json!({ "name": format!("q{n}"), "items": items, "audience": audience, "min": min, "max": 2 }),
        };
        let rules: Vec<Json> = rules.into_iter().enumerate().map(rule).collect();
        let quotas: Vec<Json> = quotas.into_iter().enumerate().map(quota).collect();
        json!({ "rules": rules, "quotas": quotas, "tiers": { "newcomerDays": days * 7 } })
    })
}

/// Returns a community's recommender with operations.
fn operated(community: &Community, operations: &Json) -> Recommender {
    let mut recommender = community.recommender();
    recommender.set_operations(tree(operations)).unwrap();
    recommender
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn a_filter_picks_as_the_ids_that_it_matches(
        community in community(ANY, 30, 30), request in request(), filter in filter(), excludes in any::<bool>(),
    ) {
        let mut recommender = community.recommender();
        let field = if excludes { "exclude" } else { "only" };
        let mut by_filter = request.clone();
        by_filter[field] = filter.clone();
        let read_filter = read(&filter, nextpick::internals::ItemFilter::read);
        let library = nextpick::internals::world(&recommender).library.iter();
        let ids: Vec<String> = library.filter(|(_, entry)| read_filter.matches(&entry.item)).map(|(_, entry)| entry.item.id.clone()).collect();
        let mut by_ids = request.clone();
        by_ids[field] = json!(ids);
        // A policy that draws depends on the id.
        for request in [&mut by_filter, &mut by_ids] {
            request["policy"] = json!({ "type": "greedy" });
        }
        let decide = |recommender: &mut Recommender, request: &Json| {
            let mut decision: Json = serde_json::from_str(&text(recommender, request)).unwrap();
            decision["id"] = Json::Null;
            decision["request"] = Json::Null;
            decision
        };
        prop_assert_eq!(decide(&mut recommender, &by_filter), decide(&mut recommender, &by_ids));
    }

    #[test]
    fn operations_survive_a_snapshot(community in community(ANY, 30, 30), request in request(), operations in operations()) {
        let mut recommender = operated(&community, &operations);
        let bytes = recommender.to_snapshot();
        let mut again = Recommender::from_snapshot(&bytes).unwrap();
        prop_assert!(again.to_snapshot() == bytes);
        prop_assert_eq!(again.operations().unwrap().given(), &tree(&operations));
        prop_assert_eq!(text(&mut again, &request), text(&mut recommender, &request));
    }

    #[test]
    fn an_error_changes_nothing(community in community(ANY, 30, 20), operations in operations()) {
        let mut recommender = operated(&community, &operations);
        let bytes = recommender.to_snapshot();
        let mut wrong = operations.clone();
        wrong["rules"] = json!([{ "name": "a", "items": {} }, { "name": "b", "items": { "tags": [] } }]);
        let error = recommender.set_operations(tree(&wrong)).unwrap_err();
        prop_assert_eq!((error.code, &*error.path), (Code::Invalid, "operations.rules[1].items.tags"));
        prop_assert!(recommender.to_snapshot() == bytes);
    }

    #[test]
    fn rules_and_quotas_only_restrict_decisions(
        community in community(ANY, 30, 30), requests in prop::collection::vec(request(), 1..12), operations in operations(),
    ) {
        let mut recommender = operated(&community, &operations);
        for (n, mut request) in requests.into_iter().enumerate() {
            request["now"] = json!(NOW + n as i64 * 3 * HOUR);
            let decision = decide_with(&mut recommender, &request, nextpick::Options { explain: true, reasons: false });
            // Quotas do not shorten the slate; only caps of rules do.
            let mut free = request.clone();
            free["quotas"] = json!([]);
            prop_assert_eq!(decide(&mut recommender, &free).picks.len(), decision.picks.len());
            prop_assert!(decide(&mut recommender, &free).unmet_quotas.is_empty());
            if !decision.picks.is_empty() {
                recommender.accept(&sent(&decision)).unwrap();
            }
            for rule in operations["rules"].as_array().unwrap() {
                check_caps(&recommender, rule, decision.at)?;
            }
        }
    }

    #[test]
    fn forgetting_a_user_reaches_the_operations(community in community(ANY, 30, 20), operations in operations()) {
        let mut recommender = operated(&community, &operations);
        // Searches complete ids: `u1` and not a part of another id.
        recommender.forget("u0");
        recommender.forget("u1");
        let text = nextpick::internals::json(recommender.operations().unwrap().given());
        prop_assert!(!text.contains("\"u0\"") && !text.contains("\"u1\""));
        for rule in operations["rules"].as_array().unwrap() {
            let only_forgotten = rule["audience"] == json!({ "users": ["u0", "u1"] });
            if !only_forgotten {
                continue;
            }
            let decision = decide_with(&mut recommender, &json!({ "user": "somebody", "now": NOW, "count": 20 }), nextpick::Options { explain: true, reasons: false });
            let filter = read(&rule["items"], nextpick::internals::ItemFilter::read);
            let allowed = |id: &&str| !filter.matches(&nextpick::internals::world(&recommender).library.get(id).unwrap().item);
            prop_assert!(items(&decision).iter().all(allowed), "an emptied audience contains no one's");
        }
    }

    #[test]
    fn merging_keeps_the_operations_of_the_receiver(community in community(ANY, 30, 20), operations in operations()) {
        let mut recommender = operated(&community, &operations);
        let mut other = Recommender::new(tree(&community.config)).unwrap();
        other.set_operations(tree(&json!({ "rules": [{ "name": "theirs", "items": {} }] }))).unwrap();
        recommender.merge(other).unwrap();
        prop_assert_eq!(recommender.operations().unwrap().given(), &tree(&operations));
    }

    #[test]
    fn moves_between_tiers_add_up(community in community(ANY, 90, 60), operations in operations(), days in 0i64..90) {
        let mut recommender = operated(&community, &operations);
        let mut report = |request: Json| -> Json {
            let request = read(&request, TierReportRequest::read);
            serde_json::from_str(&nextpick::internals::json(&recommender.tier_report(&request))).unwrap()
        };
        let since = NOW - days * DAY;
        let (before, after) = (report(json!({ "now": since })), report(json!({ "now": NOW, "since": since })));
        let moves = after["moves"].as_array().unwrap();
        prop_assert_eq!(&before["untiered"], &after["untiered"]);
        let users = |row: &Json| row["users"].as_i64().unwrap();
        for (before, after) in before["tiers"].as_array().unwrap().iter().zip(after["tiers"].as_array().unwrap()) {
            prop_assert_eq!(&before["name"], &after["name"]);
            let moved = |end: &str| moves.iter().filter(|one| one[end] == after["name"]).map(users).sum::<i64>();
            prop_assert_eq!(users(before) - moved("from") + moved("to"), users(after));
        }
    }
}

/// Counts all sendings of a rule's items in each period that ends at one, and compares them with its caps. Caps of part
/// of the recipients are left out: their audience changes with time.
fn check_caps(recommender: &Recommender, rule: &Json, latest: i64) -> Result<(), TestCaseError> {
    if !rule["capAudience"].is_null() {
        return Ok(());
    }
    let filter = read(&rule["items"], nextpick::internals::ItemFilter::read);
    let (world, exposure) =
        (nextpick::internals::world(recommender), &nextpick::internals::memory(recommender).exposure);
    let counts = |item: ItemIndex| match world.library.entry(item) {
        Some(entry) => filter.matches(&entry.item),
        None => filter.matches_unknown(world.library.ids.name(item)),
    };
    for cap in rule["caps"].as_array().unwrap() {
        let hours = cap["hours"].as_i64().map_or(i64::MAX / 2, |hours| hours * HOUR);
        let of = |subject| -> Vec<i64> {
            let received = exposure.received(subject).items.iter();
            // The generated sendings before the operations may already be above a cap.
            received.filter(|sent| sent.at >= NOW && counts(ItemIndex(sent.item.0))).map(|sent| sent.at).collect()
        };
        let groups = GroupIndex::first(world.groups.ids.len()).map(nextpick::internals::Subject::Group);
        let users = UserIndex::first(world.users.ids.len()).map(nextpick::internals::Subject::User);
        let sendings: Vec<Vec<i64>> = match cap["per"].as_str().unwrap() {
            "user" => users.map(of).collect(),
            "group" => groups.map(of).collect(),
            _ => vec![users.chain(groups).flat_map(of).collect()],
        };
        for times in sendings {
            for end in times.iter().filter(|at| **at <= latest) {
                let within = times.iter().filter(|at| **at <= *end && **at > end - hours).count();
                prop_assert!(within as u64 <= cap["count"].as_u64().unwrap(), "{cap} of {rule}: {times:?}");
            }
        }
    }
    Ok(())
}

#[test]
fn a_rule_over_the_total_limits_the_accepted_decisions_of_a_batch() {
    let items = ["a", "b", "c"].map(|id| json!({ "id": id, "play": "lottery" }));
    let community = Community {
        config: json!({}),
        items: items.into(),
        users: Vec::new(),
        groups: Vec::new(),
        channels: Vec::new(),
        log: Vec::new(),
        sent: Vec::new(),
    };
    let rules = json!({ "rules": [{ "name": "few", "items": { "play": ["lottery"] }, "caps": [{ "count": 3, "per": "total" }] }] });
    let mut recommender = operated(&community, &rules);
    let ask = |n: usize| json!({ "user": format!("u{n}"), "now": NOW, "count": 2 });
    let decisions: Vec<Decision> = (0..5).map(|n| decide(&mut recommender, &ask(n))).collect();
    assert!(decisions.iter().all(|decision| decision.picks.len() == 2));
    let accepted: Vec<_> = decisions.iter().map(|decision| recommender.accept(&sent(decision)).unwrap()).collect();
    assert!(accepted[0].accepted);
    assert!(accepted[1..].iter().all(|one| one.rule.as_deref() == Some("rule.cap:few") && one.items.len() == 2));
    let last = decide(&mut recommender, &ask(9));
    assert_eq!(last.picks.len(), 1, "one sending is left");
    assert!(recommender.accept(&sent(&last)).unwrap().accepted);
    assert!(decide(&mut recommender, &ask(10)).picks.is_empty());
}

#[test]
fn users_have_tiers_with_empty_operations_and_none_without_operations() {
    let mut recommender = Recommender::new(nextpick::Value::Null).unwrap();
    recommender
        .put_items(vec![read(&json!({ "id": "a", "audience": { "tiers": ["newcomer"] } }), nextpick::Item::read)]);
    let request = json!({ "user": "u", "now": NOW });
    let before = decide(&mut recommender, &request);
    assert_eq!((before.tier, before.picks.len()), (None, 0));
    recommender.set_operations(tree(&json!({}))).unwrap();
    let after = decide(&mut recommender, &request);
    assert_eq!((after.tier.as_deref(), after.picks.len()), (Some("newcomer"), 1));
    assert_ne!(after.id, before.id);
}

#[test]
fn an_item_for_a_tier_matches_the_users_of_that_tier() {
    let mut recommender = Recommender::new(nextpick::Value::Null).unwrap();
    let items = ["for newcomers", "for all"].map(|id| {
        let facets = if id == "for newcomers" { json!({ "tier": ["newcomer"] }) } else { json!({}) };
        read(&json!({ "id": id, "facets": facets }), nextpick::Item::read)
    });
    recommender.put_items(items.into());
    recommender.observe_all(interactions(&[json!({ "user": "old", "kind": "click", "at": NOW - 40 * DAY })]));
    recommender.set_personalised("quiet", false).unwrap();
    let first = |recommender: &mut Recommender, user: &str| -> (String, bool) {
        let decision = decide(recommender, &json!({ "user": user, "now": NOW }));
        let reasons = &decision.picks[0].reasons;
        (decision.picks[0].item.clone(), reasons.iter().any(|reason| reason.facet.as_deref() == Some("tier:newcomer")))
    };
    assert!(!first(&mut recommender, "new").1, "users have no tier before the first operations");
    recommender.set_operations(tree(&json!({}))).unwrap();
    assert_eq!(first(&mut recommender, "new"), ("for newcomers".to_owned(), true));
    assert!(!first(&mut recommender, "old").1 && !first(&mut recommender, "quiet").1);
}

/// Checks the contents of an earlier snapshot, and that it is written in the present version.
fn check_earlier(recommender: &mut Recommender) {
    assert!(recommender.operations().is_none());
    let profile = profile(recommender, &json!({ "user": "u", "now": 1_760_000_000_001i64 }));
    assert_eq!(profile["kinds"], json!({ "click": 1, "paid": 1 }));
    assert_eq!(profile["recent"][1]["context"], json!({ "scene": "evening" }));
    assert!(recommender.decision("kept").is_some() && recommender.decision("sent").is_some());
    assert_eq!(recommender.to_snapshot()[8], 10, "written in the present version");
    assert!(Recommender::from_snapshot(&recommender.to_snapshot()).is_ok());
}

#[test]
fn snapshots_of_the_versions_before_are_read() {
    let mut seventh = Recommender::from_snapshot(include_bytes!("../data/snapshot-7.bin")).unwrap();
    assert_eq!(nextpick::internals::world(&seventh).library.len(), 2);
    check_earlier(&mut seventh);
    for bytes in [&include_bytes!("../data/snapshot-8.bin")[..], include_bytes!("../data/snapshot-9.bin")] {
        let mut later = Recommender::from_snapshot(bytes).unwrap();
        assert_eq!(nextpick::internals::world(&later).library.len(), 3);
        check_earlier(&mut later);
        let reserved = "b0e91d320d79c19d7527e594e4fdd796";
        assert!(later.confirm(reserved, 1_760_003_600_001).unwrap().accepted, "the reservation is read, too");
    }
}
