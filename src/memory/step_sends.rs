//! Sends of journeys' steps by recipient: which step was sent when, in which entry.

use std::sync::Arc;

use crate::base::bytes::{ByteReader, Codec, Output, as_bytes};
use crate::base::id::{self, Interner};
use crate::base::index::{GroupIndex, UserIndex};
use crate::base::time::{DAY, Time, is_time};
use crate::operations::step_ref::StepRef;

use super::merge::IndexRemap;
use super::{BySubject, Subject};

/// Retention of a recipient's sends before the latest of them, in milliseconds.
pub const STEP_SENDS_KEPT: Time = 400 * DAY;

/// One send of a step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepSend {
    /// The time of sending.
    pub at: Time,
    /// The index of the journey's id.
    journey: u32,
    /// The index of the step's id.
    step: u32,
    /// The group, for a message to a member within a group.
    pub group: Option<GroupIndex>,
    /// Time of entry.
    pub entered_at: Time,
    /// The reference of the entry.
    pub reference: Option<Arc<str>>,
}

as_bytes!(StepSend: at, journey, step, group, entered_at, reference);

/// All sends of steps. Ids of journeys and steps are indexed, because many sends repeat few of them.
#[derive(Debug, Clone, Default)]
pub struct StepSends {
    ids: Interner,
    /// Sorted by time.
    by_subject: BySubject<Vec<StepSend>>,
}

impl Codec for StepSends {
    fn write(&self, to: &mut Output) {
        self.ids.write(to);
        self.by_subject.write(to);
    }
    fn read(from: &mut ByteReader) -> Self {
        Self { ids: Codec::read(from), by_subject: Codec::read(from) }
    }
}

impl StepSends {
    /// Interns the names of a step and returns its send, without recording it.
    pub fn index(&mut self, to: Subject, step: &StepRef, group: Option<GroupIndex>, at: Time) -> StepSend {
        StepSend {
            at,
            journey: self.ids.intern(&step.journey),
            step: self.ids.intern(&step.step),
            group: group.filter(|_| !to.is_group()),
            entered_at: step.entered_at,
            reference: step.reference.clone(),
        }
    }

    /// Records the send of a step and returns it. Sends of the same recipient more than [`STEP_SENDS_KEPT`] before its
    /// latest are dropped.
    pub fn insert(&mut self, to: Subject, step: &StepRef, group: Option<GroupIndex>, at: Time) -> StepSend {
        let send = self.index(to, step, group, at);
        insert(self.by_subject.of(to), send.clone());
        send
    }

    /// Removes one send, if it was recorded. An unknown subject gets no list: equal states have equal bytes.
    pub(super) fn remove(&mut self, to: Subject, send: &StepSend) {
        if let Some(position) = self.of(to).iter().position(|one| one == send) {
            self.by_subject.of(to).remove(position);
        }
    }

    /// Returns the recorded sends to a recipient, in time order.
    pub fn of(&self, subject: Subject) -> &[StepSend] {
        self.by_subject.get(subject)
    }

    /// Returns the index of a journey's or step's id; `None` if none of that id was sent.
    pub fn number(&self, id: &str) -> Option<u32> {
        self.ids.get(id)
    }

    /// Returns the step and the entry of a send.
    pub fn step(&self, send: &StepSend) -> StepRef {
        StepRef {
            journey: self.ids.name(send.journey).to_owned(),
            step: self.ids.name(send.step).to_owned(),
            entered_at: send.entered_at,
            reference: send.reference.clone(),
        }
    }

    /// Removes the sends to a user.
    pub(super) fn forget(&mut self, user: UserIndex) {
        *self.by_subject.of(Subject::User(user)) = Vec::new();
    }

    /// Moves the sends to one group, and within it, to another.
    pub(super) fn move_group(&mut self, from: GroupIndex, to: GroupIndex) {
        let moved = std::mem::take(self.by_subject.of(Subject::Group(from)));
        let target = self.by_subject.of(Subject::Group(to));
        moved.into_iter().for_each(|send| insert(target, send));
        for send in self.by_subject.users_mut().iter_mut().flatten().filter(|send| send.group == Some(from)) {
            send.group = Some(to);
        }
    }

    /// Adds the sends of another instance. Returns the indices that the ids of its journeys and steps have here.
    pub(super) fn merge(&mut self, other: &Self, map: &IndexRemap) -> Vec<u32> {
        let ids: Vec<u32> = other.ids.names().map(|id| self.ids.intern(id)).collect();
        for (subject, sends) in other.by_subject.iter() {
            let target = self.by_subject.of(map.subject(subject));
            for send in sends {
                insert(target, send.renumbered(&ids, map));
            }
        }
        ids
    }

