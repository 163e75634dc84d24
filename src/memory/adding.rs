//! Adding one interaction to the sums.

use crate::world::{IndexedInteraction, World};

use super::event::{CompactInteraction, Counts, RecentInteraction};
use super::response_rates::Counted;
use super::{Memory, Subject, at};

impl Memory {
    /// Keeps an interaction with its actor, and adds it to the sums if there are any.
    pub(super) fn take_in(&mut self, world: &World, mut event: CompactInteraction, told: Option<RecentInteraction>) {
        let actor = event.actor();
        if let Some(group) = event.group().filter(|_| !actor.is_group() && !self.is_left_out(actor)) {
            told.iter().for_each(|told| at(&mut self.groups, group).remember(told.clone()));
        }
        told.into_iter().for_each(|told| self.history_mut(actor).remember(told));
        if self.touched.all {
            self.history_mut(actor).keep(event);
            return;
        }
        self.ahead.note(event.at);
        let is_in_order = self.add_own(world, &mut event);
        self.history_mut(actor).keep(event);
        match is_in_order {
            true => self.add_shared(world, &event),
            false => self.touch_again(&event),
        }
    }

    /// Adds an interaction to the sums alone: what an evaluation over a long log needs, which is in the order of time.
    pub fn touch(&mut self, world: &World, numbered: IndexedInteraction) {
        let mut event = CompactInteraction::of(numbered);
        if numbered.user.or(numbered.group).is_none() {
            // Nobody is known who could repeat themselves.
            event.counts = Counts::ALL;
            self.add_demand(&event);
            return self.add_pace(&event, 1);
        }
        self.add_own(world, &mut event);
        self.add_shared(world, &event);
    }

    /// Adds an interaction of which nobody knows when it was: to what its subjects like, and not to demand. A time
    /// made up for it would make a trend of whatever is popular.
    pub fn touch_timeless(&mut self, world: &World, numbered: IndexedInteraction) {
        if numbered.user.or(numbered.group).is_none() {
            return;
        }
        let mut event = CompactInteraction::of(numbered);
        self.add_own(world, &mut event);
        self.add_to_group(world, &event);
        self.add_outcome(world, &event);
    }

    /// Adds an interaction to its actor's own sums and decides in which others it counts. False, and it counts in no
    /// other yet, where it came out of order.
    fn add_own(&mut self, world: &World, event: &mut CompactInteraction) -> bool {
        let (actor, half_lives) = (event.actor(), self.half_lives);
        let added = self.history_mut(actor).add_own(event, half_lives, &world.kinds);
        if let Some(item) = event.item().filter(|_| added.newly_liked && !self.is_left_out(actor)) {
            self.like(actor, item);
        }
        // An evaluation keeps no interactions that could be put in order.
        let is_in_order = !added.out_of_order || self.history_mut(actor).events().is_empty();
        if is_in_order {
            event.counts = added.counts;
        }
        is_in_order
    }

    /// Adds an interaction to all sums over many actors.
    fn add_shared(&mut self, world: &World, event: &CompactInteraction) {
        self.add_to_group(world, event);
        self.add_outcome(world, event);
        if !self.is_left_out(event.actor()) {
            self.add_demand(event);
            self.add_pace(event, 1);
        }
    }

    fn add_to_group(&mut self, world: &World, event: &CompactInteraction) {
        let IndexedInteraction { user: Some(user), group: Some(group), item, .. } = event.numbered() else { return };
        if self.is_withdrawn(user) {
            return;
        }
        let half_lives = self.half_lives;
        let newly_liked = at(&mut self.groups, group).add_of_member(event, half_lives, &world.kinds);
        if let Some(item) = item.filter(|_| newly_liked) {
            self.like(Subject::Group(group), item);
        }
    }

    fn like(&mut self, subject: Subject, item: u32) {
        self.likings += 1;
        self.unpaired.push((subject, item));
    }

    pub(super) fn add_demand(&mut self, event: &CompactInteraction) {
        let Some(item) = event.item() else { return };
        self.trends.add(item, event.kind, event.at, event.counts);
        if let Some(group) = event.group() {
            at(&mut self.group_trends, group).add(item, event.kind, event.at, event.counts);
        }
    }

    pub(super) fn add_pace(&mut self, event: &CompactInteraction, by: i32) {
        if event.item().is_some() && event.counts.daily() {
            self.kind_volume.shift(event.kind, event.at, by);
        }
    }

    /// Counts an interaction for the outcomes of showing its item to its user, and something through its channel. What a
    /// group did as one is not counted: which of its members was shown something, and which answered, nobody can tell.
    fn add_outcome(&mut self, world: &World, event: &CompactInteraction) {
        let IndexedInteraction { user: Some(user), item: Some(item), channel, kind, at, .. } = event.numbered() else {
            return;
        };
        if !event.counts.daily() {
            return;
        }
        let half_life = self.half_lives.long;
        let is_exposure = world.kinds.of(kind).is_exposure;
        if let Some(channel) = channel {
            self.rates.count_own(user, channel, kind, is_exposure, half_life.place(at));
        }
        if !self.is_withdrawn(user) {
            let touches = self.users.get(user as usize).map_or(&[][..], |history| history.of_item(item));
            let counted = Counted { item, kind, touches, at, channel };
            self.rates.count(counted, half_life, &world.kinds, &world.library, &world.facets);
        }
    }
}
