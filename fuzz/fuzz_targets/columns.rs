//! Column logs of arbitrary users, items, kinds and times, observed in batches with withdrawals between them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nextpick::{Interaction, Item, Recommender, Value};
use nextpick_fuzz::{NOW, exercise, parse};

const KINDS: [&str; 5] = ["click", "like", "dismiss", "impression", "own"];
const DAY: i64 = 86_400_000;
/// Maximum input size in bytes: more rows only slow each run down.
const MAX_BYTES: usize = 12 * 40;

/// Decodes a row of 12 bytes: user, group, item, kind and time. Most times are near `NOW`, the others arbitrary.
fn interaction(row: &[u8]) -> Option<Interaction> {
    let number = i64::from_le_bytes(row[4..12].try_into().expect("eight bytes"));
    let at = match row[3] % 4 {
        0 => number,
        1 => NOW + number % (4000 * DAY),
        _ => NOW - number.rem_euclid(60 * DAY),
    };
    let group = if row[1] < 64 { format!(r#","group":"g{}""#, row[1] % 2) } else { String::new() };
    let text = format!(
        r#"{{"user":"u{}"{group},"item":"i{}","kind":"{}","at":{at}}}"#,
        row[0] % 4,
        row[2] % 3,
        KINDS[row[3] as usize / 4 % 5]
    );
    Interaction::read(Value::from_json(&text, "row").ok()?, "row").ok()
}

fuzz_target!(|bytes: &[u8]| {
    let mut recommender = Recommender::new(Value::Null).expect("no configuration");
    recommender.put_items(
        (0..3).map(|n| Item::read(parse(&format!(r#"{{"id":"i{n}"}}"#)), "item").expect("an item")).collect(),
    );
    let bytes = &bytes[..bytes.len().min(MAX_BYTES)];
    for (n, batch) in bytes.chunks(12 * 6).enumerate() {
        recommender.observe_all(batch.chunks_exact(12).filter_map(interaction));
        match n % 3 {
            0 => drop(recommender.forget("u2")),
            1 => recommender.set_personalised("u3", n % 2 == 0).unwrap(),
            _ => {}
        }
    }
    exercise(&mut recommender);
});
