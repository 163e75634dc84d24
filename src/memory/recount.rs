//! Counting sums anew from the kept interactions.
//!
//! No sum is ever subtracted from: a decayed sum forgets what it held before by rounding, so that taking out in full
//! an amount it no longer holds would leave it below zero. Instead all that a change touched is counted anew.

use crate::base::order;
use crate::world::{IndexedInteraction, World};

use super::co_occurrence::CoOccurrence;
use super::event::{CompactInteraction, Counts};
use super::{Memory, Subject, at};

/// What is to be counted anew.
#[derive(Debug, Clone)]
pub struct Touched {
    /// Everything.
    pub all: bool,
    users: Vec<u32>,
    groups: Vec<u32>,
    items: Vec<u32>,
}

impl Default for Touched {
    /// Before the first question nothing is summed.
    fn default() -> Self {
        Self { all: true, ..Self::nothing() }
    }
}

impl Touched {
    fn nothing() -> Self {
        Self { all: false, users: Vec::new(), groups: Vec::new(), items: Vec::new() }
    }
    /// A subject's own sums.
    pub(super) fn add(&mut self, subject: Subject) {
        match subject {
            Subject::User(user) => self.users.push(user),
            Subject::Group(group) => self.groups.push(group),
        }
    }
    /// The sums over many actors that an interaction counts in.
    fn add_part(&mut self, event: &CompactInteraction) {
        self.items.extend(event.item());
        self.groups.extend(event.group());
    }
    fn is_empty(&self) -> bool {
        !self.all && self.users.is_empty() && self.groups.is_empty() && self.items.is_empty()
    }
}

impl Memory {
    /// Takes note that an interaction is to count `by` times more in the sums over many actors.
    pub(super) fn count_part(&mut self, event: &CompactInteraction, by: i32) {
        if !self.touched.all && !self.is_left_out(event.actor()) {
            self.add_pace(event, by);
            self.touch_part(event);
        }
    }

    /// Takes note that the sums over many actors are to count an interaction, or to count it no longer.
    fn touch_part(&mut self, event: &CompactInteraction) {
        self.touched.add_part(event);
        if let IndexedInteraction { user: Some(user), group: Some(group), .. } = event.numbered() {
            at(&mut self.groups, group).add_contributor(user);
        }
    }

    /// Takes note of an interaction that came out of order, so that its actor's others may count differently.
    pub(super) fn touch_again(&mut self, event: &CompactInteraction) {
        self.touched.add(event.actor());
        if !self.is_left_out(event.actor()) {
            self.touch_part(event);
        }
    }

    /// Counts anew what changes have touched since; returns whether there was anything.
    pub(super) fn recount(&mut self, world: &World) -> bool {
        if self.touched.is_empty() {
            return false;
        }
        let mut touched = std::mem::replace(&mut self.touched, Touched::nothing());
        if touched.all {
            touched.users = (0..self.users.len() as u32).collect();
            touched.groups = (0..self.groups.len() as u32).collect();
            self.kind_volume = Default::default();
        }
        self.recount_users(world, &mut touched);
        self.recount_groups(world, &mut touched);
        self.recount_items(world, &touched);
        let withdrawn = &self.withdrawn;
        self.rates.sum_channels(|user| withdrawn.get(&user).is_some());
        if touched.all {
            (self.neighbours, self.unpaired, self.likings) = (CoOccurrence::default(), Vec::new(), 0);
        }
        let users = touched.users.iter().map(|user| Subject::User(*user));
        for subject in users.chain(touched.groups.iter().map(|group| Subject::Group(*group))) {
            self.pair_anew(world, subject);
        }
        true
    }

