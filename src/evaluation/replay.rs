//! Replay: each interaction of a log is predicted before it is learnt, in time order.

use crate::base::error::Result;
use crate::base::index::{ItemIndex, UserIndex};
use crate::base::order;
use crate::memory::Subject;
use crate::memory::history::History;
use crate::world::IndexedInteraction;
use crate::world::recipient::Recipient;

use super::answers::{SentItem, answers};
use super::baselines::{BaselineQuery, Baselines, TRENDS, count_items, is_interaction};
use super::evaluated_ranker::EvaluatedRanker;
use super::metrics_table::{MetricsRow, MetricsTables, NDCG, NamedList, PredictionTraits, RankingReport};
use super::{PROGRESS_EVERY, Progress};
use crate::metrics::ranking::{hit, middle_rank, ndcg, reciprocal, top};

/// Evaluates the ranking on a log in any order; interactions at the same time keep their order.
///
/// Predicted are users' positive interactions between the settings' `from` and `to`, if they are the user's first with
/// the item and not the first of all users. Candidates are the items published by then that the user has not interacted
/// with. Exposures do not count as interactions here.
///
/// An interaction that answers a showing is predicted from the state before that showing, and at its time: the showing
/// and all later entries are not known yet. It is left out if the showing precedes the first fit. `sent` are
/// the items of accepted decisions, for showings without an impression.
///
/// # Errors
/// A fit is due and no model can be fitted to the examples before it.
pub fn replay(
    mut ranker: EvaluatedRanker,
    mut log: Vec<IndexedInteraction>,
    sent: Vec<SentItem>,
    progress: Progress,
) -> Result<RankingReport> {
    let (span, first_fit) = ((ranker.settings().from, ranker.settings().to), ranker.settings().fit_until);
    order::sort_by_key(&mut log, |interaction| interaction.at);
    log.truncate(log.partition_point(|interaction| interaction.at <= span.1));
    ranker.begin(log.iter().map(|interaction| interaction.at));
    let answers = answers(&log, sent, &ranker.world().kinds);
    let mut is_answer = vec![false; log.len()];
    answers.iter().for_each(|answer| is_answer[answer.place] = true);
    let mut answers = answers.into_iter().peekable();
    let mut replay = Replay::new(ranker);
    for (done, &interaction) in log.iter().enumerate() {
        if done % PROGRESS_EVERY == 0 {
            progress(done, log.len());
        }
        replay.ranker.fit_if_due(interaction.at)?;
        while let Some(answer) = answers.next_if(|answer| answer.before == done) {
            let answering = log[answer.place];
            if answering.at >= span.0 && first_fit.is_none_or(|due| answer.shown_at >= due) {
                replay.predict(IndexedInteraction { at: answer.shown_at, ..answering }, true);
            }
        }
        if interaction.at >= span.0 && !is_answer[done] {
            replay.predict(interaction, false);
        }
        replay.learn(interaction);
    }
    progress(log.len(), log.len());
    Ok(replay.report())
}

/// One pass over a log.
struct Replay {
    ranker: EvaluatedRanker,
    baselines: Baselines,
    tables: MetricsTables,
    /// The library by id, so that ties go to the lower id.
    library: Vec<ItemIndex>,
    candidates: Vec<ItemIndex>,
    utilities: Vec<f64>,
    best: Vec<usize>,
    /// By item: number of the last prediction whose user had interacted with it.
    interacted: Vec<u32>,
    /// By item: true if ever a candidate; per ranker, true if ever among its first k.
    ranked: Vec<bool>,
    reached: Vec<Vec<bool>>,
    predictions: u32,
    not_in_library: usize,
}

impl Replay {
    fn new(ranker: EvaluatedRanker) -> Self {
        let ids = &ranker.world().library.ids;
        let mut library: Vec<ItemIndex> = ranker.world().library.iter().map(|(item, _)| item).collect();
        order::sort_by(&mut library, |&a, &b| ids.name(a).cmp(ids.name(b)));
        let (items, k) = (ids.len(), ranker.settings().k);
        let names = Baselines::names();
        Self {
            tables: MetricsTables::new(&[format!("hr@{k}"), format!("ndcg@{k}"), "mrr".to_owned()], &names),
            reached: vec![vec![false; items]; names.len() + 1],
            ranked: vec![false; items],
            interacted: vec![0; items],
            baselines: Baselines::default(),
            candidates: Vec::new(),
            utilities: Vec::new(),
            best: Vec::new(),
            predictions: 0,
            not_in_library: 0,
            library,
            ranker,
        }
    }

    /// Predicts an interaction at its time, if it qualifies.
    fn predict(&mut self, interaction: IndexedInteraction, answers_showing: bool) {
        let (Some(user), Some(item)) = (interaction.user, interaction.item) else { return };
        let kinds = &self.ranker.world().kinds;
        let history = self.ranker.memory().history(Subject::User(user));
        let has_interacted = |history: &History| history.has_interacted(item, kinds);
        if !kinds.of(interaction.kind).positive
            || history.is_some_and(has_interacted)
            || !self.baselines.has_interactions(item)
        {
            return;
        }
        if self.ranker.world().library.entry(item).is_none() {
            self.not_in_library += 1;
            return;
        }
        self.predictions += 1;
        self.gather(user, interaction);
        let relevant = self.candidates.iter().position(|&candidate| candidate == item).expect("known and not touched");
        self.rank(user, interaction, relevant, answers_showing);
    }

