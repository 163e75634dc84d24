//! Fitting of a model as a function of the module.

use js_sys::{Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::base::error::Result;
use crate::base::value::json;
use crate::snapshot::model;
use crate::training::fit_log::{FitSettings, fit_log};
use crate::training::impression_log::ImpressionLog;
use crate::training::trainer::Trainer;
use crate::world::item::Item;
use crate::world::subject::{Channel, Group, User};
use crate::world::{IndexedInteraction, World};

use super::convert::{property, thrown};
use super::evaluate::{ActorBytes, check, each_impression, fields, kinds_of_log, list, log, progress_callback};

const FITTED: ActorBytes = ActorBytes { acting: 9000, shown: 4000 };

/// Fits a model to an input's `events`, or to its impression `log`: `{ model, report }`, the report as JSON text.
#[wasm_bindgen(js_name = fitModel)]
pub fn fit_model(input: JsValue, on_progress: Option<Function>) -> std::result::Result<Object, JsValue> {
    check(&input, FITTED)?;
    let settings = FitSettings::read(fields(&input, &["config", "families", "seed", "until"])?, "").map_err(thrown)?;
    let mut trainer = Trainer::new(&settings.config, settings.families);
    let world = trainer.change_world();
    world.put_channels(list(&input, "channels", Channel::read)?);
    world.put_users(list(&input, "users", User::read)?);
    world.put_groups(list(&input, "groups", Group::read)?);
    world.put_items(list(&input, "items", Item::read)?);
    let impressions = property(&input, "log");
    let log = match impressions.is_undefined() {
        true => log(world, &input, None),
        false => impression_log(world, &impressions),
    };
    let report =
        fit_log(&mut trainer, log.map_err(thrown)?, &settings, &mut progress_callback(on_progress)).map_err(thrown)?;
    let fitted = Object::new();
    let bytes = Uint8Array::from(&model::to_bytes(trainer.model(), trainer.world())[..]);
    // Setting an own property of a new object cannot fail.
    let _ = Reflect::set(&fitted, &"model".into(), &bytes);
    let _ = Reflect::set(&fitted, &"report".into(), &json(&report).into());
    Ok(fitted)
}

/// Reads an impression log as interactions.
fn impression_log(world: &mut World, columns: &JsValue) -> Result<Vec<IndexedInteraction>> {
    let mut log = ImpressionLog::new(world, &kinds_of_log(columns)?);
    each_impression(columns, |impression| log.push(&impression))?;
    Ok(log.into_interactions())
}
