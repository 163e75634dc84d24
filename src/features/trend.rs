//! Recent demand for items, overall and within the group.

use nextpick_kernel::decay::log_demand;

use crate::base::index::{GroupIndex, ItemIndex};
use crate::memory::trend::{HALF_LIVES, ItemDemand, decay_points};

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

/// Fills one column per half-life, beginning with the `first`, with the demand of all positive kinds.
fn fill_demand<'a>(
    context: &RankingContext,
    demands_of: impl Fn(ItemIndex) -> &'a [ItemDemand],
    first: usize,
    items: &[ItemIndex],
    columns: &mut [Column],
) {
    columns.iter_mut().for_each(|column| column.reset(items.len()));
    let demands: Vec<&[ItemDemand]> = items.iter().map(|&item| demands_of(item)).collect();
    let positive: Vec<bool> = context.state.world.kinds.iter().map(|(_, kind)| kind.positive).collect();
    let mut values: Vec<&mut [f64]> = columns.iter_mut().map(|column| &mut column.values[..]).collect();
    let now = decay_points(context.state.now);
    let live = log_demand(&demands, &positive, &now, STEEPNESS, first, &mut values);
    columns.iter_mut().for_each(|column| column.live = live);
}
