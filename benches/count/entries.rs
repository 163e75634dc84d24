//! Measured entries. Each entry runs one path in units of work.

use std::hint::black_box;

use nextpick::internals::json;
use nextpick::{Options, Recommender, Request};

use crate::world::{GROUPS, NOW, interaction, item, recommender, user};

const BRIEF: Options = Options { explain: false, reasons: false };

/// Runs the units from `from` to `to`. Callgrind counts the instructions of this function and writes a dump when it returns.
#[inline(never)]
fn counted_units(work: &mut dyn FnMut(usize), from: usize, to: usize) {
    for n in from..to {
        work(n);
    }
}

/// Prints an entry and runs it. The first units are not counted: they fill the caches as in a running process.
fn entry(name: &str, items: usize, (warm, units): (usize, usize), work: &mut dyn FnMut(usize)) {
    for n in 0..warm {
        work(n);
    }
    counted_units(work, warm, warm + units);
    println!("{name} {items} {units}");
}

/// Decides and writes the decision in the form for hosts.
fn decide(recommender: &mut Recommender, n: usize, now: i64, count: u32, options: Options) {
    let request = Request::to_user(user(n), now).count(i64::from(count)).build().expect("a valid request");
    let decision = recommender.recommend(&request, options).expect("a decision");
    black_box(json(&decision));
}

/// Users of a block that is decided together.
const BLOCK: usize = 8;

/// Decides for the users of a block together.
fn decide_block(recommender: &mut Recommender, block: usize, now: i64) {
    let users = block * BLOCK..(block + 1) * BLOCK;
    decide_all(recommender, users.map(|n| Request::to_user(user(n), now).count(10).build()));
}

/// Decides for all groups together.
fn decide_groups(recommender: &mut Recommender, now: i64) {
    decide_all(recommender, (0..GROUPS).map(|n| Request::to_group(format!("g{n}"), now).count(10).build()));
}

/// Decides requests together, and writes the decisions in the form for hosts.
fn decide_all(recommender: &mut Recommender, requests: impl Iterator<Item = nextpick::Result<Request>>) {
    let requests: Vec<Request> = requests.map(|request| request.expect("a valid request")).collect();
    for decision in recommender.recommend_all(&requests, BRIEF) {
        black_box(json(&decision.expect("a decision")));
    }
}

/// Runs every entry over a world of `items` items, with the shipped weights and, if given, a model.
pub fn run(items: usize, model: Option<&[u8]>) {
    let mut r = recommender(items);
    entry("first-pick", items, (0, 1), &mut |n| decide(&mut r, n, NOW, 1, BRIEF));
    // Fewer units over large worlds: callgrind is some fifty times slower.
    let many = (20_000 / items).clamp(4, 20);
    entry("batch-block", items, (1, 2), &mut |n| decide_block(&mut r, n, NOW));
    entry("pick", items, (3, many), &mut |n| decide(&mut r, n, NOW, 1, BRIEF));
    entry("groups", items, (0, 1), &mut |n| decide_groups(&mut r, NOW + n as i64));
    entry("explain", items, (1, many), &mut |n| decide(&mut r, n, NOW, 10, Options { explain: false, reasons: true }));
    entry("later-pick", items, (1, 3), &mut |n| decide(&mut r, n, NOW + 1000 + n as i64, 1, BRIEF));
    entry("observe-pick", items, (1, 3), &mut |n| {
        let at = NOW + 10_000 + n as i64;
        r.observe(interaction(n, n * 31 % items, "click", at));
        decide(&mut r, n * 7, at, 1, BRIEF);
    });
    entry("put-pick", items, (1, 3), &mut |n| {
        r.put_items(vec![item(items + n)]);
        decide(&mut r, n, NOW + 20_000 + n as i64, 1, BRIEF);
    });
    entry("log-row", items, (200, 1000), &mut |n| {
        r.observe(interaction(n, n * 37 % items, "click", NOW + 30_000 + n as i64));
    });
    if let Some(bytes) = model {
        r.use_model(bytes).expect("a model that fits");
        entry("batch-block-fitted", items, (1, 2), &mut |n| decide_block(&mut r, n, NOW + 40_000));
    }
}
