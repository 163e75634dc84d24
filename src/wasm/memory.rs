//! The memory of each recommender, and refusals before it ends: an allocation that fails is a trap, after which no
//! recommender of the module answers any more.
//!
//! Before a call, an upper estimate of the bytes that it takes is compared with what there is. What grows a recommender
//! leaves a reserve, so that what is known can still be asked for, and written as a snapshot. `tests/node/budget.test.mjs`
//! compares the estimates with the bytes that calls took.

use js_sys::{JSON, JsString, Uint8Array};
use nextpick_heap as heap;
use wasm_bindgen::prelude::*;

use crate::base::error::{Code, Error, Result};
use crate::recommender::Recommender;
use crate::recommender::stats::Stats;

use super::HEAP;

/// The least that a recommender can be given.
const LEAST: usize = 16 << 20;

/// Part of the reserve, whatever there is.
const SMALL: u64 = 4 << 20;

/// The bytes that asking something, or writing a snapshot, takes at most where what is known takes `bytes`.
fn answer(bytes: u64) -> u64 {
    bytes + SMALL / 2
}

/// The bytes that must be left after a recommender has grown: those of an answer, and those by which lists and tables
/// grow at once when they are full.
fn reserve(bytes: u64) -> u64 {
    bytes + bytes / 3 + SMALL
}

/// A recommender and the bytes it has.
pub struct Accounted {
    recommender: Recommender,
    bytes: usize,
    /// The same without the spare room in lists and tables, at most.
    known: u64,
    /// The bytes that what follows from what was told takes at most; it is computed at the next question.
    owed: u64,
    max: usize,
    /// Whether what follows from the library and the log was computed since they changed.
    is_settled: bool,
}

/// What a call hands out: it is the host's, and freed without the recommender.
pub trait Handed {
    /// The bytes it holds.
    fn bytes(&self) -> usize {
        0
    }
}

impl Handed for () {}
impl Handed for bool {}
impl Handed for usize {}
impl Handed for String {
    fn bytes(&self) -> usize {
        self.capacity()
    }
}
impl Handed for Vec<u8> {
    fn bytes(&self) -> usize {
        self.capacity()
    }
}

impl Accounted {
    /// A recommender that may hold `max` bytes, made by `make`, which takes at most `need`.
    pub fn make<E: From<Box<Error>>>(
        max: Option<f64>,
        need: u64,
        make: impl FnOnce() -> std::result::Result<Recommender, E>,
    ) -> std::result::Result<Self, E> {
        let most = heap::ceiling();
        let max = match max {
            None => most,
            Some(max) if max.fract() == 0.0 && (LEAST as f64..=heap::LARGEST as f64).contains(&max) => max as usize,
            Some(max) => {
                let rule = format!("a whole number from {LEAST} to {}", heap::LARGEST);
                return Err(Error::invalid("maxBytes", rule, crate::base::value::shown_number(max)).into());
            }
        };
        check(0, max, need)?;
        let before = heap::used();
        let mut recommender = make()?;
        recommender.keep_rows_within(rows(max));
        let bytes = heap::used().saturating_sub(before);
        Ok(Self { recommender, bytes, known: bytes as u64, owed: need, max, is_settled: false })
    }

    /// The recommender, to read.
    pub fn get(&self) -> &Recommender {
        &self.recommender
    }

    /// The recommender, for what takes no memory.
    pub fn edit(&mut self) -> &mut Recommender {
        &mut self.recommender
    }

    /// A call that tells the recommender something, which takes at most `need` bytes.
    pub fn tell<T: Handed, E: From<Box<Error>>>(
        &mut self,
        need: u64,
        call: impl FnOnce(&mut Recommender) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        if check(self.bytes, self.max, need + self.owed).is_err() && self.owed > 0 {
            // What is owed is most often far less than estimated.
            self.run(|core| {
                core.prepare();
                Ok::<_, Box<Error>>(())
            })?;
            self.pay();
        }
        check(self.bytes, self.max, need + self.owed)?;
        self.is_settled = false;
        let told = self.run(call);
        self.known = (self.known + need).min(self.bytes as u64);
        self.owed += need;
        told
    }

    /// Takes note that what follows from what was told was computed.
    fn pay(&mut self) {
        self.known = (self.known + std::mem::take(&mut self.owed)).min(self.bytes as u64);
    }

    /// A call that asks for something, which takes at most `need` bytes beside what follows from library and log.
    pub fn ask<T: Handed, E: From<Box<Error>>>(
        &mut self,
        need: u64,
        call: impl FnOnce(&mut Recommender) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        if !self.is_settled || !fits(need + SMALL / 4) {
            self.make_room(need + self.owed)?;
        }
        let told = self.run(call)?;
        self.pay();
        self.is_settled = true;
        Ok(told)
    }

