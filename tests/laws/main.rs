//! Property tests over random communities, logs and requests. Each file tests one property.

mod analysis;
mod assignment;
mod batch;
mod clock;
mod consent;
mod eligibility;
mod experiments;
mod explained;
mod extremes;
mod funnel;
mod journeys;
mod merge;
mod model;
mod moving;
mod online;
mod operations;
mod order;
mod patches;
mod pure;
mod readers;
mod reasons;
mod released;
mod reserved;
mod slates;
mod snapshot;
mod world;
