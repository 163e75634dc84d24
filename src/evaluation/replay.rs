//! Replay: a log walked in time order; every interaction is predicted before it is learnt.

use crate::base::error::Result;
use crate::base::order;
use crate::memory::Subject;
use crate::memory::history::History;
use crate::world::IndexedInteraction;
use crate::world::recipient::Recipient;

use super::baselines::{Asked, Baselines, TRENDS, is_touch, items_touched};
use super::evaluated_ranker::EvaluatedRanker;
use super::metrics_table::{MetricsRow, MetricsTables, NDCG, NamedList, RankingReport};
use super::{Progress, TOLD_EVERY};
use crate::metrics::ranking::{hit, middle_rank, ndcg, reciprocal, top};

/// Judges the ranking by a log of interactions, in whatever order it comes; equal times keep theirs.
///
/// Predicted is what a user does with an item for the first time, between the settings' `from` and `to`, if it is of a
/// positive kind and somebody touched the item before: against all items published by then that the user has not
/// touched. A mere showing is no touch, neither the user's nor anybody's.
///
/// # Errors
/// Where a fit is asked for and the log before it cannot be fitted to.
pub fn replay(
    mut ranker: EvaluatedRanker,
    mut log: Vec<IndexedInteraction>,
    progress: Progress,
) -> Result<RankingReport> {
    let span = (ranker.settings().from, ranker.settings().to);
    order::sort_by_key(&mut log, |interaction| interaction.at);
    log.truncate(log.partition_point(|interaction| interaction.at <= span.1));
    ranker.begin();
    let mut walk = Walk::new(ranker);
    for (done, &interaction) in log.iter().enumerate() {
        if done % TOLD_EVERY == 0 {
            progress(done, log.len());
        }
        walk.ranker.fit_in_time(interaction.at)?;
        if interaction.at >= span.0 {
            walk.predict(interaction);
        }
        walk.learn(interaction);
    }
    progress(log.len(), log.len());
    Ok(walk.report())
}

/// The walk through a log.
struct Walk {
    ranker: EvaluatedRanker,
    baselines: Baselines,
    tables: MetricsTables,
    /// The library by id, so that among equals the lower id comes first.
    library: Vec<u32>,
    candidates: Vec<u32>,
    utilities: Vec<f64>,
    best: Vec<usize>,
    /// By item number: the last prediction whose user had touched the item.
    touched: Vec<u32>,
    /// By item number: whether it was ever ranked; and for each ranker whether it ever stood among the first k.
    ranked: Vec<bool>,
    reached: Vec<Vec<bool>>,
    predictions: u32,
    not_in_library: usize,
}

