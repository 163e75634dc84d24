//! Data of the counts: items with twenty tags around a topic, users with fifty interactions; the same on every machine.

use nextpick::internals::{Random, Trainer, fit_log, model_bytes};
use nextpick::{FitSettings, Group, Interaction, Item, Recommender, Value};

/// 2026-01-01T00:00:00Z.
pub const NOW: i64 = 1_767_225_600_000;
const DAY: i64 = 86_400_000;
const TOPICS: usize = 40;
const TAGS_OF_TOPIC: usize = 50;
const TAGS: usize = 20;
pub const USERS: usize = 200;
pub const GROUPS: usize = 8;
const MEMBERS: usize = 50;
const INTERACTIONS: usize = 50;
const KINDS: [&str; 6] = ["click", "click", "save", "comment", "convert", "dismiss"];
const FORMATS: [&str; 4] = ["article", "video", "poster", "link"];
/// Number of items of the world to which the model is fitted.
const FITTED_ITEMS: usize = 1000;

/// Builds item `n`; numbers beyond the size of the world are new items.
pub fn item(n: usize) -> Item {
    let mut draws = Random::new(n as u64);
    let topic = draws.below(TOPICS);
    let mut tags: Vec<String> = Vec::new();
    while tags.len() < TAGS {
        let tag = if draws.below(2) == 0 {
            topic * TAGS_OF_TOPIC + draws.below(TAGS_OF_TOPIC)
        } else {
            draws.below(TOPICS * TAGS_OF_TOPIC)
        };
        let tag = format!("t{tag}");
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let published = NOW - draws.below(90) as i64 * DAY;
    let item = Item::builder(format!("i{n}")).title(format!("item {n} of topic {topic}")).tags(tags);
    let item = item.category(format!("c{}", topic % 20)).format(FORMATS[draws.below(4)]).published_at(published);
    item.build().expect("a valid item")
}

pub fn user(n: usize) -> String {
    format!("u{}", n % USERS)
}

/// Group `n`; each user is a member of two.
fn group(n: usize) -> Group {
    let members: Vec<String> = (0..MEMBERS).map(|member| user(n * USERS / GROUPS + member)).collect();
    Group::builder(format!("g{n}")).members(members).build().expect("a valid group")
}

/// Builds the log over `items` items, in order of time.
fn log(items: usize) -> Vec<Interaction> {
    let mut draws = Random::new(7);
    let rows = USERS * INTERACTIONS;
    (0..rows)
        .map(|n| interaction(n, draws.below(items), KINDS[draws.below(KINDS.len())], NOW - (rows - n) as i64 * 60_000))
        .collect()
}

pub fn interaction(n: usize, item: usize, kind: &str, at: i64) -> Interaction {
    let interaction = Interaction::builder(kind, at).user(user(n * 7)).item(format!("i{item}"));
    interaction.build().expect("a valid interaction")
}

/// Creates a recommender with items and log.
pub fn recommender(items: usize) -> Recommender {
    let mut recommender = Recommender::new(Value::Null).expect("a valid configuration");
    recommender.put_groups((0..GROUPS).map(group).collect());
    recommender.put_items((0..items).map(item).collect());
    recommender.observe_all(log(items));
    recommender
}

/// Fits a model to the small world and returns its bytes.
pub fn fitted_model() -> Vec<u8> {
    let wanted = FitSettings::read(Value::record([("seed", 3)]), "settings").expect("valid settings");
    let mut trainer = Trainer::new(&wanted.config, wanted.families);
    trainer.change_world().put_items((0..FITTED_ITEMS).map(item).collect());
    let log = log(FITTED_ITEMS).iter().map(|interaction| trainer.index(interaction)).collect();
    fit_log(&mut trainer, log, &wanted, &mut |_, _| ()).expect("a model that fits");
    model_bytes(trainer.model(), trainer.world())
}
