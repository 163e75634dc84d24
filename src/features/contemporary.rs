//! Contemporary: proximity of the item's publication to the subject's active times. Only for cases without timestamps;
//! to predict the next interaction, `visit` and `freshness` are better.

use crate::base::number::ln_1p;

use super::subject::{CONTEMPORARY, FamilyNeeds, PreparedSubject, RankingContext};
use super::{Column, Family};

/// `contemporary.<h>` = ln(1 + 100·Σ 2^(−|t − publication| / h)) over the times t of the subject's interactions.
pub struct Contemporary;

/// Factor inside the logarithm: the larger, the sooner it flattens.
const STEEPNESS: f64 = 100.0;

impl Family for Contemporary {
    fn name(&self) -> &'static str {
        "contemporary"
    }

    fn features(&self) -> Vec<String> {
        CONTEMPORARY.map(|(name, _)| format!("contemporary.{name}")).into()
    }

    fn add_needs(&self, needs: &mut FamilyNeeds) {
        needs.times = true;
    }

    fn fill(&self, context: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        if subject.visits.items == 0 {
            return;
        }
        for (half_life, column) in columns.iter_mut().enumerate() {
            column.open(items.len());
            for (value, &item) in column.values.iter_mut().zip(items) {
                let published = context.world.library.remembered(item).and_then(|entry| entry.item.published_at);
                if let Some(published) = published {
                    *value = ln_1p(STEEPNESS * subject.visits.around(half_life, published));
                }
            }
            column.live = true;
        }
    }
}
