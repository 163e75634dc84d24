//! Group aggregation: members' utilities into one (Masthoff 2015), mixed with the group's own.

use nextpick_kernel as kernel;

use crate::base::index::UserIndex;
use crate::base::number::mean_and_deviation;
use crate::world::subject::Aggregation;

/// A member is miserable with an item whose utility is below this fraction of their mean over the candidates.
const MISERY: f64 = 0.5;

/// Aggregates the utilities of a group and its members, added one by one.
#[derive(Debug, Default)]
pub struct GroupAggregator {
    aggregation: Aggregation,
    group_weight: f64,
    own: Vec<f64>,
    members: Vec<UserIndex>,
    sum: Vec<f64>,
    lowest: Vec<(f64, UserIndex)>,
    highest: Vec<(f64, UserIndex)>,
    miserable: Vec<bool>,
    points: Vec<Vec<f64>>,
}

/// Participant in a group's utility of an item: a member, or the group itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Participant {
    /// User index of the member; `None` for the group itself.
    pub member: Option<UserIndex>,
    /// Weight in the group's utility, 0 to 1; the weights of an item's participants sum to 1.
    pub weight: f64,
    /// True if this member's utility alone was used for all members.
    pub decided: bool,
    /// Borda points for the item, 0 to 1, if points are aggregated.
    pub points: Option<f64>,
}

impl GroupAggregator {
    /// Creates an aggregator with the group's own utilities, weighted `group_weight` (0–1) against the members'.
    pub fn new(aggregation: Aggregation, group_weight: f64, own: Vec<f64>) -> Self {
        let n = own.len();
        let mut aggregator = Self { aggregation, group_weight, ..Self::default() };
        match aggregation {
            Aggregation::Average => aggregator.sum = vec![0.0; n],
            Aggregation::LeastMisery => aggregator.lowest = vec![(f64::INFINITY, UserIndex(0)); n],
            Aggregation::MostPleasure => aggregator.highest = vec![(f64::NEG_INFINITY, UserIndex(0)); n],
            Aggregation::AverageWithoutMisery => {
                aggregator.sum = vec![0.0; n];
                aggregator.lowest = vec![(f64::INFINITY, UserIndex(0)); n];
                aggregator.miserable = vec![false; n];
            }
            Aggregation::Borda => aggregator.points.push(borda(&own)),
        }
        aggregator.own = own;
        aggregator
    }

    /// Adds a member's utilities, one per item of the group's own.
    pub fn add_member(&mut self, member: UserIndex, utilities: &[f64]) {
        self.members.push(member);
        self.sum.iter_mut().zip(utilities).for_each(|(sum, utility)| *sum += utility);
        for (lowest, &utility) in self.lowest.iter_mut().zip(utilities) {
            if utility < lowest.0 {
                *lowest = (utility, member);
            }
        }
        for (highest, &utility) in self.highest.iter_mut().zip(utilities) {
            if utility > highest.0 {
                *highest = (utility, member);
            }
        }
        if !self.miserable.is_empty() {
            let limit = MISERY * utilities.iter().sum::<f64>() / utilities.len() as f64;
            self.miserable.iter_mut().zip(utilities).for_each(|(miserable, utility)| *miserable |= *utility < limit);
        }
        if self.aggregation == Aggregation::Borda {
            self.points.push(borda(utilities));
        }
    }

    /// Returns the weight of the group itself; 1 without members.
    pub fn group_weight(&self) -> f64 {
        if self.members.is_empty() { 1.0 } else { self.group_weight }
    }

    /// Returns the group's own utilities and, for [`Aggregation::Average`], the members' mean; `None` without members.
    #[cfg(feature = "study")]
    pub fn apart(&self) -> Option<(&[f64], Vec<f64>)> {
        let count = self.members.len() as f64;
        (count > 0.0).then(|| (&self.own[..], self.sum.iter().map(|sum| sum / count).collect()))
    }

    /// True if the group's utilities are linear in its own and the members'.
    #[cfg(feature = "study")]
    pub fn is_linear(&self) -> bool {
        match self.aggregation {
            Aggregation::Average => true,
            Aggregation::Borda => false,
            _ => self.members.is_empty(),
        }
    }

    /// Returns the members added, in order.
    pub fn members(&self) -> &[UserIndex] {
        &self.members
    }

    /// Returns the standard deviation of `utilities` over that of the group's own; 1 except for Borda.
    pub fn scale(&self, utilities: &[f64]) -> f64 {
        let spread = |utilities: &[f64]| mean_and_deviation(utilities).1;
        match self.aggregation {
            Aggregation::Borda if spread(&self.own) > 0.0 => spread(utilities) / spread(&self.own),
            _ => 1.0,
        }
    }

    /// Returns the group's utility of each item.
    pub fn utilities(&self) -> Vec<f64> {
        let count = self.members.len() as f64;
        let group_weight = self.group_weight();
        let utility = |n: usize| {
            let own = self.points.first().map_or(self.own[n], |own| own[n]);
            if self.members.is_empty() {
                return own;
            }
            let members = match self.aggregation {
                Aggregation::Average => self.sum[n] / count,
                Aggregation::LeastMisery => self.lowest[n].0,
                Aggregation::MostPleasure => self.highest[n].0,
                Aggregation::AverageWithoutMisery if self.miserable[n] => self.lowest[n].0,
                Aggregation::AverageWithoutMisery => self.sum[n] / count,
                Aggregation::Borda => self.points[1..].iter().map(|points| points[n]).sum::<f64>() / count,
            };
            group_weight * own + (1.0 - group_weight) * members
        };
        (0..self.own.len()).map(utility).collect()
    }

