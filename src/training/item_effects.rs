//! Fits the effects of items: how far the responses to an item differ from what its features explain.
//!
//! A mixed-effects logistic model. The log-odds of a response to a showing of item i on day d are o + e_i + v_id. The
//! offset o is the score of the fitted weights at the time of the showing; e_i ~ N(0, [`STD_DEV`]²) belongs to the item.
//! v_id ~ N(0, [`DAILY_STD_DEV`]²) belongs to the showings of one day, which share more than the item: a burst of
//! demand, or a push to one group. With r = Σ (y − p) and h = Σ p·(1 − p) over the showings of a day and σ² the variance
//! of v, the day adds r / (1 + h·σ²) to the gradient of e_i and h / (1 + h·σ²) to its precision, to second order.

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::number::sigmoid;
use crate::base::order;
use crate::base::time::{DAY, Time};
use crate::features::item_effects::ItemEffects;
use crate::features::{Family, features};
use crate::model::linear::LinearModel;

use super::dataset::{Example, ExampleStore};
use super::interpolation::is_greater;

/// Prior standard deviations of an item's effect and of its deviation on one day, log-odds.
const STD_DEV: f64 = 0.35;
const DAILY_STD_DEV: f64 = 1.0;

/// Newton steps. The effect is a maximum in one dimension, near 0.
const STEPS: usize = 4;

/// Models by which the examples before id `held_out` were predicted, to be compared on the later ones.
pub struct EarlyRows<'a> {
    /// Users' models, by kind.
    pub rows: &'a [LinearModel],
    /// Id of the first example that is held out.
    pub held_out: usize,
}

/// Fits effects to the users' showings, given their models by kind. A kind gets none if on the holdout the effects of
/// the earlier showings increase the mean loss by more than one standard error.
pub fn fit_item_effects(examples: &ExampleStore, rows: &[LinearModel], early: Option<EarlyRows>) -> ItemEffects {
    let of_kind = |(kind, row): (KindIndex, &LinearModel)| match &early {
        _ if row.errors.is_empty() => Vec::new(),
        Some(early) if is_contradicted(examples, kind, early) => Vec::new(),
        _ => Showings::of(examples, kind, row, &|_| true).effects(),
    };
    ItemEffects::new((0..).map(KindIndex).zip(rows).map(of_kind).collect())
}

/// Gives the effects their weight of 1 in the models of the kinds that have any. They are log-odds already.
pub fn use_item_effects(rows: &mut [LinearModel], effects: &ItemEffects) {
    let column = features().iter().position(|feature| feature.family == Family::ItemEffects);
    let column = column.expect("the family has a feature");
    for (kind, row) in (0..).map(KindIndex).zip(rows) {
        if !effects.of_kind(kind).is_empty() && !row.errors.is_empty() {
            (row.weights[column], row.errors[column]) = (1.0, 0.0);
        }
    }
}

/// True if the effects of the showings before the holdout predict the responses to those since worse than none.
fn is_contradicted(examples: &ExampleStore, kind: KindIndex, early: &EarlyRows) -> bool {
    let row = &early.rows[kind.as_usize()];
    let effects = Showings::of(examples, kind, row, &|example| example.id() < early.held_out).effects();
    let held_out = Showings::of(examples, kind, row, &|example| example.id() >= early.held_out);
    is_greater(&held_out.losses(&effects), &held_out.losses(&[]))
}

/// A showing to a user.
#[derive(Debug, Clone, Copy)]
struct Showing {
    item: ItemIndex,
    /// Days since 1970 in UTC.
    day: Time,
    /// Log-odds of a response without the item's effect.
    offset: f64,
    /// 1 if it got a response of the kind, else 0.
    label: f64,
}

/// Showings in the order of item and day.
struct Showings(Vec<Showing>);

impl Showings {
    fn of(examples: &ExampleStore, kind: KindIndex, row: &LinearModel, takes: &dyn Fn(&Example) -> bool) -> Self {
        let taken = |example: &Example| example.shown && !example.is_of_group() && takes(example);
        let (set, labels) = examples.training_set(kind, taken);
        let offsets = set.scores(&row.with_bias());
        let list = examples.list().iter().filter(|example| taken(example)).zip(offsets.iter().zip(&labels));
        let showing = |(example, (&offset, &label)): (&Example, (&f64, &f64))| Showing {
            item: example.item,
            day: example.at.div_euclid(DAY),
            offset,
            label,
        };
        let mut showings: Vec<Showing> = list.map(showing).collect();
        order::sort_by_key(&mut showings, |showing| (showing.item, showing.day));
        Self(showings)
    }

    /// Returns the effects by item index; empty without any response.
    fn effects(&self) -> Vec<f32> {
        let mut effects = Vec::new();
        if self.0.iter().all(|showing| showing.label == 0.0) {
            return effects;
        }
        for of_item in self.0.chunk_by(|a, b| a.item == b.item) {
            effects.resize(of_item[0].item.as_usize() + 1, 0.0);
            *effects.last_mut().expect("it is not empty") = effect(of_item) as f32;
        }
        effects
    }

    /// Returns the loss of each showing with these effects, nats.
    fn losses(&self, effects: &[f32]) -> Vec<f64> {
        let loss = |showing: &Showing| {
            let effect = effects.get(showing.item.as_usize()).map_or(0.0, |effect| f64::from(*effect));
            let z = showing.offset + effect;
            -libm::log(sigmoid(if showing.label > 0.5 { z } else { -z }).max(f64::MIN_POSITIVE))
        };
        self.0.iter().map(loss).collect()
    }
}