    fn recount_users(&mut self, world: &World, touched: &mut Touched) {
        let half_life = self.half_lives.long;
        for user in each_once(&mut touched.users).to_vec() {
            self.recount_own(world, Subject::User(user), touched);
            self.rates.clear_own(user);
            for event in self.users[user as usize].events() {
                if let IndexedInteraction { channel: Some(channel), item: Some(_), kind, at, .. } = event.numbered()
                    && event.counts.daily()
                {
                    let is_exposure = world.kinds.of(kind).is_exposure;
                    self.rates.count_own(user, channel, kind, is_exposure, half_life.place(at));
                }
            }
        }
    }

    fn recount_groups(&mut self, world: &World, touched: &mut Touched) {
        for group in each_once(&mut touched.groups).to_vec() {
            let contributors = at(&mut self.groups, group).take_contributors();
            self.recount_own(world, Subject::Group(group), touched);
            if !touched.all {
                for user in contributors {
                    self.add_to_groups(world, user, |other| other == group);
                }
            }
        }
        if touched.all {
            (0..self.users.len() as u32).for_each(|user| self.add_to_groups(world, user, |_| true));
            touched.groups = (0..self.groups.len() as u32).collect();
        }
    }

    /// Counts anew the sums of an actor, and takes note of the interactions that count differently now.
    fn recount_own(&mut self, world: &World, actor: Subject, touched: &mut Touched) {
        let half_lives = self.half_lives;
        let mut changed: Vec<(Counts, CompactInteraction)> = Vec::new();
        let history = self.history_mut(actor);
        history.recount_own(half_lives, &world.kinds, |before, event| changed.push((before, *event)));
        if self.is_left_out(actor) {
            return;
        }
        if touched.all {
            for n in 0..self.history_mut(actor).events().len() {
                let event = self.history_mut(actor).events()[n];
                self.add_pace(&event, 1);
            }
            return;
        }
        for (before, event) in changed {
            self.add_pace(&event.counted(before), -1);
            self.add_pace(&event, 1);
            touched.add_part(&event);
        }
    }

    fn add_to_groups(&mut self, world: &World, user: u32, is_meant: impl Fn(u32) -> bool) {
        if self.is_withdrawn(user) {
            return;
        }
        let half_lives = self.half_lives;
        for event in self.users.get(user as usize).map_or(&[][..], |history| history.events()) {
            if let Some(group) = event.group().filter(|group| is_meant(*group)) {
                at(&mut self.groups, group).add_of_member(event, half_lives, &world.kinds);
            }
        }
    }

    /// Counts anew the demand for the items and the outcomes of showing them, in one pass over all that is kept.
    fn recount_items(&mut self, world: &World, touched: &Touched) {
        let mut marks = vec![touched.all; world.library.ids.len()];
        touched.items.iter().for_each(|&item| marks[item as usize] = true);
        let is_marked = |item: u32| marks[item as usize];
        [&mut self.trends].into_iter().chain(&mut self.group_trends).for_each(|trends| trends.clear(is_marked));
        self.rates.clear_items(is_marked);
        for subject in self.subjects().filter(|subject| !self.is_left_out(*subject)).collect::<Vec<_>>() {
            let history = std::mem::take(self.history_mut(subject));
            for event in history.events().iter().filter(|event| event.item().is_some_and(is_marked)) {
                self.add_demand(event);
            }
            if !subject.is_group() {
                self.rates.add_items(&history, &world.kinds, is_marked);
            }
            *self.history_mut(subject) = history;
        }
    }

    /// Lets neighbours know what a subject likes as it is now.
    fn pair_anew(&mut self, world: &World, subject: Subject) {
        self.unpaired.retain(|(other, _)| *other != subject);
        self.neighbours.leave(subject);
        if !self.is_left_out(subject) {
            let liked = self.history(subject).into_iter().flat_map(|history| history.liked(&world.kinds));
            let liked: Vec<_> = liked.map(|item| (subject, item)).collect();
            self.likings += liked.len();
            self.unpaired.extend(liked);
        }
    }
}

/// Sorts numbers and takes out repetitions.
fn each_once(numbers: &mut Vec<u32>) -> &[u32] {
    order::sort(numbers);
    numbers.dedup();
    numbers
}
