//! Bindings of the explanations of a decision: of one item, and of the refused items.

use wasm_bindgen::prelude::*;

use crate::base::value::json;
use crate::recommender::refusals::RefusalPage;
use crate::recommender::request::Request;

use super::convert::{read_id, value};
use super::memory::has_room;
use super::needs::{COST_OF_RECORDS, need, need_of_decisions};
use super::{Core, Result};

#[wasm_bindgen]
impl Core {
    #[wasm_bindgen(js_name = explainItem)]
    pub fn explain_item(&mut self, request: JsValue, item: &str) -> Result<String> {
        self.0.query(need(&request, COST_OF_RECORDS), |core| {
            let request = Request::read(value(request, "request")?, "request")?;
            let item = read_id(item, "item")?;
            has_room(need_of_decisions(core, &[&request, &request], false))?;
            Ok(json(&core.explain_item(&request, &item)?))
        })
    }

    pub fn refusals(&mut self, request: JsValue, page: JsValue) -> Result<String> {
        self.0.query(need(&request, COST_OF_RECORDS), |core| {
            let request = Request::read(value(request, "request")?, "request")?;
            let page = RefusalPage::read(value(page, "page")?, "page")?;
            has_room(need_of_decisions(core, &[&request], true))?;
            Ok(json(&core.refusals(&request, &page)?))
        })
    }
}
