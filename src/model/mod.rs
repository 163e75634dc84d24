//! Probabilities: one logistic model of the features per kind, P = σ(b + w·φ).

pub mod group_weight;
pub mod layout;
pub mod linear;
pub mod online;
pub mod shipped;

use std::sync::OnceLock;

use crate::base::digest::{Digest, hex};
use crate::base::index::KindIndex;
use crate::features::item_effects::ItemEffects;
use crate::features::item_weights::ItemWeights;
use crate::features::{FamilySet, features};
use crate::world::kind::Kinds;

use group_weight::GroupWeight;
use linear::LinearModel;

/// Models of all kinds in the order of the kinds' indices, group weight and item weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    rows: Vec<LinearModel>,
    /// Models for groups; empty if the log had too few group interactions to fit them.
    group_models: Vec<LinearModel>,
    /// Models corrected by online learning, if any.
    corrected: Option<Box<OnlineModels>>,
    /// Fitted group weight, if any.
    group_weight: Option<GroupWeight>,
    /// Fitted item-to-item weights.
    pub item_weights: ItemWeights,
    /// Fitted effects of items.
    pub item_effects: ItemEffects,
    fitted: bool,
    name: String,
    /// Families with a non-zero weight.
    used: FamilySet,
}

/// Models with online corrections, and their name.
#[derive(Debug, Clone, PartialEq)]
struct OnlineModels {
    rows: Vec<LinearModel>,
    group_models: Vec<LinearModel>,
    name: String,
}

impl Model {
    /// Returns the shipped weights for these kinds.
    pub fn shipped(kinds: &Kinds) -> Self {
        let nothing = Self::fitted([Vec::new(), Vec::new()], None, ItemWeights::default(), Some(String::new()));
        let mut model = Self { fitted: false, ..nothing };
        model.extend_to(kinds);
        model
    }

    /// Creates a fitted model from one linear model per kind, in the order of the kinds' indices: for users, and for
    /// groups (empty if they share the users'). Without `name` it gets a new one.
    pub fn fitted(
        [rows, group_models]: [Vec<LinearModel>; 2],
        group_weight: Option<GroupWeight>,
        item_weights: ItemWeights,
        name: Option<String>,
    ) -> Self {
        let all = || rows.iter().chain(&group_models);
        let name = name.unwrap_or_else(|| model_name("fitted-", all(), group_weight, &item_weights));
        let used = FamilySet::default();
        let (corrected, item_effects) = (None, ItemEffects::default());
        let mut model =
            Self { rows, group_models, corrected, group_weight, item_weights, item_effects, fitted: true, name, used };
        model.update_used_families();
        model
    }

    /// Returns the model with effects of items, under a name that depends on them if there are any.
    pub fn with_item_effects(mut self, item_effects: ItemEffects) -> Self {
        if item_effects.iter().next().is_some() {
            let digest = item_effects.iter().fold(Digest::new(&self.name), |digest, (kind, item, effect)| {
                digest.whole(kind.0.into()).whole(item.0.into()).number(effect.into())
            });
            self.name = ["fitted-", &hex(digest.finish())[..8]].concat();
        }
        self.item_effects = item_effects;
        self
    }

    /// Marks families with a non-zero weight; the others need not be computed.
    fn update_used_families(&mut self) {
        let all = || self.rows.iter().chain(&self.group_models);
        let mut used = FamilySet::default();
        for (n, feature) in features().iter().enumerate() {
            if all().any(|row| row.weights[n] != 0.0) {
                used.insert(feature.family);
            }
        }
        self.used = used;
    }

    /// Adds the shipped model for each new kind.
    pub fn extend_to(&mut self, kinds: &Kinds) {
        let known = self.rows.len();
        if known == kinds.len() && !self.name.is_empty() {
            return;
        }
        let shipped = kinds.iter().skip(known).map(|(name, kind)| shipped::row(name, kind));
        self.rows.extend(shipped);
        if !self.group_models.is_empty() {
            self.group_models.extend_from_slice(&self.rows[known..]);
        }
        if let Some(corrected) = &mut self.corrected {
            corrected.rows.extend_from_slice(&self.rows[known..]);
            corrected.group_models.extend(self.group_models.iter().skip(known).cloned());
        }
        self.update_used_families();
        if !self.fitted {
            self.name = model_name("shipped-", self.rows.iter(), None, &self.item_weights);
        }
    }

