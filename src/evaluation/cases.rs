//! Cases: the log is learnt as a whole, then the candidates of each case are ranked.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::base::error::{Code, Error, Result};
use crate::base::id;
use crate::base::index::{ItemIndex, KindIndex};
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

use super::baselines::{count_items, is_interaction, neighbour_scores};
use super::evaluated_ranker::EvaluatedRanker;
use super::metrics_table::{MetricsRow, MetricsTables, PredictionTraits, RankingReport};
use super::{PROGRESS_EVERY, Progress};
use crate::metrics::ranking::{hit, middle_rank, ndcg, recall};

/// The timestamp of an interaction without one; no content log starts in 1970.
pub const TIMELESS: Time = 0;

/// A subject with its relevant items and the candidates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Case {
    /// The user's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The group's id; exactly one of the two is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Ids of the relevant items.
    pub relevant: Vec<String>,
    /// Ids of the candidates; missing relevant items are added.
    pub candidates: Vec<String>,
}

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    /// Names the field that is wrong.
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

/// A case by index, each item once.
struct IndexedCase {
    subject: Subject,
    relevant: Vec<ItemIndex>,
    candidates: Vec<ItemIndex>,
}

/// Evaluates the ranking on cases after learning the log. Interactions of a case's subject with its relevant items
/// would leak the answer: they are left out and counted.
///
/// Affinities decay until the last interaction. [`TIMELESS`] ones count at that time and do not enter trends.
///
/// # Errors
/// No model can be fitted to the log.
pub fn cases(
    mut ranker: EvaluatedRanker,
    log: &[IndexedInteraction],
    cases: &[Case],
    progress: Progress,
) -> Result<RankingReport> {
    let cases: Vec<IndexedCase> = cases.iter().map(|case| indexed(&mut ranker, case)).collect();
    put_missing_items(&mut ranker, log, &cases);
    let now = log.iter().map(|interaction| interaction.at).filter(|&at| at != TIMELESS).max().unwrap_or(TIMELESS);
    let (log, left_out) = without_leaks(log, &cases);
    let popularity = Popularity::new(ranker.world(), &log);
    learn(&mut ranker, &log, now)?;
    ranker.trainer.refresh();
    let ease = ranker.trainer.plain_ease();

    let k = ranker.settings().k;
    let names = ["hr", "ndcg", "recall"].map(|name| format!("{name}@{k}"));
    let mut tables = MetricsTables::new(&names, &["popular", "neighbours", "ease"]);
    let (mut utilities, mut by_neighbours, mut last_subject) = (Vec::new(), Vec::new(), None);
    let mut ease_scores = Vec::new();
    let ease_score = |item: &ItemIndex, ease_scores: &[f64]| match ease.as_ref().and_then(|ease| ease.index_of(*item)) {
        Some(index) => ease_scores[index],
        None => 0.0,
    };
    for (done, case) in cases.iter().enumerate() {
        if done % PROGRESS_EVERY == 0 {
            progress(done, cases.len());
        }
        let measure = |scores: &[f64]| -> MetricsRow {
            let position =
                |item| case.candidates.iter().position(|candidate| candidate == item).expect("made to be there");
            let ranks: Vec<f64> = case.relevant.iter().map(|item| middle_rank(scores, position(item))).collect();
            [hit(&ranks, k), ndcg(&ranks, k), recall(&ranks, k)]
        };
        ranker.utilities(case.subject.addressee(ranker.world()), now, &case.candidates, &mut utilities);
        let counts: Vec<f64> = case.candidates.iter().map(|&item| popularity.count(case.subject, item)).collect();
        // Cases of one subject are usually adjacent.
        if last_subject.replace(case.subject) != Some(case.subject) {
            let history = ranker.memory().history(case.subject);
            neighbour_scores(ranker.memory().neighbours(), history, ranker.world(), &mut by_neighbours);
            ease_scores = ease.as_ref().map(|ease| predict(ease, history, &ranker.world().kinds)).unwrap_or_default();
        }
        let neighbours: Vec<f64> = case.candidates.iter().map(|&item| by_neighbours[item.as_usize()]).collect();
        let by_ease: Vec<f64> = case.candidates.iter().map(|item| ease_score(item, &ease_scores)).collect();
        let (memory, kinds) = (ranker.memory(), &ranker.world().kinds);
        let fewest = case.relevant.iter().map(|&item| popularity.total(item)).min().unwrap_or(0);
        let rows = [measure(&utilities), measure(&counts), measure(&neighbours), measure(&by_ease)];
        let items = count_items(memory, case.subject, kinds);
        tables.add(case.subject, &rows, PredictionTraits { items, interactions: fewest, answers_showing: false });
    }
    progress(cases.len(), cases.len());
    Ok(RankingReport { left_out, ..tables.report(ranker.settings(), ranker.trainer.model().name()) })
}

