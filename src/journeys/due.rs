//! All steps that are due, over all recipients.

use std::sync::Arc;

use crate::base::index::{GroupIndex, UserIndex};
use crate::base::time::{DAY, HOUR, Time};
use crate::memory::StateView;
use crate::operations::journey::{Journey, JourneySubject, Step};

use super::activity::Act;
use super::clock::{DueWindow, EntryTimes};
use super::entry::{JourneyEntry, Span};
use super::prefilter::Prefilter;
use super::state::EntryView;
use super::{JourneyContext, JourneyRecipient, ResolvedJourney};

/// The recipients whose steps are wanted.
#[derive(Debug, Clone, Copy)]
pub struct DueQuery {
    /// Only this user.
    pub user: Option<UserIndex>,
    /// Only this group: the group itself and its members within it.
    pub group: Option<GroupIndex>,
    /// Also steps that come due up to this moment; not before the moment of the query.
    pub until: Time,
}

/// A step that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryStep<'a> {
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
pub fn due_steps<'a>(context: &JourneyContext, journeys: &[&'a Journey], wanted: DueQuery) -> Vec<EntryStep<'a>> {
    let longest_cycle = longest_cycle(context, journeys);
    let candidates = |subject: JourneySubject| {
        let of_subject = journeys.iter().filter(move |journey| journey.subject == subject);
        of_subject.map(|journey| Candidate::new(journey, context, longest_cycle, wanted.until)).collect::<Vec<_>>()
    };
    let mut found = Search { context, wanted, entries: Vec::new(), due: Vec::new() };
    found.add_users(&candidates(JourneySubject::User), &candidates(JourneySubject::Member));
    found.add_groups(&candidates(JourneySubject::Group));
    found.due
}

/// A journey whose steps are sought.
struct Candidate<'a, 'b> {
    journey: &'a Journey,
    resolved: ResolvedJourney<'b>,
    /// The entries of which steps can be due: those that start earlier are over.
    span: Span,
    /// Times of entry with which each step can be due.
    open: Vec<EntryTimes>,
    prefilter: Prefilter<'b>,
}

impl<'a: 'b, 'b> Candidate<'a, 'b> {
    fn new(journey: &'a Journey, context: &JourneyContext, longest_cycle: f64, until: Time) -> Self {
        let now = context.state.now;
        let times = |step: &Step| EntryTimes::of(step, longest_cycle, [now, until]);
        let open: Vec<EntryTimes> = journey.steps.iter().map(times).collect();
        let first = open.iter().map(|times| times.from).min().unwrap_or(now);
        let span = Span { since: first.saturating_sub(lead(journey)), from: now, until };
        let resolved = ResolvedJourney::new(journey, context);
        let prefilter = Prefilter::new(&resolved, context, span);
        Self { journey, resolved, span, open, prefilter }
    }

    /// False only if no step of an entry at this time is due.
    fn is_open(&self, entered_at: Time) -> bool {
        self.open.iter().any(|times| times.contains(entered_at))
    }
}

/// Returns the longest replenishment cycle in the library, in days; 0 if no journey counts cycles.
fn longest_cycle(context: &JourneyContext, journeys: &[&Journey]) -> f64 {
    if !journeys.iter().flat_map(|journey| &journey.steps).any(|step| step.offset.cycles.is_some()) {
        return 0.0;
    }
    let cycles = context.state.world.library.iter().filter_map(|(_, entry)| entry.item.cycle_days);
    cycles.fold(0.0, f64::max)
}

/// Returns an upper bound of the time from the start of an entry to its time of entry: the lead and the day in which it
/// begins, and an hour for rounding.
fn lead(journey: &Journey) -> Time {
    let lead = journey.lead_days();
    let to_start = if lead > 0.0 { lead + 1.0 } else { 0.0 };
    (to_start * DAY as f64) as Time + HOUR
}

/// A search for due steps.
struct Search<'a, 's> {
    context: &'s JourneyContext<'s>,
    wanted: DueQuery,
    /// The entries of one journey and recipient.
    entries: Vec<JourneyEntry<'s>>,
    due: Vec<EntryStep<'a>>,
}

impl<'a, 's> Search<'a, 's> {
    /// Adds the steps for users in private, and for members within groups.
    fn add_users(&mut self, of_users: &[Candidate<'a, '_>], of_members: &[Candidate<'a, '_>]) {
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
            for candidate in of_users {
                self.add(candidate, JourneyRecipient::User(user), &acts);
            }
            if of_members.is_empty() {
                continue;
            }
            let listed = groups_of.get(user.as_usize()).map_or(&[][..], Vec::as_slice);
            for group in groups_of_member(listed, &acts) {
                if self.wanted.group.is_none_or(|wanted| wanted == group) {
                    for candidate in of_members {
                        self.add(candidate, JourneyRecipient::Member { user, group }, &acts);
                    }
                }
            }
        }
    }

    /// Adds the steps for groups as one.
    fn add_groups(&mut self, candidates: &[Candidate<'a, '_>]) {
        if candidates.is_empty() || self.wanted.user.is_some() {
            return;
        }
        let all = 0..self.context.state.world.groups.ids.len() as u32;
        let groups = self.wanted.group.map_or(all, |group| group.0..group.0 + 1).map(GroupIndex);
        let mut acts = Vec::new();
        for group in groups.filter(|group| !self.context.state.world.groups.ids.name(*group).is_empty()) {
            for transactional in [false, true] {
                let mut candidates =
                    candidates.iter().filter(|one| one.journey.transactional == transactional).peekable();
                if candidates.peek().is_some() {
                    let StateView { world, memory, .. } = self.context.state;
                    super::activity::acts_of_group(world, memory, group, transactional, &mut acts);
                    candidates.for_each(|candidate| self.add(candidate, JourneyRecipient::Group(group), &acts));
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
    fn add(&mut self, candidate: &Candidate<'a, '_>, to: JourneyRecipient, acts: &[Act<'s>]) {
        let (context, now, until) = (self.context, self.context.state.now, self.wanted.until);
        let Candidate { journey, resolved, span, prefilter, .. } = candidate;
        let is_open = |entered_at| candidate.is_open(entered_at);
        if !prefilter.admits(resolved, context, to, acts, *span, &is_open) {
            return;
        }
        let mut entries = std::mem::take(&mut self.entries);
        entries.clear();
        resolved.add_entries(context, to, acts, *span, &mut entries);
        for entry in entries.iter().filter(|entry| is_open(entry.entered_at)) {
            let view = EntryView { journey: resolved, to, entry, acts };
            let reference = || entry.reference.map(Arc::from);
            let mut push = |(step, window): (usize, DueWindow)| {
                let (entered_at, reference) = (entry.entered_at, reference());
                self.due.push(EntryStep { journey, step, to, entered_at, reference, window });
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
