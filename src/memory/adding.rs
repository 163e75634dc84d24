//! Adds one interaction to the sums.

use crate::base::index::ItemIndex;
use crate::world::{IndexedInteraction, World};

use super::event::CompactInteraction;
use super::recent::RecentInteraction;
use super::response_rates::Counted;
use super::{Memory, Subject, element_at};

impl Memory {
    /// Stores an interaction with its actor and, unless everything is to be recounted, adds it to the sums.
    pub(super) fn add_interaction(
        &mut self,
        world: &World,
        mut event: CompactInteraction,
        recent: Option<RecentInteraction>,
    ) {
        let actor = event.actor();
        if let Some(group) = event.group().filter(|_| !actor.is_group() && !self.is_excluded(actor)) {
            recent.iter().for_each(|recent| element_at(&mut self.groups, group).keep_recent(recent.clone()));
        }
        if let Some(recent) = recent {
            let history = self.history_mut(actor);
            history.keep_value(&recent);
            history.keep_recent(recent);
        }
        if self.dirty.all {
            self.history_mut(actor).log_compact(event);
            return;
        }
        self.ahead.record_latest(event.at);
        let is_in_order = self.add_own(world, &mut event);
        self.history_mut(actor).log_compact(event);
        match is_in_order {
            true => self.add_shared(world, &event),
            false => self.mark_out_of_order(&event),
        }
    }

    /// Adds an interaction to the sums without storing it. For evaluations over long logs, which are in time order.
    #[cfg(feature = "study")]
    pub fn add_to_sums(&mut self, world: &World, indexed: IndexedInteraction) {
        let mut event = CompactInteraction::new(indexed);
        if indexed.user.is_none() && indexed.group.is_none() {
            // Without an actor no repetition can be recognised.
            event.counts = super::event::Counts::ALL;
            self.add_demand(world, &event);
            return self.add_volume(&event, 1);
        }
        self.add_own(world, &mut event);
        self.add_shared(world, &event);
    }

    /// Adds an interaction without a timestamp to affinities, co-occurrence and response rates, not to demand: an
    /// invented time would turn popularity into a trend.
    #[cfg(feature = "study")]
    pub fn add_timeless_to_sums(&mut self, world: &World, indexed: IndexedInteraction) {
        if indexed.user.is_none() && indexed.group.is_none() {
            return;
        }
        let mut event = CompactInteraction::new(indexed);
        self.add_own(world, &mut event);
        self.add_to_group(world, &event);
        self.add_response(world, &event);
    }

    /// Adds an interaction to its actor's sums and sets in which shared sums it counts. Returns false, and leaves
    /// `counts` unset, if the interaction is out of order.
    fn add_own(&mut self, world: &World, event: &mut CompactInteraction) -> bool {
        let (actor, half_lives) = (event.actor(), self.half_lives);
        let added = self.history_mut(actor).add_own(event, half_lives, &world.kinds);
        if let Some(item) = event.item().filter(|_| added.newly_liked && !self.is_excluded(actor)) {
            self.like(actor, item);
        }
        // An evaluation stores no interactions that could be reordered.
        let is_in_order = !added.out_of_order || self.history_mut(actor).events().is_empty();
        if is_in_order {
            event.counts = added.counts;
        }
        is_in_order
    }

    /// Adds an interaction to all shared sums.
    fn add_shared(&mut self, world: &World, event: &CompactInteraction) {
        self.add_to_group(world, event);
        self.add_response(world, event);
        if !self.is_excluded(event.actor()) {
            self.add_demand(world, event);
            self.add_volume(event, 1);
        }
    }

    fn add_to_group(&mut self, world: &World, event: &CompactInteraction) {
        let IndexedInteraction { user: Some(user), group: Some(group), item, .. } = event.indexed() else { return };
        if self.is_withdrawn(user) {
            return;
        }
        let half_lives = self.half_lives;
        let newly_liked = element_at(&mut self.groups, group).add_member_event(event, half_lives, &world.kinds);
        if let Some(item) = item.filter(|_| newly_liked) {
            self.like(Subject::Group(group), item);
        }
    }

    fn like(&mut self, subject: Subject, item: ItemIndex) {
        self.like_count += 1;
        self.pending_likes.push((subject, item));
    }

    pub(super) fn add_demand(&mut self, world: &World, event: &CompactInteraction) {
        let Some(item) = event.item() else { return };
        self.trends.add(item, event.kind, &world.kinds, event.at, event.counts);
        if let Some(group) = event.group() {
            element_at(&mut self.group_trends, group).add(item, event.kind, &world.kinds, event.at, event.counts);
        }
    }

    pub(super) fn add_volume(&mut self, event: &CompactInteraction, by: i32) {
        if event.item().is_some() && event.counts.daily() {
            self.kind_volume.shift(event.kind, event.at, by);
        }
    }

    /// Adds an interaction to the response rates of its item and channel. Interactions of a group as one are skipped:
    /// it is unknown which members saw the item and which responded.
    fn add_response(&mut self, world: &World, event: &CompactInteraction) {
        let IndexedInteraction { user: Some(user), item: Some(item), channel, kind, at, .. } = event.indexed() else {
            return;
        };
        if !event.counts.daily() {
            return;
        }
        let half_life = self.half_lives.long;
        let is_exposure = world.kinds.of(kind).is_exposure;
        if let Some(channel) = channel {
            self.rates.count_own(user, channel, kind, is_exposure, half_life.point(at));
        }
        if !self.is_withdrawn(user) {
            let stats = self.users.get(user.as_usize()).map_or(&[][..], |history| history.of_item(item));
            let counted = Counted { item, kind, stats, at, channel };
            self.rates.count(counted, half_life, &world.kinds, &world.library, &world.facets);
        }
    }
}
