//! From members' utilities to a group's (Masthoff 2015), mixed with the group's own.

use nextpick_kernel as kernel;

use crate::base::number::mean_and_deviation;
use crate::world::subject::Aggregation;

/// A member is miserable with an item that is worth less to them than this part of their mean over the candidates.
const MISERY: f64 = 0.5;

/// The utilities of a group and its members, heard one after the other.
#[derive(Debug, Default)]
pub struct GroupAggregator {
    aggregation: Aggregation,
    group_weight: f64,
    own: Vec<f64>,
    members: Vec<u32>,
    sum: Vec<f64>,
    lowest: Vec<(f64, u32)>,
    highest: Vec<(f64, u32)>,
    miserable: Vec<bool>,
    points: Vec<Vec<f64>>,
}

/// Somebody who had a part in a group's utility of an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Participant {
    /// A member; `None` for the group itself.
    pub member: Option<u32>,
    /// Their part; all parts sum to 1.
    pub weight: f64,
    /// Whether this member decided alone for all of them.
    pub decided: bool,
    /// Their Borda points for the item, where points are what counts.
    pub points: Option<f64>,
}

impl GroupAggregator {
    /// Opens with the group's own utilities, which weigh `group_weight` (0–1) against the members'.
    pub fn open(aggregation: Aggregation, group_weight: f64, own: Vec<f64>) -> Self {
        let n = own.len();
        let mut aggregator = Self { aggregation, group_weight, ..Self::default() };
        match aggregation {
            Aggregation::Average => aggregator.sum = vec![0.0; n],
            Aggregation::LeastMisery => aggregator.lowest = vec![(f64::INFINITY, 0); n],
            Aggregation::MostPleasure => aggregator.highest = vec![(f64::NEG_INFINITY, 0); n],
            Aggregation::AverageWithoutMisery => {
                aggregator.sum = vec![0.0; n];
                aggregator.lowest = vec![(f64::INFINITY, 0); n];
                aggregator.miserable = vec![false; n];
            }
            Aggregation::Borda => aggregator.points.push(borda(&own)),
        }
        aggregator.own = own;
        aggregator
    }

    /// Hears a member.
    pub fn hear(&mut self, member: u32, utilities: &[f64]) {
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

    /// The part of the group itself: all of it if nobody else was heard.
    pub fn group_weight(&self) -> f64 {
        if self.members.is_empty() { 1.0 } else { self.group_weight }
    }

    /// What the group itself was heard with, and the mean of its members, of a council that averages; `None` of a group
    /// nobody else was heard of.
    pub fn apart(&self) -> Option<(&[f64], Vec<f64>)> {
        let heard = self.members.len() as f64;
        (heard > 0.0).then(|| (&self.own[..], self.sum.iter().map(|sum| sum / heard).collect()))
    }

    /// Who was heard.
    pub fn members(&self) -> &[u32] {
        &self.members
    }

    /// How much wider these utilities of the group are spread than what its voices were heard in.
    pub fn scale(&self, utilities: &[f64]) -> f64 {
        let spread = |utilities: &[f64]| mean_and_deviation(utilities).1;
        match self.aggregation {
            Aggregation::Borda if spread(&self.own) > 0.0 => spread(utilities) / spread(&self.own),
            _ => 1.0,
        }
    }

    /// The group's utility of each item.
    pub fn utilities(&self) -> Vec<f64> {
        let heard = self.members.len() as f64;
        let group_weight = self.group_weight();
        let of = |n: usize| {
            let own = self.points.first().map_or(self.own[n], |own| own[n]);
            if self.members.is_empty() {
                return own;
            }
            let members = match self.aggregation {
                Aggregation::Average => self.sum[n] / heard,
                Aggregation::LeastMisery => self.lowest[n].0,
                Aggregation::MostPleasure => self.highest[n].0,
                Aggregation::AverageWithoutMisery if self.miserable[n] => self.lowest[n].0,
                Aggregation::AverageWithoutMisery => self.sum[n] / heard,
                Aggregation::Borda => self.points[1..].iter().map(|points| points[n]).sum::<f64>() / heard,
            };
            group_weight * own + (1.0 - group_weight) * members
        };
        (0..self.own.len()).map(of).collect()
    }

    /// Who had a part in the utility of the n-th item.
    pub fn voices(&self, n: usize) -> Vec<Participant> {
        let group_weight = self.group_weight();
        let points = |voice: usize| self.points.get(voice).map(|points| points[n]);
        let mut voices = vec![Participant { member: None, weight: group_weight, decided: false, points: points(0) }];
        let alone = match self.aggregation {
            Aggregation::LeastMisery => self.lowest.get(n),
            Aggregation::MostPleasure => self.highest.get(n),
            Aggregation::AverageWithoutMisery if self.miserable[n] => self.lowest.get(n),
            _ => None,
        };
        if let (Some(&(_, member)), false) = (alone, self.members.is_empty()) {
            voices.push(Participant { member: Some(member), weight: 1.0 - group_weight, decided: true, points: None });
        } else {
            let weight = (1.0 - group_weight) / self.members.len() as f64;
            voices.extend(self.members.iter().enumerate().map(|(voice, &member)| Participant {
                member: Some(member),
                weight,
                decided: false,
                points: points(voice + 1),
            }));
        }
        voices.retain(|voice| voice.weight != 0.0);
        voices
    }
}

/// Borda's points: the part of the other items that is ranked below, ties counting half; 0 to 1.
fn borda(utilities: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<(u64, u32)> = utilities.iter().map(|&utility| ascending(utility)).zip(0..).collect();
    kernel::text::sort(&mut sorted);
    let others = (utilities.len().max(2) - 1) as f64;
    let (mut points, mut below) = (vec![0.0; utilities.len()], 0);
    for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
        let each = (below as f64 + (tied.len() - 1) as f64 / 2.0) / others;
        tied.iter().for_each(|&(_, place)| points[place as usize] = each);
        below += tied.len();
    }
    points
}

