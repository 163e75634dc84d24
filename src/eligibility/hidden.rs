//! Hidden: what the operator took off the shelf without taking it out of the library.

use super::{Question, Refusal};

/// Refuses a hidden item with `hidden`; this does not end by itself.
pub fn refusal(question: &Question) -> Option<Refusal> {
    (question.entry.item.hidden == Some(true)).then_some(Refusal { rule: "hidden", until: None })
}

#[cfg(test)]
mod tests {
    use crate::eligibility::scene::Fixture;

    #[test]
    fn a_hidden_item_is_refused_and_one_said_not_to_be_is_not() {
        let mut scene = Fixture::default();
        scene.item(r#"{"id":"a","hidden":true}"#).item(r#"{"id":"b","hidden":false}"#).item(r#"{"id":"c"}"#);
        assert_eq!(scene.told(0), [("a", "hidden", None)]);
    }
}
