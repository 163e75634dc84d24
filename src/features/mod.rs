//! Features: named numbers about (viewer, item, now), one family a file. 0 means "knows nothing", so that a family
//! without knowledge adds nothing and a decision is always possible.

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

/// One feature's values over the items asked for.
#[derive(Debug, Clone, Default)]
pub struct Column {
    /// One value an item, in the order asked.
    pub values: Vec<f64>,
    /// Whether any may differ from 0; the values mean nothing otherwise.
    pub live: bool,
}

impl Column {
    /// All zero, for `n` items.
    fn open(&mut self, n: usize) {
        self.values.clear();
        self.values.resize(n, 0.0);
    }
}

/// What a part of a feature's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// The feature as a whole.
    Whole,
    /// One facet the viewer and the item share.
    Facet(u32),
    /// One item the viewer liked.
    Item(u32),
}

/// A family of features that know the same sort of thing.
pub trait Family: Sync {
    /// Its name, as the configuration and reasons say it.
    fn name(&self) -> &'static str;

    /// The names of its features.
    fn features(&self) -> Vec<String>;

    /// Marks what it needs to know of a viewer.
    fn wants(&self, wanted: &mut FamilyNeeds) {
        let _ = wanted;
    }

    /// Whether its features depend on the item and the moment alone, so that all viewers share them.
    fn of_item_alone(&self) -> bool {
        false
    }

    /// Whether its features are others for each kind of interaction that is to be foretold.
    fn of_kind(&self) -> bool {
        false
    }

    /// Opens and writes the columns of the features that know something of `items`, and marks them live. They come dead.
    fn fill(&self, scene: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let _ = (scene, viewer, items, columns);
    }

    /// The same for one kind, of a family whose features are others for each.
    fn fill_of_kind(
        &self,
        scene: &RankingContext,
        viewer: &PreparedSubject,
        kind: u32,
        items: &[u32],
        columns: &mut [Column],
    ) {
        let _ = (scene, viewer, kind, items, columns);
    }

    /// Parts a feature's `value` for an item by what it comes from; the parts sum to the value.
    fn parts(
        &self,
        scene: &RankingContext,
        viewer: &PreparedSubject,
        item: u32,
        feature: usize,
        value: f64,
    ) -> Vec<(Source, f64)> {
        let _ = (scene, viewer, item, feature);
        vec![(Source::Whole, value)]
    }
}

/// All families, in the order in which their features are numbered: those of single kinds come last.
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
    &rates::OfItem,
    &rates::OfViewer,
    &rates::OfItemByKind,
    &rates::OfViewerByKind,
    &rates::OfMoment,
];

/// The families that tell what somebody may have done at a time nobody knows, and say nothing of what comes next.
const OF_CASES: [&str; 2] = ["contemporary", "repeat"];

/// Which families take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FamilySet([bool; FAMILIES.len()]);

impl FamilySet {
    /// All of them.
    pub const ALL: Self = Self([true; FAMILIES.len()]);

    /// Those that take part in decisions unless others are asked for: all but [`OF_CASES`].
    pub fn usual() -> Self {
        Self::ALL.without(&OF_CASES)
    }

    /// These and the families that only speak in cases.
    pub fn with_those_of_cases(self) -> Self {
        let of_cases = Self::ALL.that(|n| OF_CASES.contains(&FAMILIES[n].name()));
        Self(std::array::from_fn(|n| self.0[n] || of_cases.0[n]))
    }

    /// These without the families of some names.
    pub fn without(mut self, names: &[&str]) -> Self {
        let named = self.0.iter_mut().zip(FAMILIES.iter()).filter(|(_, family)| names.contains(&family.name()));
        named.for_each(|(on, _)| *on = false);
        self
    }

    /// Reads a list of their names.
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

    /// These, as far as `holds` holds for their places in [`FAMILIES`].
    pub fn that(mut self, holds: impl Fn(usize) -> bool) -> Self {
        self.0.iter_mut().enumerate().for_each(|(n, on)| *on &= holds(n));
        self
    }

    /// Whether the n-th of [`FAMILIES`] takes part.
    pub fn includes(self, n: usize) -> bool {
        self.0[n]
    }

    /// Whether any family of these names takes part.
    pub fn include_any(self, names: &[&str]) -> bool {
        FAMILIES.iter().zip(self.0).any(|(family, on)| on && names.contains(&family.name()))
    }

    /// What they need to know of a viewer.
    pub fn wanted(self) -> FamilyNeeds {
        let mut wanted = FamilyNeeds::default();
        FAMILIES.iter().zip(self.0).filter(|(_, on)| *on).for_each(|(family, _)| family.wants(&mut wanted));
        wanted
    }

