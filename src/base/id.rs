//! Ids given by the host, and their interning as small integers.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::bytes::{ByteReader, Codec, Output};
use crate::base::error::{Error, Result};
use crate::base::index::DenseIndex;
use crate::base::value::{Value, refused};

/// Maximum length of ids and labels, in bytes of UTF-8.
pub const MAX_ID_BYTES: usize = 256;

/// Reads an id or label: a string of 1–256 bytes.
///
/// # Errors
/// [`Code::Limit`](crate::base::error::Code::Limit) if its length is out of range,
/// [`Code::Invalid`](crate::base::error::Code::Invalid) if it is not a string.
pub fn id(value: Value, path: &str) -> Result<String> {
    match value {
        Value::Text(text) => check_id(&text, path).map(|()| text),
        other => Err(refused(other, path, "a string of 1 to 256 bytes")),
    }
}

/// Checks an id or label, as [`id`] does.
///
/// # Errors
/// [`Code::Limit`](crate::base::error::Code::Limit) if its length is out of range.
pub fn check_id(text: &str, path: &str) -> Result<()> {
    match text.len() {
        0 => Err(Error::limit(path, "1 to 256 bytes", "an empty string")),
        1..=MAX_ID_BYTES => Ok(()),
        length => Err(Error::limit(path, "1 to 256 bytes", format!("{length} bytes"))),
    }
}

/// Reads an id as a shared string.
///
/// # Errors
/// Those of [`id`].
pub fn shared(value: Value, path: &str) -> Result<Arc<str>> {
    id(value, path).map(Arc::from)
}

/// True if a string is a valid id: 1–256 bytes.
pub fn is_id(text: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&text.len())
}

/// Strings with indices from 0 in the order of their first use. Indices are dense, so that they address columns.
#[derive(Debug, Clone)]
pub struct Interner<I = u32> {
    names: Vec<Arc<str>>,
    indices: FxHashMap<Arc<str>, I>,
}

impl<I> Default for Interner<I> {
    fn default() -> Self {
        Self { names: Vec::new(), indices: FxHashMap::default() }
    }
}

impl<I: DenseIndex> Interner<I> {
    /// Returns the index of `name`, assigning one if it is new.
    pub fn intern(&mut self, name: &str) -> I {
        if let Some(&index) = self.indices.get(name) {
            return index;
        }
        let (index, name) = (I::from_usize(self.names.len()), Arc::<str>::from(name));
        // The empty name marks erased entries and has no index.
        if !name.is_empty() {
            self.indices.insert(name.clone(), index);
        }
        self.names.push(name);
        index
    }
    /// Returns the index of `name`, if it has one.
    pub fn get(&self, name: &str) -> Option<I> {
        self.indices.get(name).copied()
    }
    /// Returns the name of an index assigned by this interner.
    pub fn name(&self, index: I) -> &str {
        &self.names[index.as_usize()]
    }
    /// Returns the name of an index as a shared string.
    pub fn shared(&self, index: I) -> Arc<str> {
        self.names[index.as_usize()].clone()
    }
    /// Erases a name: its index is not reused, and the same name interned again gets a new one.
    pub fn erase(&mut self, index: I) {
        let name = std::mem::replace(&mut self.names[index.as_usize()], "".into());
        self.indices.remove(&name);
    }
    /// Returns the number of names, erased ones included.
    pub fn len(&self) -> usize {
        self.names.len()
    }
    /// True if no name was interned yet.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
    /// Returns the names that were not erased, by index.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        self.names().filter(|name| !name.is_empty())
    }
    /// Returns all names by index; erased ones are empty.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }
}

impl<'a, I: DenseIndex> FromIterator<&'a str> for Interner<I> {
    fn from_iter<N: IntoIterator<Item = &'a str>>(names: N) -> Self {
        let mut interner = Self::default();
        for name in names {
            interner.intern(name);
        }
        interner
    }
}

impl<I: DenseIndex> Codec for Interner<I> {
    fn write(&self, to: &mut Output) {
        self.names.write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        let names = Vec::<Arc<str>>::read(from);
        let named = || names.iter().enumerate().filter(|(_, name)| !name.is_empty());
        let indices: FxHashMap<_, _> = named().map(|(index, name)| (name.clone(), I::from_usize(index))).collect();
        if indices.len() != named().count() {
            from.refuse(); // A name appears twice.
        }
        Self { names, indices }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::bytes;

    #[test]
    fn a_name_keeps_its_index() {
        let mut ids = Interner::default();
        assert_eq!((ids.intern("a"), ids.intern("b"), ids.intern("a")), (0, 1, 0));
        assert_eq!(ids.name(1), "b");
        assert_eq!(ids.get("c"), None);
    }

    #[test]
    fn an_erased_name_gets_a_new_index() {
        let mut ids: Interner = ["a", "b", "c"].into_iter().collect();
        ids.erase(0);
        ids.erase(1);
        let encoded = bytes::to_bytes(&ids);
        assert!(!encoded.contains(&b'a') && !encoded.contains(&b'b'), "{encoded:?}");
        let mut again: Interner = bytes::from_bytes(&encoded).unwrap();
        for ids in [&mut ids, &mut again] {
            assert_eq!((ids.get("a"), ids.get("c"), ids.intern("a"), ids.name(1)), (None, Some(2), 3, ""));
        }
    }

    #[test]
    fn ids_are_measured_in_bytes() {
        assert!(id(Value::Text("茶".repeat(85)), "id").is_ok());
        assert!(id(Value::Text("茶".repeat(86)), "id").unwrap_err().value.contains("258"));
        assert!(id(Value::Text(String::new()), "id").is_err());
    }
}
