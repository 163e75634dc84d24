//! View of the state for rules and features: records and interactions at one moment.

use crate::base::time::Time;
use crate::world::World;

use super::Memory;

/// Records and interactions at one moment.
#[derive(Debug, Clone, Copy)]
pub struct StateView<'a> {
    /// Records of the host.
    pub world: &'a World,
    /// Interactions and sendings, and their sums.
    pub memory: &'a Memory,
    /// The moment, ms.
    pub now: Time,
}
