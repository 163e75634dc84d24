//! Times, exponential decay and the calendar. There is no clock: `now` is always an argument.

use crate::base::bytes::as_bytes;
use crate::base::error::Result;
use crate::base::number;
use crate::base::value::{Value, refused};

pub use nextpick_kernel::decay::{DecayPoint, DecayedSum};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Time = i64;

/// Largest absolute time that arithmetic must handle (JavaScript's own limit).
pub const FARTHEST: Time = 8_640_000_000_000_000;

/// First millisecond that hosts may not give: 2200-01-01T00:00:00Z. Current times in microseconds are far beyond it.
pub const YEAR_2200: Time = 7_258_118_400_000;

/// Last millisecond that hosts may give.
pub const MAX_TIME: Time = YEAR_2200 - 1;

/// Milliseconds in a minute.
pub const MINUTE: Time = 60_000;
/// Milliseconds in an hour.
pub const HOUR: Time = 60 * MINUTE;
/// Milliseconds in a day.
pub const DAY: Time = 24 * HOUR;

/// True if hosts may give this time.
pub fn is_time(at: Time) -> bool {
    (-FARTHEST..=MAX_TIME).contains(&at)
}

/// True if a time is before the year 2000: such milliseconds are usually seconds.
pub fn is_early(at: Time) -> bool {
    at < 946_684_800_000
}

/// True if a count is 0, in which case reports omit it.
pub fn is_none(count: &usize) -> bool {
    *count == 0
}

/// Reads a time in whole milliseconds from −8.64e15 to the end of the year 2199.
///
/// # Errors
/// [`Code::Invalid`](crate::base::error::Code::Invalid) for anything else; beyond 2200 the rule suggests microseconds
/// as the cause.
pub fn time(value: Value, path: &str) -> Result<Time> {
    match value {
        Value::Number(ms) if ms.trunc() == ms && ms >= -FARTHEST as f64 && ms <= MAX_TIME as f64 => Ok(ms as Time),
        Value::Number(ms) if ms > MAX_TIME as f64 => {
            let rule = "whole milliseconds since 1970 (UTC) before the year 2200: are these microseconds?";
            Err(refused(value, path, rule))
        }
        other => Err(refused(other, path, "whole milliseconds since 1970 (UTC), from -8.64e15 on")),
    }
}

/// A half-life in milliseconds.
///
/// Landmarks lie on the grid of its whole multiples, so that moving a sum between them is an exact power of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfLife(Time);

as_bytes!(HalfLife: 0);

impl HalfLife {
    /// Returns a half-life of `ms` milliseconds, above 0.
    pub const fn of(ms: Time) -> Self {
        assert!(ms > 0);
        Self(ms)
    }

    /// Returns 2^(−age/h) for an age in milliseconds; 1 for an age below 0.
    pub fn decay_factor(self, age: Time) -> f64 {
        number::exp2(-(age.max(0) as f64) / self.0 as f64)
    }

    /// Returns the grid cell of a time and the growth since its start, in [1, 2).
    pub fn point(self, at: Time) -> DecayPoint {
        let cell = at.div_euclid(self.0);
        DecayPoint { cell, growth: number::exp2((at - cell * self.0) as f64 / self.0 as f64) }
    }
}

/// The operator's calendar: a fixed offset from UTC, used for days and quiet hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    /// Minutes east of UTC, −840 to 840.
    pub utc_offset_minutes: i32,
}

impl Calendar {
    fn offset(self) -> Time {
        Time::from(self.utc_offset_minutes) * MINUTE
    }
    /// Returns the operator's day that contains `at`, counted from 1970-01-01.
    pub fn day(self, at: Time) -> i64 {
        (at + self.offset()).div_euclid(DAY)
    }
    /// Returns the first millisecond of a day counted from 1970-01-01.
    pub fn start_of(self, day: i64) -> Time {
        day * DAY - self.offset()
    }
    /// Returns the start of the operator's day that contains `at`.
    pub fn day_start(self, at: Time) -> Time {
        self.start_of(self.day(at))
    }
    /// Returns the minutes since the operator's midnight, 0–1439.
    pub fn minute_of_day(self, at: Time) -> u32 {
        ((at - self.day_start(at)) / MINUTE) as u32
    }
    /// Returns the operator's weekday, 0 for Monday to 6 for Sunday.
    pub fn weekday(self, at: Time) -> u32 {
        // 1970-01-01 was a Thursday.
        (self.day(at) + 3).rem_euclid(7) as u32
    }
    /// Returns the operator's date that contains `at`.
    pub fn date(self, at: Time) -> Date {
        let (year, month, day) = civil((at + self.offset()).div_euclid(DAY));
        Date { year, month, day }
    }
    /// Returns the operator's midnight of a date. The day may be beyond the month's last: 29 February of a common year
    /// is 1 March.
    pub fn midnight(self, date: Date) -> Time {
        days_from_civil(date.year, date.month, date.day) * DAY - self.offset()
    }
    /// Returns the operator's month that contains `at`.
    pub fn month(self, at: Time) -> Month {
        let (year, month, _) = civil(self.day(at));
        let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        let (first, next) = (days_from_civil(year, month, 1), days_from_civil(next_year, next_month, 1));
        Month { start: self.start_of(first), end: self.start_of(next), days: (next - first) as u32 }
    }
}

