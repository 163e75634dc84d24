//! Shared direction: if the weights of an objective's kinds are multiples of one kind's weights, an item's features are
//! summed once for all kinds: z_k = b_k + s_k·d.

use nextpick_kernel as kernel;

use kernel::exp::Sigmoid;

use crate::base::index::{ItemIndex, KindIndex};
use crate::features::{FamilySet, Feature};
use crate::model::linear::LinearModel;

/// Largest difference of a weight from the multiple, relative to the kind's largest weight: allows for rounding.
const TOLERANCE: f64 = 1e-12;

/// Largest bias for which e^−b·e^−(s·d) stays within the range of floats.
const MAX_BIAS: f64 = 600.0;

/// The kinds of an objective as multiples of one direction.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SharedDirection {
    /// The kind whose weights are the direction.
    pub(super) kind: KindIndex,
    scales: Vec<SigmoidsOfScale>,
}

/// Kinds with one scale: e^−(s·d) is computed once for all of them.
#[derive(Debug, Clone, PartialEq)]
struct SigmoidsOfScale {
    scale: f64,
    /// True if their worth is multiplied by the item's value.
    uses_value: bool,
    sigmoids: Vec<Sigmoid>,
}

/// A kind of an objective.
pub(super) struct WeightedKind<'a> {
    pub(super) kind: KindIndex,
    /// Weight of its probability.
    pub(super) worth: f64,
    pub(super) uses_value: bool,
    pub(super) model: &'a LinearModel,
}

impl SharedDirection {
    /// Returns the shared direction of some kinds over the features of `used` families; `None` if their weights are not
    /// multiples of each other, or if a feature per kind has a weight.
    pub(super) fn of(kinds: &[WeightedKind], features: &[Feature], used: FamilySet) -> Option<Self> {
        let used: Vec<usize> = (0..features.len()).filter(|&n| used.includes(features[n].family)).collect();
        let largest = |model: &LinearModel| {
            let larger = |a: &usize, b: &usize| model.weights[*a].abs().total_cmp(&model.weights[*b].abs());
            used.iter().copied().max_by(larger).map(|n| (n, model.weights[n].abs()))
        };
        let of_largest = |one: &&WeightedKind| largest(one.model).map_or(0.0, |(_, weight)| weight);
        let base = kinds.iter().max_by(|a, b| of_largest(a).total_cmp(&of_largest(b)))?;
        let (main, _) = largest(base.model).filter(|(_, weight)| *weight > 0.0)?;
        let mut direction = Self { kind: base.kind, scales: Vec::new() };
        for one in kinds {
            let scale = one.model.weights[main] / base.model.weights[main];
            let tolerance = TOLERANCE * of_largest(&one);
            let is_multiple = |&n: &usize| match features[n].family.is_per_kind() {
                true => one.model.weights[n] == 0.0,
                false => (one.model.weights[n] - scale * base.model.weights[n]).abs() <= tolerance,
            };
            if one.model.bias.abs() > MAX_BIAS || !used.iter().all(is_multiple) {
                return None;
            }
            direction.add(scale, one);
        }
        Some(direction)
    }

    /// Iterates over the kinds: scale, true if the item's value multiplies the worth, and sigmoid.
    pub(super) fn kinds(&self) -> impl Iterator<Item = (f64, bool, &Sigmoid)> {
        self.scales.iter().flat_map(|of| of.sigmoids.iter().map(|sigmoid| (of.scale, of.uses_value, sigmoid)))
    }

    fn add(&mut self, scale: f64, one: &WeightedKind) {
        let sigmoid = Sigmoid { odds: libm::exp(-one.model.bias), worth: one.worth };
        match self.scales.iter_mut().find(|of| of.scale == scale && of.uses_value == one.uses_value) {
            Some(of_scale) => of_scale.sigmoids.push(sigmoid),
            None => {
                self.scales.push(SigmoidsOfScale { scale, uses_value: one.uses_value, sigmoids: vec![sigmoid] });
            }
        }
    }

