//! Recomputes sums from the stored interactions.
//!
//! Nothing is ever subtracted from a decayed sum: it loses old amounts to rounding, so subtracting them would make it
//! negative. Instead every sum affected by a change is recomputed.

use crate::base::index::{GroupIndex, ItemIndex, UserIndex};
use crate::base::order;
use crate::base::shared::Shared;
use crate::world::{IndexedInteraction, World};

use super::event::{CompactInteraction, Counts};
use super::{Memory, Subject, element_at};

/// The sums to recompute.
#[derive(Debug, Clone)]
pub struct DirtySet {
    /// If true, all sums.
    pub all: bool,
    users: Vec<UserIndex>,
    groups: Vec<GroupIndex>,
    items: Vec<ItemIndex>,
}

impl Default for DirtySet {
    /// Before the first query no sum exists.
    fn default() -> Self {
        Self { all: true, ..Self::nothing() }
    }
}

impl DirtySet {
    fn nothing() -> Self {
        Self { all: false, users: Vec::new(), groups: Vec::new(), items: Vec::new() }
    }
    /// Adds a subject's own sums.
    pub(super) fn add(&mut self, subject: Subject) {
        match subject {
            Subject::User(user) => self.users.push(user),
            Subject::Group(group) => self.groups.push(group),
        }
    }
    /// Adds the shared sums that an interaction counts in.
    fn add_shared_sums(&mut self, event: &CompactInteraction) {
        self.items.extend(event.item());
        self.groups.extend(event.group());
    }
    fn is_empty(&self) -> bool {
        !self.all && self.users.is_empty() && self.groups.is_empty() && self.items.is_empty()
    }
}

impl Memory {
    /// Adds `by` times an interaction to the kind volume and marks the shared sums that it counts in.
    pub(super) fn adjust_shared(&mut self, event: &CompactInteraction, by: i32) {
        if !self.dirty.all && !self.is_excluded(event.actor()) {
            self.add_volume(event, by);
            self.mark_shared(event);
        }
    }

    /// Marks the shared sums that an interaction counts in.
    fn mark_shared(&mut self, event: &CompactInteraction) {
        self.dirty.add_shared_sums(event);
        if let IndexedInteraction { user: Some(user), group: Some(group), .. } = event.indexed() {
            element_at(&mut self.groups, group).add_contributor(user);
        }
    }

    /// Marks the sums of an actor after an out-of-order interaction, and the shared sums that it counts in.
    pub(super) fn mark_out_of_order(&mut self, event: &CompactInteraction) {
        self.dirty.add(event.actor());
        if !self.is_excluded(event.actor()) {
            self.mark_shared(event);
        }
    }

    /// Recomputes all marked sums; returns true if there were any.
    pub(super) fn recount(&mut self, world: &World) -> bool {
        if self.dirty.is_empty() {
            return false;
        }
        let mut dirty = std::mem::replace(&mut self.dirty, DirtySet::nothing());
        if dirty.all {
            dirty.users = UserIndex::first(self.users.len()).collect();
            dirty.groups = GroupIndex::first(self.groups.len()).collect();
            self.kind_volume = Default::default();
        }
        self.recount_users(world, &mut dirty);
        self.recount_groups(world, &mut dirty);
        self.recount_items(world, &dirty);
        let withdrawn = &self.withdrawn;
        self.rates.sum_channels(|user| withdrawn.get(&user).is_some());
        self.replace_likes(world, &mut dirty);
        true
    }

    fn recount_users(&mut self, world: &World, dirty: &mut DirtySet) {
        let half_life = self.half_lives.long;
        for user in each_once(&mut dirty.users).to_vec() {
            self.recount_own(world, Subject::User(user), dirty);
            self.rates.clear_own(user);
            for event in self.users[user.as_usize()].events() {
                if let IndexedInteraction { channel: Some(channel), item: Some(_), kind, at, .. } = event.indexed()
                    && event.counts.daily()
                {
                    let is_exposure = world.kinds.of(kind).is_exposure;
                    self.rates.count_own(user, channel, kind, is_exposure, half_life.point(at));
                }
            }
        }
    }

