//! Interpolation between shipped and fitted weights: each kind gets as much of its fit as the holdout supports.
//!
//! On the holdout, the shipped weights (with a bias fitted to the log) and the holdout fit are mixed in the shares of
//! [`SHARES`]. A mix is evaluated by its mean loss, a proper scoring rule, and by its ranking: the AUC among the items
//! shown to one subject, and the NDCG of organic choices. A mix whose ranking is worse than that of the shipped weights
//! by more than one standard error is not used. Of the others, the largest share is taken whose loss exceeds the lowest
//! by at most one standard error of the paired difference (the one-standard-error rule: Breiman et al. 1984).
//!
//! Messages to a group are chosen for it, in the holdout too. So the holdout cannot show whether the fitted weights
//! match what members like or what the operator selects, and of the weights for groups the fit gets at most
//! [`MAX_SHARE_OF_PUSHES`].

use rustc_hash::FxHashMap;

use crate::base::index::KindIndex;
use crate::base::order;
use crate::memory::Subject;
use crate::model::linear::LinearModel;

use super::dataset::{Example, ExampleStore};
use super::training_set::TrainingSet;

/// Shares of the fitted weights that are compared, ascending.
const SHARES: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// Largest share of the fitted weights for groups whose members were shown items in them: neither they nor the shipped
/// weights are more credible, and what is learnt from pushes also reaches the group through its members' weights.
const MAX_SHARE_OF_PUSHES: f64 = 0.25;

/// With fewer outcomes in the holdout nothing is compared and the fit is used.
const MIN_OUTCOMES: usize = 10;

/// Scores that differ by less are equal: adding and removing an offset rounds them.
const TIE: f64 = 1e-9;

/// Measures of one mix on the holdout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// Mean loss of an example, nats.
    pub loss: f64,
    /// Mean over the responses of the probability that the item scores above an ignored one shown to the same subject,
    /// 0 to 1; `None` if no subject both responded and ignored.
    pub auc: Option<f64>,
    /// Mean NDCG of the chosen items among the negatives, 0 to 1; `None` without choices.
    pub ndcg: Option<f64>,
}

/// Comparison of the fit of one kind with the shipped weights, on the holdout.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HoldoutComparison {
    /// Share of the fitted weights to use, 0 to `max_share`.
    pub share: f64,
    /// Largest share that was allowed, 0 to 1.
    pub max_share: f64,
    /// Measures of the shipped weights and of the fit; `None` if the holdout has no examples.
    pub measures: Option<[Measures; 2]>,
}

impl HoldoutComparison {
    /// Nothing was held out: the fit is used.
    pub const NONE: Self = Self::unmeasured(1.0);

    const fn unmeasured(max_share: f64) -> Self {
        Self { share: max_share, max_share, measures: None }
    }

    /// True if the holdout does not support as large a share as is allowed.
    pub fn contradicts(&self) -> bool {
        self.share < self.max_share
    }
}

/// Comparisons of all kinds in the order of their indices, for users and for groups.
#[derive(Debug, Default)]
pub struct HoldoutComparisons([Vec<HoldoutComparison>; 2]);

impl HoldoutComparisons {
    /// Compares a holdout fit with the shipped weights on the examples from id `held_out` on. `shipped` has its biases
    /// fitted to the earlier ones.
    pub fn new(
        examples: &ExampleStore,
        held_out: usize,
        shipped: &[Vec<LinearModel>; 2],
        fitted: (&[LinearModel], &[LinearModel]),
    ) -> Self {
        let of_type = |shipped: &[LinearModel], fitted: &[LinearModel], of_groups: bool| {
            let takes = |example: &Example| example.is_of_group() == of_groups && example.id() >= held_out;
            let has_pushes = of_groups && examples.has_pushes();
            let max_share = if has_pushes { MAX_SHARE_OF_PUSHES } else { 1.0 };
            let rows = (0..).map(KindIndex).zip(shipped.iter().zip(fitted));
            rows.map(|(kind, (shipped, fitted))| compare(examples, kind, &takes, [shipped, fitted], max_share))
                .collect()
        };
        Self([of_type(&shipped[0], fitted.0, false), of_type(&shipped[1], fitted.1, true)])
    }

