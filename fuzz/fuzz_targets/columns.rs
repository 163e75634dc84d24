//! Logs as numbers, as columns bring them: any users, items, kinds and times, told in pieces, with withdrawals between.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nextpick::recommender::Recommender;
use nextpick::base::value::Value;
use nextpick::world::interaction::Interaction;
use nextpick::world::item::Item;
use nextpick_fuzz::{NOW, live, tree};

const KINDS: [&str; 5] = ["click", "like", "dismiss", "impression", "own"];
const DAY: i64 = 86_400_000;
/// So many bytes are read: more rows only make each try slower.
const MOST: usize = 12 * 40;

/// A row from 12 bytes: who, in which group, with what, how, and when. Most times are near `NOW`, the others anywhere.
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
        (0..3).map(|n| Item::read(tree(&format!(r#"{{"id":"i{n}"}}"#)), "item").expect("an item")).collect(),
    );
    let bytes = &bytes[..bytes.len().min(MOST)];
    for (n, piece) in bytes.chunks(12 * 6).enumerate() {
        recommender.observe_all(piece.chunks_exact(12).filter_map(interaction));
        match n % 3 {
            0 => drop(recommender.forget("u2")),
            1 => recommender.set_personalised("u3", n % 2 == 0),
            _ => {}
        }
    }
    live(&mut recommender);
});
