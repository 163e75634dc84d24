//! The content library: items by number, with their facets as numbers.

use crate::id::Interner;

use super::item::{Item, Screen};

/// One item as the library keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What the host said.
    pub item: Item,
    /// Its facets by number, with the host's weights; sorted.
    pub facets: Vec<(u32, f64)>,
    /// Its audience in numbers.
    pub audience: Option<Screen>,
    /// Whether it was taken out: never eligible again, but remembered for what it says of those who touched it.
    pub removed: bool,
}

/// All items. Numbers are given to every item ever named, in the library or in an interaction.
#[derive(Debug, Clone, Default)]
pub struct Library {
    /// Item ids and their numbers.
    pub ids: Interner,
    entries: Vec<Option<Entry>>,
    revision: u64,
}

impl Library {
    /// Puts an item, replacing the one of the same id.
    pub fn put(&mut self, entry: Entry) {
        let number = self.ids.intern(&entry.item.id) as usize;
        if self.entries.len() <= number {
            self.entries.resize(number + 1, None);
        }
        self.entries[number] = Some(entry);
        self.revision += 1;
    }

    /// Takes an item out; its facets stay for those who touched it.
    pub fn remove(&mut self, id: &str) {
        if let Some(number) = self.ids.get(id)
            && let Some(Some(entry)) = self.entries.get_mut(number as usize)
        {
            entry.removed = true;
            self.revision += 1;
        }
    }

    /// The entry behind a number, removed ones included.
    pub fn remembered(&self, number: u32) -> Option<&Entry> {
        self.entries.get(number as usize)?.as_ref()
    }
    /// The entry behind a number, if it is in the library now.
    pub fn entry(&self, number: u32) -> Option<&Entry> {
        self.remembered(number).filter(|entry| !entry.removed)
    }
    /// The entry of an id, if it is in the library now.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entry(self.ids.get(id)?)
    }
    /// All entries that are in the library now, by number.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Entry)> {
        self.all().filter(|(_, entry)| !entry.removed)
    }
    /// All entries, removed ones included, by number.
    pub fn all(&self) -> impl Iterator<Item = (u32, &Entry)> {
        self.entries.iter().enumerate().filter_map(|(number, entry)| Some((number as u32, entry.as_ref()?)))
    }
    /// Grows with every change; what is derived from the library compares it.
    pub fn revision(&self) -> u64 {
        self.revision
    }
}
