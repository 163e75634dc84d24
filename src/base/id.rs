//! Ids as the host writes them, and the small integers that stand for them inside.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::base::bytes::{ByteReader, Codec, Output};
use crate::base::error::{Error, Result};
use crate::base::value::{Value, shown};

/// Ids and labels are at most this many bytes of UTF-8.
pub const MAX_ID_BYTES: usize = 256;

/// Reads an id or label: a string of 1–256 bytes.
pub fn id(value: Value, path: &str) -> Result<String> {
    match value {
        Value::Text(text) if text.is_empty() => Err(Error::limit(path, "1 to 256 bytes", "an empty string")),
        Value::Text(text) if text.len() > MAX_ID_BYTES => {
            Err(Error::limit(path, "1 to 256 bytes", format!("{} bytes", text.len())))
        }
        Value::Text(text) => Ok(text),
        other => Err(Error::invalid(path, "a string of 1 to 256 bytes", shown(&other))),
    }
}

/// Reads an id that many records share.
pub fn shared(value: Value, path: &str) -> Result<Rc<str>> {
    id(value, path).map(Rc::from)
}

/// Whether a string can be an id.
pub fn is_id(text: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&text.len())
}

/// Strings numbered in the order they were first met. Numbers are dense, so that columns can be indexed by them.
#[derive(Debug, Clone, Default)]
pub struct Interner {
    names: Vec<Rc<str>>,
    numbers: FxHashMap<Rc<str>, u32>,
}

impl Interner {
    /// The number of `name`, given now if it had none.
    pub fn intern(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let (number, name) = (self.names.len() as u32, Rc::<str>::from(name));
        // The name of what was erased is nobody's.
        if !name.is_empty() {
            self.numbers.insert(name.clone(), number);
        }
        self.names.push(name);
        number
    }
    /// The number of `name`, if it was ever met.
    pub fn get(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }
    /// The name behind a number that this interner gave.
    pub fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }
    /// The same, to keep.
    pub fn shared(&self, number: u32) -> Rc<str> {
        self.names[number as usize].clone()
    }
    /// Lets a name be forgotten: nothing stands behind its number any more, and who bears the name next gets another.
    pub fn erase(&mut self, number: u32) {
        let name = std::mem::replace(&mut self.names[number as usize], "".into());
        self.numbers.remove(&name);
    }
    /// How many names there are; their numbers are 0..len.
    pub fn len(&self) -> usize {
        self.names.len()
    }
    /// Whether none was met yet.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
    /// The names that were not erased, in the order of their numbers.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        self.names().filter(|name| !name.is_empty())
    }
    /// The names in the order of their numbers.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }
}

impl<'a> FromIterator<&'a str> for Interner {
    fn from_iter<I: IntoIterator<Item = &'a str>>(names: I) -> Self {
        let mut interner = Self::default();
        for name in names {
            interner.intern(name);
        }
        interner
    }
}

impl Codec for Interner {
    fn write(&self, to: &mut Output) {
        self.names.write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        let names = Vec::<Rc<str>>::read(from);
        let named = || names.iter().zip(0..).filter(|(name, _)| !name.is_empty());
        let numbers: FxHashMap<_, _> = named().map(|(name, number)| (name.clone(), number)).collect();
        if numbers.len() != named().count() {
            from.refuse(); // A name appears twice.
        }
        Self { names, numbers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::bytes;

    #[test]
    fn a_name_keeps_its_number() {
        let mut ids = Interner::default();
        assert_eq!((ids.intern("a"), ids.intern("b"), ids.intern("a")), (0, 1, 0));
        assert_eq!(ids.name(1), "b");
        assert_eq!(ids.get("c"), None);
    }

    #[test]
    fn a_name_that_was_erased_is_met_anew() {
        let mut ids: Interner = ["a", "b", "c"].into_iter().collect();
        ids.erase(0);
        ids.erase(1);
        let told = bytes::to_bytes(&ids);
        assert!(!told.contains(&b'a') && !told.contains(&b'b'), "{told:?}");
        let mut again: Interner = bytes::from_bytes(&told).unwrap();
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
