//! Features: named numbers about (subject, item, moment), one family a file. 0 means "no data", so that a family
//! without data adds nothing and a decision is always possible.

mod affinity;
mod contemporary;
mod context;
mod ease;
mod fatigue;
mod freshness;
pub mod item_weights;
mod neighbours;
mod rates;
mod repeat;
pub mod subject;
mod terms;
mod trend;
mod visit;

#[cfg(test)]
mod contract;

use std::sync::OnceLock;

use crate::base::error::{Code, Error, Result};
use crate::base::order;
use crate::base::value::{self, Value};

use subject::{FamilyNeeds, PreparedSubject, RankingContext};

/// One feature's values for the requested items.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// One value per item, in the requested order.
    pub values: Vec<f64>,
    /// True if any value may differ from 0; if false, the values are undefined.
    pub live: bool,
}

impl Column {
    /// Resets to `n` zeros.
    fn open(&mut self, n: usize) {
        self.values.clear();
        self.values.resize(n, 0.0);
    }
}

/// Origin of a contribution to a feature's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The feature as a whole.
    Whole,
    /// One facet that the subject and the item share.
    Facet(u32),
    /// One item that the subject liked.
    Item(u32),
}

/// A family of related features.
pub trait Family: Sync {
    /// Returns its name in the configuration and in reasons.
    fn name(&self) -> &'static str;

    /// Returns the names of its features.
    fn features(&self) -> Vec<String>;

    /// Marks the subject state that it reads.
    fn add_needs(&self, needs: &mut FamilyNeeds) {
        let _ = needs;
    }

    /// True if its features depend on item and moment alone, so that all subjects share them.
    fn is_item_only(&self) -> bool {
        false
    }

    /// True if its features differ for each kind of interaction to predict.
    fn is_per_kind(&self) -> bool {
        false
    }

    /// Fills the columns with data for `items` and marks them live. Columns are not live on entry.
    fn fill(&self, context: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let _ = (context, subject, items, columns);
    }

    /// Fills the columns for one kind, if the family's features differ by kind.
    fn fill_kind(
        &self,
        context: &RankingContext,
        subject: &PreparedSubject,
        kind: u32,
        items: &[u32],
        columns: &mut [Column],
    ) {
        let _ = (context, subject, kind, items, columns);
    }

    /// Splits a feature's `value` for an item by source; the contributions sum to the value.
    fn contributions(
        &self,
        context: &RankingContext,
        subject: &PreparedSubject,
        item: u32,
        feature: usize,
        value: f64,
    ) -> Vec<(Source, f64)> {
        let _ = (context, subject, item, feature);
        vec![(Source::Whole, value)]
    }
}

/// All families in the order of their features; families that differ by kind come last.
pub static FAMILIES: [&dyn Family; 17] = [
    &trend::Trend,
    &freshness::Freshness,
    &trend::GroupTrend,
    &affinity::Affinity,
    &neighbours::Neighbours,
    &terms::Terms,
    &fatigue::Fatigue,
    &context::Context,
    &ease::Ease,
    &visit::Visit,
    &contemporary::Contemporary,
    &repeat::Repeat,
    &rates::ItemRates,
    &rates::SubjectRates,
    &rates::ItemRatesByKind,
    &rates::SubjectRatesByKind,
    &rates::MomentRates,
];

/// Families for cases without timestamps; they do not help to predict the next interaction.
const CASE_FAMILIES: [&str; 2] = ["contemporary", "repeat"];

/// Set of enabled families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FamilySet([bool; FAMILIES.len()]);

impl FamilySet {
    /// All families.
    pub const ALL: Self = Self([true; FAMILIES.len()]);

    /// Returns the default of decisions: all but [`CASE_FAMILIES`].
    pub fn usual() -> Self {
        Self::ALL.without(&CASE_FAMILIES)
    }

    /// Adds the families that are only used in cases.
    pub fn with_those_of_cases(self) -> Self {
        let case_families = Self::ALL.that(|n| CASE_FAMILIES.contains(&FAMILIES[n].name()));
        Self(std::array::from_fn(|n| self.0[n] || case_families.0[n]))
    }

    /// Removes the families with these names.
    pub fn without(mut self, names: &[&str]) -> Self {
        let named = self.0.iter_mut().zip(FAMILIES.iter()).filter(|(_, family)| names.contains(&family.name()));
        named.for_each(|(on, _)| *on = false);
        self
    }

