//! Extremes: inputs at the limits of the contract give finite numbers and no panic.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

use crate::world::*;

const FIRST: i64 = -8_640_000_000_000_000;
/// The last millisecond of the year 2199.
const LAST: i64 = 7_258_118_399_999;
const TIMES: &[i64] = &[FIRST, FIRST + 1, -1, 0, 1, NOW, LAST - 1, LAST];
/// Weights above 0, at most 1, down to the smallest positive number.
const WEIGHTS: &[f64] = &[1.0, 0.5, 1e-3, 1e-160, 1e-200, 1e-300, 5e-324];
/// Values of items that the contract allows, from 0 to its maximum.
const VALUES: &[f64] = &[0.0, 5e-324, 1e-200, 1.0, 1e9, 1e12];

fn time() -> impl Strategy<Value = i64> {
    select(TIMES)
}

fn item() -> impl Strategy<Value = Json> {
    (time(), select(VALUES), select(WEIGHTS), select(WEIGHTS), any::<bool>(), select(TIMES)).prop_map(|(published, value, tea, skin, pinned, starts)| {
        let mut item = json!({ "publishedAt": published, "value": value, "tags": { "茶": tea, "护肤": skin }, "pinned": pinned,
            "category": "a//b/", "title": "茶 ".repeat(300), "caps": [{ "count": 1_000_000_000, "per": "total", "hours": 1e6 }, { "count": 1, "per": "user", "hours": 1e-300 }] });
        if starts < LAST {
            (item["startsAt"], item["expiresAt"]) = (json!(starts), json!(LAST));
        }
        item
    })
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn the_edges_of_the_contract_give_finite_numbers(
        items in prop::collection::vec(item(), 1..6), log in prop::collection::vec((0..4usize, 0..7usize, time(), select(&["save", "dismiss", "impression", "convert"][..])), 0..15),
        now in time(), sent_at in time(), weight in select(&[-1000.0, 0.0, 1000.0][..]), temperature in select(&[0.001, 100.0][..]), days in select(&[0.05, 36_500.0][..]),
    ) {
        let items = items.into_iter().enumerate().map(|(n, mut item)| { item["id"] = json!(format!("i{n}")); item }).collect();
        let log = log.iter().map(|(user, item, at, kind)| json!({ "user": format!("u{user}"), "group": "g0", "item": format!("i{item}"), "kind": kind, "at": at, "value": 1e308 })).collect();
        let community = Community {
            config: json!({ "kinds": { "save": { "weight": weight } }, "halfLives": { "shortDays": days, "longDays": days }, "repeats": { "afterDays": 36500 }, "diversity": 1,
                "cadence": [{ "per": "user", "count": 1_000_000_000, "every": { "hours": 1e6 } }, { "per": "group", "count": 2, "every": "month" }], "groupHistory": 1e6,
                "quietHours": [{ "from": "23:59", "to": "00:00" }], "utcOffsetMinutes": -840 }),
            items,
            users: vec![json!({ "id": "u0", "tags": { "茶": 1e-300 } })],
            groups: vec![json!({ "id": "g0", "members": ["u0", "u1", "nobody"], "aggregation": "average-without-misery" })],
            channels: Vec::new(),
            log,
            sent: vec![json!({ "id": "d", "subject": { "user": "u0" }, "at": sent_at, "picks": [{ "item": "i0" }, { "item": "i0" }] })],
        };
        let mut recommender = community.recommender();
        for to in [json!({ "user": "u0" }), json!({ "group": "g0" }), json!({ "user": "u1", "group": "g0" })] {
            for objective in [json!("default"), json!({ "save": 1000, "dismiss": -1000, "convert": 1000 })] {
                let mut request = to.clone();
                (request["now"], request["count"], request["objective"], request["policy"]) = (json!(now), json!(1000), objective, json!({ "type": "softmax", "temperature": temperature }));
                let decision = decide(&mut recommender, &request);
                for pick in &decision.picks {
                    prop_assert!(pick.score.is_finite() && pick.propensity.is_finite() && pick.reasons.iter().all(|reason| reason.amount.is_finite()), "{:?}", pick);
                    let sum: f64 = pick.reasons.iter().map(|reason| reason.amount).sum();
                    let size: f64 = pick.reasons.iter().map(|reason| reason.amount.abs()).sum();
                    prop_assert!((sum - pick.score).abs() <= 1e-9 * size.max(1e-3), "{} and {}", sum, pick.score);
                }
            }
            if to["user"].is_null() || to["group"].is_null() {
                let mut request = to;
                request["now"] = json!(now);
                let profile = profile(&mut recommender, &request);
                prop_assert!(!profile["affinity"].as_array().unwrap().iter().any(|row| row["short"].is_null() || row["long"].is_null()));
            }
        }
        prop_assert!(nextpick::Recommender::from_snapshot(&recommender.to_snapshot()).is_ok());
    }
}
