//! What items are worth to the one addressed, and the account of it: for a user alone, for a group by its council.

use std::rc::Rc;

use crate::base::order;
use crate::base::sorted::SortedMap;
use crate::scoring::group_aggregator::{GroupAggregator, Participant};
use crate::scoring::scorer::{Attribution, Scorer, Workspace, member_of};
use crate::slate::SlateItem;
use crate::slate::reason::{Reason, ReasonBuilder};
use crate::world::facet::FacetProfile as Portrait;
use crate::world::kind::Kinds;
use crate::world::recipient::Recipient;

use super::config::Config;

/// The utilities of the items, and who had a part in them.
pub(super) struct ScoredItems {
    to: Recipient,
    /// One utility an item.
    pub(super) utilities: Vec<f64>,
    aggregator: Option<GroupAggregator>,
}

impl ScoredItems {
    pub(super) fn of(
        ranker: &Scorer,
        work: &mut Workspace,
        to: Recipient,
        context: &Portrait,
        items: &[u32],
        config: &Config,
    ) -> Self {
        if to.is_user {
            let mut utilities = Vec::new();
            ranker.utilities(work, to, context, items, &mut utilities);
            return Self { to, utilities, aggregator: None };
        }
        let own = to.group_record(ranker.scene.world).and_then(|group| group.aggregation);
        let aggregator =
            ranker.aggregator(work, to, context, items, own.unwrap_or(config.aggregation), config.group_weight);
        Self { to, utilities: aggregator.utilities(), aggregator: Some(aggregator) }
    }

    /// How unsure one is of the utilities. The weights, of which one is unsure, are the same for a group and its members:
    /// their deviations add up by their parts. Borda's points are as unsure as the utilities they come from, each
    /// measured in their own spread.
    pub(super) fn std_devs(
        &self,
        ranker: &Scorer,
        work: &mut Workspace,
        context: &Portrait,
        items: &[u32],
    ) -> Vec<f64> {
        let evidence = ranker.evidence(items);
        let mut std_devs = ranker.std_devs(work, self.to, context, items, &evidence);
        let Some(aggregator) = &self.aggregator else { return std_devs };
        let group_weight = aggregator.group_weight();
        let scale = aggregator.scale(&self.utilities);
        std_devs.iter_mut().for_each(|deviation| *deviation *= scale * group_weight);
        for &member in aggregator.members() {
            let theirs = ranker.std_devs(work, member_of(self.to, member), context, items, &evidence);
            let part = scale * (1.0 - group_weight) / aggregator.members().len() as f64;
            std_devs.iter_mut().zip(theirs).for_each(|(sum, deviation)| *sum += part * deviation);
        }
        std_devs
    }

    /// One account for each chosen item, with reasons or with chances alone. Every member is looked at once, however
    /// many items were chosen.
    pub(super) fn explain(
        &self,
        ranker: &Scorer,
        work: &mut Workspace,
        context: &Portrait,
        slate: &[SlateItem],
        items: &[u32],
        reasons: bool,
    ) -> Vec<Explanation> {
        let Some(aggregator) = &self.aggregator else {
            let alone = Participant { member: None, weight: 1.0, decided: false, points: None };
            let explained = ranker.explain(work, self.to, context, items, reasons);
            return explained.into_iter().map(|explained| Explanation(vec![(alone, explained)])).collect();
        };
        let mut heard: Vec<(usize, Participant)> = Vec::new();
        for (n, chosen) in slate.iter().enumerate() {
            heard.extend(aggregator.participants(chosen.place).into_iter().map(|voice| (n, voice)));
        }
        // By who speaks, the group itself first; each on the items in their order.
        order::sort_by_number(&mut heard, |(_, voice)| voice.member.map_or(0, |member| u64::from(member) + 1));
        let mut accounts: Vec<Explanation> = slate.iter().map(|_| Explanation(Vec::new())).collect();
        for of_one in heard.chunk_by(|a, b| a.1.member == b.1.member) {
            let asked: Vec<u32> = of_one.iter().map(|&(n, _)| items[n]).collect();
            let to = of_one[0].1.member.map_or(self.to, |member| member_of(self.to, member));
            for (&(n, voice), explained) in of_one.iter().zip(ranker.explain(work, to, context, &asked, reasons)) {
                accounts[n].0.push((voice, explained));
            }
        }
        accounts
    }
}

/// What each voice says of one item.
pub(super) struct Explanation(Vec<(Participant, Attribution)>);

impl Explanation {
    pub(super) fn reasons(&self, naming: &ReasonBuilder, chosen: &SlateItem) -> Vec<Reason> {
        let heard: Vec<(Participant, &Attribution)> =
            self.0.iter().map(|(voice, explained)| (*voice, explained)).collect();
        let mut reasons = naming.account(&heard);
        if let Some((penalty, like)) = chosen.penalty {
            reasons.push(Reason { from: Some(naming.item(like)), ..Reason::plain("diversity", -penalty) });
        }
        if chosen.pinned {
            reasons.push(Reason::plain("pinned", 0.0));
        }
        reasons
    }

    /// The mean of the voices' chances, by kind.
    pub(super) fn chances(&self, kinds: &Kinds) -> SortedMap<Rc<str>, f64> {
        let mut chances = SortedMap::default();
        for (voice, explained) in &self.0 {
            for (kind, chance) in &explained.chances {
                *chances.or_default(kinds.shared_name(*kind)) += voice.weight * chance;
            }
        }
        chances
    }
}
