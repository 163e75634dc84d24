//! Eligibility: the items that may be shown now, whether anything may be sent at all, and the rule behind each
//! refusal.
//!
//! Each rule has its file. [`RULES`] is their order: the first rule that refuses an item is reported. The rules decide;
//! [`AvailabilityIndex`] only avoids evaluating them for items that they cannot refuse.

pub mod audience;
pub mod availability;
pub mod cadence;
pub mod cap;
mod closed;
pub mod contacts;
pub mod hidden;
pub mod quiet;
pub mod request;
pub mod rule;
pub mod rules;
pub mod schedule;
pub mod seen;
pub mod window;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod fixture;

use std::sync::Arc;

use crate::base::index::{FacetIndex, ItemIndex};
use crate::base::order;
use crate::base::time::{MAX_TIME, Time};
use crate::memory::StateView;
use crate::world::library::Entry;
use crate::world::occasion::Occasion;
use crate::world::recipient::Recipient;

pub use availability::AvailabilityIndex;
pub use cap::total_cap_reached;
pub use closed::closed_to_all;
pub use rules::Rules;

use contacts::ContactHistory;
use rule::Restriction;

/// The input of all rules: one recipient at one moment.
#[derive(Debug, Clone, Copy)]
pub struct RuleContext<'a> {
    /// Records and interactions at the time of the decision.
    pub state: StateView<'a>,
    /// The operator's rules.
    pub rules: &'a Rules,
    /// The availability of items, refreshed after the last change of the library.
    pub availability: &'a AvailabilityIndex,
    /// The recipient.
    pub addressee: Recipient,
    /// The recipient's tier, as the number of the facet `tier:NAME`; `None` without a tier, or if no audience names it.
    pub tier: Option<FacetIndex>,
    /// The effects of the operator's rules on the recipient.
    pub restrictions: &'a [Restriction<'a>],
    /// The occasion of the message.
    pub occasion: Occasion,
    /// Pending interactions up to this time count for the rules that protect the recipient from repeats.
    pub horizon: Time,
    /// Sendings and contacts after this time are left out. Decisions count all: a clock that steps back must not repeat
    /// anything. Only the reasons of a past moment leave out later ones.
    pub contacts_until: Time,
    /// The request's `only`: ascending, without duplicates.
    pub only: Option<&'a [ItemIndex]>,
    /// The request's `exclude`: ascending.
    pub exclude: &'a [ItemIndex],
}

/// The name of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleName {
    /// A rule of this module: `schedule.expired`, `cap.user`, …
    Fixed(&'static str),
    /// A rule of the operator: `rule.cap:NAME`.
    Given(Arc<str>),
}

impl RuleName {
    /// Returns the name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Fixed(name) => name,
            Self::Given(name) => name,
        }
    }
}

/// The refusal of an item by a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The name of the rule.
    pub rule: RuleName,
    /// The time from which this rule admits the item if nothing else happens; `None` if it has no end.
    pub until: Option<Time>,
}

/// A refused item with its refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The item's index.
    pub item: ItemIndex,
    /// The first refusal.
    pub refusal: Refusal,
}

/// The reason why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// The name of the rule: `cadence.user`, `cadence.group`, `cadence.channel`, `quiet-hours`.
    pub rule: &'static str,
    /// The time from which this rule no longer blocks if nothing else happens; `None` if it has no end.
    pub until: Option<Time>,
}

/// The input of a rule: one item in a context.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The context shared by all items.
    pub context: &'a RuleContext<'a>,
    /// The recipient's contacts.
    pub history: &'a ContactHistory,
    /// The item's index.
    pub item: ItemIndex,
    /// The item's entry in the library.
    pub entry: &'a Entry,
}

/// The item rules in order of evaluation: the operator's settings of the item and of its classes, then sendings, then
/// the request.
pub const RULES: [fn(&Question) -> Option<Refusal>; 7] = [
    hidden::refusal,
    schedule::refusal,
    audience::refusal,
    cap::refusal,
    rule::refusal,
    seen::refusal,
    request::refusal,
];

/// Fills `items` with the indices of the eligible items, ascending; and `refused`, if given, with all other items of
/// the library, each with the first rule that refused it.
pub fn eligible(context: &RuleContext, items: &mut Vec<ItemIndex>, refused: Option<&mut Vec<Refused>>) {
    debug_assert!(
        context.availability.is_current_for(&context.state.world.library),
        "refresh the gates after the library changes"
    );
    items.clear();

    // 1. The recipient's contacts, gathered once.
    let history = ContactHistory::new(context);
    let question = |item: ItemIndex| {
        let entry = context.state.world.library.entry(item)?;
        Some(Question { context, history: &history, item, entry })
    };

    // 2. If refusals are requested, every item is evaluated.
    if let Some(refused) = refused {
        refused.clear();
        for question in ItemIndex::first(context.availability.len()).filter_map(question) {
            let item = question.item;
            match RULES.iter().find_map(|rule| rule(&question)) {
                None => items.push(item),
                Some(refusal) => refused.push(Refused { item, refusal }),
            }
        }
        return;
    }

    // 3. Else availability alone decides most items. The rules are evaluated only for contacts that are not seen, for
    // items that the request excludes, for conditional items and for items of restricted classes.
    let refuses = |question: Question| RULES.iter().any(|rule| rule(&question).is_some());
    let is_refused = |item: ItemIndex| question(item).is_none_or(refuses);
    let mut refused =
        Vec::with_capacity(history.count() + context.exclude.len() + context.availability.conditional().len());
    for contacts in history.by_item() {
        if seen::seen_until(context, contacts).is_some() || is_refused(contacts[0].item) {
            refused.push(contacts[0].item);
        }
    }
    for &item in context.exclude.iter().chain(context.availability.conditional()) {
        if is_refused(item) {
            refused.push(item);
        }
    }
    for restriction in context.restrictions.iter().filter(|one| one.refusal().is_some()) {
        refused.extend(restriction.items().iter());
    }
    order::sort(&mut refused);
    match context.only {
        Some(only) => {
            let passes = |item: &ItemIndex| {
                context.availability.is_open(*item, context.state.now) && refused.binary_search(item).is_err()
            };
            items.extend(only.iter().copied().filter(passes));
        }
        None => context.availability.open(context.state.now, &refused, items),
    }
}

/// Returns the first refusal of one item: `removed` if it is not in the library; `None` if it is eligible.
pub fn refusal(context: &RuleContext, item: ItemIndex) -> Option<Refusal> {
    let Some(entry) = context.state.world.library.entry(item) else {
        return Some(Refusal { rule: RuleName::Fixed("removed"), until: None });
    };
    let history = ContactHistory::new(context);
    let question = Question { context, history: &history, item, entry };
    RULES.iter().find_map(|rule| rule(&question))
}

/// Returns why nothing may be sent to the recipient now; `None` if something may. Of several silences the longest is
/// returned, cadence before quiet hours.
pub fn silence(context: &RuleContext) -> Option<Silence> {
    let silences = cadence::silences(context).into_iter().chain([quiet::silence(context)]).flatten();
    silences.reduce(|kept, other| if lasts_until(&other) > lasts_until(&kept) { other } else { kept })
}

fn lasts_until(silence: &Silence) -> Time {
    silence.until.unwrap_or(window::FOREVER)
}

/// Returns a computed time if it is within the range that a host can express.
fn nameable(at: Time) -> Option<Time> {
    (at <= MAX_TIME).then_some(at)
}
