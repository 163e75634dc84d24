//! Funnels: messages and the responses to them, by any key, with intervals over independent clusters.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::id::{self, Interner};
use crate::base::order;
use crate::base::time::{self, DAY, Date, Time};
use crate::base::value::{self, Fields, Value};
use crate::operations::experiment::window;
use crate::operations::item_filter::ItemFilter;

use super::attribution::{Attribution, Link, Linker};
use super::cluster_sums::{FEWEST_CLUSTERS, Sums, variance_of_mean};
use super::study_log::{Message, StudyLog, Subject};

/// Names of the keys in the contract.
const KEYS: [(&str, Key); 13] = [
    ("item", Key::Item),
    ("group", Key::Group),
    ("tier", Key::Tier),
    ("variant", Key::Variant),
    ("journey", Key::Journey),
    ("step", Key::Step),
    ("channel", Key::Channel),
    ("purpose", Key::Purpose),
    ("stage", Key::Stage),
    ("play", Key::Play),
    ("role", Key::Role),
    ("day", Key::Day),
    ("week", Key::Week),
];

/// A key of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Item,
    Group,
    Tier,
    Variant,
    Journey,
    Step,
    Channel,
    Purpose,
    Stage,
    Play,
    Role,
    Day,
    Week,
}

/// A request for a funnel.
#[derive(Debug, Clone)]
pub struct FunnelRequest {
    by: Vec<Key>,
    experiment: Option<String>,
    kinds: Option<Vec<Rc<str>>>,
    within: Time,
    from: Option<Time>,
    to: Option<Time>,
    items: Option<ItemFilter>,
}

/// Default length of the attribution window in days.
pub const WITHIN_DAYS: i64 = 7;

impl FunnelRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// An error with the path of the field that breaks a rule.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let request = Self {
            by: fields.or("by", Vec::new(), |value, path| value::list(value, path, key))?,
            experiment: fields.optional("experiment", id::id)?,
            kinds: fields.optional("kinds", kinds)?,
            within: fields.or("withinDays", WITHIN_DAYS * DAY, window)?,
            from: fields.optional("from", time::time)?,
            to: fields.optional("to", time::time)?,
            items: fields.optional("items", ItemFilter::read)?,
        };
        let twice = (1..request.by.len()).find(|&n| request.by[..n].contains(&request.by[n]));
        if let Some(n) = twice {
            return Err(Error::invalid(&fields.path(&format!("by[{n}]")), "each key once", "the same key again"));
        }
        fields.finish()?;
        Ok(request)
    }

    /// Whether a unit is one item of a message, because items have the keys.
    fn is_by_item(&self) -> bool {
        self.by.iter().any(|key| matches!(key, Key::Item | Key::Stage | Key::Play | Key::Role))
    }
}

fn kinds(value: Value, path: &str) -> Result<Vec<Rc<str>>> {
    let kinds = value::list(value, path, id::shared)?;
    match kinds.iter().enumerate().find(|(n, kind)| kinds[..*n].contains(kind)) {
        Some((n, kind)) => Err(Error::invalid(&format!("{path}[{n}]"), "each kind once", value::quoted(kind))),
        None if kinds.is_empty() => Err(Error::invalid(path, "at least one kind", "an empty list")),
        None => Ok(kinds),
    }
}

fn key(value: Value, path: &str) -> Result<Key> {
    let name = value::text(value, path)?;
    KEYS.iter().find(|(known, _)| *known == name).map(|(_, key)| *key).ok_or_else(|| {
        let rule = ["one of ", &KEYS.map(|(known, _)| known).join(", ")].concat();
        Error::invalid(path, rule, value::quoted(&name))
    })
}

/// Rows by key, and the completeness of the data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FunnelReport {
    /// Rows, sorted by their keys.
    pub rows: Vec<Row>,
    /// Completeness of the link from responses to messages.
    pub attribution: Attribution,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Values of the keys; one that a message does not have is absent.
    #[serde(serialize_with = "as_map")]
    pub key: Vec<(&'static str, String)>,
    /// Number of messages; by item, of items in messages.
    pub messages: usize,
    /// Number of independent groups or users among the recipients.
    pub clusters: usize,
    /// Responses by kind, in the order of the funnel.
    pub outcomes: Vec<Outcome>,
}

