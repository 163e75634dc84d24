//! The end of an entry, and the state of each of its steps.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::entries::Entry;
use super::interactions::has_reference_of;
use super::record::{at, find, has, is_true, list, text, time};
use super::{Community, Exit, To};

impl Community {
    /// Returns the end of an entry, if it has ended by `moment`.
    pub(super) fn exit(&self, journey: &Json, to: &To, entry: &Entry, moment: i64, now: i64) -> Option<Exit> {
        let mut acts = self.counted(journey, to, entry, moment, now);
        acts.retain(|act| has_reference_of(journey, entry, act));
        let later = acts.iter().map(|act| at(act)).filter(|at| *at >= entry.start && *at <= moment);
        let moments: BTreeSet<i64> = later.chain([entry.start].into_iter().filter(|start| *start <= moment)).collect();
        let mut ends = Vec::new();
        for condition in list(journey, "exitWhen") {
            let first = moments.iter().find(|&&at| self.holds(condition, &acts, entry.start, at));
            ends.extend(first.map(|at| (*at, 0, "exit-condition")));
        }
        ends.extend(entry.end.map(|at| (at, 1, "reentered")));
        ends.extend(time(journey, "expiresAt").map(|at| (at.max(entry.start), 2, "expired")));
        if let Some((at, _, reason)) = ends.into_iter().filter(|(at, ..)| *at <= moment).min() {
            return Some((reason, Some(at)));
        }
        let members = find(&self.groups, to.1.as_deref()).and_then(|group| group.get("members")?.as_array());
        if let (Some("member"), Some(members)) = (text(journey, "subject"), members)
            && !members.iter().any(|member| text(member, "user") == to.0.as_deref())
        {
            return Some(("left-group", None));
        }
        let has_opted_out = self.has_opted_out(to.0.as_deref()) && !is_true(journey, "transactional");
        has_opted_out.then_some(("opted-out", None))
    }

    /// Returns the time of a step's first send in an entry.
    pub(super) fn sent_at(&self, journey: &Json, to: &To, entry: &Entry, step: &Json) -> Option<i64> {
        let is_own = |send: &&Json| {
            let is_within = at(send) >= entry.start && entry.end.is_none_or(|end| at(send) < end);
            let is_for_group = text(journey, "subject") == Some("member") || to.0.is_none();
            send["journey"] == journey["id"]
                && send["step"] == step["id"]
                && text(send, "user") == to.0.as_deref()
                && (!is_for_group || text(send, "group") == to.1.as_deref())
                && has_reference_of(journey, entry, send)
                && (is_within || time(send, "enteredAt") == Some(entry.entered_at))
        };
        self.sends.iter().filter(is_own).map(at).min()
    }

    /// Returns state and rule of a step at a moment: the first line that applies.
    pub(super) fn state(
        &self,
        journey: &Json,
        to: &To,
        entry: &Entry,
        step: usize,
        moment: i64,
        now: i64,
    ) -> (&'static str, Option<&'static str>) {
        let steps = list(journey, "steps");
        if self.sent_at(journey, to, entry, &steps[step]).is_some() {
            return ("sent", None);
        }
        if steps[step + 1..].iter().any(|later| self.sent_at(journey, to, entry, later).is_some()) {
            return ("superseded", None);
        }
        let (due, end) = match self.window(journey, &steps[step], entry) {
            Ok(window) => window,
            Err(rule) => return ("skipped", Some(rule)),
        };
        if moment < entry.start || self.exit(journey, to, entry, moment, now).is_some() {
            return ("exited", None);
        }
        if moment < due {
            return ("waiting", None);
        }
        if moment >= end {
            return ("missed", None);
        }
        let acts = self.counted(journey, to, entry, moment, now);
        if !list(&steps[step], "conditions").iter().all(|condition| self.holds(condition, &acts, entry.start, moment)) {
            return ("waiting", Some("step.conditions"));
        }
        if !admits(journey.get("audience"), to) || !admits(steps[step].get("audience"), to) {
            return ("waiting", Some("step.audience"));
        }
        let is_due = |later: usize| self.state(journey, to, entry, later, moment, now).0 == "due";
        if (step + 1..steps.len()).any(is_due) {
            return ("superseded", None);
        }
        ("due", None)
    }
}

fn admits(audience: Option<&Json>, to: &To) -> bool {
    let fits = |lists: &Json, is_wanted: bool| {
        let fits = |field: &str, id: &Option<String>| {
            lists.get(field).is_none_or(|_| has(list(lists, field), id.as_deref()) == is_wanted)
        };
        fits("users", &to.0) && fits("groups", &to.1)
    };
    audience.is_none_or(|audience| fits(audience, true) && audience.get("not").is_none_or(|not| fits(not, false)))
}
