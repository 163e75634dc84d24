//! Refusals of a request's items: counted by rule, and listed page by page for one rule.

use serde::Serialize;

use crate::base::error::Result;
use crate::base::sorted::SortedMap;
use crate::base::value::{self, Fields, Value};

use super::Recommender;
use super::decision::{RefusedItem, Silent};
use super::explain_item::Inquiry;
use super::request::{Options, Request};

/// Largest number of items of one page.
const MAX_PAGE: u32 = 1000;

/// Part of the refused items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalPage {
    /// The rule whose items are listed; none are by default.
    rule: Option<String>,
    /// Number of items before the first listed.
    offset: usize,
    /// Largest number of items listed, 1 to 1000; 100 by default.
    limit: usize,
}

impl RefusalPage {
    /// Reads `{ rule?, offset?, limit? }`.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let page = Self {
            rule: fields.optional("rule", value::text)?,
            offset: fields.or("offset", 0, value::whole(0, u32::MAX))? as usize,
            limit: fields.or("limit", 100, value::whole(1, MAX_PAGE))? as usize,
        };
        fields.finish()?;
        Ok(page)
    }
}

/// The refusals of a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Refusals {
    /// The rule that forbids sending anything; no item is examined then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent: Option<Silent>,
    /// Number of items that no rule refuses.
    pub candidates: usize,
    /// Number of items by the first rule that refuses them.
    pub counts: SortedMap<String, usize>,
    /// The page of the requested rule, in the order of the library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<RefusedItem>>,
}

impl Recommender {
    /// Counts the items refused for a request by the first rule that refuses them, and lists a page of the items that
    /// one rule refuses. Scores nothing.
    ///
    /// # Errors
    /// Those of [`Self::recommend`].
    pub fn refusals(&mut self, request: &Request, page: &RefusalPage) -> Result<Refusals> {
        let mut inquiry = Inquiry::default();
        let decision = self.decide(request, Options { explain: true, reasons: false }, Some(&mut inquiry))?;
        let refused = decision.refused.unwrap_or_default();
        let mut counts = SortedMap::default();
        for item in &refused {
            *counts.or_default(item.rule.clone()) += 1;
        }
        Ok(Refusals {
            silent: decision.silent,
            candidates: inquiry.candidates,
            counts,
            items: page.rule.as_ref().map(|rule| {
                let of_rule = refused.into_iter().filter(|refused| refused.rule == *rule);
                of_rule.skip(page.offset).take(page.limit).collect()
            }),
        })
    }
}
