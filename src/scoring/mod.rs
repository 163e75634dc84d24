//! Utilities of items: probabilities per kind weighted by the objective; for a group, its own and its members'
//! utilities aggregated. Every utility has an exact attribution.

pub mod attribution;
mod feature_rows;
pub mod group_aggregator;
pub mod group_scores;
mod item_only_scores;
pub mod member_sums;
pub mod objective;
pub mod prepared_members;
pub mod scorer;
mod shared_direction;
pub mod shortlist;
mod uncertainty;
