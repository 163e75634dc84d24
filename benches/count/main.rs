//! Runs the paths whose instructions `scripts/count.sh` counts under callgrind, to detect slower code on any machine.
//!
//! ```text
//! count model FILE          fits a model to the world of 1,000 items, and writes it
//! count run ITEMS [MODEL]   runs every entry over a world of ITEMS items
//! ```
//!
//! `run` prints a line per entry, in the order of callgrind's dumps: its name, then the number of its units.
#![forbid(unsafe_code)]

mod entries;
mod world;

use std::fs;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["model", file] => fs::write(file, world::fitted_model()).expect("a file that can be written"),
        ["run", items] => entries::run(items.parse().expect("a number of items"), None),
        ["run", items, model] => {
            let bytes = fs::read(model).expect("a model that can be read");
            entries::run(items.parse().expect("a number of items"), Some(&bytes));
        }
        // `cargo bench` and `cargo test` run it without arguments.
        _ => println!("count: model FILE, or run ITEMS [MODEL]"),
    }
}
