//! The library as columns: facets of all items in compressed rows, one set for each class, weighted and of unit length.
//!
//! Derived from the library, rebuilt when it has changed. `w = weight·idf / ‖weight·idf‖` within a class, with
//! idf = ln(1 + N / df) (Robertson 2004), so that the dot product of two items' rows is a cosine.

use crate::number::scale_to_unit;

use super::facet::{Class, Facets};
use super::library::Library;

/// The rows of one class.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    offsets: Vec<u32>,
    facets: Vec<u32>,
    weights: Vec<f64>,
}

impl Rows {
    /// The facets and weights of an item; none for an item not in the library when the index was built.
    #[inline]
    pub fn row(&self, item: u32) -> (&[u32], &[f64]) {
        let item = item as usize;
        match self.offsets.get(item..item + 2) {
            Some(ends) => {
                let row = ends[0] as usize..ends[1] as usize;
                (&self.facets[row.clone()], &self.weights[row])
            }
            None => (&[], &[]),
        }
    }
    /// The rows as the kernel reads them.
    pub fn compressed(&self) -> nextpick_kernel::Rows<'_> {
        nextpick_kernel::Rows { offsets: &self.offsets, facets: &self.facets, weights: &self.weights }
    }
    /// Whether no item has a facet of this class.
    pub fn is_empty(&self) -> bool {
        self.facets.is_empty()
    }
}

/// The facets of the whole library, by class.
#[derive(Debug, Clone, Default)]
pub struct Index {
    classes: [Rows; Class::ALL.len()],
    /// What one conversion on each item is worth.
    values: Vec<f64>,
    facets: usize,
    revision: Option<u64>,
}

impl Index {
    /// Brings the index up to date with the library, if it is not.
    pub fn refresh(&mut self, library: &Library, facets: &Facets) {
        if self.revision != Some(library.revision()) {
            *self = Self::build(library, facets);
        }
    }

    fn build(library: &Library, facets: &Facets) -> Self {
        let mut holders = vec![0u32; facets.len()];
        let mut items = 0u32;
        let mut values = vec![1.0; library.ids.len()];
        for (item, entry) in library.all() {
            items += 1;
            values[item as usize] = entry.item.value.unwrap_or(1.0);
            entry.facets.iter().for_each(|(facet, _)| holders[*facet as usize] += 1);
        }
        let idf: Vec<f64> = holders.iter().map(|&df| libm::log1p(f64::from(items) / f64::from(df.max(1)))).collect();
        let classes = Class::ALL.map(|class| Self::rows(class, library, facets, &idf));
        Self { classes, values, facets: facets.len(), revision: Some(library.revision()) }
    }

    fn rows(class: Class, library: &Library, facets: &Facets, idf: &[f64]) -> Rows {
        let mut rows = Rows { offsets: vec![0], ..Rows::default() };
        for (item, entry) in library.all() {
            let start = rows.facets.len();
            rows.offsets.resize(item as usize + 1, start as u32);
            for &(facet, weight) in entry.facets.iter().filter(|(facet, _)| facets.class(*facet) == class) {
                rows.facets.push(facet);
                rows.weights.push(weight * idf[facet as usize]);
            }
            scale_to_unit(&mut rows.weights[start..]);
            rows.offsets.push(rows.facets.len() as u32);
        }
        rows
    }

    /// The rows of a class.
    #[inline]
    pub fn class(&self, class: Class) -> &Rows {
        &self.classes[class as usize]
    }
    /// What one conversion on each item is worth, by item number.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
    /// How many facets there were when it was built: the length of a dense vector over them.
    pub fn facets(&self) -> usize {
        self.facets
    }

    /// The cosine of two items over all classes they both have, each class counting the same; 0 where they share none.
    pub fn similarity(&self, a: u32, b: u32) -> f64 {
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
    use crate::value::Value;
    use crate::world::World;
    use crate::world::item::Item;

    fn world(items: &[&str]) -> World {
        let mut world = World::default();
        world
            .put_items(items.iter().map(|json| Item::read(Value::from_json(json, "").unwrap(), "").unwrap()).collect());
        world
    }

    #[test]
    fn every_row_has_unit_length_and_rare_facets_weigh_more() {
        let world = world(&[r#"{"id":"a","tags":["x","y"]}"#, r#"{"id":"b","tags":["x"]}"#]);
        let mut index = Index::default();
        index.refresh(&world.library, &world.facets);
        let (facets, weights) = index.class(Class::Tag).row(0);
        assert!((weights.iter().map(|w| w * w).sum::<f64>() - 1.0).abs() < 1e-12);
        let of = |name| weights[facets.iter().position(|&f| world.facets.name(f) == name).unwrap()];
        assert!(of("tag:y") > of("tag:x"));
    }

    #[test]
    fn an_item_is_fully_similar_to_itself_and_not_at_all_to_a_stranger() {
        let world = world(&[
            r#"{"id":"a","tags":["x"],"format":"video"}"#,
            r#"{"id":"b","tags":["z"],"format":"poster"}"#,
            r#"{"id":"c"}"#,
        ]);
        let mut index = Index::default();
        index.refresh(&world.library, &world.facets);
        assert!((index.similarity(0, 0) - 1.0).abs() < 1e-12);
        assert_eq!(index.similarity(0, 1), 0.0);
        assert_eq!(index.similarity(0, 2), 0.0);
    }
}
