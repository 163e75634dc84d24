//! All steps that are due, over all recipients.

use std::sync::Arc;

use crate::base::index::{GroupIndex, UserIndex};
use crate::base::time::Time;
use crate::memory::StateView;
use crate::operations::journey::{Journey, JourneySubject};

use super::activity::{Act, KindSet};
use super::clock::DueWindow;
use super::entry::{Entry, Span, has_stand_in};
use super::state::EntryView;
use super::{JourneyContext, JourneyRecipient, ResolvedJourney};

/// The recipients whose steps are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Only this user.
    pub user: Option<UserIndex>,
    /// Only this group: the group itself and its members within it.
    pub group: Option<GroupIndex>,
    /// Also steps that come due up to this moment; not before the moment of the query.
    pub until: Time,
}

/// A step that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct DueStep<'a> {
    /// The journey.
    pub journey: &'a Journey,
    /// Position of the step.
    pub step: usize,
    /// The recipient.
    pub to: JourneyRecipient,
    /// Time of entry.
    pub entered_at: Time,
    /// Reference of the entry.
    pub reference: Option<Arc<str>>,
    /// The window in which it is due.
    pub window: DueWindow,
}

/// Returns the steps of these journeys that are due at the moment of the query, and those that come due up to
/// `wanted.until` if nothing else happens; in no particular order.
pub fn due_steps<'a>(context: &JourneyContext, journeys: &[&'a Journey], wanted: Wanted) -> Vec<DueStep<'a>> {
    let resolved = |subject: JourneySubject| {
        let of_subject = journeys.iter().filter(move |journey| journey.subject == subject);
        of_subject.map(|journey| (*journey, ResolvedJourney::new(journey, context))).collect::<Vec<_>>()
    };
    let mut found = Search { context, wanted, kinds: KindSet::default(), entries: Vec::new(), due: Vec::new() };
    found.add_users(&resolved(JourneySubject::User), &resolved(JourneySubject::Member));
    found.add_groups(&resolved(JourneySubject::Group));
    found.due
}

/// Journeys with their names resolved.
type Resolved<'a, 'b> = [(&'a Journey, ResolvedJourney<'b>)];

/// A search for due steps.
struct Search<'a, 's> {
    context: &'s JourneyContext<'s>,
    wanted: Wanted,
    /// The kinds of the interactions of the present subject.
    kinds: KindSet,
    /// The entries of one journey and recipient.
    entries: Vec<Entry<'s>>,
    due: Vec<DueStep<'a>>,
}

impl<'a, 's> Search<'a, 's> {
    /// Adds the steps for users in private, and for members within groups.
    fn add_users(&mut self, of_users: &Resolved<'a, '_>, of_members: &Resolved<'a, '_>) {
        let of_users = if self.wanted.group.is_some() { &[] } else { of_users };
        if of_users.is_empty() && of_members.is_empty() {
            return;
        }
        let groups_of = if of_members.is_empty() { Vec::new() } else { self.memberships() };
        let all = 0..self.context.state.world.users.ids.len() as u32;
        let users = self.wanted.user.map_or(all, |user| user.0..user.0 + 1).map(UserIndex);
        let mut acts = Vec::new();
        for user in users.filter(|user| !self.context.state.world.users.ids.name(*user).is_empty()) {
            super::activity::acts_of_user(self.context.state.world, self.context.state.memory, user, &mut acts);
            self.kinds = KindSet::of(&acts);
            for (journey, resolved) in of_users {
                self.add(journey, resolved, JourneyRecipient::User(user), &acts);
            }
            if of_members.is_empty() {
                continue;
            }
            let listed = groups_of.get(user.as_usize()).map_or(&[][..], Vec::as_slice);
            for group in groups_of_member(listed, &acts) {
                if self.wanted.group.is_none_or(|wanted| wanted == group) {
                    for (journey, resolved) in of_members {
                        self.add(journey, resolved, JourneyRecipient::Member { user, group }, &acts);
                    }
                }
            }
        }
    }

    /// Adds the steps for groups as one.
    fn add_groups(&mut self, journeys: &Resolved<'a, '_>) {
        if journeys.is_empty() || self.wanted.user.is_some() {
            return;
        }
        let all = 0..self.context.state.world.groups.ids.len() as u32;
        let groups = self.wanted.group.map_or(all, |group| group.0..group.0 + 1).map(GroupIndex);
        let mut acts = Vec::new();
        for group in groups.filter(|group| !self.context.state.world.groups.ids.name(*group).is_empty()) {
            for transactional in [false, true] {
                let mut journeys =
                    journeys.iter().filter(|(journey, _)| journey.transactional == transactional).peekable();
                if journeys.peek().is_some() {
                    let StateView { world, memory, .. } = self.context.state;
                    super::activity::acts_of_group(world, memory, group, transactional, &mut acts);
                    self.kinds = KindSet::of(&acts);
                    journeys.for_each(|(journey, resolved)| {
                        self.add(journey, resolved, JourneyRecipient::Group(group), &acts);
                    });
                }
            }
        }
    }

    /// Returns the groups that list each user as a member.
    fn memberships(&self) -> Vec<Vec<GroupIndex>> {
        let world = self.context.state.world;
        let mut groups_of = vec![Vec::new(); world.users.ids.len()];
        for group in GroupIndex::first(world.groups.ids.len()) {
            let members = world.groups.record(group).map_or(&[][..], |record| &record.member_indices);
            members.iter().for_each(|&user| groups_of[user.as_usize()].push(group));
        }
        groups_of
    }

    /// Adds the due steps of one journey for one recipient.
    fn add(&mut self, journey: &'a Journey, resolved: &ResolvedJourney, to: JourneyRecipient, acts: &[Act<'s>]) {
        let (context, now, until) = (self.context, self.context.state.now, self.wanted.until);
        if !resolved.may_start(self.kinds) && !has_stand_in(context, to) {
            return;
        }
        let mut entries = std::mem::take(&mut self.entries);
        entries.clear();
        resolved.add_entries(context, to, acts, Span { from: now, until }, &mut entries);
        for entry in entries.iter().filter(|entry| !resolved.is_over(entry, now)) {
            let view = EntryView { journey: resolved, to, entry, acts };
            let reference = || entry.reference.map(Arc::from);
            let mut push = |(step, window): (usize, DueWindow)| {
                let (entered_at, reference) = (entry.entered_at, reference());
                self.due.push(DueStep { journey, step, to, entered_at, reference, window });
            };
            view.due(context, now).into_iter().for_each(&mut push);
            if until > now {
                let windows =
                    (0..journey.steps.len()).filter_map(|step| Some((step, view.window(context, step).ok()?)));
                let coming = windows.filter(|(_, window)| window.due_at > now && window.due_at <= until);
                // Only the last of several steps that come due at once.
                let is_due = |(step, window): &(usize, DueWindow)| {
                    view.due(context, window.due_at).is_some_and(|(due, _)| due == *step)
                };
                coming.filter(is_due).for_each(&mut push);
            }
        }
        self.entries = entries;
    }
}

/// Returns the groups of a user: those that list the user, and those in which the user has interactions.
pub fn groups_of_member(listed: &[GroupIndex], acts: &[Act]) -> Vec<GroupIndex> {
    let mut groups: Vec<GroupIndex> = listed.iter().copied().chain(acts.iter().filter_map(|act| act.group)).collect();
    crate::base::order::sort(&mut groups);
    groups.dedup();
    groups
}
