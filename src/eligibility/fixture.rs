//! A small world for the tests of this module.

use crate::base::index::ItemIndex;
use crate::base::time::{MAX_TIME, Time};
use crate::base::value::Value;
use crate::memory::reservations::Reservation;
use crate::memory::sending::Accepted;
use crate::memory::{Arrival, Memory, StateView, Subject};
use crate::operations::rule::Rule;
use crate::world::World;
use crate::world::interaction::Interaction;
use crate::world::item::Item;
use crate::world::occasion::Occasion;
use crate::world::recipient::{NamedRecipient, Recipient};
use crate::world::subject::{Group, User};

use super::contacts::ContactHistory;
use super::rule::{PreparedRule, Restriction};
use super::{AvailabilityIndex, Question, Refused, RuleContext, Rules, eligible, silence};

/// World, memory and rules, with a request. Recipients are written `user@group`; either part may be absent.
#[derive(Default)]
pub struct Fixture {
    pub world: World,
    pub memory: Memory,
    pub rules: Rules,
    pub availability: AvailabilityIndex,
    pub only: Option<Vec<ItemIndex>>,
    pub exclude: Vec<ItemIndex>,
    /// The recipient's tier.
    pub tier: Option<String>,
    operator_rules: Vec<PreparedRule>,
    pub occasion: Occasion,
    to: String,
    sent: usize,
}

fn value(json: &str) -> Value {
    Value::from_json(json, "").unwrap()
}

impl Fixture {
    pub fn item(&mut self, json: &str) -> &mut Self {
        self.world.put_items(vec![Item::read(value(json), "").unwrap()]);
        self.refresh();
        self
    }
    pub fn user(&mut self, json: &str) -> &mut Self {
        self.world.put_users(vec![User::read(value(json), "").unwrap()]);
        self
    }
    pub fn group(&mut self, json: &str) -> &mut Self {
        self.world.put_groups(vec![Group::read(value(json), "").unwrap()]);
        self
    }
    pub fn refresh(&mut self) {
        self.availability.refresh(&self.world.library);
        self.operator_rules.iter_mut().for_each(|rule| rule.refresh(&self.world.library));
    }

