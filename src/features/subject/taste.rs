//! What the viewer likes, facet by facet.

use crate::base::time::{DecayPoint, Time};
use crate::memory::HalfLives;
use crate::memory::affinity::since;
use crate::memory::history::{History, InteractionStats};
use crate::world::consent::FacetOptOut;
use crate::world::facet::FacetClass;
use crate::world::facet_matrix::CsrRows;
use crate::world::kind::Kinds;

use super::{FacetVector, RankingContext};

/// Mass added to a history's own before averaging: with less than this known, taste speaks softly.
const PRIOR_MASS: f64 = 5.0;

const WITHOUT_TERMS: [FacetClass; 5] =
    [FacetClass::Tag, FacetClass::Category, FacetClass::Format, FacetClass::Source, FacetClass::Other];

/// Lays out the liking of facets; none without a history.
pub fn prepare(
    taste: &mut FacetVector<2>,
    scene: &RankingContext,
    history: Option<&History>,
    closed: &[FacetOptOut],
    terms: bool,
) {
    taste.clear(scene.index.facets());
    let Some(history) = history else { return };
    let clock = DecayMoment::of(scene.memory.half_lives(), scene.now);
    let classes: &[FacetClass] = if terms { &FacetClass::ALL } else { &WITHOUT_TERMS };
    let classes = classes.iter().map(|&class| scene.index.class(class));
    let classes: Vec<&CsrRows> = classes.filter(|rows| !rows.is_empty()).collect();
    let mut activity = [0.0; 2];
    for (item, touches) in history.by_item() {
        let [short, long] = clock.strength(touches, &scene.world.kinds);
        if short != 0.0 || long != 0.0 {
            activity = [activity[0] + short.abs(), activity[1] + long.abs()];
            classes.iter().for_each(|rows| taste.add_row(rows.row(item), [short, long]));
        }
    }
    zero(taste, scene, history, closed, terms);
    taste.scale = activity.map(|activity| 1.0 / (activity + PRIOR_MASS));
}

/// Of facets that are closed only what was done since may speak.
fn zero(taste: &mut FacetVector<2>, scene: &RankingContext, history: &History, closed: &[FacetOptOut], terms: bool) {
    closed.iter().for_each(|closed| taste.zero(closed.facet));
    let half_lives = scene.memory.half_lives();
    for (closed, event) in since(history, closed) {
        let class = scene.world.facets.class(closed.facet);
        let Some(item) = event.numbered().item.filter(|_| terms || class != FacetClass::Term) else { continue };
        let (facets, weights) = scene.index.class(class).row(item);
        if let Ok(place) = facets.binary_search(&closed.facet) {
            let amount = scene.world.kinds.of(event.kind).weight * weights[place];
            let left = [half_lives.short, half_lives.long].map(|h| amount * h.decay_factor(scene.now - event.at));
            taste.add(closed.facet, left);
        }
    }
}

/// The moment on the grids of both half-lives.
struct DecayMoment {
    short: DecayPoint,
    long: DecayPoint,
}

impl DecayMoment {
    fn of(half_lives: HalfLives, now: Time) -> Self {
        Self { short: half_lives.short.place(now), long: half_lives.long.place(now) }
    }

    /// How strongly the touches of one item speak for it at both half-lives: counts times the kinds' weights.
    fn strength(&self, touches: &[InteractionStats], kinds: &Kinds) -> [f64; 2] {
        touches.iter().fold([0.0; 2], |[short, long], touch| {
            let weight = kinds.of(touch.kind).weight;
            [short + weight * touch.short.at(self.short), long + weight * touch.long.at(self.long)]
        })
    }
}
