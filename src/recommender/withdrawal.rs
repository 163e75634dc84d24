//! Corrections by the host: releasing a decision that did not arrive, and changing the id of a group.

use crate::base::error::Result;
use crate::world::moving::Moving;

use super::Recommender;

impl Recommender {
    /// Reverts `accept` or `reserve` for a decision that certainly did not arrive: it no longer counts for caps, cadence,
    /// repetition or fatigue, is not learnt from, and may be accepted or reserved again. False for a decision that is
    /// not stored: neither accepted nor reserved, released already, or older than 90 days.
    pub fn release(&mut self, decision: &str) -> bool {
        if self.memory.exposure.release_reserved(decision) {
            // Online learning begins with the sending.
        } else if let Some(released) = self.memory.exposure.release(decision) {
            self.online.cancel((released.at, decision));
        } else {
            return false;
        }
        self.revision += 1;
        self.clock.mark_change();
        true
    }

    /// Changes the id of a group, with its record, members, history and sendings, which are united with those under the
    /// new id. False, without any change, for an unknown group.
    ///
    /// # Errors
    /// Names the field in which the records of both ids differ.
    pub fn move_group(&mut self, moving: &Moving) -> Result<bool> {
        let Some(from) = self.world.groups.ids.get(&moving.from).filter(|_| moving.from != moving.to) else {
            return Ok(false);
        };
        let united = self.world.united(moving)?;
        self.revision += 1;
        let to = self.world.groups.ids.intern(&moving.to);
        self.memory.move_group(&self.world, from, to);
        self.world.move_group(moving, united);
        if let Some(config) = self.config.with_group_moved(&moving.from, &moving.to) {
            config.rules.intern_names(&mut self.world);
            self.config = config;
        }
        Ok(true)
    }
}
