//! The ranker: utilities of many items for one viewer, quickly; and of a few, with every part explained.

use nextpick_kernel as kernel;

use crate::base::number::{mean_slope, sigmoid};
use crate::base::time::Time;
use crate::memory::Subject;
use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;
use crate::world::subject::Aggregation;

use crate::features::subject::{PreparedSubject, RankingContext};
use crate::features::{FAMILIES, FamilySet, Source, Table};
use crate::model::Model;
use crate::model::group_weight::GroupWeight;

use super::group_aggregator::GroupAggregator;
use super::objective::Objective;

/// Everything that turns a viewer and items into utilities.
#[derive(Debug, Clone, Copy)]
pub struct Scorer<'a> {
    /// The moment and all one may look at.
    pub scene: RankingContext<'a>,
    /// Chances per kind.
    pub model: &'a Model,
    /// What chances are worth.
    pub objective: &'a Objective,
    /// The families that take part.
    pub families: FamilySet,
}

/// Memory that is used again from call to call, and what all viewers of one moment share.
#[derive(Debug, Default)]
pub struct Workspace {
    viewer: PreparedSubject,
    /// The features of the items asked for last.
    pub table: Table,
    /// Of users, and of groups where these have a model of their own.
    shared: [Shared; 2],
    z: Vec<f64>,
}

impl Workspace {
    /// Fills the table with one kind's features of the viewer last looked at.
    pub(super) fn fill_kind(&mut self, scene: &RankingContext, kind: u32, items: &[u32], families: FamilySet) {
        self.table.fill_kind(scene, &self.viewer, kind, items, |n| families.includes(n));
    }
}

/// For each kind of the objective, by item number: bias plus what the features of the item alone add.
#[derive(Debug, Default)]
struct Shared {
    of: Option<(u64, Time, FamilySet, Objective)>,
    z: Vec<Vec<f64>>,
}

/// A utility taken apart: base and parts sum to it.
#[derive(Debug, Clone, Default)]
pub struct Attribution {
    /// What knowing nothing is worth: Σ o·c·σ(b).
    pub base: f64,
    /// What each feature adds, by what it comes from.
    pub parts: Vec<Contribution>,
    /// Chances by kind number.
    pub chances: Vec<(u32, f64)>,
}

/// What one feature, by one source, adds to a utility.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// The feature's place in the table.
    pub feature: usize,
    /// What it comes from.
    pub source: Source,
    /// How much it adds.
    pub amount: f64,
}

