//! Responses of the subject to exposures: overall, in this channel, in this session, and for the same item.

use crate::base::index::{ItemIndex, KindIndex};
use crate::base::sorted::SortedMap;
use crate::base::time::{HOUR, HalfLife, MINUTE};
use crate::memory::history::{History, InteractionStats};
use crate::world::recipient::Recipient;

use super::super::column::Column;
use super::super::ranking_context::RankingContext;
use super::rate::{RateCount, ResponseType, SMOOTHING, evidence, fill_with};

const TARGETS: [&str; 5] = ["user", "channel", "userChannel", "sitting", "again"];

/// Index of the target that depends on the item too.
const SAME_ITEM_TARGET: usize = 4;

/// Half-life of session-level responses: 15 minutes.
const SESSION: HalfLife = HalfLife::of(15 * MINUTE);

/// Half-life of per-item responses, one hour: repeated exposures of an item matter only while it is in sight.
const SAME_ITEM: HalfLife = HalfLife::of(HOUR);

/// Per-item responses whose decay factor is at most this are skipped.
const MIN_DECAY_FACTOR: f64 = 1e-3;

/// Decayed impressions, and decayed responses to them by kind.
#[derive(Debug, Clone, Default)]
struct ResponseCounts {
    /// Decayed number of impressions.
    impressions: f64,
    /// Decayed number of responses per kind, ascending by kind.
    responses: Vec<(KindIndex, f64)>,
}

impl ResponseCounts {
    fn add(&mut self, kind_stats: &InteractionStats, is_exposure: bool, amount: f64) {
        if is_exposure {
            self.impressions += amount;
            return;
        }
        match self.responses.binary_search_by_key(&kind_stats.kind, |(kind, _)| *kind) {
            Ok(found) => self.responses[found].1 += amount,
            Err(insert_at) => self.responses.insert(insert_at, (kind_stats.kind, amount)),
        }
    }

    /// Returns impressions and responses.
    fn count(&self, response: ResponseType) -> RateCount {
        let responses = match response {
            ResponseType::Kind(kind) => self
                .responses
                .binary_search_by_key(&kind, |(kind, _)| *kind)
                .map_or(0.0, |found| self.responses[found].1),
            ResponseType::Any(kinds) => {
                let counts = |kind: KindIndex| kinds.of(kind).weight >= 0.0;
                self.responses.iter().filter(|(kind, _)| counts(*kind)).map(|(_, amount)| amount).sum()
            }
        };
        RateCount { impressions: self.impressions, responses }
    }
}

/// Responses of the subject to exposures.
#[derive(Debug, Clone, Default)]
pub struct SubjectResponses {
    /// All items, decayed at the long half-life.
    whole: ResponseCounts,
    /// All items, decayed at the session half-life.
    session: ResponseCounts,
    /// Per item, decayed at the half-life of one hour; ascending by item.
    items: SortedMap<ItemIndex, ResponseCounts>,
}

/// Names `rates.<user|channel|userChannel|sitting|again>.<any|shown>`: rate of any response, and ln(1 + impressions).
pub fn subject_features() -> Vec<String> {
    TARGETS.iter().flat_map(|target| ["any", "shown"].map(|name| format!("rates.{target}.{name}"))).collect()
}

/// Names `rates.<user|channel|userChannel|sitting|again>`: rate of one kind.
pub fn subject_features_by_kind() -> Vec<String> {
    TARGETS.map(|target| format!("rates.{target}")).into()
}

