//! Settings of the user tiers: classes of users by recency, frequency and value.

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::value::{self, Fields, Value, display_number, quoted};

use super::each_once;

/// Settings that classify users.
#[derive(Debug, Clone, PartialEq)]
pub struct TierSettings {
    /// Half-life of an active day in the activity score, in days, 1 to 3650.
    pub half_life_days: f64,
    /// Kinds of interaction that make a day active; if absent, every kind of the configuration that has a weight of 0
    /// or more and is no exposure.
    pub active_kinds: Option<Vec<String>>,
    /// Length of the tier `newcomer` in days, 0 to 3650; 0: there is no such tier.
    pub newcomer_days: u32,
    /// Levels from highest to lowest, 2 to 16. The last has no bounds.
    pub levels: Vec<TierLevel>,
}

/// One tier.
#[derive(Debug, Clone, PartialEq)]
pub struct TierLevel {
    /// Name, unique, not [`NEWCOMER`].
    pub name: String,
    /// Minimum activity score; 0 if not given.
    pub min_activity: f64,
    /// Minimum value score, required in addition; `None` if not given.
    pub min_value: Option<f64>,
}

/// Name of the tier of users who joined recently.
pub const NEWCOMER: &str = "newcomer";

impl Default for TierSettings {
    /// Bounds measured on two public logs: about ten recent active days, one visit every few weeks, one recent visit,
    /// one visit a half-life ago.
    fn default() -> Self {
        let level = |(name, min_activity): (&str, f64)| TierLevel { name: name.into(), min_activity, min_value: None };
        let levels = [("loyal", 10.0), ("quality", 4.0), ("regular", 1.5), ("infrequent", 0.5), ("lapsed", 0.0)];
        Self { half_life_days: 60.0, active_kinds: None, newcomer_days: 14, levels: levels.map(level).to_vec() }
    }
}

impl TierSettings {
    /// Reads the settings.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let default = Self::default();
        let settings = Self {
            half_life_days: fields.or(
                "halfLifeDays",
                default.half_life_days,
                value::number_that("days from 1 to 3650", |days| (1.0..=3650.0).contains(&days)),
            )?,
            active_kinds: fields.optional("activeKinds", kinds)?,
            newcomer_days: fields.or("newcomerDays", default.newcomer_days, value::whole(0, 3650))?,
            levels: fields.or("levels", default.levels, levels)?,
        };
        fields.finish()?;
        Ok(settings)
    }

    /// True if a tier has this name.
    pub fn has(&self, name: &str) -> bool {
        name == NEWCOMER || self.levels.iter().any(|level| level.name == name)
    }

    /// Returns the names of all tiers: the levels from the highest, then `newcomer` if there is such a tier.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let newcomer = (self.newcomer_days > 0).then_some(NEWCOMER);
        self.levels.iter().map(|level| level.name.as_str()).chain(newcomer)
    }
}

fn kinds(value: Value, path: &str) -> Result<Vec<String>> {
    let kinds = value::list(value, path, id::id)?;
    match kinds.is_empty() {
        true => Err(Error::invalid(path, "at least one kind", "an empty list")),
        false => Ok(kinds),
    }
}

fn levels(value: Value, path: &str) -> Result<Vec<TierLevel>> {
    let levels = value::list(value, path, level)?;
    if !(2..=16).contains(&levels.len()) {
        return Err(Error::limit(path, "2 to 16 levels", levels.len()));
    }
    each_once(levels.iter().map(|level| level.name.as_str()), "name", path)?;
    let wrong = |n: usize, field: &str, rule: String, found: String| {
        Err(Error::invalid(&[path, "[", &n.to_string(), "]", field].concat(), rule, found))
    };
    for (n, pair) in levels.windows(2).enumerate() {
        if !pair[0].has_bounds() {
            return wrong(
                n,
                "",
                "minActivity or minValue (only the last level has no bounds)".into(),
                "neither".into(),
            );
        }
        let bounds = |level: &TierLevel| [level.min_activity, level.min_value.unwrap_or(0.0)];
        let fields = bounds(&pair[0]).into_iter().zip(bounds(&pair[1])).zip([".minActivity", ".minValue"]);
        for ((higher, lower), field) in fields {
            if lower > higher {
                let rule = format!("at most the bound of the level before ({})", display_number(higher));
                return wrong(n + 1, field, rule, display_number(lower));
            }
        }
    }
    let last = levels.len() - 1;
    if levels[last].has_bounds() {
        return wrong(last, "", "no bounds (the last level takes all other users)".into(), quoted(&levels[last].name));
    }
    Ok(levels)
}

fn level(value: Value, path: &str) -> Result<TierLevel> {
    let mut fields = Fields::of(value, path)?;
    let bound = value::number_that("a number above 0", |bound| bound > 0.0);
    let level = TierLevel {
        name: fields.required("name", |value, path| match id::id(value, path)? {
            name if name == NEWCOMER => {
                Err(Error::invalid(path, "another name (newcomer is given by newcomerDays)", quoted(&name)))
            }
            name => Ok(name),
        })?,
        min_activity: fields.or("minActivity", 0.0, &bound)?,
        min_value: fields.optional("minValue", &bound)?,
    };
    fields.finish()?;
    Ok(level)
}

impl TierLevel {
    fn has_bounds(&self) -> bool {
        self.min_activity > 0.0 || self.min_value.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<TierSettings> {
        TierSettings::read(Value::from_json(json, "").unwrap(), "tiers")
    }

    #[test]
    fn settings_that_are_left_out_have_their_defaults() {
        assert_eq!(read("{}").unwrap(), TierSettings::default());
        let names: Vec<String> = read("{}").unwrap().names().map(str::to_owned).collect();
        assert_eq!(names, ["loyal", "quality", "regular", "infrequent", "lapsed", "newcomer"]);
        assert_eq!(read(r#"{"newcomerDays":0}"#).unwrap().names().count(), 5);
    }

    #[test]
    fn errors_name_their_path() {
        for (json, path) in [
            (r#"{"halfLifeDays":0.5}"#, "tiers.halfLifeDays"),
            (r#"{"activeKinds":[]}"#, "tiers.activeKinds"),
            (r#"{"activeKinds":["click",""]}"#, "tiers.activeKinds[1]"),
            (r#"{"newcomerDays":1.5}"#, "tiers.newcomerDays"),
            (r#"{"levels":[{"name":"a"}]}"#, "tiers.levels"),
            (r#"{"levels":[{"name":"a"},{"name":"b"}]}"#, "tiers.levels[0]"),
            (r#"{"levels":[{"name":"a","minActivity":0},{"name":"b"}]}"#, "tiers.levels[0].minActivity"),
            (r#"{"levels":[{"name":"a","minActivity":1},{"name":"a"}]}"#, "tiers.levels[1].name"),
            (r#"{"levels":[{"name":"newcomer","minActivity":1},{"name":"b"}]}"#, "tiers.levels[0].name"),
            (r#"{"levels":[{"name":"a","minActivity":1},{"name":"b","minValue":2}]}"#, "tiers.levels[1].minValue"),
            (r#"{"levels":[{"name":"a","minActivity":2},{"name":"b","minActivity":1}]}"#, "tiers.levels[1]"),
            (
                r#"{"levels":[{"name":"a","minActivity":1},{"name":"b","minActivity":2},{"name":"c"}]}"#,
                "tiers.levels[1].minActivity",
            ),
            (r#"{"colour":1}"#, "tiers.colour"),
        ] {
            assert_eq!(read(json).unwrap_err().path, path, "{json}");
        }
    }
}
