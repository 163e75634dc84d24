//! Response rates of the subject: overall, in this channel, in this session, and for the same item.

use super::super::subject::{FamilyNeeds, PreparedSubject, RankingContext};
use super::super::{Column, Family};
use super::{BaseRate, RateCount, ResponseType, SMOOTHING, evidence, fill_with};

/// `rates.<user|channel|userChannel|sitting|again>.<any|shown>`: rate of any response, and ln(1 + impressions).
pub struct SubjectRates;

/// `rates.<user|channel|userChannel|sitting|again>`: rate of one kind.
pub struct SubjectRatesByKind;

const TARGETS: [&str; 5] = ["user", "channel", "userChannel", "sitting", "again"];

/// Index of the target that depends on the item too.
const SAME_ITEM: usize = 4;

/// Returns count and smoothing of all targets but the last.
fn counts(
    context: &RankingContext,
    subject: &PreparedSubject,
    response: ResponseType,
) -> [(RateCount, f64); SAME_ITEM] {
    let now = context.memory.half_lives().long.place(context.now);
    let (rates, to) = (context.memory.rates(), &subject.recipient);
    let channel = to.channel.map(|channel| response.count(rates.channel(channel, now)));
    let of_both =
        to.user.zip(to.channel).map(|(user, channel)| response.count(rates.user_in_channel(user, channel, now)));
    [
        (response.count_of_subject(&subject.responses.whole), SMOOTHING[1]),
        (channel.unwrap_or_default(), SMOOTHING[0]),
        (of_both.unwrap_or_default(), SMOOTHING[1]),
        (response.count_of_subject(&subject.responses.session), SMOOTHING[2]),
    ]
}

/// Returns the subject's count for the same item.
fn same_item_count(subject: &PreparedSubject, response: ResponseType, item: u32) -> RateCount {
    subject.responses.items.get(&item).map(|counts| response.count_of_subject(counts)).unwrap_or_default()
}

/// Fills a column with `value_of` the subject's count for each item.
fn fill_same_item(
    column: &mut Column,
    subject: &PreparedSubject,
    response: ResponseType,
    items: &[u32],
    value_of: impl Fn(RateCount) -> f64,
) {
    if subject.responses.items.is_empty() {
        return;
    }
    column.open(items.len());
    for (value, &item) in column.values.iter_mut().zip(items) {
        *value = value_of(same_item_count(subject, response, item));
        column.live |= *value != 0.0;
    }
}

impl Family for SubjectRates {
    fn name(&self) -> &'static str {
        "rates"
    }

    fn features(&self) -> Vec<String> {
        TARGETS.iter().flat_map(|target| ["any", "shown"].map(|what| format!("rates.{target}.{what}"))).collect()
    }

    fn add_needs(&self, needs: &mut FamilyNeeds) {
        needs.responses = true;
    }

    fn fill(&self, context: &RankingContext, subject: &PreparedSubject, items: &[u32], columns: &mut [Column]) {
        let response = ResponseType::Any(&context.world.kinds);
        let Some(base) = response.base_rate(context) else { return };
        for ((count, smoothing), columns) in counts(context, subject, response).into_iter().zip(columns.chunks_mut(2)) {
            fill_with(&mut columns[0], base.relative_to_base(count, smoothing), items.len());
            fill_with(&mut columns[1], evidence(count), items.len());
        }
        fill_same_item(&mut columns[2 * SAME_ITEM], subject, response, items, |count| {
            base.relative_to_base(count, SMOOTHING[2])
        });
        fill_same_item(&mut columns[2 * SAME_ITEM + 1], subject, response, items, evidence);
    }
}

impl Family for SubjectRatesByKind {
    fn name(&self) -> &'static str {
        "rates"
    }

    fn features(&self) -> Vec<String> {
        TARGETS.map(|target| format!("rates.{target}")).into()
    }

    fn add_needs(&self, needs: &mut FamilyNeeds) {
        needs.responses = true;
    }

    fn is_per_kind(&self) -> bool {
        true
    }

    fn fill_kind(
        &self,
        context: &RankingContext,
        subject: &PreparedSubject,
        kind: u32,
        items: &[u32],
        columns: &mut [Column],
    ) {
        let response = ResponseType::Kind(kind);
        let Some(base) = response.base_rate(context) else { return };
        let relative = |base: BaseRate, count, smoothing| base.relative_to_base(count, smoothing);
        for ((count, smoothing), column) in counts(context, subject, response).into_iter().zip(columns.iter_mut()) {
            fill_with(column, relative(base, count, smoothing), items.len());
        }
        fill_same_item(&mut columns[SAME_ITEM], subject, response, items, |count| {
            base.relative_to_base(count, SMOOTHING[2])
        });
    }
}
