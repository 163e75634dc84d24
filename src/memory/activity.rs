//! Activity and value scores: recency and frequency of a user's active days, and the value of their interactions.
//!
//! Both are sums over days of the operator's calendar, each term decayed by its age. They are computed from the
//! interactions at each query, so that late, repeated, moved and deleted interactions cannot leave traces in them.

use crate::base::index::KindIndex;
use crate::base::number::exp2;
use crate::base::order;
use crate::base::time::{Calendar, Time};
use crate::operations::tiers::TierSettings;
use crate::world::kind::Kinds;

use super::history::History;

/// A day of the operator's calendar, counted from 1970-01-01.
pub type Day = i64;

/// The kinds that count, the half-life and the calendar of the scores.
#[derive(Debug, Clone)]
pub struct ActivityScorer {
    calendar: Calendar,
    half_life_days: f64,
    /// True if a kind makes a day active, by the kind's index.
    active: Vec<bool>,
    /// True if a kind's values count, by the kind's index.
    valued: Vec<bool>,
}

/// The days and values of one user up to one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserActivity {
    /// Day of the first interaction of any kind.
    pub first_day: Option<Day>,
    /// Days with an interaction of an active kind, ascending, each once.
    active_days: Vec<Day>,
    /// Values with their days, ascending.
    values: Vec<(Day, f64)>,
}

impl ActivityScorer {
    /// Prepares the settings for these kinds. The first `configured` kinds are those of the configuration.
    pub fn new(settings: &TierSettings, calendar: Calendar, kinds: &Kinds, configured: usize) -> Self {
        let is_active = |(n, (name, kind)): (usize, (&str, crate::world::kind::Kind))| match &settings.active_kinds {
            Some(named) => named.iter().any(|one| one == name),
            None => n < configured && kind.weight >= 0.0 && !kind.is_exposure,
        };
        Self {
            calendar,
            half_life_days: settings.half_life_days,
            active: kinds.iter().enumerate().map(is_active).collect(),
            valued: kinds.iter().map(|(_, kind)| kind.uses_value).collect(),
        }
    }

    /// Number of kinds that it was prepared for.
    pub fn kinds(&self) -> usize {
        self.active.len()
    }

    /// True if a kind makes a day active.
    pub fn is_active(&self, kind: KindIndex) -> bool {
        self.active.get(kind.as_usize()).is_some_and(|active| *active)
    }

    /// The operator's day that contains `at`.
    pub fn day(&self, at: Time) -> Day {
        self.calendar.day(at)
    }

    /// The first millisecond of a day.
    pub fn start_of(&self, day: Day) -> Time {
        self.calendar.start_of(day)
    }

    /// Returns the days and values of a user's interactions up to `now`.
    pub fn activity(&self, history: Option<&History>, now: Time) -> UserActivity {
        let Some(history) = history else { return UserActivity::default() };
        let mut found = UserActivity::default();
        for event in history.events().iter().filter(|event| event.at <= now) {
            let day = self.day(event.at);
            found.first_day = Some(found.first_day.map_or(day, |first| first.min(day)));
            if self.is_active(event.kind) && found.active_days.last() != Some(&day) {
                found.active_days.push(day);
            }
        }
        if !found.active_days.is_sorted() {
            order::sort(&mut found.active_days);
            found.active_days.dedup();
        }
        for valued in history.values().iter().filter(|valued| valued.event.at <= now) {
            if let Some(value) = valued.value.filter(|_| self.valued[valued.event.kind.as_usize()]) {
                found.values.push((self.day(valued.event.at), value));
            }
        }
        // Sums of floats depend on their order, which must not depend on the order of arrival.
        order::sort_by(&mut found.values, |a, b| a.0.cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
        found
    }

    /// Returns the number of active days d, each counted as 2^(−(today − d) / half-life). `today` is not before them.
    pub fn activity_score(&self, activity: &UserActivity, today: Day) -> f64 {
        activity.active_days.iter().map(|day| self.decay(today - day)).sum()
    }

    /// Returns the sum of the values, decayed like active days.
    pub fn value_score(&self, activity: &UserActivity, today: Day) -> f64 {
        activity.values.iter().map(|(day, value)| value * self.decay(today - day)).sum()
    }

    /// Returns the days after which `score` has fallen to `bound`, at least 0, up to rounding.
    pub fn days_until(&self, score: f64, bound: f64) -> f64 {
        (self.half_life_days * libm::log2(score / bound)).max(0.0)
    }

    fn decay(&self, age: Day) -> f64 {
        exp2(-(age as f64) / self.half_life_days)
    }
}
