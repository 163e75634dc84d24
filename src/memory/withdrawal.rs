//! Removes one user's contribution from all shared aggregates (opt-out, deletion) and restores it (opt-in). The
//! affected sums are recomputed; the user's own history stays until deletion.

use crate::base::index::{GroupIndex, UserIndex};
use crate::base::order;
use crate::world::World;

use super::history::History;
use super::{Memory, Subject, element_at};

impl Memory {
    /// True if the user is excluded from shared aggregates.
    pub fn is_withdrawn(&self, user: UserIndex) -> bool {
        self.withdrawn.get(&user).is_some()
    }

    /// True if the subject is excluded from shared aggregates.
    pub(super) fn is_excluded(&self, subject: Subject) -> bool {
        matches!(subject, Subject::User(user) if self.is_withdrawn(user))
    }

    /// Removes a user's contribution from shared aggregates, for past and later interactions.
    pub fn withdraw(&mut self, user: UserIndex) {
        if self.is_withdrawn(user) {
            return;
        }
        self.adjust_all_shared(user, -1);
        self.withdrawn.or_default(user);
        for group in self.groups_of(user) {
            element_at(&mut self.groups, group).retain_recent(|event| event.actor() != Subject::User(user));
        }
    }

    /// Restores a user's contribution.
    pub fn restore(&mut self, user: UserIndex) {
        if self.withdrawn.remove(&user).is_none() {
            return;
        }
        self.adjust_all_shared(user, 1);
        for group in self.groups_of(user) {
            let all = self.users[user.as_usize()].all_recent();
            let group_recent = all.filter(|recent| recent.event().group() == Some(group));
            let group = element_at(&mut self.groups, group);
            group_recent.for_each(|recent| group.keep_recent(recent.clone()));
        }
    }

    /// Deletes a user: contribution, history, sendings, and mentions as a target. Sendings stay counted for total caps.
    pub fn forget(&mut self, world: &World, user: UserIndex) {
        self.withdraw(user);
        self.withdrawn.remove(&user);
        *element_at(&mut self.users, user) = History::default();
        let name = world.users.ids.name(user);
        let histories = self.users.iter_mut().chain(self.groups.iter_mut());
        histories.for_each(|history| history.forget_target(world, name));
        self.ahead.retain(|pending| {
            pending.recent.iter_mut().for_each(|recent| _ = recent.forget_target(world, name));
            pending.event.actor() != Subject::User(user)
        });
        self.exposure.forget(user);
        // Decision ids depend on the digest: they must differ from those made before.
        self.digest.add(crate::base::digest::Digest::new("forgotten").whole(user.0.into()).finish());
    }

    /// Returns the groups in which the user has interactions. Pending ones count: an interaction that a query at an
    /// earlier time made pending is still among the latest of its group.
    fn groups_of(&self, user: UserIndex) -> Vec<GroupIndex> {
        let events = self.users.get(user.as_usize()).map_or(&[][..], History::events);
        let pending = self.ahead.iter().map(|pending| &pending.event);
        let pending = pending.filter(|event| event.actor() == Subject::User(user));
        let mut groups: Vec<GroupIndex> = events.iter().chain(pending).filter_map(|event| event.group()).collect();
        order::sort(&mut groups);
        groups.dedup();
        groups
    }

