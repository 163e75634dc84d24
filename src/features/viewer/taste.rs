//! What the viewer likes, facet by facet.

use crate::base::time::{Place, Time};
use crate::memory::HalfLives;
use crate::memory::affinity::since;
use crate::memory::history::{History, Touch};
use crate::world::consent::Closed;
use crate::world::facet::Class;
use crate::world::index::Rows;
use crate::world::kind::Kinds;

use super::{Scene, Spread};

/// Mass added to a history's own before averaging: with less than this known, taste speaks softly.
const PRIOR_MASS: f64 = 5.0;

const WITHOUT_TERMS: [Class; 5] = [Class::Tag, Class::Category, Class::Format, Class::Source, Class::Other];

/// Lays out the liking of facets; none without a history.
pub fn look(taste: &mut Spread<2>, scene: &Scene, history: Option<&History>, closed: &[Closed], terms: bool) {
    taste.clear(scene.index.facets());
    let Some(history) = history else { return };
    let clock = Clock::of(scene.memory.half_lives(), scene.now);
    let classes: &[Class] = if terms { &Class::ALL } else { &WITHOUT_TERMS };
    let classes = classes.iter().map(|&class| scene.index.class(class));
    let classes: Vec<&Rows> = classes.filter(|rows| !rows.is_empty()).collect();
    let mut mass = [0.0; 2];
    for (item, touches) in history.by_item() {
        let [short, long] = clock.strength(touches, &scene.world.kinds);
        if short != 0.0 || long != 0.0 {
            mass = [mass[0] + short.abs(), mass[1] + long.abs()];
            classes.iter().for_each(|rows| taste.add_row(rows.row(item), [short, long]));
        }
    }
    hush(taste, scene, history, closed, terms);
    taste.scale = mass.map(|mass| 1.0 / (mass + PRIOR_MASS));
}

/// Of facets that are closed only what was done since may speak.
fn hush(taste: &mut Spread<2>, scene: &Scene, history: &History, closed: &[Closed], terms: bool) {
    closed.iter().for_each(|closed| taste.hush(closed.facet));
    let half_lives = scene.memory.half_lives();
    for (closed, event) in since(history, closed) {
        let class = scene.world.facets.class(closed.facet);
        let Some(item) = event.numbered().item.filter(|_| terms || class != Class::Term) else { continue };
        let (facets, weights) = scene.index.class(class).row(item);
        if let Ok(place) = facets.binary_search(&closed.facet) {
            let amount = scene.world.kinds.of(event.kind).weight * weights[place];
            let left = [half_lives.short, half_lives.long].map(|h| amount * h.left_after(scene.now - event.at));
            taste.add(closed.facet, left);
        }
    }
}

/// The moment on the grids of both half-lives.
struct Clock {
    short: Place,
    long: Place,
}

impl Clock {
    fn of(half_lives: HalfLives, now: Time) -> Self {
        Self { short: half_lives.short.place(now), long: half_lives.long.place(now) }
    }

    /// How strongly the touches of one item speak for it at both half-lives: counts times the kinds' weights.
    fn strength(&self, touches: &[Touch], kinds: &Kinds) -> [f64; 2] {
        touches.iter().fold([0.0; 2], |[short, long], touch| {
            let weight = kinds.of(touch.kind).weight;
            [short + weight * touch.short.at(self.short), long + weight * touch.long.at(self.long)]
        })
    }
}
