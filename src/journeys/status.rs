//! The state of one recipient in all entries of one journey.

use std::sync::Arc;

use crate::base::order;
use crate::base::time::{DAY, Time};

use super::entry::Span;
use super::state::{EntryView, Exit, StepStanding, StepState};
use super::{JourneyContext, JourneyRecipient, ResolvedJourney};

/// The age up to which replaced entries are listed, in milliseconds.
const LISTED: Time = 400 * DAY;

/// The state of one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryStatus {
    /// The recipient.
    pub to: JourneyRecipient,
    /// Time of entry.
    pub entered_at: Time,
    /// Reference of the entry.
    pub reference: Option<Arc<str>>,
    /// The end of the entry, if it has ended.
    pub exit: Option<Exit>,
    /// All steps, in the order of the journey.
    pub steps: Vec<StepStanding>,
}

/// Returns the entries of a recipient, the latest first: the active ones, and those they replaced in the last 400 days.
pub fn entries_of(context: &JourneyContext, journey: &ResolvedJourney, to: JourneyRecipient) -> Vec<EntryStatus> {
    let (mut acts, mut entries) = (Vec::new(), Vec::new());
    journey.acts(context, to, &mut acts);
    let oldest = context.state.now - LISTED;
    journey.add_entries(
        context,
        to,
        &acts,
        Span { since: Time::MIN, from: oldest, until: context.state.now },
        &mut entries,
    );
    entries.retain(|entry| entry.replaced_at.is_none_or(|at| at > context.state.now) || entry.entered_at >= oldest);
    order::sort_by(&mut entries, |a, b| b.start.cmp(&a.start).then_with(|| a.reference.cmp(&b.reference)));
    let status = |entry| {
        let view = EntryView { journey, to, entry, acts: &acts };
        let with_rule = |(step, standing): (usize, StepStanding)| match (standing.state, standing.window) {
            // A window may end before its entry begins: nothing held the step back then.
            (StepState::Missed, Some(window)) if window.ends_at > entry.start => {
                // The first rule that applied in the last moment of the window.
                let last = window.ends_at - 1;
                let is_superseded = || view.due(context, last).is_some_and(|(due, _)| due != step);
                let held_back = view.held_back(context, step, last);
                let rule = held_back.or_else(|| is_superseded().then_some("step.superseded"));
                StepStanding { rule, ..standing }
            }
            _ => standing,
        };
        EntryStatus {
            to,
            entered_at: entry.entered_at,
            reference: entry.reference.map(Arc::from),
            exit: view.exit(context, context.state.now),
            steps: view.standings(context, context.state.now).into_iter().enumerate().map(with_rule).collect(),
        }
    };
    entries.iter().map(status).collect()
}
