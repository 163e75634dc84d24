//! Interactions that answer a showing, and the moment before that showing, from which a replay predicts them.

use rustc_hash::FxHashMap;

use crate::base::index::{ItemIndex, UserIndex};
use crate::base::order;
use crate::base::time::{DAY, Time};
use crate::memory::Subject;
use crate::recommender::decision::Sent;
use crate::world::kind::Kinds;
use crate::world::{IndexedInteraction, World};

/// An interaction this long after a showing of its item still answers it, ms.
const ANSWERED_WITHIN: Time = 7 * DAY;

/// An item that an accepted decision sent to a subject.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SentItem {
    subject: Subject,
    item: ItemIndex,
    at: Time,
}

impl SentItem {
    /// Interns the names of accepted decisions. A message to a member of a group was shown to that user.
    pub fn index(sent: &[Sent], world: &mut World) -> Vec<Self> {
        let mut indexed = Vec::new();
        for message in sent {
            let user = message.user.as_ref().map(|id| Subject::User(world.users.ids.intern(id)));
            let group = message.group.as_ref().map(|id| Subject::Group(world.groups.ids.intern(id)));
            let Some(subject) = user.or(group) else { continue };
            let items = message.picks.iter().map(|(item, _)| world.library.ids.intern(item));
            indexed.extend(items.map(|item| Self { subject, item, at: message.at }));
        }
        indexed
    }
}

/// An interaction that answers a showing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Position in the log before which it is predicted: earlier entries precede the showing.
    pub before: usize,
    /// Time of the showing, ms.
    pub shown_at: Time,
    /// Place of the interaction.
    pub place: usize,
}

/// The latest events of a user and an item.
#[derive(Debug, Clone, Copy, Default)]
struct Pair {
    /// Place of the latest impression in the log, if no interaction followed it.
    shown: Option<usize>,
    /// Time of the latest interaction.
    interacted: Option<Time>,
}

