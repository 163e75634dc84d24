//! Corrections by the host: the acceptance of a decision that did not arrive, and the id of a group.

use crate::base::error::Result;
use crate::world::moving::Moving;

use super::Recommender;

impl Recommender {
    /// Takes back that a decision was sent, because it certainly did not arrive: it counts for no cap, no cadence, no
    /// repetition and no fatigue any more, is not learnt from, and may be accepted anew. False for a decision that is not
    /// kept: never accepted, released already, or older than 90 days.
    pub fn release(&mut self, decision: &str) -> bool {
        let Some(released) = self.memory.exposure.release(decision) else { return false };
        self.revision += 1;
        self.online.cancel((released.at, decision));
        true
    }

    /// Gives a group another id: its record and members, what happened in it, and what was sent to it. What there is
    /// under the new id already is of the same group and is united with it. False, and nothing has changed, if nobody
    /// ever named the group.
    ///
    /// # Errors
    /// Names the field of which the records of both ids say different things.
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
