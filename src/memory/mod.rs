//! Memory: recorded facts and the sums derived from them.
//!
//! Facts are the interactions, the sendings and the opt-outs; only they are in snapshots. Sums (interaction stats,
//! demand, response rates, kind volume, co-occurrence) are derived from the facts up to the moment of a query.
//! Interactions from the future, deleted users and the order of arrival therefore cannot leave traces in them.

pub mod activity;
mod adding;
pub mod affinity;
pub mod co_occurrence;
mod columns;
pub mod decisions;
pub mod event;
mod expire;
pub mod exposure;
pub mod facet_rates;
pub mod history;
pub mod kind_volume;
pub mod merge;
mod moving;
pub mod pending;
pub mod recent;
mod recount;
mod repetition;
pub mod reservations;
pub mod response_rates;
pub mod response_stats;
pub mod seen_ids;
pub mod sending;
mod snapshot;
mod state_view;
pub mod step_sends;
mod subject;
pub mod tier;
#[cfg(test)]
mod tier_laws;
pub mod trend;
pub mod values;
mod withdrawal;

use crate::base::bytes::as_bytes;
use crate::base::digest::SetDigest;
use crate::base::error::Result;
use crate::base::index::{DenseIndex, GroupIndex, ItemIndex, UserIndex};
use crate::base::shared::Shared;
use crate::base::sorted::SortedMap;
use crate::base::time::{DAY, HalfLife, Time};
use crate::base::value::{self, Fields, Value};
use crate::world::interaction::Interaction;
use crate::world::{IndexedInteraction, World};

use co_occurrence::CoOccurrence;
use event::CompactInteraction;
use exposure::Exposure;
use history::History;
use kind_volume::KindVolume;
use pending::{MOST_WAITING, PendingInteraction, PendingQueue};
use recent::RecentInteraction;
use recount::DirtySet;
use response_rates::ResponseRates;
use seen_ids::{Mark, SeenIds};
pub use state_view::StateView;
#[cfg(feature = "study")]
pub use subject::subjects_of;
pub use subject::{BySubject, Subject};
use trend::{GroupTrends, Trends};
use values::ValuedInteraction;

/// Half-lives of affinity. Fixed for the life of a memory: a sum at one half-life cannot be converted to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfLives {
    /// For current interests; default 3 days.
    pub short: HalfLife,
    /// For long-term taste; default 60 days.
    pub long: HalfLife,
}

as_bytes!(HalfLives: short, long);

/// The half-lives as configured.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HalfLivesInDays {
    /// For current interests, in days.
    pub short_days: f64,
    /// For long-term taste, in days.
    pub long_days: f64,
}

impl Default for HalfLivesInDays {
    fn default() -> Self {
        Self { short_days: 3.0, long_days: 60.0 }
    }
}

impl Default for HalfLives {
    fn default() -> Self {
        let default = HalfLivesInDays::default();
        Self { short: of_days(default.short_days), long: of_days(default.long_days) }
    }
}

fn of_days(days: f64) -> HalfLife {
    HalfLife::of((days * DAY as f64) as Time)
}

impl HalfLives {
    /// Reads `{ shortDays, longDays }`, each from 0.05 (about an hour) to 36,500 days.
    ///
    /// # Errors
    /// `invalid` if a value is out of range or a field is unknown.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        fn days(value: Value, path: &str) -> Result<HalfLife> {
            let rule = "days from 0.05 (about an hour) to 36500";
            let days = value::number_that(rule, |days| (0.05..=36_500.0).contains(&days))(value, path)?;
            Ok(of_days(days))
        }
        let mut fields = Fields::of(value, path)?;
        let default = Self::default();
        let read = Self {
            short: fields.or("shortDays", default.short, days)?,
            long: fields.or("longDays", default.long, days)?,
        };
        fields.finish()?;
        Ok(read)
    }
}

/// Details of an interaction's arrival.
#[derive(Debug, Clone, Copy, Default)]
pub struct Arrival {
    /// The hash of its id, if it has one, and the time by which the window drops it: at most the trusted time.
    pub id: Option<(Mark, Time)>,
    /// True if it is after the trusted time: it stays pending until a later query.
    pub is_ahead: bool,
}

