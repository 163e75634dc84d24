//! Metrics of predictions and rankings, with confidence intervals.

pub mod bootstrap;
pub mod lists;
pub mod loss;
pub mod probability;
pub mod ranking;
