//! Times of the subject's interactions, the age of the items at these times, and items interacted with before.

use crate::base::index::ItemIndex;
use crate::base::number::ln_1p;
use crate::base::order;
use crate::base::time::{DAY, HOUR, HalfLife, Time};
use crate::memory::history::History;
use crate::world::publication::UNKNOWN_TIME;

use super::column::Column;
use super::freshness::{log_age, youth};
use super::ranking_context::{RankingContext, StateVersion};
use super::trend;

/// Interactions of usual age added before averaging the habit: shrinks the habit of short histories.
const PRIOR_INTERACTIONS: f64 = 5.0;

/// Usual item age: ln(1 + hours) of about a week.
const USUAL_AGE: f64 = 5.0;

/// Number of items after which the newcomer factor is 1/2.
const HALF_KNOWN: f64 = 2.0;

/// Maximum time away in hours, about a year; also the time away of subjects without interactions.
const LONGEST_AWAY: f64 = 8760.0;

/// Half-lives of the distance between publication and interaction, with names.
const CONTEMPORARY_HALF_LIVES: [(&str, HalfLife); 3] =
    [("1d", HalfLife::of(DAY)), ("7d", HalfLife::of(7 * DAY)), ("30d", HalfLife::of(30 * DAY))];

/// Factor inside the logarithm of `contemporary`: the larger, the sooner it flattens.
const STEEPNESS: f64 = 100.0;

/// Times of the subject's interactions, age habit and current demand.
#[derive(Debug, Clone, Default)]
pub struct Visits {
    /// Number of items interacted with, exposures aside.
    items: usize,
    /// Time of the last interaction, exposures aside.
    last: Option<Time>,
    /// Mean of ln(1 + item age in hours) at interaction minus [`USUAL_AGE`]; 0 without a history.
    habit: f64,
    /// Demand and youth by item index, equal for all subjects of one moment.
    items_at_moment: Vec<ItemAtMoment>,
    moment: Option<(StateVersion, Time)>,
    /// Last interaction with each item, ascending once accumulated.
    times: Vec<Time>,
    /// Per half-life and time: sums of decay factors of all times up to it, and of all after it.
    decayed: [Vec<(f64, f64)>; CONTEMPORARY_HALF_LIVES.len()],
}

/// Values of an item at a moment, as the features of visits read them.
#[derive(Debug, Clone, Copy)]
struct ItemAtMoment {
    published: Time,
    /// ln(1 + 3·demand of the last hour).
    demand: f64,
    /// 0 if the time of publication is unknown.
    youth: f64,
}

/// Names the features of visits:
/// - `visit.new` = 1 if the item was published after the subject's last interaction.
/// - `visit.habit` = −youth × the subject's age habit, the mean of ln(1 + item age in hours) at its interactions minus
///   that of a week.
/// - `visit.away` = demand of the last hour × ln(1 + hours away).
/// - `visit.newcomer.<trend|age>` = demand of the last hour, and youth, × 1 / (1 + items interacted with / 2): demand
///   matters more for subjects with a short history.
pub fn visit_features() -> Vec<String> {
    ["new", "habit", "away", "newcomer.trend", "newcomer.age"].map(|name| format!("visit.{name}")).into()
}

/// Names `contemporary.<h>` = ln(1 + 100·Σ 2^(−|t − publication| / h)) over the times t of the subject's interactions:
/// proximity of the item's publication to its active times. Only for cases without timestamps; to predict the next
/// interaction, `visit` and `freshness` are better.
pub fn contemporary_features() -> Vec<String> {
    CONTEMPORARY_HALF_LIVES.map(|(name, _)| format!("contemporary.{name}")).into()
}

/// Names `repeat` = 1 if the subject interacted with the item, else 0. If subjects never repeat an item, a fit to cases
/// learns that.
pub fn repeat_features() -> Vec<String> {
    vec!["repeat".to_owned()]
}

impl Visits {
    /// Collects the times, and the decayed sums of `contemporary` if `contemporary`.
    pub fn prepare(&mut self, context: &RankingContext, history: Option<&History>, contemporary: bool) {
        (self.items, self.last, self.habit) = (0, None, 0.0);
        self.times.clear();
        let kinds = &context.state.world.kinds;
        let (mut ages, mut activity) = (0.0, 0.0);
        for (item, item_stats) in history.into_iter().flat_map(History::by_item) {
            let active = item_stats.iter().filter(|kind_stats| !kinds.of(kind_stats.kind).is_exposure);
            let Some(at) = active.map(|kind_stats| kind_stats.last).max() else { continue };
            self.items += 1;
            self.last = self.last.max(Some(at));
            if let Some(published) = context.published_at(item) {
                ages += log_age(published, at) - USUAL_AGE;
                activity += 1.0;
            }
            self.times.push(at);
        }
        self.habit = ages / (activity + PRIOR_INTERACTIONS);
        if contemporary {
            self.accumulate();
        }
        self.update_items(context);
    }