/// Returns the log without interactions that leak answers, and the number left out.
fn without_leaks(log: &[IndexedInteraction], cases: &[IndexedCase]) -> (Vec<IndexedInteraction>, usize) {
    let of = |case: &IndexedCase| case.relevant.iter().map(|&item| (case.subject, item)).collect::<Vec<_>>();
    let mut answers: Vec<(Subject, ItemIndex)> = cases.iter().flat_map(of).collect();
    order::sort(&mut answers);
    let leaks = |interaction: &IndexedInteraction| {
        interaction.item.is_some_and(|item| {
            subjects_of(*interaction).any(|subject| answers.binary_search(&(subject, item)).is_ok())
        })
    };
    let kept: Vec<IndexedInteraction> = log.iter().filter(|interaction| !leaks(interaction)).copied().collect();
    let left_out = log.len() - kept.len();
    (kept, left_out)
}

/// One of this many pairs of a subject and a liked item is held out for the fit.
const HELD_OUT_ONE_IN: usize = 5;

/// One of this many held-out pairs of groups fits the group weight.
const GROUP_WEIGHT_ONE_IN: usize = 3;

/// Learns the log. With `fit`, a fifth of the liked pairs is held out, sampled as choices after the rest is learnt, and
/// then learnt too.
fn learn(ranker: &mut EvaluatedRanker, log: &[IndexedInteraction], now: Time) -> Result<()> {
    let learn_all = |ranker: &mut EvaluatedRanker, takes: &dyn Fn(&IndexedInteraction) -> bool| {
        for &interaction in log.iter().filter(|interaction| takes(interaction)) {
            match interaction.at {
                TIMELESS => ranker.trainer.learn_timeless(IndexedInteraction { at: now, ..interaction }),
                _ => ranker.trainer.learn(interaction),
            }
        }
    };
    if !ranker.settings().fit {
        learn_all(ranker, &|_| true);
        ranker.trainer.solve_item_weights();
        return Ok(());
    }
    let held = hold_out(ranker, log);
    let is_held = |interaction: &IndexedInteraction| {
        let is_held =
            |item| subjects_of(*interaction).any(|subject| matches!(held.get(&(subject, item)), Some(Some(_))));
        interaction.item.is_some_and(is_held)
    };
    learn_all(ranker, &|interaction| !is_held(interaction));
    ranker.trainer.solve_item_weights();
    let seed = ranker.settings().seed;
    ranker.trainer.start_sampling(seed);
    let mut held_out: Vec<(Subject, ItemIndex, &[KindIndex])> =
        held.iter().filter_map(|(&(subject, item), kinds)| Some((subject, item, &kinds.as_ref()?[..]))).collect();
    order::sort(&mut held_out);
    // The group weight is fitted to the predictions of a model fitted to the other pairs.
    let mut groups = 0;
    let (for_group_weight, for_model): (Vec<_>, Vec<_>) = held_out.into_iter().partition(|(subject, ..)| {
        groups += usize::from(subject.is_group());
        subject.is_group() && groups.is_multiple_of(GROUP_WEIGHT_ONE_IN)
    });
    for_model.iter().for_each(|(subject, item, kinds)| ranker.trainer.sample_case(*subject, *item, kinds, now));
    if !for_group_weight.is_empty() {
        ranker.trainer.fit_holdout()?;
        for_group_weight
            .iter()
            .for_each(|(subject, item, kinds)| ranker.trainer.sample_case(*subject, *item, kinds, now));
    }
    ranker.trainer.stop_sampling();
    learn_all(ranker, &is_held);
    ranker.trainer.fit()
}

