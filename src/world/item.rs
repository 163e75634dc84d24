//! Items: the pieces of content in the host's library.

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::id;
use crate::base::number::exp2;
use crate::base::order;
use crate::base::time::{self, Time};
use crate::base::value::builder::{builder, deserialize_by_read};
use crate::base::value::{self, Fields, Value};

use super::audience::AudienceRule;
use super::facet::{MAX_FACETS, Weighted};
use crate::base::text;

/// Maximum length of title and of text, in bytes.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Namespaces that have a field of their own and are refused under `facets`.
const OWN_FIELDS: [&str; 9] = ["tag", "category", "format", "source", "lang", "stage", "play", "role", "duration"];

/// Maximum duration in milliseconds, about 31 years.
const MAX_DURATION_MS: f64 = 1e12;

/// One piece of content. Serialises to the contract's JSON; of `text` only the terms are kept, under `facets.term`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Item {
    /// Id.
    pub id: String,
    /// Visible title; its terms are facets too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Tags with weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Weighted>,
    /// The host's own namespaces, and `term`.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_map")]
    pub facets: Vec<(String, Weighted)>,
    /// Category path: `beauty/serum` also counts for `beauty`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Format: `article`, `video`, `poster`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Author, account or column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Stage of the customer journey.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Referral campaign type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub play: Option<String>,
    /// Product role: traffic, hit, profit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Time to consume all of it, in milliseconds, 0 to 1e12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<f64>,
    /// Products that a conversion sells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub products: Option<Vec<String>>,
    /// Value of one conversion, 0 to 1e12; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Replenishment cycle: how long the product lasts, in days, 0.1 to 3650.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cycle_days: Option<f64>,
    /// Time of publication; not eligible before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Time>,
    /// Start of eligibility.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<Time>,
    /// End of eligibility.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
    /// Audience; few items have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Box<AudienceRule>>,
    /// Limits on the number of sendings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<Cap>,
    /// True if the item comes first wherever it is eligible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    /// True if the item is never shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// The host's own data; returned unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
    /// Number of terms of title and text left out because there were more than 256.
    #[serde(skip)]
    pub terms_left_out: usize,
}

/// A limit of `count` sendings of an item per user, per group or in total, within `hours` or ever.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Cap {
    /// Maximum number of sendings.
    pub count: u32,
    /// Scope of the count.
    pub per: CapPer,
    /// Window in hours before now; unlimited if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<f64>,
}

/// The scope of a cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CapPer {
    /// Sendings to the same user.
    User,
    /// Sendings to the same group.
    Group,
    /// All sendings.
    Total,
}

const SCOPES: [(&str, CapPer); 3] = [("user", CapPer::User), ("group", CapPer::Group), ("total", CapPer::Total)];

deserialize_by_read!(Item);

builder!(ItemBuilder of Item at "item":
    title "title", text "text", tags "tags", facets "facets", category "category", format "format", source "source",
    lang "lang", stage "stage", play "play", role "role", duration_ms "durationMs", products "products", value "value",
    published_at "publishedAt", starts_at "startsAt", expires_at "expiresAt", audience "audience", caps "caps",
    pinned "pinned", hidden "hidden", data "data",
);

impl Item {
    /// Starts an item with this id.
    ///
    /// ```
    /// use nextpick::{Item, Value};
    ///
    /// let cap = Value::record([("count", Value::from(1)), ("per", "user".into())]);
    /// let item = Item::builder("a").title("Tea").tags(["tea"]).caps([cap]).build()?;
    /// assert_eq!(item.tags.unwrap().0, [("tea".to_owned(), 1.0)]);
    ///
    /// let error = Item::builder("a").starts_at(20).expires_at(10).build().unwrap_err();
    /// assert_eq!(error.to_string(), "item.expiresAt: expected a time after startsAt (20), got 10");
    /// # Ok::<(), Box<nextpick::Error>>(())
    /// ```
    pub fn builder(id: impl Into<Value>) -> ItemBuilder {
        ItemBuilder::default().with("id", id)
    }

