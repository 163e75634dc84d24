//! The subject's taste: decayed weight of each facet in its history.

use crate::base::time::{DecayPoint, Time};
use crate::memory::HalfLives;
use crate::memory::affinity::since;
use crate::memory::history::{History, InteractionStats};
use crate::world::consent::FacetOptOut;
use crate::world::facet::FacetClass;
use crate::world::facet_matrix::CsrRows;
use crate::world::kind::Kinds;

use super::{FacetVector, RankingContext};

/// Activity added before averaging, in units of the kinds' weights: shrinks the taste of short histories.
const PRIOR_MASS: f64 = 5.0;

const WITHOUT_TERMS: [FacetClass; 5] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source, FacetClass::Other];

/// Computes the taste; all zero without a history.
pub fn prepare(
    taste: &mut FacetVector<2>,
    context: &RankingContext,
    history: Option<&History>,
    opted_out: &[FacetOptOut],
    terms: bool,
) {
    taste.clear(context.index.facets());
    let Some(history) = history else { return };
    let moment = DecayMoment::of(context.memory.half_lives(), context.now);
    let classes: &[FacetClass] = if terms { &FacetClass::ALL } else { &WITHOUT_TERMS };
    let classes = classes.iter().map(|&class| context.index.class(class));
    let classes: Vec<&CsrRows> = classes.filter(|rows| !rows.is_empty()).collect();
    let mut activity = [0.0; 2];
    for (item, item_stats) in history.by_item() {
        let [short, long] = moment.strength(item_stats, &context.world.kinds);
        if short != 0.0 || long != 0.0 {
            activity = [activity[0] + short.abs(), activity[1] + long.abs()];
            classes.iter().for_each(|rows| taste.add_row(rows.row(item), [short, long]));
        }
    }
    apply_opt_outs(taste, context, history, opted_out, terms);
    taste.scale = activity.map(|activity| 1.0 / (activity + PRIOR_MASS));
}

/// Recomputes facets that the user opted out of from the interactions that still count for them.
fn apply_opt_outs(
    taste: &mut FacetVector<2>,
    context: &RankingContext,
    history: &History,
    opted_out: &[FacetOptOut],
    terms: bool,
) {
    opted_out.iter().for_each(|opted_out| taste.zero(opted_out.facet));
    let half_lives = context.memory.half_lives();
    for (opted_out, event) in since(history, opted_out) {
        let class = context.world.facets.class(opted_out.facet);
        let Some(item) = event.numbered().item.filter(|_| terms || class != FacetClass::Term) else { continue };
        let (facets, weights) = context.index.class(class).row(item);
        if let Ok(found) = facets.binary_search(&opted_out.facet) {
            let amount = context.world.kinds.of(event.kind).weight * weights[found];
            let amounts = [half_lives.short, half_lives.long].map(|h| amount * h.decay_factor(context.now - event.at));
            taste.add(opted_out.facet, amounts);
        }
    }
}

/// Moment on the decay grids of both half-lives.
struct DecayMoment {
    short: DecayPoint,
    long: DecayPoint,
}

impl DecayMoment {
    fn of(half_lives: HalfLives, now: Time) -> Self {
        Self { short: half_lives.short.place(now), long: half_lives.long.place(now) }
    }

    /// Returns Σ kind weight × decayed count over an item's interactions, at both half-lives.
    fn strength(&self, item_stats: &[InteractionStats], kinds: &Kinds) -> [f64; 2] {
        item_stats.iter().fold([0.0; 2], |[short, long], kind_stats| {
            let weight = kinds.of(kind_stats.kind).weight;
            [short + weight * kind_stats.short.at(self.short), long + weight * kind_stats.long.at(self.long)]
        })
    }
}
