//! Classes of items: the items that a filter selects, as one flag per item.

use crate::base::index::ItemIndex;
use crate::world::library::Library;

use super::item_filter::ItemFilter;

/// The items that a filter selects, updated item by item.
///
/// Items match by their current record. A removed item matches only where its id is listed or every item is.
#[derive(Debug, Clone)]
pub struct ItemClass {
    filter: ItemFilter,
    /// True if an item is selected, by its index.
    selected: Vec<bool>,
    revision: u64,
}

impl ItemClass {
    /// Returns the class of a filter. Refresh it before asking.
    pub fn new(filter: ItemFilter) -> Self {
        Self { filter, selected: Vec::new(), revision: 0 }
    }

    /// Updates the items that changed or were first named since the last refresh.
    pub fn refresh(&mut self, library: &Library) {
        for number in (self.selected.len() as u32..library.ids.len() as u32).map(ItemIndex) {
            self.selected.push(self.filter.matches_unknown(library.ids.name(number)));
        }
        if self.revision == library.revision() {
            return;
        }
        for number in library.changed_since(self.revision) {
            self.selected[number.as_usize()] = match library.entry(number) {
                Some(entry) => self.filter.matches(&entry.item),
                None => self.filter.matches_unknown(library.ids.name(number)),
            };
        }
        self.revision = library.revision();
    }

    /// True if an item belongs to the class.
    pub fn has(&self, item: ItemIndex) -> bool {
        self.selected.get(item.as_usize()).is_some_and(|selected| *selected)
    }

    /// Returns the items of the class, ascending.
    pub fn iter(&self) -> impl Iterator<Item = ItemIndex> {
        (0..).map(ItemIndex).zip(&self.selected).filter(|(_, selected)| **selected).map(|(item, _)| item)
    }

    /// True if the class was refreshed after the last change of the library.
    pub fn is_current_for(&self, library: &Library) -> bool {
        self.revision == library.revision() && self.selected.len() == library.ids.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::value::Value;
    use crate::world::World;
    use crate::world::item::Item;
    use proptest::prelude::*;

    fn class(json: &str) -> ItemClass {
        ItemClass::new(ItemFilter::read(Value::from_json(json, "").unwrap(), "").unwrap())
    }

    proptest! {
        #[test]
        fn a_refreshed_class_equals_a_new_one(
            changes in prop::collection::vec((0u8..5, 0u8..4, any::<bool>()), 0..30),
            filter in prop::sample::select(vec![
                "{}", r#"{"role":["r0","r1"]}"#, r#"{"ids":["i0","i1"]}"#, r#"{"role":["r0"],"not":{"ids":["i2"]}}"#,
            ]),
        ) {
            let mut world = World::default();
            let mut kept = class(filter);
            for (item, role, refreshes) in changes {
                match role {
                    0 => _ = world.remove_items(&[format!("i{item}")]),
                    1 => _ = world.library.ids.intern(&format!("i{item}")),
                    _ => {
                        let json = format!(r#"{{"id":"i{item}","role":"r{}"}}"#, role - 2);
                        world.put_items(vec![Item::read(Value::from_json(&json, "").unwrap(), "").unwrap()]);
                    }
                }
                if refreshes {
                    kept.refresh(&world.library);
                }
            }
            kept.refresh(&world.library);
            let mut fresh = class(filter);
            fresh.refresh(&world.library);
            prop_assert_eq!(&kept.selected, &fresh.selected);
            prop_assert!(kept.is_current_for(&world.library));
            let found: Vec<ItemIndex> = kept.iter().collect();
            prop_assert_eq!(found, ItemIndex::first(5).filter(|item| kept.has(*item)).collect::<Vec<_>>());
        }
    }
}
