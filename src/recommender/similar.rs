//! Similar items: liked by the same subjects, or with similar facets.

use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::index::ItemIndex;
use crate::base::order;
use crate::base::time::{MAX_TIME, Time};
use crate::base::value::quoted;
use crate::eligibility::total_cap_reached;
use crate::engine::EngineView;
use crate::features::FamilySet;
use crate::memory::StateView;

use super::Recommender;

/// A similar item.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Similar {
    /// The item's id.
    pub item: String,
    /// Shrunk cosine of co-occurrence, 0 to 1.
    pub similarity: f64,
    /// Number of subjects with likes of both.
    pub together: u32,
    /// Cosine of the facets, 0 to 1.
    pub alike: f64,
}

impl Recommender {
    /// Returns the `count` most similar items: by co-occurrence, then by facets. Items that may be shown to no
    /// recipient at `now` are left out: hidden, removed, outside their schedule, or with a cap over the total reached.
    ///
    /// ```
    /// use nextpick::{Item, Recommender, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// let item = |id: &str, tag: &str| Item::builder(id).tags([tag]).build();
    /// recommender.put_items(vec![item("a", "tea")?, item("b", "tea")?, item("c", "cups")?]);
    /// let similar = recommender.similar("a", 5, Some(1_774_958_400_000))?;
    /// assert_eq!(similar.iter().map(|similar| similar.item.as_str()).collect::<Vec<_>>(), ["b"]);
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// `now` is the trusted time by default; before the first, the latest possible time, at which every item with an
    /// expiry has expired.
    ///
    /// # Errors
    /// [`Code::Unknown`] for an item id that was never named.
    pub fn similar(&mut self, item: &str, count: usize, now: Option<Time>) -> Result<Vec<Similar>> {
        now.into_iter().for_each(|now| self.clock.advance(now));
        let now = now.or(self.clock.now()).unwrap_or(MAX_TIME);
        self.engine.advance(now);
        let EngineView { state: StateView { world, memory, .. }, facets, availability, .. } =
            self.engine.at(now, FamilySet::ALL);
        let ids = &world.library.ids;
        let Some(index) = ids.get(item) else {
            return Err(Error::new(Code::Unknown, "item", "an item that is known", quoted(item)));
        };
        let mut near = vec![(0.0, 0); ids.len()];
        memory.neighbours().of(index).for_each(|n| near[n.item.as_usize()] = (n.similarity, n.together));
        let mut similar: Vec<Similar> = ItemIndex::first(ids.len())
            .filter(|&other| other != index && availability.is_open(other, now))
            .filter_map(|other| {
                let (similarity, together) = near[other.as_usize()];
                let alike = facets.similarity(index, other);
                let item = || ids.name(other).to_owned();
                let is_similar = similarity > 0.0 || alike > 0.0;
                let may_be_shown = is_similar && !total_cap_reached(world, memory, other, now);
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

    fn recommender(items: &[&str]) -> Recommender {
        let mut recommender = Recommender::new(Value::Null).unwrap();
        let items = items.iter().map(|item| Item::read(value(item), "").unwrap());
        recommender.put_items(items.collect());
        recommender
    }

    fn listed(recommender: &mut Recommender, now: Option<Time>) -> Vec<String> {
        recommender.similar("a", 10, now).unwrap().into_iter().map(|similar| similar.item).collect()
    }

    #[test]
    fn items_that_nobody_may_see_are_not_listed() {
        let mut recommender = recommender(&[
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
        // The trusted time counts if none is given.
        assert_eq!(listed(&mut recommender, None), ["published", "shown", "started"]);
    }

    #[test]
    fn without_any_time_items_with_an_expiry_have_expired() {
        let mut recommender =
            recommender(&[r#"{"id":"a","tags":["t"]}"#, r#"{"id":"b","tags":["t"],"expiresAt":100}"#]);
        assert!(listed(&mut recommender, None).is_empty());
    }

    #[test]
    fn items_with_a_full_total_cap_are_not_listed() {
        let capped = r#"{"id":"b","tags":["t"],"caps":[{"per":"total","count":1}]}"#;
        let mut recommender = recommender(&[r#"{"id":"a","tags":["t"]}"#, capped]);
        assert_eq!(listed(&mut recommender, Some(100)), ["b"]);
        let sent = format!(r#"{{"id":"{:032}","subject":{{"user":"u"}},"at":100,"picks":[{{"item":"b"}}]}}"#, 7);
        assert!(recommender.accept(&Sent::read(value(&sent), "").unwrap()).unwrap().accepted);
        assert!(listed(&mut recommender, Some(101)).is_empty());
    }
}
