//! Due times: the moment at which a step of an entry comes due, on the operator's calendar.

use crate::base::time::{Calendar, DAY, HOUR, Time};
use crate::operations::journey::{Offset, Step, Trigger};

/// The facts of an entry from which its steps are timed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EntryTime {
    /// Time of entry.
    pub entered_at: Time,
    /// Replenishment cycle of the item in the trigger event, in days, if it is known.
    pub cycle_days: Option<f64>,
}

/// The period in which a step is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueWindow {
    /// Its first moment.
    pub due_at: Time,
    /// Its end, exclusive.
    pub ends_at: Time,
}

/// Returns the period in which a step is due.
///
/// # Errors
/// The rule that skips the step: `no-cycle` if it counts cycles and none is known; `before-entry` if its offset leads
/// to a time before the entry of a journey that is not timed from a date.
pub fn window_of(
    step: &Step,
    trigger: &Trigger,
    entry: EntryTime,
    calendar: Calendar,
) -> Result<DueWindow, &'static str> {
    let Offset { days, hours, cycles } = step.offset;
    let cycle_days = match cycles {
        Some(cycles) => cycles * entry.cycle_days.ok_or("no-cycle")?,
        None => 0.0,
    };
    let offset = days * DAY as f64 + hours.unwrap_or(0.0) * HOUR as f64 + cycle_days * DAY as f64;
    let x = entry.entered_at + offset.round() as Time;
    let is_date = matches!(trigger, Trigger::Date { .. });
    if x < entry.entered_at && !is_date {
        return Err("before-entry");
    }
    // A time of day that has passed is the next day's: after the hours if they are given, else after the entry. A step
    // before a date may be earlier than its time of entry.
    let bound = match hours {
        Some(_) => x,
        None if days < 0.0 && is_date => Time::MIN,
        None => entry.entered_at,
    };
    let at_time_of_day = step.time.map(|time| calendar.day_start(x) + time.since_midnight());
    let due = at_time_of_day.map_or(x, |y| if y < bound { y + DAY } else { y });
    let due_at = forward_to(&step.weekdays, due, calendar);
    Ok(DueWindow { due_at, ends_at: due_at + (step.window_hours * HOUR as f64).round() as Time })
}

/// Times of entry, bounds included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryTimes {
    /// The first.
    pub from: Time,
    /// The last.
    pub to: Time,
}

impl EntryTimes {
    /// Bounds the times of entry with which a step can be in its window at some moment from `now` to `until`: with any
    /// other, [`window_of`] returns a window that has ended or not begun. No replenishment cycle has more days than
    /// `longest_cycle`.
    pub fn of(step: &Step, longest_cycle: f64, [now, until]: [Time; 2]) -> Self {
        let Offset { days, hours, cycles } = step.offset;
        let fixed = days * DAY as f64 + hours.unwrap_or(0.0) * HOUR as f64;
        let of_cycles = cycles.unwrap_or(0.0) * longest_cycle * DAY as f64;
        // A time of day moves a step by less than a day, either way; a weekday by six days at most. Rounding to
        // milliseconds must not narrow the bounds.
        let to_time = if step.time.is_some() { DAY } else { 0 };
        let to_weekday = if step.weekdays.is_empty() { 0 } else { 6 * DAY };
        let least = (fixed + of_cycles.min(0.0)).floor() as Time - to_time;
        let most = (fixed + of_cycles.max(0.0)).ceil() as Time + to_time + to_weekday;
        let window = (step.window_hours * HOUR as f64).ceil() as Time;
        Self { from: now.saturating_sub(most + window), to: until.saturating_sub(least) }
    }

    /// True if a time is one of them.
    pub fn contains(self, at: Time) -> bool {
        self.from <= at && at <= self.to
    }
}

