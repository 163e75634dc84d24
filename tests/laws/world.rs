//! Generators of random communities, logs and requests as JSON of the contract, and conversions to a recommender.

use nextpick::internals::json;
use nextpick::{
    Channel, Decision, Group, Interaction, Item, Options, ProfileRequest, Recommender, Request, Sent, User, Value,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

/// 2026-03-31T00:00:00Z.
pub const NOW: i64 = 1_774_915_200_000;
pub const HOUR: i64 = 3_600_000;
pub const DAY: i64 = 24 * HOUR;

/// Settings with a fixed number of cases. `PROPTEST_CASES` is ignored: the suite must stay quick in debug builds.
pub fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 2000, ..ProptestConfig::default() }
}

/// Records of a random community, its log and its sendings.
#[derive(Debug, Clone)]
pub struct Community {
    pub config: Json,
    pub items: Vec<Json>,
    pub users: Vec<Json>,
    pub groups: Vec<Json>,
    pub channels: Vec<Json>,
    pub log: Vec<Json>,
    pub sent: Vec<Json>,
}

/// Converts JSON to the value tree that readers accept.
pub fn tree(json: &Json) -> Value {
    Value::from_json(&json.to_string(), "json").unwrap()
}

pub fn read<T>(json: &Json, read: impl Fn(Value, &str) -> nextpick::Result<T>) -> T {
    read(tree(json), "it").unwrap_or_else(|error| panic!("{error} in {json}"))
}

pub fn interactions(log: &[Json]) -> Vec<Interaction> {
    log.iter().map(|json| read(json, Interaction::read)).collect()
}

impl Community {
    /// Returns a recommender with all records and no interactions.
    pub fn silent(&self) -> Recommender {
        let mut recommender = Recommender::new(tree(&self.config)).unwrap();
        recommender.put_channels(self.channels.iter().map(|json| read(json, Channel::read)).collect());
        recommender.put_users(self.users.iter().map(|json| read(json, User::read)).collect());
        recommender.put_groups(self.groups.iter().map(|json| read(json, Group::read)).collect());
        recommender.put_items(self.items.iter().map(|json| read(json, Item::read)).collect());
        recommender
    }

    /// Returns a recommender with records, log and accepted sendings.
    pub fn recommender(&self) -> Recommender {
        let mut recommender = self.silent();
        recommender.observe_all(interactions(&self.log));
        accept_all(&mut recommender, &self.sent);
        recommender
    }
}

pub fn accept_all(recommender: &mut Recommender, sent: &[Json]) {
    for json in sent {
        recommender.accept(&read(json, Sent::read)).unwrap();
    }
}

pub fn decide(recommender: &mut Recommender, request: &Json) -> Decision {
    decide_with(recommender, request, Options::default())
}

pub fn decide_with(recommender: &mut Recommender, request: &Json, options: Options) -> Decision {
    recommender.recommend(&read(request, Request::read), options).unwrap_or_else(|error| panic!("{error} in {request}"))
}

/// Returns the decision's JSON, as a host receives it.
pub fn text(recommender: &mut Recommender, request: &Json) -> String {
    json(&decide_with(recommender, request, Options { explain: true, reasons: true }))
}

pub fn profile(recommender: &mut Recommender, request: &Json) -> Json {
    serde_json::from_str(&json(&recommender.profile(&read(request, ProfileRequest::read)))).unwrap()
}

