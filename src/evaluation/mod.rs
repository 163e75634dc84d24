//! How good the ranking is, judged on a log: three ways, each beside the baselines one would otherwise use.
//!
//! They judge the ranking and not the rules: greedy utility, without caps, audience, fatigue or diversity. Nothing is
//! predicted from what came after it.

pub mod baselines;
pub mod cases;
pub mod evaluated_ranker;
pub mod impressions;
pub mod metrics_table;
pub mod replay;
pub mod sampled_cases;
pub mod settings;
#[cfg(test)]
mod testing;

use crate::training::fit_log::{Progress, TOLD_EVERY};
