//! The operator's calendar, by counting years and months.

use super::{Community, DAY, MINUTE};

impl Community {
    /// Returns the operator's day that contains `at`, counted from 1970-01-01.
    pub(super) fn day(&self, at: i64) -> i64 {
        (at + self.offset_minutes * MINUTE).div_euclid(DAY)
    }

    /// Returns the first moment of a day.
    pub(super) fn midnight(&self, day: i64) -> i64 {
        day * DAY - self.offset_minutes * MINUTE
    }

    /// Returns the weekday from 1, Monday, to 7, Sunday; day 0 was a Thursday.
    pub(super) fn weekday(&self, at: i64) -> i64 {
        (self.day(at) + 3).rem_euclid(7) + 1
    }

    /// Returns the midnights of a date in the years from 2025 to 2027, ascending, from `first_year` on. 29 February is
    /// the 28th in other years; a day that its month does not have has no midnight.
    pub(super) fn midnights_of(&self, first_year: i64, month: i64, day: i64) -> Vec<i64> {
        let years = (2025..=2027).filter(|year| *year >= first_year);
        let dates = years.map(|year| (year, if (month, day) == (2, 29) && !is_leap(year) { 28 } else { day }));
        let existing = dates.filter(|(year, day)| *day <= days_of_month(*year, month));
        existing.map(|(year, day)| self.midnight(day_of(year, month, day))).collect()
    }
}

/// Returns the day of a date, counted from 1970-01-01.
fn day_of(year: i64, month: i64, day: i64) -> i64 {
    let before_year: i64 = (1970..year).map(days_of_year).sum();
    let before_month: i64 = (1..month).map(|month| days_of_month(year, month)).sum();
    before_year + before_month + day - 1
}

/// Returns year, month and day of the month of a day counted from 1970-01-01.
pub(super) fn date_of(mut day: i64) -> (i64, i64, i64) {
    let mut year = 1970;
    while day < 0 {
        year -= 1;
        day += days_of_year(year);
    }
    while day >= days_of_year(year) {
        day -= days_of_year(year);
        year += 1;
    }
    let mut month = 1;
    while day >= days_of_month(year, month) {
        day -= days_of_month(year, month);
        month += 1;
    }
    (year, month, day + 1)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
