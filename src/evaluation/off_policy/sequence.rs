//! Intervals that stay valid at every look: an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy,
//! Ramdas 2021; for off-policy evaluation Waudby-Smith, Wu, Ramdas, Karampatziakis, Mineiro 2022).

use serde::Serialize;

use crate::base::error::Result;
use crate::base::value::{self, Fields, Value};

/// Settings for repeated looks at a growing log, fixed when watching begins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SequentialPlan {
    /// Number of decisions at which the evaluation should be most precise, at least 200.
    pub planned_decisions: u32,
    /// Number of distinct targets tried on this log, at least 1; the error probability is divided by it.
    pub targets: u32,
}

impl SequentialPlan {
    /// Reads `{ plannedDecisions, targets? }`.
    ///
    /// # Errors
    /// If a field is missing, unknown or out of range.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let plan = Self {
            planned_decisions: fields.required("plannedDecisions", value::whole(200, 1_000_000_000))?,
            targets: fields.or("targets", 1, value::whole(1, 1_000_000))?,
        };
        fields.finish()?;
        Ok(plan)
    }

    /// Returns the number of standard errors to either side after so many decisions, at least 1.
    pub fn multiplier(&self, decisions: f64, level: f64) -> f64 {
        let error = (1.0 - level) / f64::from(self.targets);
        let doubled = -2.0 * libm::log(error);
        // γ, ρ² in the papers: the bound is narrowest at half the planned number.
        let information = decisions * (doubled + libm::log1p(doubled)) / (f64::from(self.planned_decisions) / 2.0);
        (2.0 * (information + 1.0) / information * libm::log((information + 1.0).sqrt() / error)).sqrt()
    }
}
