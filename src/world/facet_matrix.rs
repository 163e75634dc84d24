//! The library as sparse matrices: one per facet class, with one row per item, weighted and of unit length.
//!
//! Derived from the library. A change rewrites the rows of changed items; all rows are weighted anew only if facet
//! counts changed. Within a class w = weight·idf / ‖weight·idf‖ with idf = ln(1 + N / df) (Robertson 2004), so that the
//! dot product of two rows is a cosine.

use nextpick_kernel as kernel;

use super::facet::{FacetClass, Facets};
use super::library::{Entry, Library};
use super::publication::Publications;
use crate::base::index::{FacetIndex, ItemIndex};

/// The rows of one class, in compressed sparse row format.
#[derive(Debug, Clone, Default)]
pub struct CsrRows {
    offsets: Vec<u32>,
    facets: Vec<FacetIndex>,
    weights: Vec<f64>,
    /// The host's weights; empty while all are 1.
    given: Vec<f64>,
}

impl CsrRows {
    /// Returns the facets and weights of an item; empty if it was not in the library at the last refresh.
    #[inline]
    pub fn row(&self, item: ItemIndex) -> (&[FacetIndex], &[f64]) {
        let item = item.as_usize();
        match self.offsets.get(item..item + 2) {
            Some(ends) => {
                let row = ends[0] as usize..ends[1] as usize;
                (&self.facets[row.clone()], &self.weights[row])
            }
            None => (&[], &[]),
        }
    }
    /// Returns the rows as the kernel reads them.
    pub fn compressed(&self) -> kernel::Rows<'_> {
        kernel::Rows { offsets: &self.offsets, facets: &self.facets, weights: &self.weights }
    }
    /// True if no item has a facet of this class.
    pub fn is_empty(&self) -> bool {
        self.facets.is_empty()
    }

    /// Ends all rows before `row`; rows not written are empty.
    fn end_before(&mut self, row: u32) {
        self.offsets.resize(row as usize + 1, self.facets.len() as u32);
    }

    /// Appends a facet to the current row, to be weighted later.
    fn push(&mut self, facet: FacetIndex, given: f64) {
        if given != 1.0 && self.given.is_empty() {
            self.given.resize(self.facets.len(), 1.0);
        }
        self.facets.push(facet);
        if given != 1.0 || !self.given.is_empty() {
            self.given.push(given);
        }
    }

    /// Puts `rows` in place of as many rows from `first` on. The rows after them move if these have more or fewer facets.
    fn splice(&mut self, first: u32, rows: Self) {
        let end = first as usize + rows.offsets.len();
        if self.offsets.len() < end {
            self.offsets.resize(end, self.facets.len() as u32);
        }
        let ends = &mut self.offsets[first as usize..];
        let (start, before) = (ends[0], ends[rows.offsets.len() - 1] - ends[0]);
        let replaced = start as usize..(start + before) as usize;
        let moves = (rows.facets.len() as u32).wrapping_sub(before);
        ends.iter_mut().zip(&rows.offsets).for_each(|(end, offset)| *end = start + offset);
        if moves != 0 {
            ends[rows.offsets.len()..].iter_mut().for_each(|end| *end = end.wrapping_add(moves));
        }
        if !(self.given.is_empty() && rows.given.is_empty()) {
            self.given.resize(self.facets.len(), 1.0);
            let given = rows.given.into_iter().chain(std::iter::repeat(1.0)).take(rows.facets.len());
            self.given.splice(replaced.clone(), given);
        }
        self.weights.splice(replaced.clone(), rows.facets.iter().map(|_| 0.0));
        self.facets.splice(replaced, rows.facets);
    }

    /// Returns the facets of an item with the host's weights.
    fn given(&self, item: ItemIndex) -> impl Iterator<Item = (FacetIndex, f64)> {
        let start = self.offsets.get(item.as_usize()).map_or(0, |&start| start as usize);
        let given = move |offset: usize| self.given.get(start + offset).copied().unwrap_or(1.0);
        self.row(item).0.iter().enumerate().map(move |(offset, &facet)| (facet, given(offset)))
    }
}

/// Maximum number of changed items that are updated one by one; each update moves all rows after it.
const MOST_MOVES: usize = 64;

