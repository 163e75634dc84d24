//! Which items are like one: liked by the same people, or described alike.

use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::order;
use crate::base::time::{MAX_TIME, Time};
use crate::base::value::quoted;
use crate::eligibility::total_cap_reached;

use super::Recommender;

/// An item like another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Similar {
    /// Which.
    pub item: String,
    /// Shrunk cosine of those who liked both, 0 to 1.
    pub similarity: f64,
    /// How many subjects liked both.
    pub together: u32,
    /// Cosine of the facets, 0 to 1.
    pub alike: f64,
}

impl Recommender {
    /// The `count` items most like one: by who liked both, then by facets. The list is for showing, so it leaves out what may be
    /// shown to nobody at `now`: what is hidden, not in the library, outside its times, or has a full cap over the total.
    ///
    /// Without `now` the trusted time counts; before the first, the end of all times, when all that expires has expired.
    ///
    /// # Errors
    /// The item must have been named before.
    pub fn similar(&mut self, item: &str, count: usize, now: Option<Time>) -> Result<Vec<Similar>> {
        now.into_iter().for_each(|now| self.clock.hear(now));
        let now = now.or(self.clock.now()).unwrap_or(MAX_TIME);
        self.refresh(now);
        let Self { world, memory, derived, .. } = self;
        let ids = &world.library.ids;
        let Some(number) = ids.get(item) else {
            return Err(Error::new(Code::Unknown, "item", "an item that is known", quoted(item)));
        };
        let mut near = vec![(0.0, 0); ids.len()];
        memory.neighbours().of(number).for_each(|n| near[n.item as usize] = (n.similarity, n.together));
        let mut similar: Vec<Similar> = (0..ids.len() as u32)
            .filter(|&other| other != number && derived.availability.is_open(other, now))
            .filter_map(|other| {
                let (similarity, together) = near[other as usize];
                let alike = derived.index.similarity(number, other);
                let item = || ids.name(other).to_owned();
                let is_like = similarity > 0.0 || alike > 0.0;
                let may_be_shown = is_like && !total_cap_reached(world, memory, other, now);
                may_be_shown.then(|| Similar { item: item(), similarity, together, alike })
            })
            .collect();
        order::sort_by(&mut similar, |a, b| {
            let by_alike = || b.alike.total_cmp(&a.alike).then_with(|| a.item.cmp(&b.item));
            b.similarity.total_cmp(&a.similarity).then_with(by_alike)
        });
        similar.truncate(count);
        Ok(similar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::value::Value;
    use crate::recommender::decision::Sent;
    use crate::world::item::Item;

    fn value(json: &str) -> Value {
        Value::from_json(json, "").unwrap()
    }

    fn of(items: &[&str]) -> Recommender {
        let mut recommender = Recommender::new(Value::Null).unwrap();
        let items = items.iter().map(|item| Item::read(value(item), "").unwrap());
        recommender.put_items(items.collect());
        recommender
    }

    fn listed(recommender: &mut Recommender, now: Option<Time>) -> Vec<String> {
        recommender.similar("a", 10, now).unwrap().into_iter().map(|similar| similar.item).collect()
    }

    #[test]
    fn what_may_be_shown_to_nobody_is_not_listed() {
        let mut recommender = of(&[
            r#"{"id":"a","tags":["t"],"hidden":true}"#,
            r#"{"id":"shown","tags":["t"]}"#,
            r#"{"id":"hidden","tags":["t"],"hidden":true}"#,
            r#"{"id":"expired","tags":["t"],"expiresAt":100}"#,
            r#"{"id":"started","tags":["t"],"startsAt":200}"#,
            r#"{"id":"published","tags":["t"],"publishedAt":200}"#,
            r#"{"id":"removed","tags":["t"]}"#,
        ]);
        recommender.remove_items(&["removed".to_owned()]);
        assert_eq!(listed(&mut recommender, Some(99)), ["expired", "shown"]);
        assert_eq!(listed(&mut recommender, Some(100)), ["shown"]);
        assert_eq!(listed(&mut recommender, Some(200)), ["published", "shown", "started"]);
        // Without a time the latest that was named counts.
        assert_eq!(listed(&mut recommender, None), ["published", "shown", "started"]);
    }

    #[test]
    fn before_any_time_was_named_whatever_expires_has_expired() {
        let mut recommender = of(&[r#"{"id":"a","tags":["t"]}"#, r#"{"id":"b","tags":["t"],"expiresAt":100}"#]);
        assert!(listed(&mut recommender, None).is_empty());
    }

    #[test]
    fn what_was_sent_as_often_as_it_may_in_all_is_not_listed() {
        let capped = r#"{"id":"b","tags":["t"],"caps":[{"per":"total","count":1}]}"#;
        let mut recommender = of(&[r#"{"id":"a","tags":["t"]}"#, capped]);
        assert_eq!(listed(&mut recommender, Some(100)), ["b"]);
        let sent = format!(r#"{{"id":"{:032}","subject":{{"user":"u"}},"at":100,"picks":[{{"item":"b"}}]}}"#, 7);
        assert!(recommender.accept(&Sent::read(value(&sent), "").unwrap()).unwrap().accepted);
        assert!(listed(&mut recommender, Some(101)).is_empty());
    }
}
