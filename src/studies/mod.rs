//! Studies of a log of messages and the responses to them: attribution, funnels, and comparison of variants.
//!
//! Each is a function over a [`study_log::StudyLog`], which is read once and in any order. The same lines in another
//! order give the same bytes.

pub mod attribution;
pub mod cluster_sums;
pub mod comparison;
pub mod e_value;
pub mod experiment;
#[cfg(test)]
mod fixture;
pub mod funnel;
pub mod referrals;
pub mod sample_ratio;
pub mod study_log;
pub mod tier_search;
pub mod trial;
