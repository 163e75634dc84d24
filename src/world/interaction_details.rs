//! Further parts of an interaction than its names, kind, time and value, and the fingerprint of all parts.

use std::sync::Arc;

use crate::base::digest::{Digest, combine};
use crate::base::time::Time;
use crate::base::value::{Value, json};

use super::attributes::Attributes;

/// The fields of an interaction that no sum contains; see [`Interaction`](super::interaction::Interaction). Few
/// interactions have any.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InteractionDetails {
    /// The host's id.
    pub id: Option<Arc<str>>,
    /// Id of the decision that led to it.
    pub decision: Option<Arc<str>>,
    /// Position in a list, from 0.
    pub position: Option<u32>,
    /// The other person concerned.
    pub target: Option<Arc<str>>,
    /// The business object it belongs to.
    pub reference: Option<Arc<str>>,
    /// Attributes of the situation.
    pub context: Option<Attributes>,
    /// The host's own data.
    pub data: Option<Value>,
}

impl InteractionDetails {
    /// Returns them on the heap; `None` if no field has a value.
    pub fn unless_empty(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }

    /// Returns their fingerprint, as a part of that of the interaction.
    pub fn digest(&self) -> u128 {
        let names = Digest::new("interaction")
            .maybe(self.id.as_deref())
            .maybe(self.decision.as_deref())
            .whole(self.position.map_or(-1, i64::from))
            .maybe(self.target.as_deref())
            .maybe(self.reference.as_deref());
        match (&self.context, &self.data) {
            (None, None) => names.finish(),
            (context, data) => names.text(&json(&(context, data))).finish(),
        }
    }
}

/// The parts of an interaction's fingerprint. Names enter by their own fingerprints, 0 for none, so that a log with few
/// names hashes each once.
#[derive(Debug, Clone, Copy)]
pub struct FingerprintParts {
    /// Fingerprint of the user's id.
    pub user: u64,
    /// Fingerprint of the group's id.
    pub group: u64,
    /// Fingerprint of the channel's id.
    pub channel: u64,
    /// Fingerprint of the item's id.
    pub item: u64,
    /// Fingerprint of the kind's name.
    pub kind: u64,
    /// The time.
    pub at: Time,
    /// The value.
    pub value: Option<f64>,
    /// Fingerprint of the details; 0 for none.
    pub details: u128,
}

impl FingerprintParts {
    /// Returns the fingerprint of the interaction.
    pub fn combine(self) -> u128 {
        let common = [[self.user, self.item], [self.kind, self.at as u64]];
        if self.group == 0 && self.channel == 0 && self.value.is_none() && self.details == 0 {
            return combine(&common);
        }
        let value = self.value.map_or([0, 0], |value| [1, value.to_bits()]);
        let details = [self.details as u64, (self.details >> 64) as u64];
        combine(&[common[0], common[1], [self.group, self.channel], value, details])
    }
}