/// Interactions, sendings and opt-outs, and the sums derived from them. A clone shares the largest parts until either
/// changes them.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    half_lives: HalfLives,
    /// Interactions by actor (facts) and each actor's own sums.
    users: Shared<Vec<History>>,
    groups: Shared<Vec<History>>,
    /// Pending interactions, not yet in any sum.
    ahead: PendingQueue,
    /// The sendings.
    pub exposure: Exposure,
    duplicates: Shared<SeenIds>,
    digest: SetDigest,
    /// The users excluded from shared sums.
    withdrawn: SortedMap<UserIndex, ()>,

    // Derived.
    trends: Trends,
    group_trends: Shared<Vec<GroupTrends>>,
    kind_volume: KindVolume,
    rates: ResponseRates,
    neighbours: Shared<CoOccurrence>,
    /// Number of first likes of an item by a subject; the likes of a recounted subject count again.
    like_count: usize,
    /// Likes not yet added to co-occurrence, which is updated only when it is read.
    pending_likes: Vec<(Subject, ItemIndex)>,
    dirty: DirtySet,
}

impl Memory {
    /// An empty memory with these half-lives.
    pub fn new(half_lives: HalfLives) -> Self {
        Self { half_lives, ..Self::default() }
    }

    /// True if the id is in the deduplication window.
    pub fn knows(&self, id: Option<Mark>) -> bool {
        id.is_some_and(|id| self.duplicates.knows(id))
    }

    /// Records an interaction. Returns false, and changes nothing, if its id is in the deduplication window.
    pub fn observe(
        &mut self,
        world: &World,
        interaction: &Interaction,
        indexed: IndexedInteraction,
        arrival: Arrival,
    ) -> bool {
        if arrival.id.is_some_and(|(id, at)| !self.duplicates.is_new(id, at)) {
            return false;
        }
        let fingerprint = interaction.digest();
        self.digest.add(fingerprint);
        let recent = RecentInteraction::of(interaction, CompactInteraction::new(indexed), fingerprint);
        self.store(world, recent, arrival.is_ahead);
        true
    }

    /// Stores an interaction: pending if it is after the trusted time or the last query.
    fn store(&mut self, world: &World, recent: RecentInteraction, is_ahead: bool) {
        let event = *recent.event();
        if !is_ahead && !self.ahead.is_pending(event.at) {
            return self.add_interaction(world, event, Some(recent));
        }
        self.ahead.push(PendingInteraction { event, recent: Some(recent) });
        if self.ahead.len() > MOST_WAITING {
            self.merge_pending(world);
        }
    }

    /// The history of a subject; `None` if it is empty.
    pub fn history(&self, subject: Subject) -> Option<&History> {
        history_of(&self.users, &self.groups, subject)
    }

    /// The users with interactions in a group; with `with_opted_out` also all users who opted out of profiling, of any
    /// group.
    pub fn contributors(&self, group: GroupIndex, with_opted_out: bool) -> impl Iterator<Item = UserIndex> {
        let history = self.groups.get(group.as_usize());
        let opted_out = self.withdrawn.iter().filter(move |_| with_opted_out).map(|(user, ())| *user);
        history.into_iter().flat_map(|history| history.contributors().iter().copied()).chain(opted_out)
    }