/// The facets of all items, by class.
#[derive(Debug, Clone, Default)]
pub struct FacetMatrix {
    classes: [CsrRows; FacetClass::ALL.len()],
    /// Value of one conversion on each item, by item index.
    values: Vec<f64>,
    publications: Publications,
    /// The items of the library, without removed ones, ascending.
    listed: Vec<ItemIndex>,
    /// Number of items that have each facet.
    holders: Vec<u32>,
    /// Number of items, removed ones included.
    items: usize,
    revision: u64,
}

impl FacetMatrix {
    /// Updates the matrix to the library.
    pub fn refresh(&mut self, library: &Library, facets: &Facets) {
        if self.revision == library.revision() {
            return;
        }
        let changed: Vec<ItemIndex> = library.changed_since(self.revision).collect();
        self.revision = library.revision();
        self.holders.resize(facets.len(), 0);
        self.values.resize(library.ids.len(), 1.0);
        let entries = || changed.iter().filter_map(|&item| Some((item, library.known_entry(item)?)));
        self.publications.resize(library.ids.len());
        entries().for_each(|(item, Entry { item: record, .. })| {
            self.values[item.as_usize()] = record.value.unwrap_or(1.0);
            self.publications.set(item, record.published_at);
        });
        self.list(&changed, library);
        // Removed items are kept: the histories that contain them keep their weights.
        let are_more = std::mem::replace(&mut self.items, library.known_len()) != library.known_len();
        if are_more || entries().any(|(item, entry)| self.differs(item, entry, facets)) {
            self.replace(&changed, library, facets);
            let mut idf: Vec<f64> = self.holders.iter().map(|&df| self.items as f64 / f64::from(df.max(1))).collect();
            kernel::ln::ln_1p_all(&mut idf, 1.0);
            for CsrRows { offsets, facets, weights, given } in &mut self.classes {
                kernel::weigh(offsets, facets, given, &idf, weights);
            }
        }
    }

    /// Adds the changed items that are in the library to the listed ones, and removes the others.
    fn list(&mut self, changed: &[ItemIndex], library: &Library) {
        if changed.len() > MOST_MOVES {
            self.listed.clear();
            return self.listed.extend(library.iter().map(|(item, _)| item));
        }
        for &item in changed {
            match (self.listed.binary_search(&item), library.entry(item).is_some()) {
                (Err(position), true) => self.listed.insert(position, item),
                (Ok(position), false) => _ = self.listed.remove(position),
                _ => {}
            }
        }
    }

    /// True if an entry's facets or their weights differ from the item's rows.
    fn differs(&self, item: ItemIndex, entry: &Entry, facets: &Facets) -> bool {
        self.classes.iter().zip(FacetClass::ALL).any(|(rows, class)| {
            let of_class = entry.facets.iter().filter(|(facet, _)| facets.class(*facet) == class);
            !of_class.eq(rows.given(item))
        })
    }

    /// Rewrites the rows of changed items; if there are many, those between them too, so that no row moves often.
    fn replace(&mut self, changed: &[ItemIndex], library: &Library, facets: &Facets) {
        match changed {
            [first, .., last] if changed.len() > MOST_MOVES => self.rewrite(first.0..last.0 + 1, library, facets),
            _ => changed.iter().for_each(|item| self.rewrite(item.0..item.0 + 1, library, facets)),
        }
    }

    /// Rewrites the rows of a range of items.
    fn rewrite(&mut self, items: std::ops::Range<u32>, library: &Library, facets: &Facets) {
        let mut classes: [CsrRows; FacetClass::ALL.len()] = Default::default();
        classes.iter_mut().for_each(|rows| rows.end_before(0));
        for item in items.clone() {
            let before = self.classes.iter().flat_map(|rows| rows.row(ItemIndex(item)).0);
            before.for_each(|&facet| self.holders[facet.as_usize()] -= 1);
            for (facet, weight) in library.facets(ItemIndex(item)) {
                self.holders[facet.as_usize()] += 1;
                classes[facets.class(facet) as usize].push(facet, weight);
            }
            classes.iter_mut().for_each(|rows| rows.end_before(item + 1 - items.start));
        }
        self.classes.iter_mut().zip(classes).for_each(|(rows, new)| rows.splice(items.start, new));
    }