    /// Returns the comparison of a kind for users or for groups.
    pub fn of(&self, kind: KindIndex, is_user: bool) -> HoldoutComparison {
        self.0[usize::from(!is_user)].get(kind.as_usize()).copied().unwrap_or(HoldoutComparison::NONE)
    }

    /// True if some kind does not get its fitted weights alone.
    pub fn interpolate(&self) -> bool {
        self.0.iter().flatten().any(|comparison| comparison.share < 1.0)
    }

    /// Mixes shipped and fitted models by the shares.
    pub fn mix(&self, shipped: [Vec<LinearModel>; 2], fitted: [Vec<LinearModel>; 2]) -> [Vec<LinearModel>; 2] {
        let mut types = [true, false].into_iter().zip(shipped).zip(fitted);
        let mut mixed = || {
            let ((is_user, shipped), fitted) = types.next().expect("there are two");
            let rows = (0..).map(KindIndex).zip(shipped.iter().zip(fitted));
            rows.map(|(kind, (shipped, fitted))| interpolated(shipped, fitted, self.of(kind, is_user).share)).collect()
        };
        [mixed(), mixed()]
    }
}

/// The values of one mix, example by example.
struct MixValues {
    losses: Vec<f64>,
    aucs: Vec<f64>,
    ndcgs: Vec<f64>,
}

/// Returns (1 − share)·shipped + share·fitted.
fn interpolated(shipped: &LinearModel, fitted: LinearModel, share: f64) -> LinearModel {
    if share == 1.0 {
        return fitted;
    }
    if share == 0.0 {
        return LinearModel { relative: fitted.relative, ..shipped.clone() };
    }
    let mix = |shipped: f64, fitted: f64| (1.0 - share) * shipped + share * fitted;
    let weights: Vec<f64> = shipped.weights.iter().zip(&fitted.weights).map(|(s, f)| mix(*s, *f)).collect();
    let errors = (0..=weights.len()).map(|n| mix(shipped.error(n), fitted.error(n))).collect();
    LinearModel { bias: mix(shipped.bias, fitted.bias), weights, errors, relative: fitted.relative }
}

/// Compares the fit of a kind with the shipped weights on the examples that `takes` selects, all of them held out. Its
/// share is at most `max_share`, one of [`SHARES`].
fn compare(
    examples: &ExampleStore,
    kind: KindIndex,
    takes: &dyn Fn(&Example) -> bool,
    [shipped, fitted]: [&LinearModel; 2],
    max_share: f64,
) -> HoldoutComparison {
    let (holdout, labels) = examples.training_set(kind, takes);
    if holdout.rows.len() == 0 {
        return HoldoutComparison::unmeasured(max_share);
    }
    let outcomes = labels.sum() as usize + holdout.choices.len();
    let labels = labels.to_vec();
    let shown = examples.list().iter().filter(|example| example.shown && takes(example));
    let mut first_rows = FxHashMap::<Subject, usize>::default();
    let mut by_subject: Vec<(usize, usize)> =
        shown.zip(0..).map(|(example, row)| (*first_rows.entry(example.subject).or_insert(row), row)).collect();
    order::sort(&mut by_subject);
    let values = SHARES.map(|share| {
        let mix = interpolated(shipped, fitted.clone(), share);
        MixValues::of(&holdout, &labels, &by_subject, &mix.with_bias())
    });
    let [first, .., last] = &values;
    let measures = [first.measures(), last.measures()];
    let allowed = SHARES.partition_point(|share| *share <= max_share);
    let share = if outcomes < MIN_OUTCOMES { max_share } else { SHARES[supported(&values[..allowed])] };
    HoldoutComparison { share, max_share, measures: Some(measures) }
}

