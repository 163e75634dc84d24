//! Memory accounting per recommender, and refusal of calls before memory ends: a failed allocation is a trap, after
//! which no recommender of the module answers.
//!
//! Before a call, an upper estimate of its bytes is compared with the free memory. Calls that add data leave a reserve,
//! so that queries and snapshots remain possible. `tests/node/budget.test.mjs` compares the estimates with the bytes
//! used.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{JSON, JsString, Uint8Array};
use nextpick_heap as heap;
use wasm_bindgen::prelude::*;

use crate::base::error::{Code, Error, Result};
use crate::recommender::Recommender;
use crate::recommender::stats::Stats;

use super::HEAP;

/// Minimum memory limit of a recommender in bytes.
const MIN_LIMIT: usize = 16 << 20;

/// Fixed part of the reserve in bytes.
const SMALL: u64 = 4 << 20;

/// Returns the maximum bytes of a query or snapshot of a recommender whose data take `bytes`.
fn query_reserve(bytes: u64) -> u64 {
    bytes + SMALL / 2
}

/// Returns the bytes that must stay free after adding data: those of a query, and those of lists and tables growing
/// when full.
fn reserve(bytes: u64) -> u64 {
    bytes + bytes / 3 + SMALL
}

/// A recommender with its memory use.
pub struct MeteredRecommender {
    recommender: Recommender,
    bytes: usize,
    /// Maximum bytes of its data without spare capacity.
    data: u64,
    /// Maximum bytes of derived state not computed yet; the next query computes it.
    pending: u64,
    max: usize,
    /// True if all derived state has been computed since the last change.
    is_derived: bool,
    /// Bytes that it copied to change what a fork still held, and that this fork has freed since.
    returned: Rc<Cell<usize>>,
    /// The bytes that a fork shares; `None` for other recommenders. Dropped after the recommender.
    loan: Option<Loan>,
}

/// The part of a fork's bytes that it shares with the recommender it was made of.
struct Loan {
    bytes: usize,
    /// Used bytes of the module if the fork frees its own bytes alone.
    then_used: usize,
    returned: Rc<Cell<usize>>,
}

impl Drop for MeteredRecommender {
    fn drop(&mut self) {
        if let Some(loan) = &mut self.loan {
            loan.then_used = (heap::used() + loan.bytes).saturating_sub(self.bytes);
        }
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.returned.set(self.returned.get() + self.then_used.saturating_sub(heap::used()));
    }
}

/// A result that is passed to the host and freed independently of the recommender.
pub trait Returned {
    /// Returns the heap bytes it holds.
    fn bytes(&self) -> usize {
        0
    }
}

impl Returned for () {}
impl Returned for bool {}
impl Returned for usize {}
/// It is kept by the host.
impl Returned for js_sys::Array {}
impl Returned for String {
    fn bytes(&self) -> usize {
        self.capacity()
    }
}
impl Returned for Vec<u8> {
    fn bytes(&self) -> usize {
        self.capacity()
    }
}

impl MeteredRecommender {
    /// Creates a recommender with `make`, which takes at most `need` bytes; it may hold `max` bytes.
    pub fn make<E: From<Box<Error>>>(
        max: Option<f64>,
        need: u64,
        make: impl FnOnce() -> std::result::Result<Recommender, E>,
    ) -> std::result::Result<Self, E> {
        let most = heap::ceiling();
        let max = match max {
            None => most,
            Some(max) if max.fract() == 0.0 && (MIN_LIMIT as f64..=heap::LARGEST as f64).contains(&max) => max as usize,
            Some(max) => {
                let rule = format!("a whole number from {MIN_LIMIT} to {}", heap::LARGEST);
                return Err(Error::invalid("maxBytes", rule, crate::base::value::display_number(max)).into());
            }
        };
        check(0, max, need)?;
        let before = heap::used();
        let recommender = make()?;
        recommender.keep_rows_within(rows(max));
        let bytes = heap::used().saturating_sub(before);
        let (data, returned) = (bytes as u64, Rc::default());
        Ok(Self { recommender, bytes, data, pending: need, max, is_derived: false, returned, loan: None })
    }

