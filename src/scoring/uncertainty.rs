//! Uncertainty: standard deviations of utilities, for policies that explore.
//!
//! The variance of an item's z_k has two parts: Σ_f (φ_f·s_f)², s being the weights' standard errors, taken as
//! independent; and an item effect that no feature explains, with the prior N(0, [`ITEM_EFFECT_STD_DEV`]²) in log-odds.
//! n impressions with probability p add the precision of a logistic bias, n·p·(1 − p), but each interaction of the kind
//! at least 1, for hosts that do not log impressions. So new items are explored, and items shown often are not. A
//! utility's standard deviation is √Σ_k (o_k·c_k·σ′(z_k))²·Var(z_k), to first order.

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::number::sigmoid;
use crate::memory::trend;
use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;

use super::scorer::{Scorer, Workspace};

/// Prior standard deviation of the item effect in log-odds: the effect a fit expects of one standard deviation of a
/// feature.
const ITEM_EFFECT_STD_DEV: f64 = 0.5;

/// Index of the half-life of evidence: 30 days, so that items not shown for long are explored again.
const EVIDENCE_HALF_LIFE: usize = trend::HALF_LIVES.len() - 1;

/// Evidence about item effects, equal for all subjects: per kind of the objective and item, decayed impressions and
/// interactions of the kind.
#[derive(Debug)]
pub struct Evidence(Vec<Vec<[f64; 2]>>);

impl Scorer<'_> {
    /// Returns the evidence about items.
    pub fn evidence(&self, items: &[ItemIndex]) -> Evidence {
        let (memory, kinds, now) =
            (self.context.state.memory, &self.context.state.world.kinds, trend::decay_points(self.context.state.now));
        let count = |kind: KindIndex, item: ItemIndex| {
            let demand = || memory.trends().of(item).iter();
            let exposures = demand().filter(|demand| kinds.of(demand.kind).is_exposure);
            let impressions: f64 = exposures.map(|demand| demand.at(&now)[EVIDENCE_HALF_LIFE]).sum();
            let sent = memory.exposure.of_item(item).len() as f64;
            let interactions =
                demand().find(|demand| demand.kind == kind).map_or(0.0, |demand| demand.at(&now)[EVIDENCE_HALF_LIFE]);
            [impressions.max(sent), interactions]
        };
        let of_kind = |kind: KindIndex| items.iter().map(|&item| count(kind, item)).collect();
        Evidence(self.objective.0.iter().map(|(kind, _)| of_kind(*kind)).collect())
    }

    /// Returns the standard deviation of each item's utility for one subject: a user, or a group by itself.
    pub fn std_devs(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[ItemIndex],
        evidence: &Evidence,
    ) -> Vec<f64> {
        let used = self.used();
        self.describe_with(work, to, request, items, used);
        let mut variances = vec![0.0; items.len()];
        for (&(kind, worth), evidence) in self.objective.0.iter().zip(&evidence.0) {
            work.fill_kind(&self.context, kind, items, used);
            let row = self.model.row(kind, to.is_user);
            let multiplier = |feature: usize| self.family_weights.of(work.table.features()[feature].family);
            let weights: Vec<(usize, f64, f64)> = work
                .table
                .live()
                .map(|feature| {
                    (feature, self.weight(row, &work.table, feature), row.error(feature) * multiplier(feature))
                })
                .collect();
            let uses_value = self.context.state.world.kinds.of(kind).uses_value;
            for (n, (&item, variance)) in items.iter().zip(&mut variances).enumerate() {
                let (mut z, mut weight_variance) = (row.bias, 0.0);
                for &(feature, weight, error) in &weights {
                    let value = work.table.columns[feature].values[n];
                    z += weight * value;
                    weight_variance += error * value * (error * value);
                }
                let chance = sigmoid(z);
                let [impressions, interactions] = evidence[n];
                let precision = (impressions * chance * (1.0 - chance)).max(interactions);
                let worth = if uses_value { worth * self.value(item) } else { worth };
                let slope = worth * chance * (1.0 - chance);
                *variance += slope
                    * slope
                    * (weight_variance + 1.0 / (1.0 / (ITEM_EFFECT_STD_DEV * ITEM_EFFECT_STD_DEV) + precision));
            }
        }
        variances.into_iter().map(f64::sqrt).collect()
    }
}
