//! Experiments: A/B tests, with their variants, goal and guardrails.

use crate::base::error::Result;
use crate::base::id;
use crate::base::value::{Fields, Value};

/// An A/B test.
#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    /// Unique id.
    pub id: String,
}

impl Experiment {
    /// Reads an experiment.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let experiment = Self { id: fields.required("id", id::id)? };
        fields.finish()?;
        Ok(experiment)
    }
}
