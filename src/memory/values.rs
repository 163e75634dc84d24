//! Values and references of one subject's interactions. Few interactions carry either, so they are stored apart from the
//! compact interactions instead of in each of them.

use std::sync::Arc;

use crate::base::bytes::as_bytes;
use crate::base::id::is_id;
use crate::base::index::GroupIndex;
use crate::base::order;
use crate::base::time::Time;

use super::event::CompactInteraction;
use super::recent::RecentInteraction;

/// An interaction that carries a value or a reference.
#[derive(Debug, Clone, PartialEq)]
pub struct ValuedInteraction {
    /// The compact interaction.
    pub event: CompactInteraction,
    /// Its value: points, money.
    pub value: Option<f64>,
    /// The business object it belongs to, such as an order number.
    pub reference: Option<Arc<str>>,
}

as_bytes!(ValuedInteraction: event, value, reference);

impl ValuedInteraction {
    /// Returns the compact form of an interaction with its value and reference; `None` if it carries neither.
    pub fn of(recent: &RecentInteraction) -> Option<Self> {
        let (value, reference) = (recent.value(), recent.reference().cloned());
        (value.is_some() || reference.is_some()).then_some(Self { event: *recent.event(), value, reference })
    }

    /// The sort key: that of the compact interactions, then reference and value.
    fn order(&self) -> impl Ord {
        let value = self.value.map_or(0, f64::to_bits);
        (self.event.order(), self.reference.clone(), value)
    }
}

/// The interactions of one subject that carry a value or a reference, sorted. Those later than the last query are kept
/// too: readers join them with the compact interactions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Values(Vec<ValuedInteraction>);

as_bytes!(Values: 0);

impl Values {
    /// Returns them in the order of the compact interactions.
    pub fn as_slice(&self) -> &[ValuedInteraction] {
        &self.0
    }

    /// Adds one.
    pub fn insert(&mut self, valued: ValuedInteraction) {
        let is_last = self.0.last().is_none_or(|last| last.order() <= valued.order());
        let position = match is_last {
            true => self.0.len(),
            false => self.0.partition_point(|other| other.order() <= valued.order()),
        };
        self.0.insert(position, valued);
    }

    /// Adds those of another subject or memory after `change`.
    pub(super) fn extend(&mut self, other: &Self, change: impl Fn(&CompactInteraction) -> CompactInteraction) {
        self.extend_with(other.0.iter().map(|one| ValuedInteraction { event: change(&one.event), ..one.clone() }));
    }

    /// Adds several.
    pub(super) fn extend_with(&mut self, more: impl Iterator<Item = ValuedInteraction>) {
        let before = self.0.len();
        self.0.extend(more);
        if self.0.len() > before {
            self.sort();
        }
    }

    /// Replaces one group by another.
    pub(super) fn move_group(&mut self, from: GroupIndex, to: GroupIndex) {
        self.0.iter_mut().for_each(|one| one.event = one.event.moved(from, to));
        self.sort();
    }

    /// Removes those before a time.
    pub(super) fn remove_before(&mut self, before: Time) {
        self.0.retain(|one| one.event.at >= before);
    }

    /// True if they are sorted, carry something, and could have been given by a host.
    pub(super) fn is_valid(&self, is_valid_event: impl Fn(&CompactInteraction) -> bool) -> bool {
        let is_sound = |one: &ValuedInteraction| {
            is_valid_event(&one.event)
                && (one.value.is_some() || one.reference.is_some())
                && one.value.is_none_or(f64::is_finite)
                && one.reference.as_deref().is_none_or(is_id)
        };
        self.0.iter().all(is_sound) && self.0.is_sorted_by(|a, b| a.order() <= b.order())
    }

    fn sort(&mut self) {
        order::sort_by(&mut self.0, |a, b| a.order().cmp(&b.order()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::value::Value;
    use crate::world::World;
    use crate::world::interaction::Interaction;

    fn valued(world: &mut World, json: &str) -> Option<ValuedInteraction> {
        let interaction = Interaction::read(Value::from_json(json, "").unwrap(), "").unwrap();
        let event = CompactInteraction::new(world.index(&interaction));
        ValuedInteraction::of(&RecentInteraction::of(&interaction, event, 0))
    }

    #[test]
    fn only_interactions_with_a_value_or_a_reference_are_kept_in_one_order() {
        let mut world = World::default();
        assert_eq!(valued(&mut world, r#"{"user":"u","kind":"paid","at":1}"#), None);
        let lines = [
            r#"{"user":"u","kind":"paid","at":1,"value":9}"#,
            r#"{"user":"u","kind":"paid","at":1,"reference":"A"}"#,
            r#"{"user":"u","kind":"paid","at":1,"reference":"B","value":3}"#,
            r#"{"user":"u","group":"g","kind":"paid","at":0,"reference":"B"}"#,
        ];
        let all = lines.map(|line| valued(&mut world, line).unwrap());
        let (mut there, mut back) = (Values::default(), Values::default());
        all.iter().for_each(|one| there.insert(one.clone()));
        all.iter().rev().for_each(|one| back.insert(one.clone()));
        assert_eq!(there, back);
        assert!(there.is_valid(|_| true) && !there.is_valid(|_| false));
        there.remove_before(1);
        assert_eq!(there.as_slice().len(), 3);
    }
}
