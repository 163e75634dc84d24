//! Reasons: a score as data, row by row. The rows sum to the score; the words belong to the host.

use serde::Serialize;

use crate::base::order;
use crate::features::{FAMILIES, Feature, Source};
use crate::scoring::group_aggregator::Participant;
use crate::scoring::scorer::Attribution;
use crate::world::World;

/// One row of the account.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// `base`, a family's name, `borda`, `diversity` or `pinned`.
    pub code: &'static str,
    /// The feature: `affinity.tag.long`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<String>,
    /// The facet it speaks of: `tag:护肤`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facet: Option<String>,
    /// The item it comes from: what the viewer liked, or what was chosen before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The member it speaks for, where one decided for all, or ranks were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// What it adds to the score.
    pub amount: f64,
}

impl Reason {
    /// A row with nothing but its code and amount.
    pub fn plain(code: &'static str, amount: f64) -> Self {
        Self { code, feature: None, facet: None, from: None, member: None, amount }
    }
}

/// What is needed to name things in reasons.
#[derive(Debug, Clone, Copy)]
pub struct ReasonBuilder<'a> {
    /// Whose names.
    pub world: &'a World,
    /// The features in their order.
    pub features: &'a [Feature],
}

impl ReasonBuilder<'_> {
    /// The account of one utility: what each voice says, times its weight, equal rows added; base first, then by size.
    pub fn account(&self, heard: &[(Participant, &Attribution)]) -> Vec<Reason> {
        let mut base = 0.0;
        let mut sums = Vec::new();
        let mut rows = Vec::new();
        for (voice, explained) in heard {
            if let Some(points) = voice.points {
                let member = voice.member.map(|member| self.world.users.ids.name(member).to_owned());
                rows.push(Reason { member, ..Reason::plain("borda", voice.weight * points) });
                continue;
            }
            base += voice.weight * explained.base;
            for part in &explained.parts {
                let named = voice.member.filter(|_| voice.decided);
                sums.push(((named, part.feature, part.source), voice.weight * part.amount));
            }
        }
        order::sort_by_key(&mut sums, |(row, _)| *row);
        sums.dedup_by(|(row, more), (same, sum)| {
            let again = row == same;
            *sum += if again { *more } else { 0.0 };
            again
        });
        rows.extend(
            sums.into_iter().map(|((member, feature, source), amount)| self.row(member, feature, source, amount)),
        );
        order::sort_by(&mut rows, |a, b| b.amount.abs().total_cmp(&a.amount.abs()));
        if heard.iter().any(|(voice, _)| voice.points.is_none()) {
            rows.insert(0, Reason::plain("base", base));
        }
        rows
    }

    fn row(&self, member: Option<u32>, feature: usize, source: Source, amount: f64) -> Reason {
        let feature = &self.features[feature];
        Reason {
            code: FAMILIES[feature.family].name(),
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

    /// An item's id.
    pub fn item(&self, item: u32) -> String {
        self.world.library.ids.name(item).to_owned()
    }
}
