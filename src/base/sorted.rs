//! Maps whose bytes are in the order of their keys: of not many entries, and of many. (Each kind of `BTreeMap`, which is
//! both, is 5 KB of code.)

use std::hash::Hash;

use rustc_hash::FxHashMap;
use serde::ser::{Serialize, Serializer};

use crate::base::bytes::{ByteReader, Codec, Output};
use crate::base::order;

/// Pairs in the order of their keys, for not many.
#[derive(Debug, Clone, PartialEq)]
pub struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(key))
    }
    /// What a key stands for.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().map(|place| &self.0[place].1)
    }
    /// What a key stands for.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.place(key).ok().map(|place| &mut self.0[place].1)
    }
    /// What a key stands for, from now on at least.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let place = self.place(&key).unwrap_or_else(|place| {
            self.0.insert(place, (key, V::default()));
            place
        });
        &mut self.0[place].1
    }
    /// Takes out what a key stands for.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).ok().map(|place| self.0.remove(place).1)
    }
    /// Takes out what comes first while `is_gone` says so of its key.
    pub fn take_while(&mut self, is_gone: impl Fn(&K) -> bool) -> impl Iterator<Item = V> {
        let gone = self.0.partition_point(|(key, _)| is_gone(key));
        self.0.drain(..gone).map(|(_, value)| value)
    }
    /// Whether the order is kept, as it may not be in a map that was read.
    pub fn is_sound(&self) -> bool {
        self.0.is_sorted_by(|a, b| a.0 < b.0)
    }
}

impl<K, V> SortedMap<K, V> {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// All pairs, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, (K, V)> {
        self.0.iter()
    }
    /// All pairs, in order.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, (K, V)> {
        self.0.iter_mut()
    }
}

impl<K: Serialize, V: Serialize> Serialize for SortedMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<K: Codec, V: Codec> Codec for SortedMap<K, V> {
    fn write(&self, to: &mut Output) {
        self.0.write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        Self(Vec::read(from))
    }
}

/// A map of many entries, in no order but when it becomes bytes.
#[derive(Debug, Clone)]
pub struct HashedMap<K, V>(pub FxHashMap<K, V>);

impl<K, V> Default for HashedMap<K, V> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<K: Hash + Eq, V: PartialEq> PartialEq for HashedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K: Ord + Hash + Codec, V: Codec> Codec for HashedMap<K, V> {
    fn write(&self, to: &mut Output) {
        let mut pairs: Vec<(&K, &V)> = self.0.iter().collect();
        order::sort_by(&mut pairs, |a, b| a.0.cmp(b.0));
        (pairs.len() as u64).write(to);
        pairs.iter().for_each(|(key, value)| {
            key.write(to);
            value.write(to);
        });
    }
    fn read(from: &mut ByteReader) -> Self {
        Self(Vec::read(from).into_iter().collect())
    }
}
