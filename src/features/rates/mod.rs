//! Rates: smoothed log-odds of response rates against the overall rate.
//!
//! Five families under one name: they depend on the item alone, on the subject too, or on the moment; and they count
//! any response, which all kinds share, or responses of one kind.

mod item;
mod moment;
mod subject;

pub use item::{ItemRates, ItemRatesByKind};
pub use moment::MomentRates;
pub use subject::{SubjectRates, SubjectRatesByKind};

use crate::base::number::ln_1p;
use crate::memory::response_rates::Seen;
use crate::world::kind::Kinds;

use super::Column;
use super::subject::{RankingContext, ResponseCounts};

/// Smoothing in impressions at the overall rate: of items, facets and channels; of a subject; of short-lived counts
/// (session, same item).
const SMOOTHING: [f64; 3] = [20.0, 5.0, 0.5];

/// Responses added to the overall count, so that the overall rate is never 0.
const PRIOR: f64 = 0.1;

/// Decayed impressions, and decayed responses to them.
#[derive(Debug, Clone, Copy, Default)]
struct RateCount {
    impressions: f64,
    responses: f64,
}

/// Responses to count: one kind, or all kinds that are not negative.
#[derive(Debug, Clone, Copy)]
enum ResponseType<'a> {
    Kind(u32),
    Any(&'a Kinds),
}

impl ResponseType<'_> {
    fn count(self, seen: Seen) -> RateCount {
        let responses = match self {
            Self::Kind(kind) => seen.came(kind),
            Self::Any(kinds) => seen.came_of_any(|kind| kinds.of(kind).weight >= 0.0),
        };
        RateCount { impressions: seen.shown(), responses }
    }

    fn count_of_subject(self, counts: &ResponseCounts) -> RateCount {
        let responses = match self {
            Self::Kind(kind) => counts.of_kind(kind),
            Self::Any(kinds) => counts.of_kinds(|kind| kinds.of(kind).weight >= 0.0),
        };
        RateCount { impressions: counts.impressions, responses }
    }

    /// Returns the overall rate; `None` without impressions.
    fn base_rate(self, context: &RankingContext) -> Option<BaseRate> {
        let overall = self.count(context.memory.rates().overall(context.memory.half_lives().long.place(context.now)));
        let rate = (overall.responses + PRIOR) / (overall.impressions + 1.0);
        let is_probability = matches!(self, Self::Kind(_));
        (overall.impressions > 0.0)
            .then_some(BaseRate { rate: if is_probability { rate.min(0.99) } else { rate }, is_probability })
    }
}

/// Overall rate, with which all others are compared.
#[derive(Debug, Clone, Copy)]
struct BaseRate {
    rate: f64,
    /// True for one kind: compared by log-odds. The rate of any response may exceed 1, since an impression may have
    /// several responses: compared by logarithm.
    is_probability: bool,
}

impl BaseRate {
    fn transform(self, rate: f64) -> f64 {
        if self.is_probability { libm::log(rate) - libm::log1p(-rate.min(0.999)) } else { libm::log(rate) }
    }

    /// Returns the smoothed rate relative to the overall rate; 0 without impressions.
    fn relative_to_base(self, count: RateCount, smoothing: f64) -> f64 {
        if count.impressions <= 0.0 {
            return 0.0;
        }
        let rate = (count.responses + smoothing * self.rate) / (count.impressions + smoothing);
        self.transform(rate) - self.transform(self.rate)
    }
}

/// Fills a column with one value; if it is 0, the column is not live.
fn fill_with(column: &mut Column, value: f64, items: usize) {
    if value != 0.0 {
        column.open(items);
        column.values.fill(value);
        column.live = true;
    }
}

/// Returns ln(1 + impressions), the amount of evidence.
fn evidence(count: RateCount) -> f64 {
    ln_1p(count.impressions)
}
