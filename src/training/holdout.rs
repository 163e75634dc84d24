//! A model fitted to the first part of a log. The rest measures its loss and fits the group weight.

use crate::engine::ModelId;
use crate::scoring::group_aggregator::GroupAggregator;
use crate::training::group_weight::{ChoiceUtilities, GroupChoice};

use super::sampling::ChoiceSet;

/// Limits on the group choices held and the members scored in them. Above either, every second choice is dropped and
/// the stride doubles: a choice is scored for every member.
const MAX_GROUP_CHOICES: usize = 400;
const MAX_MEMBERS_SCORED: usize = 20_000;

/// A model of the first part of a log, and the group choices since.
#[derive(Debug)]
pub struct HoldoutFit {
    /// The model, in the trainer's engine.
    pub model: ModelId,
    /// Id of the first example that was not fitted to.
    pub held_out: usize,
    group_choices: Vec<GroupChoice>,
    members_scored: usize,
    stride: usize,
    offered: usize,
}

impl HoldoutFit {
    /// Creates a fit without group choices.
    pub fn new(model: ModelId, held_out: usize) -> Self {
        Self { model, held_out, group_choices: Vec::new(), members_scored: 0, stride: 1, offered: 0 }
    }

    /// The group choices held.
    pub fn group_choices(&self) -> &[GroupChoice] {
        &self.group_choices
    }

    /// Returns whether the next group choice is to be scored. Call exactly once per choice: it advances the count.
    pub fn wants_next(&mut self) -> bool {
        if self.members_scored > MAX_MEMBERS_SCORED || self.group_choices.len() > MAX_GROUP_CHOICES {
            self.group_choices = self.group_choices.iter().copied().step_by(2).collect();
            (self.members_scored, self.stride) = (self.members_scored / 2, 2 * self.stride);
        }
        self.offered += 1;
        (self.offered - 1).is_multiple_of(self.stride)
    }

    /// Adds the utilities of a choice, by the group of this activity and by its members.
    pub fn add(&mut self, choice: &ChoiceSet, activity: f64, aggregator: &GroupAggregator) {
        let Some((own, members)) = aggregator.apart() else { return };
        self.members_scored += aggregator.members().len();
        let summed = |utilities: &[f64]| ChoiceUtilities {
            chosen: utilities[0],
            all: utilities.iter().zip(&choice.offsets).map(|(utility, offset)| utility * libm::exp(*offset)).sum(),
        };
        self.group_choices.push(GroupChoice { activity, own: summed(own), members: summed(&members) });
    }
}
