//! Occasions: why a message is sent. Limits on messages apply to pushes unless a rule names other occasions.

use serde::{Serialize, Serializer};

use crate::base::bytes::{ByteReader, Codec, Output};
use crate::base::error::{Error, Result};
use crate::base::value::{self, Value};

/// The occasion of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Occasion {
    /// The operator sends unasked. The default.
    #[default]
    Push,
    /// The recipient requested it.
    Reply,
    /// The recipient has just joined or was just added.
    Welcome,
}

const ALL: [Occasion; 3] = [Occasion::Push, Occasion::Reply, Occasion::Welcome];

impl Occasion {
    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Reply => "reply",
            Self::Welcome => "welcome",
        }
    }

    /// True if it is [`Occasion::Push`], which the contract omits.
    pub fn is_push(&self) -> bool {
        *self == Self::Push
    }

    /// Reads a name.
    ///
    /// # Errors
    /// `invalid` for any other value.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        value::one_of(value, path, &ALL.map(|occasion| (occasion.name(), occasion)))
    }
}

impl Serialize for Occasion {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Codec for Occasion {
    fn write(&self, to: &mut Output) {
        (*self as u32).write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        // Occasions came with format 8: every earlier message was a push.
        if from.is_before(8) {
            return Self::Push;
        }
        ALL.get(u32::read(from) as usize).copied().unwrap_or_else(|| {
            from.refuse();
            Self::Push
        })
    }
}

/// The occasions that a limit counts and restricts: at least one; pushes alone by default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Occasions(Vec<Occasion>);

impl Occasions {
    /// Pushes alone.
    pub const PUSH: Self = Self(Vec::new());

    /// True for [`Occasions::PUSH`], which the contract omits.
    pub fn is_push(&self) -> bool {
        self.0.is_empty()
    }

    /// True if the limit counts and restricts messages of this occasion.
    pub fn include(&self, occasion: Occasion) -> bool {
        if self.0.is_empty() { occasion.is_push() } else { self.0.contains(&occasion) }
    }

    /// Reads a list of at least one name.
    ///
    /// # Errors
    /// `invalid` for an empty list or an unknown name, with its position.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut occasions = value::list(value, path, Occasion::read)?;
        if occasions.is_empty() {
            return Err(Error::invalid(path, "at least one of push, reply, welcome", "none"));
        }
        occasions.sort_unstable();
        occasions.dedup();
        Ok(if occasions == [Occasion::Push] { Self::PUSH } else { Self(occasions) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Occasions> {
        Occasions::read(Value::from_json(json, "").unwrap(), "occasions")
    }

    #[test]
    fn limits_include_pushes_alone_unless_they_name_occasions() {
        let included = |occasions: &Occasions| ALL.map(|occasion| occasions.include(occasion));
        assert_eq!(included(&Occasions::PUSH), [true, false, false]);
        assert_eq!(included(&read(r#"["reply","welcome","reply"]"#).unwrap()), [false, true, true]);
        assert!(read(r#"["push"]"#).unwrap().is_push());
        assert_eq!(read("[]").unwrap_err().path, "occasions");
        assert_eq!(read(r#"["push","later"]"#).unwrap_err().path, "occasions[1]");
    }
}
