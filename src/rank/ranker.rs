//! The ranker: utilities of many items for one viewer, quickly; and of a few, with every part explained.

use nextpick_kernel as kernel;

use crate::memory::Subject;
use crate::number::{mean_slope, sigmoid};
use crate::time::Time;
use crate::world::addressee::Addressee;
use crate::world::facet::Profile;
use crate::world::kind::Kind;
use crate::world::subject::Aggregation;

use super::aggregate::Council;
use super::chance::Model;
use super::feature::{FAMILIES, Families, Source, Table};
use super::objective::Objective;
use super::viewer::{Scene, Viewer};

/// Everything that turns a viewer and items into utilities.
#[derive(Debug, Clone, Copy)]
pub struct Ranker<'a> {
    /// The moment and all one may look at.
    pub scene: Scene<'a>,
    /// Chances per kind.
    pub model: &'a Model,
    /// What chances are worth.
    pub objective: &'a Objective,
    /// The families that take part.
    pub families: Families,
}

/// However much a group has done, its members keep a say.
const LOUDEST: f64 = 0.95;

/// Memory that is used again from call to call, and what all viewers of one moment share.
#[derive(Debug, Default)]
pub struct Workspace {
    viewer: Viewer,
    table: Table,
    shared: Shared,
    z: Vec<f64>,
}

/// For each kind of the objective, by item number: bias plus what the features of the item alone add.
#[derive(Debug, Default)]
struct Shared {
    of: Option<(u64, Time, Families, Objective)>,
    z: Vec<Vec<f64>>,
}

/// A utility taken apart: base and parts sum to it.
#[derive(Debug, Clone, Default)]
pub struct Explained {
    /// What knowing nothing is worth: Σ o·c·σ(b).
    pub base: f64,
    /// What each feature adds, by what it comes from.
    pub parts: Vec<Part>,
    /// Chances by kind number.
    pub chances: Vec<(u32, f64)>,
}

/// What one feature, by one source, adds to a utility.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// The feature's place in the table.
    pub feature: usize,
    /// What it comes from.
    pub source: Source,
    /// How much it adds.
    pub amount: f64,
}

