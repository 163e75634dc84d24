//! Evaluates predicted probabilities on a log of impressions with outcomes; each impression is predicted before it is
//! learnt.

use serde::Serialize;

use crate::base::error::Result;
use crate::base::order;
use crate::metrics::lists::{RankedList, means, ranked_lists};
use crate::metrics::probability::{BINS, Predicted, auc, calibration_error, log_loss, sort};
use crate::world::IndexedInteraction;
use crate::world::recipient::Recipient;
use crate::world::showing::{Impression, Outcomes};

use super::evaluated_ranker::EvaluatedRanker;
use super::metrics_table::NamedList;
use super::settings::EvaluationSettings;
use super::{PROGRESS_EVERY, Progress};
use crate::metrics::bootstrap::{Interval, intervals};

/// Index of users that the log does not name.
const UNNAMED: u32 = u32::MAX;

/// The report of an evaluation of probabilities.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImpressionsReport {
    /// Metrics by kind, in the order of the log's columns.
    pub kinds: NamedList<Figures>,
    /// Number of impressions evaluated.
    pub n: usize,
    /// Number of users in them.
    pub subjects: usize,
    /// Name of the model.
    pub model: String,
    /// The feature families that took part.
    pub families: Vec<&'static str>,
}

/// The metrics of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// The probability that a positive impression is predicted higher than a negative one; absent unless both exist.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auc: Option<f64>,
    /// Mean log loss of an impression, in nats.
    pub logloss: f64,
    /// Expected calibration error over 10 bins of equal counts, 0 to 1.
    pub ece: f64,
    /// Mean AUC of lists, weighted by impressions: a list has one user's impressions of one day. Absent without lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gauc: Option<f64>,
    /// Mean NDCG of the same lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ndcg: Option<f64>,
    /// Number of lists: impressions of one user on one day in the operator's time zone, at least one with the outcome
    /// and one without.
    pub lists: usize,
    /// Number of impressions evaluated.
    pub n: usize,
    /// Number of them with this outcome.
    pub positives: usize,
    /// 95 % bootstrap intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intervals: Option<NamedList<Interval>>,
}

/// A log of impressions in any order; those at the same time keep their order.
#[derive(Debug)]
pub struct ImpressionEvaluation {
    ranker: EvaluatedRanker,
    names: Vec<String>,
    kinds: Outcomes,
    rows: Vec<StoredImpression>,
    outcomes: Vec<bool>,
    /// By prediction: the user, and the day on the operator's clock.
    shown_on: Vec<(u32, i64)>,
}

#[derive(Debug, Clone, Copy)]
struct StoredImpression {
    exposure: IndexedInteraction,
    outcomes: usize,
}

impl ImpressionEvaluation {
    /// Creates an empty log with these kinds as columns.
    pub fn new(mut ranker: EvaluatedRanker, names: Vec<String>) -> Self {
        let kinds = Outcomes::new(ranker.trainer.change_world(), &names);
        Self { ranker, names, kinds, rows: Vec::new(), outcomes: Vec::new(), shown_on: Vec::new() }
    }

    /// Adds an impression.
    pub fn push(&mut self, shown: Impression) {
        let exposure = self.kinds.exposure(self.ranker.trainer.change_world(), &shown);
        self.rows.push(StoredImpression { exposure, outcomes: self.outcomes.len() });
        self.outcomes.extend(shown.outcomes);
    }

    /// Evaluates the predictions between the settings' `from` and `to`, in one pass in time order.
    ///
    /// # Errors
    /// A fit is due and no model can be fitted to the examples before it.
    pub fn evaluate(mut self, progress: Progress) -> Result<ImpressionsReport> {
        let EvaluationSettings { from, to, .. } = *self.ranker.settings();
        order::sort_by_key(&mut self.rows, |row| row.exposure.at);
        self.rows.truncate(self.rows.partition_point(|row| row.exposure.at <= to));
        let mut predicted: Vec<Vec<Predicted>> = vec![Vec::new(); self.names.len()];
        self.ranker.begin(self.rows.iter().map(|row| row.exposure.at));
        for n in 0..self.rows.len() {
            if n % PROGRESS_EVERY == 0 {
                progress(n, self.rows.len());
            }
            let row = self.rows[n];
            self.ranker.fit_if_due(row.exposure.at)?;
            if row.exposure.at >= from {
                self.predict(row, &mut predicted);
            }
            self.learn(row);
        }
        progress(self.rows.len(), self.rows.len());
        Ok(self.report(predicted))
    }

    fn outcomes(&self, row: StoredImpression) -> &[bool] {
        &self.outcomes[row.outcomes..row.outcomes + self.names.len()]
    }

