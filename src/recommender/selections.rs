//! The items that the filters of recent requests select: a plan decides thousands of requests with a few filters.

use crate::base::index::ItemIndex;
use crate::operations::item_filter::ItemFilter;
use crate::world::library::Library;

use super::request::{Request, Selection};

/// Most filters that are remembered.
const MOST_KEPT: usize = 64;

/// The items of filters at one revision of the library.
#[derive(Debug, Default)]
pub struct Selections {
    known: Vec<(ItemFilter, Vec<ItemIndex>)>,
    revision: u64,
}

impl Selections {
    /// Remembers the items of the filters that these requests name, and drops those of another revision.
    pub fn refresh(&mut self, requests: &[&Request], library: &Library) {
        if self.revision != library.revision() {
            (self.known, self.revision) = (Vec::new(), library.revision());
        }
        for selection in requests.iter().flat_map(|request| request.only.iter().chain([&request.exclude])) {
            let Selection::Filter(filter) = selection else { continue };
            if self.known.iter().any(|(known, _)| known == &**filter) {
                continue;
            }
            if self.known.len() >= MOST_KEPT {
                self.known.clear();
            }
            self.known.push(((**filter).clone(), selection.indices(library)));
        }
    }

    /// Returns the indices of the items in `only` and `exclude`, ascending, each once. Requires [`Self::refresh`] with this
    /// library.
    pub fn of_request(&self, request: &Request, library: &Library) -> (Option<Vec<ItemIndex>>, Vec<ItemIndex>) {
        (request.only.as_ref().map(|only| self.indices(only, library)), self.indices(&request.exclude, library))
    }

    fn indices(&self, selection: &Selection, library: &Library) -> Vec<ItemIndex> {
        let known = match selection {
            Selection::Filter(filter) => self.known.iter().find(|(known, _)| known == &**filter),
            Selection::Ids(_) => None,
        };
        known.map_or_else(|| selection.indices(library), |(_, items)| items.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::value::Value;
    use crate::world::World;
    use crate::world::item::Item;

    #[test]
    fn remembered_items_are_those_of_the_filter_after_any_changes_of_the_library() {
        let mut random = Random::new(5);
        let (mut world, mut selections) = (World::default(), Selections::default());
        for _ in 0..2_000 {
            let (item, role) = (random.below(6), random.below(3));
            match random.below(8) {
                0 => _ = world.remove_items(&[format!("i{item}")]),
                1 => _ = world.library.ids.intern(&format!("i{item}")),
                2 => {
                    let json = format!(r#"{{"id":"i{item}","role":"r{role}"}}"#);
                    world.put_items(vec![Item::read(Value::from_json(&json, "").unwrap(), "").unwrap()]);
                }
                _ => {}
            }
            let filter = format!(r#"{{"role":["r{role}"],"not":{{"ids":["i{}"]}}}}"#, random.below(40));
            let only = Selection::read(Value::from_json(&filter, "").unwrap(), "").unwrap();
            let request = Request { only: Some(only.clone()), ..Request::default() };
            selections.refresh(&[&request], &world.library);
            assert_eq!(selections.indices(&only, &world.library), only.indices(&world.library));
            assert!(selections.known.len() <= MOST_KEPT);
        }
    }
}
