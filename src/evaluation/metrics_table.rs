//! The table of rankers: metrics of every prediction, their means and intervals, and the ratio to the best baseline.

use serde::{Serialize, Serializer};

use crate::memory::{BySubject, Subject};

use super::settings::EvaluationSettings;
use crate::metrics::bootstrap::{Interval, intervals};

/// Number of metrics per prediction.
const FIGURES: usize = 3;

/// Index of the metric that selects the best baseline.
pub const NDCG: usize = 1;

/// The metrics of one prediction, in the order of the table's names.
pub type MetricsRow = [f64; FIGURES];

/// Named values, serialised as an object in this order.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedList<T>(pub Vec<(String, T)>);

impl<T> NamedList<T> {
    /// Returns the value of this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl<T: Serialize> Serialize for NamedList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// The report of an evaluation of rankings.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RankingReport {
    /// Mean metrics of the evaluated ranker.
    pub metrics: NamedList<f64>,
    /// 95 % bootstrap intervals; `ratio` is that of its NDCG to the best baseline's in the same resamples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervals: Option<NamedList<Interval>>,
    /// Mean metrics of the baselines.
    pub baselines: NamedList<NamedList<f64>>,
    /// Number of predictions.
    pub n: usize,
    /// Number of users and groups in them.
    pub subjects: usize,
    /// The baseline with the highest NDCG.
    pub best: String,
    /// NDCG over that baseline's; absent if that is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// Name of the model.
    pub model: String,
    /// The feature families that took part.
    pub families: Vec<&'static str>,
    /// Number of interactions left out because they leak a case's answer.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
    /// Number of interactions not predicted because the library lacks their item.
    #[serde(skip_serializing_if = "is_zero")]
    pub not_in_library: usize,
    /// Reports on parts of the predictions: `newcomers` and `newItems` have little data; `organic` and `answered` are
    /// the interactions without and after a showing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cuts: Option<NamedList<RankingReport>>,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Metrics of predictions: one column per ranker, one row per prediction.
#[derive(Debug)]
pub struct MetricsTable {
    figures: [String; FIGURES],
    baselines: Vec<String>,
    /// Number of each subject in order of appearance, from 1; 0 is unassigned.
    numbers: BySubject<u32>,
    count: u32,
    subjects: Vec<u32>,
    rows: Vec<Vec<MetricsRow>>,
}

impl MetricsTable {
    /// Creates an empty table of the evaluated ranker and these baselines.
    pub fn new(figures: [String; FIGURES], baselines: &[&str]) -> Self {
        Self {
            figures,
            baselines: baselines.iter().map(|name| (*name).to_owned()).collect(),
            numbers: BySubject::default(),
            count: 0,
            subjects: Vec::new(),
            rows: vec![Vec::new(); baselines.len() + 1],
        }
    }

    /// Adds a prediction for a subject: metrics of the evaluated ranker, then of each baseline.
    pub fn add(&mut self, subject: Subject, rows: impl IntoIterator<Item = MetricsRow>) {
        let number = self.numbers.of(subject);
        if *number == 0 {
            self.count += 1;
            *number = self.count;
        }
        self.subjects.push(*number - 1);
        self.rows.iter_mut().zip(rows).for_each(|(column, row)| column.push(row));
    }

    /// Returns the mean metrics of a ranker; 0 is the evaluated one.
    fn means(&self, ranker: usize) -> MetricsRow {
        let rows = &self.rows[ranker];
        let sums = rows.iter().fold([0.0; FIGURES], add);
        sums.map(|sum| sum / rows.len().max(1) as f64)
    }

    /// Returns the report.
    pub fn report(&self, settings: &EvaluationSettings, model: &str) -> RankingReport {
        let named = |row: MetricsRow| NamedList(self.figures.iter().cloned().zip(row).collect());
        let baselines: Vec<MetricsRow> = (1..self.rows.len()).map(|ranker| self.means(ranker)).collect();
        // The first of equals: `max_by` would take the last.
        let best = (0..baselines.len()).rev().max_by(|&a, &b| baselines[a][NDCG].total_cmp(&baselines[b][NDCG]));
        let own = self.means(0);
        let highest = best.map_or(0.0, |best| baselines[best][NDCG]);
        RankingReport {
            metrics: named(own),
            intervals: (settings.bootstrap > 0).then(|| self.intervals(best.map_or(0, |best| best + 1), settings)),
            n: self.subjects.len(),
            subjects: self.count as usize,
            best: best.map_or(String::new(), |best| self.baselines[best].clone()),
            ratio: (highest > 0.0).then(|| own[NDCG] / highest),
            baselines: NamedList(self.baselines.iter().cloned().zip(baselines.into_iter().map(named)).collect()),
            model: model.to_owned(),
            families: settings.families.names(),
            left_out: 0,
            not_in_library: 0,
            cuts: None,
        }
    }