/// Builds a record without the fields that are null.
fn record<const N: usize>(fields: [(&str, Json); N]) -> Json {
    Json::Object(
        fields
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

/// Null, or with `some` chances in ten a value of `strategy`.
fn maybe(some: u32, strategy: impl Strategy<Value = Json> + 'static) -> BoxedStrategy<Json> {
    prop_oneof![10 - some => Just(Json::Null), some => strategy].boxed()
}

fn one_of(names: &'static [&'static str]) -> impl Strategy<Value = Json> {
    select(names).prop_map(|name| json!(name))
}

const TAGS: &[&str] = &["茶", "护肤", "tea", "促销", "新人"];
const TITLES: &[&str] =
    &["春茶上新", "龙井 tea 怎么泡", "换季护肤三步", "周末促销", "Tea time! tea, tea", "护肤护肤新茶", "！"];
const KINDS: &[&str] = &["impression", "click", "like", "save", "comment", "share", "convert", "dismiss", "checkin"];
pub const USERS: usize = 5;
pub const GROUPS: usize = 3;

fn some_tags() -> impl Strategy<Value = Json> {
    let weight = prop_oneof![Just(1.0), Just(0.5), 0.01f64..1.0];
    prop_oneof![
        prop::collection::vec(one_of(TAGS), 0..4).prop_map(Json::Array),
        prop::collection::btree_map(select(TAGS), weight, 0..4).prop_map(|weights| json!(weights)),
    ]
}

fn attributes() -> impl Strategy<Value = Json> {
    prop_oneof![
        one_of(&["south", "north"]).prop_map(|region| json!({ "region": region })),
        Just(json!({ "age": 30, "region": "south" }))
    ]
}

fn user_id() -> impl Strategy<Value = Json> {
    (0..USERS).prop_map(|n| json!(format!("u{n}")))
}
fn group_id() -> impl Strategy<Value = Json> {
    (0..GROUPS).prop_map(|n| json!(format!("g{n}")))
}
fn channel_id() -> impl Strategy<Value = Json> {
    one_of(&["wecom", "账号"])
}
/// An item of the library, or one that is not in it.
pub fn item_id() -> impl Strategy<Value = Json> {
    (0..11usize).prop_map(|n| json!(format!("i{n}")))
}
fn ago(days: i64) -> impl Strategy<Value = Json> {
    (0..days * DAY).prop_map(|ms| json!(NOW - ms))
}

/// Audience, caps, schedule and `hidden`: absent in properties about utility alone.
fn restrictions() -> impl Strategy<Value = [Json; 5]> {
    let lists = prop_oneof![
        user_id().prop_map(|id| json!({ "users": [id] })),
        group_id().prop_map(|id| json!({ "groups": [id, "elsewhere"] })),
        channel_id().prop_map(|id| json!({ "channels": [id] })),
        one_of(&["benefit", "notice"]).prop_map(|purpose| json!({ "purposes": [purpose] })),
        one_of(TAGS).prop_map(|tag| json!({ "tags": [tag] })),
        Just(json!({ "tiers": ["loyal"] })),
    ]
    .boxed();
    let audience = prop_oneof![lists.clone(), lists.prop_map(|not| json!({ "not": not }))];
    let hours = prop_oneof![Just(Json::Null), Just(json!(24)), Just(json!(0.5))];
    let cap = (1..3u32, one_of(&["user", "group", "total"]), hours)
        .prop_map(|(count, per, hours)| record([("count", json!(count)), ("per", per), ("hours", hours)]));
    let soon = (-3 * DAY..3 * DAY).prop_map(|ms| json!(NOW + ms));
    (
        maybe(3, audience),
        maybe(3, prop::collection::vec(cap, 1..3).prop_map(Json::Array)),
        maybe(2, soon.clone()),
        maybe(2, soon),
        maybe(1, Just(json!(true))),
    )
        .prop_map(|(audience, caps, starts, expires, hidden)| {
            let ordered = starts.is_null() || expires.is_null() || starts.as_i64() < expires.as_i64();
            [audience, caps, if ordered { starts } else { Json::Null }, expires, hidden]
        })
}

fn item(restricted: bool) -> impl Strategy<Value = Json> {
    let texts =
        (maybe(6, one_of(TITLES)), maybe(8, some_tags()), maybe(5, one_of(&["tea/green", "tea/black", "beauty"])));
    let shape =
        (maybe(5, one_of(&["video", "article", "poster"])), maybe(4, one_of(&["甲", "乙"])), maybe(3, attributes()));
    let rest = (
        maybe(6, ago(60)),
        maybe(3, prop_oneof![Just(json!(0)), Just(json!(2.5)), (0.0..40.0f64).prop_map(|v| json!(v))]),
        maybe(1, Just(json!(true))),
    );
    let restrictions = prop_oneof![Just(Default::default()), restrictions()];
    (texts, shape, rest, restrictions).prop_map(
        move |((title, tags, category), (format, source, facets), (published, value, pinned), rules)| {
            let facets = facets.get("region").map_or(Json::Null, |region| json!({ "region": [region] }));
            let [audience, caps, starts, expires, hidden] = if restricted { rules } else { Default::default() };
            record([
                ("title", title),
                ("tags", tags),
                ("category", category),
                ("format", format),
                ("source", source),
                ("facets", facets),
                ("publishedAt", published),
                ("value", value),
                ("pinned", pinned),
                ("audience", audience),
                ("caps", caps),
                ("startsAt", starts),
                ("expiresAt", expires),
                ("hidden", hidden),
                ("data", json!({ "any": [1, null] })),
            ])
        },
    )
}

/// Interactions over the last `days` days; some with ids, which are unique.
fn log(days: i64, longest: usize) -> impl Strategy<Value = Vec<Json>> {
    let actor = prop_oneof![
        4 => user_id().prop_map(|user| (user, Json::Null)),
        2 => (user_id(), group_id()),
        1 => group_id().prop_map(|group| (Json::Null, group)),
    ];
    let more = (maybe(3, (0.0..9.0f64).prop_map(|v| json!(v))), maybe(2, channel_id()), maybe(2, attributes()));
    let one = (actor, maybe(9, item_id()), one_of(KINDS), ago(days), any::<bool>(), more);
    prop::collection::vec(one, 0..longest).prop_map(|log| {
        let named = |(n, ((user, group), item, kind, at, has_id, (value, channel, context)))| {
            let id: Json = if has_id { json!(format!("e{n}")) } else { Json::Null };
            record([
                ("id", id),
                ("user", user),
                ("group", group),
                ("item", item),
                ("kind", kind),
                ("at", at),
                ("value", value),
                ("channel", channel),
                ("context", context),
            ])
        };
        log.into_iter().enumerate().map(named).collect()
    })
}

/// Sendings of the last 20 days.
fn sent() -> impl Strategy<Value = Vec<Json>> {
    let to = prop_oneof![
        user_id().prop_map(|user| json!({ "user": user })),
        group_id().prop_map(|group| json!({ "group": group })),
        (user_id(), group_id()).prop_map(|(user, group)| json!({ "user": user, "group": group })),
    ];
    let one = (to, prop::collection::btree_set(0..11usize, 1..3), ago(20), maybe(4, channel_id()));
    prop::collection::vec(one, 0..6).prop_map(|sent| {
        let numbered =
            |(n, (to, items, at, channel)): (usize, (Json, std::collections::BTreeSet<usize>, Json, Json))| {
                let picks: Vec<Json> =
                    items.iter().map(|item| json!({ "item": format!("i{item}"), "propensity": 0.5 })).collect();
                record([
                    ("id", json!(format!("d{n}"))),
                    ("subject", to),
                    ("picks", json!(picks)),
                    ("at", at),
                    ("channel", channel),
                ])
            };
        sent.into_iter().enumerate().map(numbered).collect()
    })
}

const CONTINUOUS: &[&str] = &["average", "least-misery", "most-pleasure"];
const ALL: &[&str] = &["average", "least-misery", "most-pleasure", "average-without-misery", "borda"];

/// The class of communities that a property is about.
#[derive(Debug, Clone, Copy)]
pub struct CommunityClass {
    /// True if items may have audiences, caps and schedules, and cadence and repeats may be configured.
    pub restricted: bool,
    /// True to use only continuous aggregations: Borda's points and the threshold of misery jump when two equal
    /// utilities differ by rounding.
    pub continuous: bool,
    /// True if the diversity penalty may be used.
    pub diverse: bool,
}

pub const ANY: CommunityClass = CommunityClass { restricted: true, continuous: false, diverse: true };

pub fn policy() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(json!({ "type": "greedy" })),
        (0.0..=1.0f64).prop_map(|epsilon| json!({ "type": "epsilon-greedy", "epsilon": epsilon })),
        (0.001..10.0f64).prop_map(|temperature| json!({ "type": "softmax", "temperature": temperature })),
        (100..300u32).prop_map(|draws| json!({ "type": "thompson", "draws": draws })),
    ]
}

