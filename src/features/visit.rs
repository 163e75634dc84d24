//! Visit: what the viewer's comings say: what is new to them, whether they like it young, how long they were away.

use crate::base::number::ln_1p;
use crate::base::time::HOUR;

use super::freshness::youth;
use super::subject::{FamilyNeeds, PreparedSubject, RankingContext, Visits};
use super::{Column, Family};

/// `visit.new` = 1 if the item was published since the viewer was last there. `visit.habit` = the item's age against
/// what is usual × how much older than usual what the viewer touches is. `visit.away` = demand of the last hour ×
/// ln(1 + hours away). `visit.newcomer.<trend|age>` = demand of the last hour, and youth, × 1 / (1 + items touched / 2):
/// of whom little is known the crowd says more.
pub struct Visit;

/// After so many items touched a newcomer is half known.
const HALF_KNOWN: f64 = 2.0;

/// Who was away longer than this, or never there, counts as away so long: about a year, in hours.
const LONGEST_AWAY: f64 = 8760.0;

impl Family for Visit {
    fn name(&self) -> &'static str {
        "visit"
    }

    fn features(&self) -> Vec<String> {
        ["new", "habit", "away", "newcomer.trend", "newcomer.age"].map(|name| format!("visit.{name}")).into()
    }

    fn wants(&self, wanted: &mut FamilyNeeds) {
        wanted.visits = true;
    }

    fn fill(&self, scene: &RankingContext, viewer: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let Visits { items: touched, last, habit, .. } = viewer.visits;
        let unknown = 1.0 / (1.0 + touched as f64 / HALF_KNOWN);
        let away = last.map_or(LONGEST_AWAY, |last| ((scene.now - last).max(0) as f64 / HOUR as f64).min(LONGEST_AWAY));
        let away = ln_1p(away);
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            let published = scene.world.library.remembered(item).and_then(|entry| entry.item.published_at);
            let young = published.map_or(0.0, |published| youth(published, scene.now));
            let wanted = viewer.visits.demand[item as usize];
            let is_new = last.zip(published).is_some_and(|(last, published)| published > last);
            let values =
                [f64::from(u8::from(is_new)), -habit * young, wanted * away, wanted * unknown, young * unknown];
            for (column, value) in columns.iter_mut().zip(values) {
                column.values[n] = value;
                column.live |= value != 0.0;
            }
        }
    }
}
