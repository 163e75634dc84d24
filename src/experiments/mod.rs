//! Experiments at work: which unit gets which variant, and what a variant changes in a decision.

pub mod assignment;
pub mod overlay;
