//! Recent response rate of a kind, over all subjects and items.

use super::super::column::Column;
use super::super::ranking_context::RankingContext;
use super::rate::{BaseRate, PRIOR, RateCount, SMOOTHING, fill_with};
use crate::base::index::{ItemIndex, KindIndex};

/// Names `rates.lately`: rate of one kind over the last hours relative to that of the last four weeks. Equal for all
/// items: it does not affect the ranking, but keeps probabilities calibrated through the day.
pub fn moment_features() -> Vec<String> {
    vec!["rates.lately".to_owned()]
}

/// Fills the column of [`moment_features`].
pub fn fill_moment(context: &RankingContext, kind: KindIndex, items: &[ItemIndex], columns: &mut [Column]) {
    let (kinds, kind_volume) = (&context.state.world.kinds, context.state.memory.kind_volume());
    let exposures =
        (0..).map(KindIndex).zip(kinds.iter()).filter(|(_, (_, kind))| kind.is_exposure).map(|(index, _)| index);
    let impressions = kind_volume.volume(exposures, context.state.now);
    if impressions.recent == 0 {
        return;
    }
    let responses = kind_volume.volume([kind].into_iter(), context.state.now);
    let rate = (responses.baseline as f64 + PRIOR) / (impressions.baseline as f64 + 1.0);
    let base = BaseRate { rate: rate.min(0.99), is_probability: true };
    let recent = RateCount { impressions: impressions.recent as f64, responses: responses.recent as f64 };
    fill_with(&mut columns[0], base.relative_to_base(recent, SMOOTHING[0]), items.len());
}
