//! From a log to weights. Examples are sampled in one pass over the log, with the features of their own moment, so that
//! training sees exactly the features a decision sees.

mod choice_set;
mod dataset;
pub mod ease;
pub mod fit;
pub mod fit_log;
mod group_weight;
mod holdout;
pub mod impression_log;
mod interpolation;
mod item_effects;
mod multi_task;
mod negatives;
pub mod newton;
pub mod report;
mod sampling;
pub mod trainer;
pub mod training_set;
