//! What is remembered of the interactions: histories, affinities, trends, neighbours, exposure.
//!
//! Everything is a sum over interactions that does not care for their order. What can be derived from histories
//! (affinity, neighbours) is derived, so that nothing can contradict them.

pub mod affinity;
mod consent;
pub mod duplicates;
pub mod exposure;
pub mod history;
pub mod merge;
pub mod neighbours;
pub mod pace;
pub mod rates;
mod subject;
pub mod trend;

use std::rc::Rc;

use crate::bytes::as_bytes;
use crate::digest::SetDigest;
use crate::error::Result;
use crate::sorted::Sorted;
use crate::time::{DAY, HalfLife, Time};
use crate::value::{self, Fields, Value};
use crate::world::interaction::Interaction;
use crate::world::{Numbered, World};

use duplicates::Duplicates;
use exposure::Exposure;
use history::{Event, History, Told};
use neighbours::Neighbours;
use pace::Pace;
use rates::{Counted, Rates};
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

impl Default for HalfLives {
    fn default() -> Self {
        Self { short: HalfLife::of(3 * DAY), long: HalfLife::of(60 * DAY) }
    }
}

impl HalfLives {
    /// Reads `{ shortDays, longDays }`, each from an hour to 100 years.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        fn days(value: Value, path: &str) -> Result<HalfLife> {
            let rule = "days from 0.05 (about an hour) to 36500";
            let days = value::number_that(rule, |days| (0.05..=36_500.0).contains(&days))(value, path)?;
            Ok(HalfLife::of((days * DAY as f64) as Time))
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

/// All that is remembered.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    half_lives: HalfLives,
    users: Vec<History>,
    groups: Vec<History>,
    trends: Trends,
    group_trends: Vec<Trends>,
    pace: Pace,
    rates: Rates,
    /// What was sent.
    pub exposure: Exposure,
    duplicates: Duplicates,
    digest: SetDigest,
    /// The users who are in nothing that is everybody's.
    withdrawn: Sorted<u32, ()>,
    /// Derived from the histories; a snapshot leaves it out.
    neighbours: Neighbours,
    /// Likings that neighbours do not know of yet: a log is loaded sooner without them, and not every host asks.
    likings: usize,
    unpaired: Vec<(Subject, u32)>,
}

as_bytes!(Memory: half_lives, users, groups, trends, group_trends, pace, rates, exposure, duplicates, digest, withdrawn; neighbours, likings, unpaired);

impl Memory {
    /// An empty memory that forgets at these half-lives.
    pub fn new(half_lives: HalfLives) -> Self {
        Self { half_lives, ..Self::default() }
    }

    /// Whether an interaction's id was seen within the window.
    pub fn knows(&self, interaction: &Interaction) -> bool {
        interaction.id.as_ref().is_some_and(|id| self.duplicates.knows(id))
    }

    /// Remembers an interaction. Returns false, and changes nothing, if its id was seen within the window.
    pub fn observe(&mut self, world: &World, interaction: &Rc<Interaction>, numbered: Numbered) -> bool {
        if let Some(id) = &interaction.id
            && !self.duplicates.is_new(id, interaction.at)
        {
            return false;
        }
        let told = Told::of(interaction.clone(), interaction.digest());
        self.digest.add(told.fingerprint());
        let withdrawn = numbered.user.filter(|&user| self.is_withdrawn(user));
        match withdrawn {
            Some(user) => {
                let half_lives = self.half_lives;
                at(&mut self.users, user).touch(numbered, half_lives, &world.kinds);
                self.count_own(world, numbered);
            }
            None => self.touch(world, numbered),
        }
        for subject in subjects_of(numbered) {
            let history = self.history_mut(subject);
            history.note(Event::of(numbered));
            if withdrawn.is_none() || matches!(subject, Subject::User(_)) {
                history.remember(told.clone());
            }
        }
        true
    }

