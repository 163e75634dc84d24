//! Consent of users, applied to all state at once: opt-out of profiling, opt-out of facets, deletion.

use crate::base::error::Result;
use crate::base::id::check_id;
use crate::base::index::UserIndex;
use crate::base::time::Time;
use crate::world::consent::check_facet;

use super::Recommender;

impl Recommender {
    /// Switches a user's personalisation on or off. While it is off, the user's contribution is removed from all shared
    /// aggregates, and their decisions use only the data that protects them: caps, cadence, and earlier sendings.
    ///
    /// ```
    /// use nextpick::{Options, Recommender, Request, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// recommender.set_personalised("u1", false)?;
    /// let decision = recommender.recommend(&Request::to_user("u1", 0).build()?, Options::default())?;
    /// assert_eq!(decision.personalised, Some(false));
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    ///
    /// # Errors
    /// For an id that is not 1 to 256 bytes long.
    pub fn set_personalised(&mut self, user: &str, on: bool) -> Result<()> {
        check_id(user, "user")?;
        let world = self.engine.world.change();
        let user = world.users.ids.intern(user);
        world.set_personalised(user, on);
        self.apply_consent(user);
        Ok(())
    }

    /// Excludes a user's interactions up to `at` from a facet's affinity, and removes the facet from their record.
    /// Later ones count.
    ///
    /// # Errors
    /// For an id that is not 1 to 256 bytes long, or a facet without a namespace or above 600 bytes.
    pub fn remove_facet(&mut self, user: &str, facet: &str, at: Time) -> Result<()> {
        check_id(user, "user")?;
        check_facet(facet, "facet")?;
        let world = self.engine.world.change();
        let user = world.users.ids.intern(user);
        world.remove_facet(user, facet, at);
        Ok(())
    }

    /// Excludes a facet from a user's affinities for good, or includes it again.
    ///
    /// # Errors
    /// As [`Self::remove_facet`].
    pub fn block_facet(&mut self, user: &str, facet: &str, blocked: bool) -> Result<()> {
        check_id(user, "user")?;
        check_facet(facet, "facet")?;
        let world = self.engine.world.change();
        let user = world.users.ids.intern(user);
        world.block_facet(user, facet, blocked);
        Ok(())
    }

    /// Deletes a user: interactions, record, sendings, contribution to shared aggregates, and the id itself. Fitted
    /// weights stay until the next fit. False for an unknown user.
    ///
    /// ```
    /// use nextpick::{Recommender, User, Value};
    ///
    /// let mut recommender = Recommender::new(Value::Null)?;
    /// recommender.put_users(vec![User::builder("u1").build()?]);
    /// assert!(recommender.forget("u1") && !recommender.forget("u1"));
    /// assert_eq!(recommender.user_ids().count(), 0);
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
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

    /// Removes or restores a user's contribution, depending on their consent.
    pub(super) fn apply_consent(&mut self, user: UserIndex) {
        match self.engine.world.is_personalised(user) {
            true => self.engine.memory.change().restore(user),
            false if self.engine.memory.is_withdrawn(user) => {}
            false => {
                self.drop_pending(user);
                self.engine.memory.change().withdraw(user);
            }
        }
    }

    /// Drops the pending picks of decisions sent to a user.
    fn drop_pending(&mut self, user: UserIndex) {
        if self.online.is_idle() {
            return;
        }
        for decision in self.engine.memory.exposure.decisions_for(user) {
            self.online.cancel(decision);
        }
    }
}
