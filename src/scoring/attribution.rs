//! Attribution: the utility of a few items as a base and contributions of features.

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::number::{mean_slope, sigmoid};
use crate::features::{Feature, PreparedSubject, Source, Table};
use crate::world::facet::FacetProfile;
use crate::world::recipient::Recipient;

use super::scorer::{Scorer, Workspace};

/// Attribution of a utility: base and contributions sum to it.
#[derive(Debug, Clone, Default)]
pub struct Attribution {
    /// Utility if all features are 0: Σ o·c·σ(b).
    pub base: f64,
    /// Contributions by feature and source.
    pub contributions: Vec<Contribution>,
    /// Probabilities by kind index, ascending, each 0 to 1.
    pub probabilities: Vec<(KindIndex, f64)>,
}

/// Contribution of one feature through one source to a utility.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contribution {
    /// Column of the feature in the table.
    pub feature: usize,
    /// Origin within the feature's value.
    pub source: Source,
    /// Amount added to the utility.
    pub amount: f64,
}

impl Scorer<'_> {
    /// Attributes the utilities of a few items by Aumann–Shapley values: per kind, a feature contributes w·φ times the
    /// mean slope of the sigmoid from b to z times the kind's worth (ARCHITECTURE.md, "The mathematics").
    ///
    /// Without `parts` only base and probabilities are computed.
    pub fn explain(
        &self,
        work: &mut Workspace,
        to: Recipient,
        request: &FacetProfile,
        items: &[ItemIndex],
        parts: bool,
    ) -> Vec<Attribution> {
        let used = self.used();
        work.subject.prepare(&self.context, to, request, used);
        let Workspace { subject, table, .. } = work;
        table.fill(&self.context, subject, items, used);
        let mut attributions = vec![Attribution::default(); items.len()];
        // Items × features: per unit of value for features that all kinds share, in full for those per kind.
        let mut coefficients = vec![vec![0.0; table.columns.len()]; if parts { items.len() } else { 0 }];
        for (index, kind) in (0..).map(KindIndex).zip(self.context.state.world.kinds.iter().map(|(_, kind)| kind)) {
            let worth = self.worth(index);
            if worth == 0.0 && (kind.weight == 0.0 || kind.is_exposure) {
                continue;
            }
            table.fill_kind(&self.context, subject, index, items, used);
            let row = self.model.row(index, to.is_user);
            let weights: Vec<f64> = (0..table.columns.len()).map(|n| self.weight(row, table, n)).collect();
            for (n, &item) in items.iter().enumerate() {
                let z = table.live().fold(row.bias, |z, column| z + weights[column] * table.columns[column].values[n]);
                let worth = if kind.uses_value { worth * self.value(item) } else { worth };
                attributions[n].probabilities.push((index, sigmoid(z)));
                attributions[n].base += worth * sigmoid(row.bias);
                if !parts || worth == 0.0 {
                    continue;
                }
                let slope = worth * mean_slope(z, row.bias);
                for ((coefficient, weight), (feature, column)) in
                    coefficients[n].iter_mut().zip(&weights).zip(table.features().iter().zip(&table.columns))
                {
                    match feature.family.is_per_kind() {
                        true if column.live => *coefficient += weight * slope * column.values[n],
                        true => {}
                        false => *coefficient += weight * slope,
                    }
                }
            }
        }
        if parts {
            for (n, &item) in items.iter().enumerate() {
                attributions[n].contributions = self.contributions(subject, table, &coefficients[n], n, item);
            }
        }
        attributions
    }

    fn contributions(
        &self,
        subject: &PreparedSubject,
        table: &Table,
        coefficients: &[f64],
        n: usize,
        item: ItemIndex,
    ) -> Vec<Contribution> {
        let mut contributions = Vec::new();
        for (feature, known) in table.features().iter().enumerate().filter(|(feature, _)| coefficients[*feature] != 0.0)
        {
            if known.family.is_per_kind() {
                contributions.push(Contribution { feature, source: Source::Whole, amount: coefficients[feature] });
                continue;
            }
            let column = &table.columns[feature];
            if !column.live || column.values[n] == 0.0 {
                continue;
            }
            let Feature { family, offset, .. } = *known;
            for (source, value) in subject.contributions(family, &self.context, item, offset, column.values[n]) {
                contributions.push(Contribution { feature, source, amount: coefficients[feature] * value });
            }
        }
        contributions
    }

    /// Returns the objective's weight of a kind; 0 if it has none.
    fn worth(&self, kind: KindIndex) -> f64 {
        self.objective.0.iter().find(|(known, _)| *known == kind).map_or(0.0, |(_, weight)| *weight)
    }
}
