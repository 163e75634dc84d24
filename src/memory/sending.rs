//! Sendings: a decision that was sent or is to be sent, its message and its items.

use crate::base::bytes::as_bytes;
use crate::base::index::{ChannelIndex, ItemIndex};
use crate::base::time::Time;
use crate::world::occasion::Occasion;

use super::Subject;
use super::step_sends::StepSend;

/// One message: a decision that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Message {
    /// The time of sending.
    pub at: Time,
    /// The channel's index, if known.
    pub channel: Option<ChannelIndex>,
    /// The occasion.
    pub occasion: Occasion,
}

as_bytes!(Message: at, channel => 8: occasion);

/// One message through a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChannelMessage {
    /// The time of sending.
    pub at: Time,
    /// The occasion.
    pub occasion: Occasion,
}

as_bytes!(ChannelMessage: at => 8: occasion);

/// One item of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SentItem {
    /// The time of sending.
    pub at: Time,
    /// The item's index.
    pub item: ItemIndex,
}

as_bytes!(SentItem: at, item);

/// An accepted decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The time of the decision.
    pub at: Time,
    /// The recipient.
    pub to: Subject,
    /// The channel's index, if known.
    pub channel: Option<ChannelIndex>,
    /// The items with their propensities, 0–1.
    pub picks: Vec<(ItemIndex, f64)>,
    /// The occasion.
    pub occasion: Occasion,
    /// The step it was sent for.
    pub step: Option<Box<StepSend>>,
}

as_bytes!(Accepted: at, to, channel, picks => 8: step, occasion);

impl Accepted {
    /// Returns its message.
    pub fn message(&self) -> Message {
        Message { at: self.at, channel: self.channel, occasion: self.occasion }
    }
}
