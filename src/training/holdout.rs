//! A rehearsal: a fit in the midst of a walk. What comes after it is foretold by it, which says how far a fit may be
//! trusted, and how much a group's own voice should weigh against its members'.

use crate::model::Model;
use crate::scoring::group_aggregator::GroupAggregator;
use crate::training::group_weight::{ChoiceUtilities, GroupChoice};

use super::sampling::ChoiceSet;

/// So many hearings, and voices of members in them, are enough: then every second hearing is let go, and of those to come
/// every second is held. Each looks at the whole library.
const MOST_HEARINGS: usize = 400;
const MOST_VOICES: usize = 20_000;

/// What was fitted to the part of a log before some moment, and what groups said since.
#[derive(Debug)]
pub struct HoldoutFit {
    /// The model.
    pub model: Model,
    /// The id of the first example after it.
    pub held_out: usize,
    group_choices: Vec<GroupChoice>,
    voices: usize,
    stride: usize,
    offered: usize,
}

impl HoldoutFit {
    /// Nobody was heard yet.
    pub fn new(model: Model, held_out: usize) -> Self {
        Self { model, held_out, group_choices: Vec::new(), voices: 0, stride: 1, offered: 0 }
    }

    /// What was heard.
    pub fn group_choices(&self) -> &[GroupChoice] {
        &self.group_choices
    }

    /// Whether the next group is to be heard. To be asked once for each.
    pub fn wants_next(&mut self) -> bool {
        if self.voices > MOST_VOICES || self.group_choices.len() > MOST_HEARINGS {
            self.group_choices = self.group_choices.iter().copied().step_by(2).collect();
            (self.voices, self.stride) = (self.voices / 2, 2 * self.stride);
        }
        self.offered += 1;
        (self.offered - 1).is_multiple_of(self.stride)
    }

    /// Holds what a group that had done so much, and its members, said of its choice.
    pub fn hold(&mut self, choice: &ChoiceSet, activity: f64, aggregator: &GroupAggregator) {
        let Some((own, members)) = aggregator.apart() else { return };
        self.voices += aggregator.members().len();
        let voice = |utilities: &[f64]| ChoiceUtilities {
            chosen: utilities[0],
            all: utilities.iter().zip(&choice.offsets).map(|(utility, offset)| utility * libm::exp(*offset)).sum(),
        };
        self.group_choices.push(GroupChoice { activity, own: voice(own), members: voice(&members) });
    }
}
