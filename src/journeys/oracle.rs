//! The naive oracle of journeys: evaluates each entry and step directly on the host's records, as the guide describes
//! them, without an index, an order of arrival or a calendar of the crate. For tests only.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

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
    pub exit: Option<(&'static str, Option<i64>)>,
    pub steps: Vec<StepFacts>,
}

/// A step that is due: recipient, journey, step, entry, reference, window.
pub type Due = (To, String, String, i64, Option<String>, i64, i64);

/// An entry before it is evaluated.
#[derive(Debug, Clone)]
struct Entry {
    entered_at: i64,
    start: i64,
    end: Option<i64>,
    reference: Option<String>,
    item: Option<String>,
}

fn text<'a>(record: &'a Json, field: &str) -> Option<&'a str> {
    record.get(field).and_then(Json::as_str)
}
fn time(record: &Json, field: &str) -> Option<i64> {
    record.get(field).and_then(Json::as_i64)
}
fn number(record: &Json, field: &str) -> Option<f64> {
    record.get(field).and_then(Json::as_f64)
}
fn list(record: &Json, field: &str) -> Vec<Json> {
    record.get(field).and_then(Json::as_array).cloned().unwrap_or_default()
}
fn has(names: &[Json], name: Option<&str>) -> bool {
    names.iter().any(|one| one.as_str() == name && name.is_some())
}
/// One kind or several.
fn kinds(record: &Json) -> Vec<Json> {
    record["kind"].as_array().cloned().unwrap_or_else(|| vec![record["kind"].clone()])
}

