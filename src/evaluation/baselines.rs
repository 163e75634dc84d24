//! What one would use without us: the newest, what is in demand, what always was, and what those who liked the same
//! liked too.

use crate::base::time::{DecayedSum, HOUR, HalfLife, Time};
use crate::memory::co_occurrence::CoOccurrence;
use crate::memory::history::{History, InteractionStats};
use crate::memory::{Memory, Subject};
use crate::world::World;
use crate::world::kind::Kinds;

/// The half-lives of demand that are tried, with the baselines' names.
pub const TRENDS: [(&str, HalfLife); 7] = [
    ("trend 1h", HalfLife::of(HOUR)),
    ("trend 3h", HalfLife::of(3 * HOUR)),
    ("trend 6h", HalfLife::of(6 * HOUR)),
    ("trend 12h", HalfLife::of(12 * HOUR)),
    ("trend 24h", HalfLife::of(24 * HOUR)),
    ("trend 48h", HalfLife::of(48 * HOUR)),
    ("trend 7d", HalfLife::of(7 * 24 * HOUR)),
];

/// Demand for one item: every touch weighs 1, whatever its kind.
#[derive(Debug, Clone, Copy, Default)]
struct BaselineDemand {
    count: u32,
    sums: [DecayedSum; TRENDS.len()],
}

/// The baselines of a replay, which learn as it goes on.
#[derive(Debug, Default)]
pub struct Baselines {
    demand: Vec<BaselineDemand>,
    near: Vec<f64>,
}

/// Who asks, when, and what there is to know.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The library.
    pub world: &'a World,
    /// Which items are liked by the same subjects.
    pub neighbours: &'a CoOccurrence,
    /// What the one asking did.
    pub history: Option<&'a History>,
    /// When.
    pub now: Time,
}

impl Baselines {
    /// Their names, in the order of [`Self::scores`].
    pub fn names() -> Vec<&'static str> {
        let trends = TRENDS.iter().map(|(name, _)| *name);
        ["newest"].into_iter().chain(trends).chain(["popular", "neighbours"]).collect()
    }

    /// Counts a touch.
    pub fn learn(&mut self, item: u32, at: Time) {
        if self.demand.len() <= item as usize {
            self.demand.resize(item as usize + 1, BaselineDemand::default());
        }
        let demand = &mut self.demand[item as usize];
        demand.count += 1;
        demand.sums.iter_mut().zip(TRENDS).for_each(|(sum, (_, half_life))| sum.add(half_life.place(at), 1.0));
    }

    /// Whether anybody touched an item.
    pub fn knows(&self, item: u32) -> bool {
        self.demand.get(item as usize).is_some_and(|demand| demand.count > 0)
    }

    /// Calls `judge` with each baseline's scores of the items.
    pub fn scores(&mut self, asked: &Asked, items: &[u32], mut judge: impl FnMut(usize, &[f64])) {
        let published = |item: u32| asked.world.library.remembered(item).and_then(|entry| entry.item.published_at);
        let mut scores: Vec<f64> = Vec::with_capacity(items.len());
        let mut score = |number: usize, of: &mut dyn FnMut(u32) -> f64| {
            scores.clear();
            scores.extend(items.iter().map(|&item| of(item)));
            judge(number, &scores);
        };
        score(0, &mut |item| published(item).map_or(f64::NEG_INFINITY, |at| at as f64));
        for (n, (_, half_life)) in TRENDS.iter().enumerate() {
            let now = half_life.place(asked.now);
            score(1 + n, &mut |item| self.demand.get(item as usize).map_or(0.0, |demand| demand.sums[n].at(now)));
        }
        score(1 + TRENDS.len(), &mut |item| {
            self.demand.get(item as usize).map_or(0.0, |demand| f64::from(demand.count))
        });
        near(asked.neighbours, asked.history, asked.world, &mut self.near);
        score(2 + TRENDS.len(), &mut |item| self.near[item as usize]);
    }
}

/// The sum of each item's similarities to all that was liked, by item number.
pub fn near(neighbours: &CoOccurrence, history: Option<&History>, world: &World, near: &mut Vec<f64>) {
    near.clear();
    near.resize(world.library.ids.len(), 0.0);
    for liked in history.into_iter().flat_map(|history| history.liked(&world.kinds)) {
        neighbours.of(liked).for_each(|other| near[other.item as usize] += other.similarity);
    }
}

/// How many items a subject did something with.
pub fn items_touched(memory: &Memory, subject: Subject, kinds: &Kinds) -> usize {
    let touched = |touches: &[InteractionStats]| touches.iter().any(|touch| is_touch(touch.kind, kinds));
    let history = memory.history(subject);
    history.map_or(0, |history| history.by_item().filter(|(_, touches)| touched(touches)).count())
}

/// Whether a kind is something that was done with an item, and not a mere showing of it.
pub fn is_touch(kind: u32, kinds: &Kinds) -> bool {
    !kinds.of(kind).is_exposure
}
