//! The operator's rules: restrictions on a class of items, by audience and by caps over all its items together.

use std::sync::Arc;

use crate::base::index::ItemIndex;
use crate::base::order;
use crate::base::time::Time;
use crate::memory::{Memory, Subject};
use crate::operations::item_class::ItemClass;
use crate::operations::rule::Rule;
use crate::world::World;
use crate::world::item::{Cap, CapPer};
use crate::world::library::Library;
use crate::world::recipient::{NamedRecipient, Recipient};

use super::window::{FOREVER, milliseconds};
use super::{Question, Refusal, RuleName, nameable};

/// A rule with its class of items and the names of its refusals.
#[derive(Debug, Clone)]
pub struct PreparedRule {
    rule: Rule,
    items: ItemClass,
    audience_name: Arc<str>,
    cap_name: Arc<str>,
}

impl PreparedRule {
    /// Prepares a rule. Refresh it before asking.
    pub fn new(rule: &Rule) -> Self {
        Self {
            items: ItemClass::new(rule.items.clone()),
            audience_name: ["rule.audience:", &rule.name].concat().into(),
            cap_name: ["rule.cap:", &rule.name].concat().into(),
            rule: rule.clone(),
        }
    }

    /// Updates the class of items.
    pub fn refresh(&mut self, library: &Library) {
        self.items.refresh(library);
    }

    /// Returns the effect of the rule on a recipient at `now`; `None` if it has none.
    pub fn restriction(
        &self,
        world: &World,
        memory: &Memory,
        to: &Recipient,
        named: &NamedRecipient,
        now: Time,
    ) -> Option<Restriction<'_>> {
        let refuses = self.rule.audience.as_ref().is_some_and(|audience| !audience.admits(named, world));
        let applying = self
            .caps_for(named, world)
            .iter()
            .filter(|cap| cap.per == CapPer::Total || (cap.per == CapPer::User) == to.is_user);
        let states = applying.map(|cap| {
            CapState::of(
                cap,
                match cap.per {
                    CapPer::Total => self.sent_to_anyone(memory, cap, now),
                    _ => self.sent_to(memory, Subject::of(to), cap, now),
                },
            )
        });
        let cap = states.reduce(CapState::stricter);
        (refuses || cap.is_some()).then_some(Restriction { rule: self, refuses, cap })
    }

    /// Returns the items among `picks` if a cap over the total has no room for all of them at `now`.
    pub fn over_total(
        &self,
        world: &World,
        memory: &Memory,
        to: &NamedRecipient,
        picks: &[ItemIndex],
        now: Time,
    ) -> Vec<ItemIndex> {
        let picked: Vec<ItemIndex> = picks.iter().copied().filter(|item| self.items.has(*item)).collect();
        let is_over = |cap: &Cap| CapState::of(cap, self.sent_to_anyone(memory, cap, now)).room < picked.len();
        let mut totals = self.caps_for(to, world).iter().filter(|cap| cap.per == CapPer::Total);
        if totals.any(is_over) { picked } else { Vec::new() }
    }

    /// The caps that apply to a recipient, if they are of its scope.
    fn caps_for(&self, to: &NamedRecipient, world: &World) -> &[Cap] {
        match &self.rule.cap_audience {
            Some(audience) if !audience.admits(to, world) => &[],
            _ => &self.rule.caps,
        }
    }

    /// True if a cap counts the sendings to anyone.
    pub fn has_total(&self) -> bool {
        self.rule.caps.iter().any(|cap| cap.per == CapPer::Total)
    }

    /// True if a cap over the total that applies to every recipient has no room for an item at `now`.
    pub fn is_full_for_all(&self, memory: &Memory, item: ItemIndex, now: Time) -> bool {
        let is_full = |cap: &Cap| CapState::of(cap, self.sent_to_anyone(memory, cap, now)).room == 0;
        let mut totals = self.rule.caps.iter().filter(|cap| cap.per == CapPer::Total);
        self.rule.cap_audience.is_none() && self.items.has(item) && totals.any(is_full)
    }

    /// The name under which the caps refuse.
    pub fn cap_name(&self) -> &str {
        &self.cap_name
    }

    /// Returns the times at which items of the class were sent to a subject within the cap's period.
    fn sent_to(&self, memory: &Memory, subject: Option<Subject>, cap: &Cap, now: Time) -> Vec<Time> {
        let Some(subject) = subject else { return Vec::new() };
        let received = memory.exposure.received(subject).items.iter().rev();
        let counting = received.take_while(|sent| counts_until(cap, sent.at) > now);
        let sent = counting.filter(|sent| self.items.has(sent.item)).map(|sent| sent.at);
        let planned = memory.exposure.reservations().to(subject, now);
        let reserved = planned.flat_map(|planned| planned.picks.iter().map(|(item, _)| (*item, planned.at)));
        let reserved = reserved.filter(|(item, at)| self.items.has(*item) && counts_until(cap, *at) > now);
        sent.chain(reserved.map(|(_, at)| at)).collect()
    }

    /// The same for sendings to anyone.
    fn sent_to_anyone(&self, memory: &Memory, cap: &Cap, now: Time) -> Vec<Time> {
        let mut times = Vec::new();
        for item in self.items.iter() {
            let sent = memory.exposure.of_item(item).iter().rev();
            times.extend(sent.take_while(|at| counts_until(cap, **at) > now));
            let reserved = memory.exposure.reservations().of_item(item, now).map(|planned| planned.at);
            times.extend(reserved.filter(|at| counts_until(cap, *at) > now));
        }
        times
    }
}

