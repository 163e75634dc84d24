//! Estimates from a log of decisions how much more or less another policy would have brought.
//!
//! The walk over the log fills [`rows`]; everything else computes with them and knows neither log nor recommender.
//! `docs/internals/off-policy.md` has the formulas, their sources and their limits.

// Until the walk over the log fills them.
#[allow(dead_code)]
pub mod rows;
