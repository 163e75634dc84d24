//! A time of day on the operator's clock.

use serde::{Serialize, Serializer};

use crate::base::error::Result;
use crate::base::time::{MINUTE, Time};
use crate::base::value::{Value, refused};

/// A minute of the operator's day, 0–1439; written `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MinuteOfDay(u32);

impl MinuteOfDay {
    /// Returns the minutes since midnight, 0–1439.
    pub fn minutes(self) -> u32 {
        self.0
    }

    /// Returns the milliseconds since midnight.
    pub fn since_midnight(self) -> Time {
        Time::from(self.0) * MINUTE
    }

    /// Reads `HH:MM`, 00:00 to 23:59.
    ///
    /// # Errors
    /// `invalid` for any other text or value.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let minute = |text: &str| {
            let digits =
                |pair: &str| pair.bytes().all(|byte| byte.is_ascii_digit()).then(|| pair.parse::<u32>().ok())?;
            let (hours, minutes) =
                text.split_once(':').filter(|(hours, minutes)| hours.len() == 2 && minutes.len() == 2)?;
            let (hours, minutes) = (digits(hours)?, digits(minutes)?);
            (hours < 24 && minutes < 60).then_some(Self(hours * 60 + minutes))
        };
        let read = if let Value::Text(text) = &value { minute(text) } else { None };
        read.ok_or_else(|| refused(value, path, r#"a time of day from "00:00" to "23:59""#))
    }
}

impl std::fmt::Display for MinuteOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for MinuteOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