/// Responses of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// Kind.
    pub kind: Rc<str>,
    /// Distinct users per message; interactions without a user count once per message.
    pub users: usize,
    /// Number of interactions.
    pub count: usize,
    /// Sum of their values, if any has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// `users` per message.
    pub rate: f64,
    /// 95 % interval of the rate for a single look, from [`FEWEST_CLUSTERS`] clusters on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<[f64; 2]>,
}

fn as_map<S: serde::Serializer>(key: &[(&'static str, String)], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_map(key.iter().map(|(name, value)| (name, value)))
}

/// Counts messages and the responses to them.
///
/// # Errors
/// If the key `variant` is asked for and the log has several experiments, of which the request names none.
pub fn funnel(log: &StudyLog, request: &FunnelRequest) -> Result<FunnelReport> {
    let (from, to) = (request.from.unwrap_or(Time::MIN), request.to.unwrap_or(Time::MAX));
    let selects = |item: u32| request.items.as_ref().is_none_or(|filter| log.selects(filter, item));
    let is_selected =
        |message: &Message| (from..=to).contains(&message.at) && message.items.iter().any(|&item| selects(item));
    let linker = Linker::new(log, is_selected, (from, to.saturating_add(request.within)));
    let mut units = Units::new(log, request, experiment(log, request, &linker)?);
    for (index, message) in linker.messages() {
        units.add(index, message, &selects);
    }
    let kinds = Kinds::of(log, request);
    let mut counts = Counts::new(&units, kinds.names.len());
    let mut attribution = Attribution::default();
    for event in &log.events {
        let Some(kind) = kinds.point(event.kind) else { continue };
        let Some(link) = linker.link(event, request.within) else { continue };
        attribution.count(link);
        if let Link::Attributed(message) = link {
            units.of(message, event.item).for_each(|unit| counts.add(unit, kind, event.user, event.value));
        }
    }
    Ok(FunnelReport { rows: counts.rows(&kinds.names), attribution })
}

/// Returns the label of the experiment that the key `variant` is about.
fn experiment(log: &StudyLog, request: &FunnelRequest, linker: &Linker) -> Result<Option<u32>> {
    if !request.by.contains(&Key::Variant) {
        return Ok(None);
    }
    if let Some(named) = &request.experiment {
        return Ok(log.labels.get(named));
    }
    let found: FxHashSet<u32> =
        linker.messages().flat_map(|(_, message)| &message.variants).map(|(id, _)| *id).collect();
    if found.len() > 1 {
        let mut names: Vec<&str> = found.into_iter().map(|label| log.labels.name(label)).collect();
        order::sort(&mut names);
        let rule = ["one of the experiments ", &names.join(", "), ", because the log has several"].concat();
        return Err(Error::new(Code::Missing, "request.experiment", rule, ""));
    }
    Ok(found.into_iter().next())
}

/// The kinds of a funnel, in its order.
struct Kinds {
    names: Vec<Rc<str>>,
    /// Place in the funnel by the kind's number.
    places: Vec<Option<usize>>,
}

impl Kinds {
    fn of(log: &StudyLog, request: &FunnelRequest) -> Self {
        let kinds = &log.world.kinds;
        let described = || (0..log.described_kinds).map(|kind| kinds.shared_name(kind)).collect();
        let names: Vec<Rc<str>> = request.kinds.clone().unwrap_or_else(described);
        let place = |(name, _): (&str, _)| names.iter().position(|one| **one == *name);
        let places = kinds.iter().map(place).collect();
        Self { names, places }
    }

    fn point(&self, kind: u32) -> Option<usize> {
        self.places[kind as usize]
    }
}

/// The units that are counted (messages, or items of messages), with their rows and clusters.
struct Units<'a> {
    log: &'a StudyLog,
    request: &'a FunnelRequest,
    experiment: Option<u32>,
    /// Units of each message that has some: the first, and the number of them.
    by_message: FxHashMap<usize, (u32, u32)>,
    /// Item of each unit, and the cell it counts in.
    units: Vec<(u32, u32)>,
    rows: FxHashMap<Box<[Option<u32>]>, u32>,
    /// Values of the keys.
    values: Interner,
    /// Number of the cell of a row and a cluster.
    cells: FxHashMap<(u32, Subject), u32>,
    /// Row of each cell, and the number of its units.
    by_cell: Vec<(u32, f64)>,
}

impl<'a> Units<'a> {
    fn new(log: &'a StudyLog, request: &'a FunnelRequest, experiment: Option<u32>) -> Self {
        Self {
            log,
            request,
            experiment,
            by_message: FxHashMap::default(),
            units: Vec::new(),
            rows: FxHashMap::default(),
            values: Interner::default(),
            cells: FxHashMap::default(),
            by_cell: Vec::new(),
        }
    }

    /// Adds the units of a message: one, or one for each selected item.
    fn add(&mut self, index: usize, message: &Message, selects: &impl Fn(u32) -> bool) {
        let Some(cluster) = message.cluster() else { return };
        let first = self.units.len() as u32;
        let items = if self.request.is_by_item() { &message.items[..] } else { &message.items[..1] };
        for &item in items.iter().filter(|item| !self.request.is_by_item() || selects(**item)) {
            let key: Box<[Option<u32>]> = self.request.by.iter().map(|key| self.value(*key, message, item)).collect();
            let rows = self.rows.len() as u32;
            let row = *self.rows.entry(key).or_insert(rows);
            let cells = self.by_cell.len() as u32;
            let cell = *self.cells.entry((row, cluster)).or_insert(cells);
            if cell == cells {
                self.by_cell.push((row, 0.0));
            }
            self.by_cell[cell as usize].1 += 1.0;
            self.units.push((item, cell));
        }
        self.by_message.insert(index, (first, self.units.len() as u32 - first));
    }

    /// Returns the number of a key's value; `None` if the message has none.
    fn value(&mut self, key: Key, message: &Message, item: u32) -> Option<u32> {
        let (world, labels) = (&self.log.world, &self.log.labels);
        let record = || world.library.known_entry(item).map(|entry| &entry.item);
        let date = |at: Time| {
            let Date { year, month, day } = self.log.calendar.date(at);
            format!("{year:04}-{month:02}-{day:02}")
        };
        let composed;
        let value = match key {
            Key::Item => world.library.ids.name(item),
            Key::Group => world.groups.ids.name(message.group?),
            Key::Channel => world.channels.ids.name(message.channel?),
            Key::Tier => labels.name(message.tier?),
            Key::Variant => labels.name(message.variant(self.experiment?)?),
            Key::Journey => labels.name(message.step?.0),
            Key::Step => {
                let (journey, step) = message.step?;
                composed = [labels.name(journey), "/", labels.name(step)].concat();
                &composed
            }
            Key::Purpose => world.groups.record(message.group?)?.purpose.as_deref()?,
            Key::Stage => record()?.stage.as_deref()?,
            Key::Play => record()?.play.as_deref()?,
            Key::Role => record()?.role.as_deref()?,
            Key::Day => {
                composed = date(message.at);
                &composed
            }
            // A week is named by its Monday.
            Key::Week => {
                composed = date(message.at - Time::from(self.log.calendar.weekday(message.at)) * DAY);
                &composed
            }
        };
        Some(self.values.intern(value))
    }

    /// Returns the units that a response to a message counts for: that of its item, or all if it names none.
    fn of(&self, message: usize, item: Option<u32>) -> impl Iterator<Item = u32> {
        let (first, count) = self.by_message.get(&message).copied().unwrap_or_default();
        let whole = !self.request.is_by_item();
        let is_of = move |unit: &u32| whole || item.is_none_or(|item| self.units[*unit as usize].0 == item);
        (first..first + count).filter(is_of)
    }
}

/// The responses, by row and by unit.
struct Counts<'a> {
    units: &'a Units<'a>,
    kinds: usize,
    /// Number of interactions and sum of their values, by row and kind.
    sums: Vec<(usize, Option<f64>)>,
    /// Responses as unit, kind, and user + 1, or 0 without a user.
    responses: Vec<(u32, u32, u32)>,
}