    /// Adds Σ worth·c·σ(b_k + s_k·d) over the kinds to the utility of each item, `d` being its sum along the direction
    /// and `values` the items' values c by index.
    pub(super) fn add_utilities(&self, d: &[f64], values: &[f64], items: &[ItemIndex], utilities: &mut [f64]) {
        for SigmoidsOfScale { scale, uses_value, sigmoids } in &self.scales {
            kernel::exp::add_sigmoids(d, *scale, sigmoids, items, uses_value.then_some(values), utilities);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::number::sigmoid;
    use crate::base::random::Random;
    use crate::features::features;

    /// The families whose features all kinds share.
    fn shared() -> FamilySet {
        FamilySet::ALL.filter(|family| !family.is_per_kind())
    }

    fn model(weights: Vec<f64>, bias: f64) -> LinearModel {
        LinearModel { bias, weights, errors: Vec::new(), relative: true }
    }

    fn kinds(models: &[LinearModel]) -> Vec<WeightedKind<'_>> {
        let of_kind = |(n, model)| WeightedKind {
            kind: KindIndex(n),
            worth: [1.0, -5.0, 0.5][n as usize % 3],
            uses_value: n == 1,
            model,
        };
        (0..).zip(models).map(of_kind).collect()
    }

    /// Multiples of random weights, rounded as the shipped ones are.
    fn multiples(random: &mut Random, scales: &[f64]) -> Vec<LinearModel> {
        let base: Vec<f64> = features().iter().map(|_| [0.0, 0.6, -4.0, 10.0, 0.05][random.below(5)]).collect();
        let multiple = |scale: &f64| model(base.iter().map(|weight| scale * weight).collect(), -3.0 - scale);
        scales.iter().map(multiple).collect()
    }

    #[test]
    fn utilities_along_the_direction_are_those_of_each_kind_by_itself() {
        let mut random = Random::new(3);
        for scales in [&[0.3, 0.2, -0.15, 0.3][..], &[1.0], &[-2.0, 0.0], &[0.25, 0.25, 0.25]] {
            let models = multiples(&mut random, scales);
            let kinds = kinds(&models);
            let Some(direction) = SharedDirection::of(&kinds, &features(), shared()) else { panic!("{scales:?}") };
            let rows: Vec<Vec<f64>> =
                (0..300).map(|_| features().iter().map(|_| 0.01 * random.below(100) as f64).collect()).collect();
            let z = |model: &LinearModel, row: &[f64]| row.iter().zip(&model.weights).map(|(x, w)| x * w).sum::<f64>();
            let d: Vec<f64> = rows.iter().map(|row| z(&models[direction.kind.as_usize()], row)).collect();
            let (values, items) = ([3.0, 0.5], ItemIndex::first(rows.len()).collect::<Vec<_>>());
            let mut found = vec![0.0; rows.len()];
            direction.add_utilities(&d, &values, &items, &mut found);
            for (n, (row, found)) in rows.iter().zip(found).enumerate() {
                let value = |one: &WeightedKind| if one.uses_value { *values.get(n).unwrap_or(&1.0) } else { 1.0 };
                let utility = |one: &WeightedKind| one.worth * value(one) * sigmoid(one.model.bias + z(one.model, row));
                let expected: f64 = kinds.iter().map(utility).sum();
                assert!((found - expected).abs() <= 1e-12, "{scales:?}: {found} {expected}");
            }
        }
    }

    #[test]
    fn rows_that_are_nearly_multiples_share_no_direction() {
        let mut random = Random::new(5);
        let scales = [0.3, -0.15];
        let of = |models: &[LinearModel], used| SharedDirection::of(&kinds(models), &features(), used).is_some();
        for (n, feature) in features().iter().enumerate() {
            let mut models = multiples(&mut random, &scales);
            // The others are multiples, and differ by no kind.
            let per_kind = (0..features().len()).filter(|&n| features()[n].family.is_per_kind());
            per_kind.for_each(|n| models.iter_mut().for_each(|model| model.weights[n] = 0.0));
            assert!(of(&models, FamilySet::ALL));
            models[1].weights[n] += 1e-9;
            assert!(!of(&models, FamilySet::ALL), "{}", feature.name);
        }
        let mut far = multiples(&mut random, &scales);
        far[0].bias = 601.0;
        assert!(!of(&far, shared()));
        assert!(!of(&[model(vec![0.0; features().len()], -1.0)], shared()));
    }
}
