//! Builders of records, and reading them with serde. Both end in the record's `read`, so that nothing is built that a
//! host could not put.

use serde::de::{Deserialize, Deserializer, Error as _};

use crate::base::error::Result;

use super::Value;

/// Reads a record with serde: first the value, then its fields with `read`.
///
/// # Errors
/// Those of the deserializer and of `read`.
pub fn deserialize<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    read: impl FnOnce(Value, &str) -> Result<T>,
) -> std::result::Result<T, D::Error> {
    read(Value::deserialize(deserializer)?, "").map_err(D::Error::custom)
}

/// Sets a field, replacing an earlier value of it.
pub fn set(fields: &mut Vec<(String, Value)>, name: &str, value: Value) {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value));
}

/// Implements `Deserialize` for a record by its `read`.
macro_rules! deserialize_by_read {
    ($($record:ty),*) => {$(
        impl<'de> serde::Deserialize<'de> for $record {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                $crate::base::value::builder::deserialize(deserializer, Self::read)
            }
        }
    )*};
}
pub(crate) use deserialize_by_read;

/// Declares the builder of a record: its name, the record, the path in errors, and each method with its field.
macro_rules! builder {
    ($builder:ident of $record:ident at $path:literal: $($method:ident $field:literal),* $(,)?) => {
        #[doc = concat!("Builds [`", stringify!($record), "`] field by field; [`Self::build`] checks them.")]
        #[derive(Debug, Clone, Default)]
        #[must_use]
        pub struct $builder(Vec<(String, $crate::base::value::Value)>);

        impl $builder {
            $(
                #[doc = concat!("Sets `", $field, "`.")]
                pub fn $method(self, $method: impl Into<$crate::base::value::Value>) -> Self {
                    self.with($field, $method)
                }
            )*

            fn with(mut self, name: &str, value: impl Into<$crate::base::value::Value>) -> Self {
                $crate::base::value::builder::set(&mut self.0, name, value.into());
                self
            }

            #[doc = concat!("Checks all fields and returns the ", $path, ".")]
            ///
            /// # Errors
            /// Names the field that breaks a rule.
            pub fn build(self) -> $crate::base::error::Result<$record> {
                $record::read($crate::base::value::Value::Record(self.0), $path)
            }
        }
    };
}
pub(crate) use builder;
