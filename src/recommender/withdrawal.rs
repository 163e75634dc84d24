//! Corrections by the host: releasing a decision that did not arrive, and changing the id of a group.

use crate::base::error::Result;
use crate::engine::Engine;
use crate::world::moving::Moving;

use super::Recommender;

impl Recommender {
    /// Reverts `accept` or `reserve` for a decision whose message certainly did not arrive: it no longer counts for
    /// caps, cadence, repetition or fatigue, is not learnt from, and may be accepted or reserved again. False for a
    /// decision that is not stored: neither accepted nor reserved, released already, or older than 90 days.
    pub fn release(&mut self, decision: &str) -> bool {
        let exposure = &self.engine.memory.exposure;
        if exposure.reservations().get(decision).is_some() {
            // Online learning begins with the sending.
            self.engine.change_exposure().release_reserved(decision);
        } else if exposure.decision(decision).is_some() {
            let released = self.engine.change_exposure().release(decision);
            released.into_iter().for_each(|released| self.online.cancel((released.at, decision)));
        } else {
            return false;
        }
        self.clock.mark_change();
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
