//! Fits the weight of a group's own history against its members' from the choices of groups.
//!
//! A group is assumed to choose in proportion to utility (Luce 1959), the same mix that decides: −ln P = ln Σ_j w_j·U_j
//! − ln U_chosen, with U = s·own + (1 − s)·members, s = most·m / (m + half_at), and w_j = 1 / expected draws of item j.
//! The parameters logit(most) and ln(half_at) have a normal prior around the shipped values, so few choices change
//! little. If the evidence is responses of members, the prior of `most` is [`EVEN`]: the group's weights and its
//! members' were then learnt from the same responses, and neither is more credible.

use crate::base::number::sigmoid;
use crate::metrics::before_after::BeforeAfter;
use crate::model::group_weight::GroupWeight;

/// Standard deviation of the prior on logit(most) and ln(half_at).
const DEVIATION: f64 = 1.0;

/// Limit of the group weight that neither the group nor its members dominate.
pub const EVEN: f64 = 0.5;

/// Bound on both parameters, which keeps `most` strictly between 0 and 1.
const FARTHEST: f64 = 13.0;

/// Limit on iterations, of which about ten are needed, and the step below which they end.
const STEPS: usize = 50;
const NEAR_ENOUGH: f64 = 1e-6;

/// The utilities of one group choice, computed before it was learnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupChoice {
    /// Weight in the fit: 1 for a choice of the group.
    pub weight: f64,
    /// The group's activity: decayed sum of kind weights.
    pub activity: f64,
    /// Utilities by the group's own history.
    pub own: ChoiceUtilities,
    /// Mean utilities of its members.
    pub members: ChoiceUtilities,
}

/// Utilities by one of the two sources.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChoiceUtilities {
    /// Utility of the chosen item.
    pub chosen: f64,
    /// Σ w_j·U_j over the sampled items, the chosen one included.
    pub all: f64,
}

impl GroupChoice {
    /// Returns −ln P of one such choice and its derivative by s.
    fn loss(&self, s: f64) -> (f64, f64) {
        let mixed = |own: f64, members: f64| s * own + (1.0 - s) * members;
        let (chosen, all) = (mixed(self.own.chosen, self.members.chosen), mixed(self.own.all, self.members.all));
        let slope = (self.own.all - self.members.all) / all - (self.own.chosen - self.members.chosen) / chosen;
        (libm::log(all) - libm::log(chosen), slope)
    }

    /// True if the loss is finite and not constant: both sources give the chosen item utility, one also another item.
    fn is_sound(&self) -> bool {
        let sources = [self.own, self.members];
        sources.iter().all(|source| source.chosen > 0.0 && source.all >= source.chosen && source.all < 1e300)
            && sources.iter().any(|source| source.all > source.chosen)
    }
}

/// A fitted group weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupWeightFit {
    /// The weight.
    pub weight: GroupWeight,
    /// Number of choices, and of pushes with responses, it was fitted to.
    pub choices: usize,
    /// Mean loss of a choice with the shipped weight, and by two-fold cross-validation.
    pub loss: BeforeAfter,
}

/// Fits the weight with a prior around `prior`; `None` without usable choices.
pub fn fit_group_weight(group_choices: &[GroupChoice], prior: GroupWeight) -> Option<GroupWeightFit> {
    let sound: Vec<GroupChoice> =
        group_choices.iter().filter(|group_choice| group_choice.is_sound()).copied().collect();
    if sound.is_empty() {
        return None;
    }
    let half = |odd: usize| sound.iter().skip(odd).step_by(2).copied().collect::<Vec<_>>();
    let [even, odd] = [half(0), half(1)];
    let across = total(&even, fit(&odd, prior)) + total(&odd, fit(&even, prior));
    let weights: f64 = sound.iter().map(|group_choice| group_choice.weight).sum();
    let mean = |loss: f64| loss / weights;
    let loss = BeforeAfter { before: mean(total(&sound, GroupWeight::default())), after: mean(across) };
    Some(GroupWeightFit { weight: fit(&sound, prior), choices: sound.len(), loss })
}

fn total(group_choices: &[GroupChoice], weight: GroupWeight) -> f64 {
    let loss = |choice: &GroupChoice| choice.weight * choice.loss(weight.of(choice.activity)).0;
    group_choices.iter().map(loss).sum()
}

/// logit(most) and ln(half_at).
type Point = [f64; 2];

fn weight_at([logit, log]: Point) -> GroupWeight {
    let [logit, log] = [logit, log].map(|x| x.clamp(-FARTHEST, FARTHEST));
    GroupWeight { most: sigmoid(logit), half_at: libm::exp(log) }
}

fn point_of(GroupWeight { most, half_at }: GroupWeight) -> Point {
    [libm::log(most / (1.0 - most)), libm::log(half_at)]
}

/// Minimises the penalised loss, with the outer products of the gradients as Hessian (Berndt et al. 1974).
fn fit(group_choices: &[GroupChoice], prior: GroupWeight) -> GroupWeight {
    let start = point_of(prior);
    let mut point = start;
    let mut here = penalised(group_choices, start, point);
    for _ in 0..STEPS {
        let Some((moved, there)) = step(group_choices, start, point, here) else { break };
        let far = (0..2).map(|n| (moved[n] - point[n]).abs()).fold(0.0, f64::max);
        (point, here) = (moved, there);
        if far < NEAR_ENOUGH {
            break;
        }
    }
    weight_at(point)
}

