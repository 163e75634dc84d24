//! Cases: a log is learnt as a whole, then the candidates of each case are ranked.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::order;
use crate::base::random::Random;
use crate::base::sorted::SortedMap;
use crate::base::time::Time;
use crate::base::value::{self, Fields, Value};
use crate::memory::history::History;
use crate::memory::{Subject, subjects_of};
use crate::training::ease::EaseSolver;
use crate::world::kind::Kinds;
use crate::world::{IndexedInteraction, World};

use super::baselines::{is_touch, items_touched, near};
use super::evaluated_ranker::EvaluatedRanker;
use super::metrics_table::{MetricsRow, MetricsTables, RankingReport};
use super::{Progress, TOLD_EVERY};
use crate::metrics::ranking::{hit, middle_rank, ndcg, recall};

/// The time of an interaction that has none; no log of content begins in 1970.
pub const TIMELESS: Time = 0;

/// One subject, what it took, and what it chose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Or the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// What it took.
    pub relevant: Vec<String>,
    /// What it chose from; what it took is added where it is missing.
    pub candidates: Vec<String>,
}

impl Case {
    /// Reads a case and checks every field.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let ids = |value, path: &str| match value::list(value, path, id::id)? {
            ids if ids.is_empty() => Err(Error::invalid(path, "at least one item", "none")),
            ids => Ok(ids),
        };
        let case = Self {
            user: fields.optional("user", id::id)?,
            group: fields.optional("group", id::id)?,
            relevant: fields.required("relevant", ids)?,
            candidates: fields.required("candidates", ids)?,
        };
        fields.finish()?;
        match (&case.user, &case.group) {
            (None, None) => Err(Error::new(Code::Missing, path, "a user or a group", "")),
            (Some(_), Some(_)) => Err(Error::invalid(path, "a user or a group", "both")),
            _ => Ok(case),
        }
    }
}

/// A case in numbers, each item once.
struct Numbers {
    subject: Subject,
    relevant: Vec<u32>,
    candidates: Vec<u32>,
}

/// Judges the ranking by cases, after all of a log is learnt but what the cases ask: an interaction of a case's subject
/// with an item it took would give the answer away, and is left out and counted.
///
/// What was liked fades until the moment of the last interaction. [`TIMELESS`] ones count as of that moment, and make no trend.
///
/// # Errors
/// Where the log cannot be fitted to.
pub fn cases(
    mut ranker: EvaluatedRanker,
    log: &[IndexedInteraction],
    cases: &[Case],
    progress: Progress,
) -> Result<RankingReport> {
    let cases: Vec<Numbers> = cases.iter().map(|case| numbers(&mut ranker, case)).collect();
    put_unknown(&mut ranker, log, &cases);
    let now = log.iter().map(|interaction| interaction.at).filter(|&at| at != TIMELESS).max().unwrap_or(TIMELESS);
    let (log, left_out) = without_answers(log, &cases);
    let popular = Popular::of(&ranker.world, &log);
    learn(&mut ranker, &log, now)?;
    let ease = ranker.plain_ease();

    let k = ranker.settings().k;
    let names = ["hr", "ndcg", "recall"].map(|name| format!("{name}@{k}"));
    let mut tables = MetricsTables::new(&names, &["popular", "neighbours", "ease"]);
    let (mut utilities, mut nearness, mut looked_at) = (Vec::new(), Vec::new(), None);
    let mut foretold = Vec::new();
    let of_place = |item: &u32, foretold: &[f64]| match ease.as_ref().and_then(|ease| ease.place(*item)) {
        Some(place) => foretold[place],
        None => 0.0,
    };
    for (done, case) in cases.iter().enumerate() {
        if done % TOLD_EVERY == 0 {
            progress(done, cases.len());
        }
        let judge = |scores: &[f64]| -> MetricsRow {
            let place =
                |item| case.candidates.iter().position(|candidate| candidate == item).expect("made to be there");
            let ranks: Vec<f64> = case.relevant.iter().map(|item| middle_rank(scores, place(item))).collect();
            [hit(&ranks, k), ndcg(&ranks, k), recall(&ranks, k)]
        };
        ranker.utilities(case.subject.addressee(&ranker.world), now, &case.candidates, &mut utilities);
        let counts: Vec<f64> = case.candidates.iter().map(|&item| popular.count(case.subject, item)).collect();
        // Cases of one subject mostly stand together.
        if looked_at.replace(case.subject) != Some(case.subject) {
            let history = ranker.memory.history(case.subject);
            near(ranker.memory.neighbours(), history, &ranker.world, &mut nearness);
            foretold = ease.as_ref().map(|ease| predict(ease, history, &ranker.world.kinds)).unwrap_or_default();
        }
        let near: Vec<f64> = case.candidates.iter().map(|&item| nearness[item as usize]).collect();
        let eased: Vec<f64> = case.candidates.iter().map(|item| of_place(item, &foretold)).collect();
        let (memory, kinds) = (&ranker.memory, &ranker.world.kinds);
        let fewest = case.relevant.iter().map(|&item| popular.in_all(item)).min().unwrap_or(0);
        let rows = [judge(&utilities), judge(&counts), judge(&near), judge(&eased)];
        tables.note(case.subject, &rows, [items_touched(memory, case.subject, kinds), fewest]);
    }
    progress(cases.len(), cases.len());
    Ok(RankingReport { left_out, ..tables.report(ranker.settings(), ranker.model.name()) })
}

