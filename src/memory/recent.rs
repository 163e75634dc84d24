//! The latest interactions of a subject, from which the host's records can be made again.

use std::sync::Arc;

use crate::base::bytes::{ByteReader, Codec, Output};
use crate::base::index::GroupIndex;
use crate::base::time::Time;
use crate::world::World;
use crate::world::interaction::Interaction;
use crate::world::interaction_details::InteractionDetails;

use super::event::CompactInteraction;
use super::merge::IndexRemap;

/// Number of latest interactions kept in full, separately for those with and without an item.
pub const KEPT_IN_FULL: usize = 50;

/// A recent interaction: names as indices, because a record with its names would take several times the memory.
#[derive(Debug, Clone)]
pub struct RecentInteraction {
    event: CompactInteraction,
    /// NaN for none.
    value: f64,
    /// Breaks ties in time, so that arrival order has no effect.
    fingerprint: u64,
    /// `None` for most rows of a log.
    details: Option<Box<InteractionDetails>>,
}

impl RecentInteraction {
    /// Combines the parts of an interaction with its fingerprint.
    pub fn new(
        event: CompactInteraction,
        value: Option<f64>,
        fingerprint: u128,
        details: Option<Box<InteractionDetails>>,
    ) -> Self {
        Self { event, value: value.unwrap_or(f64::NAN), fingerprint: fingerprint as u64, details }
    }

    /// Combines an interaction with its compact form and its fingerprint.
    pub fn of(interaction: &Interaction, event: CompactInteraction, fingerprint: u128) -> Self {
        Self::new(event, interaction.value, fingerprint, interaction.details())
    }

    /// The interaction in compact form.
    pub fn event(&self) -> &CompactInteraction {
        &self.event
    }

    /// The value, if there is one.
    pub fn value(&self) -> Option<f64> {
        (!self.value.is_nan()).then_some(self.value)
    }

    /// The business object it belongs to, if there is one.
    pub fn reference(&self) -> Option<&Arc<str>> {
        self.details.as_ref().and_then(|details| details.reference.as_ref())
    }

    /// The sort key: time, then fingerprint.
    pub fn order(&self) -> (Time, u64) {
        (self.event.at, self.fingerprint)
    }

    /// Returns the host's record.
    pub fn interaction(&self, world: &World) -> Interaction {
        let indexed = self.event.indexed();
        let details = self.details.as_deref().cloned().unwrap_or_default();
        Interaction {
            id: details.id,
            user: indexed.user.map(|user| world.users.ids.shared(user)),
            group: indexed.group.map(|group| world.groups.ids.shared(group)),
            item: indexed.item.map(|item| world.library.ids.shared(item)),
            kind: world.kinds.shared_name(indexed.kind),
            at: indexed.at,
            value: self.value(),
            decision: details.decision,
            channel: indexed.channel.map(|channel| world.channels.ids.shared(channel)),
            position: details.position,
            target: details.target,
            reference: details.reference,
            context: details.context,
            data: details.data,
        }
    }

    /// Removes the target if it is `name`; returns true if it was removed.
    pub(super) fn forget_target(&mut self, world: &World, name: &str) -> bool {
        let Some(details) = self.details.as_mut().filter(|details| details.target.as_deref() == Some(name)) else {
            return false;
        };
        details.target = None;
        self.details = self.details.take().and_then(|details| details.unless_empty());
        self.fingerprint = self.interaction(world).digest() as u64;
        true
    }

    /// Replaces group `from` by `to`; returns true if it was replaced.
    pub(super) fn move_group(&mut self, world: &World, from: GroupIndex, to: GroupIndex) -> bool {
        let is_moved = self.event.group() == Some(from);
        if is_moved {
            self.event = self.event.moved(from, to);
            self.fingerprint = self.interaction(world).digest() as u64;
        }
        is_moved
    }

    /// Returns a copy with mapped indices.
    pub(super) fn renumbered(&self, map: &IndexRemap) -> Self {
        Self { event: self.event.renumbered(map), ..self.clone() }
    }

    /// Writes the host's record, so that names in a snapshot do not depend on indices.
    pub(super) fn write(&self, world: &World, to: &mut Output) {
        self.interaction(world).write(to);
    }

    /// Reads a record whose names `world` has.
    pub(super) fn read(from: &mut ByteReader, world: &World) -> Self {
        let interaction = <Interaction as Codec>::read(from);
        let indexed = world.find(&interaction).filter(|_| interaction.is_sound());
        if indexed.is_none() {
            from.refuse();
        }
        Self::of(&interaction, CompactInteraction::new(indexed.unwrap_or_default()), interaction.digest())
    }
}

impl PartialEq for RecentInteraction {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

/// Inserts an interaction into a sorted list of the latest.
pub(super) fn insert_recent(list: &mut Vec<RecentInteraction>, recent: RecentInteraction) {
    let position = list.partition_point(|other| other.order() <= recent.order());
    if list.len() < KEPT_IN_FULL {
        list.insert(position, recent);
    } else if position > 0 {
        list.remove(0);
        list.insert(position - 1, recent);
    }
}

/// Inserts `count` sorted interactions, at most [`KEPT_IN_FULL`], into a sorted list of the latest.
pub(super) fn extend_recent<'a>(
    list: &mut Vec<RecentInteraction>,
    more: impl Iterator<Item = &'a RecentInteraction> + Clone,
    count: usize,
) {
    let follows = |last: &RecentInteraction| more.clone().next().is_none_or(|next| last.order() <= next.order());
    if !list.last().is_none_or(follows) {
        return more.for_each(|recent| insert_recent(list, recent.clone()));
    }
    list.drain(..(list.len() + count).saturating_sub(KEPT_IN_FULL));
    list.reserve_exact(count);
    list.extend(more.cloned());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::value::Value;

    const FULL: &str = r#"{"id":"e","user":"u","group":"g","item":"i","kind":"share","at":-5,"value":1.5,"decision":"d",
        "channel":"c","position":0,"target":"v","reference":"A1","context":{"n":2},"data":[{}]}"#;

    fn recent(world: &mut World, json: &str) -> (Interaction, RecentInteraction) {
        let interaction = Interaction::read(Value::from_json(json, "").unwrap(), "").unwrap();
        let event = CompactInteraction::new(world.index(&interaction));
        let recent = RecentInteraction::of(&interaction, event, interaction.digest());
        (interaction, recent)
    }

    #[test]
    fn the_record_is_made_again_from_its_parts() {
        let mut world = World::default();
        for json in
            [FULL, r#"{"user":"u","kind":"joined","at":1}"#, r#"{"group":"g","item":"i","kind":"k","at":1,"value":0}"#]
        {
            let (interaction, recent) = recent(&mut world, json);
            assert_eq!(recent.interaction(&world), interaction);
        }
        // Documented in docs/internals/limits.md.
        assert_eq!(size_of::<RecentInteraction>(), 56);
    }

    #[test]
    fn a_changed_interaction_has_the_fingerprint_of_its_new_record() {
        let mut world = World::default();
        let to = world.groups.ids.intern("g2");
        let (interaction, mut recent) = recent(&mut world, FULL);
        let from = world.groups.ids.intern("g");
        assert!(recent.move_group(&world, from, to) && !recent.move_group(&world, from, to));
        assert!(recent.forget_target(&world, "v") && !recent.forget_target(&world, "v"));
        let expected = Interaction { group: Some("g2".into()), target: None, ..interaction };
        assert_eq!(recent.interaction(&world), expected);
        assert_eq!(recent.order(), (-5, expected.digest() as u64));
    }
}