fn config(class: CommunityClass) -> impl Strategy<Value = Json> {
    let diversity = if class.diverse {
        maybe(7, prop_oneof![Just(json!(0)), Just(json!(1)), (0.0..1.0f64).prop_map(|d| json!(d))])
    } else {
        Just(json!(0)).boxed()
    };
    let aggregation = one_of(if class.continuous { CONTINUOUS } else { ALL });
    let kinds = maybe(2, Just(json!({ "checkin": { "weight": 2, "positive": true }, "click": { "weight": -0.5 } })));
    let families = maybe(
        2,
        prop::collection::vec(
            one_of(&["affinity", "neighbours", "trend", "freshness", "terms", "fatigue", "context"]),
            0..5,
        )
        .prop_map(Json::Array),
    );
    let half_lives = maybe(2, Just(json!({ "shortDays": 0.5, "longDays": 7 })));
    let repeats = prop_oneof![Just(json!("always")), Just(json!({ "afterDays": 2 })), Just(json!("never"))];
    let cadence = maybe(
        2,
        prop_oneof![Just(json!("wecom")), Just(json!([{ "per": "channel", "count": 1, "every": { "hours": 30 } }]))],
    );
    let quiet = maybe(1, Just(json!([{ "from": "22:00", "to": "09:30", "per": "user" }])));
    (
        aggregation,
        diversity,
        kinds,
        families,
        half_lives,
        maybe(3, (0.1..20.0f64).prop_map(|m| json!(m))),
        (repeats, cadence, quiet),
        maybe(3, policy()),
    )
        .prop_map(
            move |(
                aggregation,
                diversity,
                kinds,
                families,
                half_lives,
                group_history,
                (repeats, cadence, quiet),
                policy,
            )| {
                let [repeats, cadence, quiet] = if class.restricted {
                    [repeats, cadence, quiet]
                } else {
                    [json!("always"), Json::Null, Json::Null]
                };
                record([
                    ("aggregation", aggregation),
                    ("diversity", diversity),
                    ("kinds", kinds),
                    ("families", families),
                    ("halfLives", half_lives),
                    ("groupHistory", group_history),
                    ("repeats", repeats),
                    ("cadence", cadence),
                    ("quietHours", quiet),
                    ("policy", policy),
                ])
            },
        )
}

