//! Picks items for a group from its own history and the aggregated utilities of its members.
//!
//! `cargo run --example group`

use nextpick::{Error, Group, Interaction, Item, Options, Recommender, Request, Value};

/// 2026-03-31T12:00Z, in ms.
const NOW: i64 = 1_774_958_400_000;
const HOUR: i64 = 3_600_000;

fn main() -> Result<(), Box<Error>> {
    let mut recommender = Recommender::new(Value::Null)?;
    recommender.put_items(vec![
        Item::builder("tea").tags(["tea"]).build()?,
        Item::builder("coffee").tags(["coffee"]).build()?,
        Item::builder("cups").tags(["tea", "coffee", "cups"]).build()?,
    ]);
    recommender.put_groups(vec![
        Group::builder("g1").members(["u1", "u2"]).aggregation("least-misery").build()?,
        Group::builder("g2").members(["u1"]).build()?,
    ]);
    for (user, item) in [("u1", "tea"), ("u2", "coffee")] {
        recommender.observe(Interaction::builder("click", NOW - HOUR).user(user).item(item).build()?);
    }
    for group in ["g1", "g2"] {
        let request = Request::to_group(group, NOW).count(3).build()?;
        let decision = recommender.recommend(&request, Options { explain: false, reasons: false })?;
        let picks: Vec<&str> = decision.picks.iter().map(|pick| pick.item.as_str()).collect();
        println!("{group}: {}", picks.join(", "));
    }
    Ok(())
}
