//! The cap rule: a limit on how often an item is sent to one user, to one group, or in total.

use crate::base::index::ItemIndex;
use crate::base::time::{MAX_TIME, Time};
use crate::memory::Memory;
use crate::world::World;
use crate::world::item::{Cap, CapPer};

use super::window::{FOREVER, milliseconds, newest, until};
use super::{Question, Refusal, RuleName, nameable};

/// Refuses with `cap.user`, `cap.group` or `cap.total` while the cap's period holds as many sendings as it allows,
/// until enough of them leave the period; a cap without hours never ends. Sendings after now and reserved ones count too.
///
/// User caps apply to users only, group caps to messages to the group as one.
pub fn refusal(question: &Question) -> Option<Refusal> {
    let full = |cap: &Cap| full_until(question, cap).filter(|&until| until > question.context.state.now);
    let caps = &question.entry.item.caps;
    let first = caps.iter().find(|cap| full(cap).is_some())?;
    // Another cap of the same scope may last longer.
    let until = caps.iter().filter(|cap| cap.per == first.per).filter_map(full).max()?;
    let rule = match first.per {
        CapPer::User => "cap.user",
        CapPer::Group => "cap.group",
        CapPer::Total => "cap.total",
    };
    Some(Refusal { rule: RuleName::Fixed(rule), until: nameable(until) })
}

/// The time at which the cap stops blocking; `None` if it is not reached.
fn full_until(question: &Question, cap: &Cap) -> Option<Time> {
    let context = question.context;
    match cap.per {
        CapPer::Total => {
            total_full_until(context.state.memory, question.item, cap, context.state.now, context.contacts_until)
        }
        per if (per == CapPer::User) == context.addressee.is_user => {
            let sent = question.history.with(question.item).iter().rev().filter(|contact| contact.sent);
            Some(counts_until(cap, sent.map(|contact| contact.at).nth(cap.count as usize - 1)?))
        }
        _ => None,
    }
}

fn total_full_until(memory: &Memory, item: ItemIndex, cap: &Cap, now: Time, latest: Time) -> Option<Time> {
    let reserved = memory.exposure.reservations().of_item(item, now).map(|planned| planned.at).collect();
    let sent = until(memory.exposure.of_item(item), latest).iter().rev().copied();
    newest(sent, reserved, cap.count).map(|filled_by| counts_until(cap, filled_by))
}

/// The time from which a sending no longer counts for the cap.
fn counts_until(cap: &Cap, sent: Time) -> Time {
    cap.hours.map_or(FOREVER, |hours| sent.saturating_add(milliseconds(hours)))
}

