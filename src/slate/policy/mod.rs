//! Policies: how one of the candidates left is chosen, and with which probability.

mod epsilon_greedy;
mod greedy;
mod softmax;
mod thompson;

use serde::Serialize;

use crate::base::error::{Error, Result};
use crate::base::random::Random;
use crate::base::value::{self, Fields, Value};

use super::mmr::CandidatePool;

/// How to choose.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Policy {
    /// The best, always.
    #[default]
    Greedy,
    /// With probability `epsilon` any, each alike; else the best.
    EpsilonGreedy {
        /// 0 to 1; 0.1 where not given.
        epsilon: f64,
    },
    /// Each with probability ∝ exp(score / (temperature · spread)): Plackett–Luce over the slots.
    Softmax {
        /// Above 0, at most 100, in units of the utilities' spread; 1 where not given.
        temperature: f64,
    },
    /// The best of utilities drawn as one is unsure of them.
    Thompson {
        /// How many draws propensities are estimated from, 100 to 10,000; 1,000 where not given.
        draws: u32,
    },
}

impl Policy {
    /// Reads `{ type, … }`.
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

    /// Whether it draws by how unsure utilities are, and so estimates its propensities.
    pub fn needs_std_devs(self) -> bool {
        matches!(self, Self::Thompson { .. })
    }

    /// Chooses one of the candidates left; with its probability. `None` if none is left.
    pub fn choose(self, left: &mut CandidatePool, spread: f64, random: &mut Random) -> Option<(usize, f64)> {
        match self {
            Self::Greedy => greedy::choose(left),
            Self::EpsilonGreedy { epsilon } => epsilon_greedy::choose(left, epsilon, random),
            Self::Softmax { temperature } => softmax::choose(left, temperature * spread, random),
            Self::Thompson { draws } => thompson::choose(left, draws, random),
        }
    }
}

#[cfg(test)]
mod contract;