/// Takes one step, halved until the loss falls; `None` if it does not.
fn step(group_choices: &[GroupChoice], start: Point, point: Point, here: f64) -> Option<(Point, f64)> {
    let precision = 1.0 / (DEVIATION * DEVIATION);
    let GroupWeight { most, half_at } = weight_at(point);
    let mut gradient = [0, 1].map(|n| precision * (point[n] - start[n]));
    let mut hessian = [[precision, 0.0], [0.0, precision]];
    for group_choice in group_choices {
        let s = weight_at(point).of(group_choice.activity);
        let slope = group_choice.loss(s).1;
        // ∂s/∂logit(most) and ∂s/∂ln(half_at).
        let by = [slope * s * (1.0 - most), -slope * s * half_at / (group_choice.activity + half_at)];
        for n in 0..2 {
            gradient[n] += group_choice.weight * by[n];
            (0..2).for_each(|m| hessian[n][m] += group_choice.weight * by[n] * by[m]);
        }
    }
    let [[a, b], [_, d]] = hessian;
    let determinant = a * d - b * b;
    let step = [(d * gradient[0] - b * gradient[1]) / determinant, (a * gradient[1] - b * gradient[0]) / determinant];
    let mut part = 1.0;
    while part > 1e-6 {
        let moved = [0, 1].map(|n| point[n] - part * step[n]);
        let there = penalised(group_choices, start, moved);
        if there < here {
            return Some((moved, there));
        }
        part *= 0.5;
    }
    None
}

fn penalised(group_choices: &[GroupChoice], start: Point, point: Point) -> f64 {
    let away = |n: usize| (point[n] - start[n]) / DEVIATION;
    total(group_choices, weight_at(point)) + 0.5 * (away(0) * away(0) + away(1) * away(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    fn shipped_fit(group_choices: &[GroupChoice]) -> Option<GroupWeightFit> {
        fit_group_weight(group_choices, GroupWeight::default())
    }

    /// Choices among ten items, drawn from the mix with this weight.
    fn choices_by(weight: GroupWeight, choices: usize, seed: u64) -> Vec<GroupChoice> {
        let mut random = Random::new(seed);
        let mut group_choice = || {
            let activity = 20.0 * random.unit();
            let s = weight.of(activity);
            let mut utilities = || (0..10).map(|_| libm::exp(4.0 * random.unit())).collect::<Vec<f64>>();
            let (own, members) = (utilities(), utilities());
            let mixed: Vec<f64> = own.iter().zip(&members).map(|(own, theirs)| s * own + (1.0 - s) * theirs).collect();
            let mut drawn = random.unit() * mixed.iter().sum::<f64>();
            let passed = |utility: &f64| {
                drawn -= utility;
                drawn < 0.0
            };
            let chosen = mixed.iter().position(passed).unwrap_or(9);
            let summed = |utilities: &[f64]| ChoiceUtilities { chosen: utilities[chosen], all: utilities.iter().sum() };
            GroupChoice { weight: 1.0, activity, own: summed(&own), members: summed(&members) }
        };
        (0..choices).map(|_| group_choice()).collect()
    }

    #[test]
    fn the_true_weight_is_found() {
        for (n, truth) in [(0.3, 1.0), (0.7, 8.0), (0.95, 2.0)].into_iter().enumerate() {
            let truth = GroupWeight { most: truth.0, half_at: truth.1 };
            let fitted = shipped_fit(&choices_by(truth, 4000, n as u64)).unwrap();
            for activity in [1.0, 5.0, 20.0] {
                let (found, meant) = (fitted.weight.of(activity), truth.of(activity));
                assert!((found - meant).abs() < 0.07, "{truth:?} at {activity}: {found} for {meant}");
            }
        }
    }

    #[test]
    fn few_choices_change_little_and_none_give_no_fit() {
        let far = GroupWeight { most: 0.2, half_at: 10.0 };
        let of = |choices: usize| shipped_fit(&choices_by(far, choices, 4)).map(|fitted| fitted.weight.of(20.0));
        let shipped = GroupWeight::default().of(20.0);
        assert_eq!(of(0), None);
        assert!((of(3).unwrap() - shipped).abs() < 0.15, "{:?}", of(3));
        assert!((of(4000).unwrap() - shipped).abs() > 0.5, "{:?}", of(4000));
    }

    #[test]
    fn the_loss_is_cross_validated() {
        let far = shipped_fit(&choices_by(GroupWeight { most: 0.2, half_at: 10.0 }, 2000, 5)).unwrap();
        assert!(far.loss.after < far.loss.before - 0.01, "{far:?}");
        let as_shipped = shipped_fit(&choices_by(GroupWeight::default(), 2000, 6)).unwrap();
        assert!((as_shipped.loss.after - as_shipped.loss.before).abs() < 0.005, "{as_shipped:?}");
    }

    #[test]
    fn the_slope_is_the_derivative_and_unusable_choices_are_ignored() {
        for group_choice in choices_by(GroupWeight::default(), 20, 7) {
            for s in [0.1, 0.5, 0.9] {
                let plain = (group_choice.loss(s + 1e-6).0 - group_choice.loss(s - 1e-6).0) / 2e-6;
                assert!((group_choice.loss(s).1 - plain).abs() < 1e-6 * (1.0 + plain.abs()));
            }
        }
        let dead = ChoiceUtilities { chosen: 0.0, all: 1.0 };
        let alone = ChoiceUtilities { chosen: 1.0, all: 1.0 };
        for source in [dead, alone] {
            assert_eq!(shipped_fit(&[GroupChoice { weight: 1.0, activity: 1.0, own: source, members: source }]), None);
        }
    }
}
