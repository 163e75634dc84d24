//! Doubt: how unsure one is of utilities, for policies that try out what they are unsure of.
//!
//! z_k of an item is unsure by its weights, Var = Σ_f (φ_f·s_f)² with s the weights' standard errors, taken as
//! independent; and by what is the item's own and no feature says, which has the prior N(0, [`OWN`]²) in log-odds. n
//! showings with chance p narrow that by the information of a logistic bias, n·p·(1 − p), and every interaction of the
//! kind by as much at least as it tells where showings are not logged, 1. So a new item is tried, and one that was shown
//! often no longer. A utility's deviation is √Σ_k (o_k·c_k·σ′(z_k))²·Var(z_k), to first order.

use crate::base::number::sigmoid;
use crate::memory::trend;
use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;

use super::scorer::{Scorer, Workspace};

/// How far an item's log-odds may lie from what its features say: as far as a fit expects of one deviation of a feature.
const OWN: f64 = 0.5;

/// Which half-life of demand an item is known by: a month. An item long unseen may be tried again.
const KNOWN_BY: usize = trend::HALF_LIVES.len() - 1;

/// What is known of some items' own log-odds, whoever they are for: for each kind of the objective and each item how often
/// it was shown, and how often the kind came.
#[derive(Debug)]
pub struct Evidence(Vec<Vec<[f64; 2]>>);

impl Scorer<'_> {
    /// What showings and interactions tell of items.
    pub fn evidence(&self, items: &[u32]) -> Evidence {
        let (memory, kinds, now) = (self.scene.memory, &self.scene.world.kinds, trend::places(self.scene.now));
        let of = |kind: u32, item: u32| {
            let demand = || memory.trends().of(item).iter();
            let showings = demand().filter(|demand| kinds.of(demand.kind).is_exposure);
            let shown: f64 = showings.map(|demand| demand.at(&now)[KNOWN_BY]).sum();
            let sent = memory.exposure.of_item(item).len() as f64;
            let came = demand().find(|demand| demand.kind == kind).map_or(0.0, |demand| demand.at(&now)[KNOWN_BY]);
            [shown.max(sent), came]
        };
        let of_kind = |kind: u32| items.iter().map(|&item| of(kind, item)).collect();
        Evidence(self.objective.0.iter().map(|(kind, _)| of_kind(*kind)).collect())
    }

    /// The standard deviation of each item's utility for one viewer, or for a group by itself.
    pub fn std_devs(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[u32],
        evidence: &Evidence,
    ) -> Vec<f64> {
        let used = self.used();
        self.describe_with(work, to, request, items, used);
        let mut variances = vec![0.0; items.len()];
        for (&(number, worth), evidence) in self.objective.0.iter().zip(&evidence.0) {
            work.fill_kind(&self.scene, number, items, used);
            let row = self.model.row(number, to.is_user);
            let uses_value = self.scene.world.kinds.of(number).uses_value;
            for (n, (&item, variance)) in items.iter().zip(&mut variances).enumerate() {
                let (mut z, mut of_weights) = (row.bias, 0.0);
                for feature in work.table.live() {
                    let (value, error) = (work.table.columns[feature].values[n], row.error(feature));
                    z += row.weights[feature] * value;
                    of_weights += error * value * (error * value);
                }
                let chance = sigmoid(z);
                let [shown, came] = evidence[n];
                // As a precision of the item's own log-odds.
                let known = (shown * chance * (1.0 - chance)).max(came);
                let worth = if uses_value { worth * self.value(item) } else { worth };
                let slope = worth * chance * (1.0 - chance);
                *variance += slope * slope * (of_weights + 1.0 / (1.0 / (OWN * OWN) + known));
            }
        }
        variances.into_iter().map(f64::sqrt).collect()
    }
}