    /// Reads a list of family names.
    ///
    /// # Errors
    ///
    /// If it is not a list of names of families.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut families = Self([false; FAMILIES.len()]);
        for (n, name) in value::list(value, path, value::text)?.iter().enumerate() {
            let named = |family: &&dyn Family| family.name() == name;
            if !FAMILIES.iter().any(named) {
                let rule = format!("one of the families {}", Self::ALL.names().join(", "));
                return Err(Error::new(Code::Unknown, &format!("{path}[{n}]"), rule, value::quoted(name)));
            }
            families.0.iter_mut().zip(FAMILIES.iter()).for_each(|(on, family)| *on |= named(family));
        }
        Ok(families)
    }

    /// Keeps the families for whose index in [`FAMILIES`] `holds` is true.
    pub fn that(mut self, holds: impl Fn(usize) -> bool) -> Self {
        self.0.iter_mut().enumerate().for_each(|(n, on)| *on &= holds(n));
        self
    }

    /// True if the n-th of [`FAMILIES`] is enabled.
    pub fn includes(self, n: usize) -> bool {
        self.0[n]
    }

    /// True if any family with one of these names is enabled.
    pub fn include_any(self, names: &[&str]) -> bool {
        FAMILIES.iter().zip(self.0).any(|(family, on)| on && names.contains(&family.name()))
    }

    /// Returns the subject state that the enabled families read.
    pub fn wanted(self) -> FamilyNeeds {
        let mut needs = FamilyNeeds::default();
        FAMILIES.iter().zip(self.0).filter(|(_, on)| *on).for_each(|(family, _)| family.add_needs(&mut needs));
        needs
    }

    /// Returns the names of the enabled families, sorted, each once.
    pub fn names(self) -> Vec<&'static str> {
        let mut names: Vec<_> =
            FAMILIES.iter().zip(self.0).filter(|(_, on)| *on).map(|(family, _)| family.name()).collect();
        order::sort(&mut names);
        names.dedup();
        names
    }
}

/// A feature's name, family and offset.
#[derive(Debug, Clone)]
pub struct Feature {
    /// `trend.6h`, `affinity.tag.long`, …
    pub name: String,
    /// Index of its family in [`FAMILIES`].
    pub family: usize,
    /// Index within its family.
    pub offset: usize,
}

/// Returns all features in order.
pub fn features() -> Vec<Feature> {
    let features_of = |(family, one): (usize, &&dyn Family)| {
        let names = one.features().into_iter().enumerate();
        names.map(move |(offset, name)| Feature { name, family, offset }).collect::<Vec<_>>()
    };
    FAMILIES.iter().enumerate().flat_map(features_of).collect()
}

/// Returns the number of features that all kinds share and of those per kind. Cached: read at every observation.
pub fn counts() -> (usize, usize) {
    static COUNTS: OnceLock<(usize, usize)> = OnceLock::new();
    *COUNTS.get_or_init(|| {
        let of_kind = FAMILIES.iter().filter(|family| family.is_per_kind());
        let own: usize = of_kind.map(|family| family.features().len()).sum();
        (features().len() - own, own)
    })
}

/// Returns the names of all features in order.
pub fn names() -> Vec<String> {
    features().into_iter().map(|feature| feature.name).collect()
}

/// Feature values of some families for some items.
#[derive(Debug, Clone)]
pub struct Table {
    /// One column per feature, in the order of [`features`].
    pub columns: Vec<Column>,
    offsets: Vec<usize>,
    features: Vec<Feature>,
    /// Index of the first family that differs by kind.
    first_per_kind: usize,
    /// Live columns: first those that all kinds share, then those of the kind filled last.
    live: Vec<usize>,
    live_shared: usize,
}

impl Default for Table {
    fn default() -> Self {
        let mut offsets = vec![0];
        offsets.extend(FAMILIES.iter().scan(0, |sum, family| {
            *sum += family.features().len();
            Some(*sum)
        }));
        let features = features();
        let first_per_kind = FAMILIES.iter().position(|family| family.is_per_kind()).unwrap_or(FAMILIES.len());
        let columns = vec![Column::default(); features.len()];
        Self { columns, offsets, features, first_per_kind, live: Vec::new(), live_shared: 0 }
    }
}

impl Table {
    /// Returns the features of the columns.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// Iterates over the live columns, ascending; the others are 0.
    pub fn live(&self) -> impl Iterator<Item = usize> {
        self.live.iter().copied()
    }

    /// Fills the columns that all kinds share, for the families for which `wanted` is true; no other column is live.
    pub fn fill(
        &mut self,
        context: &RankingContext,
        subject: &PreparedSubject,
        items: &[u32],
        wanted: impl Fn(usize) -> bool,
    ) {
        self.columns.iter_mut().for_each(|column| column.live = false);
        self.live.clear();
        for n in (0..self.first_per_kind).filter(|n| wanted(*n)) {
            FAMILIES[n].fill(context, subject, items, self.columns_of(n));
            self.add_live(n);
        }
        self.live_shared = self.live.len();
    }

    /// Fills the columns of one kind, replacing those of another; columns of families not wanted are not live since
    /// [`Self::fill`].
    pub fn fill_kind(
        &mut self,
        context: &RankingContext,
        subject: &PreparedSubject,
        kind: u32,
        items: &[u32],
        wanted: impl Fn(usize) -> bool,
    ) {
        self.live.truncate(self.live_shared);
        for n in (self.first_per_kind..FAMILIES.len()).filter(|n| wanted(*n)) {
            let columns = self.columns_of(n);
            columns.iter_mut().for_each(|column| column.live = false);
            FAMILIES[n].fill_kind(context, subject, kind, items, columns);
            self.add_live(n);
        }
    }

    /// Returns the columns of the n-th family.
    fn columns_of(&mut self, n: usize) -> &mut [Column] {
        &mut self.columns[self.offsets[n]..self.offsets[n + 1]]
    }

    /// Appends the live columns of the n-th family to the list.
    fn add_live(&mut self, n: usize) {
        let Self { columns, offsets, live, .. } = self;
        live.extend((offsets[n]..offsets[n + 1]).filter(|&column| columns[column].live));
    }
}