    /// Exchanges the values of the items, which all subjects of a moment share.
    pub fn exchange_items(&mut self, other: &mut Self) {
        std::mem::swap(&mut self.items_at_moment, &mut other.items_at_moment);
        std::mem::swap(&mut self.moment, &mut other.moment);
    }

    /// Computes the values of the items, unless they are those of this moment.
    pub fn update_items(&mut self, context: &RankingContext) {
        let now = context.state.now;
        if self.moment == Some((context.version.without_exposure(), now)) {
            return;
        }
        let items: Vec<ItemIndex> = ItemIndex::first(context.state.world.library.ids.len()).collect();
        let mut demands = vec![0.0; items.len()];
        trend::fill_recent(context, &items, &mut demands);
        let published = |item: ItemIndex| context.published_at(item).unwrap_or(UNKNOWN_TIME);
        let of_item = |(&item, demand)| {
            let published = published(item);
            let youth = if published == UNKNOWN_TIME { 0.0 } else { youth(published, now) };
            ItemAtMoment { published, demand, youth }
        };
        self.items_at_moment.clear();
        self.items_at_moment.extend(items.iter().zip(demands).map(of_item));
        self.moment = Some((context.version.without_exposure(), now));
    }

    /// Accumulates decay factors forwards and backwards, so that the sum at any moment takes two terms.
    fn accumulate(&mut self) {
        order::sort(&mut self.times);
        for ((_, half_life), decayed) in CONTEMPORARY_HALF_LIVES.into_iter().zip(&mut self.decayed) {
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

    /// Fills the columns of [`visit_features`].
    pub fn fill_visit(&self, context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
        let Self { items: interacted, last, habit, .. } = *self;
        let newcomer = 1.0 / (1.0 + interacted as f64 / HALF_KNOWN);
        let away = last
            .map_or(LONGEST_AWAY, |last| ((context.state.now - last).max(0) as f64 / HOUR as f64).min(LONGEST_AWAY));
        let away = ln_1p(away);
        // No item is new to a subject without interactions, independently of its time of publication.
        let last = last.unwrap_or(Time::MAX);
        columns.iter_mut().for_each(|column| column.reset(items.len()));
        let [new, habits, aways, trends, ages] = columns else { unreachable!("five features") };
        for (n, item) in items.iter().enumerate() {
            let ItemAtMoment { published, demand, youth } = self.items_at_moment[item.as_usize()];
            new.values[n] = f64::from(u8::from(published > last));
            habits.values[n] = -habit * youth;
            aways.values[n] = demand * away;
            trends.values[n] = demand * newcomer;
            ages.values[n] = youth * newcomer;
        }
        for column in [new, habits, aways, trends, ages] {
            column.live = column.values.iter().any(|value| *value != 0.0);
        }
    }

    /// Fills the columns of [`contemporary_features`].
    pub fn fill_contemporary(&self, context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
        if self.items == 0 {
            return;
        }
        for (half_life, column) in columns.iter_mut().enumerate() {
            column.reset(items.len());
            for (value, &item) in column.values.iter_mut().zip(items) {
                if let Some(published) = context.published_at(item) {
                    *value = ln_1p(STEEPNESS * self.around(half_life, published));
                }
            }
            column.live = true;
        }
    }

    /// Returns Σ 2^(−|t − `moment`| / h) over the times t of interactions.
    fn around(&self, half_life: usize, moment: Time) -> f64 {
        let (h, decayed) = (CONTEMPORARY_HALF_LIVES[half_life].1, &self.decayed[half_life]);
        let after = self.times.partition_point(|&time| time <= moment);
        let before = after.checked_sub(1).map_or(0.0, |n| decayed[n].0 * h.decay_factor(moment - self.times[n]));
        before + self.times.get(after).map_or(0.0, |&time| (1.0 + decayed[after].1) * h.decay_factor(time - moment))
    }
}

/// Fills the column of [`repeat_features`].
pub fn fill_repeat(context: &RankingContext, history: Option<&History>, items: &[ItemIndex], columns: &mut [Column]) {
    let Some(history) = history else { return };
    let kinds = &context.state.world.kinds;
    columns[0].reset(items.len());
    for (value, &item) in columns[0].values.iter_mut().zip(items) {
        *value = f64::from(u8::from(history.has_interacted(item, kinds)));
    }
    columns[0].live = true;
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
                for (n, (_, half_life)) in CONTEMPORARY_HALF_LIVES.into_iter().enumerate() {
                    let plain: f64 = times.iter().map(|&time| half_life.decay_factor((time - moment).abs())).sum();
                    assert!((visits.around(n, moment) - plain).abs() < 1e-9 * (1.0 + plain));
                }
            }
        }
    }
}