impl<'a> Counts<'a> {
    fn new(units: &'a Units<'a>, kinds: usize) -> Self {
        Self { units, kinds, sums: vec![(0, None); units.rows.len() * kinds], responses: Vec::new() }
    }

    fn add(&mut self, unit: u32, kind: usize, user: Option<u32>, value: Option<f64>) {
        let row = self.units.by_cell[self.units.units[unit as usize].1 as usize].0;
        let (count, sum) = &mut self.sums[row as usize * self.kinds + kind];
        *count += 1;
        if let Some(value) = value {
            *sum.get_or_insert(0.0) += value;
        }
        self.responses.push((unit, kind as u32, user.map_or(0, |user| user + 1)));
    }

    fn rows(mut self, kinds: &[Rc<str>]) -> Vec<Row> {
        order::sort(&mut self.responses);
        self.responses.dedup();
        let mut users = vec![0.0; self.units.by_cell.len() * self.kinds];
        for (unit, kind, _) in &self.responses {
            let cell = self.units.units[*unit as usize].1;
            users[cell as usize * self.kinds + *kind as usize] += 1.0;
        }
        let mut cells: Vec<Vec<usize>> = vec![Vec::new(); self.units.rows.len()];
        self.units.by_cell.iter().enumerate().for_each(|(cell, (row, _))| cells[*row as usize].push(cell));
        let row = |(key, &row): (&Box<[Option<u32>]>, &u32)| {
            let cells = &cells[row as usize];
            let sums = |kind: usize| {
                let users = &users;
                cells.iter().map(move |&cell| Sums {
                    base: self.units.by_cell[cell].1,
                    outcome: users[cell * self.kinds + kind],
                })
            };
            let messages: f64 = sums(0).map(|sums| sums.base).sum();
            let outcome = |(kind, name): (usize, &Rc<str>)| {
                let (count, value) = self.sums[row as usize * self.kinds + kind];
                let users: f64 = sums(kind).map(|sums| sums.outcome).sum();
                let rate = users / messages;
                Outcome {
                    kind: name.clone(),
                    users: users as usize,
                    count,
                    value,
                    rate,
                    interval: interval(rate, sums(kind)),
                }
            };
            Row {
                key: self.named(key),
                messages: messages as usize,
                clusters: cells.len(),
                outcomes: kinds.iter().enumerate().map(outcome).collect(),
            }
        };
        let mut keys: Vec<_> = self.units.rows.iter().collect();
        order::sort_by(&mut keys, |(a, _), (b, _)| self.values(a).cmp(self.values(b)));
        keys.into_iter().map(row).collect()
    }

    fn values(&self, key: &[Option<u32>]) -> impl Iterator<Item = Option<&str>> {
        key.iter().map(|value| value.map(|value| self.units.values.name(value)))
    }

    fn named(&self, key: &[Option<u32>]) -> Vec<(&'static str, String)> {
        let name = |key: &Key| KEYS.iter().find(|(_, known)| known == key).map_or("", |(name, _)| *name);
        let named = self.units.request.by.iter().zip(self.values(key));
        named.filter_map(|(key, value)| Some((name(key), value?.to_owned()))).collect()
    }
}

/// Half the width of a 95 % interval, in standard errors.
const TWO_SIDED: f64 = 1.96;

/// Returns the interval of a rate; `None` with too few clusters, or where all have the same rate, so that the spread is
/// not known.
fn interval(rate: f64, clusters: impl Iterator<Item = Sums> + Clone) -> Option<[f64; 2]> {
    let (n, variance) = variance_of_mean(clusters);
    let half = TWO_SIDED * variance.sqrt();
    (n >= FEWEST_CLUSTERS && half > 0.0).then(|| [(rate - half).max(0.0), rate + half])
}
