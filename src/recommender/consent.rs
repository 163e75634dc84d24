//! What users decide about themselves, carried out at once and everywhere: personalisation off, facets that may not
//! speak, forgetting.

use crate::base::time::Time;
use crate::world::recipient::Recipient;

use super::Recommender;

impl Recommender {
    /// Switches a user's personalisation off or on. Off, decisions for them use nothing of them but what protects them:
    /// caps, cadence, and what was sent to them already; and their part is taken out of all that is everybody's.
    pub fn set_personalised(&mut self, user: &str, on: bool) {
        self.revision += 1;
        let user = self.world.users.ids.intern(user);
        self.world.set_personalised(user, on);
        self.apply_consent(user);
    }

    /// Lets nothing a user did up to `at` speak for a facet, and takes it from their record. What they do later counts.
    pub fn remove_facet(&mut self, user: &str, facet: &str, at: Time) {
        self.revision += 1;
        let user = self.world.users.ids.intern(user);
        self.world.remove_facet(user, facet, at);
    }

    /// Never lets a facet speak for a user, or lets it again.
    pub fn block_facet(&mut self, user: &str, facet: &str, blocked: bool) {
        self.revision += 1;
        let user = self.world.users.ids.intern(user);
        self.world.block_facet(user, facet, blocked);
    }

    /// Forgets everything of a user: what they did, what was said of them and sent to them, their part in all that is
    /// everybody's, and their id wherever it stands. Weights that were fitted stay until the next fit. False for one
    /// nobody ever named.
    pub fn forget(&mut self, id: &str) -> bool {
        let Some(user) = self.world.users.ids.get(id) else { return false };
        if let Some(config) = self.config.without_user(id) {
            config.rules.intern_names(&mut self.world);
            self.config = config;
        }
        self.revision += 1;
        self.drop_pending(user);
        self.memory.forget(&self.world, user);
        self.world.forget(user);
        true
    }

    /// Brings memory in line with what a user wants.
    pub(super) fn apply_consent(&mut self, user: u32) {
        match self.world.is_personalised(user) {
            true => self.memory.restore(&self.world, user),
            false if self.memory.is_withdrawn(user) => {}
            false => {
                self.drop_pending(user);
                self.memory.withdraw(&self.world, user);
            }
        }
    }

    /// Lets go of the features of what was sent to a user.
    fn drop_pending(&mut self, user: u32) {
        if self.online.is_idle() {
            return;
        }
        for decision in self.memory.exposure.decisions_for(user) {
            self.online.cancel(decision);
        }
    }

    /// Whom a decision may be made for: of one who does not want to be profiled nothing is seen but their group.
    pub(super) fn visible_recipient(&self, to: Recipient) -> Recipient {
        Recipient { user: to.user.filter(|&user| self.world.is_personalised(user)), ..to }
    }
}
