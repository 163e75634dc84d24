//! A model fitted to the first part of a log. The rest measures its loss and fits the group weight.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::index::{GroupIndex, ItemIndex};
use crate::engine::ModelId;
use crate::model::linear::LinearModel;
use crate::scoring::group_aggregator::GroupAggregator;
use crate::training::group_weight::{ChoiceUtilities, GroupChoice};
use crate::world::kind::Kinds;

use super::choice_set::ChoiceSet;
use super::dataset::ExampleStore;

/// Limits on the group choices and pushes held and the members scored in them. Above either, every second one is
/// dropped and the stride doubles: each is scored for every member.
const MAX_SCORED: usize = 400;
const MAX_MEMBERS_SCORED: usize = 20_000;

/// A model of the first part of a log, and what groups chose and were shown since.
#[derive(Debug)]
pub struct HoldoutFit {
    /// The model, in the trainer's engine.
    pub model: ModelId,
    /// The shipped weights with biases fitted to the same examples, for users and for groups.
    pub shipped: [Vec<LinearModel>; 2],
    /// Id of the first example that was not fitted to.
    pub held_out: usize,
    choices: Vec<GroupChoice>,
    /// By ascending id of the example.
    pushes: Vec<ScoredPush>,
    members_scored: usize,
    stride: usize,
    offered: usize,
}

/// The utilities of an item before it was shown to a group.
#[derive(Debug, Clone, Copy)]
struct ScoredPush {
    /// Id of the example of its first exposure.
    example: usize,
    group: GroupIndex,
    item: ItemIndex,
    activity: f64,
    /// By the group's own history, and the mean of its members.
    utilities: [f64; 2],
}

/// Exposures to a push, and the positive responses to them.
#[derive(Debug, Clone, Copy, Default)]
struct PushCounts {
    shown: f64,
    responses: f64,
}

impl HoldoutFit {
    /// Creates a fit without group choices.
    pub fn new(model: ModelId, shipped: [Vec<LinearModel>; 2], held_out: usize) -> Self {
        let (choices, pushes) = (Vec::new(), Vec::new());
        Self { model, shipped, held_out, choices, pushes, members_scored: 0, stride: 1, offered: 0 }
    }

    /// Returns whether the next group choice or push is to be scored. Call exactly once for each: it advances the
    /// count.
    pub fn wants_next(&mut self) -> bool {
        if self.members_scored > MAX_MEMBERS_SCORED || self.choices.len() + self.pushes.len() > MAX_SCORED {
            self.choices = self.choices.iter().copied().step_by(2).collect();
            self.pushes = self.pushes.iter().copied().step_by(2).collect();
            (self.members_scored, self.stride) = (self.members_scored / 2, 2 * self.stride);
        }
        self.offered += 1;
        (self.offered - 1).is_multiple_of(self.stride)
    }

    /// Adds the utilities of a choice, by the group of this activity and by its members.
    pub fn add_choice(&mut self, choice: &ChoiceSet, activity: f64, aggregator: &GroupAggregator) {
        let Some((own, members)) = aggregator.apart() else { return };
        self.members_scored += aggregator.members().len();
        let summed = |utilities: &[f64]| ChoiceUtilities {
            chosen: utilities[0],
            all: utilities.iter().zip(&choice.offsets).map(|(utility, offset)| utility * libm::exp(*offset)).sum(),
        };
        self.choices.push(GroupChoice { weight: 1.0, activity, own: summed(own), members: summed(&members) });
    }

    /// Adds the utilities of the one item of a push to a group, whose first exposure has this example.
    pub fn add_push(
        &mut self,
        (group, item): (GroupIndex, ItemIndex),
        example: usize,
        activity: f64,
        aggregator: &GroupAggregator,
    ) {
        let Some((own, members)) = aggregator.apart() else { return };
        self.members_scored += aggregator.members().len();
        self.pushes.push(ScoredPush { example, group, item, activity, utilities: [own[0], members[0]] });
    }

    /// True if the responses of members are evidence.
    pub fn has_pushes(&self) -> bool {
        !self.pushes.is_empty()
    }

