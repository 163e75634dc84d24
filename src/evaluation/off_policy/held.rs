//! Reconstructed decisions, kept for many targets: the possible items of each slot, under both configurations.

use std::borrow::Cow;

use nextpick_kernel::add_scaled_single;

use crate::base::id::Interner;
use crate::base::index::{ItemIndex, KindIndex};
use crate::base::number::{mean_and_deviation, round_spread};
use crate::recommender::alternatives::Alternatives;
use crate::scoring::objective::Objective;
use crate::slate::contenders::Contenders;
use crate::slate::filling::OpenSlot;
use crate::slate::policy::Policy;

use super::rows::{DecisionRow, SlotRow};

/// A decision that was reconstructed.
#[derive(Debug)]
pub struct HeldDecision {
    /// Under the logging policy.
    pub logged: Alternatives,
    /// Under the target's model, configuration or objective; `None` if they are the log's.
    pub target: Option<Alternatives>,
    /// The items sent, by slot.
    pub picks: Vec<ItemIndex>,
    /// Propensities of the items sent, as logged; empty if they were estimates.
    pub propensities: Vec<f64>,
    /// Outcomes per recipient, by slot.
    pub outcomes: Vec<f64>,
    /// Number of outcomes.
    pub outcome_count: u32,
    /// True if the recomputed id equals the logged one.
    pub is_exact: bool,
}

/// A target within the configuration that was reconstructed.
#[derive(Debug, Clone, Default)]
pub struct HeldTarget<'a> {
    /// Another objective.
    pub objective: Option<&'a Objective>,
    /// Another policy.
    pub policy: Option<Policy>,
    /// A policy in place of the logged one, also for a target without a policy.
    pub logging: Option<Policy>,
}

/// Utilities and policy of a decision, to be compared at its slots.
struct Side<'a> {
    of: &'a Alternatives,
    utilities: Cow<'a, [f64]>,
    policy: Policy,
    /// Standard deviation of the utilities; 0 if nothing needs it.
    spread: f64,
    ids: &'a Interner<ItemIndex>,
    /// True if utilities and policy are the reconstructed ones.
    is_own: bool,
    /// True if the utilities are the reconstructed ones.
    has_own_utilities: bool,
}

/// Choice of one side at a slot.
#[derive(Default)]
struct SlotChoice {
    /// Probability of each candidate.
    probabilities: Vec<f64>,
    /// Position of the best candidate.
    best: usize,
}

impl HeldDecision {
    /// Returns the row of this decision for a target. `ids` are those of the library.
    pub fn row(&self, target: &HeldTarget, ids: &Interner<ItemIndex>) -> DecisionRow {
        let logged = Side::new(&self.logged, None, target.logging, ids);
        let slots = (0..self.picks.len()).map(|n| self.slot(n, &logged)).collect();
        let (outcomes, is_exact) = (self.outcome_count, self.is_exact);
        let mut row = DecisionRow { slots, outcomes, is_changed: false, is_exact };
        self.set_target(&mut row, target, ids);
        row
    }

    /// Changes the target of a row of this decision; the logging policy stays.
    pub fn set_target(&self, row: &mut DecisionRow, target: &HeldTarget, ids: &Interner<ItemIndex>) {
        let side = Side::new(self.compared(), target.objective, target.policy.or(target.logging), ids);
        let mut is_changed = None;
        for (n, slot) in row.slots.iter_mut().enumerate() {
            let logged = &self.logged.slots[n];
            // A pinned item is sent under every policy.
            if logged.is_pinned {
                slot.target.clone_from(&slot.logged);
                continue;
            }
            let Some(open) = self.compared().slots.get(n) else {
                slot.target.fill(0.0);
                is_changed.get_or_insert(true);
                continue;
            };
            let choice = side.choice(open);
            let best_of =
                |of: &Alternatives, slot: &OpenSlot, best: usize| slot.candidates.get(best).map(|&n| of.items[n]);
            let best = best_of(self.compared(), open, choice.best);
            is_changed.get_or_insert(best != best_of(&self.logged, logged, logged.best));
            match &self.target {
                None => slot.target = choice.probabilities,
                Some(other) => spread_over(&mut slot.target, &slot.items, &other.items_of(open), &choice.probabilities),
            }
        }
        row.is_changed = is_changed.unwrap_or(false);
    }

    /// Returns the alternatives for the target: the target's own, else the logged ones.
    pub fn compared(&self) -> &Alternatives {
        self.target.as_ref().unwrap_or(&self.logged)
    }