    /// A call that takes something away, or writes what there is.
    pub fn reduce<T: Handed, E: From<Box<Error>>>(
        &mut self,
        call: impl FnOnce(&mut Recommender) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.make_room(0)?;
        self.is_settled = false;
        self.run(call)
    }

    /// Refuses where there is no room for an answer and so many bytes more; what can be computed anew is given up before.
    pub fn make_room(&mut self, need: u64) -> Result<()> {
        let wanted = |own: &Self| need + answer(own.known.min(own.bytes as u64));
        if !fits(wanted(self)) {
            self.is_settled = false;
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

    fn run<T: Handed, E>(
        &mut self,
        call: impl FnOnce(&mut Recommender) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let before = heap::used();
        let told = call(&mut self.recommender);
        let handed = told.as_ref().map_or(0, Handed::bytes);
        self.bytes = (self.bytes + heap::used()).saturating_sub(before + handed);
        told
    }

    /// How much is known, and the bytes it takes.
    pub fn stats(&self) -> Stats {
        let of = |bytes: usize, max: usize| (bytes as u64 + reserve(bytes as u64)) * 100 / max as u64;
        let memory = match of(self.bytes, self.max - rows(self.max)).max(of(heap::used(), heap::ceiling())) {
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

/// The part of a recommender's bytes that rows of neighbours may take.
fn rows(max: usize) -> usize {
    (max / 8).min(128 << 20)
}

/// Refuses what would grow a recommender of so many bytes beyond its own, or the module beyond all, or take the reserve.
fn check(bytes: usize, max: usize, need: u64) -> Result<()> {
    let then = bytes as u64 + need;
    let everywhere = need + reserve(heap::used() as u64 + need);
    match then + reserve(then) + rows(max) as u64 <= max as u64 && fits(everywhere) {
        true => Ok(()),
        false => Err(refusal(bytes, max, need)),
    }
}

/// Refuses work without a recommender that takes more than there is.
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
        "enough memory: of {max} bytes ({} in all recommenders) more than half is kept for answers and snapshots. Hand over less at a time, or raise maxBytes",
        heap::ceiling()
    );
    Error::new(Code::Memory, "memory", rule, format!("{bytes} bytes in use and up to {need} more for this call"))
}

/// An upper estimate of the bytes that text takes which a host hands over: so many for each byte, and so many for each
/// occurrence of some marks, which begin with `{` or `"`.
pub fn need(js: &JsValue, of_byte: u64, marks: &[(&str, u64)]) -> u64 {
    if let Some(bytes) = js.dyn_ref::<Uint8Array>() {
        let length = bytes.length().into();
        // Twice, because room is looked for in pieces of half of it, and the copy is one piece.
        if !fits(2 * length) {
            return at_most(length, of_byte, marks);
        }
        let text = bytes.to_vec();
        let begins = |place: &usize| matches!(text[*place], b'{' | b'"');
        let of_marks = (0..text.len()).filter(begins).map(|place| {
            let here = |(mark, _): &&(&str, u64)| text[place..].starts_with(mark.as_bytes());
            marks.iter().filter(here).map(|(_, bytes)| bytes).sum::<u64>()
        });
        return of_byte * length + of_marks.sum::<u64>();
    }
    // Short text crosses as a string, and what JSON has no word for as an object.
    let text = js.dyn_ref::<JsString>().map(JsString::length);
    let is_there = |text: &JsString| text.is_string();
    let written = || JSON::stringify(js).ok().filter(is_there).map_or(0, |text| text.length());
    at_most(text.unwrap_or_else(written).into(), of_byte, marks)
}

/// The same of a text of which only the length is known: every second byte may begin a mark.
fn at_most(length: u64, of_byte: u64, marks: &[(&str, u64)]) -> u64 {
    of_byte * length + (length / 2 + 1) * marks.iter().map(|(_, bytes)| bytes).max().unwrap_or(&0)
}

/// Whether an allocation failed.
#[wasm_bindgen(js_name = isOutOfMemory)]
pub fn is_out_of_memory() -> bool {
    heap::is_exhausted()
}

/// Lets the memory of the module grow to so many bytes at most.
#[wasm_bindgen(js_name = limitMemory)]
pub fn limit_memory(bytes: f64) {
    heap::set_ceiling(bytes as usize);
}

/// The most bytes in use at once since the call before.
#[wasm_bindgen(js_name = measurePeak)]
pub fn measure_peak() -> usize {
    heap::measure_peak()
}
