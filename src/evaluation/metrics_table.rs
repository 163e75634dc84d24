//! The board on which rankers stand beside one another: figures of every prediction, their means, intervals, and the
//! ratio to the best baseline.

use serde::{Serialize, Serializer};

use crate::memory::{BySubject, Subject};

use super::settings::Settings;
use crate::metrics::bootstrap::{Interval, intervals};

/// How many figures every prediction has.
const FIGURES: usize = 3;

/// The figure by which the best baseline is found.
pub const NDCG: usize = 1;

/// The figures of one prediction, in the order of the board's names.
pub type MetricsRow = [f64; FIGURES];

/// Named figures in the order in which they are told.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedList<T>(pub Vec<(String, T)>);

impl<T> NamedList<T> {
    /// The one of this name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl<T: Serialize> Serialize for NamedList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// What an evaluation of rankings reports.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RankingReport {
    /// Ours.
    pub metrics: NamedList<f64>,
    /// 95 % of the resamples lie within; `ratio` is that of our NDCG to the best baseline's, in the same resamples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervals: Option<NamedList<Interval>>,
    /// Those of the same run.
    pub baselines: NamedList<NamedList<f64>>,
    /// How many predictions were judged.
    pub n: usize,
    /// For how many users or groups.
    pub subjects: usize,
    /// The baseline of the highest NDCG.
    pub best: String,
    /// Our NDCG over that baseline's; absent where that is 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<f64>,
    /// The name of the model that ranked.
    pub model: String,
    /// The families that took part.
    pub families: Vec<&'static str>,
    /// Interactions left out because they would have given a case's answer away.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
    /// Interactions that were not predicted because the library does not have their item.
    #[serde(skip_serializing_if = "is_zero")]
    pub not_in_library: usize,
    /// The same of those predictions alone for which little was known: `newcomers`, `newItems`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cuts: Option<NamedList<RankingReport>>,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Rows of figures: one ranker's a column.
#[derive(Debug)]
pub struct MetricsTable {
    figures: [String; FIGURES],
    baselines: Vec<String>,
    /// From 1, in the order in which they were met.
    numbers: BySubject<u32>,
    met: u32,
    subjects: Vec<u32>,
    rows: Vec<Vec<MetricsRow>>,
}

impl MetricsTable {
    /// An empty board for us and these baselines.
    pub fn new(figures: [String; FIGURES], baselines: &[&str]) -> Self {
        Self {
            figures,
            baselines: baselines.iter().map(|name| (*name).to_owned()).collect(),
            numbers: BySubject::default(),
            met: 0,
            subjects: Vec::new(),
            rows: vec![Vec::new(); baselines.len() + 1],
        }
    }

    /// Notes a prediction for a subject: our figures, then each baseline's.
    pub fn note(&mut self, subject: Subject, rows: impl IntoIterator<Item = MetricsRow>) {
        let number = self.numbers.of(subject);
        if *number == 0 {
            self.met += 1;
            *number = self.met;
        }
        self.subjects.push(*number - 1);
        self.rows.iter_mut().zip(rows).for_each(|(column, row)| column.push(row));
    }

    /// The ranker's figures, averaged over all predictions; 0 is us.
    fn means(&self, ranker: usize) -> MetricsRow {
        let rows = &self.rows[ranker];
        let sums = rows.iter().fold([0.0; FIGURES], add);
        sums.map(|sum| sum / rows.len().max(1) as f64)
    }

    /// What the board says.
    pub fn report(&self, settings: &Settings, model: &str) -> RankingReport {
        let named = |row: MetricsRow| NamedList(self.figures.iter().cloned().zip(row).collect());
        let baselines: Vec<MetricsRow> = (1..self.rows.len()).map(|ranker| self.means(ranker)).collect();
        // The first of equals: `max_by` would take the last.
        let best = (0..baselines.len()).rev().max_by(|&a, &b| baselines[a][NDCG].total_cmp(&baselines[b][NDCG]));
        let ours = self.means(0);
        let highest = best.map_or(0.0, |best| baselines[best][NDCG]);
        RankingReport {
            metrics: named(ours),
            intervals: (settings.bootstrap > 0).then(|| self.intervals(best.map_or(0, |best| best + 1), settings)),
            n: self.subjects.len(),
            subjects: self.met as usize,
            best: best.map_or(String::new(), |best| self.baselines[best].clone()),
            ratio: (highest > 0.0).then(|| ours[NDCG] / highest),
            baselines: NamedList(self.baselines.iter().cloned().zip(baselines.into_iter().map(named)).collect()),
            model: model.to_owned(),
            families: settings.families.names(),
            left_out: 0,
            not_in_library: 0,
            cuts: None,
        }
    }

