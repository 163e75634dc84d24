//! A fitted model as bytes, usable by any recommender: kinds, features and items are stored by name, since indices
//! differ between recommenders. Equal models give equal bytes.

use crate::base::bytes::{self, Codec, as_bytes};
use crate::base::error::{Code, Error, Result};
use crate::base::id::{Interner, is_id};
use crate::base::index::{ItemIndex, KindIndex};
use crate::base::order;
use crate::base::value::quoted;
use crate::features;
use crate::features::item_effects::ItemEffects;
use crate::features::item_weights::ItemWeights;
use crate::model::Model;
use crate::model::group_weight::GroupWeight;
use crate::model::linear::LinearModel;
use crate::recommender::Recommender;
use crate::world::World;

use super::envelope::{Envelope, HEADER, HandOver, in_one_piece};

const ENVELOPE: Envelope = Envelope { name: "model", magic: b"np-model", version: 4, oldest: 3 };

/// The format of snapshots that a model file of version 3 has; the version after it has that of effects of items.
const FORMAT_OF_VERSION_3: u32 = 9;

/// Largest absolute value of a weight, so that sums of features stay finite.
const MAX_WEIGHT: u32 = 1_000_000;

/// A model with names instead of indices.
#[derive(Debug)]
pub struct NamedModel {
    name: String,
    features: Interner,
    kinds: Interner,
    /// One per kind; weights in the order of `features`.
    rows: Vec<LinearModel>,
    /// One per kind; empty if groups use the user models.
    group_models: Vec<LinearModel>,
    group_weight: Option<GroupWeight>,
    /// Ids of the items with item weights or effects.
    items: Interner,
    /// Item weights, by index in `items`.
    item_weights: ItemWeights,
    /// Effects of items, by index in `kinds` and `items`.
    item_effects: ItemEffects,
}

as_bytes!(NamedModel: name, features, kinds, rows, group_models, group_weight, items, item_weights => 10: item_effects);

impl NamedModel {
    /// Converts a world's model to names.
    pub fn new(model: &Model, world: &World) -> Self {
        let (rows, group_models) = model.rows();
        let mut kinds: Vec<KindIndex> = KindIndex::first(rows.len()).collect();
        order::sort_by(&mut kinds, |&a, &b| world.kinds.name(a).cmp(world.kinds.name(b)));
        let in_order = |rows: &[LinearModel]| match rows {
            [] => Vec::new(),
            rows => kinds.iter().map(|&kind| rows[kind.as_usize()].clone()).collect(),
        };
        let items = named_items(model, world);
        let mut indices = vec![ItemIndex(0); world.library.ids.len()];
        (0..).map(ItemIndex).zip(&items).for_each(|(index, &item)| indices[item.as_usize()] = index);
        let effects =
            kinds.iter().map(|&kind| remapped_effects(model.item_effects.of_kind(kind), &indices, items.len()));
        let (item_weights, item_effects) =
            (remapped(&model.item_weights, &indices, items.len()), ItemEffects::new(effects.collect()));
        Self {
            name: model.base_name().to_owned(),
            features: features::names().iter().map(String::as_str).collect(),
            rows: in_order(rows),
            group_models: in_order(group_models),
            group_weight: model.group_weight(),
            kinds: kinds.iter().map(|&kind| world.kinds.name(kind)).collect(),
            items: items.iter().map(|&item| world.library.ids.name(item)).collect(),
            item_weights,
            item_effects,
        }
    }