/// Returns the positive interactions of a log in time order that answer a showing, in the order of [`Answer::before`].
///
/// The showing is the latest impression of the same item to the same user; without one, the latest accepted decision
/// that sent the item to the user, or to the group of the interaction. An earlier interaction of the user with the item
/// since that showing has answered it already.
pub fn answers(log: &[IndexedInteraction], mut sent: Vec<SentItem>, kinds: &Kinds) -> Vec<Answer> {
    order::sort_by_key(&mut sent, |one| one.at);
    let mut sent = sent.into_iter().peekable();
    let mut sent_last: FxHashMap<(Subject, ItemIndex), Time> = FxHashMap::default();
    let mut pairs: FxHashMap<(UserIndex, ItemIndex), Pair> = FxHashMap::default();
    let mut found = Vec::new();
    for (place, &interaction) in log.iter().enumerate() {
        let (Some(user), Some(item)) = (interaction.user, interaction.item) else { continue };
        while let Some(one) = sent.next_if(|one| one.at <= interaction.at) {
            sent_last.insert((one.subject, one.item), one.at);
        }
        let kind = kinds.of(interaction.kind);
        let pair = pairs.entry((user, item)).or_default();
        if kind.is_exposure {
            pair.shown = Some(place);
            continue;
        }
        let previous = *pair;
        *pair = Pair { shown: None, interacted: Some(interaction.at) };
        if !kind.positive {
            continue;
        }
        let is_recent = |shown_at: Time| interaction.at - shown_at <= ANSWERED_WITHIN;
        let impression = previous.shown.map(|before| (before, log[before].at)).filter(|(_, at)| is_recent(*at));
        let decision = || {
            let subjects = [Some(Subject::User(user)), interaction.group.map(Subject::Group)];
            let times = subjects.into_iter().flatten().filter_map(|subject| sent_last.get(&(subject, item)).copied());
            let unanswered = |at: &Time| is_recent(*at) && previous.interacted.is_none_or(|last| last < *at);
            let at = times.filter(unanswered).max()?;
            Some((log.partition_point(|earlier| earlier.at < at), at))
        };
        if let Some((before, shown_at)) = impression.or_else(decision) {
            found.push(Answer { before, shown_at, place });
        }
    }
    order::sort_by_key(&mut found, |answer| (answer.before, answer.place));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::base::time::HOUR;
    use crate::evaluation::settings::EvaluationKind;
    use crate::evaluation::testing::{evaluated_ranker, event};

    /// Reads a log of (hour, user, group, item, kind), and decisions of (hour, subject, item).
    fn found(log: &[(i64, &str, &str, &str, &str)], sent: &[(i64, &str, &str)]) -> Vec<(usize, i64, usize)> {
        let mut ranker = evaluated_ranker(EvaluationKind::Replay, "{}", &[], &[]);
        let log: Vec<IndexedInteraction> = log
            .iter()
            .map(|(hour, user, group, item, kind)| {
                let at = hour * HOUR;
                let json =
                    format!(r#"{{"user":"{user}","group":"{group}","item":"{item}","kind":"{kind}","at":{at}}}"#);
                event(&mut ranker, &json)
            })
            .collect();
        let sent = sent.iter().map(|(hour, subject, item)| {
            let world = ranker.trainer.change_world();
            let subject = match subject.starts_with('g') {
                true => Subject::Group(world.groups.ids.intern(subject)),
                false => Subject::User(world.users.ids.intern(subject)),
            };
            SentItem { subject, item: world.library.ids.intern(item), at: hour * HOUR }
        });
        let sent = sent.collect();
        let of = |answer: Answer| (answer.before, answer.shown_at / HOUR, answer.place);
        answers(&log, sent, &ranker.world().kinds).into_iter().map(of).collect()
    }

    #[test]
    fn the_latest_impression_within_seven_days_is_answered_once() {
        let week = 7 * 24;
        let log = [
            (0, "u", "g", "a", "impression"),
            (1, "u", "g", "a", "impression"),
            (1, "v", "g", "a", "click"),
            (1 + week, "u", "g", "a", "click"),
            (2 + week, "u", "g", "a", "save"),
        ];
        // v was shown nothing; u's save follows the click that answered already.
        assert_eq!(found(&log, &[]), [(1, 1, 3)]);
        let late = [(0, "u", "g", "a", "impression"), (1 + week, "u", "g", "a", "click")];
        assert_eq!(found(&late, &[]), []);
        let dismissed = [(0, "u", "g", "a", "impression"), (1, "u", "g", "a", "dismiss"), (2, "u", "g", "a", "click")];
        assert_eq!(found(&dismissed, &[]), []);
    }

    #[test]
    fn a_decision_counts_where_there_is_no_impression() {
        let log = [(1, "x", "h", "b", "click"), (4, "u", "g", "a", "click"), (5, "v", "g", "a", "click")];
        // The group's message reaches both; that to u is later. Nothing was recorded between it and u's click.
        assert_eq!(found(&log, &[(0, "g", "a"), (2, "u", "a"), (3, "v", "b")]), [(0, 0, 2), (1, 2, 1)]);
        let clicked_before = [(1, "u", "g", "a", "click"), (4, "u", "g", "a", "save")];
        assert_eq!(found(&clicked_before, &[(0, "u", "a")]), [(0, 0, 0)]);
        let seen = [(3, "u", "g", "a", "impression"), (4, "u", "g", "a", "click")];
        assert_eq!(found(&seen, &[(0, "u", "a")]), [(0, 3, 1)]);
    }

    /// Searches the log backwards from each interaction.
    fn oracle(log: &[(i64, &str, &str, &str, &str)]) -> Vec<(usize, i64, usize)> {
        let mut found = Vec::new();
        for (place, &(hour, user, _, item, kind)) in log.iter().enumerate() {
            if !["click", "save"].contains(&kind) {
                continue;
            }
            let earlier = log[..place].iter().enumerate().rev().find(|(_, row)| row.1 == user && row.3 == item);
            if let Some((before, &(shown, .., "impression"))) = earlier
                && hour - shown <= 7 * 24
            {
                found.push((before, shown, place));
            }
        }
        found.sort_unstable();
        found
    }

    #[test]
    fn random_logs_agree_with_a_search_backwards() {
        let mut random = Random::new(9);
        for _ in 0..50 {
            let log: Vec<_> = (0..60)
                .map(|n| {
                    let (user, item) = (["u", "v"][random.below(2)], ["a", "b", "c"][random.below(3)]);
                    let kind = ["impression", "impression", "click", "save", "dismiss"][random.below(5)];
                    (n * 12, user, "g", item, kind)
                })
                .collect();
            assert_eq!(found(&log, &[]), oracle(&log));
        }
    }
}