    /// Returns a kind's model for users or for groups, with online corrections.
    pub fn row(&self, kind: KindIndex, is_user: bool) -> &LinearModel {
        let (rows, group_models) = match &self.corrected {
            Some(corrected) => (&corrected.rows, &corrected.group_models),
            None => (&self.rows, &self.group_models),
        };
        if self.uses_user_models(is_user) { &rows[kind.as_usize()] } else { &group_models[kind.as_usize()] }
    }
    /// Replaces fitted models by corrected ones: (kind, true for groups, model).
    pub fn correct(&mut self, corrections: Vec<(KindIndex, bool, LinearModel)>) {
        self.corrected = None;
        if corrections.is_empty() {
            return;
        }
        let (mut rows, mut group_models) = (self.rows.clone(), self.group_models.clone());
        let mut name = Digest::new("corrections");
        for (kind, is_group, row) in corrections {
            name = digest_model(name.whole(i64::from(kind.0)).whole(is_group.into()), &row);
            let rows = if is_group { &mut group_models } else { &mut rows };
            rows[kind.as_usize()] = row;
        }
        let name = [&self.name, "+", &hex(name.finish())[..8]].concat();
        self.corrected = Some(Box::new(OnlineModels { rows, group_models, name }));
    }
    /// True if this subject uses the user models: users always, groups if no group models were fitted.
    pub fn uses_user_models(&self, is_user: bool) -> bool {
        is_user || self.group_models.is_empty()
    }
    /// Returns the models without online corrections, in the order of the kinds' indices: users', then groups' (may be
    /// empty).
    pub fn rows(&self) -> (&[LinearModel], &[LinearModel]) {
        (&self.rows, &self.group_models)
    }
    /// Returns the fitted group weight, if any.
    pub fn group_weight(&self) -> Option<GroupWeight> {
        self.group_weight
    }
    /// Returns the families with a non-zero weight.
    pub fn used_families(&self) -> FamilySet {
        self.used
    }
    /// True if it was fitted to a log.
    pub fn is_fitted(&self) -> bool {
        self.fitted
    }
    /// Returns a name that changes with any weight: `shipped-1f00ba12`; with online corrections,
    /// `fitted-2e11cd34+5a66bb78`.
    pub fn name(&self) -> &str {
        self.corrected.as_ref().map_or(&self.name, |corrected| &corrected.name)
    }
    /// Returns the name without online corrections.
    pub fn base_name(&self) -> &str {
        &self.name
    }
}

fn digest_model(digest: Digest, row: &LinearModel) -> Digest {
    static ONLY_IF_USED: OnceLock<Vec<bool>> = OnceLock::new();
    let only_if_used =
        ONLY_IF_USED.get_or_init(|| features().iter().map(|feature| feature.family.is_named_only_if_used()).collect());
    let named =
        row.weights.iter().zip(only_if_used).filter(|(weight, only_if_used)| **weight != 0.0 || !**only_if_used);
    let weights = named.map(|(weight, _)| weight);
    weights.chain(&row.errors).fold(digest.number(row.bias), |digest, weight| digest.number(*weight))
}

fn model_name<'a>(
    origin: &str,
    rows: impl Iterator<Item = &'a LinearModel>,
    group_weight: Option<GroupWeight>,
    item_weights: &ItemWeights,
) -> String {
    let of_rows = rows.fold(Digest::new("model"), digest_model);
    let of_rows = group_weight.iter().fold(of_rows, |digest, weight| digest.number(weight.most).number(weight.half_at));
    let links = item_weights.rows().iter().flatten();
    let all = links.fold(of_rows, |digest, (item, weight)| digest.whole(i64::from(item.0)).number(f64::from(*weight)));
    [origin, &hex(all.finish())[..8]].concat()
}
