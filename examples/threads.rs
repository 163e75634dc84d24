//! Decides in several threads: each restores the same snapshot, so the decisions do not depend on their number.
//!
//! `cargo run --example threads`

use std::thread;

use nextpick::{Error, Interaction, Item, Options, Recommender, Request, Value};

/// 2026-03-31T12:00Z, in ms.
const NOW: i64 = 1_774_958_400_000;
const USERS: usize = 20;

fn main() -> Result<(), Box<Error>> {
    let snapshot = snapshot()?;
    let alone = decide(&snapshot, 0, 1)?;
    let threads = 4;
    let shards = thread::scope(|scope| {
        let snapshot = &snapshot;
        let start = |shard| scope.spawn(move || decide(snapshot, shard, threads));
        let running: Vec<_> = (0..threads).map(start).collect();
        running.into_iter().map(|shard| shard.join().expect("no thread panics")).collect::<Result<Vec<_>, _>>()
    })?;
    let mut together: Vec<(usize, String)> = shards.into_iter().flatten().collect();
    together.sort();
    assert_eq!(together, alone);
    println!("{} decisions, the same by 1 and by {threads} threads", together.len());
    Ok(())
}

/// Returns the state that all threads share.
fn snapshot() -> Result<Vec<u8>, Box<Error>> {
    let mut recommender = Recommender::new(Value::Null)?;
    let item = |n: usize| Item::builder(format!("i{n}")).tags([format!("t{}", n % 3)]).build();
    recommender.put_items((0..12).map(item).collect::<Result<_, _>>()?);
    for n in 0..USERS {
        let (user, item) = (format!("u{n}"), format!("i{}", n % 12));
        recommender.observe(Interaction::builder("click", NOW - 1000 - n as i64).user(user).item(item).build()?);
    }
    Ok(recommender.to_snapshot())
}

/// Returns the pick of every `threads`-th user, from `shard` on.
fn decide(snapshot: &[u8], shard: usize, threads: usize) -> Result<Vec<(usize, String)>, Box<Error>> {
    let mut recommender = Recommender::from_snapshot(snapshot)?;
    let mut picks = Vec::new();
    for user in (shard..USERS).step_by(threads) {
        let request = Request::to_user(format!("u{user}"), NOW).build()?;
        let decision = recommender.recommend(&request, Options::default())?;
        picks.push((user, decision.picks[0].item.clone()));
    }
    Ok(picks)
}
