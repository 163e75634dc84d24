//! Batches: decisions made together equal those of each request alone, to the last bit.

use nextpick::internals::json;
use nextpick::{Options, Recommender, Request};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

use super::world::{Community, DAY, HOUR, NOW, cases, decide_with, read};

/// Draws in [0, 1) from a seed: xorshift64* (Vigna 2016).
struct Draws(u64);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
    }
    fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// Class of random communities.
#[derive(Debug, Clone, Copy)]
struct CommunityClass {
    seed: u64,
    items: usize,
    /// True if items have no metadata, so that most of them are worth the same.
    alike: bool,
    /// True if items have values.
    valued: bool,
    families: &'static [&'static str],
}

const KINDS: [&str; 8] = ["click", "click", "like", "save", "share", "convert", "dismiss", "impression"];

fn community(class: CommunityClass) -> Community {
    let mut draws = Draws(class.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let items = (0..class.items).map(|n| {
        let mut item = json!({ "id": format!("i{n}") });
        if !class.alike || draws.unit() < 0.2 {
            item["tags"] = (0..draws.below(4)).map(|_| format!("t{}", draws.below(30))).collect();
            item["category"] = json!(format!("c{}/d{}", draws.below(5), draws.below(3)));
            item["format"] = json!(draws.of(&["article", "video"]));
            item["title"] = json!(format!("tea {} for {}", draws.below(40), draws.below(9)));
            item["publishedAt"] = json!(NOW - draws.below(90) as i64 * DAY);
        }
        if class.valued {
            item["value"] = json!(draws.below(50));
        }
        match draws.below(60) {
            0 => item["pinned"] = json!(true),
            1 => item["hidden"] = json!(true),
            2 => item["expiresAt"] = json!(NOW - DAY),
            3 => item["audience"] = json!({ "users": ["u1", "u3"] }),
            _ => {}
        }
        item
    });
    let items: Vec<Json> = items.collect();
    let log = (0..600).map(|n| {
        let user = draws.below(12);
        json!({
            "id": format!("e{n}"),
            "user": format!("u{user}"),
            "item": format!("i{}", (draws.below(class.items) + draws.below(7) * user) % class.items),
            "kind": draws.of(&KINDS),
            "at": NOW - draws.below(40 * 24) as i64 * HOUR,
        })
    });
    let log = log.collect();
    let users = (0..12).step_by(3).map(|n| json!({ "id": format!("u{n}"), "tags": ["t1", format!("t{n}")] }));
    Community {
        config: json!({ "families": class.families }),
        items,
        users: users.collect(),
        groups: vec![json!({ "id": "g", "members": ["u1", "u2"], "tags": ["t3"], "purpose": "care" })],
        channels: Vec::new(),
        log,
        sent: Vec::new(),
    }
}

/// Compares a batch with the oracle, which decides each request alone.
fn check(recommender: &mut Recommender, requests: &[Json]) {
    let options = Options { explain: false, reasons: true };
    let read: Vec<Request> = requests.iter().map(|request| read(request, Request::read)).collect();
    let all = recommender.recommend_all(&read, options);
    assert_eq!(all.len(), requests.len());
    for (request, decision) in requests.iter().zip(all) {
        let alone = decide_with(recommender, request, options);
        assert_eq!(json(&decision.unwrap()), json(&alone), "{request}");
    }
}

const ALL: &[&str] = &[
    "trend",
    "freshness",
    "affinity",
    "neighbours",
    "terms",
    "fatigue",
    "context",
    "ease",
    "visit",
    "contemporary",
    "repeat",
    "rates",
];
const USUAL: &[&str] =
    &["affinity", "context", "ease", "fatigue", "freshness", "neighbours", "rates", "terms", "trend", "visit"];
const FEW: &[&str] = &["affinity", "freshness"];

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn a_batch_decides_as_each_request_alone(
        seed in any::<u64>(),
        items in 100usize..420,
        (alike, valued) in any::<(bool, bool)>(),
        families in select(&[ALL, USUAL, FEW][..]),
        users in 1usize..18,
        count in select(&[1usize, 3, 10, 30, 42, 43, 500][..]),
        diversity in select(&[0.0, 0.3, 1.0][..]),
        objective in select(&["default", "benefit", "own"][..]),
        policy in select(&["greedy", "greedy", "greedy", "softmax", "epsilon-greedy"][..]),
    ) {
        let mut recommender = community(CommunityClass { seed, items, alike, valued, families }).recommender();
        let objective = match objective {
            "own" => json!({ "click": -1.0, "save": 3.0, "dismiss": 2.0 }),
            named => json!(named),
        };
        let requests: Vec<Json> = (0..users).map(|n| {
            let mut request = json!({ "user": format!("u{}", n % 14), "now": NOW, "count": count, "diversity": diversity,
                "objective": objective, "policy": { "type": policy }, "context": { "tag": "t2" } });
            match (seed as usize + n) % 11 {
                0 => request["group"] = json!("g"),
                1 => request["objective"] = json!("care"),
                2 => request["exclude"] = (0..items / 2).map(|item| format!("i{item}")).collect(),
                3 => request["only"] = json!(["i1", "i2", "i3"]),
                4 => request["repeats"] = json!("always"),
                5 => request["familyWeights"] = json!({ "affinity": 3 }),
                6 => request["exclude"] = (0..items).map(|item| format!("i{item}")).collect(),
                _ => {}
            }
            request
        }).collect();
        check(&mut recommender, &requests);
    }
}

