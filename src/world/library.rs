//! The content library: items by index, with the indices of their facets.

use crate::base::id::Interner;
use crate::base::index::{FacetIndex, ItemIndex};

use super::audience::ResolvedAudience;
use super::item::Item;

/// One item of the library.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The host's record.
    pub item: Item,
    /// Its facets.
    pub facets: ItemFacets,
    /// Audience as indices.
    pub audience: Option<Box<ResolvedAudience>>,
    /// True if the item was removed: never eligible, but its facets are kept for the histories that contain it.
    pub removed: bool,
}

/// Facets of an item by index, ascending, with the host's weights.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemFacets {
    facets: Box<[FacetIndex]>,
    /// Empty if all are 1, as they are for most items.
    weights: Box<[f64]>,
}

impl ItemFacets {
    /// Creates the facets of an ascending list.
    pub fn of(list: &[(FacetIndex, f64)]) -> Self {
        let weights = list.iter().map(|(_, weight)| *weight);
        let weights = if weights.clone().all(|weight| weight == 1.0) { Box::default() } else { weights.collect() };
        Self { facets: list.iter().map(|(facet, _)| *facet).collect(), weights }
    }

    /// Iterates over facets and weights.
    pub fn iter(&self) -> impl Iterator<Item = (FacetIndex, f64)> {
        let weight = |n: usize| self.weights.get(n).copied().unwrap_or(1.0);
        self.facets.iter().enumerate().map(move |(n, &facet)| (facet, weight(n)))
    }
}

/// All items. Every item id has an index, also one that only interactions name.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Item ids and their indices.
    pub ids: Interner<ItemIndex>,
    entries: Vec<Option<Entry>>,
    /// Revision of each item's latest change, by index; 0 if it was never put.
    changes: Vec<u64>,
    revision: u64,
    known: usize,
    len: usize,
}

impl Library {
    /// Puts an item, replacing the one of the same id.
    pub fn put(&mut self, entry: Entry) {
        let index = self.ids.intern(&entry.item.id).as_usize();
        if self.entries.len() <= index {
            self.entries.resize(index + 1, None);
            self.changes.resize(index + 1, 0);
        }
        let before = self.entries[index].replace(entry);
        self.known += usize::from(before.is_none());
        self.len += usize::from(before.is_none_or(|before| before.removed));
        self.note(index);
    }

    /// Removes an item; its facets are kept for the histories that contain it.
    pub fn remove(&mut self, id: &str) {
        if let Some(index) = self.ids.get(id)
            && let Some(Some(entry)) = self.entries.get_mut(index.as_usize())
        {
            self.len -= usize::from(!std::mem::replace(&mut entry.removed, true));
            self.note(index.as_usize());
        }
    }

    fn note(&mut self, index: usize) {
        self.revision += 1;
        self.changes[index] = self.revision;
    }

    /// Returns the entry of an index, removed ones included.
    pub fn known_entry(&self, index: ItemIndex) -> Option<&Entry> {
        self.entries.get(index.as_usize())?.as_ref()
    }
    /// Iterates over the facets of an index; none if it was never put.
    pub fn facets(&self, index: ItemIndex) -> impl Iterator<Item = (FacetIndex, f64)> {
        self.known_entry(index).into_iter().flat_map(|entry| entry.facets.iter())
    }
    /// Returns the entry of an index, if it is in the library.
    pub fn entry(&self, index: ItemIndex) -> Option<&Entry> {
        self.known_entry(index).filter(|entry| !entry.removed)
    }
    /// Returns the entry of an id, if it is in the library.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entry(self.ids.get(id)?)
    }
    /// Returns all entries in the library, by index.
    pub fn iter(&self) -> impl Iterator<Item = (ItemIndex, &Entry)> {
        self.all().filter(|(_, entry)| !entry.removed)
    }
    /// Returns all entries, removed ones included, by index.
    pub fn all(&self) -> impl Iterator<Item = (ItemIndex, &Entry)> {
        self.entries.iter().enumerate().filter_map(|(index, entry)| Some((ItemIndex(index as u32), entry.as_ref()?)))
    }
    /// Returns the number of entries in the library.
    pub fn len(&self) -> usize {
        self.len
    }
    /// True if the library is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// Returns the number of entries, removed ones included.
    pub fn known_len(&self) -> usize {
        self.known
    }
    /// Returns the revision, incremented by every change, for caches to compare; 0 before the first change.
    pub fn revision(&self) -> u64 {
        self.revision
    }
    /// Returns the indices of entries put or removed since a revision, ascending.
    pub fn changed_since(&self, revision: u64) -> impl Iterator<Item = ItemIndex> {
        (0..).map(ItemIndex).zip(&self.changes).filter(move |(_, change)| **change > revision).map(|(index, _)| index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::value::Value;

    fn put(library: &mut Library, id: &str) {
        let item = Item::read(Value::from_json(&format!(r#"{{"id":"{id}"}}"#), "").unwrap(), "").unwrap();
        library.put(Entry { item, facets: ItemFacets::default(), audience: None, removed: false });
    }

    #[test]
    fn counts_and_changes_follow_puts_and_removals() {
        let mut library = Library::default();
        ["a", "b", "c"].into_iter().for_each(|id| put(&mut library, id));
        let before = library.revision();
        library.remove("b");
        library.remove("b");
        library.remove("x");
        assert_eq!((library.len(), library.known_len()), (2, 3));
        put(&mut library, "b");
        put(&mut library, "a");
        assert_eq!((library.len(), library.known_len()), (3, 3));
        assert_eq!(library.iter().count(), library.len());
        assert_eq!(library.changed_since(before).collect::<Vec<_>>(), [ItemIndex(0), ItemIndex(1)]);
        assert_eq!(library.changed_since(0).count(), 3);
        assert_eq!(library.changed_since(library.revision()).count(), 0);
    }
}