impl Ranker<'_> {
    /// Writes the utility of each item for one viewer into `utilities`.
    pub fn utilities(
        &self,
        work: &mut Workspace,
        to: Addressee,
        request: &Profile,
        items: &[u32],
        utilities: &mut Vec<f64>,
    ) {
        work.viewer.look(&self.scene, to, request, self.families.wanted());
        self.share(work);
        let Workspace { viewer, table, shared, z } = work;
        table.fill(&self.scene, viewer, items, |n| self.families.includes(n) && !FAMILIES[n].of_item_alone());
        utilities.clear();
        utilities.resize(items.len(), 0.0);
        for (&(number, worth), shared) in self.objective.0.iter().zip(&shared.z) {
            z.clear();
            z.extend(items.iter().map(|&item| shared[item as usize]));
            for (column, &weight) in table.columns.iter().zip(&self.model.row(number).weights) {
                if column.live && weight != 0.0 {
                    kernel::add_scaled(z, &column.values, weight);
                }
            }
            if self.scene.world.kinds.of(number).uses_value {
                let valued = utilities.iter_mut().zip(z.iter()).zip(items);
                valued.for_each(|((utility, &z), &item)| *utility += worth * self.value(item) * sigmoid(z));
            } else {
                kernel::add_chances(utilities, z, worth);
            }
        }
    }

    /// Brings up to date what all viewers of this moment share.
    fn share(&self, work: &mut Workspace) {
        let asked = (self.scene.revision, self.scene.now, self.families);
        if work.shared.of.as_ref().is_some_and(|(r, t, f, o)| (*r, *t, *f) == asked && o == self.objective) {
            return;
        }
        let items: Vec<u32> = self.scene.world.library.iter().map(|(item, _)| item).collect();
        let Workspace { viewer, table, shared, .. } = work;
        table.fill(&self.scene, viewer, &items, |n| self.families.includes(n) && FAMILIES[n].of_item_alone());
        let numbers = self.scene.world.library.ids.len();
        shared.z.resize_with(self.objective.0.len(), Vec::new);
        for (&(number, _), z) in self.objective.0.iter().zip(&mut shared.z) {
            let row = self.model.row(number);
            z.clear();
            z.resize(numbers, row.bias);
            for (column, &weight) in table.columns.iter().zip(&row.weights) {
                if column.live && weight != 0.0 {
                    items.iter().zip(&column.values).for_each(|(&item, value)| z[item as usize] += weight * value);
                }
            }
        }
        shared.of = Some((asked.0, asked.1, asked.2, self.objective.clone()));
    }

    /// Takes the utilities of a few items apart, by Aumann and Shapley: along the straight way from b to z every unit
    /// of a feature is paid the mean slope of the sigmoid (ARCHITECTURE.md, "The mathematics").
    ///
    /// Without `parts` only base and chances are told.
    pub fn explain(
        &self,
        work: &mut Workspace,
        to: Addressee,
        request: &Profile,
        items: &[u32],
        parts: bool,
    ) -> Vec<Explained> {
        work.viewer.look(&self.scene, to, request, self.families.wanted());
        let Workspace { viewer, table, .. } = work;
        table.fill(&self.scene, viewer, items, |n| self.families.includes(n));
        let mut explained = Vec::with_capacity(items.len());
        for (n, &item) in items.iter().enumerate() {
            let (mut one, pay) = self.price(table, n, item);
            if parts {
                one.parts = self.parts(viewer, table, &pay, n, item);
            }
            explained.push(one);
        }
        explained
    }

    /// Base and chances of the n-th item, and what a unit of each feature is paid.
    fn price(&self, table: &Table, n: usize, item: u32) -> (Explained, Vec<f64>) {
        let mut explained = Explained::default();
        let mut pay = vec![0.0; table.columns.len()];
        for (number, kind) in (0..).zip(self.scene.world.kinds.iter().map(|(_, kind)| kind)) {
            let worth = self.worth(number, kind, item);
            if worth == 0.0 && (kind.weight == 0.0 || kind.is_exposure) {
                continue;
            }
            let row = self.model.row(number);
            let live = table.columns.iter().zip(&row.weights).filter(|(column, _)| column.live);
            let z = live.fold(row.bias, |z, (column, weight)| z + weight * column.values[n]);
            explained.chances.push((number, sigmoid(z)));
            explained.base += worth * sigmoid(row.bias);
            let slope = worth * mean_slope(z, row.bias);
            pay.iter_mut().zip(&row.weights).for_each(|(pay, weight)| *pay += weight * slope);
        }
        (explained, pay)
    }

    fn parts(&self, viewer: &Viewer, table: &Table, pay: &[f64], n: usize, item: u32) -> Vec<Part> {
        let mut parts = Vec::new();
        for (feature, known) in table.features().iter().enumerate() {
            let column = &table.columns[feature];
            if !column.live || column.values[n] == 0.0 || pay[feature] == 0.0 {
                continue;
            }
            let family = FAMILIES[known.family];
            for (source, value) in family.parts(&self.scene, viewer, item, known.place, column.values[n]) {
                parts.push(Part { feature, source, amount: pay[feature] * value });
            }
        }
        parts
    }

    /// What one more chance of a kind is worth with an item.
    fn worth(&self, number: u32, kind: Kind, item: u32) -> f64 {
        let weight = self.objective.0.iter().find(|(known, _)| *known == number).map_or(0.0, |(_, weight)| *weight);
        if kind.uses_value { weight * self.value(item) } else { weight }
    }

    fn value(&self, item: u32) -> f64 {
        self.scene.world.library.remembered(item).and_then(|entry| entry.item.value).unwrap_or(1.0)
    }

    /// Hears a group and its members on the items.
    ///
    /// The group itself weighs [`LOUDEST`] · m / (m + `half_at`), m being what it did, decayed, in units of the kinds'
    /// weights.
    pub fn council(
        &self,
        work: &mut Workspace,
        to: Addressee,
        request: &Profile,
        items: &[u32],
        aggregation: Aggregation,
        half_at: f64,
    ) -> Council {
        let mut utilities = Vec::new();
        self.utilities(work, to, request, items, &mut utilities);
        let mass = to.group.map_or(0.0, |group| self.mass(Subject::Group(group)));
        let own_share = LOUDEST * mass / (mass + half_at);
        let mut council = Council::open(aggregation, own_share, utilities);
        let mut utilities = Vec::new();
        for &member in to.group_record(self.scene.world).map_or(&[][..], |group| &group.member_numbers) {
            self.utilities(work, member_of(to, member), request, items, &mut utilities);
            council.hear(member, &utilities);
        }
        council
    }

    fn mass(&self, subject: Subject) -> f64 {
        let Some(history) = self.scene.memory.history(subject) else { return 0.0 };
        let now = self.scene.memory.half_lives().long.place(self.scene.now);
        let with_items = history.touches().iter().filter(|touch| touch.item().is_some());
        with_items.map(|touch| self.scene.world.kinds.of(touch.kind).weight.abs() * touch.long.at(now)).sum()
    }
}

/// A member, addressed within the group.
pub fn member_of(group: Addressee, member: u32) -> Addressee {
    Addressee { is_user: true, user: Some(member), ..group }
}
