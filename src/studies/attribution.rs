//! Completeness of the link from responses to messages: a broken data chain (数据断裂), as figures.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::base::index::ItemIndex;
use crate::base::time::Time;
use crate::memory::Subject;

use super::study_log::{Event, StudyLog, StudyMessage};

/// Number of responses by how they are linked to messages. `responses` is the sum of the other five.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributionCounts {
    /// All responses.
    pub responses: usize,
    /// Joined to a message within the window.
    pub attributed: usize,
    /// Naming a decision that is not in the log.
    pub unknown_decision: usize,
    /// Earlier than the message they name.
    pub before_send: usize,
    /// Later than the window.
    pub after_window: usize,
    /// Naming no decision, but touching an item that was sent to this subject within the window.
    pub without_decision: usize,
}

/// The link of one response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// The index of the message that it is joined to.
    Attributed(usize),
    /// It names a decision that is not in the log.
    UnknownDecision,
    /// It is earlier than the message it names.
    BeforeSend,
    /// It is later than the window.
    AfterWindow,
    /// It names no decision, but touches an item that was sent to this subject within the window.
    WithoutDecision,
}

/// Links between responses and the messages that a study is about.
pub struct Linker<'a> {
    messages: &'a [StudyMessage],
    selected: Vec<bool>,
    by_id: FxHashMap<u128, usize>,
    /// Times of sends by recipient and item, ascending.
    sends: FxHashMap<(Subject, ItemIndex), Vec<Time>>,
    /// Times between which a response to an unknown message counts.
    span: (Time, Time),
}

impl<'a> Linker<'a> {
    /// Prepares the links to the messages that `is_selected` accepts. Responses that name an unknown decision count if
    /// they lie between `from` and `to`.
    pub fn new(log: &'a StudyLog, is_selected: impl Fn(&StudyMessage) -> bool, (from, to): (Time, Time)) -> Self {
        let selected: Vec<bool> = log.messages.iter().map(is_selected).collect();
        let mut sends: FxHashMap<(Subject, ItemIndex), Vec<Time>> = FxHashMap::default();
        for message in log.messages.iter().zip(&selected).filter(|(_, selected)| **selected).map(|(message, _)| message)
        {
            for (subject, item) in
                message.subject().into_iter().flat_map(|to| message.items.iter().map(move |i| (to, *i)))
            {
                sends.entry((subject, item)).or_default().push(message.at);
            }
        }
        let by_id = log.messages.iter().enumerate().map(|(n, message)| (message.id, n)).collect();
        Self { messages: &log.messages, selected, by_id, sends, span: (from, to) }
    }

    /// Returns the selected messages with their indices, by time.
    pub fn messages(&self) -> impl Iterator<Item = (usize, &'a StudyMessage)> {
        self.messages.iter().enumerate().filter(|(n, _)| self.selected[*n])
    }

    /// Returns the link of an interaction; `None` if it is no response to a selected message.
    pub fn link(&self, event: &Event, window: Time) -> Option<Link> {
        let Some(decision) = event.decision else {
            return self.was_sent(event, window).then_some(Link::WithoutDecision);
        };
        let Some(&message) = self.by_id.get(&decision) else {
            return (self.span.0..=self.span.1).contains(&event.at).then_some(Link::UnknownDecision);
        };
        self.selected[message].then(|| match event.at - self.messages[message].at {
            ..0 => Link::BeforeSend,
            age if age > window => Link::AfterWindow,
            _ => Link::Attributed(message),
        })
    }

    /// True if the event's item was sent to its user, or to its group, within the window before it.
    fn was_sent(&self, event: &Event, window: Time) -> bool {
        let Some(item) = event.item else { return false };
        let subjects = [event.user.map(Subject::User), event.group.map(Subject::Group)];
        subjects.into_iter().flatten().any(|subject| {
            let sends = self.sends.get(&(subject, item)).map_or(&[][..], Vec::as_slice);
            let after = sends.partition_point(|at| *at <= event.at);
            after > 0 && event.at - sends[after - 1] <= window
        })
    }
}

impl AttributionCounts {
    /// Counts one response.
    pub fn count(&mut self, link: Link) {
        self.responses += 1;
        *match link {
            Link::Attributed(_) => &mut self.attributed,
            Link::UnknownDecision => &mut self.unknown_decision,
            Link::BeforeSend => &mut self.before_send,
            Link::AfterWindow => &mut self.after_window,
            Link::WithoutDecision => &mut self.without_decision,
        } += 1;
    }
}
