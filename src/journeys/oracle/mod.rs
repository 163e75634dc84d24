//! The naive oracle of journeys: evaluates each entry and step directly on the host's records, as the guide describes
//! them, without an index, an order of arrival or a calendar of the crate. For tests only.

mod calendar;
mod entries;
mod interactions;
mod record;
mod states;

use std::collections::BTreeSet;

use serde_json::Value as Json;

use record::{list, owned_text};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The age up to which entries that ended by re-entry are listed.
const LISTED: i64 = 400 * DAY;

/// A community with its log, the accepted sends of steps and the operator's settings.
#[derive(Debug, Clone, Default)]
pub struct Community {
    pub offset_minutes: i64,
    pub journeys: Vec<Json>,
    pub active_kinds: Vec<String>,
    pub items: Vec<Json>,
    pub users: Vec<Json>,
    pub groups: Vec<Json>,
    pub log: Vec<Json>,
    pub sends: Vec<Json>,
}

/// A recipient: user, group.
pub type To = (Option<String>, Option<String>);

/// The end of an entry: reason, and time if it is known.
pub type Exit = (&'static str, Option<i64>);

/// One step of one entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepFacts {
    pub due_at: Option<i64>,
    pub ends_at: Option<i64>,
    pub state: &'static str,
    pub sent_at: Option<i64>,
    pub rule: Option<&'static str>,
}

/// One entry with its steps.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryFacts {
    pub entered_at: i64,
    pub reference: Option<String>,
    pub exit: Option<Exit>,
    pub steps: Vec<StepFacts>,
}

/// A step that is due: recipient, journey, step, entry, reference, window.
pub type Due = (To, String, String, i64, Option<String>, i64, i64);

impl Community {
    /// Returns the entries of a recipient, the latest first.
    pub fn status(&self, journey: &Json, to: &To, now: i64) -> Vec<EntryFacts> {
        let mut found: Vec<(i64, EntryFacts)> = Vec::new();
        for entry in self.entries(journey, to, now, now) {
            if entry.end.is_some_and(|end| end <= now) && entry.entered_at < now - LISTED {
                continue;
            }
            let steps = 0..list(journey, "steps").len();
            let facts = EntryFacts {
                entered_at: entry.entered_at,
                reference: entry.reference.clone(),
                exit: self.exit(journey, to, &entry, now, now),
                steps: steps.map(|step| self.step_facts(journey, to, &entry, step, now)).collect(),
            };
            found.push((-entry.start, facts));
        }
        found.sort_by_key(|(start, facts)| (*start, facts.reference.clone()));
        found.into_iter().map(|(_, facts)| facts).collect()
    }

    fn step_facts(&self, journey: &Json, to: &To, entry: &entries::Entry, step: usize, now: i64) -> StepFacts {
        let record = &list(journey, "steps")[step];
        let window = self.window(journey, record, entry).ok();
        let (state, rule) = self.state(journey, to, entry, step, now, now);
        // A missed step has the rule of its last moment.
        let last = window.filter(|_| state == "missed").map(|(_, end)| end - 1);
        let rule = match last.map(|last| self.state(journey, to, entry, step, last, now)) {
            Some(("superseded", _)) => Some("step.superseded"),
            Some((_, rule)) => rule,
            None => rule,
        };
        StepFacts {
            due_at: window.map(|window| window.0),
            ends_at: window.map(|window| window.1),
            state,
            sent_at: self.sent_at(journey, to, entry, record),
            rule,
        }
    }

    /// Returns the steps that are due at `now`, and those that come due up to `until` if nothing else happens.
    pub fn due_steps(&self, now: i64, until: i64) -> BTreeSet<Due> {
        let mut found = BTreeSet::new();
        for journey in &self.journeys {
            for to in self.recipients(journey, now) {
                for entry in self.entries(journey, &to, now, until) {
                    for (n, step) in list(journey, "steps").iter().enumerate() {
                        let Ok((due, end)) = self.window(journey, step, &entry) else { continue };
                        let moment = due.max(now);
                        // A step whose window has ended is not due; its state need not be asked for.
                        if moment > until || moment >= end {
                            continue;
                        }
                        if self.state(journey, &to, &entry, n, moment, now).0 == "due" {
                            let id = |record: &Json| owned_text(record, "id").unwrap();
                            let reference = entry.reference.clone();
                            found.insert((to.clone(), id(journey), id(step), entry.entered_at, reference, due, end));
                        }
                    }
                }
            }
        }
        found
    }
}
