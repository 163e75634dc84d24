//! Times of the subject's interactions, and the age of the items at these times.

use crate::base::number::ln_1p;
use crate::base::order;
use crate::base::time::{DAY, HOUR, HalfLife, Time};
use crate::memory::history::History;
use crate::memory::trend::{DecayPoints, ItemDemand, places};
use crate::world::kind::Kinds;

use super::{RankingContext, StateVersion};

/// Half-lives of the distance between publication and interaction, with names.
pub const HALF_LIVES: [(&str, HalfLife); 3] =
    [("1d", HalfLife::of(DAY)), ("7d", HalfLife::of(7 * DAY)), ("30d", HalfLife::of(30 * DAY))];

/// Interactions of usual age added before averaging the habit: shrinks the habit of short histories.
const PRIOR_INTERACTIONS: f64 = 5.0;

/// Times of the subject's interactions, age habit and current demand.
#[derive(Debug, Clone, Default)]
pub struct Visits {
    /// Number of items interacted with, exposures aside.
    pub items: usize,
    /// Time of the last interaction, exposures aside.
    pub last: Option<Time>,
    /// Mean of ln(1 + item age in hours) at interaction minus [`Self::USUAL_AGE`]; 0 without a history.
    pub habit: f64,
    /// ln(1 + 3·demand of the last hour) by item index, equal for all subjects of one moment.
    pub demand: Vec<f64>,
    demand_at: Option<(StateVersion, Time)>,
    /// Last interaction with each item, ascending once accumulated.
    times: Vec<Time>,
    /// Per half-life and time: sums of decay factors of all times up to it, and of all after it.
    decayed: [Vec<(f64, f64)>; HALF_LIVES.len()],
}

impl Visits {
    /// Usual item age: ln(1 + hours) of about a week.
    const USUAL_AGE: f64 = 5.0;

    pub(super) fn prepare(&mut self, context: &RankingContext, history: Option<&History>, times: bool) {
        (self.items, self.last, self.habit) = (0, None, 0.0);
        self.times.clear();
        let kinds = &context.world.kinds;
        let (mut ages, mut activity) = (0.0, 0.0);
        for (item, item_stats) in history.into_iter().flat_map(History::by_item) {
            let Some(at) =
                item_stats.iter().filter(|kind_stats| !kinds.of(kind_stats.kind).is_exposure).map(|t| t.last).max()
            else {
                continue;
            };
            self.items += 1;
            self.last = self.last.max(Some(at));
            let published = context.world.library.remembered(item).and_then(|entry| entry.item.published_at);
            if let Some(published) = published {
                ages += log_age(published, at) - Self::USUAL_AGE;
                activity += 1.0;
            }
            self.times.push(at);
        }
        self.habit = ages / (activity + PRIOR_INTERACTIONS);
        if times {
            self.accumulate();
        }
        if self.demand_at != Some((context.version, context.now)) {
            self.update_demand(context);
        }
    }

    fn update_demand(&mut self, context: &RankingContext) {
        let now = places(context.now);
        let demand_of = |item: u32| recent_demand(context.memory.trends().of(item), &now, &context.world.kinds);
        self.demand.clear();
        self.demand.extend((0..context.world.library.ids.len() as u32).map(demand_of));
        self.demand_at = Some((context.version, context.now));
    }

    /// Accumulates decay factors forwards and backwards, so that the sum at any moment takes two terms.
    fn accumulate(&mut self) {
        order::sort(&mut self.times);
        for ((_, half_life), decayed) in HALF_LIVES.into_iter().zip(&mut self.decayed) {
            decayed.clear();
            decayed.resize(self.times.len(), (1.0, 0.0));
            for n in 1..self.times.len() {
                decayed[n].0 = 1.0 + decayed[n - 1].0 * half_life.decay_factor(self.times[n] - self.times[n - 1]);
            }
            for n in (0..self.times.len().saturating_sub(1)).rev() {
                decayed[n].1 = (1.0 + decayed[n + 1].1) * half_life.decay_factor(self.times[n + 1] - self.times[n]);
            }
        }
    }

    /// Returns Σ 2^(−|t − `moment`| / h) over the times t of interactions.
    pub fn around(&self, half_life: usize, moment: Time) -> f64 {
        let (h, decayed) = (HALF_LIVES[half_life].1, &self.decayed[half_life]);
        let after = self.times.partition_point(|&time| time <= moment);
        let before = after.checked_sub(1).map_or(0.0, |n| decayed[n].0 * h.decay_factor(moment - self.times[n]));
        before + self.times.get(after).map_or(0.0, |&time| (1.0 + decayed[after].1) * h.decay_factor(time - moment))
    }
}

/// Returns ln(1 + 3·Σ over positive kinds of the count decayed at the shortest half-life of demand).
fn recent_demand(demands: &[ItemDemand], now: &DecayPoints, kinds: &Kinds) -> f64 {
    let positive = demands.iter().filter(|demand| kinds.of(demand.kind).positive);
    ln_1p(3.0 * positive.map(|demand| demand.at(now)[0]).sum::<f64>())
}

/// Returns ln(1 + age in hours) at a moment; 0 before publication.
pub fn log_age(published: Time, at: Time) -> f64 {
    ln_1p((at - published).max(0) as f64 / HOUR as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    #[test]
    fn sum_around_a_moment_equals_the_sum_over_all_times() {
        let mut random = Random::new(9);
        for count in [0, 1, 2, 40] {
            let times: Vec<Time> = (0..count).map(|_| random.below(90) as Time * DAY).collect();
            let mut visits = Visits { times: times.clone(), ..Visits::default() };
            visits.accumulate();
            for moment in (-10..110).map(|day| day * DAY + HOUR) {
                for (n, (_, half_life)) in HALF_LIVES.into_iter().enumerate() {
                    let plain: f64 = times.iter().map(|&time| half_life.decay_factor((time - moment).abs())).sum();
                    assert!((visits.around(n, moment) - plain).abs() < 1e-9 * (1.0 + plain));
                }
            }
        }
    }
}
