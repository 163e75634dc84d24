//! A rehearsal: a fit in the midst of a walk. What comes after it is foretold by it, which says how far a fit may be
//! trusted, and how much a group's own voice should weigh against its members'.

use crate::model::Model;
use crate::scoring::group_aggregator::Council;
use crate::training::group_weight::{Hearing, Voice};

use super::sampling::Offer;

/// So many hearings, and voices of members in them, are enough: then every second hearing is let go, and of those to come
/// every second is held. Each looks at the whole library.
const MOST_HEARINGS: usize = 400;
const MOST_VOICES: usize = 20_000;

/// What was fitted to the part of a log before some moment, and what groups said since.
#[derive(Debug)]
pub struct Rehearsal {
    /// The model.
    pub model: Model,
    /// The id of the first example after it.
    pub held_out: usize,
    hearings: Vec<Hearing>,
    voices: usize,
    stride: usize,
    offered: usize,
}

impl Rehearsal {
    /// Nobody was heard yet.
    pub fn new(model: Model, held_out: usize) -> Self {
        Self { model, held_out, hearings: Vec::new(), voices: 0, stride: 1, offered: 0 }
    }

    /// What was heard.
    pub fn hearings(&self) -> &[Hearing] {
        &self.hearings
    }

    /// Whether the next group is to be heard. To be asked once for each.
    pub fn wants_next(&mut self) -> bool {
        if self.voices > MOST_VOICES || self.hearings.len() > MOST_HEARINGS {
            self.hearings = self.hearings.iter().copied().step_by(2).collect();
            (self.voices, self.stride) = (self.voices / 2, 2 * self.stride);
        }
        self.offered += 1;
        (self.offered - 1).is_multiple_of(self.stride)
    }

    /// Holds what a group that had done so much, and its members, said of its choice.
    pub fn hold(&mut self, choice: &Offer, mass: f64, council: &Council) {
        let Some((own, members)) = council.apart() else { return };
        self.voices += council.members().len();
        let voice = |utilities: &[f64]| Voice {
            chosen: utilities[0],
            all: utilities.iter().zip(&choice.offsets).map(|(utility, offset)| utility * libm::exp(*offset)).sum(),
        };
        self.hearings.push(Hearing { mass, own: voice(own), members: voice(&members) });
    }
}
