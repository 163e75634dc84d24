//! Maps that are encoded in the order of their keys: a sorted list for few entries, a hash map for many. (Each instance
//! of `BTreeMap` adds 5 KB of code.)

use std::hash::Hash;

use rustc_hash::FxHashMap;
use serde::ser::{Serialize, Serializer};

use crate::base::bytes::{ByteReader, Codec, Output};
use crate::base::order;

/// A map as a sorted list of pairs, for few entries.
#[derive(Debug, Clone, PartialEq)]
pub struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    fn find(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.cmp(key))
    }
    /// Returns the value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key).ok().map(|index| &self.0[index].1)
    }
    /// Returns the value of a key, mutably.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.find(key).ok().map(|index| &mut self.0[index].1)
    }
    /// Returns the value of a key, inserting the default if it is new.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let index = self.find(&key).unwrap_or_else(|index| {
            self.0.insert(index, (key, V::default()));
            index
        });
        &mut self.0[index].1
    }
    /// Removes a key and returns its value.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.find(key).ok().map(|index| self.0.remove(index).1)
    }
    /// Removes the leading entries while `is_gone` holds for their keys, and returns their values.
    pub fn take_while(&mut self, is_gone: impl Fn(&K) -> bool) -> impl Iterator<Item = V> {
        let gone = self.0.partition_point(|(key, _)| is_gone(key));
        self.0.drain(..gone).map(|(_, value)| value)
    }
    /// True if the keys ascend strictly; a decoded map may break this.
    pub fn is_sound(&self) -> bool {
        self.0.is_sorted_by(|a, b| a.0 < b.0)
    }
}

impl<K, V> SortedMap<K, V> {
    /// True if there is no entry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Returns all pairs in the order of their keys.
    pub fn iter(&self) -> std::slice::Iter<'_, (K, V)> {
        self.0.iter()
    }
    /// Returns all pairs in the order of their keys, values mutable.
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

/// A hash map for many entries, sorted only when it is encoded.
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