    /// Converts to a model for a world, which interns kinds and items it did not know.
    ///
    /// # Errors
    /// [`Code::Unknown`] names a feature that this version does not know; [`Code::Snapshot`] names the rule that is
    /// broken otherwise. The world is unchanged then.
    pub fn into_model(mut self, world: &mut World) -> Result<Model> {
        let known = features::names();
        let is_unknown = |name: &&str| !known.iter().any(|feature| feature == name);
        if let Some(name) = self.features.names().find(is_unknown) {
            let rule = format!("features of this version of nextpick ({})", known.join(", "));
            return Err(Error::new(Code::Unknown, "model.features", rule, quoted(name)));
        }
        self.check()?;
        // A feature that the model does not name has weight 0.
        let indices: Vec<Option<usize>> =
            known.iter().map(|name| self.features.get(name).map(|index| index as usize)).collect();
        let arrange = |row: &mut LinearModel| {
            if let Some(bias) = row.errors.pop() {
                let arranged = indices.iter().map(|index| index.map_or(0.0, |index| row.errors[index]));
                row.errors = arranged.chain([bias]).collect();
            }
            row.weights = indices.iter().map(|index| index.map_or(0.0, |index| row.weights[index])).collect();
        };
        self.rows.iter_mut().chain(&mut self.group_models).for_each(arrange);

        let kinds: Vec<KindIndex> = self.kinds.names().map(|name| world.kinds.intern(name)).collect();
        let shipped = Model::shipped(&world.kinds);
        let by_kind = |given: &[LinearModel]| {
            let mut rows = shipped.rows().0.to_vec();
            kinds.iter().zip(given).for_each(|(&kind, row)| rows[kind.as_usize()] = row.clone());
            rows
        };
        let group_models = if self.group_models.is_empty() { Vec::new() } else { by_kind(&self.group_models) };
        let items: Vec<ItemIndex> = self.items.names().map(|id| world.library.ids.intern(id)).collect();
        let item_weights = remapped(&self.item_weights, &items, world.library.ids.len());
        let mut effects = vec![Vec::new(); world.kinds.len()];
        for (&kind, of_kind) in kinds.iter().zip(self.item_effects.of_kinds()) {
            effects[kind.as_usize()] = remapped_effects(of_kind, &items, world.library.ids.len());
        }
        let rows = [by_kind(&self.rows), group_models];
        let mut model = Model::fitted(rows, self.group_weight, item_weights, Some(self.name));
        model.item_effects = ItemEffects::new(effects);
        Ok(model)
    }

    /// True if its features are those of this version, in their order.
    pub fn has_current_features(&self) -> bool {
        self.features.names().eq(features::names().iter().map(String::as_str))
    }

    /// Checks sizes, names and ranges.
    fn check(&self) -> Result<()> {
        let (kinds, items) = (self.kinds.len(), self.items.len());
        let n = self.features.len();
        let has_size =
            |row: &LinearModel| row.weights.len() == n && (row.errors.is_empty() || row.errors.len() == n + 1);
        let sizes = self.rows.len() == kinds
            && (self.group_models.is_empty() || self.group_models.len() == kinds)
            && self.item_weights.rows().len() <= items
            && self.item_effects.of_kinds().len() <= kinds
            && self.item_effects.of_kinds().iter().all(|of_kind| of_kind.len() <= items)
            && self.rows.iter().chain(&self.group_models).all(has_size);
        let mut names = self.kinds.names().chain(self.items.names()).chain([self.name.as_str()]);
        if !sizes || !names.all(is_id) {
            return Err(ENVELOPE.wrong("a row of weights for each kind, and names of 1 to 256 bytes", "others"));
        }
        let is_sound = |number: f64| number.abs() <= f64::from(MAX_WEIGHT);
        let is_weight = |weight: &GroupWeight| weight.most > 0.0 && weight.most < 1.0 && weight.half_at > 0.0;
        if !self.group_weight.iter().all(|weight| is_weight(weight) && is_sound(weight.half_at)) {
            return Err(ENVELOPE.wrong("groups that weigh more than 0 and less than 1", "others"));
        }
        let mut rows = self.rows.iter().chain(&self.group_models);
        let mut links = self.item_weights.rows().iter().flatten();
        if !rows.all(|row| {
            is_sound(row.bias)
                && row.weights.iter().chain(&row.errors).all(|&weight| is_sound(weight))
                && row.errors.iter().all(|&error| error >= 0.0)
        }) || !links.all(|&(item, weight)| item.as_usize() < items && is_sound(f64::from(weight)))
            || !self.item_effects.iter().all(|(_, _, effect)| is_sound(f64::from(effect)))
        {
            return Err(
                ENVELOPE.wrong(format!("finite weights of at most {MAX_WEIGHT} for items that it lists"), "others")
            );
        }
        Ok(())
    }
}