    fn recount_groups(&mut self, world: &World, dirty: &mut DirtySet) {
        for group in each_once(&mut dirty.groups).to_vec() {
            let contributors = element_at(&mut self.groups, group).take_contributors();
            self.recount_own(world, Subject::Group(group), dirty);
            if !dirty.all {
                for user in contributors {
                    self.add_to_groups(world, user, |other| other == group);
                }
            }
        }
        if dirty.all {
            UserIndex::first(self.users.len()).for_each(|user| self.add_to_groups(world, user, |_| true));
            dirty.groups = GroupIndex::first(self.groups.len()).collect();
        }
    }

    /// Recomputes the sums of an actor and marks the interactions that count differently now.
    fn recount_own(&mut self, world: &World, actor: Subject, dirty: &mut DirtySet) {
        let half_lives = self.half_lives;
        let mut changed: Vec<(Counts, CompactInteraction)> = Vec::new();
        let history = self.history_mut(actor);
        history.recount_own(half_lives, &world.kinds, |before, event| changed.push((before, *event)));
        if self.is_excluded(actor) {
            return;
        }
        if dirty.all {
            for n in 0..self.history_mut(actor).events().len() {
                let event = self.history_mut(actor).events()[n];
                self.add_volume(&event, 1);
            }
            return;
        }
        for (before, event) in changed {
            self.add_volume(&event.counted(before), -1);
            self.add_volume(&event, 1);
            dirty.add_shared_sums(&event);
        }
    }

    fn add_to_groups(&mut self, world: &World, user: UserIndex, is_selected: impl Fn(GroupIndex) -> bool) {
        if self.is_withdrawn(user) {
            return;
        }
        let half_lives = self.half_lives;
        for event in self.users.get(user.as_usize()).map_or(&[][..], |history| history.events()) {
            if let Some(group) = event.group().filter(|group| is_selected(*group)) {
                element_at(&mut self.groups, group).add_member_event(event, half_lives, &world.kinds);
            }
        }
    }

    /// Recomputes demand and response rates of the marked items in one pass over all histories.
    fn recount_items(&mut self, world: &World, dirty: &DirtySet) {
        let mut marks = vec![dirty.all; world.library.ids.len()];
        dirty.items.iter().for_each(|&item| marks[item.as_usize()] = true);
        let is_marked = |item: ItemIndex| marks[item.as_usize()];
        self.trends.clear(is_marked);
        self.group_trends.iter_mut().for_each(|trends| trends.clear(is_marked));
        self.rates.clear_items(is_marked);
        for subject in self.subjects().filter(|subject| !self.is_excluded(*subject)).collect::<Vec<_>>() {
            let history = std::mem::take(self.history_mut(subject));
            for event in history.events().iter().filter(|event| event.item().is_some_and(is_marked)) {
                self.add_demand(world, event);
            }
            if !subject.is_group() {
                self.rates.add_items(&history, &world.kinds, is_marked);
            }
            *self.history_mut(subject) = history;
        }
    }

    /// Replaces the likes of the marked subjects in co-occurrence.
    fn replace_likes(&mut self, world: &World, dirty: &mut DirtySet) {
        let users = each_once(&mut dirty.users).iter().copied().map(Subject::User);
        let groups = each_once(&mut dirty.groups).iter().copied().map(Subject::Group);
        let subjects: Vec<Subject> = users.chain(groups).collect();
        if dirty.all {
            (self.neighbours, self.pending_likes, self.like_count) = (Shared::default(), Vec::new(), 0);
        } else {
            self.pending_likes.retain(|(subject, _)| subjects.binary_search(subject).is_err());
            self.neighbours.remove_subjects(&subjects);
        }
        for subject in subjects {
            if !self.is_excluded(subject) {
                let liked = self.history(subject).into_iter().flat_map(|history| history.liked(&world.kinds));
                let likes: Vec<_> = liked.map(|item| (subject, item)).collect();
                self.like_count += likes.len();
                self.pending_likes.extend(likes);
            }
        }
    }
}

/// Sorts indices and removes duplicates.
fn each_once<I: Ord>(indices: &mut Vec<I>) -> &[I] {
    order::sort(indices);
    indices.dedup();
    indices
}