    /// Returns the choices of groups, and for each push the responses to it as choices among the group's pushes.
    ///
    /// If responses to a push are Poisson with mean c·n·U (n exposures, utility U, c of the group), then the next
    /// response of a group is one to push j with probability n_j·U_j / Σ n·U, whatever c is. Responses to one push depend
    /// on each other, and so do pushes of one item to several groups, which share its demand. So all are weighted to
    /// count as many choices as there are items with responses.
    pub fn group_choices(&self, examples: &ExampleStore, kinds: &Kinds) -> Vec<GroupChoice> {
        let counts = self.push_counts(examples, kinds);
        let mut sums = FxHashMap::<GroupIndex, [f64; 2]>::default();
        for (push, count) in self.pushes.iter().zip(&counts) {
            let sums = sums.entry(push.group).or_default();
            (0..2).for_each(|n| sums[n] += count.shown * push.utilities[n]);
        }
        let answered = || self.pushes.iter().zip(&counts).filter(|(_, count)| count.responses > 0.0);
        let items: FxHashSet<ItemIndex> = answered().map(|(push, _)| push.item).collect();
        let mean = answered().map(|(_, count)| count.responses).sum::<f64>() / items.len().max(1) as f64;
        let choices = answered().map(|(push, count)| {
            let of = |n: usize| ChoiceUtilities { chosen: count.shown * push.utilities[n], all: sums[&push.group][n] };
            GroupChoice { weight: count.responses / mean, activity: push.activity, own: of(0), members: of(1) }
        });
        self.choices.iter().copied().chain(choices).collect()
    }

    fn push_counts(&self, examples: &ExampleStore, kinds: &Kinds) -> Vec<PushCounts> {
        let mut counts = vec![PushCounts::default(); self.pushes.len()];
        for example in examples.list().iter().filter(|example| example.shown && example.is_of_group()) {
            if let Ok(found) = self.pushes.binary_search_by_key(&example.first, |push| push.example) {
                counts[found].shown += 1.0;
                let positive = example.outcomes.iter().filter(|kind| kinds.of(**kind).positive);
                counts[found].responses += positive.count() as f64;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::index::{ItemIndex, KindIndex};
    use crate::memory::Subject;
    use crate::model::layout::Layout;

    #[test]
    fn responses_to_pushes_are_choices_among_the_pushes_of_their_group() {
        let kinds = Kinds::default();
        let [click, dismiss] = ["click", "dismiss"].map(|name| kinds.index(name).unwrap());
        let mut examples = ExampleStore::new(Layout { shared: 1, own: 0, kinds: kinds.len() });
        let mut holdout = HoldoutFit::new(ModelId::DEFAULT, Default::default(), 1);
        let mut push = |[group, item]: [u32; 2], utilities: [f64; 2], outcomes: &[&[KindIndex]]| {
            let item = ItemIndex(item);
            let first = examples.next_id();
            for (n, outcomes) in outcomes.iter().enumerate() {
                if n == 0 {
                    assert!(examples.wants_next());
                    examples.add(0, Subject::Group(GroupIndex(group)), item, true, |writer| writer.end(0.0));
                } else {
                    examples.repeat(first, 0);
                }
                outcomes.iter().for_each(|kind| examples.add_outcome(first + n, *kind));
            }
            let group = GroupIndex(group);
            holdout.pushes.push(ScoredPush { example: first, group, item, activity: 4.0, utilities });
        };
        push([0, 0], [0.5, 0.25], &[&[click], &[], &[click]]);
        push([1, 0], [0.1, 0.1], &[&[]]);
        push([0, 1], [0.2, 0.3], &[&[dismiss], &[click]]);
        push([2, 1], [0.4, 0.4], &[&[click]]);
        let of = |chosen: f64, all: f64| ChoiceUtilities { chosen, all };
        let choice = |weight, own, members| GroupChoice { weight, activity: 4.0, own, members };
        let expected = [
            choice(1.0, of(1.5, 1.9), of(0.75, 1.35)),
            choice(0.5, of(0.4, 1.9), of(0.6, 1.35)),
            choice(0.5, of(0.4, 0.4), of(0.4, 0.4)),
        ];
        // Four responses to the pushes of two items count as two choices.
        assert_eq!(holdout.group_choices(&examples, &kinds), expected);
    }
}
