//! Fits a model to a log and decides with it. Needs the feature `study`, which is on by default.
//!
//! `cargo run --release --example fit`

use nextpick::{Error, FitSettings, Interaction, Item, Options, Recommender, Records, Request, Value, fit};

/// 2026-03-31T12:00Z, in ms.
const NOW: i64 = 1_774_958_400_000;
const MINUTE: i64 = 60_000;

fn main() -> Result<(), Box<Error>> {
    let item =
        |n: usize| Item::builder(format!("i{n}")).tags([if n.is_multiple_of(2) { "tea" } else { "coffee" }]).build();
    let items = (0..40).map(item).collect::<Result<Vec<Item>, _>>()?;
    let log = (0..1200).map(interaction).collect::<Result<Vec<Interaction>, _>>()?;

    let settings = FitSettings::read(Value::record([("seed", 7)]), "settings")?;
    let records = Records { items: items.clone(), ..Records::default() };
    let fitted = fit(records, &log, &settings, &mut |done, total| eprint!("\r{done} of {total}"))?;
    eprintln!();
    println!("{} examples", fitted.report.examples);

    let mut recommender = Recommender::new(Value::Null)?;
    recommender.put_items(items);
    recommender.observe_all(log);
    recommender.use_model(&fitted.model)?;
    let decision = recommender.recommend(&Request::to_user("u2", NOW).build()?, Options::default())?;
    println!("{} by {}", decision.picks[0].item, decision.model);
    Ok(())
}

/// The n-th interaction: even users like tea, odd ones coffee.
fn interaction(n: usize) -> Result<Interaction, Box<Error>> {
    let (user, item) = (n % 30, (n * 7 % 20) * 2 + n % 2);
    let kind = if n.is_multiple_of(3) { "save" } else { "click" };
    let at = NOW - (1200 - n as i64) * MINUTE;
    Interaction::builder(kind, at).user(format!("u{user}")).item(format!("i{item}")).build()
}
