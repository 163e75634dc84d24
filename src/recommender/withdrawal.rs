//! Corrections by the host: releasing a decision that did not arrive, and changing the id of a group.

use crate::base::error::Result;
use crate::engine::Engine;
use crate::world::moving::Moving;

use super::Recommender;

impl Recommender {
    /// Reverts `accept` for a decision that certainly did not arrive: it no longer counts for caps, cadence, repetition
    /// or fatigue, is not learnt from, and may be accepted again. False for a decision that is not stored: never
    /// accepted, released already, or older than 90 days.
    pub fn release(&mut self, decision: &str) -> bool {
        let Some(released) = self.engine.memory.change().exposure.release(decision) else { return false };
        self.online.cancel((released.at, decision));
        true
    }

    /// Changes the id of a group, with its record, members, history and sendings, which are united with those under the
    /// new id. False, without any change, for an unknown group.
    ///
    /// # Errors
    /// Names the field in which the records of both ids differ.
    pub fn move_group(&mut self, moving: &Moving) -> Result<bool> {
        let Engine { world, memory, .. } = &mut self.engine;
        let Some(from) = world.groups.ids.get(&moving.from).filter(|_| moving.from != moving.to) else {
            return Ok(false);
        };
        let united = world.united(moving)?;
        let to = world.change().groups.ids.intern(&moving.to);
        memory.change().move_group(world, from, to);
        world.change().move_group(moving, united);
        if let Some(config) = self.config.with_group_moved(&moving.from, &moving.to) {
            config.rules.intern_names(world.change());
            self.config = config;
        }
        self.change_operations(|operations| operations.with_group_moved(&moving.from, &moving.to));
        Ok(true)
    }
}
