//! Smoothed rates of responses, and their distance from the overall rate.

use crate::base::index::KindIndex;
use crate::base::number::ln_1p;
use crate::memory::response_stats::ResponseStatsAt;
use crate::world::kind::Kinds;

use super::super::column::Column;
use super::super::ranking_context::RankingContext;

/// Smoothing in impressions at the overall rate: of items, facets and channels; of a subject; of short-lived counts
/// (session, same item).
pub const SMOOTHING: [f64; 3] = [20.0, 5.0, 0.5];

/// Responses added to the overall count, so that the overall rate is never 0.
pub const PRIOR: f64 = 0.1;

/// Decayed impressions, and decayed responses to them.
#[derive(Debug, Clone, Copy, Default)]
pub struct RateCount {
    /// Decayed impressions.
    pub impressions: f64,
    /// Decayed responses.
    pub responses: f64,
}

/// Responses to count: one kind, or all kinds that are not negative.
#[derive(Debug, Clone, Copy)]
pub enum ResponseType<'a> {
    /// One kind.
    Kind(KindIndex),
    /// All kinds that are not negative.
    Any(&'a Kinds),
}

impl ResponseType<'_> {
    /// Returns impressions and responses of these counts.
    pub fn count(self, seen: ResponseStatsAt) -> RateCount {
        let responses = match self {
            Self::Kind(kind) => seen.responses(kind),
            Self::Any(kinds) => seen.responses_of_any(|kind| kinds.of(kind).weight >= 0.0),
        };
        RateCount { impressions: seen.impressions(), responses }
    }

    /// Returns the overall rate; `None` without impressions.
    pub fn base_rate(self, context: &RankingContext) -> Option<BaseRate> {
        let overall = self.count(
            context.state.memory.rates().overall(context.state.memory.half_lives().long.point(context.state.now)),
        );
        let rate = (overall.responses + PRIOR) / (overall.impressions + 1.0);
        let is_probability = matches!(self, Self::Kind(_));
        (overall.impressions > 0.0)
            .then_some(BaseRate { rate: if is_probability { rate.min(0.99) } else { rate }, is_probability })
    }
}

/// Overall rate, with which all others are compared.
#[derive(Debug, Clone, Copy)]
pub struct BaseRate {
    /// Responses per impression, above 0.
    pub rate: f64,
    /// True for one kind: compared by log-odds. The rate of any response may exceed 1, since an impression may have
    /// several responses: compared by logarithm.
    pub is_probability: bool,
}

impl BaseRate {
    fn transform(self, rate: f64) -> f64 {
        if self.is_probability { libm::log(rate) - libm::log1p(-rate.min(0.999)) } else { libm::log(rate) }
    }

    /// Returns the smoothed rate relative to the overall rate; 0 without impressions.
    pub fn relative_to_base(self, count: RateCount, smoothing: f64) -> f64 {
        if count.impressions <= 0.0 {
            return 0.0;
        }
        let rate = (count.responses + smoothing * self.rate) / (count.impressions + smoothing);
        self.transform(rate) - self.transform(self.rate)
    }
}

/// Fills a column with one value; if it is 0, the column is not live.
pub fn fill_with(column: &mut Column, value: f64, items: usize) {
    if value != 0.0 {
        column.reset(items);
        column.values.fill(value);
        column.live = true;
    }
}

/// Returns ln(1 + impressions), the amount of evidence.
pub fn evidence(count: RateCount) -> f64 {
    ln_1p(count.impressions)
}
