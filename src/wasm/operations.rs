//! Bindings of the operations.

use wasm_bindgen::prelude::*;

use crate::base::value::json;
use crate::recommender::content_status::ContentStatusRequest;
use crate::recommender::due_steps::DueStepsRequest;
use crate::recommender::journey_status::JourneyStatusRequest;
use crate::recommender::tier_report::TierReportRequest;

use super::convert::value;
use super::memory::has_room;
use super::needs::{BYTES_PER_DUE_STEP, COST_OF_RECORDS, need, need_of_journeys};
use super::{Core, Result};

/// Maximum bytes of the status of one item.
const BYTES_PER_ITEM: u64 = 2000;

#[wasm_bindgen]
impl Core {
    #[wasm_bindgen(js_name = setOperations)]
    pub fn set_operations(&mut self, operations: JsValue) -> Result<()> {
        self.0
            .add(need(&operations, COST_OF_RECORDS), |core| Ok(core.set_operations(value(operations, "operations")?)?))
    }

    /// Returns the operations as the host wrote them, if any were set.
    pub fn operations(&self) -> Option<String> {
        self.0.get().operations().map(|operations| json(operations.given()))
    }

    #[wasm_bindgen(js_name = tierReport)]
    pub fn tier_report(&mut self, request: JsValue) -> Result<String> {
        self.0.query(need(&request, COST_OF_RECORDS), |core| {
            let request = TierReportRequest::read(value(request, "request")?, "request")?;
            Ok(json(&core.tier_report(&request)))
        })
    }

    #[wasm_bindgen(js_name = dueSteps)]
    pub fn due_steps(&mut self, request: JsValue) -> Result<String> {
        let need = need(&request, COST_OF_RECORDS) + need_of_journeys(self.0.get());
        self.0.query(need, |core| {
            let request = DueStepsRequest::read(value(request, "request")?, "request")?;
            let steps = core.due_steps(&request)?;
            has_room(BYTES_PER_DUE_STEP * steps.len() as u64)?;
            Ok(json(&steps))
        })
    }

    #[wasm_bindgen(js_name = journeyStatus)]
    pub fn journey_status(&mut self, request: JsValue) -> Result<String> {
        let need = need(&request, COST_OF_RECORDS) + need_of_journeys(self.0.get());
        self.0.query(need, |core| {
            let request = JourneyStatusRequest::read(value(request, "request")?, "request")?;
            Ok(json(&core.journey_status(&request)?))
        })
    }

    #[wasm_bindgen(js_name = contentStatus)]
    pub fn content_status(&mut self, request: JsValue) -> Result<String> {
        self.0.query(need(&request, COST_OF_RECORDS), |core| {
            let request = ContentStatusRequest::read(value(request, "request")?, "request")?;
            has_room(BYTES_PER_ITEM * core.world().library.len() as u64)?;
            Ok(json(&core.content_status(&request)))
        })
    }
}
