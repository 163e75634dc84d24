//! Bindings of slates as numbers.

use js_sys::{Float64Array, Int32Array};
use wasm_bindgen::prelude::*;

use crate::base::time::time;
use crate::base::value::Value;

use super::convert::ids;
use super::needs::{COST_OF_RECORDS, need, need_of_slates};
use super::{Core, Result};

#[wasm_bindgen]
impl Core {
    /// Returns the number of each user, -1 for unknown ids.
    #[wasm_bindgen(js_name = userNumbers)]
    pub fn user_numbers(&mut self, users: JsValue) -> Result<Int32Array> {
        self.0.make_room(need(&users, COST_OF_RECORDS))?;
        let numbers = self.0.get().user_numbers(&ids(users, "ids")?);
        Ok(Int32Array::from(&numbers[..]))
    }

    /// Writes the slates of some users to the first elements of `items` and `scores`; an error writes nothing.
    #[wasm_bindgen(js_name = recommendInto)]
    pub fn recommend_into(
        &mut self,
        users: &Int32Array,
        now: f64,
        count: u32,
        items: &Int32Array,
        scores: &Float64Array,
    ) -> Result<()> {
        let (length, count) = (users.length() as usize, count as usize);
        self.0.query(need_of_slates(self.0.get(), length, count), |core| {
            let now = time(Value::Number(now), "now")?;
            let slots = length.saturating_mul(count);
            let mut numbers = vec![0; slots.min(items.length() as usize)];
            let mut amounts = vec![0.0; slots.min(scores.length() as usize)];
            core.recommend_into(&users.to_vec(), now, count, &mut numbers, &mut amounts)?;
            items.subarray(0, slots as u32).copy_from(&numbers);
            scores.subarray(0, slots as u32).copy_from(&amounts);
            Ok(())
        })
    }
}
