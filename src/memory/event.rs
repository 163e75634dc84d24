//! Kept interactions: one in short, from which every sum can be counted anew, and one in full.

use std::rc::Rc;

use crate::base::bytes::{ByteReader, Codec, Output};
use crate::base::time::{DAY, MINUTE, Time};
use crate::world::IndexedInteraction;
use crate::world::interaction::Interaction;

use super::Subject;

/// The number that stands for an absent name.
const NONE: u32 = u32::MAX;

/// The shortest time between two interactions of one actor with one item and kind that both count in sums over many
/// actors: a day for half-lives of up to a day, and the half-life for those of 7 and of 30 days. So one actor adds
/// 2 at most to any decayed count (Σ 2^−n), however often they repeat themselves.
pub const SPACING: [Time; 3] = [DAY, 7 * DAY, 30 * DAY];

/// In which shared sums an interaction counts; derived from the actor's other interactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// For each of [`SPACING`], whether it is far enough from the one that counted before.
    pub spaced: [bool; 3],
    /// The actor was first seen less than a day before: half of it counts as demand.
    pub first_day: bool,
}

impl Counts {
    /// It counts in all of them, in full.
    pub const ALL: Self = Self { spaced: [true; SPACING.len()], first_day: false };

    /// Whether it counts where repetitions within a day do not.
    pub fn daily(self) -> bool {
        self.spaced[0]
    }
}

/// The times of the interactions that counted last, for each of [`SPACING`].
///
/// Whole minutes in 32 bits, since every touch has one; times beyond them (4,000 years) are at their ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCounted([i32; SPACING.len()]);

impl LastCounted {
    /// None has counted yet.
    pub const NEVER: Self = Self([i32::MIN; SPACING.len()]);

    /// Decides in which sums an interaction at `at` counts, which is not before the one asked about last.
    pub fn count(&mut self, at: Time) -> [bool; SPACING.len()] {
        let minute = at.div_euclid(MINUTE).clamp(i64::from(i32::MIN) + 1, i64::from(i32::MAX)) as i32;
        std::array::from_fn(|n| {
            let last = &mut self.0[n];
            let counts = *last == i32::MIN || i64::from(minute) - i64::from(*last) >= SPACING[n] / MINUTE;
            if counts {
                *last = minute;
            }
            counts
        })
    }
}

/// One interaction in short.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CompactInteraction {
    names: [u32; 4],
    /// What was done.
    pub kind: u32,
    /// In which sums it counts; derived, and not in snapshots.
    pub counts: Counts,
    /// When.
    pub at: Time,
}

impl Codec for CompactInteraction {
    fn write(&self, to: &mut Output) {
        self.names.write(to);
        self.kind.write(to);
        self.at.write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        Self { names: Codec::read(from), kind: Codec::read(from), counts: Counts::default(), at: Codec::read(from) }
    }
}

impl CompactInteraction {
    /// An interaction in short.
    pub fn of(numbered: IndexedInteraction) -> Self {
        let IndexedInteraction { user, group, channel, item, kind, at } = numbered;
        let names = [user, group, channel, item].map(|name| name.unwrap_or(NONE));
        Self { names, kind, counts: Counts::default(), at }
    }
    /// The interaction's names, kind and time.
    pub fn numbered(&self) -> IndexedInteraction {
        let [user, group, channel, item] = self.names.map(|name| (name != NONE).then_some(name));
        IndexedInteraction { user, group, channel, item, kind: self.kind, at: self.at }
    }
    /// The item, if there is one.
    pub fn item(&self) -> Option<u32> {
        (self.names[3] != NONE).then_some(self.names[3])
    }
    /// The group, if it happened in one.
    pub fn group(&self) -> Option<u32> {
        (self.names[1] != NONE).then_some(self.names[1])
    }
    /// The user who acted; the group where no user is known.
    pub fn actor(&self) -> Subject {
        match self.names {
            [NONE, group, ..] => Subject::Group(group),
            [user, ..] => Subject::User(user),
        }
    }
    /// The same, counting in other sums.
    pub(super) fn counted(self, counts: Counts) -> Self {
        Self { counts, ..self }
    }
    /// Whether it happened in a group or through a channel.
    pub(super) fn is_somewhere(&self) -> bool {
        (self.names[1], self.names[2]) != (NONE, NONE)
    }
    /// The key by which one actor's interactions are sorted: their time, then their names.
    pub(super) fn order(&self) -> (Time, [u32; 4], u32) {
        (self.at, self.names, self.kind)
    }
    /// The same in another group, if it happened in this one.
    pub(super) fn moved(self, from: u32, to: u32) -> Self {
        let [user, group, channel, item] = self.names;
        Self { names: [user, if group == from { to } else { group }, channel, item], ..self }
    }
    /// The same under other numbers: of users, groups, channels and items, and of kinds.
    pub fn renumbered(&self, names: [&[u32]; 4], kinds: &[u32]) -> Self {
        let renumber = |n: usize| match self.names[n] {
            NONE => NONE,
            name => names[n][name as usize],
        };
        Self { names: std::array::from_fn(renumber), kind: kinds[self.kind as usize], ..*self }
    }
    /// Whether every number is below these counts (users, groups, channels, items; kinds) and a host could name its time.
    pub(super) fn fits(&self, counts: [u32; 4], kinds: u32) -> bool {
        let names = self.names.iter().zip(counts).all(|(name, count)| *name < count || *name == NONE);
        names
            && (self.names[0] != NONE || self.names[1] != NONE)
            && self.kind < kinds
            && crate::base::time::is_time(self.at)
    }
}

