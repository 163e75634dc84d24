//! Contemporary: whether the item came out when the viewer was there. It answers what somebody may have taken at a time
//! that nobody tells; for what comes next, visit and freshness know better.

use crate::base::number::ln_1p;

use super::subject::{CONTEMPORARY, FamilyNeeds, PreparedSubject, RankingContext};
use super::{Column, Family};

/// `contemporary.<h>` = ln(1 + 100·Σ over the times the viewer touched an item of 2^(−distance to its publication / h)).
pub struct Contemporary;

/// How soon the logarithm flattens.
const STEEPNESS: f64 = 100.0;

impl Family for Contemporary {
    fn name(&self) -> &'static str {
        "contemporary"
    }

    fn features(&self) -> Vec<String> {
        CONTEMPORARY.map(|(name, _)| format!("contemporary.{name}")).into()
    }

    fn wants(&self, wanted: &mut FamilyNeeds) {
        wanted.times = true;
    }

    fn fill(&self, scene: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        if viewer.visits.items == 0 {
            return;
        }
        for (half_life, column) in columns.iter_mut().enumerate() {
            column.open(items.len());
            for (value, &item) in column.values.iter_mut().zip(items) {
                let published = scene.world.library.remembered(item).and_then(|entry| entry.item.published_at);
                if let Some(published) = published {
                    *value = ln_1p(STEEPNESS * viewer.visits.around(half_life, published));
                }
            }
            column.live = true;
        }
    }
}
