//! The repeat rule: refuses or allows items that the recipient had contact with before.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::value::{self, Fields, Value, display_value};

/// The repeat rule for seen items.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Repeats {
    /// Never. The default.
    #[default]
    Never,
    /// Without delay.
    Always,
    /// After a number of days, above 0, at most 36,500.
    AfterDays(f64),
}

impl Repeats {
    /// Reads `"never"`, `"always"` or `{ afterDays: n }`, n above 0 and at most 36500.
    ///
    /// # Errors
    /// `invalid` or `missing`, with the path of the field.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        match &value {
            Value::Text(name) if name == "never" => Ok(Self::Never),
            Value::Text(name) if name == "always" => Ok(Self::Always),
            Value::Record(_) => {
                let mut fields = Fields::of(value, path)?;
                let days = value::number_that("days above 0, at most 36500", |days| days > 0.0 && days <= 36_500.0);
                let repeats = Self::AfterDays(fields.required("afterDays", days)?);
                fields.finish()?;
                Ok(repeats)
            }
            other => Err(Error::invalid(path, r#""never", "always" or { afterDays: n }"#, display_value(other))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repeat_rule_round_trips() {
        for json in [r#""never""#, r#""always""#, r#"{"afterDays":2.5}"#] {
            let read = Repeats::read(Value::from_json(json, "").unwrap(), "config.repeats").unwrap();
            assert_eq!(crate::base::value::json(&read), json);
        }
        for (json, path) in [
            (r#""sometimes""#, "config.repeats"),
            ("7", "config.repeats"),
            (r#"{"afterDays":0}"#, "config.repeats.afterDays"),
            (r#"{"days":1}"#, "config.repeats.afterDays"),
        ] {
            let error = Repeats::read(Value::from_json(json, "").unwrap(), "config.repeats").unwrap_err();
            assert_eq!(error.path, path, "{json}");
        }
    }
}
