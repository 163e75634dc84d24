//! The schedule rule: `publishedAt`, `startsAt` and `expiresAt`.

use super::{Question, Refusal, RuleName};

/// Refuses with `schedule.unpublished` and `schedule.not-started` until these times, and with `schedule.expired`
/// from `expiresAt` on, without end.
pub fn refusal(question: &Question) -> Option<Refusal> {
    let (item, now) = (&question.entry.item, question.context.state.now);
    if item.expires_at.is_some_and(|end| end <= now) {
        return Some(Refusal { rule: RuleName::Fixed("schedule.expired"), until: None });
    }
    let is_future = |time: &crate::base::time::Time| *time > now;
    let unpublished = item
        .published_at
        .filter(is_future)
        .map(|at| Refusal { rule: RuleName::Fixed("schedule.unpublished"), until: Some(at) });
    unpublished.or_else(|| {
        item.starts_at
            .filter(is_future)
            .map(|at| Refusal { rule: RuleName::Fixed("schedule.not-started"), until: Some(at) })
    })
}

#[cfg(test)]
mod tests {
    use crate::eligibility::fixture::Fixture;

    #[test]
    fn an_item_is_eligible_from_its_start_inclusive_to_its_end_exclusive() {
        let mut fixture = Fixture::default();
        fixture.item(r#"{"id":"a","publishedAt":10,"startsAt":20,"expiresAt":30}"#);
        assert_eq!(fixture.refusals(9), [("a", "schedule.unpublished", Some(10))]);
        assert_eq!(fixture.refusals(10), [("a", "schedule.not-started", Some(20))]);
        assert_eq!(fixture.refusals(20), []);
        assert_eq!(fixture.refusals(29), []);
        assert_eq!(fixture.refusals(30), [("a", "schedule.expired", None)]);
    }

    #[test]
    fn an_item_that_expires_before_publication_is_refused_without_end() {
        let mut fixture = Fixture::default();
        fixture.item(r#"{"id":"a","publishedAt":40,"expiresAt":30}"#);
        assert_eq!(fixture.refusals(35), [("a", "schedule.expired", None)]);
    }
}
