//! Activity conditions: interactions that one subject must have, or must not have.

use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::value::{self, Fields, Value, display_number};

use super::item_filter::ItemFilter;
use super::list_of_at_most;

/// A condition on the interactions of one subject. All fields given must hold. The event that started a journey is
/// never counted. The counting window is `within_days` if given, else everything since the journey was entered.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityCondition {
    /// Names of the kinds that count.
    pub kinds: Vec<String>,
    /// Only interactions with these items count; all if absent.
    pub items: Option<ItemFilter>,
    /// Minimum number of interactions.
    pub min_count: u32,
    /// Maximum number of interactions.
    pub max_count: Option<u32>,
    /// Minimum sum of the values of the interactions; those without a value count as 0.
    pub min_value: Option<f64>,
    /// Minimum length of the current streak, in days on the operator's clock, 2–366.
    pub streak_days: Option<u32>,
    /// Length of the counting window in periods of 24 hours before now, 1–3650.
    pub within_days: Option<f64>,
}

/// Maximum number of kinds of a condition or trigger.
const MAX_KINDS: usize = 64;

/// Maximum number of conditions of a step and of a journey's `exitWhen`.
const MAX_CONDITIONS: usize = 64;

/// Maximum of `minCount` and `maxCount`.
const MAX_COUNT: u32 = 1_000_000_000;

impl ActivityCondition {
    /// Reads a condition.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let (min_count, max_count) = (
            fields.optional("minCount", value::whole(0, MAX_COUNT))?,
            fields.optional("maxCount", value::whole(0, MAX_COUNT))?,
        );
        let condition = Self {
            kinds: fields.required("kind", kinds)?,
            items: fields.optional("items", ItemFilter::read)?,
            min_value: fields.optional("minValue", value::number)?,
            streak_days: fields.optional("streakDays", value::whole(2, 366))?,
            within_days: fields.optional(
                "withinDays",
                value::number_that("days from 1 to 3650", |days| (1.0..=3650.0).contains(&days)),
            )?,
            min_count: 0,
            max_count,
        };
        fields.check()?;
        let only_maximum = max_count.is_some() && condition.min_value.is_none() && condition.streak_days.is_none();
        let min_count = min_count.unwrap_or(if only_maximum { 0 } else { 1 });
        if let Some(maximum) = max_count.filter(|&maximum| maximum < min_count) {
            let rule = format!("at least minCount ({min_count})");
            return Err(Error::invalid(&fields.path("maxCount"), rule, maximum));
        }
        fields.finish()?;
        Ok(Self { min_count, ..condition })
    }

    /// Reads a condition that ends a journey: it counts since entry, and holds from some moment on.
    ///
    /// # Errors
    /// Those of [`Self::read`]; `maxCount` and `withinDays` are refused.
    fn read_exit(value: Value, path: &str) -> Result<Self> {
        let condition = Self::read(value, path)?;
        let refused = match (condition.max_count, condition.within_days) {
            (Some(maximum), _) => Some(("maxCount", maximum.into())),
            (None, within) => within.map(|days| ("withinDays", days)),
        };
        match refused {
            Some((field, given)) => {
                let path = if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") };
                let rule = "no such field in exitWhen, which counts everything since entry";
                Err(Error::invalid(&path, rule, display_number(given)))
            }
            None => Ok(condition),
        }
    }

    /// Reads the conditions of a step: 1–64.
    ///
    /// # Errors
    /// Those of [`Self::read`], with the position in the list.
    pub fn read_all(value: Value, path: &str) -> Result<Vec<Self>> {
        at_least_one(list_of_at_most(MAX_CONDITIONS, value, path, Self::read)?, path, "condition")
    }

    /// Reads the conditions that end a journey: 1–64.
    ///
    /// # Errors
    /// Those of [`Self::read_all`]; `maxCount` and `withinDays` are refused.
    pub fn read_exits(value: Value, path: &str) -> Result<Vec<Self>> {
        at_least_one(list_of_at_most(MAX_CONDITIONS, value, path, Self::read_exit)?, path, "condition")
    }
}

/// Reads one kind or a list of 1–64.
///
/// # Errors
/// An error with the path of the name that breaks a rule.
pub fn kinds(value: Value, path: &str) -> Result<Vec<String>> {
    match value {
        Value::List(_) => at_least_one(list_of_at_most(MAX_KINDS, value, path, id::id)?, path, "kind"),
        one => Ok(vec![id::id(one, path)?]),
    }
}

/// Refuses an empty list.
///
/// # Errors
/// [`Code::Invalid`] at `path`.
pub fn at_least_one<T>(list: Vec<T>, path: &str, element: &str) -> Result<Vec<T>> {
    match list.is_empty() {
        true => Err(Error::new(Code::Invalid, path, format!("at least one {element}"), "an empty list")),
        false => Ok(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<ActivityCondition> {
        ActivityCondition::read(Value::from_json(json, "").unwrap(), "conditions[0]")
    }

    #[test]
    fn a_condition_needs_one_interaction_unless_only_a_maximum_is_given() {
        for (json, minimum) in [
            (r#"{"kind":"paid"}"#, 1),
            (r#"{"kind":["paid","ordered"],"maxCount":0}"#, 0),
            (r#"{"kind":"paid","maxCount":3,"minValue":5}"#, 1),
            (r#"{"kind":"paid","maxCount":3,"streakDays":7}"#, 1),
            (r#"{"kind":"paid","minCount":2,"maxCount":3}"#, 2),
            (r#"{"kind":"points","minCount":0,"minValue":-5}"#, 0),
        ] {
            assert_eq!(read(json).unwrap().min_count, minimum, "{json}");
        }
    }

    #[test]
    fn errors_name_their_path() {
        for (json, path) in [
            (r#"{}"#, "conditions[0].kind"),
            (r#"{"kind":[]}"#, "conditions[0].kind"),
            (r#"{"kind":["a",""]}"#, "conditions[0].kind[1]"),
            (r#"{"kind":"a","minCount":-1}"#, "conditions[0].minCount"),
            (r#"{"kind":"a","minCount":2,"maxCount":1}"#, "conditions[0].maxCount"),
            (r#"{"kind":"a","minValue":3,"maxCount":0}"#, "conditions[0].maxCount"),
            (r#"{"kind":"a","streakDays":1}"#, "conditions[0].streakDays"),
            (r#"{"kind":"a","withinDays":0.5}"#, "conditions[0].withinDays"),
            (r#"{"kind":"a","items":{"ids":[]}}"#, "conditions[0].items.ids"),
            (r#"{"kind":"a","days":1}"#, "conditions[0].days"),
        ] {
            assert_eq!(read(json).unwrap_err().path, path, "{json}");
        }
    }

    #[test]
    fn a_condition_that_ends_a_journey_has_neither_a_maximum_nor_a_window() {
        let read = |json: &str| ActivityCondition::read_exits(Value::from_json(json, "").unwrap(), "exitWhen");
        assert!(read(r#"[{"kind":"a","streakDays":7}]"#).is_ok());
        for (json, path) in [
            ("[]", "exitWhen"),
            (r#"[{"kind":"a"},{"kind":"a","maxCount":1}]"#, "exitWhen[1].maxCount"),
            (r#"[{"kind":"a","withinDays":1}]"#, "exitWhen[0].withinDays"),
        ] {
            assert_eq!(read(json).unwrap_err().path, path, "{json}");
        }
    }
}
