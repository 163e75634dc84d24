//! Stretches of time over which sendings are counted, and until when a full count stays full.

use crate::base::time::{Calendar, DAY, HOUR, MAX_TIME, Time};

/// The end of what does not end: later than every time a host can name.
pub const FOREVER: Time = Time::MAX;

/// How long something that happened still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Always.
    Ever,
    /// For so many milliseconds.
    Sliding(Time),
    /// Until the end of the operator's day.
    Day,
    /// Until the end of the operator's week, which begins on Monday.
    Week,
    /// Until the end of the operator's month.
    Month,
}

impl Window {
    /// A sliding window of `hours` hours above 0; at least a millisecond, so that it holds something.
    pub fn of_hours(hours: f64) -> Self {
        Self::Sliding(milliseconds(hours))
    }

    /// From when on something that happened at `at` counts no longer.
    pub fn leaves(self, calendar: Calendar, at: Time) -> Time {
        match self {
            Self::Ever => FOREVER,
            Self::Sliding(length) => at.saturating_add(length),
            Self::Day => calendar.day_start(at) + DAY,
            Self::Week => calendar.day_start(at) + Time::from(7 - calendar.weekday(at)) * DAY,
            Self::Month => calendar.month(at).end,
        }
    }
}

/// Hours above 0 in milliseconds, of which it is at least one.
pub fn milliseconds(hours: f64) -> Time {
    ((hours * HOUR as f64).round() as Time).max(1)
}

/// The `count`-th newest of an ascending list's times; `count` is at least 1.
///
/// Something is full at a moment when this one has not left its window then. Times after the moment count as well: a
/// clock that steps back must not allow again what was sent.
pub fn newest(times: &[Time], count: u32) -> Option<Time> {
    times.len().checked_sub(count as usize).map(|place| times[place])
}

/// Follows what blocks from one end to the next: the first time after `now` at which nothing does, and `None` if
/// nothing blocks at `now`. `block(at)` says until when something blocks at `at`.
pub fn blocked_until(now: Time, block: impl Fn(Time) -> Option<Time>) -> Option<Time> {
    let mut at = now;
    while at <= MAX_TIME
        && let Some(end) = block(at).filter(|&end| end > at)
    {
        at = end;
    }
    (at > now).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEIJING: Calendar = Calendar { utc_offset_minutes: 480 };

    #[test]
    fn calendar_windows_end_at_the_operators_midnight() {
        let midnight = 16 * HOUR; // 1970-01-02, a Friday, in Beijing
        assert_eq!(Window::Day.leaves(BEIJING, midnight - 1), midnight);
        assert_eq!(Window::Day.leaves(BEIJING, midnight), midnight + DAY);
        assert_eq!(Window::Week.leaves(BEIJING, midnight), midnight + 3 * DAY);
        assert_eq!(Window::Month.leaves(BEIJING, midnight), midnight + 30 * DAY);
    }

    #[test]
    fn what_happened_always_counts_before_it_leaves() {
        for at in [-MAX_TIME, -1, 0, 1, 1_700_000_000_000, MAX_TIME] {
            for window in [Window::Ever, Window::of_hours(1e-9), Window::Day, Window::Week, Window::Month] {
                assert!(window.leaves(BEIJING, at) > at);
            }
        }
    }

    #[test]
    fn the_newest_are_counted_from_the_end() {
        let times = [1, 5, 5, 9];
        assert_eq!([1, 2, 3, 4, 5].map(|count| newest(&times, count)), [Some(9), Some(5), Some(5), Some(1), None]);
    }

    #[test]
    fn blocks_that_touch_are_one() {
        let block = |at: Time| [(0, 5), (5, 9), (12, 20)].into_iter().find(|b| b.0 <= at && at < b.1).map(|b| b.1);
        assert_eq!((blocked_until(1, block), blocked_until(9, block)), (Some(9), None));
    }
}