    fn predict(&mut self, row: StoredImpression, predicted: &mut [Vec<Predicted>]) {
        let IndexedInteraction { user, channel, item, at, .. } = row.exposure;
        let Some(item) = item else { return };
        let to = Recipient { is_user: true, user, group: None, channel };
        let probabilities = self.ranker.probabilities(to, at, item, self.kinds.kinds());
        let of = user.map_or(UNNAMED, |user| user.0);
        let outcomes = probabilities.into_iter().zip(self.outcomes(row));
        for (predicted, (chance, &happened)) in predicted.iter_mut().zip(outcomes) {
            predicted.push(Predicted { chance, happened, of });
        }
        let day = self.ranker.settings().config.rules.calendar.day(at);
        self.shown_on.push((of, day));
    }

    /// Learns the impression, then its outcomes.
    fn learn(&mut self, row: StoredImpression) {
        let interactions: Vec<IndexedInteraction> = self.kinds.interactions(row.exposure, self.outcomes(row)).collect();
        interactions.into_iter().for_each(|interaction| self.ranker.trainer.learn(interaction));
    }

    fn report(self, mut predicted: Vec<Vec<Predicted>>) -> ImpressionsReport {
        let n = self.shown_on.len();
        let mut users: Vec<u32> = self.shown_on.iter().map(|(user, _)| *user).collect();
        order::sort(&mut users);
        users.dedup();
        let number = |row: &mut Predicted| row.of = users.partition_point(|&user| user < row.of) as u32;
        predicted.iter_mut().flatten().for_each(number);
        let lists = Lists::new(&self.shown_on);
        let settings = self.ranker.settings();
        let figures = predicted.into_iter().map(|rows| figures(rows, &lists, users.len(), settings));
        ImpressionsReport {
            kinds: NamedList(self.names.into_iter().zip(figures).collect()),
            n,
            subjects: users.len(),
            model: self.ranker.trainer.model().name().to_owned(),
            families: settings.families.names(),
        }
    }
}

/// Impressions of each named user in one day.
struct Lists {
    /// The predictions, list after list.
    rows: Vec<usize>,
    /// The end of each list.
    ends: Vec<usize>,
}

impl Lists {
    fn new(shown_on: &[(u32, i64)]) -> Self {
        let mut rows: Vec<usize> = (0..shown_on.len()).filter(|&row| shown_on[row].0 != UNNAMED).collect();
        order::sort_by_key(&mut rows, |&row| (shown_on[row], row));
        let mut ends = Vec::new();
        for list in rows.chunk_by(|&a, &b| shown_on[a] == shown_on[b]) {
            ends.push(ends.last().copied().unwrap_or(0) + list.len());
        }
        Self { rows, ends }
    }

    fn ranked(&self, predicted: &[Predicted]) -> Vec<RankedList> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        let of = |(start, &end): (usize, &usize)| self.rows[start..end].iter().map(|&row| predicted[row]).collect();
        ranked_lists(starts.zip(&self.ends).map(of))
    }
}

