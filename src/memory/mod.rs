//! What is remembered: facts, and what follows from them.
//!
//! Facts are the interactions, what was sent, and who opted out; snapshots hold facts alone. Sums (touches, demand,
//! rates, pace, neighbours) are derived from the facts up to the moment of a question, so that nothing can contradict
//! them: not an interaction from the future, not a user who is forgotten, not the order in which things were told.

mod adding;
pub mod affinity;
pub mod co_occurrence;
mod decisions;
pub mod event;
mod expire;
pub mod exposure;
pub mod history;
pub mod kind_volume;
pub mod merge;
mod moving;
pub mod pending;
mod recount;
mod repetition;
pub mod response_rates;
pub mod seen_ids;
mod snapshot;
mod subject;
pub mod trend;
mod withdrawal;

use std::rc::Rc;

use crate::base::bytes::as_bytes;
use crate::base::digest::SetDigest;
use crate::base::error::Result;
use crate::base::sorted::SortedMap;
use crate::base::time::{DAY, HalfLife, Time};
use crate::base::value::{self, Fields, Value};
use crate::world::interaction::Interaction;
use crate::world::{IndexedInteraction, World};

use co_occurrence::CoOccurrence;
use event::{CompactInteraction, RecentInteraction};
use exposure::Exposure;
use history::History;
use kind_volume::KindVolume;
use pending::{Ahead, MOST_WAITING, Waiting};
use recount::Touched;
use response_rates::ResponseRates;
use seen_ids::{Mark, SeenIds};
pub use subject::{BySubject, Subject, subjects_of};
use trend::Trends;

/// How fast liking is forgotten. Fixed for the life of a memory: sums at one half-life cannot become sums at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfLives {
    /// For what someone likes just now; default 3 days.
    pub short: HalfLife,
    /// For lasting taste; default 60 days.
    pub long: HalfLife,
}

as_bytes!(HalfLives: short, long);

/// The same as a configuration says them.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HalfLivesInDays {
    /// For what someone likes just now, in days.
    pub short_days: f64,
    /// For lasting taste, in days.
    pub long_days: f64,
}

impl Default for HalfLivesInDays {
    fn default() -> Self {
        Self { short_days: 3.0, long_days: 60.0 }
    }
}

impl Default for HalfLives {
    fn default() -> Self {
        let shipped = HalfLivesInDays::default();
        Self { short: of_days(shipped.short_days), long: of_days(shipped.long_days) }
    }
}

fn of_days(days: f64) -> HalfLife {
    HalfLife::of((days * DAY as f64) as Time)
}

impl HalfLives {
    /// Reads `{ shortDays, longDays }`, each from an hour to 100 years.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        fn days(value: Value, path: &str) -> Result<HalfLife> {
            let rule = "days from 0.05 (about an hour) to 36500";
            let days = value::number_that(rule, |days| (0.05..=36_500.0).contains(&days))(value, path)?;
            Ok(of_days(days))
        }
        let mut fields = Fields::of(value, path)?;
        let shipped = Self::default();
        let read = Self {
            short: fields.or("shortDays", shipped.short, days)?,
            long: fields.or("longDays", shipped.long, days)?,
        };
        fields.finish()?;
        Ok(read)
    }
}

/// What is known of an interaction when it is told.
#[derive(Debug, Clone, Copy, Default)]
pub struct Arrival {
    /// The mark of its id, if it has one, and the time by which the window forgets it: not after the trusted time.
    pub id: Option<(Mark, Time)>,
    /// It lies after the trusted time, and waits for a later question.
    pub is_ahead: bool,
}

/// All that is remembered: what was told and sent, and sums that are derived from it.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    half_lives: HalfLives,
    /// Interactions by actor: facts; and sums of each actor's own.
    users: Vec<History>,
    groups: Vec<History>,
    /// Interactions that are in no sum yet.
    ahead: Ahead,
    /// What was sent.
    pub exposure: Exposure,
    duplicates: SeenIds,
    digest: SetDigest,
    /// The users who have no part in sums over many actors.
    withdrawn: SortedMap<u32, ()>,

    // Derived.
    trends: Trends,
    group_trends: Vec<Trends>,
    kind_volume: KindVolume,
    rates: ResponseRates,
    neighbours: CoOccurrence,
    /// How many likings of an item there are, each of a subject for the first time.
    likings: usize,
    /// Likings that neighbours do not know of yet: not every host asks for neighbours.
    unpaired: Vec<(Subject, u32)>,
    touched: Touched,
}

impl Memory {
    /// An empty memory that forgets at these half-lives.
    pub fn new(half_lives: HalfLives) -> Self {
        Self { half_lives, ..Self::default() }
    }

    /// Whether an interaction's id was seen within the window.
    pub fn knows(&self, id: Option<Mark>) -> bool {
        id.is_some_and(|id| self.duplicates.knows(id))
    }

