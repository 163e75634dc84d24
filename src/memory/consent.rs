//! What one user gave to what is everybody's, taken out again and put back: of those who do not want to be profiled,
//! and of those who want to be forgotten.
//!
//! What a group did is counted anew without them. From demand and rates their part is subtracted, up to rounding; where
//! nobody else gave anything, nothing is left. Their own history stays theirs until it is forgotten.

use crate::order;
use crate::world::World;
use crate::world::interaction::Interaction;

use super::history::History;
use super::{Memory, Subject, at};

impl Memory {
    /// Whether a user's part is taken out.
    pub fn is_withdrawn(&self, user: u32) -> bool {
        self.withdrawn.get(&user).is_some()
    }

    /// Takes a user's part out of all that is everybody's, and leaves out what they do from now on.
    pub fn withdraw(&mut self, world: &World, user: u32) {
        if !self.is_withdrawn(user) {
            self.withdrawn.or_default(user);
            self.shift(world, user, -1);
        }
    }

    /// Puts a user's part back.
    pub fn restore(&mut self, world: &World, user: u32) {
        if self.withdrawn.remove(&user).is_some() {
            self.shift(world, user, 1);
        }
    }

    /// Forgets a user: their part, their history, what was sent to them, and where others name them. That an item was
    /// sent to somebody stays counted for caps over the total.
    pub fn forget(&mut self, world: &World, user: u32) {
        self.withdraw(world, user);
        let groups = self.groups_of(user);
        self.withdrawn.remove(&user);
        *at(&mut self.users, user) = History::default();
        for group in groups {
            at(&mut self.groups, group).drop_events_of(user);
        }
        let name = world.users.ids.name(user);
        let histories = self.users.iter_mut().chain(&mut self.groups);
        histories.for_each(|history| history.forget_target(name));
        self.rates.forget(user);
        self.exposure.forget(user);
        // What is decided from now on is decided from another state.
        self.digest.add(crate::digest::Digest::new("forgotten").whole(user.into()).finish());
    }

    fn groups_of(&self, user: u32) -> Vec<u32> {
        let events = self.users.get(user as usize).map_or(&[][..], History::events);
        let mut groups: Vec<u32> = events.iter().filter_map(|event| event.numbered().group).collect();
        order::sort(&mut groups);
        groups.dedup();
        groups
    }

    /// Adds a user's part `by` times to what is everybody's.
    fn shift(&mut self, world: &World, user: u32, by: i32) {
        // What waits to be paired is looked through for each who comes or goes.
        self.settle(world);
        let kinds = &world.kinds;
        let history = std::mem::take(at(&mut self.users, user));
        for event in history.events() {
            let numbered = event.numbered();
            let Some(item) = numbered.item else { continue };
            self.trends.shift(item, event.kind, event.at, by);
            self.pace.shift(event.kind, event.at, by);
            if let Some(group) = numbered.group {
                at(&mut self.group_trends, group).shift(item, event.kind, event.at, by);
            }
            if let Some(channel) = numbered.channel {
                let is_exposure = kinds.of(event.kind).is_exposure;
                self.rates.shift_channel(channel, event.kind, is_exposure, self.half_lives.long.place(event.at), by);
            }
        }
        self.rates.shift_items(&history, world, by);
        *at(&mut self.users, user) = history;
        self.pair_anew(world, Subject::User(user));
        let name = world.users.ids.name(user);
        for group in self.groups_of(user) {
            let withdrawn = &self.withdrawn;
            let counts = |user: Option<u32>| user.is_none_or(|user| withdrawn.get(&user).is_none());
            let of_others = |told: &Interaction| told.user.as_deref() != Some(name);
            at(&mut self.groups, group).recount(self.half_lives, kinds, counts, of_others);
            if by > 0 {
                let group_name = world.groups.ids.name(group);
                let back =
                    self.users[user as usize].told().filter(|t| t.interaction.group.as_deref() == Some(group_name));
                let group = at(&mut self.groups, group);
                back.for_each(|told| group.remember(told.clone()));
            }
            self.pair_anew(world, Subject::Group(group));
        }
    }

    /// Lets neighbours know what a subject likes as it is now.
    fn pair_anew(&mut self, world: &World, subject: Subject) {
        self.unpaired.retain(|(other, _)| *other != subject);
        self.neighbours.leave(subject);
        if !matches!(subject, Subject::User(user) if self.is_withdrawn(user)) {
            let liked = self.history(subject).into_iter().flat_map(|history| history.liked(&world.kinds));
            let liked: Vec<_> = liked.map(|item| (subject, item)).collect();
            self.unpaired.extend(liked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::HalfLives;
    use crate::memory::trend::places;
    use crate::random::Random;
    use crate::time::{HOUR, Time};
    use crate::value::Value;

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
            assert!(memory.observe(&world, &interaction.clone().into(), *numbered));
        }
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
        let paces = (0..world.kinds.len() as u32).map(|kind| memory.pace().came([kind].into_iter(), NOW));
        let paces = paces.flat_map(|came| [came.lately as f64, came.usual as f64]);
        let likeness = (0..6).flat_map(|item| memory.neighbours().of(item).map(|near| near.similarity));
        rates.into_iter().chain(demand).chain(paces).chain(likeness).collect()
    }

    fn agree(a: &[f64], b: &[f64]) {
        assert_eq!(a.len(), b.len());
        a.iter().zip(b).for_each(|(a, b)| assert!((a - b).abs() < 1e-9 * (1.0 + a.abs()), "{a} {b}"));
    }

    #[test]
    fn what_one_user_gave_is_taken_out_and_put_back() {
        let others = remembered(|interaction| interaction.user.as_deref() != Some("u0"));
        let (world, mut memory) = remembered(|_| true);
        let user = world.users.ids.get("u0").unwrap();
        let before = (world.clone(), memory.clone());
        memory.withdraw(&world, user);
        memory.settle(&world);
        let mut state = (world, memory);
        agree(&counted(&state, false), &counted(&others, false));
        state.1.restore(&state.0, user);
        state.1.settle(&state.0);
        agree(&counted(&state, true), &counted(&before, true));
        state.1.forget(&state.0, user);
        state.1.settle(&state.0);
        agree(&counted(&state, true), &counted(&others, true));
    }
}
