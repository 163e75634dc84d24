//! The subject's taste, the decayed weight of each facet in its history, and the match of items with it.

use nextpick_kernel::lanes::{self, CLASSES, Lanes};

use crate::base::index::ItemIndex;
use crate::base::time::{DecayPoint, Time};
use crate::memory::HalfLives;
use crate::memory::affinity::since;
use crate::memory::history::{History, InteractionStats};
use crate::world::consent::FacetOptOut;
use crate::world::facet::FacetClass;
use crate::world::facet_matrix::CsrRows;
use crate::world::kind::Kinds;

use super::column::{Column, Source};
use super::facet_vector::FacetVector;
use super::ranking_context::RankingContext;

/// Activity added before averaging, in units of the kinds' weights: shrinks the taste of short histories.
const PRIOR_MASS: f64 = 5.0;

/// Classes with affinity features; terms have their own family.
const AFFINITY_CLASSES: [FacetClass; 5] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source, FacetClass::Other];

/// Names of the half-lives of [`Taste`].
const HALF_LIVES: [&str; 2] = ["short", "long"];

/// Taste for facets at the short and the long half-life, divided by the total activity.
#[derive(Debug, Clone, Default)]
pub struct Taste(FacetVector<2>);

/// Names `affinity.<class>.<short|long>` = ⟨taste, item's row⟩ within the class, −1 to 1: the mean cosine of the item
/// to the items interacted with, weighted by the decayed interactions.
pub fn affinity_features() -> Vec<String> {
    let names = AFFINITY_CLASSES.iter().flat_map(|class| HALF_LIVES.map(|half_life| (class.name(), half_life)));
    names.map(|(class, half_life)| format!("affinity.{class}.{half_life}")).collect()
}

/// Names `terms.<short|long>` = ⟨taste, item's row of terms⟩, −1 to 1.
pub fn terms_features() -> Vec<String> {
    HALF_LIVES.map(|half_life| format!("terms.{half_life}")).into()
}

impl Taste {
    /// Computes the taste, for terms too if `terms`; all zero without a history.
    pub fn prepare(
        &mut self,
        context: &RankingContext,
        history: Option<&History>,
        opted_out: &[FacetOptOut],
        terms: bool,
    ) {
        let Self(taste) = self;
        taste.clear(context.facet_matrix.facets());
        let Some(history) = history else { return };
        let moment = DecayMoment::of(context.state.memory.half_lives(), context.state.now);
        let classes: &[FacetClass] = if terms { &FacetClass::ALL } else { &AFFINITY_CLASSES };
        let classes = classes.iter().map(|&class| context.facet_matrix.class(class));
        let classes: Vec<&CsrRows> = classes.filter(|rows| !rows.is_empty()).collect();
        let mut activity = [0.0; 2];
        for (item, item_stats) in history.by_item() {
            let [short, long] = moment.strength(item_stats, &context.state.world.kinds);
            if short != 0.0 || long != 0.0 {
                activity = [activity[0] + short.abs(), activity[1] + long.abs()];
                classes.iter().for_each(|rows| taste.add_row(rows.row(item), [short, long]));
            }
        }
        apply_opt_outs(taste, context, history, opted_out, terms);
        taste.scale = activity.map(|activity| 1.0 / (activity + PRIOR_MASS));
    }

    /// Adds Σ weight × taste to one lane of each facet's value, and the squares of these sums by class: `affinity` and
    /// `terms` are the weights of their features, `classes` the class of each facet.
    pub fn fold(
        &self,
        [affinity, terms]: [Option<&[f64]>; 2],
        classes: &[u8],
        lane: usize,
        values: &mut [Lanes],
        squares: &mut [f64; CLASSES],
    ) {
        let mut weights = [[0.0; HALF_LIVES.len()]; CLASSES];
        let mut set = |class: FacetClass, of: Option<&[f64]>| {
            let of = of.unwrap_or(&[0.0; HALF_LIVES.len()]);
            weights[class as usize] = std::array::from_fn(|n| of[n] * self.0.scale[n]);
        };
        for (n, class) in AFFINITY_CLASSES.into_iter().enumerate() {
            set(class, affinity.map(|weights| &weights[HALF_LIVES.len() * n..]));
        }
        set(FacetClass::Term, terms);
        lanes::fold(self.0.unscaled(), classes, &weights, lane, values, squares);
    }

    /// Fills the columns of [`affinity_features`].
    pub fn fill_affinity(&self, context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
        for (class, columns) in AFFINITY_CLASSES.into_iter().zip(columns.chunks_mut(HALF_LIVES.len())) {
            self.fill(context, class, items, columns);
        }
    }

    /// Fills the columns of [`terms_features`].
    pub fn fill_terms(&self, context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
        self.fill(context, FacetClass::Term, items, columns);
    }

    /// Fills two columns (short, long) with the taste for one class of the items' facets.
    fn fill(&self, context: &RankingContext, class: FacetClass, items: &[ItemIndex], columns: &mut [Column]) {
        let rows = context.facet_matrix.class(class);
        let [short, long] = columns else { unreachable!("taste has two half-lives") };
        if self.0.is_empty() || rows.is_empty() {
            return;
        }
        short.reset(items.len());
        long.reset(items.len());
        self.0.dots(rows, items, &mut short.values, &mut long.values);
        (short.live, long.live) = (true, true);
    }

    /// Splits a value of [`affinity_features`] by facet.
    pub fn affinity_contributions(
        &self,
        context: &RankingContext,
        item: ItemIndex,
        offset: usize,
    ) -> Vec<(Source, f64)> {
        let (class, half_life) = (AFFINITY_CLASSES[offset / HALF_LIVES.len()], offset % HALF_LIVES.len());
        self.contributions(context, class, item, half_life)
    }

    /// Splits a value of [`terms_features`] by facet.
    pub fn terms_contributions(&self, context: &RankingContext, item: ItemIndex, offset: usize) -> Vec<(Source, f64)> {
        self.contributions(context, FacetClass::Term, item, offset)
    }

    fn contributions(
        &self,
        context: &RankingContext,
        class: FacetClass,
        item: ItemIndex,
        half_life: usize,
    ) -> Vec<(Source, f64)> {
        let terms = self.0.terms(context.facet_matrix.class(class).row(item), half_life);
        terms.map(|(facet, product)| (Source::Facet(facet), product)).collect()
    }
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
    let half_lives = context.state.memory.half_lives();
    for (opted_out, event) in since(history, opted_out) {
        let class = context.state.world.facets.class(opted_out.facet);
        let Some(item) = event.indexed().item.filter(|_| terms || class != FacetClass::Term) else { continue };
        let (facets, weights) = context.facet_matrix.class(class).row(item);
        if let Ok(found) = facets.binary_search(&opted_out.facet) {
            let amount = context.state.world.kinds.of(event.kind).weight * weights[found];
            let amounts =
                [half_lives.short, half_lives.long].map(|h| amount * h.decay_factor(context.state.now - event.at));
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
        Self { short: half_lives.short.point(now), long: half_lives.long.point(now) }
    }

    /// Returns Σ kind weight × decayed count over an item's interactions, at both half-lives.
    fn strength(&self, item_stats: &[InteractionStats], kinds: &Kinds) -> [f64; 2] {
        item_stats.iter().fold([0.0; 2], |[short, long], kind_stats| {
            let weight = kinds.of(kind_stats.kind).weight;
            [short + weight * kind_stats.short.at(self.short), long + weight * kind_stats.long.at(self.long)]
        })
    }
}