/// The log but what the cases ask, and how many interactions were left out.
fn without_answers(log: &[IndexedInteraction], cases: &[Numbers]) -> (Vec<IndexedInteraction>, usize) {
    let of = |case: &Numbers| case.relevant.iter().map(|&item| (case.subject, item)).collect::<Vec<_>>();
    let mut answers: Vec<(Subject, u32)> = cases.iter().flat_map(of).collect();
    order::sort(&mut answers);
    let asked = |interaction: &IndexedInteraction| {
        interaction.item.is_some_and(|item| {
            subjects_of(*interaction).any(|subject| answers.binary_search(&(subject, item)).is_ok())
        })
    };
    let kept: Vec<IndexedInteraction> = log.iter().filter(|interaction| !asked(interaction)).copied().collect();
    let left_out = log.len() - kept.len();
    (kept, left_out)
}

/// Of so many pairs of a subject and an item one is held out to fit to.
const HELD_OUT: usize = 5;

/// Of so many groups' pairs held out, one is heard.
const HEARD: usize = 3;

/// Learns the log. If a model is to be fitted, a fifth of what was liked is held out first, foretold from the rest, and
/// learnt after that.
fn learn(ranker: &mut EvaluatedRanker, log: &[IndexedInteraction], now: Time) -> Result<()> {
    let learn_all = |ranker: &mut EvaluatedRanker, wanted: &dyn Fn(&IndexedInteraction) -> bool| {
        for &interaction in log.iter().filter(|interaction| wanted(interaction)) {
            match interaction.at {
                TIMELESS => ranker.learn_timeless(IndexedInteraction { at: now, ..interaction }),
                _ => ranker.learn(interaction),
            }
        }
    };
    if !ranker.settings().fit {
        learn_all(ranker, &|_| true);
        ranker.associate();
        return Ok(());
    }
    let held = hold_out(ranker, log);
    let is_held = |interaction: &IndexedInteraction| {
        let is_held =
            |item| subjects_of(*interaction).any(|subject| matches!(held.get(&(subject, item)), Some(Some(_))));
        interaction.item.is_some_and(is_held)
    };
    learn_all(ranker, &|interaction| !is_held(interaction));
    ranker.associate();
    let seed = ranker.settings().seed;
    ranker.start_sampling(seed);
    let mut asked: Vec<(Subject, u32, &[u32])> =
        held.iter().filter_map(|(&(subject, item), kinds)| Some((subject, item, &kinds.as_ref()?[..]))).collect();
    order::sort(&mut asked);
    // How much groups weigh is learnt from what the fit to the others says of some of them.
    let mut groups = 0;
    let (heard, noted): (Vec<_>, Vec<_>) = asked.into_iter().partition(|(subject, ..)| {
        groups += usize::from(subject.is_group());
        subject.is_group() && groups.is_multiple_of(HEARD)
    });
    noted.iter().for_each(|(subject, item, kinds)| ranker.note_case(*subject, *item, kinds, now));
    if !heard.is_empty() {
        ranker.fit_holdout()?;
        heard.iter().for_each(|(subject, item, kinds)| ranker.note_case(*subject, *item, kinds, now));
    }
    ranker.stop_sampling();
    learn_all(ranker, &is_held);
    ranker.fit()
}

/// Every pair that was liked, and by which kinds if it is held out.
fn hold_out(ranker: &EvaluatedRanker, log: &[IndexedInteraction]) -> FxHashMap<(Subject, u32), Option<Vec<u32>>> {
    let mut random = Random::new(ranker.settings().seed);
    let mut pairs: FxHashMap<(Subject, u32), Option<Vec<u32>>> = FxHashMap::default();
    let liked = log.iter().filter(|interaction| ranker.world.kinds.of(interaction.kind).positive);
    for &interaction in liked {
        let Some(item) = interaction.item else { continue };
        for subject in subjects_of(interaction) {
            let drawn = || (random.below(HELD_OUT) == 0).then(Vec::new);
            if let Some(kinds) = pairs.entry((subject, item)).or_insert_with(drawn)
                && !kinds.contains(&interaction.kind)
            {
                kinds.push(interaction.kind);
            }
        }
    }
    pairs
}