    /// Returns a copy for decisions on trial, which shares what neither changes.
    pub fn fork(&mut self) -> Result<Self> {
        self.query(0, |core| {
            core.prepare();
            Ok::<_, Box<Error>>(())
        })?;
        // Either may come to copy all that they share, and counts it in full.
        check(0, self.max, self.data)?;
        let before = heap::used();
        let recommender = self.recommender.fork()?;
        let bytes = (self.bytes + heap::used()).saturating_sub(before);
        let loan = Some(Loan { bytes: self.bytes, then_used: 0, returned: Rc::clone(&self.returned) });
        let (data, max, returned) = (bytes as u64, self.max, Rc::default());
        Ok(Self { recommender, bytes, data, pending: 0, max, is_derived: false, returned, loan })
    }

    /// Returns the recommender, to read.
    pub fn get(&self) -> &Recommender {
        &self.recommender
    }

    /// Returns the recommender, for calls that allocate nothing.
    pub fn edit(&mut self) -> &mut Recommender {
        &mut self.recommender
    }

    /// Runs a call that adds data and takes at most `need` bytes.
    pub fn add<T: Returned, E: From<Box<Error>>>(
        &mut self,
        need: u64,
        call: impl FnOnce(&mut Recommender) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.begin_adding(need)?;
        let result = self.run(call);
        self.data = (self.data + need).min(self.bytes as u64);
        self.pending += need;
        result
    }

    #[inline(never)]
    fn begin_adding(&mut self, need: u64) -> Result<()> {
        if check(self.bytes, self.max, need + self.pending).is_err() && self.pending > 0 {
            // The derived state usually takes far less than estimated.
            self.run(|core| {
                core.prepare();
                Ok::<_, Box<Error>>(())
            })?;
            self.mark_derived();
        }
        check(self.bytes, self.max, need + self.pending)?;
        self.is_derived = false;
        Ok(())
    }

    /// Records that all derived state has been computed.
    fn mark_derived(&mut self) {
        self.data = (self.data + std::mem::take(&mut self.pending)).min(self.bytes as u64);
    }

    /// Runs a query that takes at most `need` bytes besides derived state.
    pub fn query<T: Returned, E: From<Box<Error>>>(
        &mut self,
        need: u64,
        call: impl FnOnce(&mut Recommender) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.begin_query(need)?;
        let result = self.run(call)?;
        self.mark_derived();
        self.is_derived = true;
        Ok(result)
    }

    #[inline(never)]
    fn begin_query(&mut self, need: u64) -> Result<()> {
        if !self.is_derived || !fits(need + SMALL / 4) {
            self.make_room(need + self.pending)?;
        }
        Ok(())
    }

    /// Runs a call that removes data or writes a snapshot.
    pub fn reduce<T: Returned, E: From<Box<Error>>>(
        &mut self,
        call: impl FnOnce(&mut Recommender) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.make_room(0)?;
        self.is_derived = false;
        self.run(call)
    }

    /// Refuses unless there is room for a query and `need` bytes more, after dropping derived state if necessary.
    #[inline(never)]
    pub fn make_room(&mut self, need: u64) -> Result<()> {
        let wanted = |own: &Self| need + query_reserve(own.data.min(own.bytes as u64));
        if !fits(wanted(self)) {
            self.is_derived = false;
            self.run(|core| {
                core.drop_derived();
                Ok::<_, Box<Error>>(())
            })?;
        }
        match fits(wanted(self)) {
            true => Ok(()),
            false => Err(refusal(self.bytes, self.max, wanted(self))),
        }
    }

    fn run<T: Returned, E>(
        &mut self,
        call: impl FnOnce(&mut Recommender) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.bytes = self.bytes.saturating_sub(self.returned.take());
        let before = heap::used();
        let result = call(&mut self.recommender);
        let returned = result.as_ref().map_or(0, Returned::bytes);
        self.bytes = (self.bytes + heap::used()).saturating_sub(before + returned);
        result
    }