impl Scorer<'_> {
    /// The families that take part and have any weight.
    pub(super) fn used(&self) -> FamilySet {
        self.families.that(|n| self.model.uses(n))
    }

    /// Writes the utility of each item for one viewer into `utilities`.
    pub fn utilities(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[u32],
        utilities: &mut Vec<f64>,
    ) {
        let used = self.used();
        work.viewer.prepare(&self.scene, to, request, used.wanted());
        let sort = usize::from(!self.model.uses_user_models(to.is_user));
        self.share(work, sort, to.is_user);
        let Workspace { viewer, table, shared, z } = work;
        let of_pair = |n: usize| used.includes(n) && !FAMILIES[n].is_item_only();
        table.fill(&self.scene, viewer, items, of_pair);
        utilities.clear();
        utilities.resize(items.len(), 0.0);
        for (&(number, worth), shared) in self.objective.0.iter().zip(&shared[sort].z) {
            table.fill_kind(&self.scene, viewer, number, items, of_pair);
            kernel::pick(shared, items, z);
            let weights = &self.model.row(number, to.is_user).weights;
            for n in table.live().filter(|&n| weights[n] != 0.0) {
                kernel::add_scaled(z, &table.columns[n].values, weights[n]);
            }
            kernel::exp::chances(z);
            if self.scene.world.kinds.of(number).uses_value {
                kernel::add_valued(utilities, z, worth, self.scene.index.values(), items);
            } else {
                kernel::add_scaled(utilities, z, worth);
            }
        }
    }

    /// Brings up to date what all viewers of this moment and sort share.
    fn share(&self, work: &mut Workspace, sort: usize, is_user: bool) {
        let asked = (self.scene.revision, self.scene.now, self.families);
        let Workspace { viewer, table, shared, .. } = work;
        let shared = &mut shared[sort];
        if shared.of.as_ref().is_some_and(|(r, t, f, o)| (*r, *t, *f) == asked && o == self.objective) {
            return;
        }
        let used = self.used();
        let of_item = |n: usize| used.includes(n) && FAMILIES[n].is_item_only();
        let items: Vec<u32> = self.scene.world.library.iter().map(|(item, _)| item).collect();
        table.fill(&self.scene, viewer, &items, of_item);
        let numbers = self.scene.world.library.ids.len();
        shared.z.resize_with(self.objective.0.len(), Vec::new);
        for (&(number, _), z) in self.objective.0.iter().zip(&mut shared.z) {
            table.fill_kind(&self.scene, viewer, number, &items, of_item);
            let row = self.model.row(number, is_user);
            z.clear();
            z.resize(numbers, row.bias);
            for n in table.live().filter(|&n| row.weights[n] != 0.0) {
                let values = items.iter().zip(&table.columns[n].values);
                values.for_each(|(&item, value)| z[item as usize] += row.weights[n] * value);
            }
        }
        shared.of = Some((asked.0, asked.1, asked.2, self.objective.clone()));
    }

    /// Fills the table with the features that all kinds share, for learning: whatever their weights are.
    pub fn describe(&self, work: &mut Workspace, to: Recipient, request: &FacetProfile, items: &[u32]) {
        self.describe_with(work, to, request, items, self.families);
    }

    /// The same of some families.
    pub(super) fn describe_with(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[u32],
        families: FamilySet,
    ) {
        work.viewer.prepare(&self.scene, to, request, families.wanted());
        work.table.fill(&self.scene, &work.viewer, items, |n| families.includes(n));
    }

    /// Fills it with the features of one kind, of the same items.
    pub fn describe_kind(&self, work: &mut Workspace, kind: u32, items: &[u32]) {
        work.fill_kind(&self.scene, kind, items, self.families);
    }

    /// Takes the utilities of a few items apart, by Aumann and Shapley: along the straight way from b to z every unit
    /// of a feature is paid the mean slope of the sigmoid (ARCHITECTURE.md, "The mathematics").
    ///
    /// Without `parts` only base and chances are told.
    pub fn explain(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[u32],
        parts: bool,
    ) -> Vec<Attribution> {
        let used = self.used();
        work.viewer.prepare(&self.scene, to, request, used.wanted());
        let Workspace { viewer, table, .. } = work;
        table.fill(&self.scene, viewer, items, |n| used.includes(n));
        let mut explained = vec![Attribution::default(); items.len()];
        // What each feature of each item is paid, features that all kinds share by the unit, others in full.
        let mut pay = vec![vec![0.0; table.columns.len()]; if parts { items.len() } else { 0 }];
        for (number, kind) in (0..).zip(self.scene.world.kinds.iter().map(|(_, kind)| kind)) {
            let worth = self.worth(number);
            if worth == 0.0 && (kind.weight == 0.0 || kind.is_exposure) {
                continue;
            }
            table.fill_kind(&self.scene, viewer, number, items, |n| used.includes(n));
            let row = self.model.row(number, to.is_user);
            for (n, &item) in items.iter().enumerate() {
                let z =
                    table.live().fold(row.bias, |z, column| z + row.weights[column] * table.columns[column].values[n]);
                let worth = if kind.uses_value { worth * self.value(item) } else { worth };
                explained[n].chances.push((number, sigmoid(z)));
                explained[n].base += worth * sigmoid(row.bias);
                if !parts || worth == 0.0 {
                    continue;
                }
                let slope = worth * mean_slope(z, row.bias);
                for ((pay, weight), (feature, column)) in
                    pay[n].iter_mut().zip(&row.weights).zip(table.features().iter().zip(&table.columns))
                {
                    match FAMILIES[feature.family].is_per_kind() {
                        true if column.live => *pay += weight * slope * column.values[n],
                        true => {}
                        false => *pay += weight * slope,
                    }
                }
            }
        }
        if parts {
            for (n, &item) in items.iter().enumerate() {
                explained[n].parts = self.parts(viewer, table, &pay[n], n, item);
            }
        }
        explained
    }

    fn parts(&self, viewer: &PreparedSubject, table: &Table, pay: &[f64], n: usize, item: u32) -> Vec<Contribution> {
        let mut parts = Vec::new();
        for (feature, known) in table.features().iter().enumerate().filter(|(feature, _)| pay[*feature] != 0.0) {
            let family = FAMILIES[known.family];
            if family.is_per_kind() {
                parts.push(Contribution { feature, source: Source::Whole, amount: pay[feature] });
                continue;
            }
            let column = &table.columns[feature];
            if !column.live || column.values[n] == 0.0 {
                continue;
            }
            for (source, value) in family.contributions(&self.scene, viewer, item, known.offset, column.values[n]) {
                parts.push(Contribution { feature, source, amount: pay[feature] * value });
            }
        }
        parts
    }

    /// What one more chance of a kind is worth, before the item's value.
    fn worth(&self, number: u32) -> f64 {
        self.objective.0.iter().find(|(known, _)| *known == number).map_or(0.0, |(_, weight)| *weight)
    }

    pub(super) fn value(&self, item: u32) -> f64 {
        self.scene.world.library.remembered(item).and_then(|entry| entry.item.value).unwrap_or(1.0)
    }

    /// Hears a group and its members on the items. The group itself weighs what `share` says, or else what its model was
    /// fitted to say.
    pub fn aggregator(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[u32],
        aggregation: Aggregation,
        share: Option<GroupWeight>,
    ) -> GroupAggregator {
        let mut utilities = Vec::new();
        self.utilities(work, to, request, items, &mut utilities);
        let share = share.or(self.model.group_weight()).unwrap_or_default();
        let mut aggregator = GroupAggregator::open(aggregation, share.of(self.activity(to.group)), utilities);
        let mut utilities = Vec::new();
        let world = self.scene.world;
        let members = to.group_record(world).map_or(&[][..], |group| &group.member_numbers);
        for &member in members.iter().filter(|&&member| world.is_personalised(member)) {
            self.utilities(work, member_of(to, member), request, items, &mut utilities);
            aggregator.hear(member, &utilities);
        }
        aggregator
    }

    /// What a group did, decayed, in units of the kinds' weights.
    pub fn activity(&self, group: Option<u32>) -> f64 {
        let history = group.and_then(|group| self.scene.memory.history(Subject::Group(group)));
        let Some(history) = history else { return 0.0 };
        let now = self.scene.memory.half_lives().long.place(self.scene.now);
        let with_items = history.touches().iter().filter(|touch| touch.item().is_some());
        with_items.map(|touch| self.scene.world.kinds.of(touch.kind).weight.abs() * touch.long.at(now)).sum()
    }
}

/// A member, addressed within the group.
pub fn member_of(group: Recipient, member: u32) -> Recipient {
    Recipient { is_user: true, user: Some(member), ..group }
}
