//! Effects of facets on one subject's responses: deviations from the rate that item and subject in general predict.
//!
//! A mixed-effects logistic model (GLMix: Zhang et al., KDD 2016). The log-odds that showing j gets a response are
//! o_j + Σ_f x_jf·β_f. The offset o_j is the overall log-odds plus the deviations of the item's and of the subject's
//! smoothed rate; x_j is the item's row; β_f ~ N(0, [`PRIOR_STD_DEV`]²) belongs to the subject. One Newton step from 0
//! gives the posterior mean (`posterior.rs`). Nothing is stored: effects follow from history and library at each moment.

mod posterior;

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::number::sigmoid;
use crate::base::time::DecayPoint;
use crate::memory::history::{History, InteractionStats};
use crate::memory::response_stats::ResponseStatsAt;
use crate::world::consent::FacetOptOut;
use crate::world::kind::Kinds;

use super::column::{Column, Source};
use super::facet_vector::{CLASSES, FacetVector};
use super::ranking_context::RankingContext;
use posterior::Posterior;

/// Prior standard deviation τ of an effect, log-odds.
const PRIOR_STD_DEV: f64 = 0.3;

/// Smoothing of the item's and of the subject's rate, showings at the overall rate.
const SMOOTHING: [f64; 2] = [20.0, 5.0];

/// Decayed showings below this number are left out.
const MIN_SHOWINGS: f64 = 1e-3;

/// Posterior means of a subject's effects.
#[derive(Debug, Clone, Default)]
pub struct SubjectEffects {
    effects: FacetVector<1>,
    posterior: Posterior,
}

/// Names `effects.<class>` = Σ over the item's facets of the class of weight × effect, log-odds.
pub fn features() -> Vec<String> {
    CLASSES.map(|class| format!("effects.{}", class.name())).into()
}

impl SubjectEffects {
    /// Computes the effects; none without showings. Facets that the user opted out of have none.
    pub fn prepare(&mut self, context: &RankingContext, history: Option<&History>, opted_out: &[FacetOptOut]) {
        let Self { effects, posterior } = self;
        effects.clear(context.facet_matrix.facets());
        posterior.clear(context.facet_matrix.facets());
        let Some(history) = history else { return };
        let Some(offsets) = Offsets::of(context, history) else { return };
        for (item, item_stats) in history.by_item() {
            let counts = ShowingCounts::of(item_stats, offsets.now, &context.state.world.kinds);
            if counts.showings < MIN_SHOWINGS {
                continue;
            }
            for class in CLASSES {
                let (facets, weights) = context.facet_matrix.class(class).row(item);
                let row = facets.iter().zip(weights);
                let kept = row.filter(|(facet, _)| opted_out.iter().all(|opted_out| opted_out.facet != **facet));
                kept.for_each(|(&facet, &weight)| posterior.put(facet, weight));
            }
            let expected = offsets.chance(context, item);
            let variance = counts.showings * expected * (1.0 - expected);
            posterior.end_row(counts.responses - counts.showings * expected, variance);
        }
        posterior.solve(1.0 / (PRIOR_STD_DEV * PRIOR_STD_DEV));
        posterior.means().for_each(|(facet, mean)| effects.add(facet, [mean]));
    }

    /// Fills the columns of [`features`].
    pub fn fill(&self, context: &RankingContext, items: &[ItemIndex], columns: &mut [Column]) {
        self.effects.fill_classes(context, items, columns);
    }

    /// Splits a value by facet.
    pub fn contributions(&self, context: &RankingContext, item: ItemIndex, offset: usize) -> Vec<(Source, f64)> {
        self.effects.contributions(context, item, offset)
    }
}

/// Decayed showings of one item to one subject, and how many of them got a response.
#[derive(Debug, Clone, Copy, Default)]
struct ShowingCounts {
    showings: f64,
    responses: f64,
}

impl ShowingCounts {
    /// Counts the most frequent positive kind: one showing may get several kinds of response.
    fn of(item_stats: &[InteractionStats], now: DecayPoint, kinds: &Kinds) -> Self {
        let mut counts = Self::default();
        for stats in item_stats {
            let kind = kinds.of(stats.kind);
            if kind.is_exposure {
                counts.showings += stats.long.at(now);
            } else if kind.positive {
                counts.responses = counts.responses.max(stats.long.at(now));
            }
        }
        counts.responses = counts.responses.min(counts.showings);
        counts
    }

    /// Returns the log-odds of the rate, smoothed by `smoothing` showings at `rate`.
    fn log_odds(self, smoothing: f64, rate: f64) -> f64 {
        log_odds((self.responses + smoothing * rate) / (self.showings + smoothing))
    }
}

/// Rates that determine the offsets of a subject's showings.
struct Offsets {
    now: DecayPoint,
    /// Overall response rate, above 0 and below 1.
    rate: f64,
    /// Deviation of the subject's rate, log-odds.
    subject: f64,
    positive: Vec<KindIndex>,
}