    /// True if every index is below these counts, every list is sorted and every time and reference is valid.
    pub(super) fn is_valid(&self, users: u32, groups: u32) -> bool {
        let [for_users, for_groups] = self.by_subject.counts();
        for_users <= users as usize
            && for_groups <= groups as usize
            && self.by_subject.iter().all(|(_, sends)| {
                sends.is_sorted_by_key(|send| send.at) && sends.iter().all(|send| self.is_valid_send(send, groups))
            })
    }

    /// True if the indices of a send are known and its times and reference are valid.
    pub(super) fn is_valid_send(&self, send: &StepSend, groups: u32) -> bool {
        let ids = self.ids.len() as u32;
        is_time(send.at)
            && is_time(send.entered_at)
            && send.journey < ids
            && send.step < ids
            && send.group.is_none_or(|group| group.0 < groups)
            && send.reference.as_deref().is_none_or(id::is_id)
    }
}

impl StepSend {
    /// True if it is of this step, by index.
    pub fn is_of(&self, journey: u32, step: u32) -> bool {
        (self.journey, self.step) == (journey, step)
    }

    /// Returns a copy with mapped indices; `ids` maps those of journeys and steps.
    pub(super) fn renumbered(&self, ids: &[u32], map: &IndexRemap) -> Self {
        Self {
            journey: ids[self.journey as usize],
            step: ids[self.step as usize],
            group: self.group.map(|group| map.groups[group.as_usize()]),
            ..self.clone()
        }
    }

    fn order(&self) -> impl Ord {
        (self.at, self.journey, self.step, self.group, self.entered_at, self.reference.clone())
    }
}

/// Inserts a send into a list sorted by time and drops those that are too old. The sends kept do not depend on the
/// order of insertion.
fn insert(sends: &mut Vec<StepSend>, send: StepSend) {
    let position = sends.partition_point(|other| other.order() <= send.order());
    sends.insert(position, send);
    let oldest = sends.last().map_or(Time::MIN, |last| last.at - STEP_SENDS_KEPT);
    let dropped = sends.partition_point(|send| send.at < oldest);
    sends.drain(..dropped);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::bytes::{from_bytes, to_bytes};

    fn step(journey: &str, step: &str, entered_at: Time) -> StepRef {
        StepRef { journey: journey.to_owned(), step: step.to_owned(), entered_at, reference: Some("A1".into()) }
    }

    const USER: Subject = Subject::User(UserIndex(1));

    #[test]
    fn a_send_is_found_by_recipient_and_step_until_it_is_removed() {
        let mut sends = StepSends::default();
        let first = sends.insert(USER, &step("welcome", "hello", 5), Some(GroupIndex(3)), 10);
        sends.insert(USER, &step("welcome", "day-1", 5), None, 7);
        assert_eq!(sends.of(USER).iter().map(|send| send.at).collect::<Vec<_>>(), [7, 10]);
        assert_eq!(sends.step(&first), step("welcome", "hello", 5));
        let number = |id: &str| sends.number(id).unwrap();
        assert!(first.is_of(number("welcome"), number("hello")) && !first.is_of(number("welcome"), number("day-1")));
        assert!(sends.is_valid(2, 4) && !sends.is_valid(1, 4) && !sends.is_valid(2, 3));
        let again: StepSends = from_bytes(&to_bytes(&sends)).unwrap();
        assert_eq!(again.of(USER), sends.of(USER));
        sends.remove(USER, &first);
        assert_eq!((sends.of(USER).len(), sends.of(Subject::Group(GroupIndex(0))).len()), (1, 0));
        sends.forget(UserIndex(1));
        assert_eq!(sends.of(USER), []);
    }

    #[test]
    fn kept_sends_do_not_depend_on_the_order() {
        let times = [0, STEP_SENDS_KEPT, STEP_SENDS_KEPT + 1, 3];
        let kept = |times: &[Time]| {
            let mut sends = StepSends::default();
            times.iter().for_each(|&at| _ = sends.insert(USER, &step("j", "s", at), None, at));
            sends.of(USER).to_vec()
        };
        let mut back = times;
        back.reverse();
        assert_eq!(kept(&times), kept(&back));
        assert_eq!(
            kept(&times).iter().map(|send| send.at).collect::<Vec<_>>(),
            [3, STEP_SENDS_KEPT, STEP_SENDS_KEPT + 1]
        );
    }

    #[test]
    fn sends_of_a_group_and_within_it_move_with_it() {
        let mut sends = StepSends::default();
        sends.insert(Subject::Group(GroupIndex(0)), &step("j", "s", 1), Some(GroupIndex(0)), 1);
        sends.insert(USER, &step("j", "s", 1), Some(GroupIndex(0)), 2);
        sends.move_group(GroupIndex(0), GroupIndex(4));
        assert_eq!(
            (sends.of(Subject::Group(GroupIndex(0))).len(), sends.of(Subject::Group(GroupIndex(4))).len()),
            (0, 1)
        );
        assert_eq!(
            (sends.of(USER)[0].group, sends.of(Subject::Group(GroupIndex(4)))[0].group),
            (Some(GroupIndex(4)), None)
        );
    }
}
