//! Model payloads, loaded into a recommender with items, users and interactions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nextpick::{Interaction, Item, Recommender, Value};
use nextpick_fuzz::{NOW, exercise, parse, sealed};

/// Format version in `src/snapshot/model.rs`.
const VERSION: u32 = 3;

fn community() -> Recommender {
    let mut recommender = Recommender::new(Value::Null).expect("no configuration");
    let items = (0..8)
        .map(|n| Item::read(parse(&format!(r#"{{"id":"i{n}","tags":["t{}"]}}"#, n % 3)), "item").expect("an item"));
    recommender.put_items(items.collect());
    for n in 0..30 {
        let text = format!(r#"{{"user":"u{}","item":"i{}","kind":"like","at":{}}}"#, n % 5, n % 8, NOW - n * 3_600_000);
        recommender.observe(Interaction::read(parse(&text), "interaction").expect("an interaction"));
    }
    recommender
}

fuzz_target!(|payload: &[u8]| {
    let mut recommender = community();
    if recommender.use_model(&sealed("model", b"np-model", VERSION, payload)).is_ok() {
        exercise(&mut recommender);
    }
});
