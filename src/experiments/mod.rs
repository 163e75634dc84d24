//! Running experiments: assignment of units to variants, and the changes of a variant to a decision.

pub mod assignment;
pub mod overlay;
