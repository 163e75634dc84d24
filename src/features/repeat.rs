//! Repeat: whether the viewer touched the item before. Where nobody does so twice, a fit to cases learns that.

use crate::memory::Subject;

use super::subject::{PreparedSubject, RankingContext};
use super::{Column, Family};

/// `repeat` = 1 for an item that the viewer touched.
pub struct Repeat;

impl Family for Repeat {
    fn name(&self) -> &'static str {
        "repeat"
    }

    fn features(&self) -> Vec<String> {
        vec!["repeat".to_owned()]
    }

    fn fill(&self, scene: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let subject = Subject::of(&viewer.addressee);
        let Some(history) = subject.and_then(|subject| scene.memory.history(subject)) else { return };
        let kinds = &scene.world.kinds;
        columns[0].open(items.len());
        for (value, &item) in columns[0].values.iter_mut().zip(items) {
            *value = f64::from(u8::from(history.has_interacted(item, kinds)));
        }
        columns[0].live = true;
    }
}
