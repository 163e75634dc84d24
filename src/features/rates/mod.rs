//! Rates: how often something came of what was shown, as log-odds against what comes of anything shown.
//!
//! Five families under one name. By what they depend on: the item alone, the viewer too, or the moment; and by what came:
//! anything, which all kinds share, or the kind itself.

mod of_item;
mod of_moment;
mod of_viewer;

pub use of_item::{OfItem, OfItemByKind};
pub use of_moment::OfMoment;
pub use of_viewer::{OfViewer, OfViewerByKind};

use crate::base::number::ln_1p;
use crate::memory::response_rates::Seen;
use crate::world::kind::Kinds;

use super::Column;
use super::subject::{RankingContext, ResponseCounts};

/// What a rate is smoothed with, in showings of the overall rate: of items, facets and channels; of a viewer; of what
/// is only there for a while.
const SMOOTHING: [f64; 3] = [20.0, 5.0, 0.5];

/// Occurrences added to the overall rate's own, so that it is never 0.
const PRIOR: f64 = 0.1;

/// Showings, and how often what one asks for came of them.
#[derive(Debug, Clone, Copy, Default)]
struct RateCount {
    shown: f64,
    came: f64,
}

/// What is asked of a count: one kind, or anything that is no dislike.
#[derive(Debug, Clone, Copy)]
enum What<'a> {
    Kind(u32),
    Any(&'a Kinds),
}

impl What<'_> {
    fn of(self, seen: Seen) -> RateCount {
        let came = match self {
            Self::Kind(kind) => seen.came(kind),
            Self::Any(kinds) => seen.came_of_any(|kind| kinds.of(kind).weight >= 0.0),
        };
        RateCount { shown: seen.shown(), came }
    }

    fn of_scope(self, scope: &ResponseCounts) -> RateCount {
        let came = match self {
            Self::Kind(kind) => scope.came(kind),
            Self::Any(kinds) => scope.came_of_any(|kind| kinds.of(kind).weight >= 0.0),
        };
        RateCount { shown: scope.shown, came }
    }

    /// The overall rate, and the transformation under which rates are compared with it.
    fn scale(self, scene: &RankingContext) -> Option<Scale> {
        let overall = self.of(scene.memory.rates().overall(scene.memory.half_lives().long.place(scene.now)));
        let rate = (overall.came + PRIOR) / (overall.shown + 1.0);
        let is_chance = matches!(self, Self::Kind(_));
        (overall.shown > 0.0).then_some(Scale { rate: if is_chance { rate.min(0.99) } else { rate }, is_chance })
    }
}

/// The overall rate, against which all others are told.
#[derive(Debug, Clone, Copy)]
struct Scale {
    rate: f64,
    /// A rate of anything may be above 1, since several things may come of one showing: it is told by its logarithm.
    is_chance: bool,
}

impl Scale {
    fn tell(self, rate: f64) -> f64 {
        if self.is_chance { libm::log(rate) - libm::log1p(-rate.min(0.999)) } else { libm::log(rate) }
    }

    /// The smoothed rate against the overall one; 0 where nothing was shown.
    fn against(self, count: RateCount, smoothing: f64) -> f64 {
        if count.shown <= 0.0 {
            return 0.0;
        }
        let rate = (count.came + smoothing * self.rate) / (count.shown + smoothing);
        self.tell(rate) - self.tell(self.rate)
    }
}

/// Writes one value for all items; they mean nothing if it is 0.
fn fill_with(column: &mut Column, value: f64, items: usize) {
    if value != 0.0 {
        column.open(items);
        column.values.fill(value);
        column.live = true;
    }
}

/// How much is known: ln(1 + showings).
fn known(count: RateCount) -> f64 {
    ln_1p(count.shown)
}
