//! Reasons: the attribution of a score as data. Amounts sum to the score; wording is left to the host.

use serde::Serialize;

use crate::base::index::{ItemIndex, UserIndex};
use crate::base::order;
use crate::features::{Feature, Source};
use crate::scoring::attribution::Attribution;
use crate::scoring::group_aggregator::Participant;
use crate::world::World;

/// One reason of a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// `base`, a family's name, `borda`, `diversity` or `pinned`.
    pub code: &'static str,
    /// Name of the feature: `affinity.tag.long`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
    /// Name of the facet: `tag:护肤`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facet: Option<String>,
    /// Id of the item it comes from: one the subject liked, or one chosen for an earlier slot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Id of the member, if one decided for all members, or for Borda points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// Amount added to the score.
    pub amount: f64,
}

impl Reason {
    /// Creates a reason of code and amount only.
    pub fn plain(code: &'static str, amount: f64) -> Self {
        Self { code, feature: None, facet: None, from: None, member: None, amount }
    }
}

/// Builds reasons: resolves names and ids.
#[derive(Debug, Clone, Copy)]
pub struct ReasonBuilder<'a> {
    /// Source of names and ids.
    pub world: &'a World,
    /// All features in order.
    pub features: &'a [Feature],
}

/// Sorts reasons by descending absolute amount.
pub fn sort_by_size(reasons: &mut [Reason]) {
    order::sort_by(reasons, |a, b| b.amount.abs().total_cmp(&a.amount.abs()));
}

impl ReasonBuilder<'_> {
    /// Returns the reasons of one utility: participants' contributions times their weights, equal ones summed; base
    /// first, then by descending absolute amount.
    pub fn account(&self, participants: &[(Participant, &Attribution)]) -> Vec<Reason> {
        let mut base = 0.0;
        let mut sums = Vec::new();
        let mut rows = Vec::new();
        for (participant, attribution) in participants {
            if let Some(points) = participant.points {
                let member = participant.member.map(|member| self.world.users.ids.name(member).to_owned());
                rows.push(Reason { member, ..Reason::plain("borda", participant.weight * points) });
                continue;
            }
            base += participant.weight * attribution.base;
            for contribution in &attribution.contributions {
                let member = participant.member.filter(|_| participant.decided);
                sums.push((
                    (member, contribution.feature, contribution.source),
                    participant.weight * contribution.amount,
                ));
            }
        }
        order::sort_by_key(&mut sums, |(row, _)| *row);
        sums.dedup_by(|(row, more), (same, sum)| {
            let is_same = row == same;
            *sum += if is_same { *more } else { 0.0 };
            is_same
        });
        rows.extend(
            sums.into_iter().map(|((member, feature, source), amount)| self.row(member, feature, source, amount)),
        );
        sort_by_size(&mut rows);
        if participants.iter().any(|(participant, _)| participant.points.is_none()) {
            rows.insert(0, Reason::plain("base", base));
        }
        rows
    }

    fn row(&self, member: Option<UserIndex>, feature: usize, source: Source, amount: f64) -> Reason {
        let feature = &self.features[feature];
        Reason {
            code: feature.family.name(),
            feature: Some(feature.name.clone()),
            facet: match source {
                Source::Facet(facet) => Some(self.world.facets.name(facet).to_owned()),
                _ => None,
            },
            from: match source {
                Source::Item(item) => Some(self.item(item)),
                _ => None,
            },
            member: member.map(|member| self.world.users.ids.name(member).to_owned()),
            amount,
        }
    }

    /// Returns an item's id.
    pub fn item(&self, item: ItemIndex) -> String {
        self.world.library.ids.name(item).to_owned()
    }
}
