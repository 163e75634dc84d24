//! How good the ranking is, judged on a log: three ways, each beside the baselines one would otherwise use.
//!
//! They judge the ranking and not the rules: greedy utility, without caps, audience, fatigue or diversity. Nothing is
//! predicted from what came after it.

pub mod baselines;
pub mod board;
pub mod bootstrap;
pub mod cases;
pub mod examinee;
pub mod impressions;
pub mod made;
pub mod ranking;
pub mod replay;
pub mod settings;
#[cfg(test)]
mod testing;

use crate::recommender::lecture::{Progress, TOLD_EVERY};
