//! Funnels: messages and the responses to them, by any key, with intervals over independent clusters.

mod request;
mod units;

use std::sync::Arc;

use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::index::{ItemIndex, KindIndex, UserIndex};
use crate::base::order;
use crate::base::time::Time;

use super::attribution::{AttributionCounts, Link, Linker};
use super::cluster_sums::{FEWEST_CLUSTERS, Sums, variance_of_mean};
use super::study_log::{StudyLog, StudyMessage};
pub use request::FunnelRequest;
use request::{KEYS, Key};
use units::Units;

/// Rows by key, and the completeness of the data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FunnelReport {
    /// Rows, sorted by their keys.
    pub rows: Vec<Row>,
    /// Completeness of the link from responses to messages.
    pub attribution: AttributionCounts,
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
    pub kind: Arc<str>,
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
    let selects = |item: ItemIndex| request.items.as_ref().is_none_or(|filter| log.selects(filter, item));
    let is_selected =
        |message: &StudyMessage| (from..=to).contains(&message.at) && message.items.iter().any(|&item| selects(item));
    let linker = Linker::new(log, is_selected, (from, to.saturating_add(request.within)));
    let mut units = Units::new(log, request, experiment(log, request, &linker)?);
    for (index, message) in linker.messages() {
        units.add(index, message, &selects);
    }
    let kinds = FunnelKinds::of(log, request);
    let mut counts = FunnelCounts::new(&units, kinds.names.len());
    let mut attribution = AttributionCounts::default();
    for event in &log.events {
        let Some(kind) = kinds.position(event.kind) else { continue };
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
struct FunnelKinds {
    names: Vec<Arc<str>>,
    /// Position in the funnel by kind index.
    positions: Vec<Option<usize>>,
}

impl FunnelKinds {
    fn of(log: &StudyLog, request: &FunnelRequest) -> Self {
        let kinds = &log.world.kinds;
        let described = || KindIndex::first(log.described_kinds).map(|kind| kinds.shared_name(kind)).collect();
        let names: Vec<Arc<str>> = request.kinds.clone().unwrap_or_else(described);
        let position = |(name, _): (&str, _)| names.iter().position(|one| **one == *name);
        let positions = kinds.iter().map(position).collect();
        Self { names, positions }
    }

    fn position(&self, kind: KindIndex) -> Option<usize> {
        self.positions[kind.as_usize()]
    }
}

/// The responses, by row and by unit.
struct FunnelCounts<'a> {
    units: &'a Units<'a>,
    kinds: usize,
    /// Number of interactions and sum of their values, by row and kind.
    sums: Vec<(usize, Option<f64>)>,
    /// Responses as unit, kind, and user + 1, or 0 without a user.
    responses: Vec<(u32, u32, u32)>,
}

impl<'a> FunnelCounts<'a> {
    fn new(units: &'a Units<'a>, kinds: usize) -> Self {
        Self { units, kinds, sums: vec![(0, None); units.rows.len() * kinds], responses: Vec::new() }
    }

    fn add(&mut self, unit: u32, kind: usize, user: Option<UserIndex>, value: Option<f64>) {
        let row = self.units.by_cell[self.units.units[unit as usize].1 as usize].0;
        let (count, sum) = &mut self.sums[row as usize * self.kinds + kind];
        *count += 1;
        if let Some(value) = value {
            *sum.get_or_insert(0.0) += value;
        }
        self.responses.push((unit, kind as u32, user.map_or(0, |user| user.0 + 1)));
    }

    fn rows(mut self, kinds: &[Arc<str>]) -> Vec<Row> {
        order::sort(&mut self.responses);
        self.responses.dedup();
        let mut users = vec![0.0; self.units.by_cell.len() * self.kinds];
        for (unit, kind, _) in &self.responses {
            let cell = self.units.units[*unit as usize].1;
            users[cell as usize * self.kinds + *kind as usize] += 1.0;
        }
        let mut cells: Vec<Vec<usize>> = vec![Vec::new(); self.units.rows.len()];
        self.units.by_cell.iter().enumerate().for_each(|(cell, (row, _))| cells[*row as usize].push(cell));
        let row = |(key, row): (&[Option<u32>], u32)| {
            let cells = &cells[row as usize];
            let sums = |kind: usize| {
                let users = &users;
                cells.iter().map(move |&cell| Sums {
                    base: self.units.by_cell[cell].1,
                    outcome: users[cell * self.kinds + kind],
                })
            };
            let messages: f64 = sums(0).map(|sums| sums.base).sum();
            let outcome = |(kind, name): (usize, &Arc<str>)| {
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
        let mut keys: Vec<_> = self.units.rows.iter().map(|(key, row)| (&**key, *row)).collect();
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
