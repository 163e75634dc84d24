//! A lecture: a log is walked once in time order, every interaction is noted with the features of its own moment and
//! then learnt, and at the end a model is fitted to the notes.

use crate::base::error::{Code, Error, Result};
use crate::base::order;
use crate::base::random;
use crate::base::time::{self, MAX_TIME, Time};
use crate::base::value::{self, Fields, Value};
use crate::features::FamilySet;
use crate::training::report::FitReport;
use crate::world::IndexedInteraction;

use super::trainer::Trainer;
use crate::recommender::config::Config;

/// Told now and then how many of how many steps are done.
pub type Progress<'a> = &'a mut dyn FnMut(usize, usize);

/// One part of so many of the log, the latest, is foretold by a fit to the rest, before all of it is learnt from.
const TAIL: usize = 5;

/// Progress is told once in so many steps.
pub const TOLD_EVERY: usize = 256;

/// What a fit is asked for.
#[derive(Debug, Clone)]
pub struct FitSettings {
    /// The configuration under which one will decide.
    pub config: Config,
    /// The families that are given weights; those that decide unless others are named.
    pub families: FamilySet,
    /// For what is drawn to compare a choice with.
    pub seed: u64,
    /// Only what is before this moment is learnt.
    pub until: Time,
}

impl FitSettings {
    /// Reads `{ config, families, seed, until }`, all of them optional.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let config = Config::read(fields.or("config", Value::Null, value::anything)?)?;
        let wanted = Self {
            families: fields.or("families", config.families, FamilySet::read)?,
            config,
            seed: fields.or("seed", 0, random::seed)?,
            until: fields.or("until", MAX_TIME, time::time)?,
        };
        fields.finish()?;
        Ok(wanted)
    }
}

/// Teaches a student, who was told the world of the log, by a log in whatever order it comes; equal times keep theirs.
/// What users did whose record says `personalised: false` is left out.
/// Afterwards the student has the model that the report is of.
///
/// # Errors
/// [`Code::Missing`] where there is nothing to learn from.
pub fn fit_log(
    trainer: &mut Trainer,
    mut log: Vec<IndexedInteraction>,
    wanted: &FitSettings,
    progress: Progress,
) -> Result<FitReport> {
    // Nobody who does not want to be profiled is learnt from.
    log.retain(|interaction| interaction.user.is_none_or(|user| trainer.world.is_personalised(user)));
    order::sort_by_key(&mut log, |interaction| interaction.at);
    log.truncate(log.partition_point(|interaction| interaction.at < wanted.until));
    if log.is_empty() {
        return Err(Error::new(Code::Missing, "events", "at least one interaction before `until`", "none"));
    }
    trainer.start_sampling(wanted.seed);
    let tail = log.len() - log.len().div_ceil(TAIL);
    for (done, &interaction) in log.iter().enumerate() {
        if done % TOLD_EVERY == 0 {
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
