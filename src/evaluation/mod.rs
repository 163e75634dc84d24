//! Evaluates the ranking on a log, in three ways, each next to simple baselines.
//!
//! Evaluated is the ranking by utility alone: without caps, audience, fatigue or diversity. No prediction uses later
//! interactions.

pub mod answers;
pub mod baselines;
pub mod cases;
pub mod evaluate;
pub mod evaluated_ranker;
pub mod impressions;
pub mod metrics_table;
pub mod off_policy;
pub mod replay;
#[cfg(test)]
mod replay_laws;
pub mod sampled_cases;
pub mod settings;
#[cfg(test)]
mod testing;

use crate::training::fit_log::{PROGRESS_EVERY, Progress};
