//! Moments at which journeys without a trigger event start: dates in attributes, and periods of the calendar.

use crate::base::time::{Calendar, DAY, Date, Time, is_time};
use crate::memory::Subject;
use crate::operations::journey::SchedulePeriod;
use crate::world::attributes::Attribute;

use super::{JourneyContext, JourneyRecipient};

/// Returns an attribute of a recipient.
pub fn attribute_of<'a>(context: &JourneyContext<'a>, to: JourneyRecipient, name: &str) -> Option<&'a Attribute> {
    let world = context.state.world;
    let attributes = match to.subject() {
        Subject::User(user) => world.users.record(user)?.attributes.as_ref(),
        Subject::Group(group) => world.groups.record(group)?.attributes.as_ref(),
    };
    attributes?.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The occurrences of a date from the last before `from` to the first after `until`, ascending, and further ones at most
/// a year away.
pub fn occurrences(
    calendar: Calendar,
    value: &Attribute,
    from: Time,
    until: Time,
) -> impl Iterator<Item = Time> + use<> {
    let (once, date) = match value {
        Attribute::Number(at) => (Some(*at as Time).filter(|at| is_time(*at)), None),
        Attribute::Text(text) => (None, parse_date(text)),
    };
    let yearly = date.into_iter().flat_map(move |(first_year, month, day)| {
        let midnight = move |year: i64| {
            let date = Date { year, month, day };
            let is_leap_day = (month, day) == (2, 29) && !date.exists();
            calendar.midnight(if is_leap_day { Date { day: 28, ..date } } else { date })
        };
        let year_of = |at: Time| calendar.date(at).year;
        // The occurrence before is still active then.
        let years = year_of(from) - 1..=year_of(until) + 1;
        years.filter(move |year| first_year.is_none_or(|first| *year >= first)).map(midnight)
    });
    once.into_iter().chain(yearly)
}

/// Reads `YYYY-MM-DD` or `MM-DD`; `None` for anything else and for dates that do not exist.
pub fn parse_date(text: &str) -> Option<(Option<i64>, i64, i64)> {
    let number = |digits: &[u8]| {
        let digit = |byte: &u8| byte.is_ascii_digit().then(|| i64::from(byte - b'0'));
        digits.iter().try_fold(0, |number, byte| Some(10 * number + digit(byte)?))
    };
    let (year, rest) = match text.as_bytes() {
        [year @ .., b'-', _, _, b'-', _, _] if year.len() == 4 => (Some(number(year)?), &text.as_bytes()[5..]),
        rest => (None, rest),
    };
    let [month @ .., b'-', _, _] = rest else { return None };
    let (month, day) = (number(month).filter(|_| month.len() == 2)?, number(&rest[3..])?);
    // 2000 had a 29 February.
    let date = Date { year: year.unwrap_or(2000), month, day };
    date.exists().then_some((year, month, day))
}

/// The starts of the periods from the one that contains `from` to the last at or before `until`, ascending.
pub fn period_starts(
    calendar: Calendar,
    period: SchedulePeriod,
    from: Time,
    until: Time,
) -> impl Iterator<Item = Time> {
    let start_of = |at: Time| match period {
        SchedulePeriod::Day => calendar.day_start(at),
        SchedulePeriod::Week => calendar.day_start(at) - Time::from(calendar.weekday(at)) * DAY,
        SchedulePeriod::Month => calendar.month(at).start,
    };
    let next = move |start: Time| match period {
        SchedulePeriod::Day => start + DAY,
        SchedulePeriod::Week => start + 7 * DAY,
        SchedulePeriod::Month => calendar.month(start).end,
    };
    let starts = std::iter::successors(Some(start_of(from)), move |start| Some(next(*start)));
    starts.take_while(move |start| *start <= until)
}

/// A set of days of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YearDays([u32; 12]);

impl YearDays {
    /// Returns the days of the year on which a date between two moments may fall; 29 February with the 28th of years that
    /// do not have it.
    pub fn between(calendar: Calendar, from: Time, until: Time) -> Self {
        if until.saturating_sub(from) >= 366 * DAY {
            return Self([u32::MAX; 12]);
        }
        let mut days = Self([0; 12]);
        for day in calendar.day(from)..=calendar.day(until) {
            let date = calendar.date(calendar.start_of(day));
            days.insert(date.month, date.day);
            if (date.month, date.day) == (2, 28) && !(Date { day: 29, ..date }).exists() {
                days.insert(2, 29);
            }
        }
        days
    }

    fn insert(&mut self, month: i64, day: i64) {
        self.0[month as usize - 1] |= 1 << day;
    }

    /// True if it contains a day, given as month, 1–12, and day of the month, 1–31.
    pub fn contains(self, month: i64, day: i64) -> bool {
        self.0[month as usize - 1] >> day & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_with_or_without_a_year() {
        assert_eq!(parse_date("2026-03-31"), Some((Some(2026), 3, 31)));
        assert_eq!(parse_date("02-29"), Some((None, 2, 29)));
        assert_eq!(parse_date("2024-02-29"), Some((Some(2024), 2, 29)));
        for wrong in [
            "2026-02-29",
            "04-31",
            "00-10",
            "13-01",
            "1-01",
            "01-1",
            "126-01-01",
            "2026/01/01",
            "",
            "-",
            "+1-01",
            "é-01",
        ] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_of_the_year_are_those_between_two_moments() {
        let calendar = Calendar { utc_offset_minutes: 480 };
        let midnight = |year, month, day| calendar.midnight(Date { year, month, day });
        let days = YearDays::between(calendar, midnight(2025, 12, 30), midnight(2026, 2, 28));
        let found = |month: i64| (1..=31).filter(|day| days.contains(month, *day)).collect::<Vec<i64>>();
        assert_eq!((found(12), found(1).len(), found(2).len(), found(3)), (vec![30, 31], 31, 29, vec![]));
        // 2028 has a 29 February of its own.
        let days = YearDays::between(calendar, midnight(2028, 2, 28), midnight(2028, 2, 28) + DAY - 1);
        assert!(days.contains(2, 28) && !days.contains(2, 29) && !days.contains(2, 27));
        let all = YearDays::between(calendar, Time::MIN, midnight(2026, 1, 1));
        assert!((1..=12).all(|month| (1..=31).all(|day| all.contains(month, day))));
    }
}
