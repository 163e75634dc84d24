//! Errors of a caller: a code to branch on, the path of the value, the rule it breaks, the value itself.

use std::fmt;

use serde::Serialize;

/// The type of an error. Stable: hosts branch on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// A value has the wrong type or breaks a rule.
    Invalid,
    /// A required field is absent.
    Missing,
    /// A field is not part of the contract.
    UnknownField,
    /// A stated limit is exceeded.
    Limit,
    /// A name that must already be known (an item, a feature family, an objective) is not.
    Unknown,
    /// A snapshot is truncated, altered, or of another version.
    Snapshot,
    /// A decision would contain a number that is not finite. No input is known that leads to it.
    NotFinite,
    /// There is not enough memory for a call; it has changed nothing.
    Memory,
}

/// An error of the caller.
///
/// Displays as `items[3].tags: expected at most 256 facets, got 300`.
///
/// ```
/// use nextpick::Request;
///
/// let error = Request::to_user("u1", 0).count(0).build().unwrap_err();
/// assert_eq!((error.path.as_str(), error.value.as_str()), ("request.count", "0"));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Error {
    /// The type of error.
    pub code: Code,
    /// Path of the value: `items[3].tags`, `request.now`, `config.halfLives.shortDays`.
    pub path: String,
    /// The rule that was broken, in words: `at most 256 facets`.
    pub rule: String,
    /// The value found, shortened for display.
    pub value: String,
}

/// The result of reading a host's input. The error is boxed, because results without one should stay small.
pub type Result<T> = std::result::Result<T, Box<Error>>;

impl Error {
    /// Returns an error at `path` with the broken `rule` and the `value` found.
    pub fn new(code: Code, path: &str, rule: impl Into<String>, value: impl fmt::Display) -> Box<Self> {
        Self::build(code, path, rule.into(), &value.to_string())
    }

    #[inline(never)]
    fn build(code: Code, path: &str, rule: String, value: &str) -> Box<Self> {
        Box::new(Self { code, path: path.to_owned(), rule, value: shortened(value) })
    }

    /// Prepends `outer` to the path, so that paths are built only when there is an error.
    pub fn within(mut self: Box<Self>, outer: &str) -> Box<Self> {
        let joint =
            if self.path.is_empty() || self.path.starts_with(['[', '.']) || outer.is_empty() { "" } else { "." };
        self.path = [outer, joint, &self.path].concat();
        self
    }

    /// Returns [`Code::Invalid`] at `path`.
    pub fn invalid(path: &str, rule: impl Into<String>, value: impl fmt::Display) -> Box<Self> {
        Self::new(Code::Invalid, path, rule, value)
    }

    /// Returns [`Code::Limit`] at `path`.
    pub fn limit(path: &str, rule: impl Into<String>, value: impl fmt::Display) -> Box<Self> {
        Self::new(Code::Limit, path, rule, value)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "expected {}", self.rule)?;
        if !self.value.is_empty() {
            write!(f, ", got {}", self.value)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// Returns at most 80 characters of a value.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_path_rule_and_value() {
        let error = Error::limit("items[3].tags", "at most 256 facets", 300);
        assert_eq!(error.to_string(), "items[3].tags: expected at most 256 facets, got 300");
    }

    #[test]
    fn a_long_value_is_shortened_between_characters() {
        let error = Error::invalid("text", "a number", "茶".repeat(500));
        assert_eq!(error.value.chars().count(), 81);
    }
}
