//! Tier settings compared on a log by their prediction of activity in the next days.

use serde::{Serialize, Serializer};

use crate::base::error::{Error, Result};
use crate::base::index::UserIndex;
use crate::base::order;
use crate::base::time::{DAY, MAX_TIME, Time};
use crate::base::value::{self, Fields, Value};
use crate::memory::tier::{Tier, Tiers};
use crate::memory::{Arrival, HalfLives, Memory, Subject};
use crate::operations::tiers::{TierLevel, TierSettings};
use crate::world::interaction::Interaction;

use super::study_log::{Event, StudyLog};

/// Half-lives that are tried, in days.
const HALF_LIVES: [f64; 4] = [30.0, 60.0, 90.0, 180.0];

/// Bounds of the levels that are tried: for lively logs, the default, and for low frequency.
const BOUNDS: [[f64; 4]; 3] = [[20.0, 8.0, 3.0, 1.0], [10.0, 4.0, 1.5, 0.5], [4.0, 2.0, 1.0, 0.5]];

/// Maximum number of dates at which settings are compared.
const MOST_DATES: i64 = 12;

/// Days of history before the first date.
const HISTORY_DAYS: i64 = 30;

/// Tier settings with the quality of their prediction.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TierSuggestion {
    /// The settings.
    #[serde(serialize_with = "contract")]
    pub tiers: TierSettings,
    /// Probability that a user who was active later was in a higher tier than one who was not; mean over the dates.
    pub auc: f64,
    /// Share of users active later by level, from the highest.
    pub return_rates: Vec<f64>,
    /// Share of users by level, from the highest.
    pub sizes: Vec<f64>,
    /// Share of users who moved two or more levels between two dates.
    pub large_moves: f64,
}

fn contract<S: Serializer>(tiers: &TierSettings, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    let level = |level: &TierLevel| {
        let bound = Some(("minActivity".to_owned(), Value::Number(level.min_activity)));
        let name = ("name".to_owned(), Value::Text(level.name.clone()));
        Value::Record(std::iter::once(name).chain(bound.filter(|_| level.min_activity > 0.0)).collect())
    };
    let half_life = ("halfLifeDays".to_owned(), Value::Number(tiers.half_life_days));
    let levels = ("levels".to_owned(), Value::List(tiers.levels.iter().map(level).collect()));
    Value::Record(vec![half_life, levels]).serialize(serializer)
}

/// Reads the options: the number of `days` to predict, 1 to 365; 30 by default.
///
/// # Errors
/// An error with the path of the field that breaks a rule.
pub fn read_days(value: Value, path: &str) -> Result<i64> {
    let mut fields = Fields::of(value, path)?;
    let days = fields.or("days", 30, value::whole(1, 365))?;
    fields.finish()?;
    Ok(days.into())
}

/// Compares tier settings: the best prediction first, then the fewest large moves. Users count from the day on which
/// they are no newcomers.
///
/// # Errors
/// If the log is too short for one date with `days` after it.
pub fn suggest_tiers(log: &StudyLog, days: i64) -> Result<Vec<TierSuggestion>> {
    let dates = dates(log, days)?;
    let memory = memory(log);
    let mut suggestions = Vec::new();
    for half_life_days in HALF_LIVES {
        for bounds in BOUNDS {
            let mut settings = TierSettings { half_life_days, ..TierSettings::default() };
            settings.levels.iter_mut().zip(bounds).for_each(|(level, bound)| level.min_activity = bound);
            suggestions.push(measured(log, &memory, settings, &dates, days));
        }
    }
    order::sort_by(&mut suggestions, |a, b| {
        b.auc.total_cmp(&a.auc).then_with(|| a.large_moves.total_cmp(&b.large_moves))
    });
    Ok(suggestions)
}

/// Returns the dates, ascending: midnights with whole `days` after them up to the end of the log.
fn dates(log: &StudyLog, days: i64) -> Result<Vec<Time>> {
    let own = || log.events.iter().filter(|event| event.user.is_some());
    let span = own().next().zip(own().next_back());
    let (first, end) = span.map_or((0, 0), |(first, last)| (log.calendar.day(first.at), log.calendar.day(last.at) + 1));
    let dates = (1..=MOST_DATES).map(|n| end - n * days).take_while(|day| *day >= first + HISTORY_DAYS);
    let mut dates: Vec<Time> = dates.map(|day| log.calendar.start_of(day)).collect();
    dates.reverse();
    if dates.is_empty() {
        let rule = format!(
            "a log of at least {} days: {HISTORY_DAYS} before a date, and {days} after it",
            HISTORY_DAYS + days
        );
        return Err(Error::invalid("input", rule, format!("{} days", end - first)));
    }
    Ok(dates)
}

/// Returns a memory with the users' interactions, as far as they matter for the activity score.
fn memory(log: &StudyLog) -> Memory {
    let mut memory = Memory::new(HalfLives::default());
    for event in log.events.iter().filter(|event| event.user.is_some()) {
        let Event { at, user, kind, .. } = *event;
        let interaction = Interaction { kind: log.world.kinds.shared_name(kind), at, ..Interaction::default() };
        let indexed = crate::world::IndexedInteraction { user, group: None, channel: None, item: None, kind, at };
        memory.observe(&log.world, &interaction, indexed, Arrival { id: None, is_ahead: false });
    }
    // Interactions are pending until a memory is brought to a moment after them.
    memory.advance(&log.world, MAX_TIME);
    memory
}