    /// Returns the participants in the utility of the n-th item, those of weight 0 left out.
    pub fn participants(&self, n: usize) -> Vec<Participant> {
        let group_weight = self.group_weight();
        let points = |row: usize| self.points.get(row).map(|points| points[n]);
        let mut participants =
            vec![Participant { member: None, weight: group_weight, decided: false, points: points(0) }];
        let decisive = match self.aggregation {
            Aggregation::LeastMisery => self.lowest.get(n),
            Aggregation::MostPleasure => self.highest.get(n),
            Aggregation::AverageWithoutMisery if self.miserable[n] => self.lowest.get(n),
            _ => None,
        };
        if let (Some(&(_, member)), false) = (decisive, self.members.is_empty()) {
            participants.push(Participant {
                member: Some(member),
                weight: 1.0 - group_weight,
                decided: true,
                points: None,
            });
        } else {
            let weight = (1.0 - group_weight) / self.members.len() as f64;
            participants.extend(self.members.iter().enumerate().map(|(n, &member)| Participant {
                member: Some(member),
                weight,
                decided: false,
                points: points(n + 1),
            }));
        }
        participants.retain(|participant| participant.weight != 0.0);
        participants
    }
}

/// Returns Borda points: the fraction of the other items that rank below, ties counting half; 0 to 1.
fn borda(utilities: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<(u64, u32)> = utilities.iter().map(|&utility| ascending(utility)).zip(0..).collect();
    kernel::text::sort(&mut sorted);
    let others = (utilities.len().max(2) - 1) as f64;
    let (mut points, mut below) = (vec![0.0; utilities.len()], 0);
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let each = (below as f64 + (tied.len() - 1) as f64 / 2.0) / others;
        tied.iter().for_each(|&(_, candidate)| points[candidate as usize] = each);
        below += tied.len();
    }
    points
}

/// Maps a float to an integer of the same order as `f64::total_cmp`.
fn ascending(value: f64) -> u64 {
    let bits = value.to_bits();
    if value.is_sign_negative() { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three members, three items, in the manner of Masthoff's worked example.
    const MEMBERS: [[f64; 3]; 3] = [[10.0, 4.0, 7.0], [1.0, 9.0, 8.0], [9.0, 8.0, 6.0]];

    fn aggregator(aggregation: Aggregation, group_weight: f64) -> GroupAggregator {
        let mut aggregator = GroupAggregator::new(aggregation, group_weight, vec![5.0, 0.0, 1.0]);
        MEMBERS.iter().zip(0..).for_each(|(utilities, member)| aggregator.add_member(UserIndex(member), utilities));
        aggregator
    }

    fn close(a: &[f64], b: &[f64]) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
    }

    #[test]
    fn aggregations_match_the_worked_example() {
        let utilities = |aggregation| aggregator(aggregation, 0.0).utilities();
        assert!(close(&utilities(Aggregation::Average), &[20.0 / 3.0, 7.0, 7.0]));
        assert!(close(&utilities(Aggregation::LeastMisery), &[1.0, 4.0, 6.0]));
        assert!(close(&utilities(Aggregation::MostPleasure), &[10.0, 9.0, 8.0]));
        assert!(close(&utilities(Aggregation::AverageWithoutMisery), &[1.0, 7.0, 7.0]));
        assert!(close(&utilities(Aggregation::Borda), &[2.0 / 3.0, 0.5, 1.0 / 3.0]));
    }

    #[test]
    fn the_groups_own_utilities_count_by_weight_and_fully_without_members() {
        assert!(close(&aggregator(Aggregation::LeastMisery, 0.25).utilities(), &[2.0, 3.0, 4.75]));
        let alone = GroupAggregator::new(Aggregation::MostPleasure, 0.25, vec![5.0, 0.0]);
        assert!(close(&alone.utilities(), &[5.0, 0.0]));
        assert_eq!(alone.participants(0).len(), 1);
    }

    #[test]
    fn weights_of_participants_sum_to_one_and_a_sole_decider_is_marked() {
        for (_, aggregation) in Aggregation::ALL {
            for n in 0..3 {
                let participants = aggregator(aggregation, 0.25).participants(n);
                assert!(
                    (participants.iter().map(|participant| participant.weight).sum::<f64>() - 1.0).abs() < 1e-12,
                    "{aggregation:?}"
                );
            }
        }
        let miserable = aggregator(Aggregation::AverageWithoutMisery, 0.0).participants(0);
        assert_eq!((miserable.len(), miserable[0].member, miserable[0].decided), (1, Some(UserIndex(1)), true));
    }

    #[test]
    fn tied_items_share_their_points() {
        assert!(close(&borda(&[3.0, 3.0, 1.0]), &[0.75, 0.75, 0.0]));
        assert!(close(&borda(&[3.0]), &[0.0]));
        assert!(close(&borda(&[-3.0, 2.0, -7.0, 0.5]), &[1.0 / 3.0, 1.0, 0.0, 2.0 / 3.0]));
    }
}
