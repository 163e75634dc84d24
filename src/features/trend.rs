//! Recent demand for items, overall and within the group.

use nextpick_kernel::decay::log_demand;

use crate::base::index::{GroupIndex, ItemIndex};
use crate::memory::trend::{DemandPoints, HALF_LIVES, decay_points};

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
    fill_demand(context, context.state.memory.trends().positive(), items, 0, columns);
}

/// Fills the columns of [`group_features`].
pub fn fill_group(context: &RankingContext, group: Option<GroupIndex>, items: &[ItemIndex], columns: &mut [Column]) {
    let Some(trends) = group.and_then(|group| context.state.memory.group_trends(group)) else { return };
    let mut demands: Vec<DemandPoints> = Vec::new();
    // A group knows few of the items: only these get a row.
    let mut row = |&item: &ItemIndex| match trends.positive(item) {
        Some(demand) => {
            demands.push(*demand);
            ItemIndex(demands.len() as u32 - 1)
        }
        None => ItemIndex(u32::MAX),
    };
    let rows: Vec<ItemIndex> = items.iter().map(&mut row).collect();
    fill_demand(context, &demands, &rows, GROUP_FROM, columns);
}

/// Writes the demand at the shortest half-life, 0 where there is none.
pub fn fill_recent(context: &RankingContext, items: &[ItemIndex], values: &mut [f64]) {
    let now = decay_points(context.state.now);
    log_demand(context.state.memory.trends().positive(), items, &now, STEEPNESS, 0, &mut [values]);
}

/// Fills one column per half-life, beginning with the `first`, with the demand at one row for each item.
fn fill_demand(
    context: &RankingContext,
    demands: &[DemandPoints],
    rows: &[ItemIndex],
    first: usize,
    columns: &mut [Column],
) {
    columns.iter_mut().for_each(|column| column.reset(rows.len()));
    let mut values: Vec<&mut [f64]> = columns.iter_mut().map(|column| &mut column.values[..]).collect();
    let now = decay_points(context.state.now);
    let live = log_demand(demands, rows, &now, STEEPNESS, first, &mut values);
    columns.iter_mut().for_each(|column| column.live = live);
}
