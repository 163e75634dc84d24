//! What the addressee met: every item sent to them or touched by them, with its times, gathered once a request.

use crate::base::order;
use crate::base::time::Time;
use crate::memory::Subject;

use super::RuleContext;
use super::seen::Repeats;

/// One time an addressee met an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    /// Which item.
    pub item: u32,
    /// When.
    pub at: Time,
    /// Whether it was sent; else an interaction whose kind marks as seen. Of these the last of each kind is known.
    pub sent: bool,
}

/// All meetings, by item and time.
#[derive(Debug, Clone, Default)]
pub struct ContactHistory {
    meetings: Vec<Contact>,
}

impl ContactHistory {
    /// The past of the moment's addressee; empty for one nobody ever named. Of one who does not want to be profiled only
    /// what was sent to them is looked at, which protects them.
    pub fn of(moment: &RuleContext) -> Self {
        let Some(subject) = Subject::of(&moment.addressee) else { return Self::default() };
        let sent = &moment.memory.exposure.received(subject).items;
        let looked_at = moment.rules.repeats != Repeats::Always
            && !matches!(subject, Subject::User(user) if !moment.world.is_personalised(user));
        let history = moment.memory.history(subject).filter(|_| looked_at);
        let touches = history.map_or(&[][..], |history| history.touches());
        let mut meetings = Vec::with_capacity(sent.len() + touches.len());
        meetings.extend(sent.iter().map(|sending| Contact { item: sending.item, at: sending.at, sent: true }));
        for touch in touches.iter().filter(|touch| moment.world.kinds.of(touch.kind).marks_seen) {
            meetings.extend(touch.item().map(|item| Contact { item, at: touch.last, sent: false }));
        }
        // A clock that steps back a little shows nothing again.
        let soon = moment.memory.pending_of(subject).filter(|event| event.at <= moment.horizon && looked_at);
        for event in soon.filter(|event| moment.world.kinds.of(event.kind).marks_seen) {
            meetings.extend(event.item().map(|item| Contact { item, at: event.at, sent: false }));
        }
        order::sort(&mut meetings);
        Self { meetings }
    }

    /// How many meetings there were.
    pub fn count(&self) -> usize {
        self.meetings.len()
    }
    /// The meetings with each item, in time order; the items ascending.
    pub fn by_item(&self) -> impl Iterator<Item = &[Contact]> {
        self.meetings.chunk_by(|a, b| a.item == b.item)
    }
    /// The meetings with one item, in time order.
    pub fn with(&self, item: u32) -> &[Contact] {
        let start = self.meetings.partition_point(|contact| contact.item < item);
        let length = self.meetings[start..].iter().take_while(|contact| contact.item == item).count();
        &self.meetings[start..start + length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eligibility::scene::Fixture;

    #[test]
    fn sendings_and_signs_are_found_by_item_in_time_order() {
        let mut scene = Fixture::default();
        scene.item(r#"{"id":"a"}"#).item(r#"{"id":"b"}"#);
        scene.sent("u", "b", 9).sent("u", "a", 3).did("u", "b", "click", 5).did("u", "b", "impression", 6);
        let past = ContactHistory::of(&scene.to("u").moment(10));
        let times = |item| past.with(item).iter().map(|contact| (contact.at, contact.sent)).collect::<Vec<_>>();
        assert_eq!(times(0), [(3, true)]);
        assert_eq!(times(1), [(5, false), (9, true)]);
        assert_eq!(times(2), []);
    }

    #[test]
    fn signs_after_now_count_up_to_the_horizon() {
        let mut scene = Fixture::default();
        scene.item(r#"{"id":"a"}"#).item(r#"{"id":"b"}"#).did("u", "a", "click", 9).did("u", "b", "click", 900);
        scene.look_back_to(5);
        let met = |scene: &Fixture| ContactHistory::of(&scene.moment(5)).by_item().count();
        assert_eq!(met(scene.to("u")), 1);
    }

    #[test]
    fn a_group_and_its_members_have_pasts_of_their_own() {
        let mut scene = Fixture::default();
        scene.item(r#"{"id":"a"}"#).group(r#"{"id":"g","members":["u"]}"#).sent("@g", "a", 1);
        assert_eq!(ContactHistory::of(&scene.to("@g").moment(5)).by_item().count(), 1);
        assert_eq!(ContactHistory::of(&scene.to("u@g").moment(5)).by_item().count(), 0);
        assert_eq!(ContactHistory::of(&scene.to("stranger").moment(5)).by_item().count(), 0);
    }
}
