//! Policies: choose one of the remaining candidates, and return its propensity.

mod epsilon_greedy;
mod greedy;
mod softmax;
mod thompson;

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::random::Random;
use crate::base::value::{self, Fields, Value};

use super::contenders::Contenders;
use super::mmr::CandidatePool;

/// Policy that fills a slot.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Policy {
    /// Always the best score.
    #[default]
    Greedy,
    /// With probability `epsilon` a uniform draw, else the best score.
    EpsilonGreedy {
        /// Probability of exploration, 0 to 1; default 0.1.
        epsilon: f64,
    },
    /// Probability ∝ exp(score / (temperature · standard deviation of the utilities)): Plackett–Luce over the slots.
    Softmax {
        /// 0.001 to 100, in standard deviations of the utilities; default 1.
        temperature: f64,
    },
    /// Thompson sampling: the best of utilities drawn from their distributions.
    Thompson {
        /// No effect: earlier versions estimated propensities from so many draws. Part of a decision's id; 100 to 10,000,
        /// default 1,000.
        draws: u32,
    },
}

impl Policy {
    /// Reads `{ type, … }`.
    ///
    /// # Errors
    ///
    /// If the type is unknown, or a field is unknown or out of range.
    pub fn read(value: Value, path: &str) -> Result<Self> {
        let mut fields = Fields::of(value, path)?;
        let name = fields.required("type", value::text)?;
        let policy = match name.as_str() {
            "greedy" => Self::Greedy,
            "epsilon-greedy" => {
                let probability = value::number_that("a probability from 0 to 1", |p| (0.0..=1.0).contains(&p));
                Self::EpsilonGreedy { epsilon: fields.or("epsilon", 0.1, probability)? }
            }
            "softmax" => {
                let temperature =
                    value::number_that("a temperature from 0.001 to 100", |t| (0.001..=100.0).contains(&t));
                Self::Softmax { temperature: fields.or("temperature", 1.0, temperature)? }
            }
            "thompson" => Self::Thompson { draws: fields.or("draws", 1000, value::whole(100, 10_000))? },
            _ => {
                let rule = "one of greedy, epsilon-greedy, softmax, thompson";
                return Err(Error::invalid(&fields.path("type"), rule, value::quoted(&name)));
            }
        };
        fields.finish()?;
        Ok(policy)
    }

    /// True if it needs the standard deviations of utilities.
    pub fn needs_std_devs(self) -> bool {
        matches!(self, Self::Thompson { .. })
    }

    /// Returns the probability of each contender for a slot, in their order; they sum to 1 within 1e-12. `spread` is the
    /// standard deviation of the utilities of all candidates.
    pub fn probabilities(self, contenders: &Contenders, spread: f64) -> Vec<f64> {
        match self {
            Self::Greedy => greedy::probabilities(contenders),
            Self::EpsilonGreedy { epsilon } => epsilon_greedy::probabilities(contenders, epsilon),
            Self::Softmax { temperature } => softmax::probabilities(&contenders.scores, temperature * spread),
            Self::Thompson { .. } => thompson::probabilities(contenders),
        }
    }

    /// Chooses one of the remaining candidates; returns it and its propensity, `None` if none remains.
    pub fn choose(self, pool: &mut CandidatePool, spread: f64, random: &mut Random) -> Option<(usize, f64)> {
        match self {
            Self::Greedy => greedy::choose(pool),
            Self::EpsilonGreedy { epsilon } => epsilon_greedy::choose(pool, epsilon, random),
            Self::Softmax { temperature } => softmax::choose(pool, temperature * spread, random),
            Self::Thompson { .. } => thompson::choose(pool, random),
        }
    }
}

#[cfg(test)]
mod contract;
