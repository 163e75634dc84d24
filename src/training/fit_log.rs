//! Fits a model to a log in one pass in time order: each interaction is sampled with the features of its own moment,
//! then learnt; the model is fitted to the samples at the end.

use crate::base::error::{Code, Error, Result};
use crate::base::order;
use crate::base::random;
use crate::base::time::{self, MAX_TIME, Time};
use crate::base::value::{self, Fields, Value};
use crate::engine::config::Config;
use crate::features::FamilySet;
use crate::training::report::FitReport;
use crate::world::IndexedInteraction;

use super::trainer::Trainer;

/// Called from time to time with the number of steps done and the total.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize);

/// The last 1/`TAIL` of the log is the holdout: a model fitted to the rest is evaluated on it before the final fit.
const TAIL: usize = 5;

/// Steps between two progress calls.
pub const PROGRESS_EVERY: usize = 256;

/// Settings of a fit.
#[derive(Debug, Clone)]
pub struct FitSettings {
    /// The configuration under which the model will decide.
    pub config: Config,
    /// The feature families that are fitted; those of the configuration by default.
    pub families: FamilySet,
    /// Seed of negative sampling.
    pub seed: u64,
    /// Interactions at or after this time are left out, ms.
    pub until: Time,
}

impl FitSettings {
    /// Reads `{ config, families, seed, until }`, all optional.
    ///
    /// # Errors
    /// Names the field that is wrong.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let config = Config::read(fields.or("config", Value::Null, value::anything)?)?;
        let settings = Self {
            families: fields.or("families", config.families, FamilySet::read)?,
            config,
            seed: fields.or("seed", 0, random::seed)?,
            until: fields.or("until", MAX_TIME, time::time)?,
        };
        fields.finish()?;
        Ok(settings)
    }
}

/// Returns the place of the first interaction of the holdout in a log of `count` interactions.
pub fn held_out_from(count: usize) -> usize {
    count - count.div_ceil(TAIL)
}

/// Fits a trainer, whose world is already filled, to a log in any order; interactions at the same time keep their
/// order. Interactions of users with `personalised: false` are left out. Afterwards the trainer has the model that the
/// report describes.
///
/// # Errors
/// [`Code::Missing`] if no interaction is left to learn from; `Code::Invalid` if no model can be fitted to them.
pub fn fit_log(
    trainer: &mut Trainer,
    mut log: Vec<IndexedInteraction>,
    settings: &FitSettings,
    progress: Progress,
) -> Result<FitReport> {
    // Users who opted out of profiling are not learnt from.
    log.retain(|interaction| interaction.user.is_none_or(|user| trainer.world().is_personalised(user)));
    order::sort_by_key(&mut log, |interaction| interaction.at);
    log.truncate(log.partition_point(|interaction| interaction.at < settings.until));
    if log.is_empty() {
        return Err(Error::new(Code::Missing, "events", "at least one interaction before `until`", "none"));
    }
    trainer.start_sampling(settings.seed);
    let tail = held_out_from(log.len());
    for (done, &interaction) in log.iter().enumerate() {
        if done % PROGRESS_EVERY == 0 {
            progress(done, log.len());
        }
        if done == tail {
            trainer.fit_holdout()?;
        }
        trainer.learn(interaction);
    }
    progress(log.len(), log.len());
    trainer.fit()?;
    Ok(trainer.report().expect("there was a rehearsal"))
}
