//! One suite over all rules about items: whatever a rule refuses, it refuses in the same way.

use crate::base::time::{DAY, HOUR, MAX_TIME, Time};

use super::contacts::ContactHistory;
use super::scene::Fixture;
use super::seen::Repeats;
use super::{Question, RULES, Refusal};

/// All rule names that the contract knows, in the order in which they are asked.
const NAMES: [&str; 17] = [
    "hidden",
    "schedule.unpublished",
    "schedule.not-started",
    "schedule.expired",
    "audience.tiers",
    "audience.users",
    "audience.groups",
    "audience.channels",
    "audience.purposes",
    "audience.tags",
    "audience.not",
    "cap.user",
    "cap.group",
    "cap.total",
    "seen",
    "only",
    "exclude",
];

const NOW: Time = 1_700_000_000_000;

/// A library in which every rule refuses something to somebody, around the time `now`.
fn scene(now: Time) -> Fixture {
    let mut scene = Fixture::default();
    scene.rules.repeats = Repeats::AfterDays(3.0);
    scene.user(r#"{"id":"u","tags":["x"]}"#).user(r#"{"id":"v"}"#);
    scene.group(r#"{"id":"g","purpose":"growth","channel":"c"}"#).group(r#"{"id":"h"}"#);
    let (before, after) = ((now - DAY).max(-MAX_TIME), (now + DAY).min(MAX_TIME));
    let fields = [
        String::new(),
        r#","hidden":true"#.into(),
        format!(r#","publishedAt":{after}"#),
        format!(r#","publishedAt":{before},"startsAt":{after}"#),
        format!(r#","expiresAt":{before}"#),
        format!(r#","expiresAt":{now}"#),
        r#","audience":{"tiers":["loyal"]}"#.into(),
        r#","audience":{"users":["v"]}"#.into(),
        r#","audience":{"groups":["h"]}"#.into(),
        r#","audience":{"channels":["c"]}"#.into(),
        r#","audience":{"purposes":["growth"]}"#.into(),
        r#","audience":{"tags":["x"]}"#.into(),
        r#","audience":{"not":{"users":["u"],"groups":["h"],"tags":["y"]}}"#.into(),
        r#","caps":[{"count":1,"per":"user","hours":48},{"count":2,"per":"user","hours":100}]"#.into(),
        r#","caps":[{"count":1,"per":"group","hours":1.5},{"count":3,"per":"total"}]"#.into(),
        r#","caps":[{"count":2,"per":"total","hours":1000000}]"#.into(),
        r#","caps":[{"count":2,"per":"total","hours":0.5}]"#.into(),
    ];
    for (n, fields) in fields.iter().enumerate() {
        scene.item(&format!(r#"{{"id":"{n}"{fields}}}"#));
    }
    for item in ["0", "13", "14", "15", "16"] {
        scene.sent("u", item, now).sent("@g", item, now).sent("u", item, (now - HOUR).max(-MAX_TIME));
        scene.sent("@g", item, (now + 2 * HOUR).min(MAX_TIME));
    }
    scene.did("v", "3", "save", before).did("@h", "5", "click", now).did("v", "0", "share", after);
    (scene.only, scene.exclude) = (Some((0..16).collect()), vec![2, 4]);
    scene
}

const ALL: [&str; 7] = ["u", "v", "stranger", "@g", "@h", "@unknown", "u@g"];

/// Calls `found` for every refusal that any rule, asked alone, gives to anybody.
fn each_refusal(scene: &mut Fixture, now: Time, mut found: impl FnMut(&Fixture, usize, u32, Refusal)) {
    for to in ALL {
        scene.to(to);
        for (rule, refusal) in RULES.iter().enumerate() {
            scene.each_question(now, |question| {
                let answer = refusal(&question);
                assert_eq!(answer, refusal(&question), "asking twice is the same");
                answer.into_iter().for_each(|answer| found(scene, rule, question.item, answer));
            });
        }
    }
}

#[test]
fn every_rule_of_the_contract_refuses_somewhere_and_no_other_is_told() {
    let mut names = Vec::new();
    each_refusal(&mut scene(NOW), NOW, |_, rule, _, refusal| names.push((rule, refusal.rule)));
    names.sort_by_key(|(rule, name)| (*rule, NAMES.iter().position(|known| known == name)));
    names.dedup();
    let names: Vec<&str> = names.into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, NAMES);
}

#[test]
fn what_is_refused_until_a_time_passes_that_rule_at_it_and_not_before() {
    each_refusal(&mut scene(NOW), NOW, |scene, rule, item, refusal| {
        let Some(until) = refusal.until else { return };
        assert!(until > NOW && until <= MAX_TIME);
        let name_at = |now: Time| {
            let moment = scene.moment(now);
            let past = ContactHistory::of(&moment);
            let entry = scene.world.library.entry(item).unwrap();
            RULES[rule](&Question { moment: &moment, past: &past, item, entry }).map(|refusal| refusal.rule)
        };
        assert_eq!(name_at(until - 1), Some(refusal.rule));
        assert_ne!(name_at(until), Some(refusal.rule));
    });
}

#[test]
fn a_plain_item_passes_every_rule_for_anybody() {
    let mut scene = Fixture::default();
    scene.item(r#"{"id":"plain","tags":["x"],"pinned":true,"title":"春茶"}"#);
    for to in ALL {
        scene.to(to);
        for now in [-MAX_TIME, 0, NOW, MAX_TIME] {
            scene.each_question(now, |question| assert!(RULES.iter().all(|rule| rule(&question).is_none())));
            assert_eq!(scene.eligible(now), ["plain"]);
        }
    }
}

#[test]
fn the_first_rule_that_refuses_is_the_one_told() {
    let mut scene = scene(NOW);
    for to in ALL {
        scene.to(to);
        let told = scene.told(NOW);
        scene.each_question(NOW, |question| {
            let id = question.entry.item.id.as_str();
            let first = RULES.iter().find_map(|rule| rule(&question)).map(|refusal| (id, refusal.rule, refusal.until));
            assert_eq!(told.iter().find(|refused| refused.0 == id).copied(), first);
        });
    }
}

#[test]
fn a_removed_item_is_neither_eligible_nor_refused() {
    let mut scene = Fixture::default();
    scene.item(r#"{"id":"a"}"#).item(r#"{"id":"b"}"#);
    scene.world.remove_items(&["b".into()]);
    scene.refresh();
    scene.did("u", "never put", "click", 1);
    assert_eq!((scene.eligible(0), scene.told(0)), (vec!["a"], vec![]));
}

#[test]
fn the_ends_of_time_do_not_trap_and_are_never_promised() {
    for now in [-MAX_TIME, MAX_TIME] {
        let mut scene = scene(now);
        scene.rules.cadence = super::cadence::WECOM.to_vec();
        scene.rules.quiet = vec![];
        each_refusal(&mut scene, now, |_, _, _, refusal| {
            assert!(refusal.until.is_none_or(|until| until > now && until <= MAX_TIME));
        });
        for to in ALL {
            scene.to(to).told(now);
            assert!(scene.silence(now).and_then(|silence| silence.1).is_none_or(|until| until <= MAX_TIME));
        }
    }
}