    /// Returns the intervals of the metrics and of the NDCG ratio to the ranker `rival`.
    fn intervals(&self, rival: usize, settings: &EvaluationSettings) -> NamedList<Interval> {
        let (own, baseline) = (self.by_subject(0), self.by_subject(rival));
        let mut predictions = vec![0u32; self.count as usize];
        self.subjects.iter().for_each(|&subject| predictions[subject as usize] += 1);
        let measure = |drawn: &[u32]| {
            let of = |sums: &[MetricsRow]| {
                let scaled = sums.iter().zip(drawn).map(|(row, &times)| row.map(|figure| figure * f64::from(times)));
                scaled.fold([0.0; FIGURES], |sum, row| add(sum, &row))
            };
            let n: f64 = predictions.iter().zip(drawn).map(|(&n, &times)| f64::from(n) * f64::from(times)).sum();
            let (own, baseline) = (of(&own), of(&baseline));
            let ratio = (baseline[NDCG] > 0.0).then(|| own[NDCG] / baseline[NDCG]);
            [Some(own[0] / n), Some(own[1] / n), Some(own[2] / n), ratio]
        };
        let found = intervals(self.count as usize, settings.bootstrap, settings.seed, measure);
        let names = self.figures.iter().cloned().chain(["ratio".to_owned()]);
        NamedList(names.zip(found).filter_map(|(name, interval)| Some((name, interval?))).collect())
    }

    /// Returns a ranker's metrics, summed per subject.
    fn by_subject(&self, ranker: usize) -> Vec<MetricsRow> {
        let mut sums = vec![[0.0; FIGURES]; self.count as usize];
        for (&subject, row) in self.subjects.iter().zip(&self.rows[ranker]) {
            sums[subject as usize] = add(sums[subject as usize], row);
        }
        sums
    }
}

/// A subject with fewer items is a newcomer, an item with fewer interactions is new.
pub const NEW: usize = 5;

/// The properties of a prediction that select the tables it counts in.
#[derive(Debug, Clone, Copy)]
pub struct PredictionTraits {
    /// Number of items that the subject had interacted with.
    pub items: usize,
    /// Smallest number of interactions of a relevant item.
    pub interactions: usize,
    /// True if the interaction predicted answers a showing.
    pub answers_showing: bool,
}

/// The parts of the predictions that have a table of their own.
const CUTS: [&str; 4] = ["newcomers", "newItems", "organic", "answered"];

/// The table of all predictions, and those of its parts, in the order of [`CUTS`].
#[derive(Debug)]
pub struct MetricsTables {
    all: MetricsTable,
    cuts: [MetricsTable; CUTS.len()],
}

impl MetricsTables {
    /// Creates empty tables of the evaluated ranker and these baselines.
    pub fn new(figures: &[String; FIGURES], baselines: &[&str]) -> Self {
        let table = || MetricsTable::new(figures.clone(), baselines);
        Self { all: table(), cuts: [(); CUTS.len()].map(|()| table()) }
    }

    /// Adds a prediction.
    pub fn add(&mut self, subject: Subject, rows: &[MetricsRow], traits: PredictionTraits) {
        let PredictionTraits { items, interactions, answers_showing } = traits;
        self.all.add(subject, rows.iter().copied());
        let counts = [items < NEW, interactions < NEW, !answers_showing, answers_showing];
        for (table, counts) in self.cuts.iter_mut().zip(counts) {
            if counts {
                table.add(subject, rows.iter().copied());
            }
        }
    }

