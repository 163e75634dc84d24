//! Scorer: utilities of many items for one subject.

use nextpick_kernel as kernel;

use crate::base::index::{ItemIndex, KindIndex, UserIndex};
use crate::memory::StateView;
use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;

use crate::features::{
    Family, FamilySet, FamilyWeights, Feature, PreparedSubject, RankingContext, StateVersion, Table,
};
use crate::model::Model;
use crate::model::linear::LinearModel;

use super::item_only_scores::{ItemOnlyScores, Outdated, ScoreBasis};
use super::member_sums::MemberSums;
use super::objective::Objective;
use super::prepared_members::PreparedMembers;
use super::shared_direction::{SharedDirection, WeightedKind};

/// Receives the number of sums, the direction that all kinds share if there is one, the sums over own features, and those
/// over features that members of a group share.
pub(super) type ReceiveSums<'a> = dyn FnMut(usize, Option<&SharedDirection>, &mut [f64], &[f64]) + 'a;

/// Computes the utilities of items for a subject.
#[derive(Debug, Clone, Copy)]
pub struct Scorer<'a> {
    /// Moment of the ranking, and the state it reads.
    pub context: RankingContext<'a>,
    /// Model of the probabilities per kind.
    pub model: &'a Model,
    /// Weights of the probabilities.
    pub objective: &'a Objective,
    /// Enabled families.
    pub families: FamilySet,
    /// Multipliers of the model's weights.
    pub family_weights: FamilyWeights,
}

/// Buffers reused between calls, and cached scores that all subjects of one moment share.
#[derive(Debug, Default)]
pub struct Workspace {
    pub(super) subject: PreparedSubject,
    /// Features of the items requested last.
    pub table: Table,
    /// Cached scores of the user models, and of the group models.
    item_only: [ItemOnlyScores; 2],
    z: Vec<f64>,
    shared: Vec<f64>,
    /// Sums of members, while groups that share them are scored.
    pub member_sums: Option<MemberSums>,
    /// Prepared data of members, while a group is decided or groups share members.
    pub members: PreparedMembers,
}

impl Workspace {
    /// Does something for a member, whose prepared data are kept.
    pub fn with_member<T>(
        &mut self,
        member: UserIndex,
        context: &RankingContext,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.members.restore(&mut self.subject, member);
        let result = work(self);
        self.members.keep(&mut self.subject, member, context);
        result
    }

    /// Frees the members' data, unless further groups may need them.
    pub fn end_members(&mut self) {
        if self.member_sums.is_none() {
            self.members.clear();
        }
    }

    /// Exchanges the prepared subject for another one.
    pub(super) fn exchange_subject(&mut self, other: &mut PreparedSubject) {
        std::mem::swap(&mut self.subject, other);
    }

    /// Fills the table with one kind's features of the subject prepared last.
    pub(super) fn fill_kind(
        &mut self,
        context: &RankingContext,
        kind: KindIndex,
        items: &[ItemIndex],
        families: FamilySet,
    ) {
        self.table.fill_kind(context, &self.subject, kind, items, families);
    }
}

