//! Tests of `exposure`.

use super::*;
use crate::world::occasion::Occasion;

fn sent(at: Time) -> Accepted {
    Accepted {
        at,
        to: Subject::User(UserIndex(0)),
        channel: Some(ChannelIndex(1)),
        picks: vec![(ItemIndex(2), 1.0), (ItemIndex(3), 0.5)],
        occasion: Occasion::Push,
        step: None,
    }
}

#[test]
fn a_decision_counts_once_however_often_it_is_accepted() {
    let mut exposure = Exposure::default();
    assert!(exposure.accept("d", sent(5)));
    assert!(!exposure.accept("d", sent(5)));
    assert_eq!(exposure.received(Subject::User(UserIndex(0))).messages.len(), 1);
    assert_eq!(exposure.received(Subject::User(UserIndex(0))).items.len(), 2);
    assert_eq!(exposure.of_item(ItemIndex(3)), [5]);
    assert_eq!(exposure.through(ChannelIndex(1)), [ChannelMessage { at: 5, occasion: Occasion::Push }]);
}

#[test]
fn a_released_decision_counts_nowhere_and_others_of_the_same_moment_stay() {
    let mut exposure = Exposure::default();
    assert!(exposure.accept("d", sent(5)) && exposure.accept("e", sent(5)));
    assert_eq!(exposure.release("d"), Some(sent(5)));
    assert_eq!(exposure.release("d"), None);
    let counted = |exposure: &Exposure| {
        let received = exposure.received(Subject::User(UserIndex(0)));
        (
            received.messages.len(),
            received.items.len(),
            exposure.of_item(ItemIndex(3)).len(),
            exposure.through(ChannelIndex(1)).len(),
        )
    };
    assert_eq!((counted(&exposure), exposure.decisions_for(UserIndex(0)).count()), ((1, 2, 1, 1), 1));
    assert!(exposure.accept("d", sent(5)));
    assert_eq!((counted(&exposure), exposure.decisions_for(UserIndex(0)).count()), ((2, 4, 2, 2), 2));
}

#[test]
fn sendings_stay_counted_when_their_decision_is_dropped() {
    let mut exposure = Exposure::default();
    exposure.accept("d", sent(0));
    exposure.forget_old_decisions(DECISIONS_KEPT + 1);
    assert!(exposure.decision("d").is_none());
    assert_eq!(exposure.of_item(ItemIndex(2)), [0]);
}

#[test]
fn a_decision_that_may_have_been_counted_is_too_old_at_any_later_time() {
    let mut exposure = Exposure::default();
    assert!(exposure.accept("d", sent(7)) && exposure.accept("kept", sent(DECISIONS_KEPT)));
    exposure.forget_old_decisions(DECISIONS_KEPT + 8);
    assert_eq!((exposure.refusal("d", 7), exposure.refusal("other", 7)), (Some("too-old"), Some("too-old")));
    assert_eq!(exposure.refusal("kept", DECISIONS_KEPT), Some("already-accepted"));
    assert_eq!(exposure.refusal("other", 8), None);
    assert!(!exposure.accept("d", sent(7)));
    assert_eq!(exposure.of_item(ItemIndex(2)), [7, DECISIONS_KEPT]);
}

#[test]
fn the_decisions_of_a_user_are_found_among_those_of_others() {
    let mut exposure = Exposure::default();
    for n in 0..60 {
        exposure.accept(&n.to_string(), Accepted { to: Subject::User(UserIndex(n % 3)), ..sent(Time::from(n)) });
    }
    exposure.forget_old_decisions(DECISIONS_KEPT + 30);
    let mut again: Exposure = crate::base::bytes::from_bytes(&crate::base::bytes::to_bytes(&exposure)).unwrap();
    again.derive();
    for mut exposure in [exposure, again] {
        let of = |exposure: &Exposure, user| {
            let mut times: Vec<Time> = exposure.decisions_for(user).map(|(at, _)| at).collect();
            times.sort_unstable();
            times
        };
        assert_eq!(of(&exposure, UserIndex(1)), (30..60).filter(|n| n % 3 == 1).collect::<Vec<Time>>());
        exposure.forget(UserIndex(1));
        assert_eq!((of(&exposure, UserIndex(1)), of(&exposure, UserIndex(2)).len()), (Vec::new(), 10));
        assert!(exposure.decision("31").is_none() && exposure.decision("32").is_some());
        // The queue entry of a removed decision does not drop another decision of the same id.
        assert!(exposure.accept("31", sent(500)));
        exposure.forget_old_decisions(DECISIONS_KEPT + 100);
        assert!(exposure.decision("31").is_some() && exposure.decision("32").is_none());
    }
}

#[test]
fn the_list_of_a_subject_is_bounded_by_the_stored_decisions() {
    let mut exposure = Exposure::default();
    for n in 0..10_000 {
        exposure.accept(&n.to_string(), sent(n * DAY));
        exposure.forget_old_decisions(n * DAY);
    }
    assert_eq!(exposure.decisions_for(UserIndex(0)).count(), 91);
    assert!(exposure.received(Subject::User(UserIndex(0))).decisions.len() <= 4 * 91);
}