/// A date of the operator's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// Year.
    pub year: i64,
    /// Month, 1–12.
    pub month: i64,
    /// Day of the month, 1–31.
    pub day: i64,
}

impl Date {
    /// True if the month has this day in this year.
    pub fn exists(self) -> bool {
        (1..=12).contains(&self.month)
            && (1..=31).contains(&self.day)
            && civil(days_from_civil(self.year, self.month, self.day)) == (self.year, self.month, self.day)
    }
}

/// One month of the operator's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Its first millisecond.
    pub start: Time,
    /// First millisecond of the next month.
    pub end: Time,
    /// Number of days, 28 to 31.
    pub days: u32,
}

/// Returns year, month 1–12 and day 1–31 of a day counted from 1970-01-01 (Hinnant, "chrono-compatible low-level date
/// algorithms").
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Returns the day counted from 1970-01-01: the inverse of [`civil`].
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEIJING: Calendar = Calendar { utc_offset_minutes: 480 };

    #[test]
    fn a_sum_halves_in_a_half_life() {
        let day = HalfLife::of(DAY);
        let mut sum = DecayedSum::default();
        sum.add(day.point(10 * DAY + 5), 1.0);
        assert!((sum.at(day.point(11 * DAY + 5)) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn order_does_not_matter_to_the_last_bit() {
        let mut random = crate::base::random::Random::new(5);
        for _ in 0..200 {
            let h = HalfLife::of(1 + random.below(60 * DAY as usize) as Time);
            let mut times: Vec<Time> = (0..100).map(|_| random.below(800 * DAY as usize) as Time).collect();
            let (mut there, mut back, mut halves) =
                (DecayedSum::default(), DecayedSum::default(), [DecayedSum::default(); 2]);
            times.iter().for_each(|&t| there.add(h.point(t), 1.0));
            times.iter().rev().for_each(|&t| back.add(h.point(t), 1.0));
            times.iter().for_each(|&t| halves[t as usize % 2].add(h.point(t), 1.0));
            halves[1].merge(halves[0]);
            times.sort();
            let now = h.point(times[99] + random.below(10 * h.0 as usize) as Time);
            assert_eq!(there.at(now).to_bits(), back.at(now).to_bits());
            assert_eq!(there.at(now).to_bits(), halves[1].at(now).to_bits());
        }
    }

    #[test]
    fn a_sum_equals_that_of_its_decayed_entries() {
        let h = HalfLife::of(6 * HOUR);
        let times = [400 * DAY + 17, 3, 400 * DAY, 170 * DAY, 399 * DAY + 23 * HOUR];
        let mut sum = DecayedSum::default();
        times.iter().for_each(|&t| sum.add(h.point(t), 1.0));
        let plain: f64 = times.iter().map(|&t| h.decay_factor(401 * DAY - t)).sum();
        assert!((sum.at(h.point(401 * DAY)) - plain).abs() <= 1e-12 * plain);
    }

    #[test]
    fn extreme_times_neither_overflow_nor_trap() {
        let h = HalfLife::of(HOUR);
        let mut sum = DecayedSum::default();
        for t in [-FARTHEST, FARTHEST, 0] {
            sum.add(h.point(t), 1.0);
            assert!(sum.at(h.point(t)).is_finite());
        }
        BEIJING.month(FARTHEST);
        BEIJING.month(-FARTHEST);
    }

    #[test]
    fn the_operators_day_begins_at_their_midnight() {
        let eight_utc = 16 * HOUR; // midnight in Beijing
        assert_eq!(BEIJING.day_start(eight_utc), eight_utc);
        assert_eq!(BEIJING.day_start(eight_utc - 1), eight_utc - DAY);
        assert_eq!(BEIJING.minute_of_day(eight_utc + 90 * MINUTE), 90);
    }

    #[test]
    fn a_date_and_its_midnight_are_inverse() {
        let date = Date { year: 2028, month: 2, day: 29 };
        let midnight = BEIJING.midnight(date);
        assert_eq!((BEIJING.date(midnight), BEIJING.date(midnight - 1).day), (date, 28));
        assert_eq!((BEIJING.weekday(midnight), BEIJING.day_start(midnight)), (1, midnight));
        let exists = [(2028, 2, 29), (2026, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31), (2026, 4, 0)]
            .map(|(year, month, day)| Date { year, month, day }.exists());
        assert_eq!(exists, [true, false, false, false, false, false]);
    }

    #[test]
    fn months_have_their_days() {
        let february_2028 = Calendar { utc_offset_minutes: 0 }.month(days_from_civil(2028, 2, 29) * DAY);
        assert_eq!(february_2028.days, 29);
        let march_2026 = BEIJING.month(days_from_civil(2026, 3, 31) * DAY + 15 * HOUR);
        assert_eq!((march_2026.days, march_2026.end), (31, days_from_civil(2026, 4, 1) * DAY - 8 * HOUR));
    }

    #[test]
    fn civil_and_back_agree_over_eight_centuries() {
        for day in (-146_097..146_097).step_by(37) {
            let (y, m, d) = civil(day);
            assert_eq!(days_from_civil(y, m, d), day);
        }
    }
}
