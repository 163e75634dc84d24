//! From a log to weights: examples are drawn in one walk through the log with the features of their moment, so that training
//! sees exactly what deciding sees.

mod dataset;
pub mod ease;
pub mod fit_log;
mod group_weight;
mod holdout;
mod multi_task;
pub mod newton;
pub mod report;
mod sampling;
pub mod trainer;
pub mod training_set;
