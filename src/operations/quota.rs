//! Quotas: target proportions of a class of items.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::value::{self, Fields, Value, display_number};
use crate::world::audience::AudienceRule;

use super::item_filter::ItemFilter;
use super::{each_once, list_of_at_most};

/// A target proportion of a class of items. It is soft: it changes the item chosen for a slot and never leaves a slot
/// empty. Serialises to the contract's JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// Unique name, reported if the quota cannot be met.
    pub name: String,
    /// The items counted.
    pub items: ItemFilter,
    /// Recipients it applies to; all if absent.
    pub audience: Option<AudienceRule>,
    /// The bounds.
    pub bounds: Bounds,
}

/// The bounds of a quota.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bounds {
    /// Number of items in one slate.
    Slate {
        /// Minimum, 0 to 1000.
        min: u32,
        /// Maximum, 0 to 1000; unlimited if absent.
        max: Option<u32>,
    },
    /// Share of the last items sent to the subject, the slate included.
    Share {
        /// Minimum share, 0 to 1.
        min: f64,
        /// Maximum share, 0 to 1.
        max: f64,
        /// Number of items over which the share is measured, 2 to 200.
        window: u32,
    },
}

/// Maximum number of quotas.
pub const MAX_QUOTAS: usize = 32;

/// Maximum number of items that a bound of a slate counts.
const MAX_ITEMS: u32 = 1000;

/// Number of items over which shares are measured, if not given.
const WINDOW: u32 = 20;

impl Quota {
    /// Reads at most 32 quotas with unique names.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read_all(value: Value, path: &str) -> Result<Vec<Self>> {
        let quotas = list_of_at_most(MAX_QUOTAS, value, path, Self::read)?;
        each_once(quotas.iter().map(|quota| quota.name.as_str()), "name", path)?;
        Ok(quotas)
    }

    fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let quota = Self {
            name: fields.required("name", id::id)?,
            items: fields.required("items", ItemFilter::read)?,
            audience: fields.optional("audience", AudienceRule::read_allowing_nobody)?,
            bounds: Bounds::read(&mut fields, path)?,
        };
        fields.finish()?;
        Ok(quota)
    }
}

impl Serialize for Quota {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.name)?;
        map.serialize_entry("items", &self.items)?;
        if let Some(audience) = &self.audience {
            map.serialize_entry("audience", audience)?;
        }
        match self.bounds {
            Bounds::Slate { min, max } => {
                map.serialize_entry("min", &min)?;
                max.map_or(Ok(()), |max| map.serialize_entry("max", &max))?;
            }
            Bounds::Share { min, max, window } => {
                map.serialize_entry("minShare", &min)?;
                map.serialize_entry("maxShare", &max)?;
                map.serialize_entry("window", &window)?;
            }
        }
        map.end()
    }
}

impl Bounds {
    fn read(fields: &mut Fields, path: &str) -> Result<Self> {
        let share = value::number_that("a share from 0 to 1", |share| (0.0..=1.0).contains(&share));
        let min = fields.optional("min", value::whole(0, MAX_ITEMS))?;
        let max = fields.optional("max", value::whole(0, MAX_ITEMS))?;
        let min_share = fields.optional("minShare", &share)?;
        let max_share = fields.optional("maxShare", &share)?;
        let window = fields.optional("window", value::whole(2, 200))?;
        fields.check()?;
        let bounds = match (min.or(max), min_share.or(max_share)) {
            (Some(_), None) => Self::Slate { min: min.unwrap_or(0), max },
            (None, Some(_)) => Self::Share {
                min: min_share.unwrap_or(0.0),
                max: max_share.unwrap_or(1.0),
                window: window.unwrap_or(WINDOW),
            },
            (both, _) => {
                let found = if both.is_some() { "both" } else { "neither" };
                return Err(Error::invalid(path, "either min and/or max, or minShare and/or maxShare", found));
            }
        };
        match bounds {
            Self::Slate { min, max: Some(max) } if max < min => {
                Err(Error::invalid(&fields.path("max"), format!("at least min ({min})"), max))
            }
            Self::Share { min, max, .. } if max < min => {
                let rule = format!("at least minShare ({})", display_number(min));
                Err(Error::invalid(&fields.path("maxShare"), rule, display_number(max)))
            }
            Self::Slate { .. } if window.is_some() => {
                Err(Error::invalid(&fields.path("window"), "minShare or maxShare together with it", "min or max"))
            }
            bounds => Ok(bounds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Vec<Quota>> {
        Quota::read_all(Value::from_json(json, "").unwrap(), "quotas")
    }

    #[test]
    fn bounds_are_counts_of_a_slate_or_shares_of_the_last_items() {
        let bounds = |fields: &str| read(&format!(r#"[{{"name":"q","items":{{}},{fields}}}]"#)).unwrap()[0].bounds;
        assert_eq!(bounds(r#""min":2"#), Bounds::Slate { min: 2, max: None });
        assert_eq!(bounds(r#""max":0"#), Bounds::Slate { min: 0, max: Some(0) });
        assert_eq!(bounds(r#""minShare":0.5"#), Bounds::Share { min: 0.5, max: 1.0, window: 20 });
        assert_eq!(bounds(r#""maxShare":0.5,"window":10"#), Bounds::Share { min: 0.0, max: 0.5, window: 10 });
    }

    #[test]
    fn quotas_round_trip_through_json() {
        let text = r#"[{"name":"a","items":{"role":["hit"]},"audience":{"tiers":["loyal"]},"min":1},{"name":"b","items":{},"minShare":0.0,"maxShare":0.5,"window":9}]"#;
        assert_eq!(crate::base::value::json(&read(text).unwrap()), text);
    }

    #[test]
    fn errors_name_their_path() {
        for (json, path) in [
            (r#"[{"items":{},"min":1}]"#, "quotas[0].name"),
            (r#"[{"name":"q","min":1}]"#, "quotas[0].items"),
            (r#"[{"name":"q","items":{}}]"#, "quotas[0]"),
            (r#"[{"name":"q","items":{},"min":1,"maxShare":0.5}]"#, "quotas[0]"),
            (r#"[{"name":"q","items":{},"min":1001}]"#, "quotas[0].min"),
            (r#"[{"name":"q","items":{},"min":2,"max":1}]"#, "quotas[0].max"),
            (r#"[{"name":"q","items":{},"min":2,"window":10}]"#, "quotas[0].window"),
            (r#"[{"name":"q","items":{},"minShare":1.5}]"#, "quotas[0].minShare"),
            (r#"[{"name":"q","items":{},"minShare":0.5,"maxShare":0.4}]"#, "quotas[0].maxShare"),
            (r#"[{"name":"q","items":{},"minShare":0.5,"window":1}]"#, "quotas[0].window"),
            (r#"[{"name":"q","items":{},"min":1,"audience":{"tiers":[]}}]"#, "quotas[0].audience.tiers"),
            (r#"[{"name":"q","items":{},"min":1},{"name":"q","items":{},"min":1}]"#, "quotas[1].name"),
        ] {
            assert_eq!(read(json).unwrap_err().path, path, "{json}");
        }
    }
}