/// Returns the first moment at or after `at`, at the same time of day, on one of these weekdays; all if empty.
fn forward_to(weekdays: &[u32], at: Time, calendar: Calendar) -> Time {
    let is_allowed = |at: &Time| weekdays.is_empty() || weekdays.contains(&(calendar.weekday(*at) + 1));
    (0..7).map(|days| at + days * DAY).find(is_allowed).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{Date, MINUTE};
    use crate::base::value::Value;
    use crate::operations::journey::Journey;

    const BEIJING: Calendar = Calendar { utc_offset_minutes: 480 };

    /// A time on the operator's clock in March 2026; 2 March is a Monday.
    fn march(day: i64, hours: Time, minutes: Time) -> Time {
        BEIJING.midnight(Date { year: 2026, month: 3, day }) + hours * HOUR + minutes * MINUTE
    }

    fn window(trigger: &str, step: &str, entered_at: Time, cycle_days: Option<f64>) -> Result<DueWindow, &'static str> {
        let json = format!(r#"{{"id":"j","trigger":{trigger},"steps":[{{"id":"s","items":{{}}{step}}}]}}"#);
        let journey = Journey::read(Value::from_json(&json, "").unwrap(), "").unwrap();
        window_of(&journey.steps[0], &journey.trigger, EntryTime { entered_at, cycle_days }, BEIJING)
    }

    fn due(step: &str, entered_at: Time) -> Time {
        window(ACTIVITY, step, entered_at, Some(45.0)).unwrap().due_at
    }

    const ACTIVITY: &str = r#"{"type":"activity","kind":"joined"}"#;
    const DATE: &str = r#"{"type":"date","attribute":"birthday"}"#;

    #[test]
    fn a_time_of_day_is_that_of_the_day_or_of_the_next() {
        let entered = march(2, 15, 0);
        for (step, expected) in [
            ("", entered),
            (r#","offset":{"hours":1.5}"#, march(2, 16, 30)),
            (r#","time":"09:30""#, march(3, 9, 30)),
            (r#","time":"15:00""#, march(2, 15, 0)),
            (r#","offset":{"days":1},"time":"09:30""#, march(3, 9, 30)),
            (r#","offset":{"days":3},"time":"09:30""#, march(5, 9, 30)),
            // With hours the time of day is after them, not only after the entry.
            (r#","offset":{"days":1,"hours":0},"time":"09:30""#, march(4, 9, 30)),
            (r#","offset":{"hours":2},"time":"18:00""#, march(2, 18, 0)),
            (r#","offset":{"cycles":1},"time":"20:00""#, march(2 + 45, 20, 0)),
            (r#","offset":{"cycles":1,"days":-3},"time":"09:30""#, march(2 + 42, 9, 30)),
        ] {
            assert_eq!(due(step, entered), expected, "{step}");
        }
    }

    #[test]
    fn a_step_moves_forward_to_an_allowed_weekday_at_the_same_time_of_day() {
        for (weekdays, day) in [("[1]", 2), ("[2,3]", 3), ("[7]", 8), ("[1,2,3,4,5,6,7]", 2)] {
            let step = format!(r#","time":"20:00","weekdays":{weekdays}"#);
            assert_eq!(due(&step, march(2, 15, 0)), march(day, 20, 0), "{weekdays}");
        }
    }

    #[test]
    fn a_step_before_a_date_is_at_its_time_of_that_day() {
        let birthday = march(20, 0, 0);
        let due = |step: &str| window(DATE, step, birthday, None).unwrap().due_at;
        assert_eq!(due(r#","offset":{"days":-3},"time":"10:00""#), march(17, 10, 0));
        assert_eq!(due(r#","time":"10:00""#), march(20, 10, 0));
    }

    #[test]
    fn steps_without_a_time_are_skipped_with_their_rule() {
        let cycles = |step: &str, days| window(ACTIVITY, step, march(2, 15, 0), days);
        assert_eq!(cycles(r#","offset":{"cycles":1}"#, None), Err("no-cycle"));
        assert_eq!(cycles(r#","offset":{"cycles":1,"days":-3}"#, Some(2.0)), Err("before-entry"));
        assert_eq!(cycles(r#","offset":{"cycles":1,"days":-2}"#, Some(2.0)).unwrap().due_at, march(2, 15, 0));
    }

    #[test]
    fn the_window_ends_after_its_hours() {
        let DueWindow { due_at, ends_at } = window(ACTIVITY, r#","windowHours":1.5"#, 0, None).unwrap();
        assert_eq!((due_at, ends_at), (0, 90 * MINUTE));
    }
}
