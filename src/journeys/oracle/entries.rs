//! Entries of a journey, and the windows of their steps.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::calendar::date_of;
use super::record::{at, days, find, is_true, list, names_kind, number, owned_text, text, time};
use super::{Community, DAY, HOUR, MINUTE, To};

/// An entry before it is evaluated.
#[derive(Debug, Clone)]
pub struct Entry {
    pub entered_at: i64,
    /// The moment from which everything is counted.
    pub start: i64,
    /// Start of the entry that replaced it.
    pub end: Option<i64>,
    pub reference: Option<String>,
    /// The item of the trigger event.
    pub item: Option<String>,
}

impl Entry {
    fn plain(entered_at: i64, start: i64) -> Self {
        Self { entered_at, start, end: None, reference: None, item: None }
    }
}

impl Community {
    /// Returns the moment from which an entry is active: the time of entry, or the begin of the day on which the first
    /// step before a date may be due.
    pub fn start_of(&self, journey: &Json, entered_at: i64) -> i64 {
        let lead = lead(journey);
        if lead == 0 { entered_at } else { self.midnight(self.day(entered_at - lead)) }
    }

    /// Returns all entries that have started by `until`, in order; those of each reference on their own.
    pub(super) fn entries(&self, journey: &Json, to: &To, now: i64, until: i64) -> Vec<Entry> {
        let earliest = time(journey, "startsAt").unwrap_or(i64::MIN);
        let mut chains: Vec<Vec<Entry>> = match text(&journey["trigger"], "type") {
            Some("activity") => self.activity_entries(journey, to, now, earliest),
            _ => {
                let plain = |at| Entry::plain(at, self.start_of(journey, at));
                let mut chain: Vec<Entry> = self.moments(journey, to, now, until).into_iter().map(plain).collect();
                chain.retain(|entry| entry.start <= until && entry.entered_at >= earliest);
                vec![chain]
            }
        };
        for chain in &mut chains {
            for n in 1..chain.len() {
                chain[n - 1].end = Some(chain[n].start);
            }
        }
        chains.concat()
    }

    /// Returns the entries by trigger events, a chain per reference.
    fn activity_entries(&self, journey: &Json, to: &To, now: i64, earliest: i64) -> Vec<Vec<Entry>> {
        let acts = self.acts(journey, to, now, true);
        let of_record = self.stand_in(journey, to, &acts).filter(|at| *at <= now);
        let mut found: Vec<Entry> = of_record.into_iter().map(|at| Entry::plain(at, at)).collect();
        for act in acts.iter().filter(|act| self.fits(&journey["trigger"], act)) {
            let reference = owned_text(act, "reference").filter(|_| is_true(journey, "perReference"));
            let item = owned_text(act, "item");
            found.push(Entry { reference, item, ..Entry::plain(at(act), at(act)) });
        }
        found.retain(|entry| entry.entered_at >= earliest);
        // A stand-in has no item: it comes before interactions at the same time.
        found.sort_by_key(|entry| entry.entered_at);
        let spacing = number(&journey["reentry"], "afterDays").map(days);
        let mut chains: BTreeMap<Option<String>, Vec<Entry>> = BTreeMap::new();
        for entry in found {
            let chain = chains.entry(entry.reference.clone()).or_default();
            match chain.last_mut() {
                None => chain.push(entry),
                Some(last) if last.entered_at == entry.entered_at => *last = entry,
                Some(_) if journey["reentry"] == "always" => chain.push(entry),
                Some(last) if spacing.is_some_and(|spacing| entry.entered_at - last.entered_at >= spacing) => {
                    chain.push(entry)
                }
                Some(_) => {}
            }
        }
        chains.into_values().collect()
    }

    /// Returns the moments at which a journey without trigger events is entered, ascending.
    fn moments(&self, journey: &Json, to: &To, now: i64, until: i64) -> Vec<i64> {
        let trigger = &journey["trigger"];
        match trigger["type"].as_str().unwrap() {
            "inactivity" => {
                let is_active = |act: &&Json| self.active_kinds.iter().any(|kind| Some(&**kind) == text(act, "kind"));
                let last = self.acts(journey, to, now, true).into_iter().filter(is_active).map(at).max();
                last.map(|at| at + days(number(trigger, "days").unwrap())).into_iter().collect()
            }
            "date" => {
                let record = match &to.0 {
                    Some(user) => find(&self.users, Some(user)),
                    None => find(&self.groups, to.1.as_deref()),
                };
                let value = record.map(|record| &record["attributes"][text(trigger, "attribute").unwrap()]);
                value.map_or(Vec::new(), |value| self.occurrences(value))
            }
            _ => {
                // Every day since long before the log, of which the period's first ones are kept.
                let is_first = |day: &i64| match trigger["every"].as_str().unwrap() {
                    "day" => true,
                    "week" => self.weekday(self.midnight(*day)) == 1,
                    _ => date_of(*day).2 == 1,
                };
                (self.day(now) - 450..=self.day(until)).filter(is_first).map(|day| self.midnight(day)).collect()
            }
        }
    }

