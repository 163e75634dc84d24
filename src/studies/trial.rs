//! The part of a log that belongs to one experiment: which units saw which variant, and when.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::error::{Code, Error, Result};
use crate::base::index::UserIndex;
use crate::base::order;
use crate::base::time::Time;
use crate::base::value::quoted;
use crate::memory::Subject;
use crate::operations::experiment::{Denominator, Experiment, Measure, Metric, Unit};

use super::attribution::{AttributionCounts, Link, Linker};
use super::sample_ratio;
use super::study_log::{StudyLog, StudyMessage};

/// The messages of an experiment with their variants, and the links to their responses.
pub struct Trial<'a> {
    log: &'a StudyLog,
    experiment: &'a Experiment,
    /// Last moment at which messages and responses count.
    to: Time,
    linker: Linker<'a>,
    /// By index of the message.
    exposures: FxHashMap<usize, TrialExposure>,
    /// Indices of the messages, by time.
    messages: Vec<usize>,
    /// Number of clusters.
    pub clusters: usize,
    /// Units in the order of their first message.
    units: Vec<UnitSeen>,
}

/// The exposure of one message.
#[derive(Debug, Clone, Copy)]
struct TrialExposure {
    arm: usize,
    cluster: u32,
}

/// A unit that was seen with some variant.
#[derive(Debug, Clone, Copy)]
struct UnitSeen {
    arm: usize,
    day: i64,
    is_reassigned: bool,
}

/// Changes of a metric's sums at one moment.
#[derive(Debug, Clone, Copy)]
pub struct MetricChange {
    /// The operator's day.
    pub day: i64,
    /// Cluster.
    pub cluster: u32,
    /// Variant by its index.
    pub arm: usize,
    /// Messages or impressions.
    pub base: f64,
    /// Responses or their value.
    pub outcome: f64,
    /// True if it is the first response of a user to a message.
    pub is_response: bool,
}

impl<'a> Trial<'a> {
    /// Finds the messages of an experiment that were sent from `from` to `to`.
    ///
    /// # Errors
    /// [`Code::Unknown`] if the log has a variant that the experiment does not have.
    pub fn of(log: &'a StudyLog, experiment: &'a Experiment, from: Time, to: Time) -> Result<Self> {
        let label = log.labels.get(&experiment.id);
        let variant = |message: &StudyMessage| message.variant(label?).filter(|_| unit(experiment, message).is_some());
        let is_selected = |message: &StudyMessage| (from..=to).contains(&message.at) && variant(message).is_some();
        let linker = Linker::new(log, is_selected, (from, to));
        let (mut exposures, mut messages) = (FxHashMap::default(), Vec::new());
        let (mut clusters, mut numbers, mut units) = (FxHashMap::default(), FxHashMap::default(), Vec::new());
        for (index, message) in linker.messages() {
            let Some((variant, (unit, cluster))) = variant(message).zip(unit(experiment, message)) else { continue };
            let arm = variant_index(experiment, log.labels.name(variant))?;
            let day = log.calendar.day(message.at);
            let each_day = if experiment.unit == Unit::SubjectDay { day } else { 0 };
            let number = *numbers.entry((unit, each_day)).or_insert(units.len());
            match units.get_mut(number) {
                None => units.push(UnitSeen { arm, day, is_reassigned: false }),
                Some(seen) => seen.is_reassigned |= seen.arm != arm,
            }
            let cluster_count = clusters.len() as u32;
            let cluster = *clusters.entry(cluster).or_insert(cluster_count);
            exposures.insert(index, TrialExposure { arm, cluster });
            messages.push(index);
        }
        Ok(Self { log, experiment, to, linker, exposures, messages, clusters: clusters.len(), units })
    }

    /// Returns the changes of a metric's sums, by day.
    pub fn steps(&self, metric: &Metric) -> Vec<MetricChange> {
        let kinds = &self.log.world.kinds;
        let kind = kinds.index(&metric.kind);
        let mut steps = Vec::new();
        let mut step = |at: Time, message: usize, (base, outcome, is_response): (f64, f64, bool)| {
            let TrialExposure { arm, cluster } = self.exposures[&message];
            steps.push(MetricChange { day: self.log.calendar.day(at), cluster, arm, base, outcome, is_response });
        };
        if metric.per == Denominator::Message {
            self.messages.iter().for_each(|&index| step(self.log.messages[index].at, index, (1.0, 0.0, false)));
        }
        let mut known = FxHashSet::default();
        for event in self.log.events.iter().filter(|event| event.at <= self.to) {
            let is_base = metric.per == Denominator::Impression && kinds.of(event.kind).is_exposure;
            let is_outcome = Some(event.kind) == kind;
            if !is_base && !is_outcome {
                continue;
            }
            let Some(Link::Attributed(message)) = self.linker.link(event, metric.within) else { continue };
            let is_response = is_outcome && known.insert((message, event.user));
            let outcome = match metric.measure {
                Measure::Responses => f64::from(u8::from(is_response)),
                Measure::Value => event.value.filter(|_| is_outcome).unwrap_or(0.0),
            };
            step(event.at, message, (f64::from(u8::from(is_base)), outcome, is_response));
        }
        // Stable: within a day by time, messages first.
        order::sort_by_key(&mut steps, |step| step.day);
        steps
    }

