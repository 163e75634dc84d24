//! Laws: what holds for every community, log and request, tried on random ones. One law a file.

mod clock;
mod consent;
mod eligibility;
mod extremes;
mod merge;
mod model;
mod moving;
mod online;
mod order;
mod pure;
mod readers;
mod reasons;
mod released;
mod snapshot;
mod world;
