//! Sends, interactions, validity and restrictions of each item.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::base::error::Result;
use crate::base::index::ItemIndex;
use crate::base::sorted::SortedMap;
use crate::base::time::{self, Time};
use crate::base::value::{Fields, Value};
use crate::eligibility::{RuleContext, RuleName, closed_to_all};
use crate::features::FamilySet;
use crate::memory::StateView;
use crate::operations::item_filter::ItemFilter;
use crate::world::occasion::Occasion;
use crate::world::recipient::Recipient;

use super::Recommender;

/// A request for the status of items.
#[derive(Debug, Clone, PartialEq)]
pub struct ContentStatusRequest {
    now: Time,
    items: Option<ItemFilter>,
}

impl ContentStatusRequest {
    /// Reads `{ now, items? }`.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let request =
            Self { now: fields.required("now", time::time)?, items: fields.optional("items", ItemFilter::read)? };
        fields.finish()?;
        Ok(request)
    }
}

/// The status of one item.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContentStatus {
    /// Item id.
    item: String,
    /// Number of sends up to now.
    sent: usize,
    /// Number of interactions up to now, by kind.
    counts: SortedMap<Arc<str>, u64>,
    /// Time of the last send.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_sent_at: Option<Time>,
    /// End of validity.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Time>,
    /// The first rule that keeps it from everybody now.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// End of that rule, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Time>,
}

impl Recommender {
    /// Returns the status of the items of the library, or of the items that a filter selects, in the order of the
    /// library.
    pub fn content_status(&mut self, request: &ContentStatusRequest) -> Vec<ContentStatus> {
        self.clock.advance(request.now);
        self.engine.advance(request.now);
        self.refresh_operations();
        let Self { config, engine, operations, .. } = self;
        let view = engine.at(request.now, FamilySet::default());
        let StateView { world, memory, .. } = view.state;
        let context = RuleContext {
            state: view.state,
            rules: &config.rules,
            availability: view.availability,
            addressee: Recipient::default(),
            occasion: Occasion::Push,
            tier: None,
            restrictions: &[],
            horizon: request.now,
            contacts_until: request.now,
            only: None,
            exclude: &[],
        };
        let is_past = |at: &&Time| **at <= request.now;
        let mut counts = self::counts(view.state, request.now);
        let status = |(number, entry): (ItemIndex, &crate::world::library::Entry)| {
            let sent = memory.exposure.of_item(number);
            let closed = closed_to_all(&context, number).map(|refusal| (refusal.rule, refusal.until));
            let full = || operations.as_ref()?.full_for_all(memory, number, request.now);
            let (rule, until) = closed.or_else(|| full().map(|rule| (RuleName::Given(rule.into()), None))).unzip();
            ContentStatus {
                item: entry.item.id.clone(),
                sent: sent.iter().filter(is_past).count(),
                counts: counts.remove(&number).unwrap_or_default(),
                last_sent_at: sent.iter().rfind(is_past).copied(),
                expires_at: entry.item.expires_at,
                rule: rule.map(|rule| rule.as_str().to_owned()),
                until: until.flatten(),
            }
        };
        let is_asked = |entry: &crate::world::library::Entry| {
            request.items.as_ref().is_none_or(|filter| filter.matches(&entry.item))
        };
        world.library.iter().filter(|(_, entry)| is_asked(entry)).map(status).collect()
    }
}

/// Counts the interactions up to a time by item and kind.
fn counts(state: StateView, now: Time) -> FxHashMap<ItemIndex, SortedMap<Arc<str>, u64>> {
    let mut counts: FxHashMap<ItemIndex, SortedMap<Arc<str>, u64>> = FxHashMap::default();
    for history in state.memory.subjects().filter_map(|subject| state.memory.history(subject)) {
        for event in history.events().iter().filter(|event| event.at <= now) {
            let Some(item) = event.item() else { continue };
            *counts.entry(item).or_default().or_default(state.world.kinds.shared_name(event.kind)) += 1;
        }
    }
    counts
}
