//! Visit: items published since the subject's last interaction, preferred item age, and time away.

use crate::base::number::ln_1p;
use crate::base::time::HOUR;

use super::freshness::youth;
use super::subject::{FamilyNeeds, PreparedSubject, RankingContext, Visits};
use super::{Column, Family};

/// - `visit.new` = 1 if the item was published after the subject's last interaction.
/// - `visit.habit` = −youth × the subject's age habit ([`Visits::habit`]).
/// - `visit.away` = demand of the last hour × ln(1 + hours away).
/// - `visit.newcomer.<trend|age>` = demand of the last hour, and youth, × 1 / (1 + items interacted with / 2): demand
///   matters more for subjects with a short history.
pub struct Visit;

/// Number of items after which the newcomer factor is 1/2.
const HALF_KNOWN: f64 = 2.0;

/// Maximum time away in hours, about a year; also the time away of subjects without interactions.
const LONGEST_AWAY: f64 = 8760.0;

impl Family for Visit {
    fn name(&self) -> &'static str {
        "visit"
    }

    fn features(&self) -> Vec<String> {
        ["new", "habit", "away", "newcomer.trend", "newcomer.age"].map(|name| format!("visit.{name}")).into()
    }

    fn add_needs(&self, needs: &mut FamilyNeeds) {
        needs.visits = true;
    }

    fn fill(&self, context: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let Visits { items: interacted, last, habit, .. } = subject.visits;
        let newcomer = 1.0 / (1.0 + interacted as f64 / HALF_KNOWN);
        let away =
            last.map_or(LONGEST_AWAY, |last| ((context.now - last).max(0) as f64 / HOUR as f64).min(LONGEST_AWAY));
        let away = ln_1p(away);
        columns.iter_mut().for_each(|column| column.open(items.len()));
        for (n, &item) in items.iter().enumerate() {
            let published = context.world.library.remembered(item).and_then(|entry| entry.item.published_at);
            let young = published.map_or(0.0, |published| youth(published, context.now));
            let demand = subject.visits.demand[item as usize];
            let is_new = last.zip(published).is_some_and(|(last, published)| published > last);
            let values =
                [f64::from(u8::from(is_new)), -habit * young, demand * away, demand * newcomer, young * newcomer];
            for (column, value) in columns.iter_mut().zip(values) {
                column.values[n] = value;
                column.live |= value != 0.0;
            }
        }
    }
}
