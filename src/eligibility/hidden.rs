//! The hidden rule: items that the operator hid without removing them.

use super::{Question, Refusal, RuleName};

/// Refuses a hidden item with `hidden`. The refusal has no end.
pub fn refusal(question: &Question) -> Option<Refusal> {
    (question.entry.item.hidden == Some(true)).then_some(Refusal { rule: RuleName::Fixed("hidden"), until: None })
}

#[cfg(test)]
mod tests {
    use crate::eligibility::fixture::Fixture;

    #[test]
    fn only_items_with_hidden_true_are_refused() {
        let mut fixture = Fixture::default();
        fixture.item(r#"{"id":"a","hidden":true}"#).item(r#"{"id":"b","hidden":false}"#).item(r#"{"id":"c"}"#);
        assert_eq!(fixture.refusals(0), [("a", "hidden", None)]);
    }
}