    /// Adds a user's interactions `by` times to the shared aggregates.
    fn adjust_all_shared(&mut self, user: UserIndex, by: i32) {
        let events = self.users.get(user.as_usize()).map_or(Vec::new(), |history| history.events().to_vec());
        events.iter().for_each(|event| self.adjust_shared(event, by));
        self.dirty.add(Subject::User(user));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::index::{ChannelIndex, ItemIndex, KindIndex};
    use crate::base::random::Random;
    use crate::base::time::{HOUR, Time};
    use crate::base::value::Value;
    use crate::memory::trend::decay_points;
    use crate::memory::{Arrival, HalfLives};
    use crate::world::interaction::Interaction;

    const NOW: Time = 20_000 * 24 * HOUR;

    fn log() -> Vec<Interaction> {
        let mut random = Random::new(7);
        let one = |n| {
            let kind = ["impression", "click", "like"][random.below(3)];
            let (user, group) = (random.below(4), random.below(2));
            let (item, channel) = (random.below(6), random.below(2));
            let json = format!(
                r#"{{"user":"u{user}","group":"g{group}","item":"i{item}","channel":"c{channel}","kind":"{kind}","at":{}}}"#,
                NOW - n * HOUR
            );
            Interaction::read(Value::from_json(&json, "").unwrap(), "").unwrap()
        };
        (0..200).map(one).collect()
    }

    /// Returns a memory of the selected interactions, in a world that indexes all of them.
    fn memory_of(is_included: impl Fn(&Interaction) -> bool) -> (World, Memory) {
        let (mut world, mut memory) = (World::default(), Memory::new(HalfLives::default()));
        let indexed: Vec<_> = log().into_iter().map(|interaction| (world.index(&interaction), interaction)).collect();
        for (indexed, interaction) in indexed.iter().filter(|(_, interaction)| is_included(interaction)) {
            assert!(memory.observe(&world, interaction, *indexed, Arrival::default()));
        }
        memory.advance(&world, NOW);
        memory.flush(&world);
        (world, memory)
    }

    /// Returns all shared counts, and those of the first user if `own`.
    fn counted((world, memory): &(World, Memory), own: bool) -> Vec<f64> {
        let now = memory.half_lives().long.point(NOW);
        let rates = memory.rates();
        let items = (0..6)
            .map(|item| rates.item(ItemIndex(item), now))
            .chain((0..2).map(|channel| rates.channel(ChannelIndex(channel), now)));
        let own = (0..2).filter(|_| own).map(|channel| rates.user_in_channel(UserIndex(0), ChannelIndex(channel), now));
        let stats = items.chain(own).chain([rates.overall(now)]);
        let click = world.kinds.index("click").unwrap();
        let rates: Vec<f64> = stats.flat_map(|stats| [stats.impressions(), stats.responses(click)]).collect();
        let of_groups = (0..2).filter_map(|group| memory.group_trends(GroupIndex(group)));
        let of_groups = of_groups.flat_map(|trends| (0..6).flat_map(|item| trends.of(ItemIndex(item))));
        let demand = of_groups.chain((0..6).flat_map(|item| memory.trends().of(ItemIndex(item))));
        let demand = demand.flat_map(|demand| demand.at(&decay_points(NOW)).into_iter().chain([demand.count as f64]));
        let volumes =
            KindIndex::first(world.kinds.len()).map(|kind| memory.kind_volume().volume([kind].into_iter(), NOW));
        let volumes = volumes.flat_map(|volume| [volume.recent as f64, volume.baseline as f64]);
        let similarities = (0..6).flat_map(|item| memory.neighbours().of(ItemIndex(item)).map(|near| near.similarity));
        rates.into_iter().chain(demand).chain(volumes).chain(similarities).collect()
    }

    #[test]
    fn a_contribution_is_removed_and_restored_exactly() {
        let others = memory_of(|interaction| interaction.user.as_deref() != Some("u0"));
        let (world, mut memory) = memory_of(|_| true);
        let user = world.users.ids.get("u0").unwrap();
        let before = (world.clone(), memory.clone());
        memory.withdraw(user);
        memory.advance(&world, NOW);
        memory.flush(&world);
        let mut state = (world, memory);
        assert_eq!(counted(&state, false), counted(&others, false));
        state.1.restore(user);
        state.1.advance(&state.0, NOW);
        state.1.flush(&state.0);
        assert_eq!(counted(&state, true), counted(&before, true));
        state.1.forget(&state.0, user);
        state.1.advance(&state.0, NOW);
        state.1.flush(&state.0);
        assert_eq!(counted(&state, true), counted(&others, true));
    }

    #[test]
    fn interactions_after_the_last_query_leave_their_groups_too() {
        let (world, mut memory) = memory_of(|_| true);
        memory.advance(&world, NOW - 1_000 * HOUR);
        let user = world.users.ids.get("u0").unwrap();
        let is_seen = |memory: &Memory| {
            let of_groups = memory.groups.iter().flat_map(History::all_recent);
            of_groups.into_iter().any(|recent| recent.event().actor() == Subject::User(user))
        };
        assert!(is_seen(&memory));
        memory.withdraw(user);
        assert!(!is_seen(&memory));
        memory.restore(user);
        assert!(is_seen(&memory));
        memory.forget(&world, user);
        assert!(!is_seen(&memory));
    }
}