/// What EASE says of all items it was solved for to one with this history.
fn predict(ease: &EaseSolver, history: Option<&History>, kinds: &Kinds) -> Vec<f64> {
    let liked = history.into_iter().flat_map(|history| history.liked(kinds));
    let places: Vec<(usize, f64)> = liked.filter_map(|item| Some((ease.place(item)?, 1.0))).collect();
    ease.speak(&places)
}

/// Puts the items that the library does not have, known by their ids alone.
fn put_unknown(ranker: &mut EvaluatedRanker, log: &[IndexedInteraction], cases: &[Numbers]) {
    let named = log.iter().filter_map(|interaction| interaction.item);
    let mut named: Vec<u32> = named.chain(cases.iter().flat_map(|case| case.candidates.iter().copied())).collect();
    named.retain(|&item| ranker.world.library.entry(item).is_none());
    order::sort(&mut named);
    named.dedup();
    for item in named {
        let id = ranker.world.library.ids.name(item).to_owned();
        ranker.put_bare(&id);
    }
    ranker.refresh();
}

fn numbers(ranker: &mut EvaluatedRanker, case: &Case) -> Numbers {
    let world = &mut ranker.world;
    let subject = match (&case.user, &case.group) {
        (Some(user), _) => Subject::User(world.users.ids.intern(user)),
        (None, group) => Subject::Group(world.groups.ids.intern(group.as_deref().unwrap_or_default())),
    };
    let mut each_once = |ids: &mut dyn Iterator<Item = &String>| {
        let mut met: SortedMap<u32, ()> = SortedMap::default();
        let mut is_new = |number| met.get(&number).is_none().then(|| met.or_default(number)).is_some();
        let numbers = ids.map(|id| world.library.ids.intern(id));
        numbers.filter(|&number| is_new(number)).collect::<Vec<u32>>()
    };
    Numbers {
        subject,
        relevant: each_once(&mut case.relevant.iter()),
        candidates: each_once(&mut case.candidates.iter().chain(&case.relevant)),
    }
}

/// How often each item was touched by users, and how often by groups.
#[derive(Debug)]
struct Popular([Vec<u32>; 2]);

impl Popular {
    fn of(world: &World, log: &[IndexedInteraction]) -> Self {
        let mut counts = [(); 2].map(|()| vec![0; world.library.ids.len()]);
        for interaction in log.iter().filter(|interaction| is_touch(interaction.kind, &world.kinds)) {
            for (subject, item) in subjects_of(*interaction).filter_map(|subject| Some((subject, interaction.item?))) {
                counts[sort_of(subject)][item as usize] += 1;
            }
        }
        Self(counts)
    }

    /// The count among users and groups.
    fn in_all(&self, item: u32) -> usize {
        self.0.iter().map(|counts| counts[item as usize] as usize).sum()
    }

    /// The count among the subject's own sort.
    fn count(&self, subject: Subject, item: u32) -> f64 {
        f64::from(self.0[sort_of(subject)][item as usize])
    }
}

