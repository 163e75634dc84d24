//! Caps: how often an item may be sent to one user, to one group, or in total.

use crate::memory::Memory;
use crate::time::Time;
use crate::world::World;
use crate::world::item::{Cap, Per};

use super::window::{Window, blocked_until, newest};
use super::{Question, Refusal, nameable};

/// Refuses with `cap.user`, `cap.group` or `cap.total` when as many sendings as the cap allows lie within its hours
/// before now, until enough of them lie behind; a cap without hours counts for ever.
///
/// Caps per user count for users alone, caps per group for groups addressed as one.
pub fn refusal(question: &Question) -> Option<Refusal> {
    let caps = &question.entry.item.caps;
    let first = caps.iter().find(|cap| full_until(question, cap, question.moment.now).is_some())?;
    // Another cap over the same may be full longer.
    let alike = |at: Time| caps.iter().filter(|cap| cap.per == first.per).find_map(|cap| full_until(question, cap, at));
    let rule = match first.per {
        Per::User => "cap.user",
        Per::Group => "cap.group",
        Per::Total => "cap.total",
    };
    Some(Refusal { rule, until: nameable(blocked_until(question.moment.now, alike)?) })
}

/// If a cap is full at `at`: when the sending that fills it leaves.
fn full_until(question: &Question, cap: &Cap, at: Time) -> Option<Time> {
    let moment = question.moment;
    let filling = match cap.per {
        Per::Total => newest(moment.memory.exposure.of_item(question.item), cap.count, at),
        per if (per == Per::User) == moment.addressee.is_user => {
            let sent =
                question.past.with(question.item).iter().rev().filter(|meeting| meeting.sent && meeting.at <= at);
            sent.map(|meeting| meeting.at).nth(cap.count as usize - 1)
        }
        _ => None,
    }?;
    Some(window(cap).leaves(moment.rules.calendar, filling)).filter(|&leaves| leaves > at)
}

fn window(cap: &Cap) -> Window {
    cap.hours.map_or(Window::Ever, Window::of_hours)
}

/// Whether one more sending of an item at `now` would break one of its caps over the total, whatever was sent before
/// or after it: decisions may be accepted in another order than they were made in.
pub fn total_cap_reached(world: &World, memory: &Memory, item: u32, now: Time) -> bool {
    let sent = memory.exposure.of_item(item);
    let caps = world.library.entry(item).map_or(&[][..], |entry| &entry.item.caps);
    caps.iter().filter(|cap| cap.per == Per::Total).any(|cap| match window(cap) {
        Window::Sliding(length) => {
            let from = sent.partition_point(|&time| time <= now - length);
            let to = sent.partition_point(|&time| time < now + length);
            let together = |run: &[Time]| run[run.len() - 1].max(now) - run[0].min(now) < length;
            sent[from..to].windows(cap.count as usize).any(together)
        }
        _ => sent.len() >= cap.count as usize,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eligible::past::Past;
    use crate::eligible::scene::Scene;
    use crate::eligible::seen::Repeats;
    use crate::time::{HOUR, MAX_TIME};
    use proptest::prelude::*;

    fn scene(caps: &str) -> Scene {
        let mut scene = Scene::default();
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
        assert_eq!(scene.to("u").told(HOUR - 1), []);
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
    fn what_is_accepted_out_of_order_does_not_break_a_total() {
        let mut ever = scene(r#"[{"count":1,"per":"total"}]"#);
        ever.sent("u", "a", 100);
        assert!(total_cap_reached(&ever.world, &ever.memory, 0, 50));
        let mut hours = scene(r#"[{"count":2,"per":"total","hours":1}]"#);
        hours.sent("u", "a", 0).sent("u", "a", HOUR - 1);
        let reached = |now| total_cap_reached(&hours.world, &hours.memory, 0, now);
        assert_eq!([-1, 0, HOUR - 1, HOUR, MAX_TIME, -MAX_TIME].map(reached), [false, true, true, false, false, false]);
        assert!(!total_cap_reached(&hours.world, &hours.memory, 9, 0));
    }

    /// The oracle: counts everything, every time, and walks on hour by hour to find the end.
    fn naive(sent: &[Time], count: u32, hours: Option<u32>, now: Time) -> Option<Option<Time>> {
        let full = |now: Time| {
            let within = |at: &&Time| **at <= now && hours.is_none_or(|hours| **at > now - Time::from(hours) * HOUR);
            sent.iter().filter(within).count() >= count as usize
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
                let past = Past::of(&moment);
                let question = Question { moment: &moment, past: &past, item: 0, entry: scene.world.library.entry(0).unwrap() };
                prop_assert_eq!(refusal(&question).map(|refusal| refusal.until), naive(&times, count, hours, now * HOUR));
            }
        }

        #[test]
        fn the_check_at_acceptance_agrees_with_counting_every_window(
            sent in prop::collection::vec(0i64..40, 0..12), count in 1u32..5, hours in 1u32..20, now in 0i64..40,
        ) {
            let mut scene = scene(&format!(r#"[{{"count":{count},"per":"total","hours":{hours}}}]"#));
            sent.iter().for_each(|&hour| { scene.sent("u", "a", hour * HOUR); });
            let with: Vec<i64> = sent.iter().copied().chain([now]).collect();
            let broken = (now..now + i64::from(hours)).any(|end| {
                with.iter().filter(|&&at| at <= end && at > end - i64::from(hours)).count() > count as usize
            });
            prop_assert_eq!(total_cap_reached(&scene.world, &scene.memory, 0, now * HOUR), broken);
        }
    }
}
