//! Stored interactions, in a compact form from which every sum can be recomputed.

use crate::base::bytes::{ByteReader, Codec, Output};
use crate::base::index::{ChannelIndex, GroupIndex, ItemIndex, KindIndex, UserIndex};
use crate::base::time::{DAY, MINUTE, Time};
use crate::world::IndexedInteraction;

use super::Subject;
use super::merge::IndexRemap;

/// The index of an absent name.
const NONE: u32 = u32::MAX;

/// The least time, in milliseconds, between two interactions of one actor with one item and kind that both count in
/// shared sums: a day for half-lives of up to a day, the half-life itself for those of 7 and 30 days. One actor thus
/// adds at most 2 to any decayed count (Σ 2^−n), however often interactions are repeated.
pub const SPACING: [Time; 3] = [DAY, 7 * DAY, 30 * DAY];

/// The shared sums in which an interaction counts; derived from the actor's other interactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// True for each of [`SPACING`] if the last counted interaction is far enough away.
    pub spaced: [bool; 3],
    /// True if the actor's first interaction is less than a day older: the interaction then counts half as demand.
    pub first_day: bool,
}

impl Counts {
    /// Counts in all shared sums, with full weight.
    #[cfg(feature = "study")]
    pub const ALL: Self = Self { spaced: [true; SPACING.len()], first_day: false };

    /// True if it counts in sums that ignore repetitions within a day.
    pub fn daily(self) -> bool {
        self.spaced[0]
    }
}

/// The times of the last counted interactions, one for each of [`SPACING`].
///
/// Whole minutes in 32 bits, to save memory in each row; times beyond them (4,000 years) are clamped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCounted([i32; SPACING.len()]);

impl LastCounted {
    /// No interaction was counted.
    pub const NEVER: Self = Self([i32::MIN; SPACING.len()]);

    /// Returns for each spacing whether an interaction at `at` counts. `at` must not be before the previous call's.
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

/// An interaction in compact form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CompactInteraction {
    names: [u32; 4],
    /// The kind's index.
    pub kind: KindIndex,
    /// The shared sums in which it counts; derived, not in snapshots.
    pub counts: Counts,
    /// The time of the interaction.
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
    /// Converts an indexed interaction.
    pub fn new(indexed: IndexedInteraction) -> Self {
        let IndexedInteraction { user, group, channel, item, kind, at } = indexed;
        let names = [
            user.map(|user| user.0),
            group.map(|group| group.0),
            channel.map(|channel| channel.0),
            item.map(|item| item.0),
        ];
        let names = names.map(|name| name.unwrap_or(NONE));
        Self { names, kind, counts: Counts::default(), at }
    }
    /// Returns the indexed interaction.
    pub fn indexed(&self) -> IndexedInteraction {
        let [user, group, channel, item] = self.names.map(|name| (name != NONE).then_some(name));
        IndexedInteraction {
            user: user.map(UserIndex),
            group: group.map(GroupIndex),
            channel: channel.map(ChannelIndex),
            item: item.map(ItemIndex),
            kind: self.kind,
            at: self.at,
        }
    }
    /// The item's index, if there is one.
    pub fn item(&self) -> Option<ItemIndex> {
        (self.names[3] != NONE).then_some(ItemIndex(self.names[3]))
    }
    /// The group's index, if it happened in one.
    pub fn group(&self) -> Option<GroupIndex> {
        (self.names[1] != NONE).then_some(GroupIndex(self.names[1]))
    }
    /// The acting user; the group if no user is known.
    pub fn actor(&self) -> Subject {
        match self.names {
            [NONE, group, ..] => Subject::Group(GroupIndex(group)),
            [user, ..] => Subject::User(UserIndex(user)),
        }
    }
    /// Returns a copy with other `counts`.
    pub(super) fn counted(self, counts: Counts) -> Self {
        Self { counts, ..self }
    }
    /// True if it happened in a group or through a channel.
    pub(super) fn has_group_or_channel(&self) -> bool {
        (self.names[1], self.names[2]) != (NONE, NONE)
    }
    /// The sort key among one actor's interactions: time, then indices.
    pub fn order(&self) -> (Time, [u32; 4], KindIndex) {
        (self.at, self.names, self.kind)
    }
    /// Returns a copy with group `to` if its group is `from`.
    pub(super) fn moved(self, from: GroupIndex, to: GroupIndex) -> Self {
        let [user, group, channel, item] = self.names;
        Self { names: [user, if group == from.0 { to.0 } else { group }, channel, item], ..self }
    }
    /// Returns a copy with mapped indices.
    pub fn renumbered(&self, map: &IndexRemap) -> Self {
        let IndexedInteraction { user, group, channel, item, kind, at } = self.indexed();
        let renumbered = Self::new(IndexedInteraction {
            user: user.map(|user| map.users[user.as_usize()]),
            group: group.map(|group| map.groups[group.as_usize()]),
            channel: channel.map(|channel| map.channels[channel.as_usize()]),
            item: item.map(|item| map.items[item.as_usize()]),
            kind: map.kinds[kind.as_usize()],
            at,
        });
        renumbered.counted(self.counts)
    }
    /// True if every index is below these counts (users, groups, channels, items; kinds) and the time is valid.
    pub(super) fn is_valid(&self, counts: [u32; 4], kinds: u32) -> bool {
        let names = self.names.iter().zip(counts).all(|(name, count)| *name < count || *name == NONE);
        names
            && (self.names[0] != NONE || self.names[1] != NONE)
            && self.kind.0 < kinds
            && crate::base::time::is_time(self.at)
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
    fn the_extreme_times_count_without_overflow() {
        let mut last = LastCounted::NEVER;
        assert_eq!(last.count(-crate::base::time::FARTHEST), [true; 3]);
        assert_eq!(last.count(-crate::base::time::FARTHEST), [false; 3]);
        assert_eq!(last.count(crate::base::time::FARTHEST), [true; 3]);
    }
}
