//! The second pass over a log: reconstructs the state and the eligible items of each decision. The recommender is built
//! under one configuration, so a log with several configurations is read once for each.

use rustc_hash::FxHashMap;

use crate::base::error::{Code, Error, Result};
use crate::base::index::ItemIndex;
use crate::base::value::Value;
use crate::engine::config::Config;
use crate::recommender::Recommender;
use crate::recommender::alternatives::{Alternatives, Wanted};
use crate::recommender::eligible_request::Overrides;
use crate::world::World;

use super::acceptances::{Acceptances, Collected, LoggedAcceptance, Response};
use super::entry::LogEntry;
use super::held::HeldDecision;
use super::question::{CountedOutcome, OffPolicyQuestion, Recipients, Target, opened};
use super::rows::Excluded;

/// Largest factor between a recomputed propensity and the logged one, where the id differs because entries were deleted.
/// It limits no error: the weights of such a decision are corrected by this factor (`SlotRow::correction`).
const CLOSE: f64 = 2.0;

/// Index that no item has.
const NO_ITEM: ItemIndex = ItemIndex(u32::MAX);

/// The input of a walk besides the log.
#[derive(Debug)]
pub struct Settings {
    /// The question.
    pub question: OffPolicyQuestion,
    /// The policy to be evaluated.
    pub target: Target,
    /// A fitted model for the target.
    pub model: Option<Vec<u8>>,
    /// The state before the first entry.
    pub snapshot: Option<Vec<u8>>,
    /// True to keep utilities by kind, so that other objectives can be compared afterwards.
    pub by_kind: bool,
}

/// A walk over a log.
#[derive(Debug)]
pub struct Walk {
    settings: Settings,
    collected: Collected,
    /// Configurations, each with the number of entries before it.
    configs: Vec<(u64, Value)>,
    /// Index of the next decision to reconstruct.
    next: usize,
    /// Index after the last decision of the current pass.
    until: usize,
    /// Number of entries applied in this pass.
    position: u64,
    logging: Recommender,
    target: Option<Recommender>,
    held: Vec<HeldDecision>,
    excluded: Excluded,
    opened: Option<&'static str>,
}

/// The reconstructed decisions.
#[derive(Debug)]
pub struct Walked {
    /// The decisions, in the order of the log.
    pub held: Vec<HeldDecision>,
    /// Counts of excluded decisions.
    pub excluded: Excluded,
    /// The last moment of the period, ms.
    pub to: i64,
    /// The path at which the target's configuration admits further moments or items.
    pub opened: Option<&'static str>,
    /// The recommender at the end of the last pass.
    pub recommender: Recommender,
}

impl Walk {
    /// Starts the first pass.
    ///
    /// # Errors
    /// [`Code::Snapshot`] unless the snapshot is whole.
    pub fn collect(settings: &Settings) -> Result<Acceptances> {
        let mut acceptances = Acceptances::new(settings.question.clone());
        if let Some(bytes) = &settings.snapshot {
            acceptances.begin_after(&Recommender::from_snapshot(bytes)?);
        }
        Ok(acceptances)
    }

    /// Prepares the second pass.
    ///
    /// # Errors
    /// [`Code::Missing`] if the period has no decision; [`Code::Invalid`] if it has decisions for users and for groups and
    /// the question does not say which.
    pub fn new(settings: Settings, mut first: Acceptances) -> Result<Self> {
        let configs = std::mem::take(&mut first.configs);
        let collected = first.finish();
        let has = |recipients| collected.decisions.iter().any(|one| one.recipients() == recipients);
        if has(Recipients::Users) && has(Recipients::Groups) {
            let rule = "\"users\" or \"groups\": the period has decisions for both, which need models of their own";
            return Err(Error::invalid("recipients", rule, "none"));
        }
        if collected.decisions.is_empty() {
            let found =
                collected.outside_period + collected.other_recipients + collected.too_recent + collected.not_profiled;
            let value = format!("none of {found} accepted decisions");
            return Err(Error::new(Code::Missing, "log", "accepted decisions in the period", value));
        }
        let Collected { outside_period, other_recipients, too_recent, not_profiled, without_decision, .. } = collected;
        let excluded = Excluded {
            outside_period,
            other_recipients,
            too_recent,
            not_profiled,
            without_decision,
            ..Excluded::default()
        };
        let (logging, target) = (Recommender::new(Value::Null)?, None);
        let (held, opened) = (Vec::new(), None);
        Ok(Self {
            settings,
            collected,
            configs,
            next: 0,
            until: 0,
            position: 0,
            logging,
            target,
            held,
            excluded,
            opened,
        })
    }