impl Offsets {
    /// Returns the offsets of a subject; `None` without any showings.
    fn of(context: &RankingContext, history: &History) -> Option<Self> {
        let kinds = &context.state.world.kinds;
        let now = context.state.memory.half_lives().long.point(context.state.now);
        let positive = (0..).map(KindIndex).zip(kinds.iter()).filter(|(_, (_, kind))| kind.positive);
        let mut offsets = Self { now, rate: 0.0, subject: 0.0, positive: positive.map(|(kind, _)| kind).collect() };
        let overall = offsets.counts(context.state.memory.rates().overall(now));
        if overall.showings < MIN_SHOWINGS {
            return None;
        }
        // Half a response more and half a showing without one keep the rate between 0 and 1.
        offsets.rate = (overall.responses + 0.5) / (overall.showings + 1.0);
        let mut own = ShowingCounts::default();
        for (_, item_stats) in history.by_item() {
            let counts = ShowingCounts::of(item_stats, now, kinds);
            own.showings += counts.showings;
            own.responses += counts.responses;
        }
        offsets.subject = own.log_odds(SMOOTHING[1], offsets.rate) - log_odds(offsets.rate);
        (own.showings >= MIN_SHOWINGS).then_some(offsets)
    }

    fn counts(&self, stats: ResponseStatsAt) -> ShowingCounts {
        let showings = stats.impressions();
        let responses = self.positive.iter().map(|&kind| stats.responses(kind)).fold(0.0, f64::max);
        ShowingCounts { showings, responses: responses.min(showings) }
    }

    /// Returns the probability of a response to a showing of an item without effects.
    fn chance(&self, context: &RankingContext, item: ItemIndex) -> f64 {
        let of_item = self.counts(context.state.memory.rates().item(item, self.now));
        sigmoid(of_item.log_odds(SMOOTHING[0], self.rate) + self.subject)
    }
}

fn log_odds(chance: f64) -> f64 {
    libm::log(chance / (1.0 - chance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{DAY, HOUR, Time};
    use crate::base::value::Value;
    use crate::features::family::Family;
    use crate::features::item_effects::ItemEffects;
    use crate::features::item_weights::ItemWeights;
    use crate::features::{FamilySet, PreparedSubject, StateVersion};
    use crate::memory::{Arrival, HalfLives, Memory, StateView};
    use crate::world::World;
    use crate::world::facet::FacetProfile;
    use crate::world::facet_matrix::FacetMatrix;
    use crate::world::interaction::Interaction;
    use crate::world::item::Item;
    use crate::world::recipient::Recipient;

    const NOW: Time = 20_000 * DAY;

    /// Returns `effects.format` of a video and of an article for a user who was shown ten of each and clicked `clicks`.
    fn effects_of(clicks: [usize; 2], user: &str) -> [f64; 2] {
        let mut world = World::default();
        let read = |json: &str| Value::from_json(json, "").unwrap();
        let item = |n: usize| format!(r#"{{"id":"i{n}","format":"{}"}}"#, ["video", "article"][n % 2]);
        world.put_items((0..20).map(|n| Item::read(read(&item(n)), "").unwrap()).collect());
        let mut memory = Memory::new(HalfLives::default());
        let mut record = |world: &mut World, user: &str, item: usize, kind: &str| {
            let at = NOW - HOUR - item as i64;
            let json = format!(r#"{{"user":"{user}","item":"i{item}","kind":"{kind}","at":{at}}}"#);
            let interaction = Interaction::read(read(&json), "").unwrap();
            let indexed = world.index(&interaction);
            memory.observe(world, &interaction, indexed, Arrival::default());
        };
        for n in 0..20 {
            record(&mut world, "u", n, "impression");
            record(&mut world, "other", n, "impression");
            if n / 2 < clicks[n % 2] {
                record(&mut world, "u", n, "click");
            }
            if n < 10 {
                record(&mut world, "other", n, "click");
            }
        }
        memory.advance(&world, NOW);
        memory.flush(&world);
        let mut matrix = FacetMatrix::default();
        matrix.refresh(&world.library, &world.facets);
        let context = RankingContext {
            tiers: None,
            state: StateView { world: &world, memory: &memory, now: NOW },
            facet_matrix: &matrix,
            item_weights: &ItemWeights::default(),
            item_effects: &ItemEffects::default(),
            version: StateVersion::default(),
        };
        let mut subject = PreparedSubject::default();
        let families = FamilySet::ALL.filter(|family| family == Family::Effects);
        subject.prepare(&context, Recipient::of(&world, Some(user), None, None), &FacetProfile::default(), families);
        let mut columns = vec![Column::default(); CLASSES.len()];
        subject.fill(Family::Effects, &context, &[ItemIndex(0), ItemIndex(1)], &mut columns);
        match columns[2].live {
            true => [columns[2].values[0], columns[2].values[1]],
            false => [0.0; 2],
        }
    }

    #[test]
    fn a_format_that_gets_more_responses_than_expected_has_a_positive_effect() {
        let [video, article] = effects_of([8, 1], "u");
        assert!(video > 0.05 && article < -0.05, "{video} {article}");
        let stronger = effects_of([10, 0], "u");
        assert!(stronger[0] > video && stronger[1] < article);
        assert!(video.abs().max(article.abs()) < 3.0 * PRIOR_STD_DEV);
    }

    #[test]
    fn equal_responses_to_all_have_next_to_no_effect() {
        let even = effects_of([5, 5], "u");
        assert!(even.iter().all(|effect| effect.abs() < 0.02), "{even:?}");
    }

    #[test]
    fn a_subject_who_was_shown_nothing_has_no_effects() {
        assert_eq!(effects_of([8, 1], "nobody"), [0.0; 2]);
    }
}
