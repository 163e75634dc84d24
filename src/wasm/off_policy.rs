//! Off-policy evaluation as two objects of the module: a reader, to which the log is handed over in pieces, once for each
//! pass; and the evaluator that it becomes.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::base::error::Error;
use crate::base::value::{self, Value, json, list};
use crate::evaluation::off_policy::acceptances::Acceptances;
use crate::evaluation::off_policy::entry::LogEntry;
use crate::evaluation::off_policy::evaluator::{Evaluator, TargetComparison};
use crate::evaluation::off_policy::question::{OffPolicyQuestion, Target};
use crate::evaluation::off_policy::walk::{Settings, Walk};

use super::Result;
use super::convert::value;
use super::memory::has_room;
use super::needs::{COST_OF_RECORDS, need};

/// The reader of a log.
#[wasm_bindgen]
pub struct OffPolicyReader {
    question: OffPolicyQuestion,
    stage: Stage,
}

/// The state of the reader.
enum Stage {
    First(Box<(Settings, Acceptances)>),
    Second(Box<Walk>),
    Done,
}

#[wasm_bindgen]
impl OffPolicyReader {
    /// Starts the first pass. `by_kind` keeps what other objectives need.
    #[wasm_bindgen(constructor)]
    pub fn new(
        question: JsValue,
        target: JsValue,
        snapshot: Option<Uint8Array>,
        model: Option<Uint8Array>,
        by_kind: bool,
    ) -> Result<OffPolicyReader> {
        let question = OffPolicyQuestion::read(value(question, "")?, "")?;
        let target = Target::read(value(target, "target")?, "target")?;
        let bytes = |bytes: Uint8Array| bytes.to_vec();
        let (snapshot, model) = (snapshot.map(bytes), model.map(bytes));
        let settings = Settings { question: question.clone(), target, model, snapshot, by_kind };
        let first = Walk::collect(&settings)?;
        Ok(Self { question, stage: Stage::First(Box::new((settings, first))) })
    }

    /// Takes a piece of the log in the first pass; `first` is the number of entries before it.
    pub fn collect(&mut self, piece: JsValue, first: usize) -> Result<()> {
        let Stage::First(stage) = &mut self.stage else { return Err(out_of_order().into()) };
        each(piece, first, |entry| {
            stage.1.push(entry);
            Ok(true)
        })?;
        Ok(())
    }

    /// Starts the next pass; false if none is needed.
    #[wasm_bindgen(js_name = startPass)]
    pub fn start_pass(&mut self) -> Result<bool> {
        self.stage = match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::First(first) => Stage::Second(Box::new(Walk::new(first.0, first.1)?)),
            other => other,
        };
        let Stage::Second(walk) = &mut self.stage else { return Err(out_of_order().into()) };
        Ok(walk.start_pass()?)
    }

    /// Takes a piece of the log in a later pass; false if the pass needs no more.
    pub fn walk(&mut self, piece: JsValue, first: usize) -> Result<bool> {
        let Stage::Second(walk) = &mut self.stage else { return Err(out_of_order().into()) };
        each(piece, first, |entry| walk.push(&entry))
    }

    #[wasm_bindgen(js_name = endPass)]
    pub fn end_pass(&mut self) -> Result<()> {
        let Stage::Second(walk) = &mut self.stage else { return Err(out_of_order().into()) };
        Ok(walk.end_pass()?)
    }

    /// Returns the number of decisions reconstructed so far, and of all.
    pub fn progress(&self) -> Vec<usize> {
        match &self.stage {
            Stage::Second(walk) => <[usize; 2]>::from(walk.progress()).to_vec(),
            _ => vec![0, 0],
        }
    }

    /// Ends the last pass.
    pub fn finish(self) -> Result<OffPolicyEvaluator> {
        let Stage::Second(walk) = self.stage else { return Err(out_of_order().into()) };
        Ok(OffPolicyEvaluator(Evaluator::new(&self.question, walk.finish())))
    }
}

/// Reconstructed decisions.
#[wasm_bindgen]
pub struct OffPolicyEvaluator(Evaluator);

#[wasm_bindgen]
impl OffPolicyEvaluator {
    pub fn evaluate(&mut self, target: JsValue) -> Result<String> {
        let target = TargetComparison::read(value(target, "target")?, "target")?;
        Ok(json(&self.0.evaluate(&target)?))
    }

    pub fn plan(&self, target: JsValue, base_rate: f64) -> Result<String> {
        let target = TargetComparison::read(value(target, "target")?, "target")?;
        let rate = value::number_that("a rate above 0, below 1", |rate| rate > 0.0 && rate < 1.0);
        Ok(json(&self.0.plan(&target, rate(Value::Number(base_rate), "options.baseRate")?)?))
    }

    /// Returns the number of distinct targets evaluated so far.
    #[wasm_bindgen(js_name = targetsTried)]
    pub fn targets_tried(&self) -> usize {
        self.0.targets_tried()
    }
}

/// Calls `take` with each entry of a piece until it returns false.
fn each(
    piece: JsValue,
    first: usize,
    mut take: impl FnMut(LogEntry) -> crate::base::error::Result<bool>,
) -> Result<bool> {
    has_room(need(&piece, COST_OF_RECORDS))?;
    for (n, entry) in list(value(piece, "log")?, "log", value::anything)?.into_iter().enumerate() {
        let path = format!("log[{}]", first + n);
        if !take(LogEntry::read(entry, &path)?)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn out_of_order() -> Box<Error> {
    Error::invalid("log", "one pass after the other", "another order")
}
