//! The seen rule: items that the recipient had contact with, and whether they may be repeated.

use crate::base::time::{DAY, HOUR, Time};
use crate::operations::repeats::Repeats;

use super::contacts::Contact;
use super::window::Window;
use super::{Question, Refusal, RuleContext, RuleName, nameable};

/// Refuses with `seen` an item that was sent to the recipient or that has an interaction whose kind marks as seen,
/// until the repeat rule allows it. Contacts after now count too: a clock that steps back repeats nothing.
pub fn refusal(question: &Question) -> Option<Refusal> {
    seen_until(question.context, question.history.with(question.item))
        .map(|until| Refusal { rule: RuleName::Fixed("seen"), until: nameable(until) })
}

/// The time until which the contacts block their item; `None` if they do not.
pub fn seen_until(context: &RuleContext, contacts: &[Contact]) -> Option<Time> {
    let window = window(context.rules.repeats)?;
    let until = window.counts_until(context.rules.calendar, contacts.last()?.at);
    (until > context.state.now).then_some(until)
}

/// The period during which a contact blocks its item; `None` if it does not.
fn window(repeats: Repeats) -> Option<Window> {
    match repeats {
        Repeats::Never => Some(Window::Ever),
        Repeats::Always => None,
        Repeats::AfterDays(days) => Some(Window::of_hours(days * (DAY / HOUR) as f64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eligibility::fixture::Fixture;

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
}
