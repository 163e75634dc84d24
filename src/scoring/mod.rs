//! From features to one utility per item: a chance per kind → utility under the objective, and for a group its own and its
//! members' into one. Every utility can be explained exactly.

mod feature_rows;
pub mod group_aggregator;
pub mod objective;
pub mod scorer;
mod uncertainty;
