//! Bindings of what is sent: accepting, reserving, confirming and releasing decisions.

use wasm_bindgen::prelude::*;

use crate::base::time::time;
use crate::base::value::{Value, json};
use crate::recommender::decision::Sent;

use super::convert::{read_id, value};
use super::needs::{COST_OF_RECORDS, NEED_OF_CONFIRMATION, need, need_of_similar};
use super::{Core, Result};

#[wasm_bindgen]
impl Core {
    pub fn accept(&mut self, decision: JsValue, at: Option<f64>, recheck: bool) -> Result<String> {
        let explained = if recheck { need_of_similar(self.0.get()) } else { 0 };
        self.0.add(need(&decision, COST_OF_RECORDS) + explained, |core| {
            let mut sent = Sent::read(value(decision, "decision")?, "decision")?;
            if let Some(at) = at {
                sent.at = time(Value::Number(at), "options.at")?;
            }
            Ok(json(&if recheck { core.accept_rechecked(&sent)? } else { core.accept(&sent)? }))
        })
    }

    pub fn reserve(&mut self, decision: JsValue, until: f64) -> Result<String> {
        self.0.add(need(&decision, COST_OF_RECORDS), |core| {
            let planned = Sent::read(value(decision, "decision")?, "decision")?;
            Ok(json(&core.reserve(&planned, time(Value::Number(until), "until")?)?))
        })
    }

    pub fn confirm(&mut self, decision: &str, at: f64) -> Result<String> {
        self.0.add(NEED_OF_CONFIRMATION, |core| {
            Ok(json(&core.confirm(&read_id(decision, "decision")?, time(Value::Number(at), "at")?)?))
        })
    }

    /// Returns an accepted decision, while it is kept.
    pub fn decision(&self, id: &str) -> Option<String> {
        self.0.get().decision(id).map(|kept| json(&kept))
    }

    pub fn release(&mut self, decision: &str) -> Result<bool> {
        self.0.reduce(|core| Ok(core.release(&read_id(decision, "decision")?)))
    }
}
