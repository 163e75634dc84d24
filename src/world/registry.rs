//! Registry: records of one type with the indices of their ids.

use crate::base::id::Interner;
use crate::base::index::{ChannelIndex, DenseIndex, GroupIndex, UserIndex};

use super::facet::FacetProfile;
use super::subject::{Channel, Group, User};

/// A record with an id.
pub trait Identified {
    /// The index of the id.
    type Index: DenseIndex;
    /// Returns the id.
    fn id(&self) -> &str;
}

impl Identified for User {
    type Index = UserIndex;
    fn id(&self) -> &str {
        &self.id
    }
}
impl Identified for Group {
    type Index = GroupIndex;
    fn id(&self) -> &str {
        &self.id
    }
}
impl Identified for Channel {
    type Index = ChannelIndex;
    fn id(&self) -> &str {
        &self.id
    }
}

/// Records of one type by index, each with its facet profile. Every id mentioned has an index, with or without a
/// record.
#[derive(Debug, Clone)]
pub struct Registry<T: Identified> {
    /// Ids and their indices.
    pub ids: Interner<T::Index>,
    records: Vec<Option<(T, FacetProfile)>>,
}

impl<T: Identified> Default for Registry<T> {
    fn default() -> Self {
        Self { ids: Interner::default(), records: Vec::new() }
    }
}

impl<T: Identified> Registry<T> {
    /// Puts a record, replacing the one of the same id.
    pub fn put(&mut self, record: T, profile: FacetProfile) {
        let index = self.ids.intern(record.id()).as_usize();
        if self.records.len() <= index {
            self.records.resize_with(index + 1, || None);
        }
        self.records[index] = Some((record, profile));
    }
    /// Returns the record of an index.
    pub fn record(&self, index: T::Index) -> Option<&T> {
        Some(&self.records.get(index.as_usize())?.as_ref()?.0)
    }
    /// Returns the facet profile of an index.
    pub fn facet_profile(&self, index: T::Index) -> Option<&FacetProfile> {
        Some(&self.records.get(index.as_usize())?.as_ref()?.1)
    }
    /// Removes and returns a record; its index stays assigned.
    pub fn take(&mut self, index: T::Index) -> Option<T> {
        Some(self.records.get_mut(index.as_usize())?.take()?.0)
    }
    /// Returns all facet profiles, by index.
    pub fn facet_profiles(&self) -> impl Iterator<Item = &FacetProfile> {
        self.records.iter().flatten().map(|(_, profile)| profile)
    }
    /// Returns the record of an id.
    pub fn get(&self, id: &str) -> Option<&T> {
        self.record(self.ids.get(id)?)
    }
    /// Returns the record of an id, mutably. Its facet profile is not updated.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        let index = self.ids.get(id)?;
        Some(&mut self.records.get_mut(index.as_usize())?.as_mut()?.0)
    }
    /// Returns all records, by index.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.records.iter().flatten().map(|(record, _)| record)
    }
}