    /// All subjects that may have a history, users first.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> + use<> {
        let users = UserIndex::first(self.users.len()).map(Subject::User);
        users.chain(GroupIndex::first(self.groups.len()).map(Subject::Group))
    }

    /// Number of first likes of an item by a subject; the likes of a recounted subject count again.
    #[cfg(feature = "study")]
    pub fn likings_in_all(&self) -> usize {
        self.like_count
    }

    fn history_mut(&mut self, subject: Subject) -> &mut History {
        match subject {
            Subject::User(user) => element_at(&mut self.users, user),
            Subject::Group(group) => element_at(&mut self.groups, group),
        }
    }

    /// The pending interactions.
    pub fn ahead(&self) -> &PendingQueue {
        &self.ahead
    }
    /// The volume of each kind.
    pub fn kind_volume(&self) -> &KindVolume {
        &self.kind_volume
    }
    /// The demand for each item over all users.
    pub fn trends(&self) -> &Trends {
        &self.trends
    }
    /// The demand for each item within a group.
    pub fn group_trends(&self, group: GroupIndex) -> Option<&GroupTrends> {
        self.group_trends.get(group.as_usize())
    }
    /// Flushes pending likes and, if the library changed, facet rates. Call before reading either.
    pub fn flush(&mut self, world: &World) {
        if !self.pending_likes.is_empty() || !self.neighbours.knows(&world.library.ids) {
            self.neighbours.add_likes(std::mem::take(&mut self.pending_likes).into_iter(), &world.library.ids);
        }
        self.flush_rates(world);
    }
    /// The part of [`Self::flush`] needed by snapshots and by decisions without co-occurrence.
    pub fn flush_rates(&mut self, world: &World) {
        self.rates.flush(&world.library, &world.facets);
    }
    /// The response rates.
    pub fn rates(&self) -> &ResponseRates {
        &self.rates
    }
    /// The co-occurrence of items. Requires [`Self::flush`].
    pub fn neighbours(&self) -> &CoOccurrence {
        debug_assert!(self.pending_likes.is_empty(), "flush first");
        &self.neighbours
    }
    /// Sets the memory limit of the co-occurrence rows, in bytes.
    pub fn keep_rows_within(&self, bytes: usize) {
        self.neighbours.keep_within(bytes);
    }
    /// Drops all cached co-occurrence rows.
    pub fn drop_rows(&self) {
        self.neighbours.drop_rows();
    }
    /// The half-lives of this memory.
    pub fn half_lives(&self) -> HalfLives {
        self.half_lives
    }
    /// The fingerprint of all observed interactions and accepted decisions, independent of order.
    pub fn digest(&self) -> u128 {
        self.digest.get().wrapping_add(self.exposure.digest())
    }

    /// True if every index is below the world's counts. Checked after a snapshot was read.
    pub fn is_valid(&self, world: &World) -> bool {
        let (users, groups) = (world.users.ids.len() as u32, world.groups.ids.len() as u32);
        let items = world.library.ids.len() as u32;
        let kinds = world.kinds.len() as u32;
        let channels = world.channels.ids.len() as u32;
        let names = [users, groups, channels, items];
        self.users.len() <= users as usize
            && self.groups.len() <= groups as usize
            && self.subjects().all(|subject| {
                let is_own = |event: &CompactInteraction| event.actor() == subject;
                let is_own_value = |one: &ValuedInteraction| is_own(&one.event);
                let is_here = |event: &CompactInteraction| event.group().map(Subject::Group) == Some(subject);
                let history = match subject {
                    Subject::User(user) => &self.users[user.as_usize()],
                    Subject::Group(group) => &self.groups[group.as_usize()],
                };
                history.is_valid(names, kinds)
                    && history.events().iter().all(is_own)
                    && history.values().iter().all(is_own_value)
                    && history.all_recent().all(|recent| is_own(recent.event()) || is_here(recent.event()))
            })
            && self.withdrawn.is_sound()
            && self.withdrawn.iter().all(|(user, ())| user.0 < users)
            && self.exposure.is_valid(users, groups, items, channels)
    }
}

fn history_of<'a>(users: &'a [History], groups: &'a [History], subject: Subject) -> Option<&'a History> {
    match subject {
        Subject::User(user) => users.get(user.as_usize()),
        Subject::Group(group) => groups.get(group.as_usize()),
    }
    .filter(|history| !history.is_empty())
}

/// Returns the element at `index`, extending the column if needed.
fn element_at<T: Default>(column: &mut Vec<T>, index: impl DenseIndex) -> &mut T {
    let index = index.as_usize();
    if column.len() <= index {
        column.resize_with(index + 1, T::default);
    }
    &mut column[index]
}