fn sort_of(subject: Subject) -> usize {
    usize::from(subject.is_group())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::DAY;
    use crate::evaluation::sampled_cases::make;
    use crate::evaluation::settings::{Settings, Way};
    use crate::evaluation::testing::{event, examinee_of, user_event};

    fn case(json: &str) -> Case {
        Case::read(Value::from_json(json, "").unwrap(), "cases[0]").unwrap()
    }

    fn judge(settings: &str, log: &[&str], groups: &[&str], asked: &[Case]) -> RankingReport {
        let mut ranker = examinee_of(Way::Cases, settings, &[], groups);
        let log: Vec<IndexedInteraction> = log.iter().map(|json| event(&mut ranker, json)).collect();
        cases(ranker, &log, asked, &mut |_, _| ()).unwrap()
    }

    #[test]
    fn a_case_is_read_field_by_field() {
        let read = |json: &str| Case::read(Value::from_json(json, "").unwrap(), "cases[3]").unwrap_err().path;
        assert_eq!(read(r#"{"user":"u","relevant":[],"candidates":["a"]}"#), "cases[3].relevant");
        assert_eq!(read(r#"{"user":"u","group":"g","relevant":["a"],"candidates":["a"]}"#), "cases[3]");
        assert_eq!(read(r#"{"relevant":["a"],"candidates":["a"]}"#), "cases[3]");
        let made = case(r#"{"group":"g","relevant":["a"],"candidates":["a","b"]}"#);
        assert_eq!(case(&crate::base::value::json(&made)), made);
    }

    #[test]
    fn popular_counts_the_subjects_own_sort() {
        let log = [
            r#"{"user":"v","item":"a","kind":"click"}"#,
            r#"{"user":"w","item":"a","kind":"click"}"#,
            r#"{"group":"h","item":"b","kind":"convert"}"#,
        ];
        let of = |who: &str| {
            let asked = case(&format!(r#"{{{who},"relevant":["a"],"candidates":["a","b"]}}"#));
            *judge(r#"{"k":1}"#, &log, &[], &[asked]).baselines.get("popular").unwrap().get("hr@1").unwrap()
        };
        assert_eq!((of(r#""user":"u""#), of(r#""group":"g""#)), (1.0, 0.0));
    }

    #[test]
    fn candidates_listed_twice_count_once_and_ties_share_their_middle() {
        // Nothing is known, so a, b and c share rank 2 however often b is listed.
        let asked = [case(r#"{"user":"u","relevant":["a"],"candidates":["b","b","a","c","b"]}"#)];
        let report = judge(r#"{"k":2}"#, &[], &[], &asked);
        let expected = 1.0 / 3f64.log2();
        assert_eq!((report.n, *report.metrics.get("hr@2").unwrap()), (1, 1.0));
        assert!((report.metrics.get("ndcg@2").unwrap() - expected).abs() < 1e-15);
        assert_eq!(*judge(r#"{"k":1}"#, &[], &[], &asked).metrics.get("hr@1").unwrap(), 0.0);
    }

    #[test]
    fn what_a_case_asks_is_not_learnt() {
        let answer = r#"{"user":"u","item":"a","kind":"convert"}"#;
        let asked = [case(r#"{"user":"u","relevant":["a"],"candidates":["a","b","c"]}"#)];
        let other = r#"{"user":"v","item":"b","kind":"click"}"#;
        let (told, untold) = (judge("{}", &[answer, other], &[], &asked), judge("{}", &[other], &[], &asked));
        assert_eq!((told.left_out, untold.left_out), (1, 0));
        assert_eq!((told.metrics, told.baselines), (untold.metrics, untold.baselines));
    }

    #[test]
    fn timeless_interactions_make_no_trend_but_speak_for_their_neighbours() {
        // Everybody touched p; those who touched x also touched y. Without times p is not in demand.
        let mut log: Vec<String> = (0..9).map(|n| format!(r#"{{"user":"p{n}","item":"p","kind":"click"}}"#)).collect();
        for n in 0..3 {
            log.extend(["x", "y"].map(|item| format!(r#"{{"user":"xy{n}","item":"{item}","kind":"click"}}"#)));
        }
        log.push(r#"{"user":"u","item":"x","kind":"click"}"#.to_owned());
        let log: Vec<&str> = log.iter().map(String::as_str).collect();
        let asked = [case(r#"{"user":"u","relevant":["y"],"candidates":["p","y"]}"#)];
        assert_eq!(*judge(r#"{"k":1,"fit":false}"#, &log, &[], &asked).metrics.get("hr@1").unwrap(), 1.0);
        let trend = judge(r#"{"k":1,"fit":false,"families":["trend"]}"#, &log, &[], &asked);
        assert_eq!(*trend.metrics.get("hr@1").unwrap(), 0.0, "p and y are tied at the middle rank 1.5");
    }

    #[test]
    fn a_group_is_heard_with_its_members() {
        let log = [
            r#"{"user":"m","item":"x","kind":"click"}"#,
            r#"{"user":"n","item":"x","kind":"click"}"#,
            r#"{"user":"n","item":"y","kind":"click"}"#,
        ];
        let asked = [case(r#"{"group":"g","relevant":["y"],"candidates":["y","z"]}"#)];
        let of = |groups: &[&str]| *judge(r#"{"k":1,"fit":false}"#, &log, groups, &asked).metrics.get("hr@1").unwrap();
        assert_eq!((of(&[r#"{"id":"g","members":["m"]}"#]), of(&[])), (1.0, 0.0));
    }

    #[test]
    fn cases_made_from_a_log_can_be_judged_with_the_same_log() {
        let mut ranker = examinee_of(Way::Cases, "{}", &[], &[]);
        let mut log = Vec::new();
        for (user, first) in [("u", 0), ("v", 2), ("w", 4)] {
            for n in first..first + 6 {
                log.push(user_event(&mut ranker, user, &format!("i{n}"), "click", n * DAY + 1));
            }
        }
        let Settings { seed, .. } = *ranker.settings();
        let made = make(&ranker.world, &log, seed);
        let report = cases(ranker, &log, &made, &mut |_, _| ()).unwrap();
        assert_eq!((report.n, report.left_out, report.subjects), (3, 3, 3));
    }
}
