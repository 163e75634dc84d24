//! Picks items for a user with reasons, and records the sending.
//!
//! `cargo run --example basic`

use nextpick::{Error, Interaction, Item, Options, Recommender, Request, Sent, Value};

/// 2026-03-31T12:00Z, in ms.
const NOW: i64 = 1_774_958_400_000;
const HOUR: i64 = 3_600_000;

fn main() -> Result<(), Box<Error>> {
    let mut recommender = Recommender::new(Value::record([("diversity", 0.2)]))?;
    recommender.put_items(vec![
        Item::builder("a1").title("Spring tea in three steps").tags(["tea", "brewing"]).build()?,
        Item::builder("a2").title("A gift card for members").tags(["benefit"]).build()?,
        Item::builder("a3").title("Which cup suits which tea").tags(["tea", "cups"]).build()?,
    ]);
    let save = Interaction::builder("save", NOW - HOUR).user("u1").item("a1").build()?;
    recommender.observe(save);

    let request = Request::to_user("u1", NOW).count(2).build()?;
    let decision = recommender.recommend(&request, Options::default())?;
    for pick in &decision.picks {
        println!("{}. {} (score {:.3})", pick.rank, pick.item, pick.score);
        for reason in pick.reasons.iter().take(3) {
            let source = reason.facet.as_deref().or(reason.from.as_deref()).unwrap_or("");
            println!("   {:+.3} {} {source}", reason.amount, reason.code);
        }
    }

    // Only accepted decisions count for caps and cadence.
    let acceptance = recommender.accept(&Sent::try_from(&decision)?)?;
    assert!(acceptance.accepted);
    Ok(())
}
