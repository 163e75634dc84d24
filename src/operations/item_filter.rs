//! Item filters: a selection of items by their metadata, used by rules, quotas, journeys, experiments and requests.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::base::digest::Digest;
use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::value::{self, Fields, Value, json};
use crate::world::consent::facet_name;
use crate::world::item::Item;

/// A selection of items. An item matches if at least one entry of each given list fits it, and no list of `not` does.
/// Without any list it matches every item. Serialises to the contract's JSON.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ItemFilter {
    /// Lists that must all match.
    only: ItemLists,
    /// Lists of which none may match.
    not: Option<ItemLists>,
}

/// The lists given, by their position among [`LISTS`].
type ItemLists = Vec<(usize, Vec<String>)>;

/// True if an item fits one entry of a list.
type Fits = fn(&Item, &str) -> bool;

/// The lists of a filter, each named after the item field that it tests.
const LISTS: [(&str, Fits); 11] = [
    ("ids", |item, id| item.id == id),
    ("tags", |item, tag| item.tags.iter().flat_map(|tags| &tags.0).any(|(name, _)| name == tag)),
    ("category", |item, path| item.category.as_ref().is_some_and(|own| is_within(own, path))),
    ("format", |item, name| item.format.as_deref() == Some(name)),
    ("source", |item, name| item.source.as_deref() == Some(name)),
    ("lang", |item, name| item.lang.as_deref() == Some(name)),
    ("stage", |item, name| item.stage.as_deref() == Some(name)),
    ("play", |item, name| item.play.as_deref() == Some(name)),
    ("role", |item, name| item.role.as_deref() == Some(name)),
    ("products", |item, name| item.products.iter().flatten().any(|product| product == name)),
    (FACETS, has_facet),
];

const FACETS: &str = "facets";

impl ItemFilter {
    /// Reads and checks all lists.
    ///
    /// # Errors
    /// An error with the path of the list or name that breaks a rule. An empty list is refused.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let only = read_lists(&mut fields)?;
        let not = fields.optional("not", |value, path| {
            let mut fields = Fields::of(value, path)?;
            let not = read_lists(&mut fields)?;
            fields.finish()?;
            Ok(not)
        })?;
        fields.finish()?;
        Ok(Self { only, not })
    }

    /// True if the item is selected.
    pub fn matches(&self, item: &Item) -> bool {
        self.selects(|(_, fits), name| fits(item, name))
    }

    /// True if an item without a record is selected: it has nothing but its id.
    pub fn matches_unknown(&self, id: &str) -> bool {
        self.selects(|(list, _), name| list == "ids" && name == id)
    }

    fn selects(&self, fits: impl Fn((&str, Fits), &str) -> bool) -> bool {
        let matches = |(list, names): &(usize, Vec<String>)| names.iter().any(|name| fits(LISTS[*list], name));
        self.only.iter().all(matches) && !self.not.iter().flatten().any(matches)
    }

    /// Adds the filter to a digest.
    pub fn digest(&self, digest: Digest) -> Digest {
        digest.text(&json(self))
    }
}

impl Serialize for ItemFilter {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (list, names) in &self.only {
            map.serialize_entry(LISTS[*list].0, names)?;
        }
        if let Some(not) = &self.not {
            map.serialize_entry("not", &Self { only: not.clone(), not: None })?;
        }
        map.end()
    }
}

fn read_lists(fields: &mut Fields) -> Result<ItemLists> {
    let mut given = Vec::new();
    for (n, (list, _)) in LISTS.into_iter().enumerate() {
        let name = if list == FACETS { facet_name } else { id::id };
        let names = fields.optional(list, |value, path| names(value, path, name))?;
        given.extend(names.map(|names| (n, names)));
    }
    Ok(given)
}

/// Reads a list of at least one name.
fn names(value: Value, path: &str, name: fn(Value, &str) -> Result<String>) -> Result<Vec<String>> {
    let names = value::list(value, path, name)?;
    match names.is_empty() {
        true => Err(Error::invalid(path, "at least one name (leave the list out to select all)", "an empty list")),
        false => Ok(names),
    }
}

