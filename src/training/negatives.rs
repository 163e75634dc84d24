//! Negative sampling: items that a subject could have chosen, drawn uniformly and by demand, with the logQ correction
//! of each.

use std::collections::VecDeque;

use crate::base::index::ItemIndex;
use crate::base::order;
use crate::base::random::Random;
use crate::base::time::{FARTHEST, Time};
use crate::memory::history::History;
use crate::world::World;
use crate::world::kind::Kinds;

use super::choice_set::ChoiceSet;

/// Negatives per choice: 16 drawn uniformly from published items, 16 from the last [`IN_DEMAND`] positive interactions.
/// Uniform draws alone would rarely be hard negatives.
const DRAWN: usize = 16;

/// Negatives per choice without a timestamp, drawn uniformly from all items.
const DRAWN_FOR_CASES: usize = 50;

/// Number of latest positive interactions that popular negatives are drawn from.
const IN_DEMAND: usize = 500;

/// Draws negatives from the library and from recent demand.
#[derive(Debug)]
pub struct NegativeSampler {
    /// The library by time of publication; items without one come first.
    published: Vec<(Time, ItemIndex)>,
    in_demand: VecDeque<ItemIndex>,
    /// Number of times each item occurs in `in_demand`.
    demand: Vec<u32>,
    random: Random,
}

impl NegativeSampler {
    /// Creates a sampler of the library of a world, without demand.
    pub fn new(world: &World, seed: u64) -> Self {
        let of_entry = |(item, entry): (ItemIndex, &crate::world::library::Entry)| {
            (entry.item.published_at.unwrap_or(-FARTHEST), item)
        };
        let mut published: Vec<(Time, ItemIndex)> = world.library.iter().map(of_entry).collect();
        let ids = &world.library.ids;
        order::sort_by(&mut published, |a, b| a.0.cmp(&b.0).then_with(|| ids.name(a.1).cmp(ids.name(b.1))));
        Self { published, in_demand: VecDeque::new(), demand: Vec::new(), random: Random::new(seed) }
    }

    /// Number of items in the library.
    pub fn published(&self) -> usize {
        self.published.len()
    }

    /// Number of items published at `at` or before.
    pub fn published_by(&self, at: Time) -> usize {
        self.published.partition_point(|(published, _)| *published <= at)
    }

    /// Adds negatives drawn from the items that the subject had not interacted with.
    pub fn draw(&mut self, choice: &mut ChoiceSet, history: Option<&History>, kinds: &Kinds) {
        let count = self.published_by(choice.at);
        let chosen = choice.items[0];
        let of_demand = if self.in_demand.is_empty() { 0 } else { DRAWN };
        for n in 0..DRAWN.min(count) + of_demand {
            let item = match n < of_demand {
                true => self.in_demand[self.random.below(self.in_demand.len())],
                false => self.published[self.random.below(count)].1,
            };
            if item == chosen || history.is_some_and(|history| history.has_interacted(item, kinds)) {
                continue;
            }
            let in_demand = self.demand.get(item.as_usize()).copied().unwrap_or(0);
            let expected = DRAWN as f64 / count.max(DRAWN) as f64
                + of_demand as f64 * f64::from(in_demand) / self.in_demand.len().max(1) as f64;
            choice.items.push(item);
            choice.offsets.push(-libm::log(expected));
        }
    }

    /// Adds negatives drawn from the whole library, to a choice without a known time.
    pub fn draw_timeless(&mut self, choice: &mut ChoiceSet) {
        let (count, chosen) = (self.published.len(), choice.items[0]);
        let offset = libm::log(count.max(1) as f64 / DRAWN_FOR_CASES as f64);
        for _ in 0..DRAWN_FOR_CASES {
            let item = self.published[self.random.below(count)].1;
            if item != chosen {
                choice.items.push(item);
                choice.offsets.push(offset);
            }
        }
    }

    /// Records a positive interaction with an item as demand.
    pub fn record_demand(&mut self, item: ItemIndex) {
        self.in_demand.push_back(item);
        if self.demand.len() <= item.as_usize() {
            self.demand.resize(item.as_usize() + 1, 0);
        }
        self.demand[item.as_usize()] += 1;
        if self.in_demand.len() > IN_DEMAND {
            let oldest = self.in_demand.pop_front().expect("there are more than none");
            self.demand[oldest.as_usize()] -= 1;
        }
    }
}
