//! One test suite for all item rules: each of them refuses in the same way.

use crate::base::index::ItemIndex;
use crate::base::time::{DAY, HOUR, MAX_TIME, Time};
use crate::operations::repeats::Repeats;

use super::contacts::ContactHistory;
use super::fixture::Fixture;
use super::{Question, RULES, Refusal};

/// All rule names of the contract, in order of evaluation.
const NAMES: [&str; 20] = [
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
    "rule.audience:clicks",
    "rule.cap:weekly",
    "rule.cap:total",
    "seen",
    "only",
    "exclude",
];

const NOW: Time = 1_700_000_000_000;

/// A library in which every rule refuses something to some recipient around `now`.
fn fixture(now: Time) -> Fixture {
    let mut fixture = Fixture::default();
    fixture.rules.repeats = Repeats::AfterDays(3.0);
    fixture.user(r#"{"id":"u","tags":["x"]}"#).user(r#"{"id":"v"}"#);
    fixture.group(r#"{"id":"g","purpose":"growth","channel":"c"}"#).group(r#"{"id":"h"}"#);
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
        fixture.item(&format!(r#"{{"id":"{n}"{fields}}}"#));
    }
    for item in ["0", "13", "14", "15", "16"] {
        fixture.sent("u", item, now).sent("@g", item, now).sent("u", item, (now - HOUR).max(-MAX_TIME));
        fixture.sent("@g", item, (now + 2 * HOUR).min(MAX_TIME));
    }
    fixture.rule(r#"{"name":"clicks","items":{"ids":["3","6"]},"audience":{"tags":["x"]}}"#);
    let caps =
        r#"[{"count":2,"per":"user","hours":48},{"count":2,"per":"group","hours":30},{"count":3,"per":"group"}]"#;
    fixture.rule(&format!(r#"{{"name":"weekly","items":{{"ids":["0","13","7"]}},"caps":{caps}}}"#));
    fixture.rule(r#"{"name":"total","items":{"ids":["14"]},"caps":[{"count":1,"per":"total","hours":2}]}"#);
    fixture.did("v", "3", "save", before).did("@h", "5", "click", now).did("v", "0", "share", after);
    (fixture.only, fixture.exclude) = (Some(ItemIndex::first(16).collect()), [2, 4].map(ItemIndex).to_vec());
    fixture
}

const ALL: [&str; 7] = ["u", "v", "stranger", "@g", "@h", "@unknown", "u@g"];

/// Calls `found` for every refusal of every single rule, for all recipients.
fn each_refusal(fixture: &mut Fixture, now: Time, mut found: impl FnMut(&Fixture, usize, ItemIndex, Refusal)) {
    for to in ALL {
        fixture.to(to);
        for (rule, refusal) in RULES.iter().enumerate() {
            fixture.each_question(now, |question| {
                let answer = refusal(&question);
                assert_eq!(answer, refusal(&question), "asking twice is the same");
                answer.into_iter().for_each(|answer| found(fixture, rule, ItemIndex(question.item.0), answer));
            });
        }
    }
}

#[test]
fn every_rule_of_the_contract_refuses_somewhere_and_no_other_name_occurs() {
    let mut names = Vec::new();
    each_refusal(&mut fixture(NOW), NOW, |_, rule, _, refusal| names.push((rule, refusal.rule.as_str().to_owned())));
    names.sort_by_key(|(rule, name)| (*rule, NAMES.iter().position(|known| known == name)));
    names.dedup();
    let names: Vec<String> = names.into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, NAMES);
}

#[test]
fn a_refusal_ends_exactly_at_its_until_time() {
    each_refusal(&mut fixture(NOW), NOW, |fixture, rule, item, refusal| {
        let Some(until) = refusal.until else { return };
        assert!(until > NOW && until <= MAX_TIME);
        let name_at = |now: Time| {
            let context = fixture.context(now);
            let history = ContactHistory::new(&context);
            let entry = fixture.world.library.entry(item).unwrap();
            RULES[rule](&Question { context: &context, history: &history, item, entry }).map(|refusal| refusal.rule)
        };
        assert_eq!(name_at(until - 1), Some(refusal.rule.clone()));
        assert_ne!(name_at(until), Some(refusal.rule));
    });
}

#[test]
fn a_plain_item_passes_every_rule_for_every_recipient() {
    let mut fixture = Fixture::default();
    fixture.item(r#"{"id":"plain","tags":["x"],"pinned":true,"title":"春茶"}"#);
    for to in ALL {
        fixture.to(to);
        for now in [-MAX_TIME, 0, NOW, MAX_TIME] {
            fixture.each_question(now, |question| assert!(RULES.iter().all(|rule| rule(&question).is_none())));
            assert_eq!(fixture.eligible(now), ["plain"]);
        }
    }
}

#[test]
fn the_first_rule_that_refuses_is_reported() {
    let mut fixture = fixture(NOW);
    for to in ALL {
        fixture.to(to);
        let refusals = fixture.refusals(NOW);
        fixture.each_question(NOW, |question| {
            let id = question.entry.item.id.as_str();
            let first = RULES.iter().find_map(|rule| rule(&question)).map(|refusal| (id, refusal.rule, refusal.until));
            let named = first.as_ref().map(|(id, rule, until)| (*id, rule.as_str(), *until));
            assert_eq!(refusals.iter().find(|refused| refused.0 == id).copied(), named);
        });
    }
}

#[test]
fn a_removed_item_is_neither_eligible_nor_refused() {
    let mut fixture = Fixture::default();
    fixture.item(r#"{"id":"a"}"#).item(r#"{"id":"b"}"#);
    fixture.world.remove_items(&["b".into()]);
    fixture.refresh();
    fixture.did("u", "never put", "click", 1);
    assert_eq!((fixture.eligible(0), fixture.refusals(0)), (vec!["a"], vec![]));
}

#[test]
fn the_extreme_times_do_not_panic_and_are_never_an_end() {
    for now in [-MAX_TIME, MAX_TIME] {
        let mut fixture = fixture(now);
        fixture.rules.cadence = super::cadence::WECOM.to_vec();
        fixture.rules.quiet = vec![];
        each_refusal(&mut fixture, now, |_, _, _, refusal| {
            assert!(refusal.until.is_none_or(|until| until > now && until <= MAX_TIME));
        });
        for to in ALL {
            fixture.to(to).refusals(now);
            assert!(fixture.silence(now).and_then(|silence| silence.1).is_none_or(|until| until <= MAX_TIME));
        }
    }
}