impl Scorer<'_> {
    /// Returns the enabled families with a non-zero weight.
    pub(super) fn used(&self) -> FamilySet {
        self.families.intersect(self.model.used_families())
    }

    /// Writes the utility of each item for one subject into `utilities`.
    pub fn utilities(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[ItemIndex],
        utilities: &mut Vec<f64>,
    ) {
        kernel::fill(utilities, items.len(), 0.0);
        self.each_sum(work, to, request, items, &mut |n, direction, own, shared| {
            kernel::add_scaled(own, shared, 1.0);
            self.add_utilities(n, direction, own, items, utilities);
        });
    }

    /// Computes each item's sums of features × weights, and passes them to `found`: once along the direction that the kinds
    /// of the objective share, or once for each kind, with its number; first the sums over the item's and the subject's own
    /// features, then those over the features that members of a group share, without any if these are 0.
    pub(super) fn each_sum(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[ItemIndex],
        found: &mut ReceiveSums,
    ) {
        let used = self.used();
        work.subject.prepare(&self.context, to, request, used);
        let model_set = usize::from(!self.model.uses_user_models(to.is_user));
        self.update_item_only_scores(work, model_set, to.is_user);
        let Workspace { subject, table, item_only, z, shared, .. } = work;
        let ItemOnlyScores { direction, z: item_only, .. } = &item_only[model_set];
        let direction = direction.as_ref();
        let subject_specific = used.filter(|family| !family.is_item_only());
        table.fill(&self.context, subject, items, subject_specific);
        for (n, scores) in item_only.iter().enumerate() {
            let kind = direction.map_or_else(|| self.objective.0[n].0, |direction| direction.kind);
            if direction.is_none() {
                table.fill_kind(&self.context, subject, kind, items, subject_specific);
            }
            let row = self.model.row(kind, to.is_user);
            kernel::gather(scores, items, z);
            shared.clear();
            for (column, weight) in table.live().map(|column| (column, self.weight(row, table, column))) {
                let values = &table.columns[column].values;
                match table.features()[column].is_shared_by_members() {
                    _ if weight == 0.0 => {}
                    false => kernel::add_scaled(z, values, weight),
                    true => {
                        shared.resize(items.len(), 0.0);
                        kernel::add_scaled(shared, values, weight);
                    }
                }
            }
            found(n, direction, z, shared);
        }
    }

    /// Adds the utilities of the `n`-th sums to the utility of each item.
    pub(super) fn add_utilities(
        &self,
        n: usize,
        direction: Option<&SharedDirection>,
        sums: &mut [f64],
        items: &[ItemIndex],
        utilities: &mut [f64],
    ) {
        let values = self.context.facet_matrix.values();
        if let Some(direction) = direction {
            return direction.add_utilities(sums, values, items, utilities);
        }
        let (kind, worth) = self.objective.0[n];
        kernel::exp::sigmoid_all(sums);
        if self.context.state.world.kinds.of(kind).uses_value {
            kernel::add_valued(utilities, sums, worth, values, items);
        } else {
            kernel::add_scaled(utilities, sums, worth);
        }
    }

    /// Returns item-only features × weights by item index: along the direction that the kinds of the objective share, if
    /// there is one; else for each kind, with its bias.
    pub(super) fn item_only_scores<'w>(
        &self,
        work: &'w mut Workspace,
        is_user: bool,
    ) -> (&'w [Vec<f64>], Option<&'w SharedDirection>) {
        let model_set = usize::from(!self.model.uses_user_models(is_user));
        self.update_item_only_scores(work, model_set, is_user);
        let scores = &work.item_only[model_set];
        (&scores.z, scores.direction.as_ref())
    }

    /// Updates the cached scores of the user models (0) or group models (1).
    fn update_item_only_scores(&self, work: &mut Workspace, model_set: usize, is_user: bool) {
        let Workspace { subject, table, item_only, z, .. } = work;
        let scores = &mut item_only[model_set];
        let (StateVersion { memory, model, .. }, StateView { world, now, .. }) =
            (self.context.version, self.context.state);
        let families = self.used().filter(Family::is_item_only);
        let basis = ScoreBasis { memory, model, now, families, family_weights: self.family_weights };
        let outdated = scores.update(basis, self.objective, &world.library);
        let listed: Vec<ItemIndex>;
        let items = match &outdated {
            Outdated::None => return,
            Outdated::Some(changed) => {
                let is_listed = |item: &ItemIndex| world.library.entry(*item).is_some();
                listed = changed.iter().copied().filter(is_listed).collect();
                &listed
            }
            Outdated::All => self.context.facet_matrix.listed(),
        };
        table.fill(&self.context, subject, items, families);
        if let Outdated::All = outdated {
            scores.direction = self.shared_direction(table.features(), is_user);
        }
        let of_kind = |kind: KindIndex| (kind, self.model.row(kind, is_user).bias);
        // The biases are part of the direction.
        let summed: Vec<(KindIndex, f64)> = match &scores.direction {
            Some(direction) => vec![(direction.kind, 0.0)],
            None => self.objective.0.iter().map(|(kind, _)| of_kind(*kind)).collect(),
        };
        scores.z.resize_with(summed.len(), Vec::new);
        for ((kind, bias), by_item) in summed.into_iter().zip(&mut scores.z) {
            if scores.direction.is_none() {
                table.fill_kind(&self.context, subject, kind, items, families);
            }
            let row = self.model.row(kind, is_user);
            let weights = table.live().map(|n| (self.weight(row, table, n), &table.columns[n].values[..]));
            let weighted: Vec<(f64, &[f64])> = weights.filter(|(weight, _)| *weight != 0.0).collect();
            z.resize(items.len(), 0.0);
            kernel::weighted_sums(bias, &weighted, z);
            let count = world.library.ids.len();
            match &outdated {
                Outdated::Some(changed) => {
                    by_item.resize(count, bias);
                    changed.iter().for_each(|item| by_item[item.as_usize()] = bias);
                }
                _ => kernel::fill(by_item, count, bias),
            }
            kernel::put(z, items, by_item);
        }
    }

    /// Returns the direction that the kinds of the objective share, if there is one.
    fn shared_direction(&self, features: &[Feature], is_user: bool) -> Option<SharedDirection> {
        let of_kind = |&(kind, worth): &(KindIndex, f64)| WeightedKind {
            kind,
            worth,
            uses_value: self.context.state.world.kinds.of(kind).uses_value,
            model: self.model.row(kind, is_user),
        };
        let kinds: Vec<WeightedKind> = self.objective.0.iter().map(of_kind).collect();
        SharedDirection::of(&kinds, features, self.used())
    }

    /// Fills the table with the features that all kinds share, for learning: regardless of their weights.
    pub fn describe(&self, work: &mut Workspace, to: Recipient, request: &FacetProfile, items: &[ItemIndex]) {
        self.describe_with(work, to, request, items, self.families);
    }

    /// Fills the table with the features of `families` that all kinds share.
    pub(super) fn describe_with(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[ItemIndex],
        families: FamilySet,
    ) {
        work.subject.prepare(&self.context, to, request, families);
        work.table.fill(&self.context, &work.subject, items, families);
    }

    /// Fills the table with the features of one kind, for the same items.
    pub fn describe_kind(&self, work: &mut Workspace, kind: KindIndex, items: &[ItemIndex]) {
        work.fill_kind(&self.context, kind, items, self.families);
    }

    /// Returns the weight of a feature times the multiplier of its family.
    pub(super) fn weight(&self, row: &LinearModel, table: &Table, feature: usize) -> f64 {
        row.weights[feature] * self.family_weights.of(table.features()[feature].family)
    }

    pub(super) fn value(&self, item: ItemIndex) -> f64 {
        self.context.state.world.library.known_entry(item).and_then(|entry| entry.item.value).unwrap_or(1.0)
    }
}
