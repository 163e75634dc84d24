//! Laws of a replay on logs with showings: the effects of showings, and results independent of them.

use super::metrics_table::RankingReport;
use super::replay::replay;
use super::settings::EvaluationKind;
use super::testing::{LIBRARY, at_hour, evaluated_ranker, event};
use crate::base::random::Random;
use crate::base::time::HOUR;

fn replayed_with<T: AsRef<str>>(settings: &str, library: &[T], log: &[String]) -> RankingReport {
    let library: Vec<&str> = library.iter().map(AsRef::as_ref).collect();
    let mut ranker = evaluated_ranker(EvaluationKind::Replay, settings, &library, &[]);
    let log = log.iter().map(|json| event(&mut ranker, json)).collect();
    replay(ranker, log, Vec::new(), &mut |_, _| ()).unwrap()
}

fn replayed(settings: &str, log: &[String]) -> RankingReport {
    replayed_with(settings, &LIBRARY, log)
}

/// A log of touches at whole hours from 11, when all items are published, until `n`, with impressions of users who touch nothing among them.
fn random_log(random: &mut Random, n: i64) -> Vec<String> {
    let (items, kinds) = (["a", "b", "c", "d"], ["click", "save", "dismiss"]);
    let row = |hour| {
        let (user, item) = (random.below(12), items[random.below(4)]);
        let kind = if user < 9 { kinds[random.below(3)] } else { "impression" };
        at_hour(hour, &format!("u{user}"), item, kind)
    };
    (11..n).map(row).collect()
}

/// The log, with an impression one second before each touch.
fn with_impressions(log: &[String]) -> Vec<String> {
    let shown = |json: &String| {
        let at = json.rsplit(':').next().unwrap().trim_end_matches('}').parse::<i64>().unwrap();
        let kind = ["click", "save"].into_iter().find(|kind| json.contains(kind))?;
        let shown = json.replace(kind, "impression").replace(&format!(":{at}}}"), &format!(":{}}}", at - 1000));
        Some(shown)
    };
    log.iter().flat_map(|json| shown(json).into_iter().chain([json.clone()])).collect()
}

/// Shipped weights read no impressions here, so that one before an earlier touch changes no later prediction.
#[test]
fn an_impression_one_second_before_each_touch_changes_no_metric() {
    let mut random = Random::new(11);
    let mut predicted = 0;
    for _ in 0..20 {
        let log = random_log(&mut random, 60);
        let without = replayed("{}", &log);
        let with = replayed("{}", &with_impressions(&log));
        assert_eq!((&with.metrics, &with.baselines, with.n), (&without.metrics, &without.baselines, without.n));
        let answered = with.cuts.as_ref().unwrap().get("answered").map_or(0, |cut| cut.n);
        assert_eq!(answered, with.n, "every touch answers its impression");
        predicted += with.n;
    }
    assert!(predicted > 100, "{predicted} predictions");
}

/// The last touch alone is predicted, by families that read impressions.
#[test]
fn exposure_features_never_see_the_showing_that_is_answered() {
    let mut random = Random::new(12);
    for _ in 0..20 {
        let mut log = random_log(&mut random, 60);
        log.push(at_hour(70, "new", "a", "click"));
        let from = 70 * HOUR;
        let settings = format!(r#"{{"from":{from},"families":["fatigue","rates","affinity","visit"]}}"#);
        let without = replayed(&settings, &log);
        log.insert(49, with_impressions(&log[49..])[0].clone());
        let with = replayed(&settings, &log);
        assert_eq!((&with.metrics, &with.baselines, with.n), (&without.metrics, &without.baselines, 1));
    }
}

#[test]
fn entries_after_the_showing_are_not_known() {
    let shown = [(2, "u", "a", "click"), (3, "u", "b", "click"), (4, "v", "a", "impression")];
    let later = [(5, "x", "b", "click"), (6, "y", "b", "click"), (7, "v", "a", "click")];
    let log: Vec<String> =
        shown.iter().chain(&later).map(|&(hour, user, item, kind)| at_hour(hour, user, item, kind)).collect();
    let report = replayed(&format!(r#"{{"from":{}}}"#, 7 * HOUR), &log);
    let answered = report.cuts.as_ref().unwrap().get("answered").unwrap();
    // Counts at the showing are equal. At the click b would have 3, a 1.
    assert_eq!(answered.baselines.get("popular").unwrap().get("mrr"), Some(&(1.0 / 1.5)));
    assert_eq!(answered.n, 1);
}

/// The figures are those of version 0.1.0, which knew no showings.
#[test]
fn a_log_without_impressions_is_replayed_as_before() {
    let mut state = 1u32;
    let mut draw = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let library: Vec<String> =
        (0..10).map(|n| format!(r#"{{"id":"i{n}","tags":["t{}"],"publishedAt":{}}}"#, n % 3, n * HOUR)).collect();
    let kinds = ["click", "save", "dismiss", "click"];
    let mut row = |n: i64| {
        let (user, item) = (draw(25), draw(10));
        at_hour(n, &format!("u{user}"), &format!("i{item}"), kinds[n as usize % 4])
    };
    let log: Vec<String> = (0..160).map(&mut row).collect();
    let report = replayed_with(&format!(r#"{{"from":{},"k":3}}"#, 20 * HOUR), &library, &log);
    let figures: Vec<f64> = report.metrics.0.iter().map(|(_, figure)| *figure).collect();
    assert_eq!((report.n, report.subjects), (70, 25));
    assert_eq!(figures, [0.4142857142857143, 0.295405254030616, 0.36256802721088427, 1.0]);
    let expected = [
        ("newest", 0.3935348289795952),
        ("trend 1h", 0.3630929753571458),
        ("trend 24h", 0.295405254030616),
        ("popular", 0.26472358101836574),
        ("neighbours", 0.2864998701932405),
    ];
    for (name, ndcg) in expected {
        assert_eq!(report.baselines.get(name).unwrap().get("ndcg@3"), Some(&ndcg), "{name}");
    }
    let cuts: Vec<(&str, usize)> =
        report.cuts.as_ref().unwrap().0.iter().map(|(name, cut)| (name.as_str(), cut.n)).collect();
    assert_eq!(cuts, [("newcomers", 63), ("newItems", 19)]);
}
