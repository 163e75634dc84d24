//! Alternatives of a decision: the items that each slot could have had, with probabilities. Off-policy evaluation reads
//! them.

use crate::base::error::Result;
use crate::base::index::{ItemIndex, KindIndex};
use crate::base::order;
use crate::scoring::objective::Objective;
use crate::scoring::scorer::Scorer;
use crate::slate::filling::{OpenSlot, SlateFilling};
use crate::slate::policy::Policy;

use super::Recommender;
use super::eligible_request::Overrides;
use super::ranked::ScoredItems;
use super::request::Request;
use super::scored_request::ScoredRequest;

/// Results to compute besides the slots.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Further items to score, by index, ascending, eligible or not.
    pub also: &'a [ItemIndex],
    /// True for utilities by kind.
    pub by_kind: bool,
}

/// The alternatives of a decision, at the state before it.
#[derive(Debug, Clone, Default)]
pub struct Alternatives {
    /// The decision's id, recomputed.
    pub id: String,
    /// Eligible items, by index, ascending; empty where nothing may be sent.
    pub items: Vec<ItemIndex>,
    /// Utility of each item.
    pub utilities: Vec<f64>,
    /// Standard deviation of each utility; empty if the policy does not need them.
    pub std_devs: Vec<f64>,
    /// The policy of the slots that are not pinned.
    pub policy: Policy,
    /// Penalty of full similarity, in standard deviations of the utilities.
    pub diversity: f64,
    /// The objective.
    pub objective: Objective,
    /// One per item placed, conditional on the items before it; fewer if no item may fill a slot.
    pub slots: Vec<OpenSlot>,
    /// Utilities of the further items that are not eligible, by index.
    pub also: Vec<(ItemIndex, f64)>,
    /// Kinds with the utility of each item if the kind alone had weight 1; empty if utilities are not linear in them.
    pub by_kind: Vec<(KindIndex, Vec<f32>)>,
}

impl Recommender {
    /// Returns the alternatives of a decision, one slot for each of the items `placed`, in order; an ineligible item
    /// does not affect the slots after it. The trusted time stays.
    ///
    /// # Errors
    /// Those of [`Self::recommend`].
    pub(crate) fn alternatives(
        &mut self,
        request: &Request,
        overrides: &Overrides,
        placed: &[ItemIndex],
        wanted: Wanted,
    ) -> Result<Alternatives> {
        let clock = self.clock;
        let mut alternatives = Alternatives::default();
        let decision = self.score(request, overrides, false, None, &mut |_, scored| {
            alternatives = scored.alternatives(placed, wanted);
        });
        self.clock = clock;
        Ok(Alternatives { id: decision?.id, ..alternatives })
    }
}

impl ScoredRequest<'_> {
    fn alternatives(mut self, placed: &[ItemIndex], wanted: Wanted) -> Alternatives {
        let candidates = self.candidates;
        let mut filling = SlateFilling::new(&candidates, &self.options, &mut self.limits);
        let mut slots = Vec::with_capacity(placed.len());
        for item in placed {
            slots.extend(filling.open_slot());
            candidates.items.binary_search(item).ok().into_iter().for_each(|candidate| filling.place(candidate));
        }
        Alternatives {
            id: String::new(),
            items: candidates.items.to_vec(),
            utilities: candidates.utilities.to_vec(),
            std_devs: candidates.std_devs.to_vec(),
            policy: self.options.policy,
            diversity: self.options.diversity,
            objective: self.scorer.objective.clone(),
            slots,
            also: self.utilities_of(wanted.also),
            by_kind: if wanted.by_kind { self.by_kind() } else { Vec::new() },
        }
    }
    /// Returns the utilities of the ineligible items among `also`, as if they were eligible.
    fn utilities_of(&mut self, also: &[ItemIndex]) -> Vec<(ItemIndex, f64)> {
        let eligible = self.candidates.items;
        let others: Vec<ItemIndex> =
            also.iter().copied().filter(|item| eligible.binary_search(item).is_err()).collect();
        if others.is_empty() {
            return Vec::new();
        }
        let mut items = [eligible, &others].concat();
        order::sort(&mut items);
        let scored = ScoredItems::new(self.scorer, self.work, self.to, self.context, &items, self.config);
        let all = items.into_iter().zip(scored.utilities);
        all.filter(|(item, _)| eligible.binary_search(item).is_err()).collect()
    }

    /// Returns the utilities under each kind alone.
    fn by_kind(&mut self) -> Vec<(KindIndex, Vec<f32>)> {
        if !self.scored.is_linear() {
            return Vec::new();
        }
        let described = KindIndex::first(self.config.kinds.len())
            .zip(self.config.kinds.iter())
            .filter(|(_, (_, kind))| !kind.is_exposure);
        described.map(|(kind, _)| (kind, self.utilities_of_kind(kind))).collect()
    }

    fn utilities_of_kind(&mut self, kind: KindIndex) -> Vec<f32> {
        let objective = Objective(vec![(kind, 1.0)]);
        let scorer = Scorer { objective: &objective, ..*self.scorer };
        let items = self.candidates.items;
        let scored = ScoredItems::new(&scorer, self.work, self.to, self.context, items, self.config);
        scored.utilities.iter().map(|&utility| utility as f32).collect()
    }
}
