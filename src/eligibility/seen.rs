//! The seen rule: items that the recipient had contact with, and whether they may be repeated.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::time::{DAY, HOUR, Time};
use crate::base::value::{self, Fields, Value, shown};

use super::contacts::Contact;
use super::window::Window;
use super::{Question, Refusal, RuleContext, RuleName, nameable};

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
            other => Err(Error::invalid(path, r#""never", "always" or { afterDays: n }"#, shown(other))),
        }
    }

    /// The period during which a contact blocks its item; `None` if it does not.
    fn window(self) -> Option<Window> {
        match self {
            Self::Never => Some(Window::Ever),
            Self::Always => None,
            Self::AfterDays(days) => Some(Window::of_hours(days * (DAY / HOUR) as f64)),
        }
    }
}

/// Refuses with `seen` an item that was sent to the recipient or that has an interaction whose kind marks as seen,
/// until the repeat rule allows it. Contacts after now count too: a clock that steps back repeats nothing.
pub fn refusal(question: &Question) -> Option<Refusal> {
    seen_until(question.context, question.history.with(question.item))
        .map(|until| Refusal { rule: RuleName::Fixed("seen"), until: nameable(until) })
}

/// The time until which the contacts block their item; `None` if they do not.
pub fn seen_until(context: &RuleContext, contacts: &[Contact]) -> Option<Time> {
    let window = context.rules.repeats.window()?;
    let until = window.counts_until(context.rules.calendar, contacts.last()?.at);
    (until > context.now).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eligibility::scene::Fixture;

    fn fixture(repeats: Repeats) -> Fixture {
        let mut fixture = Fixture::default();
        fixture.rules.repeats = repeats;
        fixture.item(r#"{"id":"a"}"#);
        fixture
    }

    #[test]
    fn a_clicked_or_sent_item_is_repeated_only_if_allowed() {
        for to in ["u", "@g"] {
            let mut clicked = fixture(Repeats::Never);
            clicked.did(to, "a", "click", 5);
            assert_eq!(clicked.to(to).refusals(5), [("a", "seen", None)]);
            assert_eq!(clicked.to(to).refusals(4), [("a", "seen", None)], "a clock may step back");
            assert_eq!(clicked.to("v").refusals(5), []);
            let mut sent = fixture(Repeats::Never);
            sent.group(r#"{"id":"g"}"#).sent(to, "a", 5);
            assert_eq!(sent.to(to).refusals(5), [("a", "seen", None)]);
            sent.rules.repeats = Repeats::Always;
            assert_eq!(sent.to(to).refusals(5), []);
        }
    }

    #[test]
    fn an_item_is_repeated_after_the_configured_days() {
        let mut fixture = fixture(Repeats::AfterDays(2.0));
        fixture.sent("u", "a", 0).did("u", "a", "save", DAY);
        assert_eq!(fixture.to("u").refusals(2 * DAY), [("a", "seen", Some(3 * DAY))]);
        assert_eq!(fixture.to("u").refusals(3 * DAY), []);
        assert_eq!(fixture.to("v").refusals(DAY), []);
    }

    #[test]
    fn an_impression_does_not_mark_as_seen() {
        let mut fixture = fixture(Repeats::Never);
        fixture.did("u", "a", "impression", 1);
        assert_eq!(fixture.to("u").refusals(5), []);
    }

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