/// True if a category path is `path` or below it.
fn is_within(category: &str, path: &str) -> bool {
    category.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn has_facet(item: &Item, facet: &str) -> bool {
    let mut found = false;
    item.each_facet(|name, _| found |= name == facet);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(json: &str) -> ItemFilter {
        ItemFilter::read(Value::from_json(json, "").unwrap(), "only").unwrap()
    }

    fn item(json: &str) -> Item {
        Item::read(Value::from_json(json, "").unwrap(), "").unwrap()
    }

    fn tea() -> Item {
        item(
            r#"{"id":"a","tags":{"新品":0.5},"category":"tea/green","format":"video","source":"s","lang":"zh",
            "stage":"convert","play":"group-buy","role":"hit","products":["p","q"],"facets":{"region":["south"]}}"#,
        )
    }

    #[test]
    fn each_list_tests_the_field_of_its_name() {
        for (list, fits, misses) in [
            ("ids", "a", "b"),
            ("tags", "新品", "旧品"),
            ("category", "tea", "te"),
            ("category", "tea/green", "tea/green/long"),
            ("format", "video", "Video"),
            ("source", "s", "t"),
            ("lang", "zh", "en"),
            ("stage", "convert", "retain"),
            ("play", "group-buy", "lottery"),
            ("role", "hit", "profit"),
            ("products", "q", "r"),
            ("facets", "region:south", "region:north"),
            ("facets", "category:tea", "tag:tea"),
        ] {
            let selects = |names: &str| filter(&format!(r#"{{"{list}":[{names}]}}"#)).matches(&tea());
            let [fit, miss] = [fits, misses].map(|name| format!("\"{name}\""));
            assert_eq!((selects(&fit), selects(&miss)), (true, false), "{list}");
            assert!(selects(&format!("{miss},{fit}")), "one entry of {list} is enough");
            let excludes = format!(r#"{{"not":{{"{list}":[{fit}]}}}}"#);
            assert!(!filter(&excludes).matches(&tea()) && filter(&excludes).matches(&item(r#"{"id":"bare"}"#)));
        }
    }

    #[test]
    fn all_lists_must_match_and_none_of_not() {
        assert!(filter("{}").matches(&tea()));
        assert!(filter(r#"{"role":["hit"],"tags":["新品"]}"#).matches(&tea()));
        assert!(!filter(r#"{"role":["hit"],"tags":["旧品"]}"#).matches(&tea()));
        assert!(!filter(r#"{"role":["hit"],"not":{"tags":["旧品"],"lang":["zh"]}}"#).matches(&tea()));
    }

    #[test]
    fn an_unknown_item_is_selected_by_ids_and_by_the_empty_filter_alone() {
        for (json, selected) in [
            ("{}", true),
            (r#"{"ids":["x"]}"#, true),
            (r#"{"ids":["y"]}"#, false),
            (r#"{"ids":["x"],"role":["hit"]}"#, false),
            (r#"{"not":{"ids":["x"]}}"#, false),
            (r#"{"not":{"role":["hit"]}}"#, true),
        ] {
            assert_eq!(filter(json).matches_unknown("x"), selected, "{json}");
        }
    }

    #[test]
    fn a_filter_round_trips_through_json() {
        let text = r#"{"ids":["a"],"tags":["t"],"category":["c"],"format":["f"],"source":["s"],"lang":["l"],"stage":["st"],"play":["p"],"role":["r"],"products":["q"],"facets":["n:v"],"not":{"ids":["b"]}}"#;
        assert_eq!(json(&filter(text)), text);
        assert_eq!(json(&filter("{}")), "{}");
    }

    #[test]
    fn errors_name_their_path() {
        for (json, path) in [
            (r#"[]"#, "only"),
            (r#"{"ids":[]}"#, "only.ids"),
            (r#"{"ids":"a"}"#, "only.ids"),
            (r#"{"tags":["a",""]}"#, "only.tags[1]"),
            (r#"{"facets":["south"]}"#, "only.facets[0]"),
            (r#"{"not":{"role":[]}}"#, "only.not.role"),
            (r#"{"not":{"not":{}}}"#, "only.not.not"),
            (r#"{"tag":["a"]}"#, "only.tag"),
        ] {
            let error = ItemFilter::read(Value::from_json(json, "").unwrap(), "only").unwrap_err();
            assert_eq!(error.path, path, "{json}");
        }
    }
}