/// Returns the index of the largest share that the values support.
fn supported(values: &[MixValues]) -> usize {
    let shipped = &values[0];
    let ranks = |mix: &MixValues| !is_greater(&shipped.aucs, &mix.aucs) && !is_greater(&shipped.ndcgs, &mix.ndcgs);
    let allowed: Vec<usize> = (0..values.len()).filter(|&n| ranks(&values[n])).collect();
    let loss = |n: usize| mean(&values[n].losses).unwrap_or(0.0);
    let best = allowed.iter().copied().min_by(|&a, &b| loss(a).total_cmp(&loss(b))).unwrap_or(0);
    let close = allowed.into_iter().filter(|&n| !is_greater(&values[n].losses, &values[best].losses));
    close.max().unwrap_or(best)
}

/// True if the mean of `a` exceeds that of `b` by more than one standard error of their paired difference.
pub fn is_greater(a: &[f64], b: &[f64]) -> bool {
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
    let Some(difference) = mean(&differences) else { return false };
    let squares: f64 = differences.iter().map(|d| (d - difference) * (d - difference)).sum();
    let n = differences.len() as f64;
    difference > (squares / (n * (n - 1.0).max(1.0))).sqrt()
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

impl MixValues {
    fn of(holdout: &TrainingSet, labels: &[f64], by_subject: &[(usize, usize)], weights: &[f64]) -> Self {
        let z = holdout.scores(weights);
        let ndcgs = holdout.runs().map(|run| ndcg(&z[run.clone()], &holdout.offsets[run])).collect();
        let of_subjects = by_subject.chunk_by(|a, b| a.0 == b.0);
        let scored = |row: usize| (z[row], labels[row] > 0.5);
        let aucs = of_subjects.flat_map(|rows| aucs(rows.iter().map(|(_, row)| scored(*row)).collect())).collect();
        Self { losses: holdout.losses(&z, labels), aucs, ndcgs }
    }

    fn measures(&self) -> Measures {
        Measures { loss: mean(&self.losses).unwrap_or(0.0), auc: mean(&self.aucs), ndcg: mean(&self.ndcgs) }
    }
}

/// Returns for each response the fraction of the ignored items that score below, ties counting half; empty without
/// ignored items. The order of the fractions does not depend on the scores.
fn aucs(rows: Vec<(f64, bool)>) -> Vec<f64> {
    let mut ignored: Vec<f64> = rows.iter().filter(|(_, responded)| !responded).map(|(z, _)| *z).collect();
    if ignored.is_empty() {
        return Vec::new();
    }
    ignored.sort_unstable_by(f64::total_cmp);
    let below = |z: f64| {
        let [less, at_most] =
            [ignored.partition_point(|other| *other < z), ignored.partition_point(|other| *other <= z)];
        (less + at_most) as f64 / (2 * ignored.len()) as f64
    };
    rows.iter().filter(|(_, responded)| *responded).map(|(z, _)| below(*z)).collect()
}

/// Returns the NDCG of the first item, 1/log₂(1 + rank); each negative stands for e^offset items, whose scores contain
/// that offset.
fn ndcg(scores: &[f64], offsets: &[f64]) -> f64 {
    let chosen = scores[0];
    let above = scores.iter().zip(offsets).skip(1).map(|(z, offset)| match z - offset - chosen {
        lead if lead > TIE => libm::exp(*offset),
        lead if lead > -TIE => 0.5 * libm::exp(*offset),
        _ => 0.0,
    });
    1.0 / libm::log2(2.0 + above.sum::<f64>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::index::{ItemIndex, UserIndex};
    use crate::base::number::sigmoid;
    use crate::base::random::Random;
    use crate::model::layout::Layout;

    const KIND: KindIndex = KindIndex(0);

    fn row(bias: f64, weight: f64) -> LinearModel {
        LinearModel { bias, weights: vec![weight], errors: vec![0.1, 0.1], relative: false }
    }

    /// Exposures of five users, and choices among five items, that follow `truth`.
    fn examples(truth: f64, count: usize, seed: u64) -> ExampleStore {
        let mut random = Random::new(seed);
        let mut examples = ExampleStore::new(Layout { shared: 1, own: 0, kinds: 1 });
        for n in 0..count {
            let value = 2.0 * random.unit() - 1.0;
            assert!(examples.wants_next());
            let id = examples.add(0, Subject::User(UserIndex(n as u32 % 5)), ItemIndex(0), true, |writer| {
                writer.put(0, value);
                writer.end(0.0);
            });
            if random.unit() < sigmoid(truth * value - 1.0) {
                examples.add_outcome(id, KIND);
            }
        }
        for _ in 0..count / 10 {
            let values: Vec<f64> = (0..5).map(|_| 2.0 * random.unit() - 1.0).collect();
            let best = |a: &f64, b: &f64| (truth * a).total_cmp(&(truth * b));
            let chosen = values.iter().copied().max_by(best).unwrap();
            assert!(examples.wants_next());
            let id = examples.add(0, Subject::User(UserIndex(0)), ItemIndex(0), false, |writer| {
                for value in [chosen].into_iter().chain(values.into_iter().filter(|value| *value != chosen)) {
                    writer.put(0, value);
                    writer.end(0.0);
                }
            });
            examples.add_outcome(id, KIND);
        }
        examples
    }

    fn compared(truth: f64, count: usize, fitted: f64) -> HoldoutComparison {
        let shipped = row(-1.0, 1.0);
        compare(&examples(truth, count, 3), KIND, &|_| true, [&shipped, &row(-1.0, fitted)], 1.0)
    }

    #[test]
    fn a_fit_that_the_holdout_confirms_is_used_alone_and_one_that_it_contradicts_is_not() {
        let [confirmed, contradicted] = [compared(3.0, 600, 3.0), compared(1.0, 600, -3.0)];
        assert_eq!((confirmed.share, contradicted.share), (1.0, 0.0));
        let [before, after] = confirmed.measures.unwrap();
        assert!(after.loss < before.loss && after.auc >= before.auc && after.ndcg >= before.ndcg);
        let [before, after] = contradicted.measures.unwrap();
        assert!(after.loss > before.loss && after.auc < before.auc && after.ndcg < before.ndcg);
        let between = compared(2.0, 2000, 8.0).share;
        assert!(between > 0.0 && between < 1.0, "the truth lies between the two: {between}");
    }

    #[test]
    fn few_outcomes_contradict_nothing() {
        assert_eq!(compared(1.0, 8, -3.0).share, 1.0);
        assert_eq!(
            compare(&examples(1.0, 0, 1), KIND, &|_| true, [&row(0.0, 1.0), &row(0.0, 2.0)], 1.0),
            HoldoutComparison::NONE
        );
    }

    #[test]
    fn a_share_is_at_most_the_largest_allowed() {
        let compared = |truth: f64, fitted: f64, count: usize| {
            compare(&examples(truth, count, 3), KIND, &|_| true, [&row(-1.0, 1.0), &row(-1.0, fitted)], 0.5).share
        };
        assert_eq!([compared(3.0, 3.0, 600), compared(1.0, -3.0, 600), compared(3.0, 3.0, 0)], [0.5, 0.0, 0.5]);
    }

    #[test]
    fn shares_of_0_and_1_are_the_two_models() {
        let (shipped, fitted) = (row(1.0, 3.0), LinearModel { relative: true, ..row(2.0, 5.0) });
        assert_eq!(interpolated(&shipped, fitted.clone(), 1.0), fitted);
        assert_eq!(interpolated(&shipped, fitted.clone(), 0.0), LinearModel { relative: true, ..shipped.clone() });
        let half = interpolated(&shipped, fitted, 0.5);
        assert_eq!((half.bias, half.weights, half.relative), (1.5, vec![4.0], true));
    }

    #[test]
    fn rankings_match_the_definition() {
        let rows = vec![(1.0, true), (2.0, false), (0.5, false), (1.0, false), (3.0, true)];
        assert_eq!(aucs(rows), [0.5, 1.0]);
        assert_eq!(aucs(vec![(1.0, true)]), [0.0; 0]);
        let ln_3 = libm::log(3.0);
        // One item above that stands for three, one below, one equal.
        let ranked = ndcg(&[1.0, 2.0 + ln_3, 0.0, 1.0], &[0.0, ln_3, 0.0, 0.0]);
        assert!((ranked - 1.0 / libm::log2(2.0 + 3.5)).abs() < 1e-12);
    }
}