    /// Returns the number of decisions reconstructed so far, and of all.
    pub fn progress(&self) -> (usize, usize) {
        (self.next, self.collected.decisions.len())
    }

    /// Starts the next pass over the log; false if none is needed.
    ///
    /// # Errors
    /// Those of the snapshot, of the configurations and of the target's model.
    pub fn start_pass(&mut self) -> Result<bool> {
        let Some(first) = self.collected.decisions.get(self.next) else { return Ok(false) };
        let epoch = self.configs.partition_point(|(before, _)| *before < first.position);
        let config = epoch.checked_sub(1).map(|n| self.configs[n].1.clone());
        let logging = match &self.settings.snapshot {
            Some(bytes) => restored(bytes, config)?,
            None => Some(Recommender::new(config.unwrap_or(Value::Null))?),
        };
        let Some(logging) = logging else {
            // Entries before the snapshot are missing, so that they cannot be observed again with other kinds or
            // half-lives.
            let rest = self.collected.decisions.len() - self.next;
            self.excluded.not_reproduced += rest as u32;
            self.next = self.collected.decisions.len();
            return Ok(false);
        };
        let end = self.configs.get(epoch).map_or(u64::MAX, |(before, _)| *before);
        self.until = self.collected.decisions.partition_point(|one| one.position <= end);
        self.position = 0;
        self.logging = logging;
        self.target = self.target_engine()?;
        Ok(true)
    }

    /// Returns the recommender with the target's configuration and model, if it has any.
    fn target_engine(&mut self) -> Result<Option<Recommender>> {
        let config = self.settings.target.config_for(self.logging.config().given())?;
        if config.is_none() && self.settings.model.is_none() {
            return Ok(None);
        }
        let config = Config::read(config.unwrap_or_else(|| self.logging.config().given().clone()))?;
        self.opened = self.opened.or(opened(self.logging.config(), &config));
        let mut engine = match &self.settings.snapshot {
            Some(bytes) => Recommender::from_snapshot(bytes)?.reconfigured(config)?,
            None => Recommender::new(config.given().clone())?,
        };
        if let Some(model) = &self.settings.model {
            engine.use_model(model).map_err(|error| error.within("target"))?;
        }
        Ok(Some(engine))
    }

    /// Reconstructs the decisions before the next entry, then applies it. False if this pass needs no more entries.
    ///
    /// # Errors
    /// Those of the entry.
    pub fn push(&mut self, entry: &LogEntry) -> Result<bool> {
        self.reconstruct_at(self.position)?;
        if self.next == self.until {
            return Ok(false);
        }
        entry.apply(&mut self.logging)?;
        let keeps_model = self.settings.model.is_some() && entry.is_model();
        if let Some(target) = self.target.as_mut().filter(|_| !keeps_model) {
            entry.apply(target)?;
        }
        self.position += 1;
        Ok(true)
    }

    /// Ends a pass: reconstructs the decisions after the last entry.
    ///
    /// # Errors
    /// Those of a request.
    pub fn end_pass(&mut self) -> Result<()> {
        self.reconstruct_at(u64::MAX)
    }

    fn reconstruct_at(&mut self, position: u64) -> Result<()> {
        while self.next < self.until && self.collected.decisions[self.next].position <= position {
            let acceptance = &self.collected.decisions[self.next];
            let world = self.logging.world();
            let user = acceptance.sent.user.as_deref().and_then(|id| world.users.ids.get(id));
            if user.is_some_and(|user| !world.is_personalised(user)) {
                self.excluded.not_profiled += 1;
            } else {
                match self.reconstruct(self.next)? {
                    Some(held) => self.held.push(held),
                    None => self.excluded.not_reproduced += 1,
                }
            }
            self.next += 1;
        }
        Ok(())
    }

