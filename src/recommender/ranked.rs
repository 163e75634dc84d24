//! Utilities and explanations of items for a recipient: directly for a user, aggregated for a group.

use std::sync::Arc;

use crate::base::index::ItemIndex;
use crate::base::order;
use crate::base::sorted::SortedMap;
use crate::engine::config::Config;
use crate::scoring::attribution::Attribution;
use crate::scoring::group_aggregator::{GroupAggregator, Participant};
use crate::scoring::group_scores::member_of;
use crate::scoring::scorer::{Scorer, Workspace};
use crate::slate::SlateItem;
use crate::slate::reason::{Reason, ReasonBuilder};
use crate::world::facet::FacetProfile;
use crate::world::kind::Kinds;
use crate::world::recipient::Recipient;

/// The utilities of the items, with the aggregator for a group.
pub(super) struct ScoredItems {
    to: Recipient,
    /// One utility per item.
    pub(super) utilities: Vec<f64>,
    aggregator: Option<GroupAggregator>,
}

impl ScoredItems {
    pub(super) fn new(
        scorer: &Scorer,
        work: &mut Workspace,
        to: Recipient,
        context: &FacetProfile,
        items: &[ItemIndex],
        config: &Config,
    ) -> Self {
        if to.is_user {
            let mut utilities = Vec::new();
            scorer.utilities(work, to, context, items, &mut utilities);
            return Self { to, utilities, aggregator: None };
        }
        let own = to.group_record(scorer.context.state.world).and_then(|group| group.aggregation);
        let aggregator =
            scorer.aggregator(work, to, context, items, own.unwrap_or(config.aggregation), config.group_weight);
        Self { to, utilities: aggregator.utilities(), aggregator: Some(aggregator) }
    }

    /// True if the utilities are linear in the weights of the objective.
    #[cfg(feature = "study")]
    pub(super) fn is_linear(&self) -> bool {
        self.aggregator.as_ref().is_none_or(GroupAggregator::is_linear)
    }

    /// Returns the standard deviations of the utilities. Group and members share the uncertain weights, so their
    /// deviations are perfectly correlated and add up by weight. Borda points get the deviations of the underlying
    /// utilities, rescaled to the spread of the points.
    pub(super) fn std_devs(
        &self,
        scorer: &Scorer,
        work: &mut Workspace,
        context: &FacetProfile,
        items: &[ItemIndex],
    ) -> Vec<f64> {
        let evidence = scorer.evidence(items);
        let mut std_devs = scorer.std_devs(work, self.to, context, items, &evidence);
        let Some(aggregator) = &self.aggregator else { return std_devs };
        let group_weight = aggregator.group_weight();
        let scale = aggregator.scale(&self.utilities);
        std_devs.iter_mut().for_each(|deviation| *deviation *= scale * group_weight);
        for &member in aggregator.members() {
            let of_member = scorer.std_devs(work, member_of(self.to, member), context, items, &evidence);
            let part = scale * (1.0 - group_weight) / aggregator.members().len() as f64;
            std_devs.iter_mut().zip(of_member).for_each(|(sum, deviation)| *sum += part * deviation);
        }
        std_devs
    }

    /// Returns one explanation per chosen item, with reasons or with probabilities alone. Each participant is prepared
    /// once, however many items were chosen.
    pub(super) fn explain(
        &self,
        scorer: &Scorer,
        work: &mut Workspace,
        context: &FacetProfile,
        slate: &[SlateItem],
        items: &[ItemIndex],
        reasons: bool,
    ) -> Vec<Explanation> {
        let Some(aggregator) = &self.aggregator else {
            let alone = Participant { member: None, weight: 1.0, decided: false, points: None };
            let attributions = scorer.explain(work, self.to, context, items, reasons);
            return attributions.into_iter().map(|attribution| Explanation(vec![(alone, attribution)])).collect();
        };
        let mut participants: Vec<(usize, Participant)> = Vec::new();
        for (n, chosen) in slate.iter().enumerate() {
            participants
                .extend(aggregator.participants(chosen.candidate).into_iter().map(|participant| (n, participant)));
        }
        // By participant, the group itself first; items in slate order.
        order::sort_by_number(&mut participants, |(_, participant)| {
            participant.member.map_or(0, |member| u64::from(member.0) + 1)
        });
        let mut explanations: Vec<Explanation> = slate.iter().map(|_| Explanation(Vec::new())).collect();
        for of_participant in participants.chunk_by(|a, b| a.1.member == b.1.member) {
            let explained: Vec<ItemIndex> = of_participant.iter().map(|&(n, _)| items[n]).collect();
            let explain = |work: &mut Workspace, to| scorer.explain(work, to, context, &explained, reasons);
            let attributions = match of_participant[0].1.member {
                Some(member) => {
                    work.with_member(member, &scorer.context, |work| explain(work, member_of(self.to, member)))
                }
                None => explain(work, self.to),
            };
            for (&(n, participant), attribution) in of_participant.iter().zip(attributions) {
                explanations[n].0.push((participant, attribution));
            }
        }
        work.end_members();
        explanations
    }
}

/// The attributions of one item, by participant.
pub(super) struct Explanation(Vec<(Participant, Attribution)>);

impl Explanation {
    pub(super) fn reasons(&self, builder: &ReasonBuilder, chosen: &SlateItem) -> Vec<Reason> {
        let participants: Vec<(Participant, &Attribution)> =
            self.0.iter().map(|(participant, attribution)| (*participant, attribution)).collect();
        let mut reasons = builder.account(&participants);
        if let Some((penalty, like)) = chosen.penalty {
            reasons.push(Reason { from: Some(builder.item(like)), ..Reason::plain("diversity", -penalty) });
        }
        if chosen.pinned {
            reasons.push(Reason::plain("pinned", 0.0));
        }
        reasons
    }

    /// Returns the mean probabilities of the participants, by kind.
    pub(super) fn probabilities(&self, kinds: &Kinds) -> SortedMap<Arc<str>, f64> {
        let mut chances = SortedMap::default();
        for (participant, attribution) in &self.0 {
            for (kind, chance) in &attribution.probabilities {
                *chances.or_default(kinds.shared_name(*kind)) += participant.weight * chance;
            }
        }
        chances
    }
}
