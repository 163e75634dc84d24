//! Reference to the step of a journey for one entry, in requests, decisions and acceptances.

use std::sync::Arc;

use serde::Serialize;

use crate::base::bytes::as_bytes;
use crate::base::digest::Digest;
use crate::base::error::Result;
use crate::base::id;
use crate::base::time::{self, Time};
use crate::base::value::{Fields, Value};

/// The step and the entry that a request or decision belongs to.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepRef {
    /// Id of the journey.
    pub journey: String,
    /// Id of the step.
    pub step: String,
    /// Time of entry.
    pub entered_at: Time,
    /// The reference of the trigger event, for journeys with an entry per reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Arc<str>>,
}

as_bytes!(StepRef: journey, step, entered_at, reference);

impl StepRef {
    /// Reads `{ journey, step, enteredAt, reference? }`.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let step = Self {
            journey: fields.required("journey", id::id)?,
            step: fields.required("step", id::id)?,
            entered_at: fields.required("enteredAt", time::time)?,
            reference: fields.optional("reference", id::shared)?,
        };
        fields.finish()?;
        Ok(step)
    }

    /// Adds the reference to a digest.
    pub fn digest(&self, digest: Digest) -> Digest {
        digest.text(&self.journey).text(&self.step).whole(self.entered_at).maybe(self.reference.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::value::json as written;

    #[test]
    fn a_step_reference_round_trips() {
        for json in [
            r#"{"journey":"j","step":"s","enteredAt":5}"#,
            r#"{"journey":"j","step":"s","enteredAt":5,"reference":"A1"}"#,
        ] {
            let read = StepRef::read(Value::from_json(json, "").unwrap(), "step").unwrap();
            assert_eq!(written(&read), json);
        }
    }
}
