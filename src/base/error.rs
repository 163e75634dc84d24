//! How a caller can be wrong: a code to branch on, the path of the value, the rule it broke, the value itself.

use std::fmt;

use serde::Serialize;

/// What sort of mistake was made. Stable: hosts branch on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// A value has the wrong type or breaks a rule.
    Invalid,
    /// A required field is absent.
    Missing,
    /// A field that the contract does not know.
    UnknownField,
    /// A stated limit is exceeded.
    Limit,
    /// A name that must already be known (an item, a feature family, an objective) is not.
    Unknown,
    /// A snapshot is truncated, altered, or of another version.
    Snapshot,
    /// A decision would contain a number that is not finite. No input is known that leads to it.
    NotFinite,
    /// There is not enough memory left for a call; it has changed nothing.
    Memory,
}

/// A mistake of the caller, told so that it can be mended.
///
/// Displays as `items[3].tags: expected at most 256 facets, got 300`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Error {
    /// What sort of mistake.
    pub code: Code,
    /// Where: `items[3].tags`, `request.now`, `config.halfLives.shortDays`.
    pub path: String,
    /// The rule that was broken, in words: `at most 256 facets`.
    pub rule: String,
    /// The value found, shortened for display.
    pub value: String,
}

/// The result of everything that reads what a host says. The error is boxed: the way without one is the way to be short.
pub type Result<T> = std::result::Result<T, Box<Error>>;

impl Error {
    /// A mistake at `path`: the `rule` it breaks and the `value` found.
    pub fn new(code: Code, path: &str, rule: impl Into<String>, value: impl fmt::Display) -> Box<Self> {
        Self::told(code, path, rule.into(), &value.to_string())
    }

    #[inline(never)]
    fn told(code: Code, path: &str, rule: String, value: &str) -> Box<Self> {
        Box::new(Self { code, path: path.to_owned(), rule, value: shortened(value) })
    }

    /// The same mistake, seen from outside: its path continues `outer`. So nobody spells out the place of what is right.
    pub fn within(mut self: Box<Self>, outer: &str) -> Box<Self> {
        let joint =
            if self.path.is_empty() || self.path.starts_with(['[', '.']) || outer.is_empty() { "" } else { "." };
        self.path = [outer, joint, &self.path].concat();
        self
    }

    /// [`Code::Invalid`] at `path`.
    pub fn invalid(path: &str, rule: impl Into<String>, value: impl fmt::Display) -> Box<Self> {
        Self::new(Code::Invalid, path, rule, value)
    }

    /// [`Code::Limit`] at `path`.
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

/// At most 80 characters of a value, so that a message stays a message.
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
    fn a_message_names_place_rule_and_value() {
        let error = Error::limit("items[3].tags", "at most 256 facets", 300);
        assert_eq!(error.to_string(), "items[3].tags: expected at most 256 facets, got 300");
    }

    #[test]
    fn a_long_value_is_shortened_between_characters() {
        let error = Error::invalid("text", "a number", "茶".repeat(500));
        assert_eq!(error.value.chars().count(), 81);
    }
}
