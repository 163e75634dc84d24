//! Facets of items (`tag:护肤`, `category:beauty/serum`), their indices, and facet profiles made of them.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::id::{self, Interner};
use crate::base::index::FacetIndex;
use crate::base::number::scale_to_unit;
use crate::base::order;
use crate::base::value::{self, Value};

use super::attributes::Attributes;

/// Maximum number of facets of one namespace per item.
pub const MAX_FACETS: usize = 256;

/// The class of a facet. Features keep classes apart: a shared author means something else than a shared tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FacetClass {
    /// `tag:`
    Tag,
    /// `category:`, one facet for each level of the path.
    Category,
    /// `format:`
    Format,
    /// `source:`
    Source,
    /// `duration:`, in classes each √2 times as long as the one before.
    Duration,
    /// `term:`, words of title and text.
    Term,
    /// `lang:`, `stage:`, `play:`, `role:` and the host's own namespaces.
    Other,
}

impl FacetClass {
    /// All classes, by index.
    pub const ALL: [Self; 7] =
        [Self::Tag, Self::Category, Self::Format, Self::Source, Self::Duration, Self::Term, Self::Other];

    /// Returns the name used in feature names: `affinity.tag.long`.
    pub fn name(self) -> &'static str {
        ["tag", "category", "format", "source", "duration", "term", "other"][self as usize]
    }

    /// Returns the class of a facet by its name.
    pub fn of(facet: &str) -> Self {
        match facet.split_once(':').map_or(facet, |(namespace, _)| namespace) {
            "tag" => Self::Tag,
            "category" => Self::Category,
            "format" => Self::Format,
            "source" => Self::Source,
            "duration" => Self::Duration,
            "term" => Self::Term,
            _ => Self::Other,
        }
    }
}

/// All facets seen so far, by index, with their classes.
#[derive(Debug, Clone, Default)]
pub struct Facets {
    ids: Interner<FacetIndex>,
    classes: Vec<FacetClass>,
}

impl Facets {
    /// Returns the number of a facet, assigning one if it is new.
    pub fn intern(&mut self, facet: &str) -> FacetIndex {
        let index = self.ids.intern(facet);
        if index.as_usize() == self.classes.len() {
            self.classes.push(FacetClass::of(facet));
        }
        index
    }
    /// Returns facets whose names already have indices.
    pub fn with_ids(ids: Interner<FacetIndex>) -> Self {
        Self { classes: ids.names().map(FacetClass::of).collect(), ids }
    }
    /// Returns the names and their indices.
    pub fn ids(&self) -> &Interner<FacetIndex> {
        &self.ids
    }
    /// Returns the number of a facet, if it has one.
    pub fn get(&self, facet: &str) -> Option<FacetIndex> {
        self.ids.get(facet)
    }
    /// Returns a facet's name.
    pub fn name(&self, index: FacetIndex) -> &str {
        self.ids.name(index)
    }
    /// Returns a facet's class.
    pub fn class(&self, index: FacetIndex) -> FacetClass {
        self.classes[index.as_usize()]
    }
    /// Erases the name of a facet that no record has.
    pub fn erase(&mut self, index: FacetIndex) {
        self.ids.erase(index);
    }
    /// Returns the number of facets.
    pub fn len(&self) -> usize {
        self.classes.len()
    }
    /// True if there is no facet.
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }
}

/// Names with weights in (0, 1], 1 for a plain list. Sorted by name, each once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Weighted(pub Vec<(String, f64)>);

impl Weighted {
    /// Reads `string[]` or `Record<string, number>`, at most 256 names.
    ///
    /// # Errors
    /// An error with the path of the entry that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut names = match value {
            Value::List(_) => value::list(value, path, |name, path| Ok((id::id(name, path)?, 1.0)))?,
            Value::Record(_) => {
                let weight = value::number_that("a weight above 0 and at most 1", |w| w > 0.0 && w <= 1.0);
                let names = value::weights(value, path, weight)?;
                for (name, _) in names.iter().filter(|(name, _)| !id::is_id(name)) {
                    id::id(Value::Text(name.clone()), "").map_err(|error| error.within(name).within(path))?;
                }
                names
            }
            other => return Err(value::refused(other, path, "a list of names or an object of weights")),
        };
        order::sort_by_number(&mut names, |name| order::beginning(&name.0));
        order::sort_by(&mut names, |a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        names.dedup_by(|later, kept| later.0 == kept.0);
        if names.len() > MAX_FACETS {
            return Err(Error::limit(path, format!("at most {MAX_FACETS} names"), names.len()));
        }
        Ok(Self(names))
    }
}

