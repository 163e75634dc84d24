//! Phases 5 and 6 of a decision: the slate, and its picks with probabilities and reasons.

use crate::base::index::ItemIndex;
use crate::base::random::Random;
use crate::slate::reason::ReasonBuilder;
use crate::slate::{Omitted, SlateItem, fill_from_some, fill_slate};

use super::decision::{Decision, Recommendation};
use super::scored_request::ScoredRequest;

impl ScoredRequest<'_> {
    /// Fills the slate from all eligible items; `reasons` attributes the scores.
    pub(super) fn fill(mut self, decision: &mut Decision, reasons: bool) {
        // 5. The slate.
        let mut random = Random::new(self.seed);
        let mut slate = fill_slate(&self.candidates, &self.options, &mut self.limits, &mut random);
        decision.unmet_quotas = if slate.is_empty() { Vec::new() } else { self.limits.unmet() };
        slate.extend(self.inquiry.take().and_then(|inquiry| inquiry.slot(&self.candidates)));

        // 6. Reasons.
        self.add_picks(decision, &slate, reasons);
    }

    /// Fills the slate from some of the eligible items, without limits and by the greedy policy. Returns false, without
    /// any change, if an item left out might fill a slot.
    pub(super) fn fill_from_some(mut self, decision: &mut Decision, omitted: Omitted, reasons: bool) -> bool {
        let slate = fill_from_some(&self.candidates, &self.options, omitted);
        let is_proven = slate.is_some();
        slate.iter().for_each(|slate| self.add_picks(decision, slate, reasons));
        is_proven
    }

    /// Adds the items of a slate to a decision; `reasons` attributes their scores.
    fn add_picks(&mut self, decision: &mut Decision, slate: &[SlateItem], reasons: bool) {
        let Self { world, scorer, candidates, .. } = *self;
        let chosen: Vec<ItemIndex> = slate.iter().map(|chosen| candidates.items[chosen.candidate]).collect();
        let explanations = self.scored.explain(scorer, self.work, self.context, slate, &chosen, reasons);
        let builder = ReasonBuilder { world, features: self.work.table.features() };
        for (rank, (chosen, explanation)) in slate.iter().zip(explanations).enumerate() {
            let item = candidates.items[chosen.candidate];
            let is_relative = |kind| scorer.model.row(kind, self.is_to_user).relative;
            decision.picks.push(Recommendation {
                item: builder.item(item),
                rank: rank + 1,
                score: chosen.score(candidates.utilities),
                propensity: chosen.propensity,
                chances: explanation.probabilities(&world.kinds),
                relative: scorer.objective.0.iter().any(|(kind, _)| is_relative(*kind)),
                reasons: if reasons { explanation.reasons(&builder, chosen) } else { Vec::new() },
                data: world.library.entry(item).and_then(|entry| entry.item.data.clone()),
            });
        }
    }
}
