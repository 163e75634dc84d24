//! The part of one user in all that is shared, taken out and put back: of users who opted out of profiling, and of those
//! who are forgotten. All that their part touched is counted anew without them; their own history stays theirs until it
//! is forgotten.

use crate::base::order;
use crate::world::World;

use super::history::History;
use super::{Memory, Subject, at};

impl Memory {
    /// Whether a user's part is taken out.
    pub fn is_withdrawn(&self, user: u32) -> bool {
        self.withdrawn.get(&user).is_some()
    }

    /// Whether a subject has no part in what is shared.
    pub(super) fn is_left_out(&self, subject: Subject) -> bool {
        matches!(subject, Subject::User(user) if self.is_withdrawn(user))
    }

    /// Takes a user's part out of all that is shared, and leaves out what they do from now on.
    pub fn withdraw(&mut self, world: &World, user: u32) {
        if self.is_withdrawn(user) {
            return;
        }
        self.count_parts(user, -1);
        self.withdrawn.or_default(user);
        let name = world.users.ids.name(user);
        for group in self.groups_of(user) {
            at(&mut self.groups, group).retain_told(|told| told.user.as_deref() != Some(name));
        }
    }

    /// Puts a user's part back.
    pub fn restore(&mut self, world: &World, user: u32) {
        if self.withdrawn.remove(&user).is_none() {
            return;
        }
        self.count_parts(user, 1);
        for group in self.groups_of(user) {
            let name = Some(world.groups.ids.name(group));
            let theirs = self.users[user as usize].told().filter(|told| told.interaction.group.as_deref() == name);
            let group = at(&mut self.groups, group);
            theirs.for_each(|told| group.remember(told.clone()));
        }
    }

    /// Forgets a user: their part, their history, what was sent to them, and where others name them. That an item was
    /// sent to somebody stays counted for caps over the total.
    pub fn forget(&mut self, world: &World, user: u32) {
        self.withdraw(world, user);
        self.withdrawn.remove(&user);
        *at(&mut self.users, user) = History::default();
        let name = world.users.ids.name(user);
        let histories = self.users.iter_mut().chain(&mut self.groups);
        histories.for_each(|history| history.forget_target(name));
        self.ahead.retain(|waiting| {
            waiting.told.iter_mut().for_each(|told| told.forget_target(name));
            waiting.event.actor() != Subject::User(user)
        });
        self.exposure.forget(user);
        // Every decision from now on is made from another state.
        self.digest.add(crate::base::digest::Digest::new("forgotten").whole(user.into()).finish());
    }

    fn groups_of(&self, user: u32) -> Vec<u32> {
        let events = self.users.get(user as usize).map_or(&[][..], History::events);
        let mut groups: Vec<u32> = events.iter().filter_map(|event| event.group()).collect();
        order::sort(&mut groups);
        groups.dedup();
        groups
    }

    /// Counts a user's part `by` times more in all that is shared.
    fn count_parts(&mut self, user: u32, by: i32) {
        let events = self.users.get(user as usize).map_or(Vec::new(), |history| history.events().to_vec());
        events.iter().for_each(|event| self.count_part(event, by));
        self.touched.add(Subject::User(user));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::time::{HOUR, Time};
    use crate::base::value::Value;
    use crate::memory::trend::places;
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

    /// A memory of those interactions, in a world in which all of them are numbered.
    fn remembered(which: impl Fn(&Interaction) -> bool) -> (World, Memory) {
        let (mut world, mut memory) = (World::default(), Memory::new(HalfLives::default()));
        let numbered: Vec<_> = log().into_iter().map(|interaction| (world.number(&interaction), interaction)).collect();
        for (numbered, interaction) in numbered.iter().filter(|(_, interaction)| which(interaction)) {
            assert!(memory.observe(&world, &interaction.clone().into(), *numbered, Arrival::default()));
        }
        memory.advance(&world, NOW);
        memory.settle(&world);
        (world, memory)
    }

    /// Everything that is counted over everybody, of the first user's too where `own`.
    fn counted((world, memory): &(World, Memory), own: bool) -> Vec<f64> {
        let now = memory.half_lives().long.place(NOW);
        let rates = memory.rates();
        let items = (0..6).map(|item| rates.item(item, now)).chain((0..2).map(|channel| rates.channel(channel, now)));
        let own = (0..2).filter(|_| own).map(|channel| rates.user_in_channel(0, channel, now));
        let seen = items.chain(own).chain([rates.overall(now)]);
        let click = world.kinds.number("click").unwrap();
        let rates: Vec<f64> = seen.flat_map(|seen| [seen.shown(), seen.came(click)]).collect();
        let trends = (0..2).filter_map(|group| memory.group_trends(group)).chain([memory.trends()]);
        let demand = trends.flat_map(|trends| (0..6).flat_map(|item| trends.of(item)));
        let demand = demand.flat_map(|demand| demand.at(&places(NOW)).into_iter().chain([demand.count as f64]));
        let paces = (0..world.kinds.len() as u32).map(|kind| memory.kind_volume().came([kind].into_iter(), NOW));
        let paces = paces.flat_map(|came| [came.lately as f64, came.usual as f64]);
        let likeness = (0..6).flat_map(|item| memory.neighbours().of(item).map(|near| near.similarity));
        rates.into_iter().chain(demand).chain(paces).chain(likeness).collect()
    }

    #[test]
    fn what_one_user_gave_is_taken_out_and_put_back() {
        let others = remembered(|interaction| interaction.user.as_deref() != Some("u0"));
        let (world, mut memory) = remembered(|_| true);
        let user = world.users.ids.get("u0").unwrap();
        let before = (world.clone(), memory.clone());
        memory.withdraw(&world, user);
        memory.advance(&world, NOW);
        memory.settle(&world);
        let mut state = (world, memory);
        assert_eq!(counted(&state, false), counted(&others, false));
        state.1.restore(&state.0, user);
        state.1.advance(&state.0, NOW);
        state.1.settle(&state.0);
        assert_eq!(counted(&state, true), counted(&before, true));
        state.1.forget(&state.0, user);
        state.1.advance(&state.0, NOW);
        state.1.settle(&state.0);
        assert_eq!(counted(&state, true), counted(&others, true));
    }
}