    /// Intervals of our figures and of the ratio of our NDCG to a ranker's.
    fn intervals(&self, rival: usize, settings: &Settings) -> NamedList<Interval> {
        let (ours, theirs) = (self.by_subject(0), self.by_subject(rival));
        let mut predictions = vec![0u32; self.met as usize];
        self.subjects.iter().for_each(|&subject| predictions[subject as usize] += 1);
        let judge = |drawn: &[u32]| {
            let of = |sums: &[MetricsRow]| {
                let scaled = sums.iter().zip(drawn).map(|(row, &times)| row.map(|figure| figure * f64::from(times)));
                scaled.fold([0.0; FIGURES], |sum, row| add(sum, &row))
            };
            let n: f64 = predictions.iter().zip(drawn).map(|(&n, &times)| f64::from(n) * f64::from(times)).sum();
            let (ours, theirs) = (of(&ours), of(&theirs));
            let ratio = (theirs[NDCG] > 0.0).then(|| ours[NDCG] / theirs[NDCG]);
            [Some(ours[0] / n), Some(ours[1] / n), Some(ours[2] / n), ratio]
        };
        let found = intervals(self.met as usize, settings.bootstrap, settings.seed, judge);
        let names = self.figures.iter().cloned().chain(["ratio".to_owned()]);
        NamedList(names.zip(found).filter_map(|(name, interval)| Some((name, interval?))).collect())
    }

    /// A ranker's figures, summed for each subject.
    fn by_subject(&self, ranker: usize) -> Vec<MetricsRow> {
        let mut sums = vec![[0.0; FIGURES]; self.met as usize];
        for (&subject, row) in self.subjects.iter().zip(&self.rows[ranker]) {
            sums[subject as usize] = add(sums[subject as usize], row);
        }
        sums
    }
}

/// Who touched fewer items is a newcomer, what was touched less often is new.
pub const NEW: usize = 5;

/// Boards of all predictions, of those for newcomers, and of those of new items.
#[derive(Debug)]
pub struct MetricsTables([MetricsTable; 3]);

impl MetricsTables {
    /// Empty boards for us and these baselines.
    pub fn new(figures: &[String; FIGURES], baselines: &[&str]) -> Self {
        Self([(); 3].map(|()| MetricsTable::new(figures.clone(), baselines)))
    }

    /// Notes a prediction for a subject who had touched so many items, of items the least touched of which was touched so
    /// often.
    pub fn note(&mut self, subject: Subject, rows: &[MetricsRow], [touched, touches]: [usize; 2]) {
        for (table, counts) in self.0.iter_mut().zip([true, touched < NEW, touches < NEW]) {
            if counts {
                table.note(subject, rows.iter().copied());
            }
        }
    }

    /// What the boards say, those of little knowledge within that of all.
    pub fn report(&self, settings: &Settings, model: &str) -> RankingReport {
        let [all, newcomers, new_items] = self.0.each_ref().map(|table| table.report(settings, model));
        let cuts = [("newcomers", newcomers), ("newItems", new_items)].into_iter().filter(|(_, cut)| cut.n > 0);
        RankingReport { cuts: Some(NamedList(cuts.map(|(name, cut)| (name.to_owned(), cut)).collect())), ..all }
    }
}

fn add(sum: MetricsRow, row: &MetricsRow) -> MetricsRow {
    std::array::from_fn(|n| sum[n] + row[n])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::value::Value;
    use crate::evaluation::settings::Way;

    fn settings(bootstrap: usize) -> Settings {
        let read = Settings::read(Value::Record(Vec::new()), "", Way::Replay).unwrap();
        Settings { bootstrap, ..read }
    }

    fn table() -> MetricsTable {
        let mut table = MetricsTable::new(["hr@10", "ndcg@10", "mrr"].map(str::to_owned), &["newest", "trend"]);
        table.note(Subject::User(7), [[1.0, 0.8, 0.5], [0.0; 3], [1.0, 0.4, 0.2]]);
        table.note(Subject::User(7), [[0.0, 0.0, 0.1], [0.0; 3], [0.0, 0.0, 0.1]]);
        table.note(Subject::Group(7), [[1.0, 1.0, 1.0], [1.0, 0.1, 0.2], [1.0, 0.5, 0.3]]);
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
    fn a_ratio_that_never_varies_has_an_interval_of_one_point() {
        let report = table().report(&settings(100), "m");
        let [low, high] = *report.intervals.as_ref().unwrap().get("ratio").unwrap();
        assert!((low - 2.0).abs() < 1e-12 && (high - 2.0).abs() < 1e-12);
        let json = crate::base::value::json(&report);
        assert!(json.starts_with(r#"{"metrics":{"hr@10":"#) && json.contains(r#""baselines":{"newest":{"#), "{json}");
    }

    #[test]
    fn predictions_of_which_little_was_known_are_told_apart() {
        let mut tables = MetricsTables::new(&["a", "b", "c"].map(str::to_owned), &["x"]);
        let row = |figure: f64| [[figure; 3], [0.5; 3]];
        tables.note(Subject::User(1), &row(1.0), [NEW, NEW]);
        tables.note(Subject::User(2), &row(0.5), [NEW - 1, NEW]);
        tables.note(Subject::User(3), &row(0.0), [0, 0]);
        let report = tables.report(&settings(0), "m");
        let of = |cut: &str| report.cuts.as_ref().unwrap().get(cut).map(|cut| (cut.n, *cut.metrics.get("b").unwrap()));
        assert_eq!((report.n, of("newcomers"), of("newItems")), (3, Some((2, 0.25)), Some((1, 0.0))));
    }

    #[test]
    fn an_empty_board_reports_nothing_and_does_not_fail() {
        let report = MetricsTable::new(["a", "b", "c"].map(str::to_owned), &["x"]).report(&settings(10), "m");
        assert_eq!((report.n, report.ratio), (0, None));
        assert_eq!(report.intervals.unwrap().0, []);
    }
}