/// Returns the posterior mode of the effect of the item of these showings, which are in the order of their days.
fn effect(showings: &[Showing]) -> f64 {
    let prior = 1.0 / (STD_DEV * STD_DEV);
    (0..STEPS).fold(0.0, |effect, _| {
        let (mut gradient, mut precision) = (-prior * effect, prior);
        for of_day in showings.chunk_by(|a, b| a.day == b.day) {
            let (mut residual, mut variance) = (0.0, 0.0);
            for showing in of_day {
                let chance = sigmoid(showing.offset + effect);
                residual += showing.label - chance;
                variance += chance * (1.0 - chance);
            }
            let shared = 1.0 / (1.0 + variance * DAILY_STD_DEV * DAILY_STD_DEV);
            gradient += shared * residual;
            precision += shared * variance;
        }
        effect + gradient / precision
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::index::UserIndex;
    use crate::base::random::Random;
    use crate::memory::Subject;
    use crate::model::layout::Layout;

    const KIND: KindIndex = KindIndex(0);

    fn row(bias: f64) -> LinearModel {
        let weights = vec![0.0; features().len()];
        LinearModel { bias, errors: vec![0.1; weights.len() + 1], weights, relative: false }
    }

    /// Showings of items with these log-odds, each `count` times on each of `days` days.
    fn examples(log_odds: &[f64], [days, count]: [usize; 2], seed: u64) -> ExampleStore {
        let mut random = Random::new(seed);
        let mut examples = ExampleStore::new(Layout { shared: features().len(), own: 0, kinds: 1 });
        for day in 0..days {
            for (n, log_odds) in log_odds.iter().enumerate() {
                for _ in 0..count {
                    assert!(examples.wants_next());
                    let (at, user) = (day as Time * DAY, Subject::User(UserIndex(0)));
                    let id = examples.add(at, user, ItemIndex(n as u32), true, |writer| writer.end(0.0));
                    if random.unit() < sigmoid(*log_odds) {
                        examples.add_outcome(id, KIND);
                    }
                }
            }
        }
        examples
    }

    #[test]
    fn an_item_with_more_responses_than_predicted_has_a_positive_effect() {
        let effects = fit_item_effects(&examples(&[-0.5, -1.0, -1.5], [60, 10], 1), &[row(-1.0)], None);
        let [more, same, less] = [0, 1, 2].map(|n| effects.of_kind(KIND)[n]);
        assert!((more - 0.5).abs() < 0.2 && same.abs() < 0.2 && (less + 0.5).abs() < 0.3, "{more} {same} {less}");
        let ignored = fit_item_effects(&examples(&[-50.0], [1, 9], 1), &[row(-1.0)], None);
        assert_eq!(ignored.of_kind(KIND).len(), 0, "without any response there is nothing to compare");
    }

    #[test]
    fn showings_of_one_day_count_less_than_those_of_many() {
        let showing = |n: usize, days: usize| Showing {
            item: ItemIndex(0),
            day: (n * days / 40) as Time,
            offset: -1.0,
            label: f64::from(u8::from(n.is_multiple_of(2))),
        };
        let of = |days: usize| effect(&(0..40).map(|n| showing(n, days)).collect::<Vec<_>>());
        assert!(of(1) > 0.0 && of(1) < 0.4 * of(40), "{} {}", of(1), of(40));
        let one = effect(&[showing(0, 1)]);
        assert!(one > 0.0 && one < STD_DEV * STD_DEV, "one showing changes little: {one}");
    }

    #[test]
    fn the_effect_maximises_the_posterior_of_independent_showings() {
        // One showing a day: v only adds its variance, which the second order neglects for small variances.
        let labels = [1.0, 1.0, 0.0, 1.0, 0.0, 1.0];
        let showings: Vec<Showing> =
            (0..).zip(labels).map(|(day, label)| Showing { item: ItemIndex(0), day, offset: -0.3, label }).collect();
        let found = effect(&showings);
        let gradient = |effect: f64| {
            let of_day = |showing: &Showing| {
                let p = sigmoid(showing.offset + effect);
                (showing.label - p) / (1.0 + p * (1.0 - p) * DAILY_STD_DEV * DAILY_STD_DEV)
            };
            showings.iter().map(of_day).sum::<f64>() - effect / (STD_DEV * STD_DEV)
        };
        assert!(gradient(found).abs() < 1e-6, "{found}: {}", gradient(found));
    }

    #[test]
    fn effects_that_the_holdout_contradicts_are_not_used() {
        let reversed = |seed: u64| {
            let mut all = examples(&[1.0, -3.0], [40, 10], seed);
            let held_out = all.next_id();
            let mut random = Random::new(seed);
            for n in 0..400 {
                assert!(all.wants_next());
                let item = ItemIndex(n % 2);
                let id = all.add(50 * DAY, Subject::User(UserIndex(0)), item, true, |writer| writer.end(0.0));
                if random.unit() < sigmoid([-3.0, 1.0][item.as_usize()]) {
                    all.add_outcome(id, KIND);
                }
            }
            let rows = [row(-1.0)];
            let early = EarlyRows { rows: &rows, held_out };
            fit_item_effects(&all, &rows, Some(early)).of_kind(KIND).len()
        };
        assert_eq!(reversed(1), 0);
        let steady = examples(&[1.0, -3.0], [40, 10], 1);
        let rows = [row(-1.0)];
        let effects = fit_item_effects(&steady, &rows, Some(EarlyRows { rows: &rows, held_out: 600 }));
        assert_eq!(effects.of_kind(KIND).len(), 2);
        let mut used = rows.to_vec();
        use_item_effects(&mut used, &effects);
        assert_eq!(used[0].weights.last(), Some(&1.0));
    }
}
