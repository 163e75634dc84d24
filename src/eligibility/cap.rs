//! Caps: how often an item may be sent to one user, to one group, or in total.

use crate::base::time::Time;
use crate::memory::Memory;
use crate::world::World;
use crate::world::item::{Cap, CapPer};

use super::window::{FOREVER, milliseconds, newest};
use super::{Question, Refusal, nameable};

/// Refuses with `cap.user`, `cap.group` or `cap.total` when as many sendings as the cap allows have not left its hours,
/// until enough of them have; a cap without hours counts for ever. Sendings after now count as well.
///
/// Caps per user count for users alone, caps per group for groups addressed as one.
pub fn refusal(question: &Question) -> Option<Refusal> {
    let full = |cap: &Cap| full_until(question, cap).filter(|&until| until > question.moment.now);
    let caps = &question.entry.item.caps;
    let first = caps.iter().find(|cap| full(cap).is_some())?;
    // Another cap over the same may be full longer.
    let until = caps.iter().filter(|cap| cap.per == first.per).filter_map(full).max()?;
    let rule = match first.per {
        CapPer::User => "cap.user",
        CapPer::Group => "cap.group",
        CapPer::Total => "cap.total",
    };
    Some(Refusal { rule, until: nameable(until) })
}

/// When the sending that fills a cap leaves; `None` if there are not as many.
fn full_until(question: &Question, cap: &Cap) -> Option<Time> {
    let moment = question.moment;
    match cap.per {
        CapPer::Total => total_full_until(moment.memory, question.item, cap),
        per if (per == CapPer::User) == moment.addressee.is_user => {
            let sent = question.past.with(question.item).iter().rev().filter(|contact| contact.sent);
            Some(leaves(cap, sent.map(|contact| contact.at).nth(cap.count as usize - 1)?))
        }
        _ => None,
    }
}

fn total_full_until(memory: &Memory, item: u32, cap: &Cap) -> Option<Time> {
    newest(memory.exposure.of_item(item), cap.count).map(|filling| leaves(cap, filling))
}

/// When a sending leaves the hours of a cap.
fn leaves(cap: &Cap, sent: Time) -> Time {
    cap.hours.map_or(FOREVER, |hours| sent.saturating_add(milliseconds(hours)))
}

