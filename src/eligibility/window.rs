//! Periods over which sendings are counted, and the time at which a reached limit stops blocking.

use crate::base::order;
use crate::base::time::{Calendar, DAY, HOUR, MAX_TIME, Time};

/// The end of a period without end: later than every time a host can express.
pub const FOREVER: Time = Time::MAX;

/// The period during which an event counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Without end.
    Ever,
    /// A sliding window, in milliseconds, at least 1.
    Sliding(Time),
    /// To the end of the operator's day.
    Day,
    /// To the end of the operator's week, which begins on Monday.
    Week,
    /// To the end of the operator's month.
    Month,
}

impl Window {
    /// A sliding window of `hours` hours, above 0; at least a millisecond, so that it is never empty.
    pub fn of_hours(hours: f64) -> Self {
        Self::Sliding(milliseconds(hours))
    }

    /// The time from which an event at `at` no longer counts.
    pub fn counts_until(self, calendar: Calendar, at: Time) -> Time {
        match self {
            Self::Ever => FOREVER,
            Self::Sliding(length) => at.saturating_add(length),
            Self::Day => calendar.day_start(at) + DAY,
            Self::Week => calendar.day_start(at) + Time::from(7 - calendar.weekday(at)) * DAY,
            Self::Month => calendar.month(at).end,
        }
    }
}

/// Converts hours above 0 to milliseconds, at least 1.
pub fn milliseconds(hours: f64) -> Time {
    ((hours * HOUR as f64).round() as Time).max(1)
}

/// The `count`-th newest of the `sent` times, given newest first, and the `reserved` times, in any order; `count` is at
/// least 1.
///
/// A limit is reached while this time is within its window. Times after now count too: a clock that steps back must not
/// allow another sending.
pub fn newest(mut sent: impl Iterator<Item = Time>, mut reserved: Vec<Time>, count: u32) -> Option<Time> {
    let count = count as usize;
    if reserved.is_empty() {
        return sent.nth(count - 1);
    }
    reserved.extend(sent.take(count));
    order::sort(&mut reserved);
    reserved.len().checked_sub(count).map(|index| reserved[index])
}

/// Returns those of ascending `times` up to a time.
pub fn until(times: &[Time], time: Time) -> &[Time] {
    &times[..times.partition_point(|at| *at <= time)]
}

/// Returns the first time after `now` at which nothing blocks; `None` if nothing blocks at `now`. `block(at)` returns
/// the end of a block at `at`.
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
        assert_eq!(Window::Day.counts_until(BEIJING, midnight - 1), midnight);
        assert_eq!(Window::Day.counts_until(BEIJING, midnight), midnight + DAY);
        assert_eq!(Window::Week.counts_until(BEIJING, midnight), midnight + 3 * DAY);
        assert_eq!(Window::Month.counts_until(BEIJING, midnight), midnight + 30 * DAY);
    }

    #[test]
    fn an_event_counts_at_its_own_time_in_every_window() {
        for at in [-MAX_TIME, -1, 0, 1, 1_700_000_000_000, MAX_TIME] {
            for window in [Window::Ever, Window::of_hours(1e-9), Window::Day, Window::Week, Window::Month] {
                assert!(window.counts_until(BEIJING, at) > at);
            }
        }
    }

    #[test]
    fn newest_counts_from_the_end() {
        let sent = [9, 5, 5, 1];
        let with = |reserved: &[Time], count| newest(sent.into_iter(), reserved.to_vec(), count);
        assert_eq!([1, 2, 3, 4, 5].map(|count| with(&[], count)), [Some(9), Some(5), Some(5), Some(1), None]);
        assert_eq!([1, 2, 3, 6, 7].map(|count| with(&[3, 7], count)), [Some(9), Some(7), Some(5), Some(1), None]);
    }

    #[test]
    fn adjacent_blocks_are_one() {
        let block = |at: Time| [(0, 5), (5, 9), (12, 20)].into_iter().find(|b| b.0 <= at && at < b.1).map(|b| b.1);
        assert_eq!((blocked_until(1, block), blocked_until(9, block)), (Some(9), None));
    }
}