    /// Collects the candidates. An item with interactions counts as published, independently of its record.
    fn gather(&mut self, user: UserIndex, interaction: IndexedInteraction) {
        let Self { ranker, baselines, library, candidates, interacted, ranked, predictions, .. } = self;
        let world = ranker.world();
        for stats in ranker.memory().history(Subject::User(user)).map_or(&[][..], History::stats) {
            if let Some(item) = stats.item().filter(|_| is_interaction(stats.kind, &world.kinds)) {
                interacted[item.as_usize()] = *predictions;
            }
        }
        let published = |item: ItemIndex| {
            let published = world.library.entry(item).and_then(|entry| entry.item.published_at);
            published.is_none_or(|at| at <= interaction.at) || baselines.has_interactions(item)
        };
        candidates.clear();
        candidates
            .extend(library.iter().filter(|&&item| interacted[item.as_usize()] != *predictions && published(item)));
        candidates.iter().for_each(|&item| ranked[item.as_usize()] = true);
    }

    /// Ranks the candidates by all rankers; `relevant` is the index of the relevant one.
    fn rank(&mut self, user: UserIndex, interaction: IndexedInteraction, relevant: usize, answers_showing: bool) {
        let Self { ranker, baselines, tables, candidates, utilities, best, reached, .. } = self;
        let k = ranker.settings().k;
        let mut measure = |ranker: usize, scores: &[f64]| -> MetricsRow {
            top(scores, k, best);
            best.iter().for_each(|&index| reached[ranker][candidates[index].as_usize()] = true);
            let rank = [middle_rank(scores, relevant)];
            [hit(&rank, k), ndcg(&rank, k), reciprocal(&rank)]
        };
        let to = Recipient { is_user: true, user: Some(user), group: interaction.group, channel: None };
        ranker.utilities(to, interaction.at, candidates, utilities);
        let mut rows = vec![measure(0, utilities)];
        ranker.trainer.refresh();
        let query = BaselineQuery {
            world: ranker.world(),
            neighbours: ranker.memory().neighbours(),
            history: ranker.memory().history(Subject::User(user)),
            now: interaction.at,
        };
        baselines.scores(&query, candidates, |n, scores| rows.push(measure(n + 1, scores)));
        let (memory, kinds) = (ranker.memory(), &ranker.world().kinds);
        let demand =
            memory.trends().of(candidates[relevant]).iter().filter(|demand| is_interaction(demand.kind, kinds));
        let interactions = demand.map(|demand| demand.count as usize).sum();
        let items = count_items(memory, Subject::User(user), kinds);
        tables.add(Subject::User(user), &rows, PredictionTraits { items, interactions, answers_showing });
    }

    fn learn(&mut self, interaction: IndexedInteraction) {
        self.ranker.trainer.learn(interaction);
        if let Some(item) = interaction.item.filter(|_| is_interaction(interaction.kind, &self.ranker.world().kinds)) {
            self.baselines.learn(item, interaction.at);
        }
    }

    fn report(self) -> RankingReport {
        let mut report = self.tables.report(self.ranker.settings(), self.ranker.trainer.model().name());
        report.not_in_library = self.not_in_library;
        let ranked = count(&self.ranked).max(1) as f64;
        let figures =
            [&mut report.metrics].into_iter().chain(report.baselines.0.iter_mut().map(|(_, figures)| figures));
        for (figures, reached) in figures.zip(&self.reached) {
            figures.0.push(("coverage".to_owned(), count(reached) as f64 / ranked));
        }
        let best = best_trend(&report.baselines);
        report.baselines.0.insert(1, ("trend".to_owned(), best));
        report
    }
}

/// Returns the metrics of the trend with the highest NDCG.
fn best_trend(baselines: &NamedList<NamedList<f64>>) -> NamedList<f64> {
    let trends = TRENDS.iter().filter_map(|(name, _)| baselines.get(name));
    trends.max_by(|a, b| a.0[NDCG].1.total_cmp(&b.0[NDCG].1)).expect("trends are always evaluated").clone()
}

