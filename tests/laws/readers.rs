//! Readers: no value causes a panic, and every refusal names a path.

use nextpick::{
    Channel, Code, Config, Error, Group, Interaction, Item, Options, ProfileRequest, Recommender, Request, Result,
    Sent, User, Value,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

use crate::world::*;

/// All known field names, and some unknown ones.
const NAMES: &[&str] = &[
    "id",
    "title",
    "text",
    "tags",
    "facets",
    "category",
    "format",
    "products",
    "value",
    "publishedAt",
    "startsAt",
    "expiresAt",
    "audience",
    "not",
    "users",
    "groups",
    "tiers",
    "caps",
    "count",
    "per",
    "hours",
    "pinned",
    "data",
    "attributes",
    "joinedAt",
    "members",
    "user",
    "group",
    "item",
    "kind",
    "at",
    "position",
    "target",
    "context",
    "now",
    "channel",
    "objective",
    "policy",
    "type",
    "epsilon",
    "temperature",
    "only",
    "exclude",
    "seed",
    "subject",
    "picks",
    "propensity",
    "kinds",
    "weight",
    "positive",
    "objectives",
    "halfLives",
    "shortDays",
    "longDays",
    "utcOffsetMinutes",
    "aggregation",
    "diversity",
    "repeats",
    "afterDays",
    "cadence",
    "every",
    "quietHours",
    "from",
    "to",
    "families",
    "click",
    "term",
    "",
    ":",
    "__proto__",
    "茶",
];

const NUMBERS: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    1e-320,
    5e-324,
    1e-200,
    1e300,
    f64::MAX,
    f64::MIN,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    8.64e15,
    -8.64e15,
    8.64e15 + 1.0,
    9.1e15,
    4_294_967_295.0,
    4_294_967_296.0,
    1e9,
    1000.0,
    1.7e12,
];

const TEXTS: &[&str] = &[
    "",
    "a",
    "u0",
    "i0",
    "g0",
    "wecom",
    "click",
    "greedy",
    "softmax",
    "epsilon-greedy",
    "borda",
    "never",
    "day",
    "daysInMonth",
    "user",
    "22:00",
    "24:00",
    "99:99",
    "默认",
    "\u{0}",
    "\u{feff}",
    "\u{202e}",
    "a/b//c/",
    "/",
    ":",
    "tag:x",
    "👩‍👩‍👧",
    "e\u{301}",
    "ﷺ",
];

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        select(NUMBERS).prop_map(Value::Number),
        any::<f64>().prop_map(Value::Number),
        select(TEXTS).prop_map(|text| Value::Text(text.to_owned())),
        ".{0,12}".prop_map(Value::Text),
        (200usize..70_000).prop_map(|n| Value::Text("茶".repeat(n))),
    ]
}

fn any_tree() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
            prop::collection::vec((select(NAMES).prop_map(str::to_owned), inner), 0..6).prop_map(Value::Record),
        ]
    })
}

/// Returns the number of values in a tree, including itself.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::List(values) => values.iter().map(size).sum(),
        Value::Record(fields) => fields.iter().map(|(_, value)| size(value)).sum(),
        _ => 0,
    }
}

/// Replaces the n-th value of a tree, in depth-first order.
fn replaced(value: Value, n: &mut usize, with: &Value) -> Value {
    if *n == 0 {
        *n = usize::MAX;
        return with.clone();
    }
    *n -= 1;
    match value {
        Value::List(values) => Value::List(values.into_iter().map(|value| replaced(value, n, with)).collect()),
        Value::Record(fields) => {
            Value::Record(fields.into_iter().map(|(name, value)| (name, replaced(value, n, with))).collect())
        }
        other => other,
    }
}

/// Checks that an error has a path below `path`, a rule and a short value; returns the value read.
fn checked<T>(read: Result<T>, path: &str) -> Option<T> {
    let check = |error: Box<Error>| {
        assert!(error.path.starts_with(path), "{error:?}");
        assert!(!error.rule.is_empty() && error.value.chars().count() <= 81, "{error:?}");
        assert!(
            matches!(error.code, Code::Invalid | Code::Missing | Code::UnknownField | Code::Limit | Code::Unknown),
            "{error:?}"
        );
    };
    read.map_err(check).ok()
}

/// Passes a tree to every reader, and all records read to a recommender.
fn use_everywhere(tree: &Value) {
    let config = checked(Config::read(tree.clone()), "config").map(|_| tree.clone()).unwrap_or_default();
    let mut recommender = Recommender::new(config).unwrap();
    recommender.put_items(checked(Item::read(tree.clone(), "it"), "it").into_iter().collect());
    recommender.put_users(checked(User::read(tree.clone(), "it"), "it").into_iter().collect());
    recommender.put_groups(checked(Group::read(tree.clone(), "it"), "it").into_iter().collect());
    recommender.put_channels(checked(Channel::read(tree.clone(), "it"), "it").into_iter().collect());
    if let Some(interaction) = checked(Interaction::read(tree.clone(), "it"), "it") {
        assert!(interaction.is_sound());
        recommender.observe(interaction);
    }
    if let Some(sent) = checked(Sent::read(tree.clone(), "it"), "it") {
        checked(recommender.accept(&sent), "decision");
    }
    if let Some(request) = checked(Request::read(tree.clone(), "it"), "it") {
        checked(recommender.recommend(&request, Options::default()), "request");
    }
    if let Some(request) = checked(ProfileRequest::read(tree.clone(), "it"), "it") {
        nextpick::internals::json(&recommender.profile(&request));
    }
    let decision = decide(&mut recommender, &json!({ "user": "u0", "group": "g0", "now": NOW, "count": 5 }));
    assert!(decision.picks.iter().all(|pick| pick.score.is_finite()), "{decision:?}");
    assert!(Recommender::from_snapshot(&recommender.to_snapshot()).is_ok());
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn no_tree_of_values_makes_a_reader_panic(tree in any_tree()) {
        use_everywhere(&tree);
    }
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn one_odd_value_in_a_valid_record_is_refused_or_harmless(
        community in community(ANY, 30, 8), request in request(), which in any::<Index>(), at in any::<Index>(), odd in any_tree(),
    ) {
        let mut records: Vec<serde_json::Value> = [community.items, community.users, community.groups, community.channels, community.log, community.sent].concat();
        records.extend([community.config, request]);
        let sound = tree(&records[which.index(records.len())]);
        let mut n = at.index(size(&sound));
        use_everywhere(&replaced(sound, &mut n, &odd));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in prop_oneof![".{0,40}", "[\\[{\\]}\":,0-9eE+\\-\\\\u\"]{0,60}", "[\\[]{0,400}"]) {
        checked(Value::from_json(&text, "request"), "request");
    }
}

#[test]
fn deep_nesting_is_refused() {
    for open in ["[", "{\"a\":"] {
        assert!(Value::from_json(&open.repeat(100_000), "request").is_err());
        let close = if open == "[" { "]" } else { "}" };
        assert!(Value::from_json(&format!("{}1{}", open.repeat(33), close.repeat(33)), "request").is_err());
        assert!(Value::from_json(&format!("{}1{}", open.repeat(32), close.repeat(32)), "request").is_ok());
    }
}
