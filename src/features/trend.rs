//! Trend: recent demand for the item, overall and within the group.

use crate::base::number::ln_1p;
use crate::memory::trend::{DecayPoints, HALF_LIVES, ItemDemand, places};
use crate::world::kind::Kinds;

use super::subject::{PreparedSubject, RankingContext};
use super::{Column, Family};

/// `trend.<h>` = ln(1 + 3·Σ over positive kinds of the decayed count), over all subjects. Kinds are not weighted:
/// weighting them ranks worse on real logs.
pub struct Trend;

impl Family for Trend {
    fn name(&self) -> &'static str {
        "trend"
    }

    fn features(&self) -> Vec<String> {
        HALF_LIVES.map(|(name, _)| format!("trend.{name}")).into()
    }

    fn is_item_only(&self) -> bool {
        true
    }

    fn fill(&self, context: &RankingContext, _: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let now = places(context.now);
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            let Some(counts) = demand(context.memory.trends().of(item), &now, &context.world.kinds) else { continue };
            for (column, count) in columns.iter_mut().zip(counts) {
                column.values[n] = ln_1p(STEEPNESS * count);
                column.live = true;
            }
        }
    }
}

/// Factor inside the logarithm: it flattens early, since the first few interactions are the most informative.
const STEEPNESS: f64 = 3.0;

/// `trend.group.<h>`: the same within the recipient's group, at half-lives of a day and longer.
pub struct GroupTrend;

/// First half-life of group trends: groups are too small for hourly demand.
const GROUP_FROM: usize = 2;

impl Family for GroupTrend {
    fn name(&self) -> &'static str {
        "trend"
    }

    fn features(&self) -> Vec<String> {
        HALF_LIVES[GROUP_FROM..].iter().map(|(name, _)| format!("trend.group.{name}")).collect()
    }

    fn fill(&self, context: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let Some(trends) = subject.recipient.group.and_then(|group| context.memory.group_trends(group)) else { return };
        let now = places(context.now);
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            let Some(counts) = demand(trends.of(item), &now, &context.world.kinds) else { continue };
            for (column, count) in columns.iter_mut().zip(&counts[GROUP_FROM..]) {
                column.values[n] = ln_1p(STEEPNESS * count);
                column.live = true;
            }
        }
    }
}

/// Sums the decayed counts of all positive kinds, one per half-life; `None` without positive interactions.
fn demand(demands: &[ItemDemand], now: &DecayPoints, kinds: &Kinds) -> Option<[f64; HALF_LIVES.len()]> {
    let mut counts = demands.iter().filter(|demand| kinds.of(demand.kind).positive).map(|demand| demand.at(now));
    let first = counts.next()?;
    Some(counts.fold(first, |sum, count| std::array::from_fn(|h| sum[h] + count[h])))
}
