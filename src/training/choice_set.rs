//! One example before its features are computed.

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::time::Time;
use crate::memory::Subject;
use crate::world::recipient::Recipient;

/// An exposure, or a choice with its negatives.
#[derive(Debug)]
pub struct ChoiceSet {
    /// Time of the exposure or the choice, ms.
    pub at: Time,
    /// True if the example is to be stored.
    pub is_stored: bool,
    /// The user or the group.
    pub subject: Subject,
    /// The recipient.
    pub to: Recipient,
    /// True for an exposure.
    pub shown: bool,
    /// The kinds of interaction that followed so far.
    pub kinds: Vec<KindIndex>,
    /// The item shown; for a choice the chosen item, then the negatives.
    pub items: Vec<ItemIndex>,
    /// logQ correction per item: −ln(expected draws); 0 for the item shown or chosen.
    pub offsets: Vec<f64>,
}

impl ChoiceSet {
    /// Creates the choice of an item that was made with these kinds of interaction, without negatives.
    pub fn new(subject: Subject, to: Recipient, item: ItemIndex, kinds: Vec<KindIndex>, at: Time) -> Self {
        Self { at, is_stored: true, subject, to, shown: false, kinds, items: vec![item], offsets: vec![0.0] }
    }

    /// True if a group chose.
    pub fn is_by_group(&self) -> bool {
        self.subject.is_group()
    }
}