/// The time from which a sending no longer counts for the cap.
fn counts_until(cap: &Cap, sent: Time) -> Time {
    cap.hours.map_or(FOREVER, |hours| sent.saturating_add(milliseconds(hours)))
}

/// Room of caps of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CapState {
    /// Number of items that may still be sent.
    pub room: usize,
    /// If there is no room, the time from which there is.
    until: Time,
}

impl CapState {
    /// `sent` are the times of the sendings that count.
    fn of(cap: &Cap, mut sent: Vec<Time>) -> Self {
        let count = cap.count as usize;
        let room = count.saturating_sub(sent.len());
        let until = match room {
            0 => {
                // The oldest of the newest `count` frees a slot first.
                order::retain_smallest(&mut sent, count, |a, b| b.cmp(a));
                sent.into_iter().min().map_or(FOREVER, |at| counts_until(cap, at))
            }
            _ => Time::MIN,
        };
        Self { room, until }
    }

    fn stricter(self, other: Self) -> Self {
        Self { room: self.room.min(other.room), until: self.until.max(other.until) }
    }
}

/// The effect of a rule on one recipient at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Restriction<'a> {
    rule: &'a PreparedRule,
    /// True if the recipient is not in the rule's audience.
    refuses: bool,
    /// The room of the caps that apply.
    pub cap: Option<CapState>,
}

impl<'a> Restriction<'a> {
    /// The items restricted.
    pub fn items(&self) -> &'a ItemClass {
        &self.rule.items
    }

    /// Returns the refusal of every item of the class; `None` if they may be shown.
    pub fn refusal(&self) -> Option<Refusal> {
        if self.refuses {
            return Some(Refusal { rule: RuleName::Given(self.rule.audience_name.clone()), until: None });
        }
        let full = self.cap.filter(|cap| cap.room == 0)?;
        Some(Refusal { rule: RuleName::Given(self.rule.cap_name.clone()), until: nameable(full.until) })
    }
}

