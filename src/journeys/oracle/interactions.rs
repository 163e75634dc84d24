//! The interactions that count for a recipient, and conditions on them.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::entries::Entry;
use super::record::{at, days, find, has, is_true, list, names_kind, number, owned_text, text, time};
use super::{Community, To};

impl Community {
    /// True if a user opted out of profiling.
    pub(super) fn has_opted_out(&self, user: Option<&str>) -> bool {
        find(&self.users, user).is_some_and(|user| user["personalised"] == Json::Bool(false))
    }

    /// Returns all interactions; of several with one id the first.
    pub(super) fn observed(&self) -> Vec<&Json> {
        let mut ids = BTreeSet::new();
        self.log.iter().filter(|act| text(act, "id").is_none_or(|id| ids.insert(id))).collect()
    }

    /// Returns the interactions of a recipient up to `now`, by time, item, reference and kind. For a member, those
    /// outside of any group count for exits and conditions, and not for the trigger.
    pub(super) fn acts(&self, journey: &Json, to: &To, now: i64, is_for_trigger: bool) -> Vec<&Json> {
        let counts = |act: &&Json| {
            let (user, group) = (text(act, "user"), text(act, "group"));
            match text(journey, "subject") {
                Some("group") => {
                    group == to.1.as_deref() && (!self.has_opted_out(user) || is_true(journey, "transactional"))
                }
                Some("member") => {
                    user == to.0.as_deref() && (group == to.1.as_deref() || (group.is_none() && !is_for_trigger))
                }
                _ => user == to.0.as_deref(),
            }
        };
        let mut acts: Vec<&Json> = self.observed().into_iter().filter(|act| at(act) <= now).filter(counts).collect();
        acts.sort_by_key(|act| (at(act), text(act, "item"), text(act, "reference"), text(act, "kind")));
        acts
    }

    /// Whether an interaction has a kind and an item of a trigger or condition.
    pub(super) fn fits(&self, rule: &Json, act: &Json) -> bool {
        let selects_item = |filter: &Json| text(act, "item").is_some_and(|item| self.selects(filter, item));
        names_kind(rule, text(act, "kind")) && rule.get("items").is_none_or(selects_item)
    }

    fn selects(&self, filter: &Json, item: &str) -> bool {
        let category = find(&self.items, Some(item)).and_then(|record| text(record, "category"));
        let names = |field: &str, name| filter.get(field).is_none_or(|_| has(list(filter, field), name));
        names("ids", Some(item)) && names("category", category)
    }

    /// Returns the interactions up to a moment that count for exits and conditions: all but those that started the entry.
    pub(super) fn counted(&self, journey: &Json, to: &To, entry: &Entry, moment: i64, now: i64) -> Vec<&Json> {
        let triggers = self.acts(journey, to, now, true);
        let started_entry = |act: &&Json| {
            journey["trigger"]["type"] == "activity"
                && at(act) == entry.entered_at
                && self.fits(&journey["trigger"], act)
                && triggers.contains(act)
                && has_reference_of(journey, entry, act)
        };
        let mut acts = self.acts(journey, to, now, false);
        acts.retain(|act| at(act) <= moment && !started_entry(act));
        acts
    }

    /// True if a condition holds at a moment, over the interactions that count, from `start` on.
    pub(super) fn holds(&self, condition: &Json, acts: &[&Json], start: i64, moment: i64) -> bool {
        let window = number(condition, "withinDays").map(|count| moment - days(count));
        let selected = acts.iter().copied().filter(|act| self.fits(condition, act) && at(act) <= moment);
        let selected: Vec<&Json> = selected.collect();
        let is_counted = |act: &&&Json| window.map_or(at(act) >= start, |window| at(act) > window);
        let counted: Vec<&&Json> = selected.iter().filter(is_counted).collect();
        let value: f64 = counted.iter().map(|act| number(act, "value").unwrap_or(0.0)).sum();
        let on_days = selected.iter().filter(|act| window.is_none_or(|window| at(act) > window));
        let streak = self.streak(&on_days.map(|act| self.day(at(act))).collect(), moment);
        let has = |field: &str| condition.get(field).is_some();
        let only_maximum = has("maxCount") && !has("minValue") && !has("streakDays");
        let minimum = time(condition, "minCount").unwrap_or(if only_maximum { 0 } else { 1 });
        let count = counted.len() as i64;
        count >= minimum
            && time(condition, "maxCount").is_none_or(|maximum| count <= maximum)
            && number(condition, "minValue").is_none_or(|minimum| value >= minimum)
            && time(condition, "streakDays").is_none_or(|days| streak >= days)
    }

    /// Returns the number of days in a row up to the day of `moment`, or up to the day before it.
    fn streak(&self, on_days: &BTreeSet<i64>, moment: i64) -> i64 {
        let today = self.day(moment);
        let last = if on_days.contains(&today) { today } else { today - 1 };
        (0..).find(|before| !on_days.contains(&(last - before))).unwrap()
    }

    /// Returns the recipients of a journey: everybody whom a record, a member list, an interaction or a send names.
    pub fn recipients(&self, journey: &Json, now: i64) -> BTreeSet<To> {
        let named = |records: &[Json], field: &str| -> BTreeSet<String> {
            let named = self.observed().into_iter().chain(&self.sends).filter_map(|record| owned_text(record, field));
            named.chain(records.iter().filter_map(|record| owned_text(record, "id"))).collect()
        };
        let members_of = |group: &Json| -> Vec<(String, String)> {
            let users = list(group, "members").iter().filter_map(|member| owned_text(member, "user"));
            users.map(|user| (user, owned_text(group, "id").unwrap())).collect()
        };
        let members = self.groups.iter().flat_map(members_of);
        match text(journey, "subject") {
            Some("group") => named(&self.groups, "group").into_iter().map(|group| (None, Some(group))).collect(),
            Some("member") => {
                let acts = self.observed().into_iter().filter(|act| at(act) <= now);
                let active = acts.filter_map(|act| Some((owned_text(act, "user")?, owned_text(act, "group")?)));
                active.chain(members).map(|(user, group)| (Some(user), Some(group))).collect()
            }
            _ => {
                let users = named(&self.users, "user").into_iter().chain(members.map(|(user, _)| user));
                users.map(|user| (Some(user), None)).collect()
            }
        }
    }
}

/// Whether an interaction or send belongs to an entry by its reference; without entries per reference each does.
pub(super) fn has_reference_of(journey: &Json, entry: &Entry, record: &Json) -> bool {
    !is_true(journey, "perReference") || text(record, "reference") == entry.reference.as_deref()
}