    /// Records the sending of an item through the group's channel.
    pub fn sent(&mut self, to: &str, item: &str, at: Time) -> &mut Self {
        let accepted = self.planned(to, item, at);
        assert!(self.memory.exposure.accept(&self.sent.to_string(), accepted));
        self
    }
    /// Reserves the sending of an item through the group's channel.
    pub fn reserved(&mut self, to: &str, item: &str, at: Time, until: Time) -> &mut Self {
        let planned = self.planned(to, item, at);
        self.memory.exposure.reserve(&self.sent.to_string(), Reservation { planned, until });
        self
    }
    fn planned(&mut self, to: &str, item: &str, at: Time) -> Accepted {
        self.sent += 1;
        let (user, group) = names(to);
        user.iter().for_each(|id| _ = self.world.users.ids.intern(id));
        let recipient = Recipient::of(&self.world, user, group, None);
        let picks = vec![(self.world.library.ids.get(item).unwrap(), 1.0)];
        let (to, channel, occasion) = (Subject::of(&recipient).unwrap(), recipient.channel, self.occasion);
        Accepted { at, to, channel, picks, occasion, step: None }
    }
    /// Records an interaction.
    pub fn did(&mut self, subject: &str, item: &str, kind: &str, at: Time) -> &mut Self {
        let (user, group) = names(subject);
        let named = [("user", user), ("group", group)].map(|(field, id)| id.map(|id| format!(r#""{field}":"{id}","#)));
        let named: String = named.into_iter().flatten().collect();
        let json = format!(r#"{{{named}"item":"{item}","kind":"{kind}","at":{at}}}"#);
        let interaction = Interaction::read(value(&json), "").unwrap();
        let indexed = self.world.index(&interaction);
        assert!(self.memory.observe(&self.world, &interaction, indexed, Arrival::default()));
        self.memory.advance(&self.world, MAX_TIME);
        self
    }

    /// Brings memory to an earlier or later moment.
    pub fn advance_to(&mut self, now: Time) {
        self.memory.advance(&self.world, now);
    }

    /// Sets the recipient of the following calls.
    pub fn to(&mut self, to: &str) -> &mut Self {
        self.to = to.to_owned();
        self
    }
    /// Adds a rule of the operator.
    pub fn rule(&mut self, json: &str) -> &mut Self {
        self.operator_rules.push(PreparedRule::new(&Rule::read(value(json), "").unwrap()));
        self.refresh();
        self
    }
    /// Returns a rule of the operator with its class.
    pub fn prepared(&self, n: usize) -> &PreparedRule {
        &self.operator_rules[n]
    }
    fn restrictions(&self, now: Time) -> Vec<Restriction<'_>> {
        let (user, group) = names(&self.to);
        let to = Recipient::of(&self.world, user, group, None);
        let named = NamedRecipient::of(&self.world, user, group, None, self.tier.as_deref());
        let restriction = |rule| PreparedRule::restriction(rule, &self.world, &self.memory, &to, &named, now);
        self.operator_rules.iter().filter_map(restriction).collect()
    }
    pub fn context(&self, now: Time) -> RuleContext<'_> {
        let (user, group) = names(&self.to);
        RuleContext {
            state: StateView { world: &self.world, memory: &self.memory, now },
            rules: &self.rules,
            availability: &self.availability,
            addressee: Recipient::of(&self.world, user, group, None),
            tier: self.tier.as_ref().and_then(|tier| self.world.facets.get(&format!("tier:{tier}"))),
            // Leaked: the context of a test borrows them like the rest of the fixture.
            restrictions: self.restrictions(now).leak(),
            occasion: self.occasion,
            horizon: now.saturating_add(10),
            contacts_until: MAX_TIME,
            only: self.only.as_deref(),
            exclude: &self.exclude,
        }
    }

    /// Calls `ask` with the question about every item of the library.
    pub fn each_question(&self, now: Time, mut ask: impl FnMut(Question)) {
        let context = self.context(now);
        let history = ContactHistory::new(&context);
        for (item, entry) in self.world.library.iter() {
            ask(Question { context: &context, history: &history, item, entry });
        }
    }
    /// The eligible items; computed with and without `refused`, which must agree.
    pub fn eligible(&self, now: Time) -> Vec<&str> {
        self.both(now).0.iter().map(|&item| self.world.library.ids.name(ItemIndex(item.0))).collect()
    }
    /// The refused items, each with rule and end.
    pub fn refusals(&self, now: Time) -> Vec<(&str, &'static str, Option<Time>)> {
        let as_row = |Refused { item, refusal }: Refused| {
            let rule: &'static str = String::leak(refusal.rule.as_str().to_owned());
            (self.world.library.ids.name(item), rule, refusal.until)
        };
        self.both(now).1.into_iter().map(as_row).collect()
    }
    pub fn silence(&self, now: Time) -> Option<(&'static str, Option<Time>)> {
        silence(&self.context(now)).map(|silence| (silence.rule, silence.until))
    }

    fn both(&self, now: Time) -> (Vec<ItemIndex>, Vec<Refused>) {
        let (mut items, mut without_refusals, mut refused) = (vec![ItemIndex(7); 7], Vec::new(), Vec::new());
        eligible(&self.context(now), &mut items, Some(&mut refused));
        eligible(&self.context(now), &mut without_refusals, None);
        assert_eq!(items, without_refusals, "asking for reasons changes nothing");
        assert!(items.is_sorted() && refused.is_sorted_by_key(|refused| refused.item));
        assert_eq!(items.len() + refused.len(), self.world.library.iter().count(), "every item is listed once");
        (items, refused)
    }
}

/// Splits `user@group`.
fn names(to: &str) -> (Option<&str>, Option<&str>) {
    let (user, group) = to.split_once('@').map_or((to, None), |(user, group)| (user, Some(group)));
    (Some(user).filter(|id| !id.is_empty()), group)
}
