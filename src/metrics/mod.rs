//! Numbers that say how good predictions and rankings are, and how certain those numbers are.

pub mod bootstrap;
pub mod probability;
pub mod ranking;