    /// Reconstructs a decision; `None` if it cannot be reproduced.
    fn reconstruct(&mut self, n: usize) -> Result<Option<HeldDecision>> {
        let Self { settings, collected, logging, target, excluded, .. } = self;
        let acceptance = &collected.decisions[n];
        let request = acceptance.request();
        let ids = &logging.world().library.ids;
        let picks: Option<Vec<ItemIndex>> = acceptance.sent.picks.iter().map(|(item, _)| ids.get(item)).collect();
        let Some(picks) = picks else { return Ok(None) };
        let overrides = &settings.target.overrides;
        let mut wanted = Wanted { also: &[], by_kind: settings.by_kind };
        let mut other = match target {
            Some(target) => {
                let own = target.world().library.ids.clone();
                let placed: Vec<ItemIndex> =
                    acceptance.sent.picks.iter().map(|(item, _)| own.get(item).unwrap_or(NO_ITEM)).collect();
                let mut other = target.alternatives(&request, overrides, &placed, wanted).map_err(of_target)?;
                other.renumber(|item| logging.world().library.ids.get(own.name(item)));
                Some(other)
            }
            None if overrides.objective.is_some() || overrides.policy.is_some_and(|policy| policy.needs_std_devs()) => {
                Some(logging.alternatives(&request, overrides, &picks, wanted).map_err(of_target)?)
            }
            None => None,
        };
        wanted.by_kind &= other.is_none();
        wanted.also = other.as_ref().map_or(&[][..], |other| &other.items);
        // A request that is refused now, as by a limit, cannot be the original one.
        let Ok(logged) = logging.alternatives(&request, &Overrides::default(), &picks, wanted) else { return Ok(None) };
        let Some(is_exact) = is_reproduced(acceptance, &logged, &picks) else { return Ok(None) };
        let estimated = acceptance.sent.log_position.is_none() && logged.policy.needs_std_devs();
        let propensities = acceptance.sent.picks.iter().map(|(_, propensity)| *propensity);
        let propensities = if estimated { Vec::new() } else { propensities.collect() };
        let recipients = recipients(logging.world(), acceptance);
        let mut outcomes = vec![0.0; picks.len()];
        let mut outcome_count = 0;
        for response in &collected.responses[n] {
            match slot_of(response, &picks, logging.world()) {
                Some(slot) => {
                    outcomes[slot] += worth(&settings.question.outcome, response, picks[slot], logging) / recipients;
                    outcome_count += 1;
                }
                None => excluded.without_slot += 1,
            }
        }
        if let Some(other) = &mut other {
            other.slots.truncate(picks.len());
        }
        Ok(Some(HeldDecision { logged, target: other, picks, propensities, outcomes, outcome_count, is_exact }))
    }

    /// Ends the walk.
    pub fn finish(self) -> Walked {
        let Self { held, excluded, opened, logging: recommender, collected, .. } = self;
        Walked { held, excluded, to: collected.to, opened, recommender }
    }
}

/// Returns the recommender of a snapshot under a configuration, by default its own; `None` if its kinds or half-lives
/// differ.
fn restored(snapshot: &[u8], config: Option<Value>) -> Result<Option<Recommender>> {
    let recommender = Recommender::from_snapshot(snapshot)?;
    match config {
        Some(config) => Ok(recommender.reconfigured(Config::read(config)?).ok()),
        None => Ok(Some(recommender)),
    }
}

