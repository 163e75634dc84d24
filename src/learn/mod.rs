//! Learning: from examples to weights. What the examples are is [`crate::recommender`]'s to say, so that learning sees
//! exactly what deciding sees.

pub mod ease;
pub mod examples;
pub mod fit;
pub mod lesson;
pub mod online;
pub mod probability;
pub mod report;
pub mod share;
pub mod teach;