fn measured(log: &StudyLog, memory: &Memory, settings: TierSettings, dates: &[Time], days: i64) -> TierSuggestion {
    let tiers = Tiers::new(&settings, log.calendar, &log.world.kinds, log.described_kinds);
    let levels = settings.levels.len();
    let users = log.world.users.ids.len();
    // By level: number of users inactive later, and of users active later.
    let mut in_all = vec![[0.0; 2]; levels];
    let (mut areas, mut moves, mut pairs) = (Vec::new(), 0.0, 0.0);
    let mut before: Vec<Option<Tier>> = vec![None; users];
    for &date in dates {
        let mut counts = vec![[0.0; 2]; levels];
        for user in UserIndex::first(users) {
            let tier = tiers.of_user(&log.world, memory, Some(user), date - 1).filter(|tier| *tier < levels);
            if let Some(tier) = tier {
                counts[tier][usize::from(is_active(memory, &tiers, user, date, days))] += 1.0;
                if let Some(earlier) = before[user.as_usize()] {
                    pairs += 1.0;
                    moves += f64::from(u8::from(tier.abs_diff(earlier) >= 2));
                }
            }
            before[user.as_usize()] = tier;
        }
        areas.extend(area(&counts));
        in_all.iter_mut().zip(&counts).for_each(|(all, one)| (0..2).for_each(|n| all[n] += one[n]));
    }
    let total: f64 = in_all.iter().flatten().sum();
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    TierSuggestion {
        auc: share(areas.iter().sum(), areas.len() as f64),
        return_rates: in_all.iter().map(|[away, active]| share(*active, away + active)).collect(),
        sizes: in_all.iter().map(|[away, active]| share(away + active, total)).collect(),
        large_moves: share(moves, pairs),
        tiers: settings,
    }
}

/// True if a user has an interaction of an active kind in the days after a date.
fn is_active(memory: &Memory, tiers: &Tiers, user: UserIndex, date: Time, days: i64) -> bool {
    let events = memory.history(Subject::User(user)).map_or(&[][..], |history| history.events());
    events.iter().any(|event| (date..date + days * DAY).contains(&event.at) && tiers.scorer().is_active(event.kind))
}

/// Returns the probability that an active user is in a higher level than another, equal levels counting half; `None` if
/// there are not both.
fn area(counts: &[[f64; 2]]) -> Option<f64> {
    let (mut away_below, mut won) = (0.0, 0.0);
    for [away, active] in counts.iter().rev() {
        won += active * (away_below + away / 2.0);
        away_below += away;
    }
    let active: f64 = counts.iter().map(|[_, active]| active).sum();
    (active > 0.0 && away_below > 0.0).then(|| won / (active * away_below))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::studies::fixture::read_log;

    fn click(user: &str, day: i64) -> String {
        format!(r#"{{"interaction":{{"user":"{user}","kind":"click","at":{}}}}}"#, day * DAY)
    }

    #[test]
    fn the_area_counts_pairs_in_the_right_order() {
        assert_eq!(area(&[[0.0, 1.0], [1.0, 0.0]]), Some(1.0));
        assert_eq!(area(&[[1.0, 0.0], [0.0, 1.0]]), Some(0.0));
        assert_eq!(area(&[[2.0, 2.0]]), Some(0.5));
        assert_eq!(area(&[[2.0, 0.0]]), None);
    }

    #[test]
    fn daily_visitors_return_and_single_ones_do_not() {
        let mut lines: Vec<String> =
            (0..120).flat_map(|day| [click("daily", day), click("often", day / 2 * 2)]).collect();
        lines.extend((0..20).map(|n| click(&format!("once{n}"), n)));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let found = suggest_tiers(&read_log(&lines), 30).unwrap();
        assert_eq!(found.len(), HALF_LIVES.len() * BOUNDS.len());
        let best = &found[0];
        assert_eq!((best.auc, best.return_rates[0]), (1.0, 1.0));
        assert!(found.windows(2).all(|pair| pair[0].auc >= pair[1].auc));
        assert!((best.sizes.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let json = value::json(best);
        assert!(json.contains(r#""tiers":{"halfLifeDays":"#) && json.contains(r#"{"name":"lapsed"}"#), "{json}");
        assert!(
            crate::operations::tiers::TierSettings::read(
                Value::from_json(&value::json(&Tested(&best.tiers)), "").unwrap(),
                ""
            )
            .is_ok_and(|again| again == best.tiers)
        );
    }

    struct Tested<'a>(&'a TierSettings);
    impl Serialize for Tested<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
            contract(self.0, serializer)
        }
    }

    #[test]
    fn a_short_log_is_refused() {
        let lines = [click("u", 0), click("u", 20)];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        assert!(suggest_tiers(&read_log(&lines), 30).unwrap_err().rule.contains("60 days"));
    }
}