/// A number that orders floats as `f64::total_cmp` does.
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
        let mut aggregator = GroupAggregator::open(aggregation, group_weight, vec![5.0, 0.0, 1.0]);
        MEMBERS.iter().zip(0..).for_each(|(utilities, member)| aggregator.hear(member, utilities));
        aggregator
    }

    fn close(a: &[f64], b: &[f64]) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
    }

    #[test]
    fn each_aggregation_does_what_its_name_says() {
        let of = |aggregation| aggregator(aggregation, 0.0).utilities();
        assert!(close(&of(Aggregation::Average), &[20.0 / 3.0, 7.0, 7.0]));
        assert!(close(&of(Aggregation::LeastMisery), &[1.0, 4.0, 6.0]));
        assert!(close(&of(Aggregation::MostPleasure), &[10.0, 9.0, 8.0]));
        assert!(close(&of(Aggregation::AverageWithoutMisery), &[1.0, 7.0, 7.0]));
        assert!(close(&of(Aggregation::Borda), &[2.0 / 3.0, 0.5, 1.0 / 3.0]));
    }

    #[test]
    fn the_groups_own_takes_its_share_and_all_where_nobody_else_is() {
        assert!(close(&aggregator(Aggregation::LeastMisery, 0.25).utilities(), &[2.0, 3.0, 4.75]));
        let alone = GroupAggregator::open(Aggregation::MostPleasure, 0.25, vec![5.0, 0.0]);
        assert!(close(&alone.utilities(), &[5.0, 0.0]));
        assert_eq!(alone.voices(0).len(), 1);
    }

    #[test]
    fn voices_weigh_one_together_and_name_who_decided_alone() {
        for (_, aggregation) in Aggregation::ALL {
            for n in 0..3 {
                let voices = aggregator(aggregation, 0.25).voices(n);
                assert!((voices.iter().map(|voice| voice.weight).sum::<f64>() - 1.0).abs() < 1e-12, "{aggregation:?}");
            }
        }
        let miserable = aggregator(Aggregation::AverageWithoutMisery, 0.0).voices(0);
        assert_eq!((miserable.len(), miserable[0].member, miserable[0].decided), (1, Some(1), true));
    }

    #[test]
    fn tied_items_share_their_points() {
        assert!(close(&borda(&[3.0, 3.0, 1.0]), &[0.75, 0.75, 0.0]));
        assert!(close(&borda(&[3.0]), &[0.0]));
        assert!(close(&borda(&[-3.0, 2.0, -7.0, 0.5]), &[1.0 / 3.0, 1.0, 0.0, 2.0 / 3.0]));
    }
}
