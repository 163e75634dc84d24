//! Recent demand for items, overall and within the group.

use crate::base::index::{GroupIndex, ItemIndex};
use crate::base::number::ln_1p;
use crate::memory::trend::{DecayPoints, HALF_LIVES, ItemDemand, decay_points};
use crate::world::kind::Kinds;

use super::column::Column;
use super::ranking_context::RankingContext;

/// Factor inside the logarithm: it flattens early, since the first few interactions are the most informative.
const STEEPNESS: f64 = 3.0;

/// First half-life of group trends: groups are too small for hourly demand.
const GROUP_FROM: usize = 2;

/// Names `trend.<h>` = ln(1 + 3·Σ over positive kinds of the decayed count), over all subjects. Kinds are not weighted:
/// weighting them ranks worse on real logs.
pub fn features() -> Vec<String> {
    HALF_LIVES.map(|(name, _)| format!("trend.{name}")).into()
}

/// Names `trend.group.<h>`: the same within the recipient's group, at half-lives of a day and longer.
pub fn group_features() -> Vec<String> {
    HALF_LIVES[GROUP_FROM..].iter().map(|(name, _)| format!("trend.group.{name}")).collect()
}

/// Fills the columns of [`features`].
pub fn fill(context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
    fill_demand(context, |item| context.state.memory.trends().of(item), 0, items, columns);
}

/// Fills the columns of [`group_features`].
pub fn fill_group(context: &RankingContext, group: Option<GroupIndex>, items: &[ItemIndex], columns: &mut [Column]) {
    let Some(trends) = group.and_then(|group| context.state.memory.group_trends(group)) else { return };
    fill_demand(context, |item| trends.of(item), GROUP_FROM, items, columns);
}

/// Fills one column per half-life, beginning with the `first`.
fn fill_demand<'a>(
    context: &RankingContext,
    demands_of: impl Fn(ItemIndex) -> &'a [ItemDemand],
    first: usize,
    items: &[ItemIndex],
    columns: &mut [Column],
) {
    let now = decay_points(context.state.now);
    columns.iter_mut().for_each(|column| column.reset(items.len()));
    for (n, &item) in items.iter().enumerate() {
        let Some(counts) = demand(demands_of(item), &now, &context.state.world.kinds) else { continue };
        for (column, count) in columns.iter_mut().zip(&counts[first..]) {
            column.values[n] = ln_1p(STEEPNESS * count);
            column.live = true;
        }
    }
}

/// Sums the decayed counts of all positive kinds, one per half-life; `None` without positive interactions.
fn demand(demands: &[ItemDemand], now: &DecayPoints, kinds: &Kinds) -> Option<[f64; HALF_LIVES.len()]> {
    let mut counts = demands.iter().filter(|demand| kinds.of(demand.kind).positive).map(|demand| demand.at(now));
    let first = counts.next()?;
    Some(counts.fold(first, |sum, count| std::array::from_fn(|h| sum[h] + count[h])))
}
