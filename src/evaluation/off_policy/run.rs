//! An off-policy evaluation from a log to its report.

use crate::base::error::Result;
use crate::base::value::Value;
use crate::evaluation::{PROGRESS_EVERY, Progress};

use super::entry::LogEntry;
use super::evaluator::{Evaluator, TargetComparison};
use super::report::OffPolicyReport;
use super::walk::{Settings, Walk};

/// Reads a log of changes, as a durable recommender keeps it, and reconstructs its decisions. `log` opens an iteration
/// over all entries; it is called twice, and once more for each further configuration in the log.
///
/// # Errors
/// Those of an entry, with its path `log[n]`; [`Code::Missing`](crate::base::error::Code::Missing) if the period has no
/// decision; [`Code::Invalid`](crate::base::error::Code::Invalid) if it has decisions for users and for groups and the
/// question does not say which.
pub fn reconstruct<L: IntoIterator<Item = Value>>(
    settings: Settings,
    log: impl Fn() -> L,
    progress: Progress,
) -> Result<Evaluator> {
    let question = settings.question.clone();
    let mut first = Walk::collect(&settings)?;
    for (n, entry) in log().into_iter().enumerate() {
        first.push(LogEntry::read(entry, &format!("log[{n}]"))?);
    }
    let mut walk = Walk::new(settings, first)?;
    while walk.start_pass()? {
        for (n, entry) in log().into_iter().enumerate() {
            if n % PROGRESS_EVERY == 0 {
                let (done, all) = walk.progress();
                progress(done, all);
            }
            if !walk.push(&LogEntry::read(entry, &format!("log[{n}]"))?)? {
                break;
            }
        }
        walk.end_pass()?;
    }
    Ok(Evaluator::new(&question, walk.finish()))
}

/// Estimates, from a log, the relative difference in outcomes of another policy. `log` is as for [`reconstruct`].
///
/// # Errors
/// Those of [`reconstruct`] and of the target.
pub fn evaluate_off_policy<L: IntoIterator<Item = Value>>(
    settings: Settings,
    log: impl Fn() -> L,
    progress: Progress,
) -> Result<OffPolicyReport> {
    let policy = settings.target.overrides.policy;
    reconstruct(settings, log, progress)?.evaluate(&TargetComparison { objective: None, policy })
}