fn with_ids(records: Vec<Json>, letter: &str) -> Vec<Json> {
    let named = |(n, mut record): (usize, Json)| {
        record["id"] = json!(format!("{letter}{n}"));
        record
    };
    records.into_iter().enumerate().map(named).collect()
}

/// A community of up to ten items, with a log over up to `days` days.
pub fn community(class: CommunityClass, days: i64, longest_log: usize) -> impl Strategy<Value = Community> {
    let user = (maybe(5, some_tags()), maybe(3, attributes()))
        .prop_map(|(tags, attributes)| record([("tags", tags), ("attributes", attributes)]));
    let members = prop::collection::btree_set(0..USERS, 0..USERS)
        .prop_map(|users| json!(users.iter().map(|n| format!("u{n}")).collect::<Vec<_>>()));
    let aggregation = maybe(5, one_of(if class.continuous { CONTINUOUS } else { ALL }));
    let purpose = maybe(4, one_of(&["benefit", "notice", "community", "哪儿"]));
    let group = (members, maybe(4, some_tags()), maybe(3, attributes()), purpose, maybe(4, channel_id()), aggregation)
        .prop_map(|(members, tags, attributes, purpose, channel, aggregation)| {
            record([
                ("members", members),
                ("tags", tags),
                ("attributes", attributes),
                ("purpose", purpose),
                ("channel", channel),
                ("aggregation", aggregation),
            ])
        });
    let channels = maybe(5, some_tags()).prop_map(|tags| vec![record([("id", json!("wecom")), ("tags", tags)])]);
    let people = (prop::collection::vec(user, 0..=USERS), prop::collection::vec(group, 1..=GROUPS), channels);
    (config(class), prop::collection::vec(item(class.restricted), 1..10), people, log(days, longest_log), sent())
        .prop_map(|(config, items, (users, groups, channels), log, sent)| Community {
            config,
            items: with_ids(items, "i"),
            users: with_ids(users, "u"),
            groups: with_ids(groups, "g"),
            channels,
            log,
            sent,
        })
}

/// A request for a user, a group, or a user within a group.
pub fn request() -> impl Strategy<Value = Json> {
    let to = prop_oneof![
        user_id().prop_map(|user| (user, Json::Null)),
        group_id().prop_map(|group| (Json::Null, group)),
        (user_id(), group_id()),
        Just((json!("nobody"), Json::Null)),
    ];
    let objective = prop_oneof![
        one_of(&["growth", "care", "default"]),
        Just(json!({ "click": 1, "dismiss": -3.5, "convert": 100 }))
    ];
    let lists = (
        maybe(1, prop::collection::vec(item_id(), 0..6).prop_map(Json::Array)),
        maybe(2, prop::collection::vec(item_id(), 0..4).prop_map(Json::Array)),
    );
    (
        to,
        1..12u32,
        maybe(3, channel_id()),
        maybe(3, attributes()),
        maybe(3, objective),
        maybe(5, policy()),
        lists,
        0..5u32,
        0..10 * DAY,
    )
        .prop_map(|((user, group), count, channel, context, objective, policy, (only, exclude), seed, later)| {
            record([
                ("user", user),
                ("group", group),
                ("now", json!(NOW + later)),
                ("count", json!(count)),
                ("channel", channel),
                ("context", context),
                ("objective", objective),
                ("policy", policy),
                ("only", only),
                ("exclude", exclude),
                ("seed", json!(seed)),
            ])
        })
}

/// All recipients: each user, each group, and a user within a group.
pub fn everybody() -> Vec<Json> {
    let users = (0..USERS).map(|n| json!({ "user": format!("u{n}") }));
    let groups = (0..GROUPS).map(|n| json!({ "group": format!("g{n}") }));
    users.chain(groups).chain([json!({ "user": "u1", "group": "g0" })]).collect()
}

/// Builds a request for the complete ranking of the library.
pub fn whole_order(to: &Json) -> Json {
    let mut request = to.clone();
    (request["now"], request["count"], request["policy"]) = (json!(NOW), json!(1000), json!({ "type": "greedy" }));
    request
}