/// Returns true if the recomputed id equals the logged one, false if only all propensities are close; else `None`.
fn is_reproduced(acceptance: &LoggedAcceptance, logged: &Alternatives, picks: &[ItemIndex]) -> Option<bool> {
    if logged.slots.len() != picks.len() {
        return None;
    }
    let is_exact = logged.id == acceptance.sent.id;
    for ((slot, pick), (_, propensity)) in logged.slots.iter().zip(picks).zip(&acceptance.sent.picks) {
        let found = slot.candidates.iter().position(|&candidate| logged.items[candidate] == *pick)?;
        let recomputed = slot.probabilities[found];
        let factor = recomputed / propensity;
        let is_close = (1.0 / CLOSE..=CLOSE).contains(&factor) && acceptance.sent.log_position.is_some();
        // An item with probability 0 was not chosen by the policy.
        if recomputed <= 0.0 || !(is_exact || is_close) {
            return None;
        }
    }
    Some(is_exact)
}

/// Returns the number of recipients: 1, or the profiled members of a group.
fn recipients(world: &World, acceptance: &LoggedAcceptance) -> f64 {
    let group = acceptance.sent.group.as_deref().filter(|_| acceptance.recipients() == Recipients::Groups);
    let members = group.and_then(|id| world.groups.get(id)).map_or(&[][..], |group| &group.member_indices);
    members.iter().filter(|&&member| world.is_personalised(member)).count().max(1) as f64
}

/// Returns the slot that a response belongs to; with one pick the item need not match.
fn slot_of(response: &Response, picks: &[ItemIndex], world: &World) -> Option<usize> {
    if picks.len() == 1 {
        return Some(0);
    }
    let item = world.library.ids.get(response.item.as_deref()?)?;
    picks.iter().position(|pick| *pick == item)
}

/// Returns the weight of a response.
fn worth(outcome: &CountedOutcome, response: &Response, pick: ItemIndex, recommender: &Recommender) -> f64 {
    let CountedOutcome::Weights(weights) = outcome else { return 1.0 };
    let weight = weights.iter().find(|(kind, _)| **kind == *response.kind).map_or(0.0, |(_, weight)| *weight);
    let world = recommender.world();
    let uses_value = world.kinds.index(&response.kind).is_some_and(|kind| world.kinds.of(kind).uses_value);
    let value = || world.library.known_entry(pick).and_then(|entry| entry.item.value).unwrap_or(1.0);
    if uses_value { weight * value() } else { weight }
}

/// Moves an error's path from the request to the target that caused it.
fn of_target(mut error: Box<Error>) -> Box<Error> {
    error.path = error.path.replacen("request", "target", 1);
    error
}

impl Alternatives {
    /// Changes the indices of items to those that `index` gives; items without an index are removed from the lists.
    fn renumber(&mut self, index: impl Fn(ItemIndex) -> Option<ItemIndex>) {
        let numbers: Vec<ItemIndex> = self.items.iter().map(|&item| index(item).unwrap_or(NO_ITEM)).collect();
        if numbers == self.items {
            return;
        }
        let mut order: Vec<usize> = (0..numbers.len()).collect();
        crate::base::order::sort_by_key(&mut order, |&n| numbers[n]);
        let place: FxHashMap<usize, usize> = order.iter().zip(0..).map(|(&from, to)| (from, to)).collect();
        let ordered = |list: &[f64]| order.iter().filter_map(|&n| list.get(n).copied()).collect::<Vec<f64>>();
        self.items = order.iter().map(|&n| numbers[n]).collect();
        (self.utilities, self.std_devs) = (ordered(&self.utilities), ordered(&self.std_devs));
        for (_, list) in &mut self.by_kind {
            *list = order.iter().map(|&n| list[n]).collect();
        }
        for slot in &mut self.slots {
            let mut within: Vec<usize> = (0..slot.candidates.len()).collect();
            crate::base::order::sort_by_key(&mut within, |&n| place[&slot.candidates[n]]);
            let ordered = |list: &[f64]| within.iter().filter_map(|&n| list.get(n).copied()).collect::<Vec<f64>>();
            (slot.similarities, slot.probabilities) = (ordered(&slot.similarities), ordered(&slot.probabilities));
            slot.best = within.iter().position(|&n| n == slot.best).unwrap_or(0);
            slot.candidates = within.iter().map(|&n| place[&slot.candidates[n]]).collect();
        }
    }
}
