//! Baselines: newest, trending, most popular, and neighbours by co-occurrence.

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::time::{DecayedSum, HOUR, HalfLife, Time};
use crate::memory::co_occurrence::CoOccurrence;
use crate::memory::history::{History, InteractionStats};
use crate::memory::{Memory, Subject};
use crate::world::World;
use crate::world::kind::Kinds;

/// Trend baselines: name and half-life.
pub const TRENDS: [(&str, HalfLife); 7] = [
    ("trend 1h", HalfLife::of(HOUR)),
    ("trend 3h", HalfLife::of(3 * HOUR)),
    ("trend 6h", HalfLife::of(6 * HOUR)),
    ("trend 12h", HalfLife::of(12 * HOUR)),
    ("trend 24h", HalfLife::of(24 * HOUR)),
    ("trend 48h", HalfLife::of(48 * HOUR)),
    ("trend 7d", HalfLife::of(7 * 24 * HOUR)),
];

/// Decayed and total interactions with one item; every interaction weighs 1, independently of its kind.
#[derive(Debug, Clone, Copy, Default)]
struct BaselineDemand {
    count: u32,
    sums: [DecayedSum; TRENDS.len()],
}

/// The baselines of a replay, updated as it goes on.
#[derive(Debug, Default)]
pub struct Baselines {
    demand: Vec<BaselineDemand>,
    neighbour_scores: Vec<f64>,
}

/// The state that baselines score by.
#[derive(Debug, Clone, Copy)]
pub struct BaselineQuery<'a> {
    /// The world.
    pub world: &'a World,
    /// Co-occurrence of likes.
    pub neighbours: &'a CoOccurrence,
    /// History of the user.
    pub history: Option<&'a History>,
    /// Time of the prediction, ms.
    pub now: Time,
}

impl Baselines {
    /// Returns the names of the baselines, in the order of [`Self::scores`].
    pub fn names() -> Vec<&'static str> {
        let trends = TRENDS.iter().map(|(name, _)| *name);
        ["newest"].into_iter().chain(trends).chain(["popular", "neighbours"]).collect()
    }

    /// Counts an interaction.
    pub fn learn(&mut self, item: ItemIndex, at: Time) {
        if self.demand.len() <= item.as_usize() {
            self.demand.resize(item.as_usize() + 1, BaselineDemand::default());
        }
        let demand = &mut self.demand[item.as_usize()];
        demand.count += 1;
        demand.sums.iter_mut().zip(TRENDS).for_each(|(sum, (_, half_life))| sum.add(half_life.point(at), 1.0));
    }

    /// True if anyone interacted with the item.
    pub fn has_interactions(&self, item: ItemIndex) -> bool {
        self.demand.get(item.as_usize()).is_some_and(|demand| demand.count > 0)
    }

    /// Calls `receive` with each baseline's index and scores of the items.
    pub fn scores(&mut self, query: &BaselineQuery, items: &[ItemIndex], mut receive: impl FnMut(usize, &[f64])) {
        let published =
            |item: ItemIndex| query.world.library.known_entry(item).and_then(|entry| entry.item.published_at);
        let mut scores: Vec<f64> = Vec::with_capacity(items.len());
        let mut score = |number: usize, of: &mut dyn FnMut(ItemIndex) -> f64| {
            scores.clear();
            scores.extend(items.iter().map(|&item| of(item)));
            receive(number, &scores);
        };
        score(0, &mut |item| published(item).map_or(f64::NEG_INFINITY, |at| at as f64));
        for (n, (_, half_life)) in TRENDS.iter().enumerate() {
            let now = half_life.point(query.now);
            score(1 + n, &mut |item| self.demand.get(item.as_usize()).map_or(0.0, |demand| demand.sums[n].at(now)));
        }
        score(1 + TRENDS.len(), &mut |item| {
            self.demand.get(item.as_usize()).map_or(0.0, |demand| f64::from(demand.count))
        });
        neighbour_scores(query.neighbours, query.history, query.world, &mut self.neighbour_scores);
        score(2 + TRENDS.len(), &mut |item| self.neighbour_scores[item.as_usize()]);
    }
}

/// Writes, by item index, the sum of similarities to all items the history likes.
pub fn neighbour_scores(neighbours: &CoOccurrence, history: Option<&History>, world: &World, scores: &mut Vec<f64>) {
    scores.clear();
    scores.resize(world.library.ids.len(), 0.0);
    for liked in history.into_iter().flat_map(|history| history.liked(&world.kinds)) {
        neighbours.of(liked).for_each(|other| scores[other.item.as_usize()] += other.similarity);
    }
}

/// Returns the number of items a subject interacted with.
pub fn count_items(memory: &Memory, subject: Subject, kinds: &Kinds) -> usize {
    let interacted = |stats: &[InteractionStats]| stats.iter().any(|stats| is_interaction(stats.kind, kinds));
    let history = memory.history(subject);
    history.map_or(0, |history| history.by_item().filter(|(_, stats)| interacted(stats)).count())
}

/// True unless the kind is an exposure.
pub fn is_interaction(kind: KindIndex, kinds: &Kinds) -> bool {
    !kinds.of(kind).is_exposure
}