/// True if a total cap of the item is reached at `now`. Sendings after `now` count too.
pub fn total_cap_reached(world: &World, memory: &Memory, item: ItemIndex, now: Time) -> bool {
    let caps = world.library.entry(item).map_or(&[][..], |entry| &entry.item.caps);
    let mut total_caps = caps.iter().filter(|cap| cap.per == CapPer::Total);
    total_caps.any(|cap| total_full_until(memory, item, cap, now, MAX_TIME).is_some_and(|until| until > now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{HOUR, MAX_TIME};
    use crate::eligibility::contacts::ContactHistory;
    use crate::eligibility::fixture::Fixture;
    use crate::operations::repeats::Repeats;
    use proptest::prelude::*;

    fn fixture(caps: &str) -> Fixture {
        let mut fixture = Fixture::default();
        fixture.rules.repeats = Repeats::Always;
        fixture.item(&format!(r#"{{"id":"a","caps":{caps}}}"#)).group(r#"{"id":"g"}"#);
        fixture
    }

    #[test]
    fn a_capped_item_is_not_sent_again_within_its_period() {
        let mut fixture = fixture(r#"[{"count":2,"per":"user","hours":24}]"#);
        fixture.sent("u", "a", 0).sent("u", "a", HOUR);
        assert_eq!(fixture.to("u").refusals(2 * HOUR), [("a", "cap.user", Some(24 * HOUR))]);
        assert_eq!(fixture.to("u").refusals(24 * HOUR), []);
        assert_eq!(fixture.to("u").refusals(HOUR - 1), [("a", "cap.user", Some(24 * HOUR))]);
        assert_eq!(fixture.to("v").refusals(2 * HOUR), []);
    }

    #[test]
    fn each_cap_counts_its_own_scope() {
        let mut user = fixture(r#"[{"count":1,"per":"user"}]"#);
        user.sent("u", "a", 0).sent("@g", "a", 0);
        assert_eq!(user.to("@g").refusals(5), []);
        assert_eq!(user.to("u@g").refusals(5), [("a", "cap.user", None)]);
        let mut group = fixture(r#"[{"count":1,"per":"group"}]"#);
        group.sent("u@g", "a", 0);
        assert_eq!(group.to("@g").refusals(5), []);
        group.sent("@g", "a", 1);
        assert_eq!(group.to("@g").refusals(5), [("a", "cap.group", None)]);
        assert_eq!(group.to("u@g").refusals(5), []);
        let mut total = fixture(r#"[{"count":2,"per":"total"}]"#);
        total.sent("u", "a", 0).sent("@g", "a", 0);
        assert_eq!(total.to("stranger").refusals(0), [("a", "cap.total", None)]);
    }

    #[test]
    fn reserved_sendings_count_until_they_lapse() {
        let mut fixture = fixture(r#"[{"count":1,"per":"user"},{"count":2,"per":"total"}]"#);
        fixture.reserved("u", "a", 9, 20);
        assert_eq!(fixture.to("u").refusals(5), [("a", "cap.user", None)]);
        assert_eq!(fixture.to("v").refusals(5), []);
        fixture.sent("@g", "a", 9);
        assert_eq!(fixture.to("v").refusals(5), [("a", "cap.total", None)]);
        assert_eq!(fixture.to("v").refusals(20), []);
        assert_eq!(fixture.to("u").refusals(20), []);
    }

    #[test]
    fn the_longest_of_several_caps_of_one_scope_ends_the_refusal() {
        let mut fixture = fixture(r#"[{"count":1,"per":"user","hours":1},{"count":1,"per":"user","hours":5}]"#);
        fixture.sent("u", "a", 0);
        assert_eq!(fixture.to("u").refusals(0), [("a", "cap.user", Some(5 * HOUR))]);
    }

    #[test]
    fn later_sendings_count_for_a_total_cap() {
        let mut ever = fixture(r#"[{"count":1,"per":"total"}]"#);
        ever.sent("u", "a", 100);
        assert!(total_cap_reached(&ever.world, &ever.memory, ItemIndex(0), 50));
        let mut hours = fixture(r#"[{"count":2,"per":"total","hours":1}]"#);
        hours.sent("u", "a", 0).sent("u", "a", HOUR - 1);
        let reached = |now| total_cap_reached(&hours.world, &hours.memory, ItemIndex(0), now);
        assert_eq!([-MAX_TIME, -1, 0, HOUR - 1, HOUR, MAX_TIME].map(reached), [true, true, true, true, false, false]);
        assert!(!total_cap_reached(&hours.world, &hours.memory, ItemIndex(9), 0));
    }

    /// The oracle: counts all sendings each time, and finds the end by hourly steps.
    fn naive(sent: &[Time], count: u32, hours: Option<u32>, now: Time) -> Option<Option<Time>> {
        let full = |now: Time| {
            let counts = |at: &&Time| hours.is_none_or(|hours| **at > now - Time::from(hours) * HOUR);
            sent.iter().filter(counts).count() >= count as usize
        };
        full(now).then(|| hours.and_then(|_| (1..1000).map(|n| now + n * HOUR).find(|&at| !full(at))))
    }

    proptest! {
        #[test]
        fn caps_agree_with_the_oracle(
            sent in prop::collection::vec(0i64..60, 0..12), count in 1u32..5, hours in prop::option::of(1u32..40), now in 0i64..70,
        ) {
            let within = hours.map_or(String::new(), |hours| format!(r#","hours":{hours}"#));
            for (to, per) in [("u", "user"), ("@g", "group"), ("@g", "total")] {
                let mut fixture = fixture(&format!(r#"[{{"count":{count},"per":"{per}"{within}}}]"#));
                let times: Vec<Time> = sent.iter().map(|hour| hour * HOUR).collect();
                times.iter().for_each(|&at| { fixture.sent(to, "a", at); });
                fixture.to(to);
                let context = fixture.context(now * HOUR);
                let history = ContactHistory::new(&context);
                let question = Question { context: &context, history: &history, item: ItemIndex(0), entry: fixture.world.library.entry(ItemIndex(0)).unwrap() };
                let expected = naive(&times, count, hours, now * HOUR);
                prop_assert_eq!(refusal(&question).map(|refusal| refusal.until), expected);
                if per == "total" {
                    prop_assert_eq!(total_cap_reached(&fixture.world, &fixture.memory, ItemIndex(0), now * HOUR), expected.is_some());
                }
            }
        }
    }
}