/// An interaction in full.
#[derive(Debug, Clone)]
pub struct RecentInteraction {
    /// Among interactions of the same time the fingerprint decides, whatever arrived first.
    order: (Time, u128),
    /// All of it; shared by its user and its group.
    pub interaction: Rc<Interaction>,
}

impl RecentInteraction {
    /// An interaction with its fingerprint.
    pub fn of(interaction: Rc<Interaction>, fingerprint: u128) -> Self {
        Self { order: (interaction.at, fingerprint), interaction }
    }
    /// The interaction's fingerprint.
    pub fn fingerprint(&self) -> u128 {
        self.order.1
    }
    /// Takes a name out, if the interaction concerned its bearer.
    pub(super) fn forget_target(&mut self, name: &str) {
        if self.interaction.target.as_deref() == Some(name) {
            Rc::make_mut(&mut self.interaction).target = None;
        }
    }
    /// Names another group, if the interaction happened in this one; whether it did.
    pub(super) fn move_group(&mut self, from: &str, to: &Rc<str>) -> bool {
        let happened = self.interaction.group.as_deref() == Some(from);
        if happened {
            let moved = Interaction { group: Some(to.clone()), ..(*self.interaction).clone() };
            let fingerprint = moved.digest();
            *self = Self::of(moved.into(), fingerprint);
        }
        happened
    }
    /// The key by which interactions are sorted: their time, then their fingerprint.
    pub fn order(&self) -> (Time, u128) {
        self.order
    }
}

impl PartialEq for RecentInteraction {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Codec for RecentInteraction {
    fn write(&self, to: &mut Output) {
        self.interaction.write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        let interaction = <Interaction as Codec>::read(from);
        if !interaction.is_sound() {
            from.refuse();
        }
        let fingerprint = interaction.digest();
        Self::of(interaction.into(), fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::HOUR;

    #[test]
    fn repetitions_within_a_spacing_do_not_count() {
        let mut last = LastCounted::NEVER;
        let counts: Vec<[bool; 3]> = [0, HOUR, 23 * HOUR, DAY, 2 * DAY - 1, 7 * DAY, 31 * DAY]
            .into_iter()
            .map(|after| last.count(100 * DAY + after))
            .collect();
        let daily: Vec<bool> = counts.iter().map(|counts| counts[0]).collect();
        assert_eq!(daily, [true, false, false, true, false, true, true]);
        let weekly: Vec<bool> = counts.iter().map(|counts| counts[1]).collect();
        assert_eq!(weekly, [true, false, false, false, false, true, true]);
        assert_eq!(counts[6], [true; 3]);
    }

    #[test]
    fn the_ends_of_time_count_without_a_trap() {
        let mut last = LastCounted::NEVER;
        assert_eq!(last.count(-crate::base::time::FARTHEST), [true; 3]);
        assert_eq!(last.count(-crate::base::time::FARTHEST), [false; 3]);
        assert_eq!(last.count(crate::base::time::FARTHEST), [true; 3]);
    }
}