    /// Remembers an interaction. Returns false, and changes nothing, if its id was seen within the window.
    pub fn observe(
        &mut self,
        world: &World,
        interaction: &Rc<Interaction>,
        numbered: IndexedInteraction,
        arrival: Arrival,
    ) -> bool {
        if arrival.id.is_some_and(|(id, at)| !self.duplicates.is_new(id, at)) {
            return false;
        }
        let told = RecentInteraction::of(interaction.clone(), interaction.digest());
        self.digest.add(told.fingerprint());
        let event = CompactInteraction::of(numbered);
        if !arrival.is_ahead && !self.ahead.includes(event.at) {
            self.take_in(world, event, Some(told));
            return true;
        }
        self.ahead.push(Waiting { event, told: Some(told) });
        if self.ahead.len() > MOST_WAITING {
            self.stop_waiting(world);
        }
        true
    }

    /// The history of a subject; `None` if nothing is remembered of them.
    pub fn history(&self, subject: Subject) -> Option<&History> {
        history_of(&self.users, &self.groups, subject)
    }

    /// All subjects that may have a history, users first.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> + use<> {
        let users = (0..self.users.len() as u32).map(Subject::User);
        users.chain((0..self.groups.len() as u32).map(Subject::Group))
    }

    /// How many times an item was liked by a subject for the first time.
    pub fn likings_in_all(&self) -> usize {
        self.likings
    }

    fn history_mut(&mut self, subject: Subject) -> &mut History {
        match subject {
            Subject::User(user) => at(&mut self.users, user),
            Subject::Group(group) => at(&mut self.groups, group),
        }
    }

    /// The interactions that are in no sum yet.
    pub fn ahead(&self) -> &Ahead {
        &self.ahead
    }
    /// How often each kind comes.
    pub fn kind_volume(&self) -> &KindVolume {
        &self.kind_volume
    }
    /// Demand for each item over everybody.
    pub fn trends(&self) -> &Trends {
        &self.trends
    }
    /// Demand for each item within a group.
    pub fn group_trends(&self, group: u32) -> Option<&Trends> {
        self.group_trends.get(group as usize)
    }
    /// Lets neighbours know of the likings since, and rates of what has changed in the library. To be done before they
    /// are asked.
    pub fn settle(&mut self, world: &World) {
        self.neighbours.join(self.unpaired.drain(..), &world.library.ids);
        self.settle_rates(world);
    }
    /// The part of [`Self::settle`] that a snapshot takes along, and that a decision without neighbours needs.
    pub fn settle_rates(&mut self, world: &World) {
        self.rates.settle(&world.library, &world.facets);
    }
    /// How often something came of what was shown.
    pub fn rates(&self) -> &ResponseRates {
        &self.rates
    }
    /// Which items are touched by the same people.
    pub fn neighbours(&self) -> &CoOccurrence {
        debug_assert!(self.unpaired.is_empty(), "settle first");
        &self.neighbours
    }
    /// Keeps at most so many bytes of pairs of items that were counted.
    pub fn keep_rows_within(&mut self, bytes: usize) {
        self.neighbours.keep_within(bytes);
    }
    /// Gives up the pairs of items that were counted.
    pub fn drop_rows(&mut self) {
        self.neighbours.drop_rows();
    }
    /// The half-lives of this memory.
    pub fn half_lives(&self) -> HalfLives {
        self.half_lives
    }
    /// The fingerprint of all that was observed and accepted, whatever its order.
    pub fn digest(&self) -> u128 {
        self.digest.get().wrapping_add(self.exposure.digest())
    }

    /// Whether every number in it is below the world's counts: asked of what a snapshot brought.
    pub fn fits(&self, world: &World) -> bool {
        let (users, groups) = (world.users.ids.len() as u32, world.groups.ids.len() as u32);
        let items = world.library.ids.len() as u32;
        let kinds = world.kinds.len() as u32;
        let channels = world.channels.ids.len() as u32;
        let names = [users, groups, channels, items];
        self.users.len() <= users as usize
            && self.groups.len() <= groups as usize
            && self.subjects().all(|subject| {
                let is_own = |event: &CompactInteraction| event.actor() == subject;
                let history = match subject {
                    Subject::User(user) => &self.users[user as usize],
                    Subject::Group(group) => &self.groups[group as usize],
                };
                history.fits(names, kinds) && history.events().iter().all(is_own)
            })
            && self.withdrawn.is_sound()
            && self.withdrawn.iter().all(|(user, ())| *user < users)
            && self.exposure.fits(users, groups, items, channels)
    }
}

fn history_of<'a>(users: &'a [History], groups: &'a [History], subject: Subject) -> Option<&'a History> {
    match subject {
        Subject::User(user) => users.get(user as usize),
        Subject::Group(group) => groups.get(group as usize),
    }
    .filter(|history| !history.is_empty())
}

/// The element at `number`, growing the column to it.
fn at<T: Default>(column: &mut Vec<T>, number: u32) -> &mut T {
    let number = number as usize;
    if column.len() <= number {
        column.resize_with(number + 1, T::default);
    }
    &mut column[number]
}