impl Weighted {
    /// Removes a name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(other, _)| other != name);
    }
}

impl Serialize for Weighted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        if self.0.iter().all(|(_, weight)| *weight == 1.0) {
            serializer.collect_seq(self.0.iter().map(|(name, _)| name))
        } else {
            serializer.collect_map(self.0.iter().map(|(name, weight)| (name, weight)))
        }
    }
}

/// The tags and attributes of a user, group or channel, as facets that items may share.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FacetProfile {
    /// Tags, sorted; compared by audience rules.
    pub tags: Vec<FacetIndex>,
    /// Tags and attributes with their weights, of unit length.
    pub facets: Vec<(FacetIndex, f64)>,
}

impl FacetProfile {
    /// Returns the profile of tags and attributes: attribute `city: "上海"` becomes the facet `city:上海`.
    pub fn of(facets: &mut Facets, tags: &Option<Weighted>, attributes: &Option<Attributes>) -> Self {
        let tags: Vec<(FacetIndex, f64)> = tags
            .iter()
            .flat_map(|tags| &tags.0)
            .map(|(tag, weight)| (facets.intern(&format!("tag:{tag}")), *weight))
            .collect();
        let attributes: Vec<(FacetIndex, f64)> = attributes
            .iter()
            .flat_map(|attributes| &attributes.0)
            .map(|(key, value)| (facets.intern(&format!("{key}:{value}")), 1.0))
            .collect();
        let mut indices: Vec<FacetIndex> = tags.iter().map(|facet| facet.0).collect();
        order::sort(&mut indices);
        Self { tags: indices, facets: unit(tags.into_iter().chain(attributes).collect()) }
    }

    /// Returns the profile without the facets for which `left_out` holds.
    pub fn without(mut self, left_out: impl Fn(FacetIndex) -> bool) -> Self {
        self.tags.retain(|&tag| !left_out(tag));
        self.facets.retain(|&(facet, _)| !left_out(facet));
        Self { tags: self.tags, facets: unit(self.facets) }
    }

    /// Returns the profile of attributes, restricted to known facets; no item has the others.
    pub fn known(facets: &Facets, attributes: &Attributes) -> Self {
        let known = attributes.0.iter().filter_map(|(key, value)| Some((facets.get(&format!("{key}:{value}"))?, 1.0)));
        Self { tags: Vec::new(), facets: unit(known.collect()) }
    }
}

/// Sorts facets, merges duplicates and scales to unit length.
fn unit(mut facets: Vec<(FacetIndex, f64)>) -> Vec<(FacetIndex, f64)> {
    order::sort_by_key(&mut facets, |facet| facet.0);
    facets.dedup_by_key(|facet| facet.0);
    let mut weights: Vec<f64> = facets.iter().map(|facet| facet.1).collect();
    scale_to_unit(&mut weights);
    facets.iter_mut().zip(weights).for_each(|(facet, weight)| facet.1 = weight);
    facets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_listed_twice_counts_once_with_its_larger_weight() {
        let read = |json: &str| Weighted::read(Value::from_json(json, "").unwrap(), "tags").unwrap().0;
        assert_eq!(read(r#"["b","a","b"]"#), [("a".into(), 1.0), ("b".into(), 1.0)]);
        let twice = Value::Record([0.5, 0.9].map(|weight| ("b".into(), Value::Number(weight))).into());
        assert_eq!(Weighted::read(twice, "tags").unwrap().0, [("b".into(), 0.9)]);
    }

    #[test]
    fn weights_outside_their_range_are_refused_by_name() {
        for json in [r#"{"a":0}"#, r#"{"a":1.5}"#, r#"{"a":-1}"#, r#"{"a":null}"#] {
            let error = Weighted::read(Value::from_json(json, "").unwrap(), "items[0].tags").unwrap_err();
            assert_eq!(error.path, "items[0].tags.a");
        }
    }
}