/// Year, month and day of a day since 1970, by counting years and months.
fn date_of(mut day: i64) -> (i64, i64, i64) {
    let mut year = 1970;
    while day < 0 {
        year -= 1;
        day += days_of(year);
    }
    while day >= days_of(year) {
        day -= days_of(year);
        year += 1;
    }
    let mut month = 1;
    while day >= length_of(year, month) {
        day -= length_of(year, month);
        month += 1;
    }
    (year, month, day + 1)
}
fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}
fn days_of(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}
fn length_of(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Community {
    fn day(&self, at: i64) -> i64 {
        (at + self.offset_minutes * MINUTE).div_euclid(DAY)
    }
    fn midnight(&self, day: i64) -> i64 {
        day * DAY - self.offset_minutes * MINUTE
    }
    /// 1 Monday – 7 Sunday; day 0 was a Thursday.
    fn weekday(&self, at: i64) -> i64 {
        (self.day(at) + 3).rem_euclid(7) + 1
    }

    fn record<'a>(records: &'a [Json], id: Option<&str>) -> Option<&'a Json> {
        records.iter().find(|record| text(record, "id") == id)
    }
    fn opted_out(&self, user: Option<&str>) -> bool {
        Self::record(&self.users, user).is_some_and(|user| user["personalised"] == Json::Bool(false))
    }

    /// All interactions, each id once.
    fn observed(&self) -> Vec<&Json> {
        let mut ids = BTreeSet::new();
        self.log.iter().filter(|act| text(act, "id").is_none_or(|id| ids.insert(id.to_owned()))).collect()
    }

    /// The interactions of a recipient up to `now`, each id once, by time, item, reference and kind.
    fn acts(&self, journey: &Json, to: &To, now: i64, for_trigger: bool) -> Vec<Json> {
        let mut acts: Vec<Json> = Vec::new();
        for act in self.observed().into_iter().filter(|act| time(act, "at").unwrap() <= now) {
            let (user, group) = (text(act, "user"), text(act, "group"));
            let counts = match journey.get("subject").and_then(Json::as_str) {
                Some("group") => {
                    let is_shown = !self.opted_out(user) || journey["transactional"] == Json::Bool(true);
                    group == to.1.as_deref() && is_shown
                }
                Some("member") => {
                    user == to.0.as_deref() && (group == to.1.as_deref() || (group.is_none() && !for_trigger))
                }
                _ => user == to.0.as_deref(),
            };
            if counts {
                acts.push(act.clone());
            }
        }
        acts.sort_by_key(|act| {
            let name = |field: &str| text(act, field).map(str::to_owned);
            (time(act, "at"), name("item"), name("reference"), name("kind"))
        });
        acts
    }

    fn selects(&self, filter: Option<&Json>, item: Option<&str>) -> bool {
        let Some(filter) = filter else { return true };
        let Some(item) = item else { return false };
        let record = Self::record(&self.items, Some(item));
        let ids = filter.get("ids").is_none_or(|ids| has(ids.as_array().unwrap(), Some(item)));
        let category = filter.get("category").is_none_or(|category| {
            has(category.as_array().unwrap(), record.and_then(|record| text(record, "category")))
        });
        ids && category
    }
    /// Whether an interaction has the kinds and items of a trigger or condition.
    fn fits(&self, rule: &Json, act: &Json) -> bool {
        has(&kinds(rule), text(act, "kind")) && self.selects(rule.get("items"), text(act, "item"))
    }

    /// The begin of the day on which an entry's first step may be due, or the time of entry without steps before it.
    pub fn start_of(&self, journey: &Json, entered_at: i64) -> i64 {
        let lead = Self::lead(journey);
        if lead == 0 { entered_at } else { self.midnight(self.day(entered_at - lead)) }
    }

    /// The time by which the earliest step of a journey precedes its date.
    fn lead(journey: &Json) -> i64 {
        if journey["trigger"]["type"] != "date" {
            return 0;
        }
        let days = list(journey, "steps")
            .iter()
            .map(|step| -number(&step["offset"], "days").unwrap_or(0.0))
            .fold(0.0, f64::max);
        (days * DAY as f64).round() as i64
    }

    /// All entries that have started by `until`, in order; those of each reference on their own.
    fn entries(&self, journey: &Json, to: &To, now: i64, until: i64) -> Vec<Entry> {
        let trigger = &journey["trigger"];
        let earliest = time(journey, "startsAt").unwrap_or(i64::MIN);
        let acts = self.acts(journey, to, now, true);
        let mut chains: BTreeMap<Option<String>, Vec<Entry>> = BTreeMap::new();
        let start_of = |at: i64| self.start_of(journey, at);
        let plain = |at: i64| Entry { entered_at: at, start: start_of(at), end: None, reference: None, item: None };
        match trigger["type"].as_str().unwrap() {
            "activity" => {
                let mut found: Vec<(i64, Option<String>, Option<String>)> = Vec::new();
                found.extend(self.stand_in(journey, to, &acts).filter(|at| *at <= now).map(|at| (at, None, None)));
                for act in acts.iter().filter(|act| self.fits(trigger, act)) {
                    let name = |field: &str| text(act, field).map(str::to_owned);
                    found.push((time(act, "at").unwrap(), name("reference"), name("item")));
                }
                found.retain(|(at, ..)| *at >= earliest);
                // A stand-in has no item: it comes before interactions at the same time.
                found.sort_by_key(|(at, ..)| *at);
                for (at, reference, item) in found {
                    let reference = reference.filter(|_| journey["perReference"] == Json::Bool(true));
                    let chain = chains.entry(reference.clone()).or_default();
                    let entry = Entry { entered_at: at, start: at, end: None, reference, item };
                    let spacing =
                        number(&journey["reentry"], "afterDays").map(|days| (days * DAY as f64).round() as i64);
                    match chain.last_mut() {
                        None => chain.push(entry),
                        Some(last) if last.entered_at == at => *last = entry,
                        Some(_) if journey["reentry"] == "always" => chain.push(entry),
                        Some(last) if spacing.is_some_and(|spacing| at - last.entered_at >= spacing) => {
                            chain.push(entry)
                        }
                        Some(_) => {}
                    }
                }
            }
            "inactivity" => {
                let active =
                    |act: &&Json| self.active_kinds.iter().any(|kind| Some(kind.as_str()) == text(act, "kind"));
                let last = acts.iter().filter(active).filter_map(|act| time(act, "at")).max();
                let at = last.map(|at| at + (number(trigger, "days").unwrap() * DAY as f64).round() as i64);
                chains.insert(None, at.filter(|at| *at <= until && *at >= earliest).map(plain).into_iter().collect());
            }
            "date" => {
                let record = match &to.0 {
                    Some(user) => Self::record(&self.users, Some(user)),
                    None => Self::record(&self.groups, to.1.as_deref()),
                };
                let value = record.map(|record| &record["attributes"][text(trigger, "attribute").unwrap()]);
                let mut dates = value.map_or(Vec::new(), |value| self.occurrences(value));
                dates.retain(|date| start_of(*date) <= until && *date >= earliest);
                chains.insert(None, dates.into_iter().map(plain).collect());
            }
            _ => {
                // Every day since long before the log, of which the period's first ones are kept.
                let is_first = |day: &i64| match trigger["every"].as_str().unwrap() {
                    "day" => true,
                    "week" => self.weekday(self.midnight(*day)) == 1,
                    _ => date_of(*day).2 == 1,
                };
                let days = (self.day(now) - 450..=self.day(until)).filter(is_first).map(|day| self.midnight(day));
                chains.insert(None, days.filter(|at| *at <= until && *at >= earliest).map(plain).collect());
            }
        }
        for chain in chains.values_mut() {
            for n in 1..chain.len() {
                chain[n - 1].end = Some(chain[n].start);
            }
        }
        chains.into_values().flatten().collect()
    }

    fn stand_in(&self, journey: &Json, to: &To, acts: &[Json]) -> impl Iterator<Item = i64> {
        let group = Self::record(&self.groups, to.1.as_deref());
        let (kind, at) = match journey.get("subject").and_then(Json::as_str) {
            Some("group") => ("created", group.and_then(|group| time(group, "createdAt"))),
            Some("member") => {
                let members = group.map_or(Vec::new(), |group| list(group, "members"));
                let member = members.into_iter().find(|member| text(member, "user") == to.0.as_deref());
                ("joined", member.and_then(|member| time(&member, "joinedAt")))
            }
            _ => ("joined", Self::record(&self.users, to.0.as_deref()).and_then(|user| time(user, "joinedAt"))),
        };
        let is_logged = acts.iter().any(|act| text(act, "kind") == Some(kind));
        at.filter(|_| has(&kinds(&journey["trigger"]), Some(kind)) && !is_logged).into_iter()
    }

    /// The midnights of a date from 2025 to 2027.
    fn occurrences(&self, value: &Json) -> Vec<i64> {
        if let Some(at) = value.as_f64() {
            return vec![at as i64];
        }
        let Some(text) = value.as_str() else { return Vec::new() };
        let parts: Vec<&str> = text.split('-').collect();
        let (first, month, day) = match parts[..] {
            [year, month, day] => (year.parse().unwrap(), month, day),
            [month, day] => (0, month, day),
            _ => return Vec::new(),
        };
        let (month, day): (i64, i64) = (month.parse().unwrap(), day.parse().unwrap());
        let mut found = Vec::new();
        for number in 20_100..21_200 {
            let (year, its_month, its_day) = date_of(number);
            let is_it = (its_month, its_day) == (month, day);
            let stands_for_leap_day = (month, day) == (2, 29) && (its_month, its_day) == (2, 28) && !is_leap(year);
            if year >= first && (is_it || stands_for_leap_day) {
                found.push(self.midnight(number));
            }
        }
        found
    }

    fn due(&self, journey: &Json, step: &Json, entry: &Entry) -> Result<(i64, i64), &'static str> {
        let offset = &step["offset"];
        let days = number(offset, "days").unwrap_or(0.0);
        let mut sum = days * DAY as f64 + number(offset, "hours").unwrap_or(0.0) * HOUR as f64;
        if let Some(cycles) = number(offset, "cycles") {
            let item = Self::record(&self.items, entry.item.as_deref()).filter(|_| entry.item.is_some());
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
            due = self.midnight(self.day(x))
                + hours.parse::<i64>().unwrap() * HOUR
                + minutes.parse::<i64>().unwrap() * MINUTE;
            let too_early = match number(offset, "hours") {
                Some(_) => due < x,
                None => !(days < 0.0 && is_date) && due < entry.entered_at,
            };
            due += if too_early { DAY } else { 0 };
        }
        let weekdays = list(step, "weekdays");
        while !weekdays.is_empty() && !weekdays.contains(&Json::from(self.weekday(due))) {
            due += DAY;
        }
        let hours = number(step, "windowHours").unwrap_or(24.0);
        Ok((due, due + (hours * HOUR as f64).round() as i64))
    }

    /// The interactions up to a moment that count for conditions: all but those that started the entry.
    fn counted(&self, journey: &Json, to: &To, entry: &Entry, moment: i64, now: i64) -> Vec<Json> {
        let triggers = self.acts(journey, to, now, true);
        let mut acts = self.acts(journey, to, now, false);
        acts.retain(|act| {
            let is_own =
                journey["perReference"] != Json::Bool(true) || text(act, "reference") == entry.reference.as_deref();
            let is_trigger = journey["trigger"]["type"] == "activity"
                && time(act, "at") == Some(entry.entered_at)
                && self.fits(&journey["trigger"], act)
                && triggers.contains(act)
                && is_own;
            time(act, "at").unwrap() <= moment && !is_trigger
        });
        acts
    }

    fn holds(&self, condition: &Json, acts: &[Json], start: i64, moment: i64) -> bool {
        let acts: Vec<&Json> = acts.iter().filter(|act| self.fits(condition, act)).collect();
        let at = |act: &Json| time(act, "at").unwrap();
        let window = number(condition, "withinDays").map(|days| moment - (days * DAY as f64).round() as i64);
        let is_counted = |act: &Json| window.map_or(at(act) >= start, |window| at(act) > window) && at(act) <= moment;
        let counted: Vec<&&Json> = acts.iter().filter(|act| is_counted(act)).collect();
        let value: f64 = counted.iter().map(|act| number(act, "value").unwrap_or(0.0)).sum();
        let on_days: BTreeSet<i64> = acts
            .iter()
            .filter(|act| at(act) <= moment && window.is_none_or(|window| at(act) > window))
            .map(|act| self.day(at(act)))
            .collect();
        let today = self.day(moment);
        let mut last = if on_days.contains(&today) { today } else { today - 1 };
        let mut streak = 0;
        while on_days.contains(&last) {
            streak += 1;
            last -= 1;
        }
        let only_maximum = condition.get("maxCount").is_some()
            && condition.get("minValue").is_none()
            && condition.get("streakDays").is_none();
        let minimum = time(condition, "minCount").unwrap_or(if only_maximum { 0 } else { 1 });
        counted.len() as i64 >= minimum
            && time(condition, "maxCount").is_none_or(|maximum| counted.len() as i64 <= maximum)
            && number(condition, "minValue").is_none_or(|minimum| value >= minimum)
            && time(condition, "streakDays").is_none_or(|days| streak >= days)
    }

    fn exit(
        &self,
        journey: &Json,
        to: &To,
        entry: &Entry,
        moment: i64,
        now: i64,
    ) -> Option<(&'static str, Option<i64>)> {
        let mut ends = Vec::new();
        let mut acts = self.counted(journey, to, entry, moment, now);
        if journey["perReference"] == Json::Bool(true) {
            acts.retain(|act| text(act, "reference") == entry.reference.as_deref());
        }
        let mut moments: BTreeSet<i64> = acts.iter().map(|act| time(act, "at").unwrap()).collect();
        moments.insert(entry.start);
        moments.retain(|at| *at >= entry.start && *at <= moment);
        for condition in list(journey, "exitWhen") {
            let until = |at: i64| acts.iter().filter(|act| time(act, "at").unwrap() <= at).cloned().collect::<Vec<_>>();
            let first = moments.iter().find(|&&at| self.holds(&condition, &until(at), entry.start, at));
            ends.extend(first.map(|at| (*at, 0, "exit-condition")));
        }
        ends.extend(entry.end.map(|at| (at, 1, "reentered")));
        ends.extend(time(journey, "expiresAt").map(|at| (at.max(entry.start), 2, "expired")));
        if let Some((at, _, reason)) = ends.into_iter().filter(|(at, ..)| *at <= moment).min() {
            return Some((reason, Some(at)));
        }
        let members = Self::record(&self.groups, to.1.as_deref()).and_then(|group| group.get("members")?.as_array());
        if let (Some("member"), Some(members)) = (journey.get("subject").and_then(Json::as_str), members)
            && !members.iter().any(|member| text(member, "user") == to.0.as_deref())
        {
            return Some(("left-group", None));
        }
        let has_opted_out = self.opted_out(to.0.as_deref()) && journey["transactional"] != Json::Bool(true);
        has_opted_out.then_some(("opted-out", None))
    }

    fn admits(&self, audience: Option<&Json>, to: &To) -> bool {
        let fits = |lists: &Json, wanted: bool| {
            let users =
                lists.get("users").is_none_or(|users| has(users.as_array().unwrap(), to.0.as_deref()) == wanted);
            let groups =
                lists.get("groups").is_none_or(|groups| has(groups.as_array().unwrap(), to.1.as_deref()) == wanted);
            users && groups
        };
        audience.is_none_or(|audience| fits(audience, true) && audience.get("not").is_none_or(|not| fits(not, false)))
    }

    fn sent_at(&self, journey: &Json, to: &To, entry: &Entry, step: &Json) -> Option<i64> {
        let is_own = |send: &&Json| {
            let at = time(send, "at").unwrap();
            let is_within = at >= entry.start && entry.end.is_none_or(|end| at < end);
            let is_member = journey.get("subject").and_then(Json::as_str) == Some("member");
            send["journey"] == journey["id"]
                && send["step"] == step["id"]
                && text(send, "user") == to.0.as_deref()
                && (!(is_member || to.0.is_none()) || text(send, "group") == to.1.as_deref())
                && (journey["perReference"] != Json::Bool(true)
                    || text(send, "reference") == entry.reference.as_deref())
                && (is_within || time(send, "enteredAt") == Some(entry.entered_at))
        };
        self.sends.iter().filter(is_own).filter_map(|send| time(send, "at")).min()
    }

    /// State and rule of a step at a moment: the first line that applies.
    fn state(
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
        let (due, end) = match self.due(journey, &steps[step], entry) {
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
        if !self.admits(journey.get("audience"), to) || !self.admits(steps[step].get("audience"), to) {
            return ("waiting", Some("step.audience"));
        }
        let is_due = |later: usize| self.state(journey, to, entry, later, moment, now).0 == "due";
        if (step + 1..steps.len()).any(is_due) {
            return ("superseded", None);
        }
        ("due", None)
    }

    /// The entries of a recipient, the latest first.
    pub fn status(&self, journey: &Json, to: &To, now: i64) -> Vec<EntryFacts> {
        let steps = list(journey, "steps");
        let mut found: Vec<(i64, EntryFacts)> = Vec::new();
        for entry in self.entries(journey, to, now, now) {
            if entry.end.is_some_and(|end| end <= now) && entry.entered_at < now - 400 * DAY {
                continue;
            }
            let facts = |step: usize| {
                let window = self.due(journey, &steps[step], &entry).ok();
                let (state, rule) = self.state(journey, to, &entry, step, now, now);
                let last = window.filter(|_| state == "missed").map(|(_, end)| end - 1);
                let rule = match last.map(|last| self.state(journey, to, &entry, step, last, now)) {
                    Some(("superseded", _)) => Some("step.superseded"),
                    Some((_, rule)) => rule,
                    None => rule,
                };
                StepFacts {
                    due_at: window.map(|window| window.0),
                    ends_at: window.map(|window| window.1),
                    state,
                    sent_at: self.sent_at(journey, to, &entry, &steps[step]),
                    rule,
                }
            };
            let facts = EntryFacts {
                entered_at: entry.entered_at,
                reference: entry.reference.clone(),
                exit: self.exit(journey, to, &entry, now, now),
                steps: (0..steps.len()).map(facts).collect(),
            };
            found.push((-entry.start, facts));
        }
        found.sort_by_key(|(start, facts)| (*start, facts.reference.clone()));
        found.into_iter().map(|(_, facts)| facts).collect()
    }

    /// The recipients of a journey: everybody whom a record, a member list, an interaction or a send names.
    pub fn recipients(&self, journey: &Json, now: i64) -> BTreeSet<To> {
        let name = |record: &Json, field: &str| text(record, field).map(str::to_owned);
        let named = |records: &[Json], field: &str| -> BTreeSet<String> {
            let named = self.observed().into_iter().chain(&self.sends).filter_map(|record| name(record, field));
            named.chain(records.iter().filter_map(|record| name(record, "id"))).collect()
        };
        let members: Vec<(String, String)> = self
            .groups
            .iter()
            .flat_map(|group| list(group, "members").into_iter().map(|member| (member, name(group, "id").unwrap())))
            .map(|(member, group)| (name(&member, "user").unwrap(), group))
            .collect();
        match journey.get("subject").and_then(Json::as_str) {
            Some("group") => named(&self.groups, "group").into_iter().map(|group| (None, Some(group))).collect(),
            Some("member") => {
                let acts = self.observed().into_iter().filter(|act| time(act, "at").unwrap() <= now);
                let active = acts.filter_map(|act| Some((name(act, "user")?, name(act, "group")?)));
                active.chain(members).map(|(user, group)| (Some(user), Some(group))).collect()
            }
            _ => {
                let users = named(&self.users, "user").into_iter().chain(members.into_iter().map(|(user, _)| user));
                users.map(|user| (Some(user), None)).collect()
            }
        }
    }

    /// The steps that are due at `now`, and those that come due up to `until` if nothing else happens.
    pub fn due_steps(&self, now: i64, until: i64) -> BTreeSet<Due> {
        let mut found = BTreeSet::new();
        for journey in &self.journeys {
            for to in self.recipients(journey, now) {
                for entry in self.entries(journey, &to, now, until) {
                    for (n, step) in list(journey, "steps").iter().enumerate() {
                        let Ok((due, end)) = self.due(journey, step, &entry) else { continue };
                        let moment = due.max(now);
                        if moment <= until && self.state(journey, &to, &entry, n, moment, now).0 == "due" {
                            let id = |record: &Json| text(record, "id").unwrap().to_owned();
                            found.insert((
                                to.clone(),
                                id(journey),
                                id(step),
                                entry.entered_at,
                                entry.reference.clone(),
                                due,
                                end,
                            ));
                        }
                    }
                }
            }
        }
        found
    }
}
