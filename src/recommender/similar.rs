//! Which items are like one: liked by the same people, or described alike.

use serde::Serialize;

use crate::error::{Code, Error, Result};
use crate::order;
use crate::time::MAX_TIME;
use crate::value::quoted;

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
    /// The `count` items most like one: by who liked both, then by facets.
    ///
    /// # Errors
    /// The item must have been named before.
    pub fn similar(&mut self, item: &str, count: usize) -> Result<Vec<Similar>> {
        self.refresh(self.memory.as_of().unwrap_or(MAX_TIME));
        let ids = &self.world.library.ids;
        let Some(number) = ids.get(item) else {
            return Err(Error::new(Code::Unknown, "item", "an item that is known", quoted(item)));
        };
        let mut near = vec![(0.0, 0); ids.len()];
        self.memory.neighbours().of(number).for_each(|n| near[n.item as usize] = (n.similarity, n.together));
        let mut similar: Vec<Similar> = (0..ids.len() as u32)
            .filter(|&other| other != number)
            .filter_map(|other| {
                let (similarity, together) = near[other as usize];
                let alike = self.derived.index.similarity(number, other);
                let item = || ids.name(other).to_owned();
                (similarity > 0.0 || alike > 0.0).then(|| Similar { item: item(), similarity, together, alike })
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
