//! The request rule: the `only` and `exclude` lists of one request.

use super::{Question, Refusal, RuleName};

/// Refuses with `only` an item absent from the request's `only`, and with `exclude` an item in its `exclude`.
pub fn refusal(question: &Question) -> Option<Refusal> {
    let (context, item) = (question.context, question.item);
    if context.only.is_some_and(|only| only.binary_search(&item).is_err()) {
        return Some(Refusal { rule: RuleName::Fixed("only"), until: None });
    }
    context.exclude.binary_search(&item).is_ok().then_some(Refusal { rule: RuleName::Fixed("exclude"), until: None })
}

#[cfg(test)]
mod tests {
    use crate::base::index::ItemIndex;
    use crate::eligibility::fixture::Fixture;

    #[test]
    fn only_and_exclude_restrict_the_items() {
        let mut fixture = Fixture::default();
        fixture.item(r#"{"id":"a"}"#).item(r#"{"id":"b"}"#).item(r#"{"id":"c"}"#);
        (fixture.only, fixture.exclude) = (Some([0, 1, 9].map(ItemIndex).to_vec()), [1, 7].map(ItemIndex).to_vec());
        assert_eq!(fixture.refusals(0), [("b", "exclude", None), ("c", "only", None)]);
        assert_eq!(fixture.eligible(0), ["a"]);
        (fixture.only, fixture.exclude) = (Some(vec![]), vec![]);
        assert_eq!(fixture.eligible(0), [""; 0]);
    }
}