/// Whether a cap of an item over the total is full at `now`, by what was sent before or after it.
pub fn total_cap_reached(world: &World, memory: &Memory, item: u32, now: Time) -> bool {
    let caps = world.library.entry(item).map_or(&[][..], |entry| &entry.item.caps);
    let mut over_all = caps.iter().filter(|cap| cap.per == CapPer::Total);
    over_all.any(|cap| total_full_until(memory, item, cap).is_some_and(|until| until > now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{HOUR, MAX_TIME};
    use crate::eligibility::contacts::ContactHistory;
    use crate::eligibility::scene::Fixture;
    use crate::eligibility::seen::Repeats;
    use proptest::prelude::*;

    fn scene(caps: &str) -> Fixture {
        let mut scene = Fixture::default();
        scene.rules.repeats = Repeats::Always;
        scene.item(&format!(r#"{{"id":"a","caps":{caps}}}"#)).group(r#"{"id":"g"}"#);
        scene
    }

    #[test]
    fn a_capped_item_is_not_sent_again_before_its_hours_are_over() {
        let mut scene = scene(r#"[{"count":2,"per":"user","hours":24}]"#);
        scene.sent("u", "a", 0).sent("u", "a", HOUR);
        assert_eq!(scene.to("u").told(2 * HOUR), [("a", "cap.user", Some(24 * HOUR))]);
        assert_eq!(scene.to("u").told(24 * HOUR), []);
        assert_eq!(scene.to("u").told(HOUR - 1), [("a", "cap.user", Some(24 * HOUR))]);
        assert_eq!(scene.to("v").told(2 * HOUR), []);
    }

    #[test]
    fn each_cap_counts_over_its_own() {
        let mut user = scene(r#"[{"count":1,"per":"user"}]"#);
        user.sent("u", "a", 0).sent("@g", "a", 0);
        assert_eq!(user.to("@g").told(5), []);
        assert_eq!(user.to("u@g").told(5), [("a", "cap.user", None)]);
        let mut group = scene(r#"[{"count":1,"per":"group"}]"#);
        group.sent("u@g", "a", 0);
        assert_eq!(group.to("@g").told(5), []);
        group.sent("@g", "a", 1);
        assert_eq!(group.to("@g").told(5), [("a", "cap.group", None)]);
        assert_eq!(group.to("u@g").told(5), []);
        let mut total = scene(r#"[{"count":2,"per":"total"}]"#);
        total.sent("u", "a", 0).sent("@g", "a", 0);
        assert_eq!(total.to("stranger").told(0), [("a", "cap.total", None)]);
    }

    #[test]
    fn of_several_caps_over_the_same_the_longest_ends_the_refusal() {
        let mut scene = scene(r#"[{"count":1,"per":"user","hours":1},{"count":1,"per":"user","hours":5}]"#);
        scene.sent("u", "a", 0);
        assert_eq!(scene.to("u").told(0), [("a", "cap.user", Some(5 * HOUR))]);
    }

    #[test]
    fn what_was_sent_later_fills_a_total_as_well() {
        let mut ever = scene(r#"[{"count":1,"per":"total"}]"#);
        ever.sent("u", "a", 100);
        assert!(total_cap_reached(&ever.world, &ever.memory, 0, 50));
        let mut hours = scene(r#"[{"count":2,"per":"total","hours":1}]"#);
        hours.sent("u", "a", 0).sent("u", "a", HOUR - 1);
        let reached = |now| total_cap_reached(&hours.world, &hours.memory, 0, now);
        assert_eq!([-MAX_TIME, -1, 0, HOUR - 1, HOUR, MAX_TIME].map(reached), [true, true, true, true, false, false]);
        assert!(!total_cap_reached(&hours.world, &hours.memory, 9, 0));
    }

    /// The oracle: counts everything, every time, and walks on hour by hour to find the end.
    fn naive(sent: &[Time], count: u32, hours: Option<u32>, now: Time) -> Option<Option<Time>> {
        let full = |now: Time| {
            let counts = |at: &&Time| hours.is_none_or(|hours| **at > now - Time::from(hours) * HOUR);
            sent.iter().filter(counts).count() >= count as usize
        };
        full(now).then(|| hours.and_then(|_| (1..1000).map(|n| now + n * HOUR).find(|&at| !full(at))))
    }

    proptest! {
        #[test]
        fn caps_agree_with_counting_everything(
            sent in prop::collection::vec(0i64..60, 0..12), count in 1u32..5, hours in prop::option::of(1u32..40), now in 0i64..70,
        ) {
            let within = hours.map_or(String::new(), |hours| format!(r#","hours":{hours}"#));
            for (to, per) in [("u", "user"), ("@g", "group"), ("@g", "total")] {
                let mut scene = scene(&format!(r#"[{{"count":{count},"per":"{per}"{within}}}]"#));
                let times: Vec<Time> = sent.iter().map(|hour| hour * HOUR).collect();
                times.iter().for_each(|&at| { scene.sent(to, "a", at); });
                scene.to(to);
                let moment = scene.moment(now * HOUR);
                let past = ContactHistory::of(&moment);
                let question = Question { moment: &moment, past: &past, item: 0, entry: scene.world.library.entry(0).unwrap() };
                let expected = naive(&times, count, hours, now * HOUR);
                prop_assert_eq!(refusal(&question).map(|refusal| refusal.until), expected);
                if per == "total" {
                    prop_assert_eq!(total_cap_reached(&scene.world, &scene.memory, 0, now * HOUR), expected.is_some());
                }
            }
        }
    }
}
