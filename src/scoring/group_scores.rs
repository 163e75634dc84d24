//! Utilities of items for a group: its own, and those of its members.

use nextpick_kernel as kernel;

use crate::base::index::{GroupIndex, ItemIndex, UserIndex};
use crate::memory::Subject;
use crate::model::group_weight::GroupWeight;
use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;
use crate::world::subject::Aggregation;

use super::group_aggregator::GroupAggregator;
use super::member_sums::MemberSums;
use super::scorer::{Scorer, Workspace};

impl Scorer<'_> {
    /// Scores `items` for the group and each member with profiling, and adds the scores to an aggregator. `share`
    /// overrides the fitted group weight.
    pub fn aggregator(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[ItemIndex],
        aggregation: Aggregation,
        share: Option<GroupWeight>,
    ) -> GroupAggregator {
        work.end_members();
        let mut utilities = Vec::new();
        self.utilities(work, to, request, items, &mut utilities);
        let share = share.or(self.model.group_weight()).unwrap_or_default();
        let mut aggregator = GroupAggregator::new(aggregation, share.of(self.activity(to.group)), utilities);
        let mut utilities = Vec::new();
        let world = self.context.state.world;
        let members = to.group_record(world).map_or(&[][..], |group| &group.member_indices);
        let members: Vec<UserIndex> = members.iter().copied().filter(|&member| world.is_personalised(member)).collect();
        let mut kept = self.take_member_sums(work, items);
        let shared = kept.as_ref().map_or(Vec::new(), |_| self.shared_sums(work, to, request, items));
        for member in members {
            let of = member_of(to, member);
            let key = (member, to.channel);
            let own_sums =
                |work: &mut Workspace| work.with_member(member, &self.context, |work| self.own_sums(work, of, request));
            match kept.as_mut().and_then(|kept| kept.get(key, || own_sums(work))) {
                Some(own) => self.utilities_of_sums(work, own, &shared, items, &mut utilities),
                None => work.with_member(member, &self.context, |work| {
                    self.utilities(work, of, request, items, &mut utilities);
                }),
            }
            aggregator.add_member(member, &utilities);
        }
        work.member_sums = kept.or(work.member_sums.take());
        aggregator
    }

    /// Takes the kept member sums, discarding those of another state. `None` if none are kept, or if for so few items
    /// sums over all items would take longer.
    fn take_member_sums(&self, work: &mut Workspace, items: &[ItemIndex]) -> Option<MemberSums> {
        let is_worth_it = 2 * items.len() >= self.context.state.world.library.ids.len();
        let mut kept = work.member_sums.take_if(|_| is_worth_it)?;
        kept.update((self.context.version, self.context.state.now, self.families, self.family_weights), self.objective);
        Some(kept)
    }

    /// Returns the sums of a member's own features over all items.
    fn own_sums(&self, work: &mut Workspace, member: Recipient, request: &FacetProfile) -> Vec<Vec<f64>> {
        let all: Vec<ItemIndex> = ItemIndex::first(self.context.state.world.library.ids.len()).collect();
        let mut sums = Vec::new();
        self.each_sum(work, member, request, &all, &mut |_, _, own, _| sums.push(own.to_vec()));
        sums
    }

    /// Returns the sums of the features that the members of a group share.
    fn shared_sums(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[ItemIndex],
    ) -> Vec<Vec<f64>> {
        let anybody = Recipient { is_user: true, user: None, ..to };
        let mut sums = Vec::new();
        self.each_sum(work, anybody, request, items, &mut |_, _, _, shared| sums.push(shared.to_vec()));
        sums
    }

    /// Writes the utilities of a member with these sums.
    fn utilities_of_sums(
        &self,
        work: &mut Workspace,
        own: &[Vec<f64>],
        shared: &[Vec<f64>],
        items: &[ItemIndex],
        utilities: &mut Vec<f64>,
    ) {
        kernel::fill(utilities, items.len(), 0.0);
        let mut sums = Vec::new();
        let (_, direction) = self.item_only_scores(work, true);
        for (n, (own, shared)) in own.iter().zip(shared).enumerate() {
            kernel::gather(own, items, &mut sums);
            kernel::add_scaled(&mut sums, shared, 1.0);
            self.add_utilities(n, direction, &mut sums, items, utilities);
        }
    }

    /// Returns a group's decayed activity in units of the kinds' weights, at least 0.
    pub fn activity(&self, group: Option<GroupIndex>) -> f64 {
        let history = group.and_then(|group| self.context.state.memory.history(Subject::Group(group)));
        let Some(history) = history else { return 0.0 };
        let now = self.context.state.memory.half_lives().long.point(self.context.state.now);
        let with_items = history.stats().iter().filter(|stats| stats.item().is_some());
        with_items.map(|stats| self.context.state.world.kinds.of(stats.kind).weight.abs() * stats.long.at(now)).sum()
    }
}

/// Returns a member as a recipient within the group.
pub fn member_of(group: Recipient, member: UserIndex) -> Recipient {
    Recipient { is_user: true, user: Some(member), ..group }
}