/// Returns every liked pair; those held out with their kinds.
fn hold_out(
    ranker: &EvaluatedRanker,
    log: &[IndexedInteraction],
) -> FxHashMap<(Subject, ItemIndex), Option<Vec<KindIndex>>> {
    let mut random = Random::new(ranker.settings().seed);
    let mut pairs: FxHashMap<(Subject, ItemIndex), Option<Vec<KindIndex>>> = FxHashMap::default();
    let liked = log.iter().filter(|interaction| ranker.world().kinds.of(interaction.kind).positive);
    for &interaction in liked {
        let Some(item) = interaction.item else { continue };
        for subject in subjects_of(interaction) {
            let drawn = || (random.below(HELD_OUT_ONE_IN) == 0).then(Vec::new);
            if let Some(kinds) = pairs.entry((subject, item)).or_insert_with(drawn)
                && !kinds.contains(&interaction.kind)
            {
                kinds.push(interaction.kind);
            }
        }
    }
    pairs
}

/// Returns the EASE scores of all solved items for this history.
fn predict(ease: &EaseSolver, history: Option<&History>, kinds: &Kinds) -> Vec<f64> {
    let liked = history.into_iter().flat_map(|history| history.liked(kinds));
    let liked: Vec<(usize, f64)> = liked.filter_map(|item| Some((ease.index_of(item)?, 1.0))).collect();
    ease.scores(&liked)
}

/// Adds items that the library lacks, with nothing but their ids.
fn put_missing_items(ranker: &mut EvaluatedRanker, log: &[IndexedInteraction], cases: &[IndexedCase]) {
    let named = log.iter().filter_map(|interaction| interaction.item);
    let mut named: Vec<ItemIndex> =
        named.chain(cases.iter().flat_map(|case| case.candidates.iter().copied())).collect();
    named.retain(|&item| ranker.world().library.entry(item).is_none());
    order::sort(&mut named);
    named.dedup();
    for item in named {
        let id = ranker.world().library.ids.name(item).to_owned();
        ranker.put_bare(&id);
    }
    ranker.trainer.extend_models();
}

fn indexed(ranker: &mut EvaluatedRanker, case: &Case) -> IndexedCase {
    let world = ranker.trainer.change_world();
    let subject = match (&case.user, &case.group) {
        (Some(user), _) => Subject::User(world.users.ids.intern(user)),
        (None, group) => Subject::Group(world.groups.ids.intern(group.as_deref().unwrap_or_default())),
    };
    let mut each_once = |ids: &mut dyn Iterator<Item = &String>| {
        let mut seen: SortedMap<ItemIndex, ()> = SortedMap::default();
        let mut is_new = |index| seen.get(&index).is_none().then(|| seen.or_default(index)).is_some();
        let indices = ids.map(|id| world.library.ids.intern(id));
        indices.filter(|&index| is_new(index)).collect::<Vec<ItemIndex>>()
    };
    IndexedCase {
        subject,
        relevant: each_once(&mut case.relevant.iter()),
        candidates: each_once(&mut case.candidates.iter().chain(&case.relevant)),
    }
}

/// Interactions per item, of users and of groups.
#[derive(Debug)]
struct Popularity([Vec<u32>; 2]);

impl Popularity {
    fn new(world: &World, log: &[IndexedInteraction]) -> Self {
        let mut counts = [(); 2].map(|()| vec![0; world.library.ids.len()]);
        for interaction in log.iter().filter(|interaction| is_interaction(interaction.kind, &world.kinds)) {
            for (subject, item) in subjects_of(*interaction).filter_map(|subject| Some((subject, interaction.item?))) {
                counts[subject_class(subject)][item.as_usize()] += 1;
            }
        }
        Self(counts)
    }

    /// Returns the count of users and groups together.
    fn total(&self, item: ItemIndex) -> usize {
        self.0.iter().map(|counts| counts[item.as_usize()] as usize).sum()
    }

    /// Returns the count of users for a user, of groups for a group.
    fn count(&self, subject: Subject, item: ItemIndex) -> f64 {
        f64::from(self.0[subject_class(subject)][item.as_usize()])
    }
}

fn subject_class(subject: Subject) -> usize {
    usize::from(subject.is_group())
}

#[cfg(test)]
mod tests;
