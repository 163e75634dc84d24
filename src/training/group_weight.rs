//! How much a group's own voice should weigh against its members', learnt from what groups chose.
//!
//! Of what it could have, a group chooses each item in proportion to its utility (Luce 1959), which is the mix of the
//! voices that decides too: −ln P = ln Σ_j w_j·U_j − ln U_chosen, U = s·own + (1 − s)·members, s = most·m / (m + half_at),
//! w_j standing for how many an item was drawn for. Found are logit(most) and ln(half_at), drawn towards those that ship
//! as by a normal prior: few choices change little.

use crate::base::number::sigmoid;
use crate::model::group_weight::GroupWeight;

use super::report::Loss;

/// How far logit and logarithm may be expected to lie from those that ship.
const DEVIATION: f64 = 1.0;

/// Neither goes farther, so that shares stay between 0 and 1.
const FARTHEST: f64 = 13.0;

/// Steps of the descent, which takes some ten, and when it has arrived.
const STEPS: usize = 50;
const NEAR_ENOUGH: f64 = 1e-6;

/// What the voices said of what a group chose, before it did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupChoice {
    /// What the group had done, decayed, in units of the kinds' weights.
    pub activity: f64,
    /// The group's own.
    pub own: ChoiceUtilities,
    /// Its members', by their mean.
    pub members: ChoiceUtilities,
}

/// What one voice said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChoiceUtilities {
    /// The utility of what was chosen.
    pub chosen: f64,
    /// Σ of the utilities of all that could have been, each for how many it stands.
    pub all: f64,
}

impl GroupChoice {
    /// −ln P, and its slope by s.
    fn loss(&self, s: f64) -> (f64, f64) {
        let mixed = |own: f64, members: f64| s * own + (1.0 - s) * members;
        let (chosen, all) = (mixed(self.own.chosen, self.members.chosen), mixed(self.own.all, self.members.all));
        let slope = (self.own.all - self.members.all) / all - (self.own.chosen - self.members.chosen) / chosen;
        (libm::log(all) - libm::log(chosen), slope)
    }

    /// Whether it says anything: every voice gives what was chosen some chance, and there was something else.
    fn is_sound(&self) -> bool {
        let voices = [self.own, self.members];
        voices.iter().all(|voice| voice.chosen > 0.0 && voice.all >= voice.chosen && voice.all < 1e300)
            && voices.iter().any(|voice| voice.all > voice.chosen)
    }
}

/// A share that was learnt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupWeightFit {
    /// The share.
    pub share: GroupWeight,
    /// From how many choices.
    pub heard: usize,
    /// The mean loss of a choice with the share that ships, and with one learnt from the other half of the choices.
    pub loss: Loss,
}

/// Learns the share; `None` where nothing was heard.
pub fn learn(group_choices: &[GroupChoice]) -> Option<GroupWeightFit> {
    let sound: Vec<GroupChoice> =
        group_choices.iter().filter(|group_choice| group_choice.is_sound()).copied().collect();
    if sound.is_empty() {
        return None;
    }
    let half = |odd: usize| sound.iter().skip(odd).step_by(2).copied().collect::<Vec<_>>();
    let [even, odd] = [half(0), half(1)];
    let across = total(&even, fit(&odd)) + total(&odd, fit(&even));
    let mean = |loss: f64| loss / sound.len() as f64;
    let loss = Loss { before: mean(total(&sound, GroupWeight::default())), after: mean(across) };
    Some(GroupWeightFit { share: fit(&sound), heard: sound.len(), loss })
}

fn total(group_choices: &[GroupChoice], share: GroupWeight) -> f64 {
    group_choices.iter().map(|group_choice| group_choice.loss(share.of(group_choice.activity)).0).sum()
}

/// logit(most) and ln(half_at).
type Point = [f64; 2];

fn share_at([logit, log]: Point) -> GroupWeight {
    let [logit, log] = [logit, log].map(|x| x.clamp(-FARTHEST, FARTHEST));
    GroupWeight { most: sigmoid(logit), half_at: libm::exp(log) }
}

fn begin() -> Point {
    let GroupWeight { most, half_at } = GroupWeight::default();
    [libm::log(most / (1.0 - most)), libm::log(half_at)]
}

/// Goes down the penalised loss by the curvature that the slopes of single choices give (Berndt et al. 1974).
fn fit(group_choices: &[GroupChoice]) -> GroupWeight {
    let mut point = begin();
    let mut here = penalised(group_choices, point);
    for _ in 0..STEPS {
        let Some((moved, there)) = step(group_choices, point, here) else { break };
        let far = (0..2).map(|n| (moved[n] - point[n]).abs()).fold(0.0, f64::max);
        (point, here) = (moved, there);
        if far < NEAR_ENOUGH {
            break;
        }
    }
    share_at(point)
}