    /// Returns the number of units by variant.
    pub fn unit_counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.experiment.variants.len()];
        self.units.iter().for_each(|unit| counts[unit.arm] += 1);
        counts
    }

    /// Returns the number of messages by variant.
    pub fn message_counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.experiment.variants.len()];
        self.exposures.values().for_each(|exposure| counts[exposure.arm] += 1);
        counts
    }

    /// Returns the largest e-value against the sample ratio of all looks, one at the end of each day.
    pub fn sample_ratio(&self) -> f64 {
        let shares = self.experiment.shares();
        let mut counts = vec![0; shares.len()];
        let mut largest = 1.0f64;
        for of_a_day in self.units.chunk_by(|a, b| a.day == b.day) {
            of_a_day.iter().for_each(|unit| counts[unit.arm] += 1);
            largest = largest.max(sample_ratio::e_value(&counts, &shares));
        }
        largest
    }

    /// Returns the share of units seen with more than one variant, 0 to 1.
    pub fn reassigned(&self) -> f64 {
        let reassigned = self.units.iter().filter(|unit| unit.is_reassigned).count();
        reassigned as f64 / self.units.len().max(1) as f64
    }

    /// Returns the share of the members of a variant's groups who are also in another variant's groups, 0 to 1; `None`
    /// if groups are not the unit, or their members are not known.
    pub fn member_overlap(&self) -> Option<f64> {
        if self.experiment.unit != Unit::Group {
            return None;
        }
        let mut arms: FxHashMap<UserIndex, u32> = FxHashMap::default();
        for index in &self.messages {
            let record = self.log.messages[*index].group.and_then(|group| self.log.world.groups.record(group));
            for member in record.into_iter().flat_map(|group| &group.member_indices) {
                *arms.entry(*member).or_default() |= 1 << self.exposures[index].arm;
            }
        }
        let in_several = arms.values().filter(|arms| arms.count_ones() > 1).count();
        (!arms.is_empty()).then(|| in_several as f64 / arms.len() as f64)
    }

    /// Returns the attribution of responses of the metrics' kinds, over all messages of the time of the experiment: a
    /// response to an unknown message cannot be assigned to an experiment.
    pub fn attribution(&self, metrics: &[&Metric]) -> AttributionCounts {
        let mut attribution = AttributionCounts::default();
        let at = |index: Option<&usize>| index.map(|index| self.log.messages[*index].at);
        let Some((from, last)) = at(self.messages.first()).zip(at(self.messages.last())) else { return attribution };
        let longest = metrics.iter().map(|metric| metric.within).max().unwrap_or(0);
        let linker = Linker::new(
            self.log,
            |message| (from..=last).contains(&message.at),
            (from, self.to.min(last.saturating_add(longest))),
        );
        let kinds = &self.log.world.kinds;
        for event in self.log.events.iter().filter(|event| event.at <= self.to) {
            let metric = metrics.iter().find(|metric| *metric.kind == *kinds.name(event.kind));
            if let Some(link) = metric.and_then(|metric| linker.link(event, metric.within)) {
                attribution.count(link);
            }
        }
        attribution
    }
}

/// Returns the unit of a message and its cluster; `None` if it has no such unit.
fn unit(experiment: &Experiment, message: &StudyMessage) -> Option<(Subject, Subject)> {
    let of = |subject: Subject| (subject, subject);
    match experiment.unit {
        Unit::User => message.user.map(Subject::User).map(of),
        Unit::Group => message.group.map(Subject::Group).map(of),
        Unit::SubjectDay => message.subject().zip(message.cluster()),
    }
}

fn variant_index(experiment: &Experiment, variant: &str) -> Result<usize> {
    experiment.variants.iter().position(|known| known.name == variant).ok_or_else(|| {
        let rule = "every variant that the log has: a running experiment is not changed";
        Error::new(Code::Unknown, "request.experiment.variants", rule, quoted(variant))
    })
}
