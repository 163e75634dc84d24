//! Seen: what the addressee already met, and whether it may come again.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::time::{DAY, HOUR, Time};
use crate::base::value::{self, Fields, Value, shown};

use super::contacts::Contact;
use super::window::Window;
use super::{Question, Refusal, RuleContext, nameable};

/// Whether an item that was seen may be shown again.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Repeats {
    /// Not ever. The default.
    #[default]
    Never,
    /// At once.
    Always,
    /// After so many days, above 0.
    AfterDays(f64),
}

impl Repeats {
    /// Reads `"never"`, `"always"` or `{ afterDays: n }`, n above 0 and at most 36500.
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

    /// How long a meeting keeps its item from being shown; `None` if not at all.
    fn window(self) -> Option<Window> {
        match self {
            Self::Never => Some(Window::Ever),
            Self::Always => None,
            Self::AfterDays(days) => Some(Window::of_hours(days * (DAY / HOUR) as f64)),
        }
    }
}

/// Refuses with `seen` what was sent to the addressee or what they met with an interaction that marks as seen, until the
/// repeat rule lets it come again. Meetings after now count as well: a clock that steps back repeats nothing.
pub fn refusal(question: &Question) -> Option<Refusal> {
    seen_until(question.moment, question.past.with(question.item))
        .map(|until| Refusal { rule: "seen", until: nameable(until) })
}

/// Until when the meetings with an item forbid it; `None` if they do not.
pub fn seen_until(moment: &RuleContext, meetings: &[Contact]) -> Option<Time> {
    let window = moment.rules.repeats.window()?;
    let until = window.leaves(moment.rules.calendar, meetings.last()?.at);
    (until > moment.now).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eligibility::scene::Fixture;

    fn scene(repeats: Repeats) -> Fixture {
        let mut scene = Fixture::default();
        scene.rules.repeats = repeats;
        scene.item(r#"{"id":"a"}"#);
        scene
    }

    #[test]
    fn what_was_clicked_or_sent_never_comes_again_unless_it_may() {
        for to in ["u", "@g"] {
            let mut clicked = scene(Repeats::Never);
            clicked.did(to, "a", "click", 5);
            assert_eq!(clicked.to(to).told(5), [("a", "seen", None)]);
            assert_eq!(clicked.to(to).told(4), [("a", "seen", None)], "a clock may step back");
            assert_eq!(clicked.to("v").told(5), []);
            let mut sent = scene(Repeats::Never);
            sent.group(r#"{"id":"g"}"#).sent(to, "a", 5);
            assert_eq!(sent.to(to).told(5), [("a", "seen", None)]);
            sent.rules.repeats = Repeats::Always;
            assert_eq!(sent.to(to).told(5), []);
        }
    }

    #[test]
    fn after_its_days_it_may_come_again() {
        let mut scene = scene(Repeats::AfterDays(2.0));
        scene.sent("u", "a", 0).did("u", "a", "save", DAY);
        assert_eq!(scene.to("u").told(2 * DAY), [("a", "seen", Some(3 * DAY))]);
        assert_eq!(scene.to("u").told(3 * DAY), []);
        assert_eq!(scene.to("v").told(DAY), []);
    }

    #[test]
    fn an_impression_does_not_mark_as_seen() {
        let mut scene = scene(Repeats::Never);
        scene.did("u", "a", "impression", 1);
        assert_eq!(scene.to("u").told(5), []);
    }

    #[test]
    fn the_repeat_rule_reads_as_it_is_written() {
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
