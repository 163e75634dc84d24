//! nextpick picks the *next piece of content* for a user or a group, and says exactly why.
//!
//! The modules below stand in the order in which data flows; each imports only from those above it
//! (`tests/architecture.rs` holds that). Start reading at [`recommender`]: it is the specification in code.
#![forbid(unsafe_code)]
#![cfg_attr(target_arch = "wasm32", allow(missing_docs))]

pub mod error;
pub mod value;

pub mod bytes;
pub mod digest;
pub mod id;
pub mod number;
pub mod order;
pub mod random;
pub mod sorted;
pub mod time;

pub mod world;

pub mod memory;

pub mod eligible;

pub mod rank;

pub mod choose;

pub mod learn;

pub mod recommender;

pub mod evaluate;

pub mod snapshot;

#[cfg(target_arch = "wasm32")]
mod wasm;
