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

/// Told now and then how many of how many steps are done.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize);

/// Progress is told once in so many steps.
const TOLD_EVERY: usize = 256;