    /// Returns the report of all predictions, which contains those of the parts. Without an answered showing, all
    /// predictions are organic, and that part is left out.
    pub fn report(&self, settings: &EvaluationSettings, model: &str) -> RankingReport {
        let reports = self.cuts.each_ref().map(|table| table.report(settings, model));
        let has_answers = reports[CUTS.len() - 1].n > 0;
        let cuts = CUTS.into_iter().zip(reports);
        let present = cuts.filter(|(name, cut)| cut.n > 0 && (has_answers || *name != "organic"));
        let cuts = NamedList(present.map(|(name, cut)| (name.to_owned(), cut)).collect());
        RankingReport { cuts: Some(cuts), ..self.all.report(settings, model) }
    }
}

fn add(sum: MetricsRow, row: &MetricsRow) -> MetricsRow {
    std::array::from_fn(|n| sum[n] + row[n])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::index::{GroupIndex, UserIndex};
    use crate::base::value::Value;
    use crate::evaluation::settings::EvaluationKind;

    fn settings(bootstrap: usize) -> EvaluationSettings {
        let read = EvaluationSettings::read(Value::Record(Vec::new()), "", EvaluationKind::Replay).unwrap();
        EvaluationSettings { bootstrap, ..read }
    }

    fn table() -> MetricsTable {
        let mut table = MetricsTable::new(["hr@10", "ndcg@10", "mrr"].map(str::to_owned), &["newest", "trend"]);
        table.add(Subject::User(UserIndex(7)), [[1.0, 0.8, 0.5], [0.0; 3], [1.0, 0.4, 0.2]]);
        table.add(Subject::User(UserIndex(7)), [[0.0, 0.0, 0.1], [0.0; 3], [0.0, 0.0, 0.1]]);
        table.add(Subject::Group(GroupIndex(7)), [[1.0, 1.0, 1.0], [1.0, 0.1, 0.2], [1.0, 0.5, 0.3]]);
        table
    }

    #[test]
    fn means_are_over_predictions_and_the_best_baseline_is_named() {
        let report = table().report(&settings(0), "m");
        assert_eq!((report.n, report.subjects, report.best.as_str()), (3, 2, "trend"));
        assert!((report.metrics.get("ndcg@10").unwrap() - 0.6).abs() < 1e-15);
        assert!((report.ratio.unwrap() - 2.0).abs() < 1e-12);
        assert_eq!(report.intervals, None);
    }

    #[test]
    fn a_constant_ratio_has_an_interval_of_one_point() {
        let report = table().report(&settings(100), "m");
        let [low, high] = *report.intervals.as_ref().unwrap().get("ratio").unwrap();
        assert!((low - 2.0).abs() < 1e-12 && (high - 2.0).abs() < 1e-12);
        let json = crate::base::value::json(&report);
        assert!(json.starts_with(r#"{"metrics":{"hr@10":"#) && json.contains(r#""baselines":{"newest":{"#), "{json}");
    }

    #[test]
    fn predictions_with_little_data_are_reported_apart() {
        let mut tables = MetricsTables::new(&["a", "b", "c"].map(str::to_owned), &["x"]);
        let row = |figure: f64| [[figure; 3], [0.5; 3]];
        let traits = |items, interactions| PredictionTraits { items, interactions, answers_showing: false };
        tables.add(Subject::User(UserIndex(1)), &row(1.0), traits(NEW, NEW));
        tables.add(Subject::User(UserIndex(2)), &row(0.5), traits(NEW - 1, NEW));
        tables.add(Subject::User(UserIndex(3)), &row(0.0), traits(0, 0));
        let report = tables.report(&settings(0), "m");
        let of = |cut: &str| report.cuts.as_ref().unwrap().get(cut).map(|cut| (cut.n, *cut.metrics.get("b").unwrap()));
        assert_eq!((report.n, of("newcomers"), of("newItems")), (3, Some((2, 0.25)), Some((1, 0.0))));
        assert_eq!((of("organic"), of("answered")), (None, None), "all are organic");
        let answer = PredictionTraits { answers_showing: true, ..traits(NEW, NEW) };
        tables.add(Subject::User(UserIndex(3)), &row(1.0), answer);
        let report = tables.report(&settings(0), "m");
        let of = |cut: &str| report.cuts.as_ref().unwrap().get(cut).map(|cut| (cut.n, *cut.metrics.get("b").unwrap()));
        assert_eq!((of("organic"), of("answered")), (Some((3, 0.5)), Some((1, 1.0))));
    }

    #[test]
    fn an_empty_table_gives_an_empty_report() {
        let report = MetricsTable::new(["a", "b", "c"].map(str::to_owned), &["x"]).report(&settings(10), "m");
        assert_eq!((report.n, report.ratio), (0, None));
        assert_eq!(report.intervals.unwrap().0, []);
    }
}
