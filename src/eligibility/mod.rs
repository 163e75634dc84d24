//! Which items may be shown now, and whether anything may be sent at all; every refusal keeps the rule that made it.
//!
//! One rule a file. [`RULES`] is their order: the first that refuses an item is the one told. Rules say what is
//! allowed; [`AvailabilityIndex`] only spares the asking where an item has nothing to ask about.

pub mod audience;
pub mod availability;
pub mod cadence;
pub mod cap;
pub mod contacts;
pub mod hidden;
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

use crate::base::order;
use crate::base::time::{MAX_TIME, Time};
use crate::memory::Memory;
use crate::world::World;
use crate::world::library::Entry;
use crate::world::recipient::Recipient;

pub use availability::AvailabilityIndex;
pub use cap::total_cap_reached;
pub use rules::Rules;

use contacts::ContactHistory;

/// What is asked: may these be shown to this addressee now.
#[derive(Debug, Clone, Copy)]
pub struct RuleContext<'a> {
    /// What the host told.
    pub world: &'a World,
    /// What is remembered.
    pub memory: &'a Memory,
    /// The operator's rules.
    pub rules: &'a Rules,
    /// The library's gates, refreshed since it last changed.
    pub availability: &'a AvailabilityIndex,
    /// Whom it is for.
    pub addressee: Recipient,
    /// When.
    pub now: Time,
    /// Interactions that wait count for the rules that protect the addressee up to this time.
    pub horizon: Time,
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
    pub moment: &'a RuleContext<'a>,
    /// What the addressee met.
    pub past: &'a ContactHistory,
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
pub fn eligible(moment: &RuleContext, items: &mut Vec<u32>, refused: Option<&mut Vec<Refused>>) {
    debug_assert!(moment.availability.are_of(&moment.world.library), "refresh the gates after the library changes");
    items.clear();

    // 1. What the addressee met, gathered once.
    let past = ContactHistory::of(moment);
    let question = |item: u32| {
        let entry = moment.world.library.entry(item)?;
        Some(Question { moment, past: &past, item, entry })
    };

    // 2. Where it is to be told which rule refuses, every item is asked about.
    if let Some(refused) = refused {
        refused.clear();
        for question in (0..moment.availability.len()).filter_map(question) {
            let item = question.item;
            match RULES.iter().find_map(|rule| rule(&question)) {
                None => items.push(item),
                Some(refusal) => refused.push(Refused { item, refusal }),
            }
        }
        return;
    }

    // 3. Else the gate alone says it of most. Most that the addressee met it has seen; the rules are only asked of the rest
    // of that, of what the request excludes, and of what is not for all.
    let refuses = |question: Question| RULES.iter().any(|rule| rule(&question).is_some());
    let is_refused = |item: u32| question(item).is_none_or(refuses);
    let mut refused = Vec::with_capacity(past.count() + moment.exclude.len() + moment.availability.conditional().len());
    for met in past.by_item() {
        if seen::seen_until(moment, met).is_some() || is_refused(met[0].item) {
            refused.push(met[0].item);
        }
    }
    for &item in moment.exclude.iter().chain(moment.availability.conditional()) {
        if is_refused(item) {
            refused.push(item);
        }
    }
    order::sort(&mut refused);
    match moment.only {
        Some(only) => {
            let passes =
                |item: &u32| moment.availability.is_open(*item, moment.now) && refused.binary_search(item).is_err();
            items.extend(only.iter().copied().filter(passes));
        }
        None => moment.availability.open(moment.now, &refused, items),
    }
}

/// Why nothing may be sent to the addressee now; `None` if something may. Of several reasons the one that lasts
/// longest is told, cadence before quiet hours.
pub fn silence(moment: &RuleContext) -> Option<Silence> {
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
