//! Journeys: sequences of messages to one subject, timed from a trigger.

use crate::base::error::Result;
use crate::base::id;
use crate::base::value::{Fields, Value};

/// A sequence of messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// Unique id.
    pub id: String,
}

impl Journey {
    /// Reads a journey.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let journey = Self { id: fields.required("id", id::id)? };
        fields.finish()?;
        Ok(journey)
    }
}
