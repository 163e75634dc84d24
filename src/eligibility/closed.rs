//! Items that no recipient may get now.

use crate::base::index::ItemIndex;
use crate::world::recipient::Recipient;

use super::contacts::ContactHistory;
use super::{Question, Refusal, RuleContext, cap, hidden, schedule};

/// Returns the first rule that keeps an item from everybody: hidden, its schedule, or a cap over the total; `None` if it
/// may be sent to any recipient. Only the state, the rules and the availability of the context are read.
pub fn closed_to_all(context: &RuleContext, item: ItemIndex) -> Option<Refusal> {
    let entry = context.state.world.library.entry(item)?;
    // An unknown recipient has received nothing, so only total caps can be full.
    let nobody = RuleContext { addressee: Recipient::default(), ..*context };
    let question = Question { context: &nobody, history: &ContactHistory::new(&nobody), item, entry };
    [hidden::refusal, schedule::refusal, cap::refusal].into_iter().find_map(|rule| rule(&question))
}