    /// Returns the size of the data and the memory they take.
    pub fn stats(&self) -> Stats {
        let percent = |bytes: usize, max: usize| (bytes as u64 + reserve(bytes as u64)) * 100 / max as u64;
        let memory = match percent(self.bytes, self.max - rows(self.max)).max(percent(heap::used(), heap::ceiling())) {
            0..50 => "ok",
            50..75 => "half",
            75..90 => "high",
            _ => "critical",
        };
        let mut stats = self.recommender.stats();
        (stats.bytes, stats.max_bytes, stats.memory) = (Some(self.bytes), Some(self.max), Some(memory));
        stats
    }
}

/// Returns the part of a recommender's bytes that co-occurrence rows may take.
fn rows(max: usize) -> usize {
    (max / 8).min(128 << 20)
}

/// Refuses growth beyond the recommender's limit, the module's limit, or into the reserve.
fn check(bytes: usize, max: usize, need: u64) -> Result<()> {
    let then = bytes as u64 + need;
    let in_module = need + reserve(heap::used() as u64 + need);
    match then + reserve(then) + rows(max) as u64 <= max as u64 && fits(in_module) {
        true => Ok(()),
        false => Err(refusal(bytes, max, need)),
    }
}

/// Refuses work without a recommender that needs more memory than there is.
pub fn has_room(need: u64) -> Result<()> {
    match fits(need + SMALL) {
        true => Ok(()),
        false => Err(refusal(heap::used(), heap::ceiling(), need)),
    }
}

fn fits(need: u64) -> bool {
    usize::try_from(need).is_ok_and(|need| HEAP.has_room(need))
}

#[inline(never)]
fn refusal(bytes: usize, max: usize, need: u64) -> Box<Error> {
    let rule = format!(
        "enough memory: of {max} bytes ({} in all recommenders) more than half is kept for answers and snapshots. Pass fewer records at a time, or raise maxBytes",
        heap::ceiling()
    );
    Error::new(Code::Memory, "memory", rule, format!("{bytes} bytes in use and up to {need} more for this call"))
}

/// Returns the maximum bytes for text from the host: per byte, and per occurrence of each mark; marks begin with `{` or
/// `"`.
pub fn need(js: &JsValue, per_byte: u64, marks: &[(&str, u64)]) -> u64 {
    if let Some(bytes) = js.dyn_ref::<Uint8Array>() {
        let length = bytes.length().into();
        // Doubled, because free space is sought in pieces of half the size, and the copy is one piece.
        if !fits(2 * length) {
            return at_most(length, per_byte, marks);
        }
        let text = bytes.to_vec();
        let begins = |at: &usize| matches!(text[*at], b'{' | b'"');
        let of_marks = (0..text.len()).filter(begins).map(|at| {
            let here = |(mark, _): &&(&str, u64)| text[at..].starts_with(mark.as_bytes());
            marks.iter().filter(here).map(|(_, bytes)| bytes).sum::<u64>()
        });
        return per_byte * length + of_marks.sum::<u64>();
    }
    // Short text crosses as a string, and so do objects without a JSON form.
    let text = js.dyn_ref::<JsString>().map(JsString::length);
    let is_there = |text: &JsString| text.is_string();
    let written = || JSON::stringify(js).ok().filter(is_there).map_or(0, |text| text.length());
    at_most(text.unwrap_or_else(written).into(), per_byte, marks)
}

/// Returns the same for a text of known length: every second byte may begin a mark.
fn at_most(length: u64, per_byte: u64, marks: &[(&str, u64)]) -> u64 {
    per_byte * length + (length / 2 + 1) * marks.iter().map(|(_, bytes)| bytes).max().unwrap_or(&0)
}

/// True after an allocation failed: the instance cannot be used any more.
#[wasm_bindgen(js_name = isOutOfMemory)]
pub fn is_out_of_memory() -> bool {
    heap::is_exhausted()
}

/// Sets the maximum memory size of the module in bytes.
#[wasm_bindgen(js_name = limitMemory)]
pub fn limit_memory(bytes: f64) {
    heap::set_ceiling(bytes as usize);
}

/// Returns the maximum of bytes in use since the previous call.
#[wasm_bindgen(js_name = measurePeak)]
pub fn measure_peak() -> usize {
    heap::measure_peak()
}
