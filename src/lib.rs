//! nextpick picks the *next piece of content* for a user or a group, and says exactly why.
//!
//! The modules below stand in the order in which data flows; each imports only from those above it
//! (`tests/architecture.rs` holds that). Start reading at [`recommender`]: it is the specification in code.
#![forbid(unsafe_code)]
#![cfg_attr(target_arch = "wasm32", allow(missing_docs))]

pub mod base;

pub mod world;

pub mod memory;

pub mod eligibility;

pub mod features;

pub mod model;

pub mod scoring;

pub mod slate;

pub mod recommender;

pub mod snapshot;

pub mod metrics;

pub mod training;

pub mod evaluation;

#[cfg(target_arch = "wasm32")]
mod wasm;
