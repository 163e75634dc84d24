//! The operations of a recommender, with what is derived from them.

use crate::base::error::Result;
use crate::base::time::Time;
use crate::base::value::Value;
use crate::eligibility::rule::{PreparedRule, Restriction};
use crate::engine::config::Config;
use crate::memory::Memory;
use crate::memory::tier::Tiers;
use crate::operations::Operations;
use crate::slate::quota::PreparedQuota;
use crate::world::World;
use crate::world::recipient::{NamedRecipient, Recipient};

use super::Recommender;

/// The operations, their tiers, and the classes of items of their rules and quotas.
#[derive(Debug)]
pub struct PreparedOperations {
    operations: Operations,
    /// The user tiers.
    pub(super) tiers: Tiers,
    rules: Vec<PreparedRule>,
    /// The quotas of requests that give none.
    pub(super) quotas: Vec<PreparedQuota>,
}

impl PreparedOperations {
    fn new(operations: Operations, config: &Config, world: &World) -> Self {
        let mut prepared = Self {
            tiers: tiers(&operations, config, world),
            rules: operations.rules.iter().map(PreparedRule::new).collect(),
            quotas: operations.quotas.iter().map(PreparedQuota::new).collect(),
            operations,
        };
        prepared.refresh(config, world);
        prepared
    }

    /// Updates what is derived after the library changed or kinds were added.
    pub(super) fn refresh(&mut self, config: &Config, world: &World) {
        if self.tiers.kinds() != world.kinds.len() {
            self.tiers = tiers(&self.operations, config, world);
        }
        self.rules.iter_mut().for_each(|rule| rule.refresh(&world.library));
        self.quotas.iter_mut().for_each(|quota| quota.refresh(&world.library));
    }

    /// The operations as set.
    pub(super) fn operations(&self) -> &Operations {
        &self.operations
    }

    /// Returns the name of a recipient's tier, if it has one.
    pub(super) fn tier(&self, world: &World, memory: &Memory, to: Recipient, now: Time) -> Option<&str> {
        let tier = self.tiers.of_recipient(world, memory, to, now)?;
        Some(self.tiers.name(tier))
    }

    /// Returns the effects of the rules on a recipient.
    pub(super) fn restrictions(
        &self,
        world: &World,
        memory: &Memory,
        to: &Recipient,
        named: &NamedRecipient,
        now: Time,
    ) -> Vec<Restriction<'_>> {
        self.rules.iter().filter_map(|rule| rule.restriction(world, memory, to, named, now)).collect()
    }

    /// True if a rule has a cap over the total.
    pub(super) fn has_total(&self) -> bool {
        self.rules.iter().any(PreparedRule::has_total)
    }

    /// Returns the first rule whose cap over the total has no room for all these items, with those it restricts.
    pub(super) fn full_total(
        &self,
        world: &World,
        memory: &Memory,
        named: &NamedRecipient,
        items: &[u32],
        now: Time,
    ) -> Option<(&str, Vec<u32>)> {
        let over = |rule: &PreparedRule| rule.over_total(world, memory, named, items, now);
        self.rules.iter().map(|rule| (rule.cap_name(), over(rule))).find(|(_, over)| !over.is_empty())
    }
}

fn tiers(operations: &Operations, config: &Config, world: &World) -> Tiers {
    Tiers::new(&operations.tiers, config.rules.calendar, &world.kinds, config.kinds.len())
}

impl Recommender {
    /// Replaces the operations as a whole. They take effect at once and nothing is learned again.
    ///
    /// # Errors
    /// Names the field that is wrong; nothing changes then.
    pub fn set_operations(&mut self, given: Value) -> Result<()> {
        let objectives: Vec<&str> = self.config.objectives.iter().map(|(name, _)| name.as_str()).collect();
        let operations = Operations::read(given, &objectives)?;
        self.prepare_operations(operations);
        self.clock.mark_change();
        Ok(())
    }

    /// The operations; `None` before the first were set.
    pub fn operations(&self) -> Option<&Operations> {
        self.operations.as_ref().map(PreparedOperations::operations)
    }

    /// Replaces the operations by a changed copy. False, without any change, if `change` returns none.
    pub(super) fn change_operations(&mut self, change: impl FnOnce(&Operations) -> Option<Operations>) -> bool {
        let Some(changed) = self.operations().and_then(change) else { return false };
        self.prepare_operations(changed);
        true
    }

    fn prepare_operations(&mut self, operations: Operations) {
        // Caches of prepared subjects compare the version of the world; they hold tiers too.
        let world = self.engine.world.change();
        self.operations = Some(PreparedOperations::new(operations, &self.config, world));
    }
}