/// Returns the metrics of one kind's predictions, whose `of` are below `users`.
fn figures(mut rows: Vec<Predicted>, lists: &Lists, users: usize, settings: &EvaluationSettings) -> Figures {
    let lists = lists.ranked(&rows);
    sort(&mut rows);
    let once = |_: &Predicted| 1.0;
    let [gauc, ndcg] = means(&lists, |_| 1.0);
    Figures {
        auc: auc(&rows, once),
        logloss: log_loss(&rows, once),
        ece: calibration_error(&rows, BINS),
        gauc,
        ndcg,
        lists: lists.len(),
        n: rows.len(),
        positives: rows.iter().filter(|row| row.happened).count(),
        intervals: (settings.bootstrap > 0).then(|| {
            let measure = |drawn: &[u32]| {
                let times = |row: &Predicted| f64::from(drawn[row.of as usize]);
                let [gauc, ndcg] = means(&lists, |list| f64::from(drawn[list.of as usize]));
                [auc(&rows, times), Some(log_loss(&rows, times)), gauc, ndcg]
            };
            let found = intervals(users, settings.bootstrap, settings.seed, measure);
            let named = ["auc", "logloss", "gauc", "ndcg"].map(str::to_owned).into_iter().zip(found);
            NamedList(named.filter_map(|(name, interval)| Some((name, interval?))).collect())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::time::Time;
    use crate::evaluation::settings::EvaluationKind;
    use crate::evaluation::testing::evaluated_ranker;

    /// Evaluates rows of (at, user, item, clicked, long_viewed).
    fn evaluated(settings: &str, rows: &[(Time, &str, &str, bool, bool)]) -> ImpressionsReport {
        let library = [r#"{"id":"a","tags":["x"]}"#, r#"{"id":"b","tags":["x"]}"#, r#"{"id":"c","tags":["y"]}"#];
        let mut log = ImpressionEvaluation::new(
            evaluated_ranker(EvaluationKind::Impressions, settings, &library, &[]),
            vec!["click".to_owned(), "long_view".to_owned()],
        );
        for &(at, user, item, click, long) in rows {
            log.push(Impression { at, user: Some(user), item, channel: None, outcomes: &[click, long] });
        }
        log.evaluate(&mut |_, _| ()).unwrap()
    }

    fn random_rows(random: &mut Random, n: usize, from: Time) -> Vec<(Time, &'static str, &'static str, bool, bool)> {
        let row = |n: usize| {
            let (user, item) = (["u", "v", "w"][random.below(3)], ["a", "b", "c"][random.below(3)]);
            (from + n as Time * 60_000, user, item, random.below(3) == 0, random.below(2) == 0)
        };
        (0..n).map(row).collect()
    }

    #[test]
    fn every_kind_of_the_log_has_metrics() {
        let rows = random_rows(&mut Random::new(1), 200, 0);
        let report = evaluated(r#"{"from":600000,"bootstrap":50}"#, &rows);
        let click = report.kinds.get("click").unwrap();
        assert_eq!((report.n, report.subjects, click.n), (190, 3, 190));
        assert_eq!(click.positives, rows[10..].iter().filter(|row| row.3).count());
        let [low, high] = *click.intervals.as_ref().unwrap().get("auc").unwrap();
        assert!(low <= click.auc.unwrap() && click.auc.unwrap() <= high);
        // A kind without any configuration has the same probability for all items.
        let long_view = report.kinds.get("long_view").unwrap();
        assert_eq!((long_view.auc, long_view.gauc), (Some(0.5), Some(0.5)));
        assert!(click.intervals.as_ref().unwrap().get("gauc").is_some());
    }

    #[test]
    fn a_clicked_tag_raises_the_predicted_probability() {
        // u clicks x and never y; the last two rows are predicted.
        let rows = [
            (0, "u", "a", true, false),
            (1, "u", "c", false, false),
            (2, "u", "b", true, false),
            (3, "u", "c", false, false),
        ];
        assert_eq!(evaluated(r#"{"from":2}"#, &rows).kinds.get("click").unwrap().auc, Some(1.0));
    }

    /// u clicks more than v. Knowing that alone gives an AUC above 0.5, but no order within a list.
    #[test]
    fn lists_have_the_impressions_of_one_user_on_one_day() {
        let (hour, day) = (3_600_000, 24 * 3_600_000);
        // Four a day from 22:00 to 01:00 UTC: the operator's day begins at 16:00 UTC.
        let from = 22 * hour;
        let rows: Vec<_> = (0..200)
            .flat_map(|n| {
                let at = n / 4 * day + from + n % 4 * hour;
                let clicks = |often: i64| (n * 7) % 10 < often;
                [(at, "u", "a", clicks(8), false), (at, "v", "a", clicks(2), false)]
            })
            .collect();
        let report = evaluated(&format!(r#"{{"from":{}}}"#, 40 * day + from), &rows);
        let click = report.kinds.get("click").unwrap();
        let mixed = |user: &str, day_of: i64| {
            let shown = rows.iter().filter(|row| row.1 == user && (row.0 - from) / day == day_of);
            let clicks: Vec<bool> = shown.map(|row| row.3).collect();
            clicks.contains(&true) && clicks.contains(&false)
        };
        let expected = (40..50).flat_map(|day| [mixed("u", day), mixed("v", day)]).filter(|mixed| *mixed).count();
        assert_eq!((report.n, click.lists), (80, expected));
        assert!(click.auc.unwrap() > 0.6, "{click:?}");
    }

    #[test]
    fn later_impressions_change_no_earlier_prediction() {
        let mut random = Random::new(2);
        let mut rows = random_rows(&mut random, 60, 0);
        let before = r#"{"to":1740000}"#;
        let report = evaluated(before, &rows);
        assert_eq!(report.n, 30);
        rows.truncate(30);
        rows.extend(random_rows(&mut random, 30, 30 * 60_000));
        assert_eq!(evaluated(before, &rows), report);
    }

    #[test]
    fn an_evaluation_without_predictions_has_no_auc() {
        let figures = evaluated(r#"{"from":5,"bootstrap":9}"#, &[(0, "u", "a", true, true)]).kinds;
        assert_eq!((figures.get("click").unwrap().auc, figures.get("click").unwrap().n), (None, 0));
        assert!(!crate::base::value::json(&figures).contains("null"));
    }
}
