//! What this one request wishes: `only` these, `exclude` those.

use super::{Question, Refusal};

/// Refuses with `only` what is not among the request's `only`, and with `exclude` what it excludes.
pub fn refusal(question: &Question) -> Option<Refusal> {
    let (moment, item) = (question.moment, question.item);
    if moment.only.is_some_and(|only| only.binary_search(&item).is_err()) {
        return Some(Refusal { rule: "only", until: None });
    }
    moment.exclude.binary_search(&item).is_ok().then_some(Refusal { rule: "exclude", until: None })
}

#[cfg(test)]
mod tests {
    use crate::eligibility::scene::Fixture;

    #[test]
    fn a_request_may_name_what_it_wants_and_what_it_does_not() {
        let mut scene = Fixture::default();
        scene.item(r#"{"id":"a"}"#).item(r#"{"id":"b"}"#).item(r#"{"id":"c"}"#);
        (scene.only, scene.exclude) = (Some(vec![0, 1, 9]), vec![1, 7]);
        assert_eq!(scene.told(0), [("b", "exclude", None), ("c", "only", None)]);
        assert_eq!(scene.eligible(0), ["a"]);
        (scene.only, scene.exclude) = (Some(vec![]), vec![]);
        assert_eq!(scene.eligible(0), [""; 0]);
    }
}
