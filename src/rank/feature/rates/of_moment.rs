//! The rate of the moment: what comes of anything shown lately, by anybody.

use crate::memory::trend::{Demand, HALF_LIVES, places};

use super::super::super::viewer::{Scene, Viewer};
use super::super::{Column, Family};
use super::{Count, PRIOR, SMOOTHING, Scale};

/// `rates.lately`: the rate of the kind over the last hours against that of the last weeks. It is the same for all items, so
/// it orders nothing: it keeps chances near what comes, from busy evenings to quiet nights.
pub struct OfMoment;

/// Which of [`HALF_LIVES`] say what is usual, and what is so lately: 30 days and 6 hours.
const USUAL: usize = 4;
const LATELY: usize = 1;

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

    fn fill_of_kind(&self, scene: &Scene, _: &Viewer, kind: u32, items: &[u32], columns: &mut [Column]) {
        let (now, kinds) = (places(scene.now), &scene.world.kinds);
        let sum = |half_life: usize, counts: &dyn Fn(&Demand) -> bool| {
            let demands = scene.memory.trends().whole().iter().filter(|demand| counts(demand));
            demands.map(|demand| demand.at(&now)[half_life]).sum::<f64>()
        };
        let count = |half_life: usize| Count {
            shown: sum(half_life, &|demand| kinds.of(demand.kind).is_exposure),
            came: sum(half_life, &|demand| demand.kind == kind),
        };
        let usual = count(USUAL);
        let scale = Scale { rate: ((usual.came + PRIOR) / (usual.shown + 1.0)).min(0.99), is_chance: true };
        super::fill_with(&mut columns[0], scale.against(count(LATELY), SMOOTHING[0]), items.len());
    }
}

const _: () = assert!(LATELY < USUAL && USUAL < HALF_LIVES.len());
