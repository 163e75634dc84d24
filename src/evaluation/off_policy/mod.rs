//! Estimates, from a log of decisions, the relative difference in outcomes of another policy.
//!
//! The walk over the log fills [`rows`]; everything else computes with them and knows neither log nor recommender.
//! `docs/internals/off-policy.md` has the formulas, their sources and their limits.

pub mod acceptances;
#[cfg(test)]
mod answers;
pub mod calibration;
#[cfg(test)]
mod cascade;
pub mod clip;
#[cfg(test)]
mod coverage;
pub mod entry;
pub mod estimate;
pub mod evaluate;
pub mod evaluator;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod grouped;
pub mod held;
pub mod intervals;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod open_bandit;
#[cfg(test)]
mod oracle;
pub mod planner;
pub mod question;
pub mod report;
pub mod rows;
pub mod run;
pub mod sequence;
pub mod settings;
#[cfg(test)]
mod simulation;
pub mod slates;
pub mod textbook;
pub mod verdict;
pub mod walk;
#[cfg(test)]
mod watching;