impl SubjectResponses {
    /// Sums the responses; none without a history.
    pub fn prepare(&mut self, context: &RankingContext, history: Option<&History>) {
        *self = Self::default();
        let kinds = &context.state.world.kinds;
        let now = context.state.memory.half_lives().long.point(context.state.now);
        for (item, item_stats) in history.into_iter().flat_map(History::by_item) {
            if !item_stats.iter().any(|kind_stats| kinds.of(kind_stats.kind).is_exposure) {
                continue;
            }
            for kind_stats in item_stats {
                let is_exposure = kinds.of(kind_stats.kind).is_exposure;
                let ago = context.state.now - kind_stats.last;
                self.whole.add(kind_stats, is_exposure, kind_stats.long.at(now));
                // Repeated exposures of one item count as one, the last: a session is short.
                self.session.add(kind_stats, is_exposure, SESSION.decay_factor(ago));
                let factor = SAME_ITEM.decay_factor(ago);
                if factor > MIN_DECAY_FACTOR {
                    self.items.or_default(item).add(kind_stats, is_exposure, f64::from(kind_stats.count) * factor);
                }
            }
        }
    }
    /// Fills the columns of [`subject_features`].
    pub fn fill(&self, context: &RankingContext, recipient: &Recipient, items: &[ItemIndex], columns: &mut [Column]) {
        let response = ResponseType::Any(&context.state.world.kinds);
        let Some(base) = response.base_rate(context) else { return };
        let counts = self.counts(context, recipient, response);
        for ((count, smoothing), columns) in counts.into_iter().zip(columns.chunks_mut(2)) {
            fill_with(&mut columns[0], base.relative_to_base(count, smoothing), items.len());
            fill_with(&mut columns[1], evidence(count), items.len());
        }
        self.fill_same_item(&mut columns[2 * SAME_ITEM_TARGET], response, items, |count| {
            base.relative_to_base(count, SMOOTHING[2])
        });
        self.fill_same_item(&mut columns[2 * SAME_ITEM_TARGET + 1], response, items, evidence);
    }

    /// Fills the columns of [`subject_features_by_kind`].
    pub fn fill_by_kind(
        &self,
        context: &RankingContext,
        recipient: &Recipient,
        kind: KindIndex,
        items: &[ItemIndex],
        columns: &mut [Column],
    ) {
        let response = ResponseType::Kind(kind);
        let Some(base) = response.base_rate(context) else { return };
        let counts = self.counts(context, recipient, response);
        for ((count, smoothing), column) in counts.into_iter().zip(columns.iter_mut()) {
            fill_with(column, base.relative_to_base(count, smoothing), items.len());
        }
        self.fill_same_item(&mut columns[SAME_ITEM_TARGET], response, items, |count| {
            base.relative_to_base(count, SMOOTHING[2])
        });
    }

    /// Returns count and smoothing of all targets but the last.
    fn counts(
        &self,
        context: &RankingContext,
        recipient: &Recipient,
        response: ResponseType,
    ) -> [(RateCount, f64); SAME_ITEM_TARGET] {
        let now = context.state.memory.half_lives().long.point(context.state.now);
        let rates = context.state.memory.rates();
        let Recipient { user, channel, .. } = *recipient;
        let of_both = user.zip(channel);
        let of_both = of_both.map(|(user, channel)| response.count(rates.user_in_channel(user, channel, now)));
        let of_channel = channel.map(|channel| response.count(rates.channel(channel, now)));
        [
            (self.whole.count(response), SMOOTHING[1]),
            (of_channel.unwrap_or_default(), SMOOTHING[0]),
            (of_both.unwrap_or_default(), SMOOTHING[1]),
            (self.session.count(response), SMOOTHING[2]),
        ]
    }

    /// Fills a column with `value_of` the subject's count for each item.
    fn fill_same_item(
        &self,
        column: &mut Column,
        response: ResponseType,
        items: &[ItemIndex],
        value_of: impl Fn(RateCount) -> f64,
    ) {
        if self.items.is_empty() {
            return;
        }
        column.reset(items.len());
        for (value, item) in column.values.iter_mut().zip(items) {
            *value = value_of(self.items.get(item).map(|counts| counts.count(response)).unwrap_or_default());
            column.live |= *value != 0.0;
        }
    }
}
