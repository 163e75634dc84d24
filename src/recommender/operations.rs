//! The operations of a recommender, with the state derived from them.

use crate::base::error::Result;
use crate::base::index::{GroupIndex, ItemIndex, UserIndex};
use crate::base::time::Time;
use crate::base::value::Value;
use crate::eligibility::rule::{PreparedRule, Restriction};
use crate::engine::Engine;
use crate::engine::config::Config;
use crate::experiments::overlay::{Overlay, PreparedExperiment, any_names, journey_runs};
use crate::journeys::JourneyContext;
use crate::memory::tier::Tiers;
use crate::memory::{Memory, StateView};
use crate::operations::Operations;
use crate::slate::quota::PreparedQuota;
use crate::world::World;
use crate::world::recipient::{NamedRecipient, Recipient};

use super::Recommender;
use super::request::Request;

/// The operations, their tiers, and the classes of items of their rules and quotas.
#[derive(Debug)]
pub struct PreparedOperations {
    operations: Operations,
    /// The user tiers.
    pub(super) tiers: Tiers,
    rules: Vec<PreparedRule>,
    /// The quotas of requests that give none.
    pub(super) quotas: Vec<PreparedQuota>,
    experiments: Vec<PreparedExperiment>,
}

impl PreparedOperations {
    fn new(operations: Operations, config: &Config, world: &World) -> Result<Self> {
        let mut experiments = Vec::new();
        for (n, experiment) in operations.experiments.iter().enumerate() {
            let path = format!("operations.experiments[{n}]");
            experiments.push(PreparedExperiment::new(experiment, &world.kinds, &path)?);
        }
        let mut prepared = Self {
            experiments,
            tiers: tiers(&operations, config, world),
            rules: operations.rules.iter().map(PreparedRule::new).collect(),
            quotas: operations.quotas.iter().map(PreparedQuota::new).collect(),
            operations,
        };
        prepared.refresh(config, world);
        Ok(prepared)
    }

    /// Updates the derived state after a change of the library or of the kinds.
    pub(super) fn refresh(&mut self, config: &Config, world: &World) {
        if self.tiers.kinds() != world.kinds.len() {
            self.tiers = tiers(&self.operations, config, world);
        }
        self.rules.iter_mut().for_each(|rule| rule.refresh(&world.library));
        self.quotas.iter_mut().for_each(|quota| quota.refresh(&world.library));
        self.experiments.iter_mut().for_each(|experiment| experiment.refresh(&world.library));
    }

    /// Returns the changes of the recipient's variants to the decision of a request. Users who opted out of profiling
    /// take part in no experiment.
    pub(super) fn overlay(&self, config: &Config, engine: &Engine, request: &Request) -> Overlay<'_> {
        if self.experiments.is_empty() {
            return Overlay::default();
        }
        let (world, memory, now) = (&*engine.world, &*engine.memory, request.now);
        let (user, group, channel) = (request.user.as_deref(), request.group.as_deref(), request.channel.as_deref());
        let to = Recipient::of(world, user, group, channel);
        if to.without_opted_out(world) != to {
            return Overlay::default();
        }
        let named = NamedRecipient::of(world, user, group, channel, self.tier(world, memory, to, now));
        Overlay::of(&self.experiments, &named, world, config.rules.calendar, now)
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

    /// True if the experiments allow a journey for a recipient: a journey that a variant names runs only for the
    /// variant's units, so never for users who opted out of profiling.
    pub(super) fn lets_run(
        &self,
        journey_context: &JourneyContext,
        journey: &str,
        user: Option<UserIndex>,
        group: Option<GroupIndex>,
    ) -> bool {
        if !any_names(&self.experiments, journey) {
            return true;
        }
        let StateView { world, memory, now } = journey_context.state;
        let to = Recipient { is_user: user.is_some(), user, group, channel: None };
        let is_profiled = to.without_opted_out(world) == to;
        let [user, group] =
            [user.map(|user| world.users.ids.name(user)), group.map(|group| world.groups.ids.name(group))];
        let named = NamedRecipient::of(world, user, group, None, self.tier(world, memory, to, now));
        is_profiled && journey_runs(&self.experiments, journey, &named, world, journey_context.calendar, now)
    }

    /// Returns the name of the first rule whose cap over the total keeps an item from everybody.
    pub(super) fn full_for_all(&self, memory: &Memory, item: ItemIndex, now: Time) -> Option<&str> {
        self.rules.iter().find(|rule| rule.is_full_for_all(memory, item, now)).map(PreparedRule::cap_name)
    }

    /// Returns the first rule whose cap over the total has no room for all these items, with those it restricts.
    pub(super) fn full_total(
        &self,
        world: &World,
        memory: &Memory,
        named: &NamedRecipient,
        items: &[ItemIndex],
        now: Time,
    ) -> Option<(&str, Vec<ItemIndex>)> {
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
        let prepared = PreparedOperations::new(operations, &self.config, &self.engine.world)?;
        self.replace_operations(prepared);
        self.clock.mark_change();
        Ok(())
    }

    /// The operations; `None` before the first were set.
    pub fn operations(&self) -> Option<&Operations> {
        self.operations.as_ref().map(PreparedOperations::operations)
    }

    /// Replaces the operations by a changed copy. False, without any change, if `change` returns none.
    pub(super) fn change_operations(&mut self, change: impl FnOnce(&Operations) -> Option<Operations>) -> bool {
        let changed = self.operations().and_then(change);
        // Nothing new can be refused: the operations are unchanged, and kinds are never removed.
        let prepared = changed.map(|one| PreparedOperations::new(one, &self.config, &self.engine.world));
        let Some(Ok(prepared)) = prepared else { return false };
        self.replace_operations(prepared);
        true
    }

    fn replace_operations(&mut self, prepared: PreparedOperations) {
        // Caches of prepared subjects hold tiers, and compare the version of the world.
        self.engine.world.touch();
        self.operations = Some(prepared);
    }
}