    /// Returns a slot, without its target.
    fn slot(&self, n: usize, logging: &Side) -> SlotRow {
        let slot = &self.logged.slots[n];
        let known = self.logged.items_of(slot);
        let probabilities = logging.choice(slot).probabilities;
        let others = self.target.as_ref().and_then(|other| other.slots.get(n).map(|slot| other.items_of(slot)));
        let items = others.filter(|_| !slot.is_pinned).map_or_else(|| known.clone(), |others| union(&known, &others));
        let picked = items.binary_search(&self.picks[n]).unwrap_or(0);
        let utilities = items.iter().map(|item| self.logged.utility(*item)).collect();
        let items: Vec<u32> = items.into_iter().map(|item| item.0).collect();
        let mut logged = vec![0.0; items.len()];
        spread_over(&mut logged, &items, &known, &probabilities);
        let logged_propensity = self.propensities.get(n).copied();
        let of_log = logged_propensity.filter(|_| !self.is_exact);
        SlotRow {
            correction: of_log.map_or(1.0, |propensity| logged[picked] / propensity),
            target: vec![0.0; items.len()],
            items,
            logged,
            utilities,
            picked,
            outcome: self.outcomes[n],
            logged_propensity,
            is_estimated: false,
        }
    }
}

impl<'a> Side<'a> {
    fn new(
        of: &'a Alternatives,
        objective: Option<&Objective>,
        policy: Option<Policy>,
        ids: &'a Interner<ItemIndex>,
    ) -> Self {
        let differences = objective.map_or(Vec::new(), |objective| differences(&of.objective, objective));
        let policy = policy.unwrap_or(of.policy);
        let has_own_utilities = differences.is_empty();
        let is_own = has_own_utilities && policy == of.policy;
        let mut utilities = Cow::Borrowed(&of.utilities[..]);
        for (kind, weight) in differences {
            let of_kind = of.by_kind.iter().find(|(known, _)| *known == kind).map_or(&[][..], |(_, list)| list);
            add_scaled_single(utilities.to_mut(), of_kind, weight);
        }
        let spread = if is_own { 0.0 } else { mean_and_deviation(&utilities).1 };
        Self { of, utilities, policy, spread, ids, is_own, has_own_utilities }
    }

    /// Returns this side's probabilities and best item at a slot of its alternatives.
    fn choice(&self, slot: &OpenSlot) -> SlotChoice {
        if self.is_own || slot.is_pinned {
            return SlotChoice { probabilities: slot.probabilities.clone(), best: slot.best };
        }
        let contenders = self.contenders(slot);
        let best = if self.has_own_utilities { None } else { contenders.best() };
        let probabilities = self.policy.probabilities(&contenders, self.spread);
        SlotChoice { probabilities, best: best.unwrap_or(slot.best) }
    }

    fn contenders(&self, slot: &OpenSlot) -> Contenders<'a> {
        let scale = self.of.diversity * round_spread(self.spread);
        let similarity = |n: usize| slot.similarities.get(n).copied().unwrap_or(0.0);
        let score = |(n, &candidate): (usize, &usize)| match similarity(n) {
            0.0 => self.utilities[candidate],
            similar => self.utilities[candidate] - scale * similar,
        };
        Contenders {
            items: self.of.items_of(slot),
            scores: slot.candidates.iter().enumerate().map(score).collect(),
            std_devs: slot
                .candidates
                .iter()
                .filter_map(|&candidate| self.of.std_devs.get(candidate).copied())
                .collect(),
            ids: self.ids,
        }
    }
}

impl Alternatives {
    /// Returns the candidates of a slot, ascending.
    fn items_of(&self, slot: &OpenSlot) -> Vec<ItemIndex> {
        slot.candidates.iter().map(|&candidate| self.items[candidate]).collect()
    }

    /// Returns the utility of an item, eligible or not; 0 if it was not scored.
    fn utility(&self, item: ItemIndex) -> f64 {
        let found = self.items.binary_search(&item).ok().map(|n| self.utilities[n]);
        let other = || self.also.iter().find(|(known, _)| *known == item).map(|(_, utility)| *utility);
        found.or_else(other).unwrap_or(0.0)
    }
}

/// Returns the kinds whose weight differs, with the difference.
fn differences(from: &Objective, to: &Objective) -> Vec<(KindIndex, f64)> {
    let weight = |objective: &Objective, kind: KindIndex| {
        objective.0.iter().find(|(known, _)| *known == kind).map_or(0.0, |(_, weight)| *weight)
    };
    let mut kinds: Vec<KindIndex> = from.0.iter().chain(&to.0).map(|(kind, _)| *kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let differences = kinds.into_iter().map(|kind| (kind, weight(to, kind) - weight(from, kind)));
    differences.filter(|(_, difference)| *difference != 0.0).collect()
}

/// Merges two ascending lists.
fn union(a: &[ItemIndex], b: &[ItemIndex]) -> Vec<ItemIndex> {
    let mut all = [a, b].concat();
    all.sort_unstable();
    all.dedup();
    all
}

/// Fills in the probabilities of `known` items by `items`, which contain them; 0 for the others.
fn spread_over(list: &mut [f64], items: &[u32], known: &[ItemIndex], probabilities: &[f64]) {
    let probability = |item: u32| known.binary_search(&ItemIndex(item)).map_or(0.0, |n| probabilities[n]);
    list.iter_mut().zip(items).for_each(|(one, item)| *one = probability(*item));
}
