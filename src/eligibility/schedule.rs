//! Schedule: published, started, not yet expired.

use super::{Question, Refusal};

/// Refuses with `schedule.unpublished` and `schedule.not-started` until these times, and with `schedule.expired`
/// from `expiresAt` on, for good.
pub fn refusal(question: &Question) -> Option<Refusal> {
    let (item, now) = (&question.entry.item, question.moment.now);
    if item.expires_at.is_some_and(|end| end <= now) {
        return Some(Refusal { rule: "schedule.expired", until: None });
    }
    let ahead = |time: &crate::base::time::Time| *time > now;
    let unpublished =
        item.published_at.filter(ahead).map(|at| Refusal { rule: "schedule.unpublished", until: Some(at) });
    unpublished
        .or_else(|| item.starts_at.filter(ahead).map(|at| Refusal { rule: "schedule.not-started", until: Some(at) }))
}

#[cfg(test)]
mod tests {
    use crate::eligibility::scene::Fixture;

    #[test]
    fn an_item_is_shown_from_its_first_millisecond_until_before_its_last() {
        let mut scene = Fixture::default();
        scene.item(r#"{"id":"a","publishedAt":10,"startsAt":20,"expiresAt":30}"#);
        assert_eq!(scene.told(9), [("a", "schedule.unpublished", Some(10))]);
        assert_eq!(scene.told(10), [("a", "schedule.not-started", Some(20))]);
        assert_eq!(scene.told(20), []);
        assert_eq!(scene.told(29), []);
        assert_eq!(scene.told(30), [("a", "schedule.expired", None)]);
    }

    #[test]
    fn what_expires_before_it_is_published_is_never_promised() {
        let mut scene = Fixture::default();
        scene.item(r#"{"id":"a","publishedAt":40,"expiresAt":30}"#);
        assert_eq!(scene.told(35), [("a", "schedule.expired", None)]);
    }
}
