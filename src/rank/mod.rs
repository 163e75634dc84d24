//! From what is known to one utility per item: features → a chance per kind → utility under the objective, and for a
//! group its own and its members' into one. Every utility can be explained exactly.

pub mod aggregate;
pub mod associations;
pub mod chance;
mod doubt;
pub mod feature;
pub mod objective;
pub mod ranker;
pub mod row;
pub mod share;
pub mod shipped;
mod sparse;
pub mod viewer;