/// Returns the items with item weights in either direction, or with an effect, ascending by name.
fn named_items(model: &Model, world: &World) -> Vec<ItemIndex> {
    let mut is_named = vec![false; world.library.ids.len()];
    for (row, item) in model.item_weights.rows().iter().zip(0..).filter(|(row, _)| !row.is_empty()) {
        is_named[item] = true;
        row.iter().for_each(|(other, _)| is_named[other.as_usize()] = true);
    }
    model.item_effects.iter().for_each(|(_, item, _)| is_named[item.as_usize()] = true);
    let mut items: Vec<ItemIndex> =
        (0..).map(ItemIndex).zip(&is_named).filter(|(_, is_named)| **is_named).map(|(item, _)| item).collect();
    let ids = &world.library.ids;
    order::sort_by(&mut items, |&a, &b| ids.name(a).cmp(ids.name(b)));
    items
}

/// Returns the effects of a kind with index n replaced by `indices[n]`; empty if there are none.
fn remapped_effects(effects: &[f32], indices: &[ItemIndex], count: usize) -> Vec<f32> {
    let mut remapped = Vec::new();
    for (effect, index) in effects.iter().zip(indices).filter(|(effect, _)| **effect != 0.0) {
        remapped.resize(count, 0.0);
        remapped[index.as_usize()] = *effect;
    }
    remapped
}

/// Returns item weights with index n replaced by `indices[n]`, each row ascending.
fn remapped(item_weights: &ItemWeights, indices: &[ItemIndex], count: usize) -> ItemWeights {
    if item_weights.is_empty() {
        return ItemWeights::default();
    }
    let mut rows = vec![Vec::new(); count];
    for (row, &index) in item_weights.rows().iter().zip(indices).filter(|(row, _)| !row.is_empty()) {
        let mut row: Vec<(ItemIndex, f32)> =
            row.iter().map(|&(item, weight)| (indices[item.as_usize()], weight)).collect();
        order::sort_by_key(&mut row, |link| link.0);
        rows[index.as_usize()] = row;
    }
    ItemWeights::new(rows)
}

/// Writes a world's model: passes the payload on and returns the header.
pub fn write(model: &Model, world: &World, hand_over: HandOver) -> [u8; HEADER] {
    ENVELOPE.seal(hand_over, |to| NamedModel::new(model, world).write(to))
}

/// Returns a world's model as bytes.
pub fn to_bytes(model: &Model, world: &World) -> Vec<u8> {
    in_one_piece(|hand_over| write(model, world, hand_over))
}

impl Recommender {
    /// Decides with the model of these bytes from now on.
    ///
    /// # Errors
    /// [`Code::Snapshot`] unless they are a whole, unaltered model, [`Code::Unknown`] for features that this version
    /// does not know. Nothing has changed then.
    pub fn use_model(&mut self, bytes: &[u8]) -> Result<()> {
        let (payload, version) = ENVELOPE.open(bytes)?;
        let format = if version == ENVELOPE.oldest { FORMAT_OF_VERSION_3 } else { super::VERSION };
        let named = bytes::read_whole(payload, format, NamedModel::read);
        let named = named.ok_or_else(|| ENVELOPE.wrong("a readable payload", bytes.len()))?;
        self.take_model(|world| named.into_model(world))
    }

    /// Returns the fitted model as bytes; `None` for the shipped one.
    pub fn model_bytes(&self) -> Option<Vec<u8>> {
        self.model().is_fitted().then(|| to_bytes(self.model(), self.world()))
    }

    /// Writes the fitted model: passes the payload on in chunks and returns the header; `None` for the shipped one.
    #[doc(hidden)]
    pub fn write_model(&self, hand_over: HandOver) -> Option<[u8; HEADER]> {
        self.model().is_fitted().then(|| write(self.model(), self.world(), hand_over))
    }
}