impl Walk {
    fn new(ranker: EvaluatedRanker) -> Self {
        let ids = &ranker.world.library.ids;
        let mut library: Vec<u32> = ranker.world.library.iter().map(|(item, _)| item).collect();
        order::sort_by(&mut library, |&a, &b| ids.name(a).cmp(ids.name(b)));
        let (items, k) = (ids.len(), ranker.settings().k);
        let names = Baselines::names();
        Self {
            tables: MetricsTables::new(&[format!("hr@{k}"), format!("ndcg@{k}"), "mrr".to_owned()], &names),
            reached: vec![vec![false; items]; names.len() + 1],
            ranked: vec![false; items],
            touched: vec![0; items],
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

    /// Predicts an interaction, if it is one to predict.
    fn predict(&mut self, interaction: IndexedInteraction) {
        let (Some(user), Some(item)) = (interaction.user, interaction.item) else { return };
        let kinds = &self.ranker.world.kinds;
        let history = self.ranker.memory.history(Subject::User(user));
        let touched = |history: &History| history.has_interacted(item, kinds);
        if !kinds.of(interaction.kind).positive || history.is_some_and(touched) || !self.baselines.knows(item) {
            return;
        }
        if self.ranker.world.library.entry(item).is_none() {
            self.not_in_library += 1;
            return;
        }
        self.predictions += 1;
        self.gather(user, interaction);
        let place = self.candidates.iter().position(|&candidate| candidate == item).expect("known and not touched");
        self.rank(user, interaction, place);
    }

    /// Gathers what there is to choose from. What somebody touched is published, whatever its record says.
    fn gather(&mut self, user: u32, interaction: IndexedInteraction) {
        let Self { ranker, baselines, library, candidates, touched, ranked, predictions, .. } = self;
        let world = &ranker.world;
        for touch in ranker.memory.history(Subject::User(user)).map_or(&[][..], History::touches) {
            if let Some(item) = touch.item().filter(|_| is_touch(touch.kind, &world.kinds)) {
                touched[item as usize] = *predictions;
            }
        }
        let published = |item: u32| {
            let published = world.library.entry(item).and_then(|entry| entry.item.published_at);
            published.is_none_or(|at| at <= interaction.at) || baselines.knows(item)
        };
        candidates.clear();
        candidates.extend(library.iter().filter(|&&item| touched[item as usize] != *predictions && published(item)));
        candidates.iter().for_each(|&item| ranked[item as usize] = true);
    }

    /// Lets all rankers rank the candidates and notes where the one at `place` stands.
    fn rank(&mut self, user: u32, interaction: IndexedInteraction, place: usize) {
        let Self { ranker, baselines, tables, candidates, utilities, best, reached, .. } = self;
        let k = ranker.settings().k;
        let mut judge = |ranker: usize, scores: &[f64]| -> MetricsRow {
            top(scores, k, best);
            best.iter().for_each(|&place| reached[ranker][candidates[place] as usize] = true);
            let rank = [middle_rank(scores, place)];
            [hit(&rank, k), ndcg(&rank, k), reciprocal(&rank)]
        };
        let to = Recipient { is_user: true, user: Some(user), group: interaction.group, channel: None };
        ranker.utilities(to, interaction.at, candidates, utilities);
        let mut rows = vec![judge(0, utilities)];
        let asked = Asked {
            world: &ranker.world,
            neighbours: ranker.memory.neighbours(),
            history: ranker.memory.history(Subject::User(user)),
            now: interaction.at,
        };
        baselines.scores(&asked, candidates, |n, scores| rows.push(judge(n + 1, scores)));
        let (memory, kinds) = (&ranker.memory, &ranker.world.kinds);
        let demand = memory.trends().of(candidates[place]).iter().filter(|demand| is_touch(demand.kind, kinds));
        let touches = demand.map(|demand| demand.count as usize).sum();
        tables.note(Subject::User(user), &rows, [items_touched(memory, Subject::User(user), kinds), touches]);
    }

    fn learn(&mut self, interaction: IndexedInteraction) {
        self.ranker.learn(interaction);
        if let Some(item) = interaction.item.filter(|_| is_touch(interaction.kind, &self.ranker.world.kinds)) {
            self.baselines.learn(item, interaction.at);
        }
    }

    fn report(self) -> RankingReport {
        let mut report = self.tables.report(self.ranker.settings(), self.ranker.model.name());
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

/// The figures of the trend of the highest NDCG.
fn best_trend(baselines: &NamedList<NamedList<f64>>) -> NamedList<f64> {
    let trends = TRENDS.iter().filter_map(|(name, _)| baselines.get(name));
    trends.max_by(|a, b| a.0[NDCG].1.total_cmp(&b.0[NDCG].1)).expect("trends are always judged").clone()
}

fn count(flags: &[bool]) -> usize {
    flags.iter().filter(|flag| **flag).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::time::HOUR;
    use crate::evaluation::settings::Way;
    use crate::evaluation::testing::{event, examinee_of};

    const LIBRARY: [&str; 4] = [
        r#"{"id":"a","publishedAt":0}"#,
        r#"{"id":"b","publishedAt":3600000}"#,
        r#"{"id":"c","publishedAt":7200000}"#,
        r#"{"id":"d","publishedAt":36000000}"#,
    ];

    fn at_hour(hour: i64, user: &str, item: &str, kind: &str) -> String {
        format!(r#"{{"user":"{user}","item":"{item}","kind":"{kind}","at":{}}}"#, hour * HOUR)
    }

    fn replayed(settings: &str, log: &[String]) -> RankingReport {
        let mut ranker = examinee_of(Way::Replay, settings, &LIBRARY, &[]);
        let log = log.iter().map(|json| event(&mut ranker, json)).collect();
        replay(ranker, log, &mut |_, _| ()).unwrap()
    }

    /// Worked out by hand. At hour 3 are published: a, b, c; d comes at hour 10.
    ///
    /// | hour | who does | predicted | because |
    /// | 2 | u click a | no | nobody had touched a |
    /// | 3 | u save a  | no | not u's first with a |
    /// | 3 | u click b | no | nobody had touched b |
    /// | 4 | v click a | yes, of a b c | newest c b a: 3. Counts a 2, b 1: 1. Trend 1h: a 1/4 + 1/2, b 1/2: 1 |
    /// | 4 | v impression b | no | not positive |
    /// | 5 | v click b | yes, of b c | newest: 2. Counts b 1, c 0: 1; a showing is no touch |
    /// | 6 | w dismiss a | no | not positive |
    /// | 7 | w click a | no | w dismissed a before |
    /// | 8 | x click c | no | nobody had touched c |
    /// | 9 | u click c | yes, of c alone | 1 everywhere |
    #[test]
    fn a_log_small_enough_to_be_done_by_hand() {
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
        // Nothing is near anything for v at first: three tied at 2. Then a is near b: 1. Last u liked both of them.
        assert!((of("neighbours", "mrr") - (0.5 + 1.0 + 1.0) / 3.0).abs() < 1e-15);
        // Ranked were a, b, c; the newest two were c b, then c b, then c.
        assert_eq!((of("newest", "coverage"), of("popular", "coverage")), (2.0 / 3.0, 1.0));

        // Only what lies in the span is predicted; both its ends belong to it.
        let of_span =
            |from: i64, to: i64| replayed(&format!(r#"{{"from":{},"to":{}}}"#, from * HOUR, to * HOUR), &log).n;
        assert_eq!((of_span(4, 5), of_span(5, 5), of_span(6, 8), of_span(9, 99)), (2, 1, 0, 1));
        // The order of the file does not matter where times differ.
        log.swap(3, 8);
        assert_eq!(replayed(r#"{"from":0,"k":2}"#, &log), report);
    }

    #[test]
    fn what_comes_later_changes_no_prediction_before_it() {
        let mut random = Random::new(6);
        let (users, items, kinds) =
            (["u", "v", "w", "x"], ["a", "b", "c", "d"], ["click", "save", "dismiss", "impression"]);
        let mut log: Vec<String> = (0..80)
            .map(|n| at_hour(n, users[random.below(4)], items[random.below(4)], kinds[random.below(4)]))
            .collect();
        let before = format!(r#"{{"from":0,"to":{}}}"#, 39 * HOUR);
        let report = replayed(&before, &log);
        assert!(report.n > 3);
        // What the future says is dealt out anew among its own times.
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
    fn all_is_told_of_how_far_one_is() {
        let mut ranker = examinee_of(Way::Replay, "{}", &LIBRARY, &[]);
        let log = (0..300).map(|n| event(&mut ranker, &at_hour(n, "u", "a", "click"))).collect();
        let mut told = Vec::new();
        replay(ranker, log, &mut |done, total| told.push((done, total))).unwrap();
        assert_eq!(told, [(0, 300), (256, 300), (300, 300)]);
    }
}