fn count(flags: &[bool]) -> usize {
    flags.iter().filter(|flag| **flag).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::time::HOUR;
    use crate::evaluation::settings::EvaluationKind;
    use crate::evaluation::testing::{LIBRARY, at_hour, evaluated_ranker, event};

    fn replayed(settings: &str, log: &[String]) -> RankingReport {
        let mut ranker = evaluated_ranker(EvaluationKind::Replay, settings, &LIBRARY, &[]);
        let log = log.iter().map(|json| event(&mut ranker, json)).collect();
        replay(ranker, log, Vec::new(), &mut |_, _| ()).unwrap()
    }

    /// Worked out by hand. Published by hour 3: a, b, c; d follows at hour 10. Numbers are ranks.
    ///
    /// | hour | interaction | predicted | reason |
    /// | 2 | u click a | no | first with a |
    /// | 3 | u save a  | no | not u's first with a |
    /// | 3 | u click b | no | first with b |
    /// | 4 | v click a | yes, of a b c | newest c b a: 3. Counts a 2, b 1: 1. Trend 1h: a 1/4 + 1/2, b 1/2: 1 |
    /// | 4 | v impression b | no | not positive |
    /// | 5 | v click b | yes, of b c, before the exposure | newest: 2. Counts b 1, c 0: 1; the exposure does not count |
    /// | 6 | w dismiss a | no | not positive |
    /// | 7 | w click a | no | w dismissed a before |
    /// | 8 | x click c | no | first with c |
    /// | 9 | u click c | yes, of c alone | 1 everywhere |
    #[test]
    fn a_small_log_gives_the_metrics_worked_out_by_hand() {
        let log = [
            (2, "u", "a", "click"),
            (3, "u", "a", "save"),
            (3, "u", "b", "click"),
            (4, "v", "a", "click"),
            (4, "v", "b", "impression"),
            (5, "v", "b", "click"),
            (6, "w", "a", "dismiss"),
            (7, "w", "a", "click"),
            (8, "x", "c", "click"),
            (9, "u", "c", "click"),
        ];
        let mut log = log.map(|(hour, user, item, kind)| at_hour(hour, user, item, kind));
        let report = replayed(r#"{"from":0,"k":2}"#, &log);
        assert_eq!((report.n, report.subjects), (3, 2));
        let of = |name: &str, figure: &str| *report.baselines.get(name).unwrap().get(figure).unwrap();
        assert!((of("newest", "mrr") - (1.0 / 3.0 + 0.5 + 1.0) / 3.0).abs() < 1e-15);
        assert!((of("newest", "hr@2") - 2.0 / 3.0).abs() < 1e-15);
        assert!((of("newest", "ndcg@2") - (0.0 + 1.0 / 3f64.log2() + 1.0) / 3.0).abs() < 1e-15);
        assert_eq!((of("popular", "mrr"), of("trend 1h", "mrr"), of("trend", "hr@2")), (1.0, 1.0, 1.0));
        // For v, first no item has a neighbour: three tie at rank 2. Then a is near b: 1. Last, u liked both: 1.
        assert!((of("neighbours", "mrr") - (0.5 + 1.0 + 1.0) / 3.0).abs() < 1e-15);
        // Candidates were a, b, c; the newest two were c b, then c b, then c.
        assert_eq!((of("newest", "coverage"), of("popular", "coverage")), (2.0 / 3.0, 1.0));

        // Both ends of the span are inclusive.
        let of_span =
            |from: i64, to: i64| replayed(&format!(r#"{{"from":{},"to":{}}}"#, from * HOUR, to * HOUR), &log).n;
        assert_eq!((of_span(4, 5), of_span(5, 5), of_span(6, 8), of_span(9, 99)), (2, 1, 0, 1));
        // The order of the file does not matter if times differ: v's click and exposure at hour 4 keep theirs.
        log.swap(2, 8);
        assert_eq!(replayed(r#"{"from":0,"k":2}"#, &log), report);
    }

    #[test]
    fn later_interactions_change_no_earlier_prediction() {
        let mut random = Random::new(6);
        let (users, items, kinds) =
            (["u", "v", "w", "x"], ["a", "b", "c", "d"], ["click", "save", "dismiss", "impression"]);
        let mut log: Vec<String> = (0..80)
            .map(|n| at_hour(n, users[random.below(4)], items[random.below(4)], kinds[random.below(4)]))
            .collect();
        let before = format!(r#"{{"from":0,"to":{}}}"#, 39 * HOUR);
        let report = replayed(&before, &log);
        assert!(report.n > 3);
        // Replaces everything after the span.
        for n in 40..80 {
            let (user, item) = (users[random.below(4)], items[random.below(4)]);
            log[n as usize] = at_hour(n, user, item, "click");
        }
        assert_eq!(replayed(&before, &log), report);
    }

    #[test]
    fn an_item_outside_the_library_is_learnt_and_counted_but_not_predicted() {
        let log = [at_hour(1, "u", "z", "click"), at_hour(2, "v", "z", "click")];
        let report = replayed("{}", &log);
        assert_eq!((report.n, report.not_in_library), (0, 1));
    }

    #[test]
    fn progress_is_reported_from_start_to_end() {
        let mut ranker = evaluated_ranker(EvaluationKind::Replay, "{}", &LIBRARY, &[]);
        let log = (0..300).map(|n| event(&mut ranker, &at_hour(n, "u", "a", "click"))).collect();
        let mut reported = Vec::new();
        replay(ranker, log, Vec::new(), &mut |done, total| reported.push((done, total))).unwrap();
        assert_eq!(reported, [(0, 300), (256, 300), (300, 300)]);
    }
}
