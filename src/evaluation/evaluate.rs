//! Evaluations by a host in Rust: records and a log in, a report out.

use crate::base::error::Result;
use crate::recommender::decision::Sent;
use crate::training::fit::Records;
use crate::world::IndexedInteraction;
use crate::world::interaction::Interaction;
use crate::world::showing::Impression;

use super::Progress;
use super::answers::SentItem;
use super::cases::{self, Case};
use super::evaluated_ranker::EvaluatedRanker;
use super::impressions::{ImpressionEvaluation, ImpressionsReport};
use super::metrics_table::RankingReport;
use super::replay::replay;
use super::sampled_cases::sample_cases;
use super::settings::EvaluationSettings;

/// Predicts each interaction of a log in time order before it is learnt, next to simple baselines. One that answers a
/// showing is predicted from the state before that showing; `sent` are accepted decisions, for showings without an
/// impression in the log.
///
/// ```
/// use nextpick::{EvaluationSettings, Interaction, Item, Records, Value, EvaluationKind, evaluate_replay};
///
/// let items = (0..5).map(|n| Item::builder(format!("i{n}")).build()).collect::<Result<_, _>>()?;
/// let click = |n: usize| {
///     Interaction::builder("click", n as i64).user(format!("u{}", n % 3)).item(format!("i{}", n % 5)).build()
/// };
/// let log = (0..15).map(click).collect::<Result<Vec<_>, _>>()?;
/// let records = Records { items, ..Records::default() };
/// let settings = EvaluationSettings::read(Value::record([("k", 2)]), "settings", EvaluationKind::Replay)?;
/// let report = evaluate_replay(records, &log, &[], settings, &mut |_, _| ())?;
/// assert!(report.n > 0 && report.metrics.get("ndcg@2").is_some());
/// # Ok::<(), Box<nextpick::Error>>(())
/// ```
///
/// # Errors
/// Names an unknown objective or kind; or a fit is due and no model can be fitted to the examples before it.
pub fn evaluate_replay(
    records: Records,
    log: &[Interaction],
    sent: &[Sent],
    settings: EvaluationSettings,
    progress: Progress,
) -> Result<RankingReport> {
    let (mut ranker, log) = learner(records, log, settings)?;
    let sent = SentItem::index(sent, ranker.trainer.change_world());
    replay(ranker, log, sent, progress)
}

/// Predicts the probability of each outcome of each impression before it is learnt. `kinds` names the outcomes of each
/// impression, in order.
///
/// # Errors
/// As [`evaluate_replay`].
pub fn evaluate_impressions<'a>(
    records: Records,
    kinds: &[String],
    impressions: impl IntoIterator<Item = Impression<'a>>,
    settings: EvaluationSettings,
    progress: Progress,
) -> Result<ImpressionsReport> {
    let (ranker, _) = learner(records, &[], settings)?;
    let mut log = ImpressionEvaluation::new(ranker, kinds.to_vec());
    impressions.into_iter().for_each(|impression| log.push(impression));
    log.evaluate(progress)
}

/// Learns a log, then ranks the candidates of each case. Interactions that would leak an answer are left out. An
/// interaction at time 0 has no known time.
///
/// # Errors
/// As [`evaluate_replay`].
pub fn evaluate_cases(
    records: Records,
    log: &[Interaction],
    cases: &[Case],
    settings: EvaluationSettings,
    progress: Progress,
) -> Result<RankingReport> {
    let (ranker, log) = learner(records, log, settings)?;
    cases::cases(ranker, &log, cases, progress)
}

/// Makes cases from a log: a fifth of the items of each user with at least 5 is held out, each against 100 items that
/// the user never interacted with.
///
/// ```
/// use nextpick::{EvaluationSettings, Interaction, Records, Value, EvaluationKind, evaluate_cases, make_cases};
///
/// let click = |n: usize| {
///     Interaction::builder("click", 1 + n as i64).user(format!("u{}", n % 3)).item(format!("i{}", n % 10)).build()
/// };
/// let log = (0..30).map(click).collect::<Result<Vec<_>, _>>()?;
/// let settings = || EvaluationSettings::read(Value::record([("seed", 1)]), "settings", EvaluationKind::Cases);
/// let cases = make_cases(Records::default(), &log, settings()?)?;
/// let report = evaluate_cases(Records::default(), &log, &cases, settings()?, &mut |_, _| ())?;
/// assert_eq!(report.n, cases.len());
/// # Ok::<(), Box<nextpick::Error>>(())
/// ```
///
/// # Errors
/// Names an unknown objective or kind of the settings.
pub fn make_cases(records: Records, log: &[Interaction], settings: EvaluationSettings) -> Result<Vec<Case>> {
    let (ranker, log) = learner(records, log, settings)?;
    Ok(sample_cases(ranker.world(), &log, ranker.settings().seed))
}

/// Returns a ranker with these records, and the log by index.
fn learner(
    records: Records,
    log: &[Interaction],
    settings: EvaluationSettings,
) -> Result<(EvaluatedRanker, Vec<IndexedInteraction>)> {
    let mut ranker = EvaluatedRanker::new(settings)?;
    records.put_into(ranker.trainer.change_world());
    let log = log.iter().map(|interaction| ranker.trainer.index(interaction)).collect();
    Ok((ranker, log))
}
