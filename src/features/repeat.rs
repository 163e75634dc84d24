//! Repeat: previous interaction with the item. If subjects never repeat an item, a fit to cases learns that.

use crate::memory::Subject;

use super::subject::{PreparedSubject, RankingContext};
use super::{Column, Family};

/// `repeat` = 1 if the subject interacted with the item, else 0.
pub struct Repeat;

impl Family for Repeat {
    fn name(&self) -> &'static str {
        "repeat"
    }

    fn features(&self) -> Vec<String> {
        vec!["repeat".to_owned()]
    }

    fn fill(&self, context: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let history = Subject::of(&subject.recipient).and_then(|subject| context.memory.history(subject));
        let Some(history) = history else { return };
        let kinds = &context.world.kinds;
        columns[0].open(items.len());
        for (value, &item) in columns[0].values.iter_mut().zip(items) {
            *value = f64::from(u8::from(history.has_interacted(item, kinds)));
        }
        columns[0].live = true;
    }
}