/// As far along the step as the loss falls; `None` where it does not.
fn step(group_choices: &[GroupChoice], point: Point, here: f64) -> Option<(Point, f64)> {
    let precision = 1.0 / (DEVIATION * DEVIATION);
    let GroupWeight { most, half_at } = share_at(point);
    let start = begin();
    let mut gradient = [0, 1].map(|n| precision * (point[n] - start[n]));
    let mut hessian = [[precision, 0.0], [0.0, precision]];
    for group_choice in group_choices {
        let s = share_at(point).of(group_choice.activity);
        let slope = group_choice.loss(s).1;
        // ∂s/∂logit(most) and ∂s/∂ln(half_at).
        let by = [slope * s * (1.0 - most), -slope * s * half_at / (group_choice.activity + half_at)];
        for n in 0..2 {
            gradient[n] += by[n];
            (0..2).for_each(|m| hessian[n][m] += by[n] * by[m]);
        }
    }
    let [[a, b], [_, d]] = hessian;
    let determinant = a * d - b * b;
    let step = [(d * gradient[0] - b * gradient[1]) / determinant, (a * gradient[1] - b * gradient[0]) / determinant];
    let mut part = 1.0;
    while part > 1e-6 {
        let moved = [0, 1].map(|n| point[n] - part * step[n]);
        let there = penalised(group_choices, moved);
        if there < here {
            return Some((moved, there));
        }
        part *= 0.5;
    }
    None
}

fn penalised(group_choices: &[GroupChoice], point: Point) -> f64 {
    let away = |n: usize| (point[n] - begin()[n]) / DEVIATION;
    total(group_choices, share_at(point)) + 0.5 * (away(0) * away(0) + away(1) * away(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;

    /// Choices among ten, by groups that mix their voices by this share.
    fn heard(share: GroupWeight, choices: usize, seed: u64) -> Vec<GroupChoice> {
        let mut random = Random::new(seed);
        let mut group_choice = || {
            let activity = 20.0 * random.unit();
            let s = share.of(activity);
            let mut utilities = || (0..10).map(|_| libm::exp(4.0 * random.unit())).collect::<Vec<f64>>();
            let (own, members) = (utilities(), utilities());
            let mixed: Vec<f64> = own.iter().zip(&members).map(|(own, theirs)| s * own + (1.0 - s) * theirs).collect();
            let mut drawn = random.unit() * mixed.iter().sum::<f64>();
            let passed = |utility: &f64| {
                drawn -= utility;
                drawn < 0.0
            };
            let chosen = mixed.iter().position(passed).unwrap_or(9);
            let voice = |utilities: &[f64]| ChoiceUtilities { chosen: utilities[chosen], all: utilities.iter().sum() };
            GroupChoice { activity, own: voice(&own), members: voice(&members) }
        };
        (0..choices).map(|_| group_choice()).collect()
    }

    #[test]
    fn what_made_the_choices_is_found_again() {
        for (n, truth) in [(0.3, 1.0), (0.7, 8.0), (0.95, 2.0)].into_iter().enumerate() {
            let truth = GroupWeight { most: truth.0, half_at: truth.1 };
            let learnt = learn(&heard(truth, 4000, n as u64)).unwrap();
            for activity in [1.0, 5.0, 20.0] {
                let (found, meant) = (learnt.share.of(activity), truth.of(activity));
                assert!((found - meant).abs() < 0.07, "{truth:?} at {activity}: {found} for {meant}");
            }
        }
    }

    #[test]
    fn few_choices_change_little_and_none_nothing() {
        let far = GroupWeight { most: 0.2, half_at: 10.0 };
        let of = |choices: usize| learn(&heard(far, choices, 4)).map(|learnt| learnt.share.of(20.0));
        let shipped = GroupWeight::default().of(20.0);
        assert_eq!(of(0), None);
        assert!((of(3).unwrap() - shipped).abs() < 0.15, "{:?}", of(3));
        assert!((of(4000).unwrap() - shipped).abs() > 0.5, "{:?}", of(4000));
    }

    #[test]
    fn the_loss_is_told_of_choices_that_were_not_learnt_from() {
        let far = learn(&heard(GroupWeight { most: 0.2, half_at: 10.0 }, 2000, 5)).unwrap();
        assert!(far.loss.after < far.loss.before - 0.01, "{far:?}");
        let as_shipped = learn(&heard(GroupWeight::default(), 2000, 6)).unwrap();
        assert!((as_shipped.loss.after - as_shipped.loss.before).abs() < 0.005, "{as_shipped:?}");
    }

    #[test]
    fn the_slope_is_that_of_the_loss_and_what_says_nothing_is_not_heard() {
        for group_choice in heard(GroupWeight::default(), 20, 7) {
            for s in [0.1, 0.5, 0.9] {
                let plain = (group_choice.loss(s + 1e-6).0 - group_choice.loss(s - 1e-6).0) / 2e-6;
                assert!((group_choice.loss(s).1 - plain).abs() < 1e-6 * (1.0 + plain.abs()));
            }
        }
        let dead = ChoiceUtilities { chosen: 0.0, all: 1.0 };
        let alone = ChoiceUtilities { chosen: 1.0, all: 1.0 };
        for voice in [dead, alone] {
            assert_eq!(learn(&[GroupChoice { activity: 1.0, own: voice, members: voice }]), None);
        }
    }
}