/// Refuses with `rule.audience:NAME` or `rule.cap:NAME` an item that the first such rule restricts.
pub fn refusal(question: &Question) -> Option<Refusal> {
    let restricting = question.context.restrictions.iter().filter(|one| one.items().has(question.item));
    restricting.filter_map(Restriction::refusal).next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::HOUR;
    use crate::eligibility::fixture::Fixture;
    use crate::operations::repeats::Repeats;
    use proptest::prelude::*;

    fn fixture() -> Fixture {
        let mut fixture = Fixture::default();
        fixture.rules.repeats = Repeats::Always;
        fixture.item(r#"{"id":"a","play":"bargain"}"#).item(r#"{"id":"b","play":"bargain"}"#).item(r#"{"id":"c"}"#);
        fixture.user(r#"{"id":"u","tags":["vip"]}"#).group(r#"{"id":"g","purpose":"growth"}"#);
        fixture
    }

    #[test]
    fn an_audience_restricts_the_whole_class() {
        let mut fixture = fixture();
        fixture.rule(r#"{"name":"r","items":{"play":["bargain"]},"audience":{"tiers":["lapsed"]}}"#);
        let refused = [("a", "rule.audience:r", None), ("b", "rule.audience:r", None)];
        assert_eq!(fixture.to("u").refusals(0), refused);
        fixture.tier = Some("lapsed".to_owned());
        assert_eq!(fixture.to("u").refusals(0), []);
        fixture.tier = Some("loyal".to_owned());
        assert_eq!(fixture.to("u").refusals(0), refused);
    }

    #[test]
    fn an_empty_list_of_users_is_for_nobody() {
        let mut fixture = fixture();
        fixture.rule(r#"{"name":"r","items":{"ids":["a"]},"audience":{"users":[]}}"#);
        for to in ["u", "@g", "stranger"] {
            assert_eq!(fixture.to(to).refusals(0), [("a", "rule.audience:r", None)]);
        }
    }

    #[test]
    fn an_id_that_only_the_rule_names_is_known() {
        let mut fixture = fixture();
        fixture.rule(r#"{"name":"r","items":{"ids":["a"]},"audience":{"not":{"users":["stranger"],"groups":["x"]}}}"#);
        assert_eq!(fixture.to("stranger").refusals(0), [("a", "rule.audience:r", None)]);
        assert_eq!(fixture.to("@x").refusals(0), [("a", "rule.audience:r", None)]);
        assert_eq!(fixture.to("u").refusals(0), []);
    }

    #[test]
    fn caps_count_all_items_of_the_class_together() {
        let mut fixture = fixture();
        fixture.rule(r#"{"name":"r","items":{"play":["bargain"]},"caps":[{"count":2,"per":"user","hours":24}]}"#);
        fixture.sent("u", "a", 0).sent("u", "b", HOUR).sent("u", "c", HOUR);
        let full = Some(24 * HOUR);
        assert_eq!(fixture.to("u").refusals(2 * HOUR), [("a", "rule.cap:r", full), ("b", "rule.cap:r", full)]);
        assert_eq!(fixture.to("u").refusals(24 * HOUR), []);
        assert_eq!(fixture.to("v").refusals(2 * HOUR), []);
        assert_eq!(fixture.to("@g").refusals(2 * HOUR), []);
    }

    #[test]
    fn caps_apply_to_their_audience_alone() {
        let mut fixture = fixture();
        let caps = r#""caps":[{"count":1,"per":"user"}],"capAudience":{"tags":["vip"]}"#;
        fixture.rule(&format!(r#"{{"name":"r","items":{{}},{caps}}}"#));
        fixture.sent("u", "a", 0).sent("v", "a", 0);
        assert_eq!(fixture.to("u").refusals(1).len(), 3);
        assert_eq!(fixture.to("v").refusals(1), []);
    }

    #[test]
    fn a_removed_item_counts_where_its_id_is_listed_or_every_item_is() {
        for (items, counts) in [("{}", true), (r#"{"ids":["a","b"]}"#, true), (r#"{"play":["bargain"]}"#, false)] {
            let mut fixture = fixture();
            fixture.rule(&format!(r#"{{"name":"r","items":{items},"caps":[{{"count":1,"per":"user"}}]}}"#));
            fixture.sent("u", "a", 0);
            fixture.world.remove_items(&["a".into()]);
            fixture.refresh();
            assert_eq!(!fixture.to("u").refusals(1).is_empty(), counts, "{items}");
        }
    }

    proptest! {
        /// The oracle counts all sendings of the class each time and finds the end by hourly steps.
        #[test]
        fn caps_agree_with_the_oracle(
            sent in prop::collection::vec((0i64..60, 0usize..3), 0..12), count in 1usize..5,
            hours in prop::option::of(1i64..40), now in 0i64..70,
        ) {
            let within = hours.map_or(String::new(), |hours| format!(r#","hours":{hours}"#));
            for (to, per) in [("u", "user"), ("@g", "group"), ("@g", "total")] {
                let mut fixture = fixture();
                let caps = format!(r#"[{{"count":{count},"per":"{per}"{within}}}]"#);
                fixture.rule(&format!(r#"{{"name":"r","items":{{"play":["bargain"]}},"caps":{caps}}}"#));
                for (at, item) in &sent {
                    fixture.sent(to, ["a", "b", "c"][*item], at * HOUR);
                }
                let used = |now: i64| {
                    let counts = |at: i64| hours.is_none_or(|hours| at > now - hours);
                    sent.iter().filter(|(at, item)| *item < 2 && counts(*at)).count()
                };
                let until = (used(now) >= count).then(|| hours.and_then(|_| (now..300).find(|&at| used(at) < count)));
                let expected: Vec<_> = until.iter().flat_map(|until| {
                    ["a", "b"].map(|id| (id, "rule.cap:r", until.map(|at| at * HOUR)))
                }).collect();
                prop_assert_eq!(fixture.to(to).refusals(now * HOUR), expected);
                let named = NamedRecipient::default();
                let over = fixture.prepared(0).over_total(&fixture.world, &fixture.memory, &named, &[ItemIndex(0), ItemIndex(1), ItemIndex(2)], now * HOUR);
                prop_assert_eq!(!over.is_empty(), per == "total" && used(now) + 2 > count);
            }
        }
    }
}