    /// Returns the rows of a class.
    #[inline]
    pub fn class(&self, class: FacetClass) -> &CsrRows {
        &self.classes[class as usize]
    }
    /// Returns the value of one conversion on each item, by item index.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
    /// Returns the items of the library, without removed ones, ascending.
    pub fn listed(&self) -> &[ItemIndex] {
        &self.listed
    }
    /// Returns the time of publication of each item.
    pub fn publications(&self) -> &Publications {
        &self.publications
    }
    /// Returns the revision of the library at the last refresh.
    pub fn revision(&self) -> u64 {
        self.revision
    }
    /// Returns the number of facets at the last refresh: the length of a dense vector over them.
    pub fn facets(&self) -> usize {
        self.holders.len()
    }

    /// Returns the mean cosine of two items over the classes both have; 0 if they share none.
    pub fn similarity(&self, a: ItemIndex, b: ItemIndex) -> f64 {
        let (mut sum, mut classes) = (0.0, 0);
        for rows in &self.classes {
            let ((facets_a, weights_a), (facets_b, weights_b)) = (rows.row(a), rows.row(b));
            if facets_a.is_empty() || facets_b.is_empty() {
                continue;
            }
            classes += 1;
            let (mut i, mut j) = (0, 0);
            while i < facets_a.len() && j < facets_b.len() {
                match facets_a[i].cmp(&facets_b[j]) {
                    std::cmp::Ordering::Less => i += 1,
                    std::cmp::Ordering::Greater => j += 1,
                    std::cmp::Ordering::Equal => {
                        sum += weights_a[i] * weights_b[j];
                        i += 1;
                        j += 1;
                    }
                }
            }
        }
        if classes == 0 { 0.0 } else { sum / f64::from(classes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::value::Value;
    use crate::world::World;
    use crate::world::item::Item;
    use crate::world::patch::{Patch, Patchable};

    fn item(json: &str) -> Item {
        Item::read(Value::from_json(json, "").unwrap(), "").unwrap()
    }

    fn world(items: &[&str]) -> World {
        let mut world = World::default();
        world.put_items(items.iter().map(|json| item(json)).collect());
        world
    }

    #[test]
    fn every_row_has_unit_length_and_rare_facets_weigh_more() {
        let world = world(&[r#"{"id":"a","tags":["x","y"]}"#, r#"{"id":"b","tags":["x"]}"#]);
        let mut matrix = FacetMatrix::default();
        matrix.refresh(&world.library, &world.facets);
        let (facets, weights) = matrix.class(FacetClass::Tag).row(ItemIndex(0));
        assert!((weights.iter().map(|w| w * w).sum::<f64>() - 1.0).abs() < 1e-12);
        let of = |name| weights[facets.iter().position(|&f| world.facets.name(f) == name).unwrap()];
        assert!(of("tag:y") > of("tag:x"));
    }

    #[test]
    fn an_updated_matrix_equals_a_rebuilt_one_bit_for_bit() {
        let mut random = Random::new(5);
        let mut world = world(&[]);
        let mut matrix = FacetMatrix::default();
        for round in 0..300 {
            // Few items with many changes of each; now and then as many as make the list anew.
            let (items, changes) = if round % 20 == 19 { (200, 300) } else { (15, 1 + random.below(4)) };
            for _ in 0..changes {
                let id = random.below(items).to_string();
                match random.below(6) {
                    0 => _ = world.remove_items(&[id]),
                    1 => patch(&mut world, &id, ["null", r#"["t1","t2"]"#, r#"{"t3":0.5}"#][random.below(3)]),
                    _ => _ = world.put_items(vec![item(&any_item(&mut random, &id))]),
                }
            }
            matrix.refresh(&world.library, &world.facets);
            let mut anew = FacetMatrix::default();
            anew.refresh(&world.library, &world.facets);
            assert_eq!((matrix.values(), matrix.facets()), (anew.values(), anew.facets()), "{round}");
            assert_eq!((matrix.publications(), matrix.listed()), (anew.publications(), anew.listed()), "{round}");
            assert!(world.library.iter().map(|(item, _)| item).eq(matrix.listed().iter().copied()), "{round}");
            for class in FacetClass::ALL {
                let (rows, anew) = (matrix.class(class).compressed(), anew.class(class).compressed());
                let bits = |weights: &[f64]| weights.iter().map(|weight| weight.to_bits()).collect::<Vec<_>>();
                assert_eq!((rows.offsets, rows.facets), (anew.offsets, anew.facets), "{round} {class:?}");
                assert_eq!(bits(rows.weights), bits(anew.weights), "{round} {class:?}");
                for item in 0..15 {
                    let (facets, weights) = as_defined(&world, class, ItemIndex(item));
                    assert_eq!(
                        matrix.class(class).row(ItemIndex(item)),
                        (&facets[..], &weights[..]),
                        "{round} {class:?}"
                    );
                }
            }
        }
    }

    /// Replaces the tags of an item, if it is in the library.
    fn patch(world: &mut World, id: &str, tags: &str) {
        let json = format!(r#"{{"id":"{id}","tags":{tags}}}"#);
        let patch = Patch::read(Value::from_json(&json, "").unwrap(), "").unwrap();
        let patched = world.library.get(id).map(|entry| entry.item.patched(&patch).unwrap());
        world.put_items(patched.into_iter().collect());
    }

    /// Returns an item with random facets and weights, sometimes without any.
    fn any_item(random: &mut Random, id: &str) -> String {
        let first = random.below(9);
        let tags: Vec<String> = (first..first + random.below(4))
            .map(|tag| format!(r#""t{}":{}"#, tag % 9, [1.0, 0.5, 0.25][random.below(3)]))
            .collect();
        let format =
            [r#","format":"video""#, r#","format":"text","category":"a/b""#, "", r#","value":3,"publishedAt":5"#];
        let title = ["", r#","title":"spring tea tea""#, r#","title":"tea""#];
        let (format, title) = (format[random.below(4)], title[random.below(3)]);
        format!(r#"{{"id":"{id}","tags":{{{}}}{format}{title}}}"#, tags.join(","))
    }

    /// The oracle: one row, computed from the definition.
    fn as_defined(world: &World, class: FacetClass, item: ItemIndex) -> (Vec<FacetIndex>, Vec<f64>) {
        let all = || world.library.all().map(|(_, entry)| entry);
        let idf = |facet: FacetIndex| {
            let df = all().filter(|entry| entry.facets.iter().any(|(other, _)| other == facet)).count();
            kernel::ln::ln_1p(all().count() as f64 / df as f64)
        };
        let of_class = || world.library.facets(item).filter(|(facet, _)| world.facets.class(*facet) == class);
        let mut weights: Vec<f64> = of_class().map(|(facet, weight)| weight * idf(facet)).collect();
        kernel::scale_to_unit(&mut weights);
        (of_class().map(|(facet, _)| facet).collect(), weights)
    }

    #[test]
    fn a_change_without_facets_reweights_no_row() {
        let mut world = world(&[r#"{"id":"a","tags":["x","y"]}"#, r#"{"id":"b","tags":{"x":0.5}}"#]);
        let mut matrix = FacetMatrix::default();
        matrix.refresh(&world.library, &world.facets);
        // A marker that reweighting would overwrite.
        matrix.classes[FacetClass::Tag as usize].weights[0] = 99.0;
        world.put_items(vec![item(r#"{"id":"b","tags":{"x":0.5},"value":7,"hidden":true}"#)]);
        world.remove_items(&["a".into()]);
        matrix.refresh(&world.library, &world.facets);
        assert_eq!(matrix.values(), [1.0, 7.0]);
        assert_eq!(matrix.class(FacetClass::Tag).row(ItemIndex(0)).1[0], 99.0);
        world.put_items(vec![item(r#"{"id":"b","tags":["x"]}"#)]);
        matrix.refresh(&world.library, &world.facets);
        assert_ne!(matrix.class(FacetClass::Tag).row(ItemIndex(0)).1[0], 99.0);
    }

    #[test]
    fn an_item_has_similarity_one_with_itself_and_zero_with_an_unrelated_one() {
        let world = world(&[
            r#"{"id":"a","tags":["x"],"format":"video"}"#,
            r#"{"id":"b","tags":["z"],"format":"poster"}"#,
            r#"{"id":"c"}"#,
        ]);
        let mut matrix = FacetMatrix::default();
        matrix.refresh(&world.library, &world.facets);
        assert!((matrix.similarity(ItemIndex(0), ItemIndex(0)) - 1.0).abs() < 1e-12);
        assert_eq!(matrix.similarity(ItemIndex(0), ItemIndex(1)), 0.0);
        assert_eq!(matrix.similarity(ItemIndex(0), ItemIndex(2)), 0.0);
    }
}
