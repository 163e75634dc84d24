//! The rate of the moment: what comes of anything shown lately, by anybody.

use super::super::subject::{PreparedSubject, RankingContext};
use super::super::{Column, Family};
use super::{PRIOR, RateCount, SMOOTHING, Scale};

/// `rates.lately`: the rate of the kind over the last hours against that of the last four weeks. It is the same for all items, so
/// it orders nothing: it keeps chances near what comes, from busy evenings to quiet nights.
pub struct OfMoment;

impl Family for OfMoment {
    fn name(&self) -> &'static str {
        "rates"
    }

    fn features(&self) -> Vec<String> {
        vec!["rates.lately".to_owned()]
    }

    fn of_item_alone(&self) -> bool {
        true
    }

    fn of_kind(&self) -> bool {
        true
    }

    fn fill_of_kind(
        &self,
        scene: &RankingContext,
        _: &PreparedSubject,
        kind: u32,
        items: &[u32],
        columns: &mut [Column],
    ) {
        let (kinds, kind_volume) = (&scene.world.kinds, scene.memory.kind_volume());
        let exposures = (0..).zip(kinds.iter()).filter(|(_, (_, kind))| kind.is_exposure).map(|(number, _)| number);
        let shown = kind_volume.came(exposures, scene.now);
        if shown.lately == 0 {
            return;
        }
        let came = kind_volume.came([kind].into_iter(), scene.now);
        let rate = (came.usual as f64 + PRIOR) / (shown.usual as f64 + 1.0);
        let scale = Scale { rate: rate.min(0.99), is_chance: true };
        let lately = RateCount { shown: shown.lately as f64, came: came.lately as f64 };
        super::fill_with(&mut columns[0], scale.against(lately, SMOOTHING[0]), items.len());
    }
}