    /// Adds an interaction to the sums alone: what an evaluation over a long log needs.
    pub fn touch(&mut self, world: &World, numbered: Numbered) {
        self.touch_timeless(world, numbered);
        if let Some(item) = numbered.item {
            self.trends.add(item, numbered.kind, numbered.at);
            self.pace.shift(numbered.kind, numbered.at, 1);
            if let Some(group) = numbered.group {
                at(&mut self.group_trends, group).add(item, numbered.kind, numbered.at);
            }
        }
    }

    /// Adds an interaction of which nobody knows when it was: to what its subjects like, and not to demand. A time
    /// made up for it would make a trend of whatever is popular.
    pub fn touch_timeless(&mut self, world: &World, numbered: Numbered) {
        for subject in subjects_of(numbered) {
            let half_lives = self.half_lives;
            let newly_liked = self.history_mut(subject).touch(numbered, half_lives, &world.kinds);
            if let Some(item) = numbered.item.filter(|_| newly_liked) {
                self.likings += 1;
                self.unpaired.push((subject, item));
            }
        }
        self.count(world, numbered);
    }

    /// Counts an interaction for what comes of showing its item to its user. What a group did as one is not counted: who
    /// of it was shown something, and who answered, nobody can tell.
    fn count(&mut self, world: &World, numbered: Numbered) {
        if let Some((user, item)) = numbered.user.zip(numbered.item) {
            self.count_own(world, numbered);
            let Numbered { channel, kind, at, .. } = numbered;
            let touches = self.users.get(user as usize).map_or(&[][..], |history| history.of_item(item));
            let counted = Counted { item, kind, touches, at, user, channel };
            self.rates.count(counted, self.half_lives.long, &world.kinds, &world.library, &world.facets);
        }
    }

    /// Counts an interaction for what comes of showing something to its user within its channel.
    fn count_own(&mut self, world: &World, numbered: Numbered) {
        if let Numbered { user: Some(user), channel: Some(channel), item: Some(_), kind, at, .. } = numbered {
            let is_exposure = world.kinds.of(kind).is_exposure;
            self.rates.count_own(user, channel, kind, is_exposure, self.half_lives.long.place(at));
        }
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

    /// How often each kind comes.
    pub fn pace(&self) -> &Pace {
        &self.pace
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
    pub fn rates(&self) -> &Rates {
        &self.rates
    }
    /// Which items are touched by the same people.
    pub fn neighbours(&self) -> &Neighbours {
        debug_assert!(self.unpaired.is_empty(), "settle first");
        &self.neighbours
    }
    /// The half-lives of this memory.
    pub fn half_lives(&self) -> HalfLives {
        self.half_lives
    }
    /// The fingerprint of all that was observed and accepted, whatever its order.
    pub fn digest(&self) -> u128 {
        self.digest.get().wrapping_add(self.exposure.digest())
    }

    /// Prepares what is derived, after a snapshot was read.
    pub fn derive(&mut self, world: &World) {
        let kinds = &world.kinds;
        self.rates.trust(&world.library);
        let users = self.users.iter().zip(0..).map(|(history, user)| (Subject::User(user), history));
        let users = users.filter(|(subject, _)| !matches!(subject, Subject::User(user) if self.is_withdrawn(*user)));
        let groups = self.groups.iter().zip(0..).map(|(history, group)| (Subject::Group(group), history));
        let likings =
            users.chain(groups).flat_map(|(subject, history)| history.liked(kinds).map(move |item| (subject, item)));
        (self.neighbours, self.unpaired) = (Neighbours::default(), likings.collect());
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
            && self.group_trends.len() <= groups as usize
            && self.users.iter().chain(&self.groups).all(|history| history.fits(names, kinds))
            && self.withdrawn.is_sound()
            && self.withdrawn.iter().all(|(user, ())| *user < users)
            && self.group_trends.iter().chain([&self.trends]).all(|trends| trends.fits(items, kinds))
            && self.pace.fits(kinds)
            && self.rates.fits(users, channels, items, world.facets.len() as u32, kinds)
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
