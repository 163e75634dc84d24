//! nextpick selects the next piece of content for a user or a group and explains each choice.
//!
//! The modules are listed in import order: each imports only from those above it (checked by `tests/architecture.rs`).
//! [`recommender`] is the entry point: one file per verb of the public contract.
#![forbid(unsafe_code)]
#![cfg_attr(target_arch = "wasm32", allow(missing_docs))]

pub mod base;

pub mod world;

pub mod operations;

pub mod memory;

pub mod eligibility;

pub mod journeys;

pub mod features;

pub mod model;

pub mod scoring;

pub mod slate;

pub mod experiments;

pub mod engine;

pub mod recommender;

pub mod snapshot;

#[cfg(feature = "study")]
pub mod metrics;

#[cfg(feature = "study")]
pub mod studies;

#[cfg(feature = "study")]
pub mod training;

#[cfg(feature = "study")]
pub mod evaluation;

#[cfg(target_arch = "wasm32")]
mod wasm;
