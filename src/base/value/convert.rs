//! Conversions of Rust values to [`Value`].

use super::Value;

impl Value {
    /// Returns a record with these fields, in this order.
    ///
    /// ```
    /// use nextpick::Value;
    ///
    /// let tags = Value::record([("tea", 2.0), ("green", 0.5)]);
    /// assert_eq!(tags, Value::from_json(r#"{"tea":2,"green":0.5}"#, "tags")?);
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn record<N: Into<String>, V: Into<Self>>(fields: impl IntoIterator<Item = (N, V)>) -> Self {
        Self::Record(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

/// Exact up to ±2^53, which is beyond all times of the contract.
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

/// Exact up to 2^53.
impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(values: [T; N]) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
