//! Metrics of predictions and rankings, with confidence intervals.

pub mod before_after;
pub mod bootstrap;
pub mod lists;
pub mod probability;
pub mod ranking;
