//! Which items may be shown now, and whether anything may be sent at all; every refusal keeps the rule that made it.
//!
//! One rule a file. [`RULES`] is their order: the first that refuses an item is the one told. Rules say what is
//! allowed; [`Gates`] only spares the asking where an item has nothing to ask about.

pub mod audience;
pub mod cadence;
pub mod cap;
pub mod gate;
pub mod hidden;
pub mod past;
pub mod quiet;
pub mod request;
pub mod rules;
pub mod schedule;
pub mod seen;
pub mod window;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod scene;

use crate::memory::Memory;
use crate::time::{MAX_TIME, Time};
use crate::world::World;
use crate::world::addressee::Addressee;
use crate::world::library::Entry;

pub use cap::total_cap_reached;
pub use gate::Gates;
pub use rules::Rules;

use past::Past;

/// What is asked: may these be shown to this addressee now.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    /// What the host told.
    pub world: &'a World,
    /// What is remembered.
    pub memory: &'a Memory,
    /// The operator's rules.
    pub rules: &'a Rules,
    /// The library's gates, refreshed since it last changed.
    pub gates: &'a Gates,
    /// Whom it is for.
    pub addressee: Addressee,
    /// When.
    pub now: Time,
    /// The request's `only`: ascending, each once.
    pub only: Option<&'a [u32]>,
    /// The request's `exclude`: ascending.
    pub exclude: &'a [u32],
}

/// A rule's no to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// Which rule: `schedule.expired`, `cap.user`, …
    pub rule: &'static str,
    /// From when this rule refuses no longer, if nothing else happens; `None` if it does not end by itself.
    pub until: Option<Time>,
}

/// An item that was refused, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// Which item.
    pub item: u32,
    /// Why.
    pub refusal: Refusal,
}

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// Which rule: `cadence.user`, `cadence.group`, `cadence.channel`, `quiet-hours`.
    pub rule: &'static str,
    /// From when this rule is silent no longer, if nothing else happens; `None` if it does not end by itself.
    pub until: Option<Time>,
}

/// What a rule is asked about: one item at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The moment.
    pub moment: &'a Moment<'a>,
    /// What the addressee met.
    pub past: &'a Past,
    /// The item's number.
    pub item: u32,
    /// The item.
    pub entry: &'a Entry,
}

/// The rules about items in the order in which they are asked: what the operator said of the item comes before what
/// was sent, and what was sent before what this one request wishes.
pub const RULES: [fn(&Question) -> Option<Refusal>; 6] =
    [hidden::refusal, schedule::refusal, audience::refusal, cap::refusal, seen::refusal, request::refusal];

/// Fills `items` with the numbers of the items that may be shown now, ascending; and `refused`, if it is asked for,
/// with all others of the library, each with the first rule that refused it.
pub fn eligible(moment: &Moment, items: &mut Vec<u32>, mut refused: Option<&mut Vec<Refused>>) {
    debug_assert!(moment.gates.are_of(&moment.world.library), "refresh the gates after the library changes");
    let explain = refused.is_some();
    items.clear();
    refused.iter_mut().for_each(|refused| refused.clear());

    // 1. What the addressee met, gathered once; the items about which it or the request says something.
    let past = Past::of(moment);
    let told_about = told_about(moment, &past);

    // 2. Every item at its gate; the rules only where the gate alone cannot say.
    let mut ask = |item: u32| {
        let gate = moment.gates.of(item);
        let open = gate.is_open(moment.now);
        if open && gate.is_plain() && !told_about[item as usize] {
            return items.push(item);
        }
        if !open && !explain {
            return;
        }
        let Some(entry) = moment.world.library.entry(item) else { return };
        let question = Question { moment, past: &past, item, entry };
        match (RULES.iter().find_map(|rule| rule(&question)), &mut refused) {
            (None, _) => items.push(item),
            (Some(refusal), Some(refused)) => refused.push(Refused { item, refusal }),
            (Some(_), None) => {}
        }
    };
    match moment.only {
        Some(only) if !explain => only.iter().for_each(|&item| ask(item)),
        _ => (0..moment.gates.len()).for_each(ask),
    }
}

/// Marks the items about which the past or the request says something; all others need not be looked for in them.
fn told_about(moment: &Moment, past: &Past) -> Vec<bool> {
    let mut marks = vec![moment.only.is_some(); moment.gates.len() as usize];
    let mut mark = |item: u32, told: bool| marks.get_mut(item as usize).into_iter().for_each(|mark| *mark = told);
    moment.only.into_iter().flatten().for_each(|&item| mark(item, false));
    moment.exclude.iter().for_each(|&item| mark(item, true));
    past.items().for_each(|item| mark(item, true));
    marks
}

/// Why nothing may be sent to the addressee now; `None` if something may. Of several reasons the one that lasts
/// longest is told, cadence before quiet hours.
pub fn silence(moment: &Moment) -> Option<Silence> {
    let silences = cadence::silences(moment).into_iter().chain([quiet::silence(moment)]).flatten();
    silences.reduce(|kept, other| if lasts(&other) > lasts(&kept) { other } else { kept })
}

fn lasts(silence: &Silence) -> Time {
    silence.until.unwrap_or(window::FOREVER)
}

/// A time that a host can name, for those a rule computed.
fn nameable(at: Time) -> Option<Time> {
    (at <= MAX_TIME).then_some(at)
}
