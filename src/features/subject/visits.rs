//! When the viewer was there, and how old what they took up was.

use crate::base::number::ln_1p;
use crate::base::order;
use crate::base::time::{DAY, HOUR, HalfLife, Time};
use crate::memory::history::History;
use crate::memory::trend::{DecayPoints, ItemDemand, places};
use crate::world::kind::Kinds;

use super::RankingContext;

/// How near in time what was published must be to when the viewer was there, with names.
pub const HALF_LIVES: [(&str, HalfLife); 3] =
    [("1d", HalfLife::of(DAY)), ("7d", HalfLife::of(7 * DAY)), ("30d", HalfLife::of(30 * DAY))];

/// Touches added to a viewer's own before averaging their habit.
const PRIOR_TOUCHES: f64 = 5.0;

/// What the viewer's comings say.
#[derive(Debug, Clone, Default)]
pub struct Visits {
    /// How many items they touched.
    pub items: usize,
    /// When they were last there.
    pub last: Option<Time>,
    /// How much older than [`Self::USUAL_AGE`] what they touch is, as a mean of ln(1 + hours); 0 is as usual.
    pub habit: f64,
    /// ln(1 + 3·demand of the last hour) of each item, by number: the same for all viewers of one moment.
    pub demand: Vec<f64>,
    demand_at: Option<(u64, Time)>,
    /// When they touched items, ascending.
    times: Vec<Time>,
    /// For each half-life the sum of what is left at each time of all times up to it, and of all after it.
    left: [Vec<(f64, f64)>; HALF_LIVES.len()],
}

impl Visits {
    /// ln(1 + hours) of about a week.
    const USUAL_AGE: f64 = 5.0;

    pub(super) fn prepare(&mut self, scene: &RankingContext, history: Option<&History>, times: bool) {
        (self.items, self.last, self.habit) = (0, None, 0.0);
        self.times.clear();
        let kinds = &scene.world.kinds;
        let (mut ages, mut activity) = (0.0, 0.0);
        for (item, touches) in history.into_iter().flat_map(History::by_item) {
            let Some(at) = touches.iter().filter(|touch| !kinds.of(touch.kind).is_exposure).map(|t| t.last).max()
            else {
                continue;
            };
            self.items += 1;
            self.last = self.last.max(Some(at));
            let published = scene.world.library.remembered(item).and_then(|entry| entry.item.published_at);
            if let Some(published) = published {
                ages += log_age(published, at) - Self::USUAL_AGE;
                activity += 1.0;
            }
            self.times.push(at);
        }
        self.habit = ages / (activity + PRIOR_TOUCHES);
        if times {
            self.accumulate();
        }
        if self.demand_at != Some((scene.revision, scene.now)) {
            self.look_at_demand(scene);
        }
    }

    fn look_at_demand(&mut self, scene: &RankingContext) {
        let now = places(scene.now);
        let of = |item: u32| hot(scene.memory.trends().of(item), &now, &scene.world.kinds);
        self.demand.clear();
        self.demand.extend((0..scene.world.library.ids.len() as u32).map(of));
        self.demand_at = Some((scene.revision, scene.now));
    }

    /// Sums what is left of all times at each, forwards and backwards: then any moment's sum takes two terms.
    fn accumulate(&mut self) {
        order::sort(&mut self.times);
        for ((_, half_life), left) in HALF_LIVES.into_iter().zip(&mut self.left) {
            left.clear();
            left.resize(self.times.len(), (1.0, 0.0));
            for n in 1..self.times.len() {
                left[n].0 = 1.0 + left[n - 1].0 * half_life.decay_factor(self.times[n] - self.times[n - 1]);
            }
            for n in (0..self.times.len().saturating_sub(1)).rev() {
                left[n].1 = (1.0 + left[n + 1].1) * half_life.decay_factor(self.times[n + 1] - self.times[n]);
            }
        }
    }

    /// Σ over the times the viewer touched an item of 2^(−distance to `moment` / h).
    pub fn around(&self, half_life: usize, moment: Time) -> f64 {
        let (h, left) = (HALF_LIVES[half_life].1, &self.left[half_life]);
        let after = self.times.partition_point(|&time| time <= moment);
        let before = after.checked_sub(1).map_or(0.0, |n| left[n].0 * h.decay_factor(moment - self.times[n]));
        before + self.times.get(after).map_or(0.0, |&time| (1.0 + left[after].1) * h.decay_factor(time - moment))
    }
}

/// ln(1 + 3·Σ over positive kinds of the count decayed at the shortest half-life of demand).
fn hot(demands: &[ItemDemand], now: &DecayPoints, kinds: &Kinds) -> f64 {
    let liking = demands.iter().filter(|demand| kinds.of(demand.kind).positive);
    ln_1p(3.0 * liking.map(|demand| demand.at(now)[0]).sum::<f64>())
}

/// ln(1 + hours) of the age at a moment; 0 for what is not published yet.
pub fn log_age(published: Time, at: Time) -> f64 {
    ln_1p((at - published).max(0) as f64 / HOUR as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    #[test]
    fn what_is_around_a_moment_is_the_sum_over_all_times() {
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
