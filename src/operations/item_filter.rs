//! Item filters: a selection of items by their metadata, used by rules, quotas, journeys, experiments and requests.

use serde::Serialize;

use crate::base::digest::Digest;
use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::value::{self, Fields, Value, json};
use crate::world::consent::facet_name;
use crate::world::item::Item;

/// A selection of items. An item matches if at least one entry of each given list fits it, and no list of `not` does.
/// Without any list it matches every item. Serialises to the contract's JSON.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ItemFilter {
    /// Lists that must all match.
    #[serde(flatten)]
    pub only: ItemLists,
    /// Lists of which none may match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<ItemLists>,
}

/// Lists of names, each compared with the item field of the same name.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct ItemLists {
    /// Item ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<String>>,
    /// Tags.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Category paths; `tea` also matches `tea/green`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Vec<String>>,
    /// Formats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Vec<String>>,
    /// Authors, accounts or columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Vec<String>>,
    /// Languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<Vec<String>>,
    /// Stages of the customer lifecycle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Vec<String>>,
    /// Campaign mechanics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub play: Option<Vec<String>>,
    /// Product roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Vec<String>>,
    /// Products that a conversion sells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub products: Option<Vec<String>>,
    /// Facets by their full name: `region:south`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<Vec<String>>,
}

impl ItemFilter {
    /// Reads and checks all lists.
    ///
    /// # Errors
    /// An error with the path of the list or name that breaks a rule. An empty list is refused.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let only = ItemLists::read(&mut fields)?;
        let not = fields.optional("not", |value, path| {
            let mut fields = Fields::of(value, path)?;
            let not = ItemLists::read(&mut fields)?;
            fields.finish()?;
            Ok(not)
        })?;
        fields.finish()?;
        Ok(Self { only, not })
    }

    /// Whether the item is selected.
    pub fn matches(&self, item: &Item) -> bool {
        self.selects(&item.id, Some(item))
    }

    /// Whether an item without a record is selected: it has nothing but its id.
    pub fn matches_unknown(&self, id: &str) -> bool {
        self.selects(id, None)
    }

    fn selects(&self, id: &str, item: Option<&Item>) -> bool {
        self.only.all_given(id, item, |fits| fits)
            && self.not.as_ref().is_none_or(|not| not.all_given(id, item, |fits| !fits))
    }

    /// Adds the filter to a digest.
    pub fn digest(&self, digest: Digest) -> Digest {
        digest.text(&json(self))
    }
}

impl ItemLists {
    fn read(fields: &mut Fields) -> Result<Self> {
        Ok(Self {
            ids: fields.optional("ids", names)?,
            tags: fields.optional("tags", names)?,
            category: fields.optional("category", names)?,
            format: fields.optional("format", names)?,
            source: fields.optional("source", names)?,
            lang: fields.optional("lang", names)?,
            stage: fields.optional("stage", names)?,
            play: fields.optional("play", names)?,
            role: fields.optional("role", names)?,
            products: fields.optional("products", names)?,
            facets: fields.optional("facets", |value, path| list_of(value, path, facet_name))?,
        })
    }

    /// Whether `holds` accepts the result of every given list.
    fn all_given(&self, id: &str, item: Option<&Item>, holds: impl Fn(bool) -> bool) -> bool {
        let given = |list: &Option<Vec<String>>, fits: &dyn Fn(&Item, &str) -> bool| {
            let fits = |name: &String| item.is_some_and(|item| fits(item, name));
            list.as_ref().is_none_or(|names| holds(names.iter().any(fits)))
        };
        let is = |field: &Option<String>, name: &str| field.as_deref() == Some(name);
        self.ids.as_ref().is_none_or(|ids| holds(ids.iter().any(|one| one == id)))
            && given(&self.tags, &|item, tag| item.tags.iter().flat_map(|tags| &tags.0).any(|(name, _)| name == tag))
            && given(&self.category, &|item, path| item.category.as_ref().is_some_and(|own| is_within(own, path)))
            && given(&self.format, &|item, name| is(&item.format, name))
            && given(&self.source, &|item, name| is(&item.source, name))
            && given(&self.lang, &|item, name| is(&item.lang, name))
            && given(&self.stage, &|item, name| is(&item.stage, name))
            && given(&self.play, &|item, name| is(&item.play, name))
            && given(&self.role, &|item, name| is(&item.role, name))
            && given(&self.products, &|item, name| item.products.iter().flatten().any(|product| product == name))
            && given(&self.facets, &has_facet)
    }
}

/// Whether a category path is `path` or below it.
fn is_within(category: &str, path: &str) -> bool {
    category.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn has_facet(item: &Item, facet: &str) -> bool {
    let mut found = false;
    item.each_facet(|name, _| found |= name == facet);
    found
}

/// Reads a list of at least one name.
fn names(value: Value, path: &str) -> Result<Vec<String>> {
    list_of(value, path, id::id)
}

fn list_of(value: Value, path: &str, read: impl Fn(Value, &str) -> Result<String>) -> Result<Vec<String>> {
    let names = value::list(value, path, read)?;
    match names.is_empty() {
        true => Err(Error::invalid(path, "at least one name (leave the list out to select all)", "an empty list")),
        false => Ok(names),
    }
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
