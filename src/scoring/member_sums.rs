//! Sums of members' own features over all items, kept while several groups of one moment that they belong to are scored.

use crate::base::index::{ChannelIndex, UserIndex};
use crate::base::time::Time;
use crate::features::{FamilySet, FamilyWeights, StateVersion};

use super::objective::Objective;

/// Most numbers that are kept: 64 MB.
const MOST_NUMBERS: usize = 1 << 23;

/// A member and the channel through which the group is addressed.
pub(super) type MemberKey = (UserIndex, Option<ChannelIndex>);

/// State and settings that the sums depend on.
pub(super) type SumsKey = (StateVersion, Time, FamilySet, FamilyWeights);

/// Sums of the members that belong to several groups.
#[derive(Debug, Default)]
pub struct MemberSums {
    /// Those members, ascending.
    recurring: Vec<UserIndex>,
    key: Option<(SumsKey, Objective)>,
    /// By member, ascending: a list for each list of item-only scores, by item.
    kept: Vec<(MemberKey, Vec<Vec<f64>>)>,
    numbers: usize,
}

impl MemberSums {
    /// Prepares for groups with these members, each list without repetitions.
    pub fn of<'a>(groups: impl Iterator<Item = &'a [UserIndex]>) -> Self {
        let mut members: Vec<UserIndex> = groups.flatten().copied().collect();
        crate::base::order::sort(&mut members);
        let runs = members.chunk_by(|a, b| a == b).filter(|run| run.len() > 1);
        Self { recurring: runs.map(|run| run[0]).collect(), ..Self::default() }
    }

    /// Discards the sums of another state or of other settings.
    pub(super) fn update(&mut self, key: SumsKey, objective: &Objective) {
        if self.key.as_ref().is_none_or(|(known, of)| *known != key || of != objective) {
            self.key = Some((key, objective.clone()));
            self.kept.clear();
            self.numbers = 0;
        }
    }

    /// Returns the sums of a member, computing them if they are not known; `None` for a member of one group, and if there is
    /// no room.
    pub(super) fn get(&mut self, member: MemberKey, compute: impl FnOnce() -> Vec<Vec<f64>>) -> Option<&[Vec<f64>]> {
        if self.recurring.binary_search(&member.0).is_err() {
            return None;
        }
        let position = match self.kept.binary_search_by_key(&member, |(known, _)| *known) {
            Ok(position) => position,
            Err(_) if self.numbers >= MOST_NUMBERS => return None,
            Err(position) => {
                let sums = compute();
                self.numbers += sums.iter().map(Vec::len).sum::<usize>();
                self.kept.insert(position, (member, sums));
                position
            }
        };
        Some(&self.kept[position].1)
    }
}
