//! Estimates from a log of decisions how much more or less another policy would have brought.
//!
//! The walk over the log fills [`rows`]; everything else computes with them and knows neither log nor recommender.
//! `docs/internals/off-policy.md` has the formulas, their sources and their limits.

// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod calibration;
// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod clip;
// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod estimate;
// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod evaluate;
// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod intervals;
// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod planner;
// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod report;
// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod rows;
// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod sequence;
// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod settings;
// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod slates;
// Until the walk over the log fills the rows.
#[allow(dead_code)]
pub mod textbook;
// Until the walk over the log fills the rows.
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod oracle;
#[allow(dead_code)]
pub mod verdict;