    /// The names of those that take part, each once.
    pub fn names(self) -> Vec<&'static str> {
        let mut names: Vec<_> =
            FAMILIES.iter().zip(self.0).filter(|(_, on)| *on).map(|(family, _)| family.name()).collect();
        order::sort(&mut names);
        names.dedup();
        names
    }
}

/// A feature: its name, and which feature of which family it is.
#[derive(Debug, Clone)]
pub struct Feature {
    /// `trend.6h`, `affinity.tag.long`, …
    pub name: String,
    /// Its family's place in [`FAMILIES`].
    pub family: usize,
    /// Its place within the family.
    pub place: usize,
}

/// All features in their order.
pub fn features() -> Vec<Feature> {
    let of = |(family, one): (usize, &&dyn Family)| {
        let names = one.features().into_iter().enumerate();
        names.map(move |(place, name)| Feature { name, family, place }).collect::<Vec<_>>()
    };
    FAMILIES.iter().enumerate().flat_map(of).collect()
}

/// How many features all kinds share, and how many of its own each kind has. Asked at every observation, counted once.
pub fn counts() -> (usize, usize) {
    static COUNTS: OnceLock<(usize, usize)> = OnceLock::new();
    *COUNTS.get_or_init(|| {
        let of_kind = FAMILIES.iter().filter(|family| family.of_kind());
        let own: usize = of_kind.map(|family| family.features().len()).sum();
        (features().len() - own, own)
    })
}

/// The names of all features in their order.
pub fn names() -> Vec<String> {
    features().into_iter().map(|feature| feature.name).collect()
}

/// The features of some families for some items.
#[derive(Debug, Clone)]
pub struct Table {
    /// One column a feature, in the order of [`features`].
    pub columns: Vec<Column>,
    offsets: Vec<usize>,
    features: Vec<Feature>,
    /// The first family of single kinds, which all come last.
    first_of_kind: usize,
    /// The live columns, those of the kind filled last behind those that all kinds share.
    live: Vec<usize>,
    live_of_all: usize,
}

impl Default for Table {
    fn default() -> Self {
        let mut offsets = vec![0];
        offsets.extend(FAMILIES.iter().scan(0, |sum, family| {
            *sum += family.features().len();
            Some(*sum)
        }));
        let features = features();
        let first_of_kind = FAMILIES.iter().position(|family| family.of_kind()).unwrap_or(FAMILIES.len());
        let columns = vec![Column::default(); features.len()];
        Self { columns, offsets, features, first_of_kind, live: Vec::new(), live_of_all: 0 }
    }
}

impl Table {
    /// What the columns are.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// The live columns, ascending: what the others would add is 0.
    pub fn live(&self) -> impl Iterator<Item = usize> {
        self.live.iter().copied()
    }

    /// Fills the columns that all kinds share, of the families for which `wanted` holds, and leaves all others dead.
    pub fn fill(
        &mut self,
        scene: &RankingContext,
        viewer: &PreparedSubject,
        items: &[u32],
        wanted: impl Fn(usize) -> bool,
    ) {
        self.columns.iter_mut().for_each(|column| column.live = false);
        self.live.clear();
        for n in (0..self.first_of_kind).filter(|n| wanted(*n)) {
            FAMILIES[n].fill(scene, viewer, items, self.family(n));
            self.note(n);
        }
        self.live_of_all = self.live.len();
    }

    /// Fills the columns of one kind, in the place of those of another; those of families not wanted are dead since
    /// [`Self::fill`].
    pub fn fill_of_kind(
        &mut self,
        scene: &RankingContext,
        viewer: &PreparedSubject,
        kind: u32,
        items: &[u32],
        wanted: impl Fn(usize) -> bool,
    ) {
        self.live.truncate(self.live_of_all);
        for n in (self.first_of_kind..FAMILIES.len()).filter(|n| wanted(*n)) {
            let columns = self.family(n);
            columns.iter_mut().for_each(|column| column.live = false);
            FAMILIES[n].fill_of_kind(scene, viewer, kind, items, columns);
            self.note(n);
        }
    }

    /// The columns of the n-th family.
    fn family(&mut self, n: usize) -> &mut [Column] {
        &mut self.columns[self.offsets[n]..self.offsets[n + 1]]
    }

    /// Takes note of the live ones among them.
    fn note(&mut self, n: usize) {
        let Self { columns, offsets, live, .. } = self;
        live.extend((offsets[n]..offsets[n + 1]).filter(|&column| columns[column].live));
    }
}
