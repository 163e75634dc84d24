//! Consent of users, applied to all state at once: opt-out of profiling, opt-out of facets, deletion.

use crate::base::time::Time;

use super::Recommender;

impl Recommender {
    /// Switches a user's personalisation on or off. While it is off, the user's contribution is removed from all shared
    /// aggregates, and their decisions use only what protects them: caps, cadence, and earlier sendings.
    pub fn set_personalised(&mut self, user: &str, on: bool) {
        let world = self.engine.world.change();
        let user = world.users.ids.intern(user);
        world.set_personalised(user, on);
        self.apply_consent(user);
    }

    /// Excludes a user's interactions up to `at` from a facet's affinity, and removes the facet from their record.
    /// Later ones count.
    pub fn remove_facet(&mut self, user: &str, facet: &str, at: Time) {
        let world = self.engine.world.change();
        let user = world.users.ids.intern(user);
        world.remove_facet(user, facet, at);
    }

    /// Excludes a facet from a user's affinities for good, or includes it again.
    pub fn block_facet(&mut self, user: &str, facet: &str, blocked: bool) {
        let world = self.engine.world.change();
        let user = world.users.ids.intern(user);
        world.block_facet(user, facet, blocked);
    }

    /// Deletes a user: interactions, record, sendings, contribution to shared aggregates, and the id itself. Fitted
    /// weights stay until the next fit. False for an unknown user.
    pub fn forget(&mut self, id: &str) -> bool {
        let is_named = self.change_operations(|operations| operations.without_user(id));
        let Some(user) = self.engine.world.users.ids.get(id) else { return is_named };
        if let Some(config) = self.config.without_user(id) {
            config.rules.intern_names(self.engine.world.change());
            self.config = config;
        }
        self.drop_pending(user);
        self.engine.memory.change().forget(&self.engine.world, user);
        self.engine.world.change().forget(user);
        true
    }

    /// Removes or restores a user's contribution, as their consent says.
    pub(super) fn apply_consent(&mut self, user: u32) {
        match self.engine.world.is_personalised(user) {
            true => self.engine.memory.change().restore(&self.engine.world, user),
            false if self.engine.memory.is_withdrawn(user) => {}
            false => {
                self.drop_pending(user);
                self.engine.memory.change().withdraw(&self.engine.world, user);
            }
        }
    }

    /// Drops the pending picks of decisions sent to a user.
    fn drop_pending(&mut self, user: u32) {
        if self.online.is_idle() {
            return;
        }
        for decision in self.engine.memory.exposure.decisions_for(user) {
            self.online.cancel(decision);
        }
    }
}