    /// Returns the moments of a date attribute: a number is one moment, a text a date in each year.
    fn occurrences(&self, value: &Json) -> Vec<i64> {
        if let Some(at) = value.as_f64() {
            return vec![at as i64];
        }
        let parts: Vec<&str> = value.as_str().unwrap_or_default().split('-').collect();
        let parsed = |part: &str| part.parse().unwrap();
        match parts[..] {
            [year, month, day] => self.midnights_of(parsed(year), parsed(month), parsed(day)),
            [month, day] => self.midnights_of(0, parsed(month), parsed(day)),
            _ => Vec::new(),
        }
    }

    /// Returns the time in a record that stands for an interaction of kind `joined` or `created`, unless the log has one.
    fn stand_in(&self, journey: &Json, to: &To, acts: &[&Json]) -> Option<i64> {
        let group = find(&self.groups, to.1.as_deref());
        let (kind, at) = match text(journey, "subject") {
            Some("group") => ("created", group.and_then(|group| time(group, "createdAt"))),
            Some("member") => {
                let mut members = group.map_or(&[][..], |group| list(group, "members")).iter();
                let member = members.find(|member| text(member, "user") == to.0.as_deref());
                ("joined", member.and_then(|member| time(member, "joinedAt")))
            }
            _ => ("joined", find(&self.users, to.0.as_deref()).and_then(|user| time(user, "joinedAt"))),
        };
        let is_logged = acts.iter().any(|act| text(act, "kind") == Some(kind));
        at.filter(|_| names_kind(&journey["trigger"], Some(kind)) && !is_logged)
    }

    /// Returns the window of a step; else the rule that skips it.
    pub(super) fn window(&self, journey: &Json, step: &Json, entry: &Entry) -> Result<(i64, i64), &'static str> {
        let offset = &step["offset"];
        let offset_days = number(offset, "days").unwrap_or(0.0);
        let mut sum = offset_days * DAY as f64 + number(offset, "hours").unwrap_or(0.0) * HOUR as f64;
        if let Some(cycles) = number(offset, "cycles") {
            let item = entry.item.as_deref().and_then(|item| find(&self.items, Some(item)));
            sum += cycles * item.and_then(|item| number(item, "cycleDays")).ok_or("no-cycle")? * DAY as f64;
        }
        let x = entry.entered_at + sum.round() as i64;
        let is_date = journey["trigger"]["type"] == "date";
        if x < entry.entered_at && !is_date {
            return Err("before-entry");
        }
        let mut due = x;
        if let Some(time) = text(step, "time") {
            let (hours, minutes) = time.split_once(':').unwrap();
            let [hours, minutes]: [i64; 2] = [hours, minutes].map(|part| part.parse().unwrap());
            due = self.midnight(self.day(x)) + hours * HOUR + minutes * MINUTE;
            let is_too_early = match number(offset, "hours") {
                Some(_) => due < x,
                None => !(offset_days < 0.0 && is_date) && due < entry.entered_at,
            };
            due += if is_too_early { DAY } else { 0 };
        }
        let weekdays = list(step, "weekdays");
        while !weekdays.is_empty() && !weekdays.contains(&Json::from(self.weekday(due))) {
            due += DAY;
        }
        let hours = number(step, "windowHours").unwrap_or(24.0);
        Ok((due, due + (hours * HOUR as f64).round() as i64))
    }
}

/// Returns the time by which the earliest step of a journey precedes its date, ms.
fn lead(journey: &Json) -> i64 {
    if journey["trigger"]["type"] != "date" {
        return 0;
    }
    let before = list(journey, "steps").iter().map(|step| -number(&step["offset"], "days").unwrap_or(0.0));
    days(before.fold(0.0, f64::max))
}
