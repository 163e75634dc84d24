//! What items are worth to the one addressed, and the account of it: for a user alone, for a group by its council.

use std::rc::Rc;

use crate::base::order;
use crate::base::sorted::Sorted;
use crate::scoring::group_aggregator::{Council, Voice};
use crate::scoring::scorer::{Explained, Ranker, Workspace, member_of};
use crate::slate::Chosen;
use crate::slate::reason::{Naming, Reason};
use crate::world::addressee::Addressee;
use crate::world::facet::Profile as Portrait;
use crate::world::kind::Kinds;

use super::config::Config;

/// The utilities of the items, and who had a part in them.
pub(super) struct Ranked {
    to: Addressee,
    /// One utility an item.
    pub(super) utilities: Vec<f64>,
    council: Option<Council>,
}

impl Ranked {
    pub(super) fn of(
        ranker: &Ranker,
        work: &mut Workspace,
        to: Addressee,
        context: &Portrait,
        items: &[u32],
        config: &Config,
    ) -> Self {
        if to.is_user {
            let mut utilities = Vec::new();
            ranker.utilities(work, to, context, items, &mut utilities);
            return Self { to, utilities, council: None };
        }
        let own = to.group_record(ranker.scene.world).and_then(|group| group.aggregation);
        let council = ranker.council(work, to, context, items, own.unwrap_or(config.aggregation), config.own_share);
        Self { to, utilities: council.utilities(), council: Some(council) }
    }

    /// How unsure one is of the utilities. The weights, of which one is unsure, are the same for a group and its members:
    /// their deviations add up by their parts. Borda's points are as unsure as the utilities they come from, each
    /// measured in their own spread.
    pub(super) fn deviations(
        &self,
        ranker: &Ranker,
        work: &mut Workspace,
        context: &Portrait,
        items: &[u32],
    ) -> Vec<f64> {
        let evidence = ranker.evidence(items);
        let mut deviations = ranker.deviations(work, self.to, context, items, &evidence);
        let Some(council) = &self.council else { return deviations };
        let own_share = council.own_share();
        let scale = council.scale(&self.utilities);
        deviations.iter_mut().for_each(|deviation| *deviation *= scale * own_share);
        for &member in council.members() {
            let theirs = ranker.deviations(work, member_of(self.to, member), context, items, &evidence);
            let part = scale * (1.0 - own_share) / council.members().len() as f64;
            deviations.iter_mut().zip(theirs).for_each(|(sum, deviation)| *sum += part * deviation);
        }
        deviations
    }

    /// One account for each chosen item, with reasons or with chances alone. Every member is looked at once, however
    /// many items were chosen.
    pub(super) fn explain(
        &self,
        ranker: &Ranker,
        work: &mut Workspace,
        context: &Portrait,
        slate: &[Chosen],
        items: &[u32],
        reasons: bool,
    ) -> Vec<Account> {
        let Some(council) = &self.council else {
            let alone = Voice { member: None, weight: 1.0, decided: false, points: None };
            let explained = ranker.explain(work, self.to, context, items, reasons);
            return explained.into_iter().map(|explained| Account(vec![(alone, explained)])).collect();
        };
        let mut heard: Vec<(usize, Voice)> = Vec::new();
        for (n, chosen) in slate.iter().enumerate() {
            heard.extend(council.voices(chosen.place).into_iter().map(|voice| (n, voice)));
        }
        // By who speaks, the group itself first; each on the items in their order.
        order::sort_by_number(&mut heard, |(_, voice)| voice.member.map_or(0, |member| u64::from(member) + 1));
        let mut accounts: Vec<Account> = slate.iter().map(|_| Account(Vec::new())).collect();
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
pub(super) struct Account(Vec<(Voice, Explained)>);

impl Account {
    pub(super) fn reasons(&self, naming: &Naming, chosen: &Chosen) -> Vec<Reason> {
        let heard: Vec<(Voice, &Explained)> = self.0.iter().map(|(voice, explained)| (*voice, explained)).collect();
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
    pub(super) fn chances(&self, kinds: &Kinds) -> Sorted<Rc<str>, f64> {
        let mut chances = Sorted::default();
        for (voice, explained) in &self.0 {
            for (kind, chance) in &explained.chances {
                *chances.or_default(kinds.shared_name(*kind)) += voice.weight * chance;
            }
        }
        chances
    }
}