    /// Reads and checks all fields.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let title = fields.optional("title", long_text)?;
        let text = fields.optional("text", long_text)?;
        let mut facets = fields.or("facets", Vec::new(), own_facets)?;
        let terms_left_out = match facets.iter().any(|(namespace, _)| namespace == "term") {
            true => 0,
            false => add_terms(&mut facets, title.as_deref(), text.as_deref()),
        };
        order::sort_by(&mut facets, |a, b| a.0.cmp(&b.0));
        let item = Self {
            id: fields.required("id", id::id)?,
            title,
            tags: fields.optional("tags", Weighted::read)?,
            facets,
            category: fields.optional("category", id::id)?,
            format: fields.optional("format", id::id)?,
            source: fields.optional("source", id::id)?,
            lang: fields.optional("lang", id::id)?,
            stage: fields.optional("stage", id::id)?,
            play: fields.optional("play", id::id)?,
            role: fields.optional("role", id::id)?,
            duration_ms: fields.optional(
                "durationMs",
                value::number_that("milliseconds from 0 to 1000000000000", |ms| (0.0..=MAX_DURATION_MS).contains(&ms)),
            )?,
            products: fields.optional("products", |v, at| value::list(v, at, id::id))?,
            value: fields.optional(
                "value",
                value::number_that("a number from 0 to 1000000000000", |v| (0.0..=1e12).contains(&v)),
            )?,
            cycle_days: fields.optional(
                "cycleDays",
                value::number_that("days from 0.1 to 3650", |days| (0.1..=3650.0).contains(&days)),
            )?,
            published_at: fields.optional("publishedAt", time::time)?,
            starts_at: fields.optional("startsAt", time::time)?,
            expires_at: fields.optional("expiresAt", time::time)?,
            audience: fields.optional("audience", AudienceRule::read)?.map(Box::new),
            caps: fields.or("caps", Vec::new(), |v, at| value::list(v, at, Cap::read))?,
            pinned: fields.optional("pinned", value::boolean)?,
            hidden: fields.optional("hidden", value::boolean)?,
            data: fields.optional("data", value::anything)?,
            terms_left_out,
        };
        fields.check()?;
        if let (Some(start), Some(end)) = (item.starts_at, item.expires_at)
            && end <= start
        {
            return Err(Error::invalid(&fields.path("expiresAt"), format!("a time after startsAt ({start})"), end));
        }
        fields.finish()?;
        Ok(item)
    }

    /// Removes and returns the facets `term`.
    pub(super) fn take_terms(&mut self) -> Option<Weighted> {
        let position = self.facets.iter().position(|(namespace, _)| namespace == "term")?;
        Some(self.facets.remove(position).1)
    }

    /// Replaces the facets `term`.
    pub(super) fn put_terms(&mut self, terms: Weighted) {
        self.take_terms();
        self.terms_left_out = 0;
        self.facets.push(("term".to_owned(), terms));
        order::sort_by(&mut self.facets, |a, b| a.0.cmp(&b.0));
    }

    /// True if the facets `term` are those of the title alone.
    pub(super) fn has_terms_of_title(&self) -> bool {
        let mut of_title = Vec::new();
        add_terms(&mut of_title, self.title.as_deref(), None);
        self.facets.iter().filter(|(namespace, _)| namespace == "term").eq(&of_title)
    }

    /// Calls `found` with the name and weight of each facet, each once.
    pub fn each_facet(&self, mut found: impl FnMut(&str, f64)) {
        let mut name = String::new();
        let mut facet = |namespace: &str, label: &str, weight: f64| {
            name.clear();
            [namespace, ":", label].into_iter().for_each(|part| name.push_str(part));
            found(&name, weight);
        };
        self.tags.iter().flat_map(|tags| &tags.0).for_each(|(tag, weight)| facet("tag", tag, *weight));
        for path in self.category.iter() {
            let levels = path.match_indices('/').map(|(end, _)| &path[..end]).chain([path.as_str()]);
            levels.filter(|level| !level.is_empty()).for_each(|level| facet("category", level, 1.0));
        }
        let single = [
            ("format", &self.format),
            ("source", &self.source),
            ("lang", &self.lang),
            ("stage", &self.stage),
            ("play", &self.play),
            ("role", &self.role),
        ];
        single.into_iter().for_each(|(namespace, label)| label.iter().for_each(|label| facet(namespace, label, 1.0)));
        self.duration_ms.iter().for_each(|&ms| facet("duration", &duration_class(ms), 1.0));
        for (namespace, names) in &self.facets {
            names.0.iter().for_each(|(name, weight)| facet(namespace, name, *weight));
        }
    }
}

/// Returns the class of a duration, each √2 times as long as the one before: `31-44s`.
fn duration_class(ms: f64) -> String {
    let class = (2.0 * libm::log2(1.0 + ms / 1000.0)).floor();
    let seconds = |class: f64| (exp2(class / 2.0) - 1.0).round() as u64;
    [&seconds(class).to_string(), "-", &seconds(class + 1.0).to_string(), "s"].concat()
}

/// Adds the 256 heaviest terms of title and text; returns the number left out.
fn add_terms(facets: &mut Vec<(String, Weighted)>, title: Option<&str>, body: Option<&str>) -> usize {
    if title.is_none() && body.is_none() {
        return 0;
    }
    let whole = [title.unwrap_or(""), body.unwrap_or("")].join("\n");
    let mut terms = text::terms(&whole);
    let left_out = terms.len().saturating_sub(MAX_FACETS);
    if left_out > 0 {
        order::retain_smallest(&mut terms, MAX_FACETS, |a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    }
    if !terms.is_empty() {
        facets.push(("term".to_owned(), Weighted(terms)));
    }
    left_out
}

fn long_text(value: Value, path: &str) -> Result<String> {
    let text = value::text(value, path)?;
    match text.len() {
        0..=MAX_TEXT_BYTES => Ok(text),
        bytes => Err(Error::limit(path, format!("at most {MAX_TEXT_BYTES} bytes"), format!("{bytes} bytes"))),
    }
}

fn own_facets(value: Value, path: &str) -> Result<Vec<(String, Weighted)>> {
    let facets = value::entries(value, path, Weighted::read)?;
    for (namespace, _) in &facets {
        let at = || format!("{path}.{namespace}");
        if OWN_FIELDS.contains(&namespace.as_str()) {
            let field = match namespace.as_str() {
                "tag" => "tags",
                "duration" => "durationMs",
                same => same,
            };
            return Err(Error::invalid(&at(), format!("the item's field `{field}` for this namespace"), namespace));
        }
        if namespace.is_empty() || namespace.len() > 64 || namespace.contains(':') {
            return Err(Error::invalid(&at(), "a namespace of 1 to 64 bytes without `:`", value::quoted(namespace)));
        }
    }
    Ok(facets)
}

impl Cap {
    /// Reads a cap.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let cap = Self {
            count: fields.required("count", value::whole(1, 1_000_000_000))?,
            per: fields.required("per", |value, path| value::one_of(value, path, &SCOPES))?,
            hours: fields
                .optional("hours", value::number_that("hours above 0, at most 1000000", |h| h > 0.0 && h <= 1e6))?,
        };
        fields.finish()?;
        Ok(cap)
    }
}

fn as_map<S: serde::Serializer>(facets: &[(String, Weighted)], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_map(facets.iter().map(|(namespace, names)| (namespace, names)))
}

#[cfg(test)]
mod tests;
