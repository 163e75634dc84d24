//! The recipient's contacts with items: sendings, reserved sendings, and interactions whose kind marks items as seen.
//! Gathered once a request.

use crate::base::index::ItemIndex;
use crate::base::order;
use crate::base::time::Time;
use crate::memory::Subject;

use super::RuleContext;
use crate::operations::repeats::Repeats;

/// One contact of a recipient with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    /// The item's index.
    pub item: ItemIndex,
    /// The time of the contact.
    pub at: Time,
    /// True for a sending or a reserved one, false for an interaction whose kind marks as seen (the last of each kind).
    pub sent: bool,
}

/// All contacts of one recipient, sorted by item and time.
#[derive(Debug, Clone, Default)]
pub struct ContactHistory {
    contacts: Vec<Contact>,
}

impl ContactHistory {
    /// Gathers the contacts of the context's recipient; empty if the recipient is unknown. For users who opted out of
    /// profiling, only sendings are read: they protect the user from repeats.
    pub fn new(context: &RuleContext) -> Self {
        let Some(subject) = Subject::of(&context.addressee) else { return Self::default() };
        let sent = &context.state.memory.exposure.received(subject).items;
        let uses_history = context.rules.repeats != Repeats::Always
            && !matches!(subject, Subject::User(user) if !context.state.world.is_personalised(user));
        let history = context.state.memory.history(subject).filter(|_| uses_history);
        let stats = history.map_or(&[][..], |history| history.stats());
        let mut contacts = Vec::with_capacity(sent.len() + stats.len());
        contacts.extend(sent.iter().map(|sent_item| Contact { item: sent_item.item, at: sent_item.at, sent: true }));
        for planned in context.state.memory.exposure.reservations().to(subject, context.state.now) {
            contacts.extend(planned.picks.iter().map(|&(item, _)| Contact { item, at: planned.at, sent: true }));
        }
        for stats_row in stats.iter().filter(|stats_row| context.state.world.kinds.of(stats_row.kind).marks_seen) {
            contacts.extend(stats_row.item().map(|item| Contact { item, at: stats_row.last, sent: false }));
        }
        // Interactions shortly after now count too, so that a clock that steps back does not repeat an item.
        let pending =
            context.state.memory.pending_of(subject).filter(|event| event.at <= context.horizon && uses_history);
        for event in pending.filter(|event| context.state.world.kinds.of(event.kind).marks_seen) {
            contacts.extend(event.item().map(|item| Contact { item, at: event.at, sent: false }));
        }
        contacts.retain(|contact| contact.at <= context.contacts_until);
        order::sort(&mut contacts);
        Self { contacts }
    }

    /// Number of contacts.
    pub fn count(&self) -> usize {
        self.contacts.len()
    }
    /// The contacts grouped by item, ascending, each group in time order.
    pub fn by_item(&self) -> impl Iterator<Item = &[Contact]> {
        self.contacts.chunk_by(|a, b| a.item == b.item)
    }
    /// The contacts with one item, in time order.
    pub fn with(&self, item: ItemIndex) -> &[Contact] {
        let start = self.contacts.partition_point(|contact| contact.item < item);
        let length = self.contacts[start..].iter().take_while(|contact| contact.item == item).count();
        &self.contacts[start..start + length]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eligibility::fixture::Fixture;

    #[test]
    fn sendings_and_interactions_are_found_by_item_in_time_order() {
        let mut fixture = Fixture::default();
        fixture.item(r#"{"id":"a"}"#).item(r#"{"id":"b"}"#);
        fixture.sent("u", "b", 9).sent("u", "a", 3).did("u", "b", "click", 5).did("u", "b", "impression", 6);
        let history = ContactHistory::new(&fixture.to("u").context(10));
        let times = |item| history.with(item).iter().map(|contact| (contact.at, contact.sent)).collect::<Vec<_>>();
        assert_eq!(times(ItemIndex(0)), [(3, true)]);
        assert_eq!(times(ItemIndex(1)), [(5, false), (9, true)]);
        assert_eq!(times(ItemIndex(2)), []);
    }

    #[test]
    fn reserved_sendings_are_contacts_until_they_lapse() {
        let mut fixture = Fixture::default();
        fixture.item(r#"{"id":"a"}"#).reserved("u", "a", 30, 40);
        let times = |fixture: &Fixture, now| {
            let history = ContactHistory::new(&fixture.context(now));
            history.with(ItemIndex(0)).iter().map(|contact| (contact.at, contact.sent)).collect::<Vec<_>>()
        };
        assert_eq!(times(fixture.to("u"), 5), [(30, true)]);
        assert_eq!(times(fixture.to("u"), 40), []);
    }

    #[test]
    fn interactions_after_now_count_up_to_the_horizon() {
        let mut fixture = Fixture::default();
        fixture.item(r#"{"id":"a"}"#).item(r#"{"id":"b"}"#).did("u", "a", "click", 9).did("u", "b", "click", 900);
        fixture.advance_to(5);
        let item_count = |fixture: &Fixture| ContactHistory::new(&fixture.context(5)).by_item().count();
        assert_eq!(item_count(fixture.to("u")), 1);
    }

    #[test]
    fn a_group_and_its_members_have_separate_histories() {
        let mut fixture = Fixture::default();
        fixture.item(r#"{"id":"a"}"#).group(r#"{"id":"g","members":["u"]}"#).sent("@g", "a", 1);
        assert_eq!(ContactHistory::new(&fixture.to("@g").context(5)).by_item().count(), 1);
        assert_eq!(ContactHistory::new(&fixture.to("u@g").context(5)).by_item().count(), 0);
        assert_eq!(ContactHistory::new(&fixture.to("stranger").context(5)).by_item().count(), 0);
    }
}
