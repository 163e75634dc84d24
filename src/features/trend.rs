//! Trend: how much the item is in demand, among everybody and within the group.

use crate::base::number::ln_1p;
use crate::memory::trend::{DecayPoints, HALF_LIVES, ItemDemand, places};
use crate::world::kind::Kinds;

use super::subject::{PreparedSubject, RankingContext};
use super::{Column, Family};

/// `trend.<h>` = ln(1 + 3·Σ over positive kinds of the decayed count), over everybody. Kinds count the same: weighting
/// them ranks worse on real logs.
pub struct Trend;

impl Family for Trend {
    fn name(&self) -> &'static str {
        "trend"
    }

    fn features(&self) -> Vec<String> {
        HALF_LIVES.map(|(name, _)| format!("trend.{name}")).into()
    }

    fn of_item_alone(&self) -> bool {
        true
    }

    fn fill(&self, scene: &RankingContext, _: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let now = places(scene.now);
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            let Some(counts) = demand(scene.memory.trends().of(item), &now, &scene.world.kinds) else { continue };
            for (column, count) in columns.iter_mut().zip(counts) {
                column.values[n] = ln_1p(STEEPNESS * count);
                column.live = true;
            }
        }
    }
}

/// How soon the logarithm flattens: the first few interactions say the most.
const STEEPNESS: f64 = 3.0;

/// `trend.group.<h>`: the same within the viewer's group, at the half-lives of a day and longer.
pub struct GroupTrend;

/// A group is too few people for demand by the hour.
const GROUP_FROM: usize = 2;

impl Family for GroupTrend {
    fn name(&self) -> &'static str {
        "trend"
    }

    fn features(&self) -> Vec<String> {
        HALF_LIVES[GROUP_FROM..].iter().map(|(name, _)| format!("trend.group.{name}")).collect()
    }

    fn fill(&self, scene: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let Some(trends) = viewer.addressee.group.and_then(|group| scene.memory.group_trends(group)) else { return };
        let now = places(scene.now);
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            let Some(counts) = demand(trends.of(item), &now, &scene.world.kinds) else { continue };
            for (column, count) in columns.iter_mut().zip(&counts[GROUP_FROM..]) {
                column.values[n] = ln_1p(STEEPNESS * count);
                column.live = true;
            }
        }
    }
}

/// The decayed counts of all positive kinds together; `None` where nobody showed any liking.
fn demand(demands: &[ItemDemand], now: &DecayPoints, kinds: &Kinds) -> Option<[f64; HALF_LIVES.len()]> {
    let mut liking = demands.iter().filter(|demand| kinds.of(demand.kind).positive).map(|demand| demand.at(now));
    let first = liking.next()?;
    Some(liking.fold(first, |sum, counts| std::array::from_fn(|h| sum[h] + counts[h])))
}