/// Adds groups that share members, with tags, channels and a log of their own.
fn with_groups(mut community: Community, seed: u64) -> Community {
    let mut draws = Draws(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) | 1);
    community.channels = vec![json!({ "id": "c", "tags": ["t2"] })];
    for n in 0..9 {
        let members: Vec<String> = (0..12).filter(|_| draws.below(2) == 0).map(|user| format!("u{user}")).collect();
        let mut group = json!({ "id": format!("g{n}"), "members": members });
        if n % 3 > 0 {
            group["tags"] = json!([format!("t{n}")]);
            group["channel"] = json!("c");
        }
        if n % 4 > 0 {
            let names = ["average", "least-misery", "most-pleasure", "average-without-misery", "borda"];
            group["aggregation"] = json!(draws.of(&names));
        }
        community.groups.push(group);
    }
    for n in 0..60 {
        let (group, item) = (draws.below(5), draws.below(100));
        let at = NOW - draws.below(9 * 24) as i64 * HOUR;
        let kind = draws.of(&KINDS);
        community.log.push(json!({ "id": format!("g{n}"), "group": format!("g{group}"), "item": format!("i{item}"), "kind": kind, "at": at }));
    }
    community
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn groups_with_common_members_are_decided_as_each_alone(
        seed in any::<u64>(),
        (valued, alike) in any::<(bool, bool)>(),
        families in select(&[ALL, USUAL, FEW][..]),
        groups in 2usize..20,
    ) {
        let mut recommender =
            with_groups(community(CommunityClass { seed, items: 130, alike, valued, families }), seed).recommender();
        recommender.set_personalised("u2", false).unwrap();
        let requests: Vec<Json> = (0..groups).map(|n| {
            let mut request = json!({ "group": format!("g{}", n % 10), "now": NOW + n as i64 / 15 * HOUR, "count": 5 });
            match (seed as usize + n) % 7 {
                0 => request["context"] = json!({ "tag": "t2" }),
                1 => request["objective"] = json!({ "click": -1.0, "save": 3.0 }),
                2 => request["exclude"] = (0..100).map(|item| format!("i{item}")).collect(),
                3 => request["channel"] = json!("c"),
                4 => request["familyWeights"] = json!({ "affinity": 3 }),
                _ => {}
            }
            request
        }).collect();
        check(&mut recommender, &requests);
    }
}

#[test]
fn requests_of_several_moments_and_to_groups_are_decided_in_their_order() {
    let mut recommender =
        community(CommunityClass { seed: 3, items: 200, alike: false, valued: false, families: USUAL }).recommender();
    let requests: Vec<Json> = (0..30)
        .map(|n| match n % 5 {
            0 => json!({ "group": "g", "now": NOW + n / 9 * HOUR, "count": 3 }),
            _ => json!({ "user": format!("u{}", n % 12), "now": NOW + n / 9 * HOUR, "count": 3 }),
        })
        .collect();
    check(&mut recommender, &requests);
}

#[test]
fn a_request_that_is_refused_changes_no_other() {
    let mut recommender =
        community(CommunityClass { seed: 4, items: 200, alike: false, valued: false, families: USUAL }).recommender();
    let good = |user: &str| read(&json!({ "user": user, "now": NOW }), Request::read);
    let bad = read(&json!({ "user": "u1", "now": NOW, "objective": "unknown" }), Request::read);
    let weights = json!({ "user": "u1", "now": NOW, "familyWeights": { "repeat": 2 } });
    let options = Options::default();
    let all = recommender.recommend_all(&[good("u0"), bad, good("u2"), read(&weights, Request::read)], options);
    assert_eq!(all[1].as_ref().unwrap_err().path, "request.objective");
    assert_eq!(all[3].as_ref().unwrap_err().path, "request.familyWeights.repeat");
    for (n, user) in [(0, "u0"), (2, "u2")] {
        let alone = recommender.recommend(&good(user), options).unwrap();
        assert_eq!(json(all[n].as_ref().unwrap()), json(&alone));
    }
}
